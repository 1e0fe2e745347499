import type { Location } from '../extraction/extraction.js';

/** A lesion of one exam, as far as it tells whether a later exam shows the same one. */
export interface ExamLesion {
  /** Unique among all lesions of the patient. */
  key: string;
  studyInstanceUid: string;
  /** YYYY-MM-DD; a lesion of an exam without a date is compared with none. */
  studyDate: string | null;
  location: Location;
  pointLps: readonly [number, number, number];
  /** FrameOfReferenceUID in which the point lies; empty where the images state none. */
  frameOfReferenceUid: string;
}

/** How far apart two targets in one lesion may be set on different days. */
const TOLERANCE_MM = 10;

/**
 * For each lesion the first one of the same patient that is taken for the same: itself where nothing earlier fits. What
 * comes first is decided by the dates of the exams (at the same date by StudyInstanceUID), never by the order of arrival.
 *
 * In the same frame of reference two lesions are the same if their targets lie within 10 mm and their places in words do
 * not contradict each other; otherwise if both name the same side, zone and at least one level in common, and no other position. Where more than
 * one lesion fits, on either side, none is taken: a new lesion is a smaller mistake than two lesions made one.
 */
export function firstAppearances(lesions: readonly ExamLesion[]): Map<string, string> {
  const firsts = new Map<string, string>();
  const tracks: { first: string; latest: ExamLesion }[] = [];
  for (const exam of examsInOrder(lesions)) {
    const candidates = exam.map((lesion) => tracks.filter(({ latest }) => isSame(latest, lesion)));
    const found = candidates.map((ofLesion) => {
      const [track, ...others] = ofLesion;
      const rivals = candidates.filter((ofOther) => track !== undefined && ofOther.includes(track));
      return others.length === 0 && rivals.length === 1 ? track : undefined;
    });
    exam.forEach((lesion, index) => {
      const track = found[index];
      firsts.set(lesion.key, track?.first ?? lesion.key);
      if (lesion.studyDate === null) return;
      if (track) track.latest = lesion;
      else tracks.push({ first: lesion.key, latest: lesion });
    });
  }
  return firsts;
}

function examsInOrder(lesions: readonly ExamLesion[]): ExamLesion[][] {
  const order = ({ studyDate, studyInstanceUid }: ExamLesion) => `${studyDate ?? ''} ${studyInstanceUid}`;
  const byExam = Map.groupBy(lesions, order);
  return [...byExam.keys()].sort().map((exam) => byExam.get(exam)!);
}

function isSame(earlier: ExamLesion, later: ExamLesion): boolean {
  if (earlier.studyDate === null || later.studyDate === null) return false;
  const [a, b] = [earlier.location, later.location];
  if (later.frameOfReferenceUid !== '' && earlier.frameOfReferenceUid === later.frameOfReferenceUid) {
    const distanceMm = Math.hypot(...later.pointLps.map((value, axis) => value - earlier.pointLps[axis]!));
    return distanceMm <= TOLERANCE_MM && agree(a, b, true);
  }
  return agree(a, b, false);
}

/** @param ifOpen what counts where one of the two says nothing */
function agree(a: Location, b: Location, ifOpen: boolean): boolean {
  const equal = (one: string | null, other: string | null) => (one === null || other === null ? ifOpen : one === other);
  const share = (one: readonly string[], other: readonly string[], otherwise: boolean) =>
    one.length === 0 || other.length === 0 ? otherwise : one.some((word) => other.includes(word));
  return (
    equal(a.side, b.side) &&
    equal(a.zone, b.zone) &&
    share(a.levels, b.levels, ifOpen) &&
    share(a.positions, b.positions, true)
  );
}
