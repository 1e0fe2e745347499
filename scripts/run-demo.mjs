/** `npm run demo [-- --once]`, after the set-up. */
import { runDemo } from '../dist/test/fixtures/demo/demo.js';

try {
  process.exitCode = await runDemo({ once: process.argv.includes('--once') });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
