import { sha256Of } from '../../../platform/ids.js';
import { type DicomJson, textOf } from '../../dicomweb/dicom-json.js';
import type { LesionBox, VoxelRange } from '../geometry/lesion-box.js';
import type { SliceStack } from '../geometry/slice-stack.js';
import { type Uid, uidFrom } from '../uid.js';
import { writeDicomHead } from './dicom-writer.js';
import { element, sequence } from './elements.js';
import { ENCODER } from './encoder-identity.js';
import { dimensionModule, functionalGroups } from './functional-groups.js';
import { patientStudyModule } from './patient-study-module.js';
import { type Frame, framesOf, setVoxels, voxelBytes } from './pixel-data.js';
import { commonInstanceReference } from './references.js';
import { contentDigestOf, definingTexts } from './seg-digest.js';
import type { Segment } from './segment.js';
import { segmentItem } from './segment-sequence.js';

const SEGMENTATION_STORAGE = '1.2.840.10008.5.1.4.1.1.66.4';
const EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

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
  /** What `segContentDigest` finds in the bytes. */
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

  const frames = framesOf(boxes);
  const slices = [...new Set(frames.map((frame) => frame.slice))].sort((a, b) => a - b);
  const content: DicomJson = {
    ...patientStudyModule(stack.slices[0]!.header),
    ...seriesModules(input),
    ...imageModules(stack, frames.length),
    ...segmentationModules(input, boxes),
    ...commonInstanceReference(stack, slices),
    ...functionalGroups(stack, frames, slices),
  };
  const texts = definingTexts(content);
  const definition = sha256Of(stack.seriesUid, texts, boxes.map(rangesOf), ENCODER.version);
  const sopInstanceUid = uidFrom(ENCODER.name, 'SEG instance', definition);
  const seriesInstanceUid = uidFrom(ENCODER.name, 'SEG series', definition);
  const named: DicomJson = {
    ...dimensionModule(uidFrom(ENCODER.name, 'SEG dimensions', definition)),
    '00080018': element('UI', sopInstanceUid),
    '0020000E': element('UI', seriesInstanceUid),
  };
  const { bytes, voxels } = toFile({ ...content, ...named }, sopInstanceUid, frames, stack);
  const contentDigest = contentDigestOf({ ...texts, ...definingTexts(named) }, voxels);
  return { sopInstanceUid, seriesInstanceUid, bytes, contentDigest };
}

const rangesOf = ({ columns, rows, slices }: LesionBox) =>
  [columns, rows, slices].flatMap(({ first, last }) => [first, last]);

function requireVoxels(box: LesionBox, stack: SliceStack, segmentNumber: number): void {
  const fits = ({ first, last }: VoxelRange, count: number) =>
    Number.isInteger(first) && Number.isInteger(last) && 0 <= first && first <= last && last < count;
  if (!fits(box.columns, stack.columns) || !fits(box.rows, stack.rows) || !fits(box.slices, stack.slices.length)) {
    throw new RangeError(`The box of segment ${segmentNumber} covers no voxel or reaches beyond the stack`);
  }
}

/** SOP Common, Series, and (Enhanced) General Equipment (PS3.3 C.12.1, C.8.20.1, C.7.5.2). */
function seriesModules({ stack, seriesNumber, version }: SegInput): DicomJson {
  const source = stack.slices[0]!.header;
  const { date, time } = contentDateTime(source);
  const name = textOf(source, '0008103E') ?? `series ${textOf(source, '00200011') ?? ''}`.trim();
  return {
    '00080005': element('CS', 'ISO_IR 192'),
    '00080016': element('UI', SEGMENTATION_STORAGE),
    '00080021': element('DA', date),
    '00080031': element('TM', time),
    '00080060': element('CS', 'SEG'),
    '00080070': element('LO', ENCODER.name),
    '0008103E': element('LO', [...`Lesions v${version} on ${name}`].slice(0, 64).join('')),
    '00081090': element('LO', ENCODER.name),
    '00181000': element('LO', ENCODER.name), // DeviceSerialNumber
    '00181020': element('LO', ENCODER.version), // SoftwareVersions
    '00200011': element('IS', String(seriesNumber)),
    '00200013': element('IS', '1'),
  };
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

function segmentationModules({ stack, segments, supersedes }: SegInput, boxes: readonly LesionBox[]): DicomJson {
  const { date, time } = contentDateTime(stack.slices[0]!.header);
  const overlap = boxes.some((box, index) => boxes.slice(index + 1).some((other) => overlaps(box, other)));
  return {
    '00080023': element('DA', date),
    '00080033': element('TM', time),
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

/**
 * Series and content date of the label (type 1 for the content): those of the source, because the clock would make
 * every run another object. A source without any date gets the one that de-identification uses for "none".
 */
function contentDateTime(source: DicomJson): { date: string; time: string } {
  const [seriesDate, studyDate] = [textOf(source, '00080021'), textOf(source, '00080020')];
  if (seriesDate) return { date: seriesDate, time: textOf(source, '00080031') ?? '000000' };
  return { date: studyDate ?? '19000101', time: (studyDate && textOf(source, '00080030')) || '000000' };
}

/**
 * The file. The voxels are set in the file itself, so that the object is held once; Pixel Data is the last element
 * (PS3.5 7.1: ascending tags).
 */
function toFile(dataset: DicomJson, sopInstanceUid: Uid, frames: readonly Frame[], stack: SliceStack) {
  const fileMeta = {
    '00020001': element('OB', [0, 1]),
    '00020002': element('UI', SEGMENTATION_STORAGE),
    '00020003': element('UI', sopInstanceUid),
    '00020010': element('UI', EXPLICIT_VR_LITTLE_ENDIAN),
    '00020012': element('UI', ENCODER.implementationClassUid),
    '00020013': element('SH', ENCODER.implementationVersionName),
  };
  const head = writeDicomHead(fileMeta, dataset);
  const length = voxelBytes(stack.rows, stack.columns, frames.length);
  const padded = length + (length % 2);
  const bytes = new Uint8Array(head.length + 12 + padded);
  bytes.set(head);
  // (7FE0,0010) OB, two reserved bytes, 32-bit length (PS3.5 7.1.2)
  bytes.set([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0, 0], head.length);
  new DataView(bytes.buffer).setUint32(head.length + 8, padded, true);
  const voxels = bytes.subarray(head.length + 12, head.length + 12 + length);
  setVoxels(voxels, frames, stack.rows, stack.columns);
  return { bytes, voxels };
}
