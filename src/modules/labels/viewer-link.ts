import type { LabelEntity } from './label.entity.js';

/**
 * A link into the viewer: `{studyInstanceUid}`, `{seriesInstanceUid}` (of the SEG), `{sopInstanceUid}` and
 * `{sourceSeriesUid}` in VIEWER_URL_TEMPLATE are filled in; null without a template.
 */
export function viewerLink(template: string | undefined, label: LabelEntity): string | null {
  if (template === undefined) return null;
  const values: Record<string, string> = {
    studyinstanceuid: label.studyInstanceUid,
    seriesinstanceuid: label.seriesInstanceUid,
    sopinstanceuid: label.sopInstanceUid,
    sourceseriesuid: label.sourceSeriesUid,
  };
  return template.replace(/\{(\w+)\}/g, (placeholder, name: string) => values[name.toLowerCase()] ?? placeholder);
}
