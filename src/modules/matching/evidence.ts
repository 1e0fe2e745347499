import type { Extraction } from '../extraction/extraction.js';
import type { Decision } from './decision.js';

/** What the earlier steps know of one patient: the whole input of matching, and nothing else. */
export interface PatientEvidence {
  studies: StudyEvidence[];
  radiology: ReportEvidence[];
  pathology: ReportEvidence[];
  targets: TargetEvidence[];
  /** What reviewers decided so far. */
  decisions?: Decision[];
  /** Targets that a person wants to be reviewed, whatever the rules make of them. */
  doubtedTargetIds?: string[];
}

export interface StudyEvidence {
  studyInstanceUid: string;
  /** YYYY-MM-DD */
  studyDate: string | null;
  accessionNumber: string | null;
  /** False where headers or words name another body region. */
  mayShowProstate: boolean;
  /** True where headers or words name the prostate itself, not only the pelvis. */
  namesProstate: boolean;
  /** Its only axial T2 was made during a needle procedure. */
  isGuidance: boolean;
  /** The series that labels go on, or null with the reason of the series picker. */
  axialT2: AxialT2 | null;
  axialT2Reason: string;
  /** The same choice among the series of one frame of reference, for targets that name one. */
  axialT2InFrame: Record<string, AxialT2>;
  /** FrameOfReferenceUID of every series, '' where it states none. */
  frameOfSeries: Record<string, string>;
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
  /** A report of another patient has one of them too, so one of the two is filed wrongly. */
  isAccessionShared: boolean;
  studyInstanceUids: string[];
  /** Of the text that was read: what the report said, whatever the rules made of it. */
  textSha256: string;
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
