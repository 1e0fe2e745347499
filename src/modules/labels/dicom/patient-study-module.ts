import { type DicomJson, itemsOf } from '../../dicomweb/dicom-json.js';
import { element, sequence } from './elements.js';

/** Type 2 attributes of the Patient and General Study modules: present even if empty. */
const ALWAYS = [
  ['00080020', 'DA'], // StudyDate
  ['00080030', 'TM'], // StudyTime
  ['00080050', 'SH'], // AccessionNumber
  ['00080090', 'PN'], // ReferringPhysicianName
  ['00100010', 'PN'], // PatientName
  ['00100020', 'LO'], // PatientID
  ['00100030', 'DA'], // PatientBirthDate
  ['00100040', 'CS'], // PatientSex
  ['0020000D', 'UI'], // StudyInstanceUID
  ['00200010', 'SH'], // StudyID
] as const;

/** Frame of Reference module. */
const FRAME = [
  ['00200052', 'UI'], // FrameOfReferenceUID
  ['00201040', 'LO'], // PositionReferenceIndicator
] as const;

/** Copied where the source has them. A source that is de-identified stays marked as such (PS3.3 C.7.1.1). */
const IF_PRESENT = [
  ['00080201', 'SH'], // TimezoneOffsetFromUTC
  ['00081030', 'LO'], // StudyDescription
  ['00100021', 'LO'], // IssuerOfPatientID
  ['00120062', 'CS'], // PatientIdentityRemoved
  ['00120063', 'LO'], // DeidentificationMethod
] as const;

/** Frame of reference of the source (PS3.3 C.7.4.1). */
export const frameOfReferenceModule = (source: DicomJson): DicomJson => copyOf(source, FRAME);

/**
 * Patient and study of the source, as they stand: the label must land in the study that it was made for, under the
 * patient that the PACS knows (PS3.3 C.7.1.1, C.7.2.1).
 */
export function patientStudyModule(source: DicomJson): DicomJson {
  const copied = copyOf(source, ALWAYS);
  for (const [tag, vr] of IF_PRESENT) {
    const values = valuesOf(source, tag);
    if (values.length > 0) copied[tag] = element(vr, ...values);
  }
  const methods = itemsOf(source, '00120064').map(codeItem);
  if (methods.length > 0) copied['00120064'] = sequence(...methods); // DeidentificationMethodCodeSequence
  return copied;
}

const CODE = [
  ['00080100', 'SH'],
  ['00080102', 'SH'],
  ['00080103', 'SH'],
  ['00080104', 'LO'],
] as const;

const codeItem = (source: DicomJson): DicomJson =>
  Object.fromEntries(CODE.flatMap(([tag, vr]) => (source[tag] ? [[tag, element(vr, ...valuesOf(source, tag))]] : [])));

const copyOf = (source: DicomJson, tags: readonly (readonly [tag: string, vr: string])[]): DicomJson =>
  Object.fromEntries(tags.map(([tag, vr]) => [tag, element(vr, ...valuesOf(source, tag))]));

/** JSON null stands for an empty value (PS3.18 F.2.5), and would be written as the word. */
const valuesOf = (source: DicomJson, tag: string): unknown[] => (source[tag]?.Value ?? []).map((value) => value ?? '');
