import { sha256Of } from '../../../platform/ids.js';
import { type DicomJson, textOf } from '../../dicomweb/dicom-json.js';
import type { LesionBox, VoxelRange } from '../geometry/lesion-box.js';
import type { SliceStack } from '../geometry/slice-stack.js';
import { type Uid, uidFrom } from '../uid.js';
import { elementDigests } from '../dicom/element-digests.js';
import { element, sequence, type WritableDataset } from '../dicom/elements.js';
import { ENCODER } from '../dicom/encoder-identity.js';
import { dimensionModule, functionalGroups } from './functional-groups.js';
import { labelModules, writeLabel } from '../dicom/label-modules.js';
import { frameOfReferenceModule, patientStudyModule } from '../dicom/patient-study-module.js';
import { filledBlocks, type Frame, framesOf, setVoxels, voxelBytes } from './pixel-data.js';
import { commonInstanceReference } from './references.js';
import { BLOCK_BYTES, contentDigestOf, SEG_DEFINING } from './seg-digest.js';
import type { Segment } from './segment.js';
import { segmentItem } from './segment-sequence.js';

const SEGMENTATION_STORAGE = '1.2.840.10008.5.1.4.1.1.66.4';

export interface SegInput {
  readonly stack: SliceStack;
  /** One a lesion; the first becomes segment number 1. */
  readonly segments: readonly Segment[];
  readonly seriesNumber: number;
  /** Counts the labels of this series, from 1; part of the series description. */
  readonly version: number;
  /** The SEG that this one takes the place of. */
  readonly supersedes?: Uid;
}

export interface EncodedSeg {
  readonly sopInstanceUid: Uid;
  readonly seriesInstanceUid: Uid;
  /** A DICOM file (PS3.10), Explicit VR Little Endian. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What `labelContentDigest` finds in the bytes. */
  readonly contentDigest: string;
}

/**
 * Lesion boxes on one source series as a DICOM Segmentation (PS3.3 A.51) in a series of its own.
 *
 * UIDs follow from the content that defines the label, and dates are those of the source: the same input gives the same
 * bytes, another label another UID. Boxes may overlap.
 *
 * @throws RangeError if there is no segment, or a box covers no voxel or reaches beyond the stack
 */
export function encodeSeg(input: SegInput): EncodedSeg {
  const { stack, segments } = input;
  const boxes = segments.map((segment) => segment.facts.box);
  if (boxes.length === 0) throw new RangeError('A segmentation needs at least one segment');
  boxes.forEach((box, index) => requireVoxels(box, stack, index + 1));

  const source = stack.slices[0]!.header;
  const frames = framesOf(boxes);
  const slices = [...new Set(frames.map((frame) => frame.slice))].sort((a, b) => a - b);
  const content = {
    ...patientStudyModule(source),
    ...frameOfReferenceModule(source),
    ...labelModules(source, { sopClassUid: SEGMENTATION_STORAGE, modality: 'SEG', title: 'Lesions', ...input }),
    ...imageModules(stack, frames.length),
    ...segmentationModules(input, boxes),
    ...commonInstanceReference(stack, slices),
    ...functionalGroups(stack, frames, slices),
  };
  const digests = elementDigests(content, SEG_DEFINING);
  const described = contentDigestOf(digests, NO_VOXELS, []);
  const definition = sha256Of(stack.seriesUid, described, boxes.map(rangesOf), ENCODER.version);
  const sopInstanceUid = uidFrom(ENCODER.name, 'SEG instance', definition);
  const seriesInstanceUid = uidFrom(ENCODER.name, 'SEG series', definition);
  const named: DicomJson = {
    ...dimensionModule(uidFrom(ENCODER.name, 'SEG dimensions', definition)),
    '00080018': element('UI', sopInstanceUid),
    '0020000E': element('UI', seriesInstanceUid),
  };
  const { bytes, voxels } = toFile({ ...content, ...named }, sopInstanceUid, frames, stack);
  const filled = filledBlocks(frames, stack.rows, stack.columns, BLOCK_BYTES);
  const contentDigest = contentDigestOf({ ...digests, ...elementDigests(named, SEG_DEFINING) }, voxels, filled);
  return { sopInstanceUid, seriesInstanceUid, bytes, contentDigest };
}

