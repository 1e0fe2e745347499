/**
 * Takes a picture of a label in the viewer that `npm run demo` serves:
 *   node scripts/screenshot.mjs VIEWER_LINK SEG_SERIES_UID FILE.png
 * after `node scripts/setup.mjs --browser`.
 */
const [link, segSeriesUid, file] = process.argv.slice(2);
if (!file) {
  console.error('Usage: node scripts/screenshot.mjs VIEWER_LINK SEG_SERIES_UID FILE.png');
  process.exit(1);
}
const { captureLabel } = await import('../dist/test/fixtures/viewer/screenshot.js');
for (const { number, label } of await captureLabel(link, segSeriesUid, file))
  console.log(`segment ${number}: ${label}`);
