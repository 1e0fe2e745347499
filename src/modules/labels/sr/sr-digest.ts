import type { DicomJson } from '../../dicomweb/dicom-json.js';
import { type ElementDigests, elementDigests } from '../dicom/element-digests.js';
import { sha256Of } from '../../../platform/ids.js';

/**
 * What defines a structured report. Left out is what a PACS may correct or add without touching it: names, dates, study
 * texts, the file meta information.
 */
export const SR_DEFINING = [
  '00080016', // SOPClassUID
  '00080018', // SOPInstanceUID
  '00080060', // Modality
  '0008103E', // SeriesDescription
  '00100020', // PatientID
  '0020000D', // StudyInstanceUID
  '0020000E', // SeriesInstanceUID
  '00200011', // SeriesNumber
  '0040A040', // ValueType
  '0040A043', // ConceptNameCodeSequence
  '0040A050', // ContinuityOfContent
  '0040A360', // PredecessorDocumentsSequence
  '0040A375', // CurrentRequestedProcedureEvidenceSequence
  '0040A491', // CompletionFlag
  '0040A493', // VerificationFlag
  '0040A504', // ContentTemplateSequence
  '0040A730', // ContentSequence
];

/** SHA-256 in hex over what defines the report. */
export const srDigestOf = (digests: ElementDigests): string => sha256Of(SR_DEFINING.map((tag) => digests[tag] ?? ''));

/** The content digest of an SR: equal for what was sent and what the PACS gives back, unless the report was changed. */
export const srDigestIn = (dataset: DicomJson): string => srDigestOf(elementDigests(dataset, SR_DEFINING));
