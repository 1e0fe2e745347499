import { sha256Of } from '../../../platform/ids.js';
import { type DicomJson, textOf } from '../../dicomweb/dicom-json.js';
import { elementDigests } from '../dicom/element-digests.js';
import { type Code, element, sequence } from '../dicom/elements.js';
import { ENCODER } from '../dicom/encoder-identity.js';
import { labelModules, writeLabel } from '../dicom/label-modules.js';
import { patientStudyModule } from '../dicom/patient-study-module.js';
import type { Slice, SliceStack } from '../geometry/slice-stack.js';
import { type Uid, uidFrom } from '../uid.js';
import { code, container, containerOf, date, image, text, uidReference } from './content-item.js';
import { measurementGroup } from './measurement-group.js';
import { type ReportLesion, slicesOf } from './report-lesion.js';
import { SR_DEFINING, srDigestOf } from './sr-digest.js';

export const COMPREHENSIVE_3D_SR_STORAGE = '1.2.840.10008.5.1.4.1.1.88.34';

const dcm = (value: string, meaning: string): Code => ({ value, scheme: 'DCM', meaning });
const IMAGING_MEASUREMENT_REPORT = dcm('126000', 'Imaging Measurement Report');
const IMAGING_MEASUREMENTS = dcm('126010', 'Imaging Measurements');
const LANGUAGE = dcm('121049', 'Language of Content Item and Descendants');
const ENGLISH: Code = { value: 'en', scheme: 'RFC5646', meaning: 'English' };
const PROCEDURE_REPORTED = dcm('121058', 'Procedure reported');
/** What made the source images: CT, MR and PET are the classes of a slice stack (CID 29). */
const MODALITIES: Record<string, Code> = {
  CT: dcm('CT', 'Computed Tomography'),
  MR: dcm('MR', 'Magnetic Resonance'),
  PT: dcm('PT', 'Positron emission tomography'),
};

export interface SrInput {
  readonly stack: SliceStack;
  /** One measurement group a lesion. */
  readonly lesions: readonly ReportLesion[];
  /** Of the exam. */
  readonly procedure: Code;
  readonly seriesNumber: number;
  /** Counts the reports on this series, from 1; part of the series description. */
  readonly version: number;
  /** The report that this one takes the place of. */
  readonly supersedes?: { readonly sopInstanceUid: Uid; readonly seriesInstanceUid: Uid };
}

export interface EncodedSr {
  readonly sopInstanceUid: Uid;
  readonly seriesInstanceUid: Uid;
  /** A DICOM file (PS3.10), Explicit VR Little Endian. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What `labelContentDigest` finds in the bytes. */
  readonly contentDigest: string;
}

/**
 * The lesions on one source series as a Comprehensive 3D SR (PS3.3 A.35.13) by TID 1500 "Measurement Report", in a
 * series of its own. As for a SEG, UIDs follow from the content and dates are those of the source.
 *
 * @throws RangeError if there is no lesion
 */
export function encodeSr(input: SrInput): EncodedSr {
  const { stack, lesions } = input;
  if (lesions.length === 0) throw new RangeError('A structured report needs at least one lesion');
  const source = stack.slices[0]!.header;
  const referenced = stack.slices.filter((slice) => lesions.some((lesion) => slicesOf(stack, lesion).includes(slice)));
  const content: DicomJson = {
    ...patientStudyModule(source),
    ...labelModules(source, {
      sopClassUid: COMPREHENSIVE_3D_SR_STORAGE,
      modality: 'SR',
      title: 'Lesion report',
      ...input,
    }),
    ...documentModule(input, referenced),
    '0040A040': element('CS', 'CONTAINER'),
    ...containerOf(
      IMAGING_MEASUREMENT_REPORT,
      [
        code('HAS CONCEPT MOD', LANGUAGE, ENGLISH),
        ...observerContext(),
        code('HAS CONCEPT MOD', PROCEDURE_REPORTED, input.procedure),
        imageLibrary(stack, referenced),
        container(
          IMAGING_MEASUREMENTS,
          lesions.map((lesion) => measurementGroup(stack, lesion)),
        ),
      ],
      '1500',
    ),
  };
  const digests = elementDigests(content, SR_DEFINING);
  const definition = sha256Of(stack.seriesUid, digests, ENCODER.version);
  const sopInstanceUid = uidFrom(ENCODER.name, 'SR instance', definition);
  const seriesInstanceUid = uidFrom(ENCODER.name, 'SR series', definition);
  const named: DicomJson = {
    '00080018': element('UI', sopInstanceUid),
    '0020000E': element('UI', seriesInstanceUid),
  };
  return {
    sopInstanceUid,
    seriesInstanceUid,
    bytes: writeLabel(COMPREHENSIVE_3D_SR_STORAGE, sopInstanceUid, { ...content, ...named }),
    contentDigest: srDigestOf({ ...digests, ...elementDigests(named, SR_DEFINING) }),
  };
}

