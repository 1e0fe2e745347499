/**
 * Why something led to no label. Each code belongs to one step of the pipeline and reads as one plain sentence;
 * an exclusion row adds what the entity was compared with. Codes are part of the outside interface (yield, exclusions CSV).
 */
export const REASONS = {
  // ingest
  'report-not-final': 'The report is registered, partial or preliminary; it is read when it becomes final.',
  'report-withdrawn': 'The report was cancelled or entered in error.',
  'report-deleted': 'The FHIR server does not have the report any more.',
  'report-without-text': 'The report carries no text at all.',
  'report-unreadable': 'The report has a rendering, but no text could be read from it.',
  'report-not-relevant': 'The text is neither a prostate MRI report nor a prostate pathology report.',
  'patient-unidentified': 'The patient has no identifier of a configured system, so no PACS patient can be named.',
  'target-malformed': 'The target row or file could not be read.',
  // episode
  'no-study': 'The PACS holds no MR study of this patient.',
  'no-mr-before-biopsy': 'No diagnostic MR precedes the biopsy within the configured window.',
  'no-prostate-mr': 'No MR study of this patient shows the prostate in the way a label needs.',
  'ambiguous-study': 'Several studies fit equally well; a person must choose.',
  'patient-mismatch': 'The target names no issuer, and several patients have its number.',
  'no-report': 'No readable radiology report belongs to the study.',
  'accession-shared': 'Reports of several patients have the accession number of the study, so none is believed.',
  'study-index-incomplete': 'The PACS did not return all it holds, so the patient was left for the next run.',
  // assignment
  'no-lesion-described': 'The radiology report describes no lesion.',
  'side-contradiction': 'Target and lesion are on opposite sides.',
  ambiguous: 'No candidate fits clearly enough; a person must choose.',
  'rejected-in-review': 'A reviewer rejected the link.',
  'no-matching-lesion': 'No described lesion fits the target well enough.',
  'no-target': 'No biopsy target belongs to the lesion, so its position is not known.',
  'no-matching-target': 'No target fits the specimen or lesion well enough.',
  // label
  'no-size': 'The report states no size of the lesion; a box is never invented.',
  'no-axial-t2': 'The study has no axial T2 series that can carry a label.',
  'no-frame-of-reference': 'The series states no FrameOfReferenceUID.',
  'other-frame-of-reference': 'The target was set in another frame of reference than the series.',
  'outside-volume': 'The target lies outside the imaged volume.',
  'too-far-from-centre': 'The target lies farther from the centre of the volume than the configured limit.',
  'geometry-incomplete': 'The series lacks position, orientation, spacing or matrix size.',
  'mixed-orientation': 'The slices of the series do not share one orientation, spacing and matrix size.',
  'duplicate-slice': 'Two slices of the series lie in the same place.',
  'slice-gap': 'The slices of the series are not evenly spaced.',
  'too-few-slices': 'The series has too few slices to be a volume.',
  'multi-frame-source': 'The source is an Enhanced multi-frame image, which labels do not support yet.',
  'store-rejected': 'The PACS refused the label.',
  'store-failed': 'The label could not be stored within the configured number of tries or days.',
  'removal-failed':
    'The label stands no more, but could not be removed from the PACS within that number of tries or days.',
} as const;

export type ReasonCode = keyof typeof REASONS;

/** A refusal with its reason: returned, not thrown, because it is an expected outcome that becomes an exclusion row. */
export interface Refusal {
  readonly refused: ReasonCode;
  /** What it was compared with, in numbers and codes; holds no patient data beyond identifiers of objects. */
  readonly detail: string;
}

export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'refused' in value;
