import { createHash } from 'node:crypto';
import { type DicomJson, numberOf } from '../../dicomweb/dicom-json.js';
import { type ElementDigests, elementDigests } from '../dicom/element-digests.js';

/**
 * What defines a SEG. Left out is what a PACS may correct or add without touching it: names, dates, study texts, the
 * file meta information.
 */
export const SEG_DEFINING = [
  '00080016', // SOPClassUID
  '00080018', // SOPInstanceUID
  '00080060', // Modality
  '0008103E', // SeriesDescription
  '00081115', // ReferencedSeriesSequence
  '00100020', // PatientID
  '0020000D', // StudyInstanceUID
  '0020000E', // SeriesInstanceUID
  '00200011', // SeriesNumber
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

/**
 * SHA-256 in hex over what defines the label, and its voxels without the padding. Most of a label is empty: of the
 * voxels, the blocks that hold any are hashed, and where they lie.
 *
 * @param filled where the blocks of `BLOCK_BYTES` begin that hold voxels
 */
export function contentDigestOf(digests: ElementDigests, voxels: Uint8Array, filled: readonly number[]): string {
  const described = SEG_DEFINING.map((tag) => `${tag} ${digests[tag] ?? ''}\n`).join('');
  const hash = createHash('sha256').update(`${described}${voxels.length} ${filled.join()}\n`);
  for (let index = 0; index < filled.length;) {
    const start = filled[index]!;
    let end = start;
    for (; filled[index] === end; index++) end += BLOCK_BYTES;
    hash.update(voxels.subarray(start, end));
  }
  return hash.digest('hex');
}

export const BLOCK_BYTES = 512;
const EMPTY_BLOCK = Buffer.alloc(BLOCK_BYTES);

/** Where the blocks begin that are not all zero. */
function findFilledBlocks(voxels: Uint8Array): number[] {
  const bytes = Buffer.from(voxels.buffer, voxels.byteOffset, voxels.length);
  const starts: number[] = [];
  for (let start = 0; start < bytes.length; start += BLOCK_BYTES) {
    const end = Math.min(start + BLOCK_BYTES, bytes.length);
    if (bytes.compare(EMPTY_BLOCK, 0, end - start, start, end) !== 0) starts.push(start);
  }
  return starts;
}

/**
 * The content digest of a SEG: over patient, study, frame of reference, references, segments, geometry, UIDs and
 * voxels. Equal for what was sent and what the PACS gives back, unless the label was changed.
 *
 * @throws Error if it holds no packed voxels; the message holds nothing of the content
 */
export function segDigestIn(dataset: DicomJson): string {
  const voxels = ['00280008', '00280010', '00280011'].reduce((count, tag) => count * (numberOf(dataset, tag) ?? 0), 1);
  const pixels = dataset['7FE00010']?.Value?.[0];
  const length = Math.ceil(voxels / 8);
  if (length === 0 || !(pixels instanceof ArrayBuffer) || pixels.byteLength < length) {
    throw new Error('The object holds no segmentation: its frames and its pixel data do not fit');
  }
  const packed = new Uint8Array(pixels, 0, length);
  return contentDigestOf(elementDigests(dataset, SEG_DEFINING), packed, findFilledBlocks(packed));
}
