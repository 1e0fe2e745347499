import { daysBetween, type TargetEvidence } from './evidence.js';

/**
 * Whether an MR of this day can be the one that a biopsy was planned on, and so must be looked into. Where a target
 * names a series or a frame of reference itself, or a study has no date, only the headers tell.
 */
export function mayBePlannedOn(
  studyDate: string | null,
  targets: readonly Pick<TargetEvidence, 'procedureDate' | 'frameOfReferenceUid' | 'referenceSeriesUid'>[],
  windowDays: number,
): boolean {
  return targets.some(({ procedureDate, frameOfReferenceUid, referenceSeriesUid }) => {
    if (studyDate === null || frameOfReferenceUid !== null || referenceSeriesUid !== null) return true;
    const daysBefore = daysBetween(studyDate, procedureDate);
    return daysBefore >= 0 && daysBefore <= windowDays;
  });
}
