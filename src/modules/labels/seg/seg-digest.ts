import { createHash } from 'node:crypto';
import { data } from 'dcmjs';
import { type DicomJson, numberOf } from '../../dicomweb/dicom-json.js';

/**
 * What defines a label. Left out is what a PACS may correct or add without touching it: names, dates, study texts, the
 * file meta information.
 */
const DEFINING = [
  '00080016', // SOPClassUID
  '00080018', // SOPInstanceUID
  '00080060', // Modality
  '0008103E', // SeriesDescription
  '00081115', // ReferencedSeriesSequence
  '00100020', // PatientID
  '0020000D', // StudyInstanceUID
  '0020000E', // SeriesInstanceUID
  '00200052', // FrameOfReferenceUID
  '00209221', // DimensionOrganizationSequence
  '00209222', // DimensionIndexSequence
  '00280002', // SamplesPerPixel
  '00280008', // NumberOfFrames
  '00280010', // Rows
  '00280011', // Columns
  '00280100', // BitsAllocated
  '00620001', // SegmentationType
  '00620002', // SegmentSequence
  '00620013', // SegmentsOverlap
  '00700080', // ContentLabel
  '00700081', // ContentDescription
  '52009229', // SharedFunctionalGroupsSequence
  '52009230', // PerFrameFunctionalGroupsSequence
];

/** What defines a label as text: the same for every order of elements and every padding of values. */
export function definingText(dataset: DicomJson): string {
  return canonicalText(
    dataset,
    DEFINING.filter((tag) => dataset[tag]),
  );
}

function canonicalText(dataset: DicomJson, tags: readonly string[]): string {
  const texts = tags.map((tag) => `${tag}:[${(dataset[tag]?.Value ?? []).map(canonicalValue).join(',')}]`);
  return `{${texts.join(' ')}}`;
}

function canonicalValue(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    const tags = Object.keys(value).filter((tag) => !tag.endsWith('0000'));
    return canonicalText(value as DicomJson, tags.sort());
  }
  return JSON.stringify(String(value ?? '').trim());
}

/**
 * SHA-256 in hex over what defines the label in a SEG file: patient, study, frame of reference, references, segments,
 * geometry, UIDs and the voxels. Equal for what was sent and what the PACS gives back, unless the label was changed.
 *
 * @throws Error if the bytes are no DICOM file or hold no packed voxels; the message holds nothing of the content
 */
export function segContentDigest(bytes: Uint8Array): string {
  const dataset = readDataset(bytes);
  const voxels = ['00280008', '00280010', '00280011'].reduce((count, tag) => count * (numberOf(dataset, tag) ?? 0), 1);
  const pixels = dataset['7FE00010']?.Value?.[0];
  const length = Math.ceil(voxels / 8);
  if (length === 0 || !ArrayBuffer.isView(pixels) || pixels.byteLength < length) {
    throw new Error('The object holds no segmentation: its frames and its pixel data do not fit');
  }
  return createHash('sha256')
    .update(definingText(dataset))
    .update(new Uint8Array(pixels.buffer, pixels.byteOffset, length))
    .digest('hex');
}

function readDataset(bytes: Uint8Array): DicomJson {
  const whole = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
  try {
    return data.DicomMessage.readFile(whole ? (bytes.buffer as ArrayBuffer) : bytes.slice().buffer, { noCopy: true })
      .dict;
  } catch {
    // The cause may quote values of the patient.
    throw new Error(`The object is no readable DICOM file (${bytes.byteLength} bytes)`);
  }
}
