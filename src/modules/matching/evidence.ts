import type { Extraction } from '../extraction/extraction.js';

/** What the earlier steps know of one patient: the whole input of matching, and nothing else. */
export interface PatientEvidence {
  studies: StudyEvidence[];
  radiology: ReportEvidence[];
  pathology: ReportEvidence[];
  targets: TargetEvidence[];
}

export interface StudyEvidence {
  studyInstanceUid: string;
  /** YYYY-MM-DD */
  studyDate: string | null;
  accessionNumber: string | null;
  /** False where headers or words name another body region. */
  mayShowProstate: boolean;
  /** Its only axial T2 was made during a needle procedure. */
  isGuidance: boolean;
  /** The series that labels go on, or null with the reason of the series picker. */
  axialT2: AxialT2 | null;
  axialT2Reason: string;
  /** Of every series, so that a target's own reference can be looked up. */
  seriesInstanceUids: string[];
  frameOfReferenceUids: string[];
}

export interface AxialT2 {
  seriesInstanceUid: string;
  /** Patient x (towards the left) of the middle of the image, mm, LPS; null where the headers do not say. */
  middleXLps: number | null;
}

export interface ReportEvidence {
  id: string;
  /** YYYY-MM-DD in the hospital's own time zone */
  effectiveDate: string | null;
  /** ISO 8601 */
  issuedAt: string | null;
  accessionNumbers: string[];
  studyInstanceUids: string[];
  extraction: Extraction;
}

export interface TargetEvidence {
  id: string;
  /** YYYY-MM-DD */
  procedureDate: string;
  label: string;
  pointLps: readonly [number, number, number];
  frameOfReferenceUid: string | null;
  referenceSeriesUid: string | null;
}

/** Whole days from one date to another (both YYYY-MM-DD); positive if `to` is later. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
