import { describe, expect, it } from '@jest/globals';
import dcmjs from 'dcmjs';
import { type DicomJson, itemsOf, textOf } from '../../src/modules/dicomweb/dicom-json.js';
import { encodeSeg } from '../../src/modules/labels/seg/seg-encoder.js';
import { dciodvfy } from './dciodvfy.js';
import { readDataset, readFrames, readWithDcmqi } from './read-back.js';
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
const matrix = Object.entries(ORIENTATIONS).flatMap(([orientationName, orientation], o) =>
  Object.entries(SHAPES).flatMap(([shapeName, shape], s) =>
    Object.entries(LESIONS).map(([lesionsName, lesions], l) => {
      const [vendorName, vendor] = vendors[(o + s + l) % vendors.length]!;
      const instances = sourceSeries({ ...shape, orientation }).map(vendor);
      return { name: [vendorName, orientationName, shapeName, lesionsName].join(', '), instances, lesions };
    }),
  ),
);

function pointAt(instances: readonly DicomJson[], [across, down, through]: readonly [number, number, number]) {
  const first = instances[0]!;
  const [rows, columns] = ['00280010', '00280011'].map((tag) => Number(first[tag]!.Value![0])) as [number, number];
  const inPlane = voxelCentreLps(first, down * (rows - 1), across * (columns - 1));
  const [from, to] = [voxelCentreLps(first, 0, 0), voxelCentreLps(instances.at(-1)!, 0, 0)];
  const along = (axis: 0 | 1 | 2) => inPlane[axis] + through * (to[axis] - from[axis]);
  return [along(0), along(1), along(2)] as const;
}

function encode({ instances, lesions }: Pick<(typeof matrix)[number], 'instances' | 'lesions'>) {
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

/** What a viewer that follows the references of the frames would draw: one set of voxels a segment. */
function voxelsByReference(bytes: Uint8Array): Set<string>[] {
  const segments: Set<string>[] = [];
  for (const { segmentNumber, voxels } of readFrames(readDataset(bytes))) {
    const segment = (segments[segmentNumber - 1] ??= new Set());
    voxels.forEach((voxel) => segment.add(voxel));
  }
  return segments;
}

describe('SEG conformance', () => {
  it.each(matrix)('has no error in dciodvfy: $name', async (example) => {
    const verdict = await dciodvfy(encode(example).seg.bytes);
    expect(verdict).toMatchObject({ errors: [], exitCode: 0 });
  });

  it.each(matrix)('is read voxel by voxel by dcmqi: $name', async (example) => {
    const { seg, segments, expected } = encode(example);
    const read = await readWithDcmqi(seg.bytes, example.instances);
    expect(read.map(({ label }) => label)).toEqual(segments.map(({ facts }) => facts.label));
    const { rows, columns } = getStack(example.instances);
    if ((rows * columns) % 8 === 0) {
      expect(read.map(({ voxels }) => voxels)).toEqual(expected);
    } else {
      // This dcmqi misreads frames that start within a byte (DCMTK bug 1132, mended in December 2024), so only the first
      // frame can be held against it. The next test reads all of them bit by bit.
      const { sourceUid } = readFrames(readDataset(seg.bytes))[0]!;
      const onFirst = (voxels: Set<string>) =>
        new Set([...voxels].filter((voxel) => voxel.startsWith(`${sourceUid}/`)));
      expect(onFirst(read[0]!.voxels)).toEqual(onFirst(expected[0]!));
      expect(onFirst(expected[0]!).size).toBeGreaterThan(0);
    }
  });

  it.each(matrix)('refers each frame to the slice that it lies on: $name', (example) => {
    const { seg, expected } = encode(example);
    const dataset = readDataset(seg.bytes);
    const frames = readFrames(dataset);
    const positions = new Map(
      getStack(example.instances).slices.map((slice) => [String(slice.sopInstanceUid), slice.positionDs]),
    );
    for (const frame of frames) {
      expect(frame.position).toEqual(positions.get(frame.sourceUid));
      expect(frame.voxels.size).toBeGreaterThan(0);
    }
    expect(voxelsByReference(seg.bytes)).toEqual(expected);

    // (segment, position along the normal), each pair once, in ascending order.
    const indices = frames.map(({ dimensionIndex }) => dimensionIndex);
    expect(indices).toEqual(indices.toSorted((a, b) => a[0]! - b[0]! || a[1]! - b[1]!));
    expect(new Set(indices.map(String)).size).toBe(indices.length);
    expect(Math.max(...indices.map(([, position]) => position!))).toBe(
      new Set(frames.map(({ sourceUid }) => sourceUid)).size,
    );

    const series = itemsOf(dataset, '00081115')[0]!;
    const referenced = itemsOf(series, '0008114A').map((item) => textOf(item, '00081155'));
    expect(new Set(referenced)).toEqual(new Set(frames.map(({ sourceUid }) => sourceUid)));
    expect(textOf(series, '0020000E')).toBe(textOf(example.instances[0]!, '0020000E'));
    expect(textOf(dataset, '00200052')).toBe(textOf(example.instances[0]!, '00200052'));
  });
});

describe('the checks can fail', () => {
  const example = matrix.find(({ name }) => name.includes('18 degrees, 64 x 80, one lesion'))!;

  it.each([
    ['no segment sequence', '00620002'],
    ['no patient id', '00100020'],
    ['no functional groups', '52009229'],
    ['no segmentation type', '00620001'],
    ['no dimension index', '00209222'],
  ])('dciodvfy finds %s', async (_name, tag) => {
    const { bytes } = encode(example).seg;
    const { meta, dict } = dcmjs.data.DicomMessage.readFile(bytes.slice().buffer);
    const broken = new dcmjs.data.DicomDict(meta);
    broken.dict = Object.fromEntries(Object.entries(dict).filter(([other]) => other !== tag));
    const verdict = await dciodvfy(new Uint8Array(broken.write({ allowInvalidVRLength: true })));
    expect(verdict.errors.length).toBeGreaterThan(0);
    expect(verdict.exitCode).toBe(1);
  });

  it('the readers find slices in mirrored order, which dciodvfy passes', async () => {
    const { instances } = example;
    const stack = getStack(instances);
    const place = { centerLps: pointAt(instances, [0.5, 0.5, 0.2]), dimsMm: [9] };
    const mirrored = { ...stack, slices: stack.slices.toReversed() };
    const { bytes } = encodeSeg({
      stack: mirrored,
      segments: [segmentAt(stack, place)],
      seriesNumber: 9000,
      version: 1,
    });
    const right = voxelsInside(instances, place.centerLps, [9, 9, 9]);
    expect(await dciodvfy(bytes)).toMatchObject({ errors: [], exitCode: 0 });
    expect(voxelsByReference(bytes)[0]!.size).toBe(right.size);
    expect(voxelsByReference(bytes)[0]).not.toEqual(right);
    expect((await readWithDcmqi(bytes, instances))[0]!.voxels).not.toEqual(right);
  });

  it('dcmqi finds a swap of row and column spacing', async () => {
    const { instances, lesions } = matrix.find(({ name }) => name.includes('18 degrees, 36 x 22 thin, one lesion'))!;
    const stack = getStack(instances);
    const segments = [segmentAt(stack, { centerLps: pointAt(instances, lesions[0]!.at), dimsMm: [3.3] })];
    const swapped = { ...stack, pixelSpacingDs: stack.pixelSpacingDs.toReversed() };
    const { bytes } = encodeSeg({ stack: swapped, segments, seriesNumber: 9000, version: 1 });
    await expect(readWithDcmqi(bytes, instances)).rejects.toThrow('No source voxel lies at');
  });
});
