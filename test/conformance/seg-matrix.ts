import { type DicomJson, textOf } from '../../src/modules/dicomweb/dicom-json.js';
import { encodeSeg } from '../../src/modules/labels/seg/seg-encoder.js';
import { getStack, segmentAt } from './seg-case.js';
import {
  AXIAL,
  SAGITTAL,
  type SourceSeries,
  sourceSeries,
  tilted,
  voxelCentreLps,
  voxelsInside,
} from './source-series.js';
import { VENDORS } from './source-vendors.js';

export interface SegExample {
  readonly name: string;
  readonly instances: DicomJson[];
  readonly lesions: readonly { readonly at: [number, number, number]; readonly dimsMm: number[] }[];
}

const ORIENTATIONS = {
  axial: AXIAL,
  'tilted by 18 degrees': tilted(18),
  'doubly oblique': tilted(-21, 9),
  sagittal: SAGITTAL,
  'upside down': [1, 0, 0, 0, -1, 0],
} as const;

const SHAPES: Record<string, Partial<SourceSeries>> = {
  '64 x 80': {},
  '11 x 13 anisotropic': {
    rows: 11,
    columns: 13,
    slices: 7,
    rowSpacingMm: 0.9,
    columnSpacingMm: 0.6,
    sliceSpacingMm: 2,
  },
  '36 x 22 thin': { rows: 36, columns: 22, slices: 15, rowSpacingMm: 0.35, columnSpacingMm: 0.8, sliceSpacingMm: 0.75 },
};

/** Where the lesions lie, in parts of the volume along column, row and slice, and their dimensions. */
const LESIONS: Record<string, { at: [number, number, number]; dimsMm: number[] }[]> = {
  'one lesion': [{ at: [0.47, 0.55, 0.52], dimsMm: [3.3] }],
  'two overlapping boxes': [
    { at: [0.5, 0.5, 0.45], dimsMm: [4.1] },
    { at: [0.58, 0.46, 0.55], dimsMm: [3.7, 2, 4] },
  ],
  'three boxes, one clipped, one of a single voxel': [
    { at: [0.03, 0.95, 0.97], dimsMm: [4] },
    { at: [0.7, 0.31, 0.29], dimsMm: [0.1] },
    { at: [0.32, 0.28, 0.6], dimsMm: [2.6] },
  ],
};

const vendors = Object.entries(VENDORS);
/** Every orientation with every shape and number of lesions, in the spelling of one vendor or the other. */
export const matrix: SegExample[] = Object.entries(ORIENTATIONS).flatMap(([orientationName, orientation], o) =>
  Object.entries(SHAPES).flatMap(([shapeName, shape], s) =>
    Object.entries(LESIONS).map(([lesionsName, lesions], l) => {
      const [vendorName, vendor] = vendors[(o + s + l) % vendors.length]!;
      const instances = sourceSeries({ ...shape, orientation }).map(vendor);
      return { name: [vendorName, orientationName, shapeName, lesionsName].join(', '), instances, lesions };
    }),
  ),
);

export function pointAt(instances: readonly DicomJson[], [across, down, through]: readonly [number, number, number]) {
  const first = instances[0]!;
  const [rows, columns] = ['00280010', '00280011'].map((tag) => Number(first[tag]!.Value![0])) as [number, number];
  const inPlane = voxelCentreLps(first, down * (rows - 1), across * (columns - 1));
  const [from, to] = [voxelCentreLps(first, 0, 0), voxelCentreLps(instances.at(-1)!, 0, 0)];
  const along = (axis: 0 | 1 | 2) => inPlane[axis] + through * (to[axis] - from[axis]);
  return [along(0), along(1), along(2)] as const;
}

/** The label of an example, and the voxels of each of its segments. */
export function encode({ instances, lesions }: Pick<SegExample, 'instances' | 'lesions'>) {
  const stack = getStack(instances.toReversed());
  const places = lesions.map(({ at, dimsMm }) => ({ centerLps: pointAt(instances, at), dimsMm }));
  const segments = places.map((place, index) => segmentAt(stack, place, index + 1));
  const seg = encodeSeg({ stack, segments, seriesNumber: 9000, version: 1 });
  const expected = places.map(({ centerLps, dimsMm }) => expectedVoxels(instances, centerLps, dimsMm));
  return { seg, segments, expected };
}

/** The box, found by trying all voxels; where no centre lies inside, the one nearest to the target. */
function expectedVoxels(
  instances: readonly DicomJson[],
  centerLps: readonly number[],
  dimsMm: readonly number[],
): Set<string> {
  const edge = Math.max(...dimsMm);
  const voxels = voxelsInside(instances, centerLps, [edge, edge, dimsMm[2] ?? edge]);
  if (voxels.size > 0) return voxels;
  let nearest = { distance: Infinity, name: '' };
  for (const header of instances) {
    for (let row = 0; row < Number(header['00280010']!.Value![0]); row++) {
      for (let column = 0; column < Number(header['00280011']!.Value![0]); column++) {
        const distance = Math.hypot(
          ...voxelCentreLps(header, row, column).map((value, axis) => value - centerLps[axis]!),
        );
        if (distance < nearest.distance) nearest = { distance, name: `${textOf(header, '00080018')}/${row}/${column}` };
      }
    }
  }
  return new Set([nearest.name]);
}
