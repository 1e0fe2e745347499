import { type DicomJson, textOf } from '../dicomweb/dicom-json.js';
import { elementDigests } from './dicom/element-digests.js';
import { type Code, element, sequence } from './dicom/elements.js';
import { ENCODER } from './dicom/encoder-identity.js';
import { labelModules, writeLabel } from './dicom/label-modules.js';
import { readLabel } from './dicom/label-reader.js';
import { beginningOf } from './dicom/long-string.js';
import { patientStudyModule } from './dicom/patient-study-module.js';
import type { LabelObject } from './read-back.js';
import { containerOf, text } from './sr/content-item.js';
import { SR_DEFINING, srDigestOf } from './sr/sr-digest.js';
import { uidFrom } from './uid.js';

const KEY_OBJECT_SELECTION_STORAGE = '1.2.840.10008.5.1.4.1.1.88.59';

/** Of CID 7010: what was rejected for its quality an archive may go on to show, what endangers patients it must not. */
const SUPERSEDED: Code = { value: '113001', scheme: 'DCM', meaning: 'Rejected for Quality Reasons' };
const RETRACTED: Code = { value: '113037', scheme: 'DCM', meaning: 'Rejected for Patient Safety Reasons' };
const DESCRIPTION: Code = { value: '113012', scheme: 'DCM', meaning: 'Key Object Description' };

export interface RejectionNote extends LabelObject {
  /** A DICOM file (PS3.10), Explicit VR Little Endian. */
  bytes: Uint8Array;
}

/**
 * A rejection note of IHE Imaging Object Change Management (RAD TF-2 4.66): a Key Object Selection Document (PS3.3
 * A.35.4, TID 2010) that names the label and the reason in its title. Superseded: 113001; retracted: 113037, since
 * a lesion that nothing supports any more must not be shown to anyone. The same label gives the same bytes.
 *
 * @param label the file of the rejected label
 * @param supersededBy SOPInstanceUID of the label in its place; null for a retracted one
 */
export function encodeRejectionNote(label: Uint8Array, supersededBy: string | null): RejectionNote {
  const source = readLabel(label);
  const [sopClass, sopInstance, study, series] = ['00080016', '00080018', '0020000D', '0020000E'].map((tag) =>
    textOf(source, tag)!,
  );
  const title = supersededBy === null ? RETRACTED : SUPERSEDED;
  const words = supersededBy === null ? 'The evidence no longer supports it' : `Superseded by ${supersededBy}`;
  const reference = sequence({ '00081150': element('UI', sopClass), '00081155': element('UI', sopInstance) });
  const parts = [sopInstance!, title.value, words, ENCODER.version];
  const sopInstanceUid = uidFrom(ENCODER.name, 'KO instance', ...parts);
  const seriesInstanceUid = uidFrom(ENCODER.name, 'KO series', ...parts);
  const dataset: DicomJson = {
    ...patientStudyModule(source),
    ...labelModules(source, {
      sopClassUid: KEY_OBJECT_SELECTION_STORAGE,
      modality: 'KO',
      title: 'Rejection note',
      seriesNumber: Number(textOf(source, '00200011')),
      version: 1,
    }),
    '00080018': element('UI', sopInstanceUid),
    '00081111': sequence(), // ReferencedPerformedProcedureStepSequence
    '0008103E': element('LO', beginningOf(`Rejection of ${textOf(source, '0008103E') ?? 'a label'}`)),
    '0020000E': element('UI', seriesInstanceUid),
    '0040A040': element('CS', 'CONTAINER'),
    // CurrentRequestedProcedureEvidenceSequence
    '0040A375': sequence({
      '00081115': sequence({ '00081199': reference, '0020000E': element('UI', series) }),
      '0020000D': element('UI', study),
    }),
    ...containerOf(title, [text('CONTAINS', DESCRIPTION, words), referenceItem(source, reference)], '2010'),
  };
  return {
    studyInstanceUid: study!,
    seriesInstanceUid,
    sopInstanceUid,
    contentDigest: srDigestOf(elementDigests(dataset, SR_DEFINING)),
    bytes: writeLabel(KEY_OBJECT_SELECTION_STORAGE, sopInstanceUid, dataset),
  };
}

/** A segmentation is an image, a structured report is another composite object (PS3.3 C.18.3, C.18.4). */
const referenceItem = (source: DicomJson, reference: DicomJson[string]): DicomJson => ({
  '00081199': reference,
  '0040A010': element('CS', 'CONTAINS'),
  '0040A040': element('CS', textOf(source, '00080060') === 'SR' ? 'COMPOSITE' : 'IMAGE'),
});
