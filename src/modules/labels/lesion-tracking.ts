import { lesionKey, type MatchedTarget } from '../matching/match-patient.js';
import { type ExamLesion, firstAppearances } from './follow-up.js';
import { segmentLabel } from './seg/segment.js';
import { type Uid, uidFrom } from './uid.js';

/** What names a lesion over the versions of its label and over follow-up exams; the id says the UID in words. */
export interface LesionTracking {
  /** E.g. `LPZplMid · 2024-04-10`, at most 64 bytes. */
  id: string;
  uid: Uid;
}

/** The name of each lesion, by lesion key: its own, or that of the lesion of an earlier exam that it goes on from. */
export function trackLesions(matched: MatchedTarget[]): Map<string, LesionTracking> {
  const anchors = new Map(byLesion(matched).map(([anchor]) => [keyOf(anchor!), anchor!] as const));
  const firsts = firstAppearances([...anchors.values()].map(toExamLesion));
  return new Map([...firsts].map(([key, first]) => [key, trackingOf(anchors.get(first)!, [...anchors.values()])]));
}

/**
 * Anchored to the label of the target: it stays when the report is amended or numbers its lesions anew, when the target is
 * moved, and when the label gets a new version. Only where targets of one biopsy share a label must the point tell them apart.
 */
function trackingOf(anchor: MatchedTarget, anchors: MatchedTarget[]): LesionTracking {
  const { study, target } = anchor;
  const words = [study.studyInstanceUid, target.procedureDate, target.label];
  const isShared = anchors.some(
    (other) =>
      other !== anchor &&
      other.study.studyInstanceUid === study.studyInstanceUid &&
      other.target.procedureDate === target.procedureDate &&
      other.target.label === target.label,
  );
  return {
    id: segmentLabel(target.label || 'Target', target.procedureDate, isShared ? target.id.slice(0, 8) : ''),
    uid: uidFrom('lesion-curator', 'tracking', ...words, ...(isShared ? [target.id] : [])),
  };
}

/**
 * The matched targets of each lesion, in the order of the report. The first of a lesion is where its box is: of the
 * earliest biopsy, which was planned on this MR, and there the surest; later ones add their specimens.
 */
export function byLesion(matched: MatchedTarget[]): MatchedTarget[][] {
  const order = (a: MatchedTarget, b: MatchedTarget) =>
    a.target.procedureDate.localeCompare(b.target.procedureDate) ||
    b.confidence - a.confidence ||
    (a.target.id < b.target.id ? -1 : 1);
  const groups = Map.groupBy(matched, keyOf);
  return [...groups.values()]
    .map((group) => group.sort(order))
    .sort((a, b) => a[0]!.lesionIndex - b[0]!.lesionIndex || (a[0]!.report.id < b[0]!.report.id ? -1 : 1));
}

/** A short name, such as `L1`. */
export const lesionName = (label: string): string => `L${label.replace(/^\D+(?=\d)/, '')}`;

const keyOf = ({ report, lesionIndex }: MatchedTarget) => lesionKey(report.id, lesionIndex);

const toExamLesion = (anchor: MatchedTarget): ExamLesion => ({
  key: keyOf(anchor),
  studyInstanceUid: anchor.study.studyInstanceUid,
  studyDate: anchor.study.studyDate,
  location: anchor.lesion.location,
  pointLps: anchor.target.pointLps,
  frameOfReferenceUid: anchor.target.frameOfReferenceUid ?? anchor.study.frameOfSeries[anchor.seriesInstanceUid] ?? '',
});
