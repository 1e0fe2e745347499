import type { Lesion, Specimen } from '../extraction/extraction.js';

/** The words of a report that a value stands on. */
export interface Quote {
  /** JSON pointer to the value in the extraction, e.g. `/lesions/0/pirads`. */
  path: string;
  quote: string;
}

export interface SegmentTarget {
  id: string;
  label: string;
  procedureDate: string;
  pointLps: readonly [number, number, number];
}

export interface LabelBox {
  centerLps: readonly number[];
  extentsMm: readonly number[];
  cornersLps: readonly (readonly number[])[];
  /** Zero-based voxel ranges, both ends included; slices in the order of the stack. */
  columns: { first: number; last: number };
  rows: { first: number; last: number };
  slices: { first: number; last: number };
  /** SOPInstanceUIDs of the slices that carry it. */
  sourceInstanceUids: string[];
  clipped: boolean;
}

/** One lesion of a label with its whole chain of evidence: report quote → lesion → target → specimen → box. */
export interface LabelLesion {
  /** 1..n in the SEG; null for a lesion that is a point in the structured report alone. */
  segmentNumber: number | null;
  segmentLabel: string;
  trackingId: string;
  trackingUid: string;
  lesion: Pick<Lesion, 'label' | 'pirads' | 'sizeMm' | 'dimsMm' | 'location'> & {
    key: string;
    reportId: string;
    /** DiagnosticReport/<id> */
    report: string;
    quotes: Quote[];
  };
  /** Where the box or the point is. */
  target: SegmentTarget;
  /** Set into the same lesion, in this or an earlier biopsy. */
  furtherTargets: SegmentTarget[];
  specimens: (Pick<Specimen, 'label' | 'diagnosis' | 'isup' | 'gleason'> & {
    key: string;
    reportId: string;
    report: string;
    quotes: Quote[];
  })[];
  /** Highest ISUP grade group of the specimens; null where pathology is missing or gave none. */
  gradeGroup: number | null;
  /** Null where no size is stated. */
  box: LabelBox | null;
  /** Whether a reviewer decided the link of target and lesion. */
  isReviewed: boolean;
  /** 0 to 1 */
  confidence: number;
  /** The links in plain sentences. */
  sentences: string[];
}

/** One segment of a SEG. */
export interface LabelSegment extends LabelLesion {
  segmentNumber: number;
  box: LabelBox;
}

export const hasBox = (lesion: LabelLesion): lesion is LabelSegment => lesion.box !== null;
