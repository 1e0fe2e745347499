import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DicomJson } from '../../src/modules/dicomweb/dicom-json.js';
import type { LesionBox } from '../../src/modules/labels/geometry/lesion-box.js';
import type { SliceStack } from '../../src/modules/labels/geometry/slice-stack.js';
import type { Segment } from '../../src/modules/labels/seg/segment.js';
import { getStack, segmentAt } from '../conformance/seg-case.js';
import { elements, sourceSeries, tilted, voxelCentreLps } from '../conformance/source-series.js';
import { type Dataset, decimal, toPart10 } from '../fixtures/cohort/dataset.js';

const LESION_MM = 12;
const RING_MM = 35;
const FIELD_OF_VIEW_MM = 192;
const DEPTH_MM = 80;

/** Lesions on a source series: as headers, which is what the service has, and as files, which is what the others read. */
export interface SegCase {
  name: string;
  instances: DicomJson[];
  stack: SliceStack;
  segments: Segment[];
  boxes: LesionBox[];
  folder: string;
  files: string[];
}

/** Lesions that do not overlap, on a ring about the centre of an oblique stack. */
export function segCase(root: string, matrix: number, slices: number, lesions: number): SegCase {
  const spacingMm = FIELD_OF_VIEW_MM / matrix;
  const instances = sourceSeries({
    orientation: tilted(12),
    rows: matrix,
    columns: matrix,
    slices,
    rowSpacingMm: spacingMm,
    columnSpacingMm: spacingMm,
    sliceSpacingMm: DEPTH_MM / slices,
    elements: elements({ '0020000E': ['UI', `1.2.826.0.1.3680043.8.498.6.${matrix}.${slices}`] }),
  }).map(shortDecimals);
  const stack = getStack(instances);
  const name = `${matrix} x ${matrix} x ${slices}, ${lesions} ${lesions === 1 ? 'lesion' : 'lesions'}`;
  const folder = join(root, name.replaceAll(/\W+/g, '-'));
  mkdirSync(folder);
  const files = instances.map((instance, index) => {
    const file = join(folder, `${String(index).padStart(3, '0')}.dcm`);
    writeFileSync(file, toPart10(withPicture(instance, matrix)));
    return file;
  });
  const segments = segmentsOf(stack, instances, lesions);
  const boxes = segments.map(({ facts }) => facts.box);
  return { name, instances, stack, segments, boxes, folder, files };
}

/** The segments as curation would plan them. */
function segmentsOf(stack: SliceStack, instances: readonly DicomJson[], lesions: number): Segment[] {
  const middle = instances[instances.length >> 1]!;
  const pixelsPerMm = stack.columns / FIELD_OF_VIEW_MM;
  return Array.from({ length: lesions }, (_, index) => {
    const angle = (2 * Math.PI * index) / lesions;
    const [row, column] = [Math.sin(angle), Math.cos(angle)].map(
      (part) => stack.rows / 2 + part * RING_MM * pixelsPerMm,
    ) as [number, number];
    return segmentAt(stack, { centerLps: voxelCentreLps(middle, row, column), dimsMm: [LESION_MM] }, index + 1);
  });
}

/** Decimal strings as a scanner writes them: at most 16 characters (PS3.5 6.2). */
const shortDecimals = (instance: DicomJson): DicomJson =>
  Object.fromEntries(
    Object.entries(instance).map(([tag, { vr, Value }]) => [
      tag,
      vr === 'DS' ? { vr, Value: (Value ?? []).map((value) => Number(decimal(Number(value)))) } : { vr, Value },
    ]),
  ) as DicomJson;

function withPicture(instance: DicomJson, matrix: number): Dataset {
  const picture = elements({
    '00280002': ['US', 1],
    '00280004': ['CS', 'MONOCHROME2'],
    '00280100': ['US', 16],
    '00280101': ['US', 12],
    '00280102': ['US', 11],
    '00280103': ['US', 0],
    '7FE00010': ['OW', new Uint16Array(matrix * matrix).buffer],
  });
  return { ...instance, ...picture, '00080005': { vr: 'CS', Value: ['ISO_IR 192'] } } as Dataset;
}