const NO_VOXELS = new Uint8Array();

const rangesOf = ({ columns, rows, slices }: LesionBox) =>
  [columns, rows, slices].flatMap(({ first, last }) => [first, last]);

function requireVoxels(box: LesionBox, stack: SliceStack, segmentNumber: number): void {
  const fits = ({ first, last }: VoxelRange, count: number) =>
    Number.isInteger(first) && Number.isInteger(last) && 0 <= first && first <= last && last < count;
  if (!fits(box.columns, stack.columns) || !fits(box.rows, stack.rows) || !fits(box.slices, stack.slices.length)) {
    throw new RangeError(`The box of segment ${segmentNumber} covers no voxel or reaches beyond the stack`);
  }
}

/** Image Pixel and Segmentation Image modules (PS3.3 C.7.6.3, C.8.20.2). */
function imageModules(stack: SliceStack, frames: number): DicomJson {
  return {
    '00080008': element('CS', 'DERIVED', 'PRIMARY'),
    '00280002': element('US', 1), // SamplesPerPixel
    '00280004': element('CS', 'MONOCHROME2'),
    '00280008': element('IS', String(frames)),
    '00280010': element('US', stack.rows),
    '00280011': element('US', stack.columns),
    '00280100': element('US', 1), // BitsAllocated
    '00280101': element('US', 1), // BitsStored
    '00280102': element('US', 0), // HighBit
    '00280103': element('US', 0), // PixelRepresentation
    ...lossyCompression(stack),
  };
}

/** A label drawn on images that were once compressed with loss says so (PS3.3 C.7.6.1.1.5). */
function lossyCompression(stack: SliceStack): DicomJson {
  const lossy = stack.slices.find(({ header }) => textOf(header, '00282110') === '01')?.header;
  if (!lossy) return { '00282110': element('CS', '00') };
  const kept = ['00282112', '00282114'].flatMap((tag) => (lossy[tag] ? [[tag, lossy[tag]] as const] : []));
  return { '00282110': element('CS', '01'), ...Object.fromEntries(kept) };
}

function segmentationModules({ segments, supersedes }: SegInput, boxes: readonly LesionBox[]): DicomJson {
  const overlap = boxes.some((box, index) => boxes.slice(index + 1).some((other) => overlaps(box, other)));
  return {
    '00620001': element('CS', 'BINARY'),
    '00620002': sequence(...segments.map(segmentItem)),
    '00620013': element('CS', overlap ? 'YES' : 'NO'),
    '00700080': element('CS', 'LESIONS'), // ContentLabel
    '00700081': element('LO', supersedes ? `Supersedes ${supersedes}` : 'Boxes around biopsied lesions'),
    '00700084': element('PN', { Alphabetic: 'Curator^Lesion' }), // ContentCreatorName
  };
}

function overlaps(a: LesionBox, b: LesionBox): boolean {
  return (['columns', 'rows', 'slices'] as const).every(
    (axis) => a[axis].first <= b[axis].last && b[axis].first <= a[axis].last,
  );
}

/** The file. The voxels are set in the file itself, so that the object is held once. */
function toFile(dataset: WritableDataset, sopInstanceUid: Uid, frames: readonly Frame[], stack: SliceStack) {
  const length = voxelBytes(stack.rows, stack.columns, frames.length);
  const expectedHeadBytes = HEAD_BYTES + frames.length * FRAME_HEAD_BYTES;
  const bytes = writeLabel(SEGMENTATION_STORAGE, sopInstanceUid, dataset, { bytes: length, expectedHeadBytes });
  const start = bytes.length - length - (length % 2);
  const voxels = bytes.subarray(start, start + length);
  setVoxels(voxels, frames, stack.rows, stack.columns);
  return { bytes, voxels };
}

/** Measured, with room: the head without frames, and what describes a frame. */
const HEAD_BYTES = 8192;
const FRAME_HEAD_BYTES = 768;
