import type { Extraction } from '../extraction/extraction.js';
import { lesionKey, type MatchedTarget, specimenKey } from '../matching/match-patient.js';
import type { LabelLesion, Quote, SegmentTarget } from './label-segment.js';
import { lesionName, type LesionTracking } from './lesion-tracking.js';
import { prostateLesionLabel } from './prostate/prostate-anatomy.js';

/**
 * A lesion of the targets that were set into it, with its whole chain of evidence.
 *
 * @param tracking of each lesion, by lesion key
 * @param reportNames what a report is called outside, by report id
 */
export function toLabelLesion(
  ofLesion: MatchedTarget[],
  tracking: Map<string, LesionTracking>,
  reportNames: Map<string, string>,
): LabelLesion {
  const match = ofLesion[0]!;
  const { target, lesion, report, lesionIndex } = match;
  const keyOf = ({ reportId, index }: { reportId: string; index: number }) => specimenKey(reportId, index);
  const specimens = [
    ...new Map(ofLesion.flatMap((one) => one.specimens.map((part) => [keyOf(part), part] as const))).values(),
  ];
  const gradeGroup = highestIsup(specimens);
  const key = lesionKey(report.id, lesionIndex);
  const { id: trackingId, uid: trackingUid } = tracking.get(key)!;
  return {
    segmentNumber: null,
    segmentLabel: prostateLesionLabel({
      name: lesionName(lesion.label),
      location: lesion.location,
      pirads: lesion.pirads,
      gradeGroup,
      sizeMm: lesion.sizeMm,
    }),
    trackingId,
    trackingUid,
    lesion: {
      key,
      reportId: report.id,
      report: reportNames.get(report.id) ?? report.id,
      label: lesion.label,
      pirads: lesion.pirads,
      sizeMm: lesion.sizeMm,
      dimsMm: lesion.dimsMm,
      location: lesion.location,
      quotes: quotesOf(report.extraction, `/lesions/${lesionIndex}`),
    },
    target: toSegmentTarget(target),
    furtherTargets: ofLesion.slice(1).map((one) => toSegmentTarget(one.target)),
    specimens: specimens.map(({ reportId, index, specimen, extraction }) => ({
      key: specimenKey(reportId, index),
      reportId,
      report: reportNames.get(reportId) ?? reportId,
      label: specimen.label,
      diagnosis: specimen.diagnosis,
      isup: specimen.isup,
      gleason: specimen.gleason,
      quotes: quotesOf(extraction, `/specimens/${index}`),
    })),
    gradeGroup,
    box: null,
    isReviewed: match.isReviewed,
    confidence: match.confidence,
    sentences: [...new Set(ofLesion.flatMap(({ sentences }) => sentences))],
  };
}

const toSegmentTarget = ({ id, label, procedureDate, pointLps }: MatchedTarget['target']): SegmentTarget => ({
  id,
  label,
  procedureDate,
  pointLps,
});

function highestIsup(specimens: MatchedTarget['specimens']): number | null {
  const grades = specimens.flatMap(({ specimen }) => specimen.isup ?? []);
  return grades.length > 0 ? Math.max(...grades) : null;
}

function quotesOf({ evidence }: Extraction, pointer: string): Quote[] {
  return evidence
    .filter(({ path }) => path === pointer || path.startsWith(`${pointer}/`))
    .map(({ path, quote }) => ({ path, quote }));
}