/** SR Document Series and SR Document General (PS3.3 C.17.1, C.17.2). No person has verified what a machine joined. */
function documentModule({ stack, supersedes }: SrInput, referenced: readonly Slice[]): DicomJson {
  const studyInstanceUid = textOf(stack.slices[0]!.header, '0020000D') ?? '';
  const inStudy = (seriesInstanceUid: Uid, instances: DicomJson[]): DicomJson => ({
    '00081115': sequence({
      '00081199': sequence(...instances),
      '0020000E': element('UI', seriesInstanceUid),
    }),
    '0020000D': element('UI', studyInstanceUid),
  });
  const instance = (sopClassUid: string, sopInstanceUid: Uid): DicomJson => ({
    '00081150': element('UI', sopClassUid),
    '00081155': element('UI', sopInstanceUid),
  });
  return {
    '00081111': sequence(), // ReferencedPerformedProcedureStepSequence
    ...(supersedes && {
      // PredecessorDocumentsSequence
      '0040A360': sequence(
        inStudy(supersedes.seriesInstanceUid, [instance(COMPREHENSIVE_3D_SR_STORAGE, supersedes.sopInstanceUid)]),
      ),
    }),
    '0040A372': sequence(), // PerformedProcedureCodeSequence
    // CurrentRequestedProcedureEvidenceSequence
    '0040A375': sequence(
      inStudy(
        stack.seriesUid,
        referenced.map(({ sopClassUid, sopInstanceUid }) => instance(sopClassUid, sopInstanceUid)),
      ),
    ),
    '0040A491': element('CS', 'COMPLETE'),
    '0040A493': element('CS', 'UNVERIFIED'),
  };
}

/** The product as the observer (PS3.16 TID 1002, 1004). */
function observerContext(): DicomJson[] {
  return [
    code('HAS OBS CONTEXT', dcm('121005', 'Observer Type'), dcm('121007', 'Device')),
    uidReference('HAS OBS CONTEXT', dcm('121012', 'Device Observer UID'), ENCODER.deviceUid),
    text('HAS OBS CONTEXT', dcm('121013', 'Device Observer Name'), ENCODER.name),
    text('HAS OBS CONTEXT', dcm('121014', 'Device Observer Manufacturer'), ENCODER.name),
    text('HAS OBS CONTEXT', dcm('121015', 'Device Observer Model Name'), ENCODER.name),
  ];
}

/** Every image that a lesion is drawn on, in one group (PS3.16 TID 1600, 1602). Viewers start here. */
function imageLibrary({ slices, frameOfReferenceUid }: SliceStack, referenced: readonly Slice[]): DicomJson {
  const { header } = slices[0]!;
  const modality = MODALITIES[textOf(header, '00080060') ?? ''];
  const studyDate = textOf(header, '00080020');
  const acquisition = 'HAS ACQ CONTEXT' as const;
  return container(dcm('111028', 'Image Library'), [
    container(dcm('126200', 'Image Library Group'), [
      ...(modality ? [code(acquisition, dcm('121139', 'Modality'), modality)] : []),
      ...(studyDate ? [date(acquisition, dcm('111060', 'Study Date'), studyDate)] : []),
      uidReference(acquisition, dcm('112227', 'Frame of Reference UID'), frameOfReferenceUid),
      ...referenced.map((slice) => image('CONTAINS', slice)),
    ]),
  ]);
}
