import type { LabelLesion, SegmentTarget } from './label-segment.js';

/** What one version of a label says otherwise than the one before it. */
export interface LabelChange {
  /** What the lesion is called in the later version, or in the earlier one where it is gone; null: the label as a whole. */
  lesion: string | null;
  trackingUid: string | null;
  what: (typeof CHANGES)[number];
  /** In words; null where there was nothing, or is nothing any more. */
  from: string | null;
  to: string | null;
}

export const CHANGES = [
  'lesion', // new or gone
  'tracking',
  'name', // what the report calls it
  'pirads',
  'size',
  'location',
  'grade group',
  'targets',
  'specimens',
  'report', // another one, or another version of it
  'box',
  'encoding', // the images, or how labels are written
] as const;

/**
 * What differs between two versions. Lesions are told by their tracking UIDs, and where these have changed by their
 * names in the report.
 */
export function changesBetween(before: LabelLesion[], after: LabelLesion[]): LabelChange[] {
  const gone = new Set(before);
  const changes = after.flatMap((segment) => {
    const known =
      before.find(({ trackingUid }) => trackingUid === segment.trackingUid) ??
      before.find((other) => other.lesion.label === segment.lesion.label && isUntracked(other, after));
    if (known) gone.delete(known);
    return known ? changesOf(known, segment) : [changeOf(segment, 'lesion', null, segment.segmentLabel)];
  });
  changes.push(...[...gone].map((segment) => changeOf(segment, 'lesion', segment.segmentLabel, null)));
  if (changes.length > 0) return changes;
  return [{ lesion: null, trackingUid: null, what: 'encoding', from: null, to: null }];
}

const isUntracked = ({ trackingUid }: LabelLesion, after: LabelLesion[]): boolean =>
  after.every((segment) => segment.trackingUid !== trackingUid);

function changesOf(before: LabelLesion, after: LabelLesion): LabelChange[] {
  return CHANGES.flatMap((what) => {
    const [from, to] = [wordsOf(before, what), wordsOf(after, what)];
    return from === to ? [] : [changeOf(after, what, from, to)];
  });
}

const changeOf = (segment: LabelLesion, what: LabelChange['what'], from: string | null, to: string | null) => ({
  lesion: segment.lesion.label,
  trackingUid: segment.trackingUid,
  what,
  from,
  to,
});

function wordsOf(segment: LabelLesion, what: LabelChange['what']): string | null {
  const { lesion, target, furtherTargets, specimens, box, gradeGroup, trackingUid } = segment;
  switch (what) {
    case 'tracking':
      return trackingUid;
    case 'name':
      return lesion.label;
    case 'pirads':
      return lesion.pirads === null ? null : String(lesion.pirads);
    case 'size':
      return lesion.dimsMm.length === 0 ? null : `${lesion.dimsMm.join(' x ')} mm`;
    case 'location':
      return wordsOfPlace(lesion.location);
    case 'grade group':
      return gradeGroup === null ? null : String(gradeGroup);
    case 'targets':
      return [target, ...furtherTargets].map(wordsOfTarget).join('; ');
    case 'specimens':
      return specimens.map(wordsOfSpecimen).join('; ') || null;
    case 'report':
      return `${lesion.report}, stored as ${lesion.reportId}`;
    case 'box': {
      if (!box) return null;
      const { columns, rows, slices } = box;
      return [columns, rows, slices].map(({ first, last }) => `${first}-${last}`).join(' x ');
    }
    case 'lesion':
    case 'encoding':
      return null;
  }
}

const wordsOfPlace = ({ side, zone, levels, positions, sectors }: LabelLesion['lesion']['location']): string | null =>
  [side, zone, ...levels, ...positions, ...(sectors.length > 0 ? [`(${sectors.join(', ')})`] : [])]
    .filter((word) => word !== null)
    .join(' ') || null;

/** `A of DiagnosticReport/p: adenocarcinoma, Gleason 3+4, GG 2` */
function wordsOfSpecimen({ label, report, diagnosis, gleason, isup }: LabelLesion['specimens'][number]): string {
  const { primary, secondary, tertiary, sum } = gleason ?? {};
  const patterns = [primary, secondary].map((pattern) => pattern ?? '?').join('+');
  const score =
    primary == null && secondary == null ? sum : patterns + (tertiary == null ? '' : `, tertiary ${tertiary}`);
  const facts = [diagnosis, score == null ? null : `Gleason ${score}`, isup === null ? null : `GG ${isup}`];
  return `${label} of ${report}: ${facts.filter((fact) => fact !== null).join(', ') || 'no diagnosis'}`;
}

const wordsOfTarget = ({ label, procedureDate, pointLps }: SegmentTarget): string =>
  `${label} of ${procedureDate} at ${pointLps.map((mm) => mm.toFixed(1)).join(', ')}`;
