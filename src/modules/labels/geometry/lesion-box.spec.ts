import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  AXIAL,
  SAGITTAL,
  sourceSeries,
  tilted,
  voxelCentreLps,
  voxelsInside,
  type SourceSeries,
} from '../../../../test/conformance/source-series.js';
import { isRefusal } from '../../reasons.js';
import { type LesionBox, type LesionPlace, toLesionBox } from './lesion-box.js';
import { toSliceStack } from './slice-stack.js';
import { lengthOf, subtract, type Vec3 } from './vector.js';

const series = (overrides: Partial<SourceSeries>) => sourceSeries({ rows: 41, columns: 51, slices: 9, ...overrides });

function boxIn(instances: ReturnType<typeof sourceSeries>, place: LesionPlace) {
  const stack = toSliceStack(instances);
  if (isRefusal(stack)) throw new Error(`${stack.refused}: ${stack.detail}`);
  return { stack, box: toLesionBox(stack, place) };
}

function getBox(instances: ReturnType<typeof sourceSeries>, place: LesionPlace): LesionBox {
  const { box } = boxIn(instances, place);
  if (isRefusal(box)) throw new Error(`${box.refused}: ${box.detail}`);
  return box;
}

/** The voxels of a box, named as voxelsInside names them. */
function voxelsOf(instances: ReturnType<typeof sourceSeries>, place: LesionPlace): Set<string> {
  const { stack } = boxIn(instances, place);
  const box = getBox(instances, place);
  const voxels = new Set<string>();
  if (isRefusal(stack)) return voxels;
  for (let slice = box.slices.first; slice <= box.slices.last; slice++) {
    for (let row = box.rows.first; row <= box.rows.last; row++) {
      for (let column = box.columns.first; column <= box.columns.last; column++) {
        voxels.add(`${stack.slices[slice]!.sopInstanceUid}/${row}/${column}`);
      }
    }
  }
  return voxels;
}

/** A point given in voxels of the series (row, column, slice; fractions allowed). */
function pointAt(instances: ReturnType<typeof sourceSeries>, row: number, column: number, slice: number): Vec3 {
  const below = voxelCentreLps(instances[Math.floor(slice)]!, row, column);
  const above = voxelCentreLps(instances[Math.min(Math.floor(slice) + 1, instances.length - 1)]!, row, column);
  const part = slice - Math.floor(slice);
  return [0, 1, 2].map((axis) => below[axis]! + part * (above[axis]! - below[axis]!)) as unknown as Vec3;
}

describe('toLesionBox', () => {
  const geometries: [string, Partial<SourceSeries>][] = [
    ['axial', { orientation: AXIAL }],
    ['tilted by 18 degrees', { orientation: tilted(18) }],
    ['doubly oblique', { orientation: tilted(-21, 9) }],
    ['sagittal', { orientation: SAGITTAL }],
    ['upside down', { orientation: [1, 0, 0, 0, -1, 0] }],
    [
      'with rows twice as far apart as columns',
      { orientation: tilted(12, 3), rowSpacingMm: 0.8, columnSpacingMm: 0.4 },
    ],
    ['with columns farther apart than rows', { orientation: tilted(12, 3), rowSpacingMm: 0.39, columnSpacingMm: 0.91 }],
    ['with thin slices', { orientation: tilted(30, 30), sliceSpacingMm: 0.7 }],
  ];

  it.each(geometries)('holds exactly the voxels whose centres lie inside, %s', (_name, geometry) => {
    const instances = series(geometry);
    const place = { centerLps: pointAt(instances, 20.3, 25.2, 4.1), dimsMm: [7.3] };
    const expected = voxelsInside(instances, place.centerLps, [7.3, 7.3, 7.3]);
    expect(expected.size).toBeGreaterThan(50);
    expect(voxelsOf(instances, place)).toEqual(expected);
    expect(voxelsOf(instances.toReversed(), place)).toEqual(expected);
  });

  it.each(geometries)('has corners at half the edges from the target, %s', (_name, geometry) => {
    const instances = series(geometry);
    const centerLps = pointAt(instances, 20.3, 25.2, 4.1);
    const box = getBox(instances, { centerLps, dimsMm: [5] });
    expect(box.clipped).toBe(false);
    expect(box.extentsMm).toEqual([expect.closeTo(5, 9), expect.closeTo(5, 9), expect.closeTo(5, 9)]);
    expect(box.cornersLps).toHaveLength(8);
    for (const corner of box.cornersLps) {
      expect(lengthOf(subtract(corner, centerLps))).toBeCloseTo(Math.sqrt(3) * 2.5, 9);
    }
    expect(subtract(box.cornersLps[7]!, centerLps)).toEqual(
      subtract(centerLps, box.cornersLps[0]!).map((value) => expect.closeTo(value, 9)),
    );
  });

  it('picks the slice along the normal, where the z difference would pick another', () => {
    // 20 mm off the centre of a stack tilted by 18 degrees, z alone is wrong by 6 mm: two slices.
    const instances = series({ orientation: tilted(18), rows: 101, rowSpacingMm: 0.5 });
    const box = getBox(instances, { centerLps: pointAt(instances, 90, 25, 4), dimsMm: [4] });
    expect(box.slices).toEqual({ first: 4, last: 4 });
  });

  it.each([
    [[8], [8, 8, 8]],
    [
      [4, 8],
      [8, 8, 8],
    ],
    [
      [8, 4],
      [8, 8, 8],
    ],
    [
      [6, 8, 5],
      [8, 8, 5],
    ],
    [
      [5, 6, 8],
      [8, 8, 8],
    ],
  ])('makes dimensions %j an edge of %j mm along row, column and normal', (dimsMm, edgesMm) => {
    const instances = series({ orientation: tilted(18), sliceSpacingMm: 1 });
    const place = { centerLps: pointAt(instances, 20.3, 25.2, 4.1), dimsMm };
    expect(getBox(instances, place).extentsMm).toEqual(edgesMm.map((edge) => expect.closeTo(edge, 9)));
    expect(voxelsOf(instances, place)).toEqual(
      voxelsInside(instances, place.centerLps, edgesMm as [number, number, number]),
    );
  });

  // 0.5 mm voxels, 3 mm slices. The faces lie exactly on voxel centres where target and half edge are multiples of them.
  it.each([
    ['target on a voxel, faces on voxels', 20, 25, 4, 6, [14, 26], [19, 31], [3, 5]],
    ['target between two voxels, faces between two', 20.5, 25.5, 4, 6, [15, 26], [20, 31], [3, 5]],
    ['target on a voxel, faces between two', 20, 25, 4, 6.5, [14, 26], [19, 31], [3, 5]],
    ['target between two, faces on voxels', 20.5, 25.5, 4, 6.5, [14, 27], [19, 32], [3, 5]],
    ['target between two slices, faces on slices', 20, 25, 3.5, 3, [17, 23], [22, 28], [3, 4]],
    ['smaller than a voxel, target near one', 20.4, 25.2, 3.9, 0.05, [20, 20], [25, 25], [4, 4]],
    ['smaller than a voxel, target midway', 20.5, 25.5, 3.5, 0.05, [20, 21], [25, 26], [3, 4]],
    ['thinner than the slices', 20, 25, 3.4, 1, [19, 21], [24, 26], [3, 3]],
  ])('is symmetric: %s', (_name, row, column, slice, sizeMm, rows, columns, slices) => {
    for (const orientation of [AXIAL, tilted(18), tilted(-21, 9), SAGITTAL]) {
      const instances = series({ orientation });
      const box = getBox(instances, { centerLps: pointAt(instances, row, column, slice), dimsMm: [sizeMm] });
      expect([box.rows.first, box.rows.last]).toEqual(rows);
      expect([box.columns.first, box.columns.last]).toEqual(columns);
      expect([box.slices.first, box.slices.last]).toEqual(slices);
    }
  });

  it('is clipped at the border of the volume, half a voxel beyond the outermost centres', () => {
    const instances = series({ orientation: tilted(18) });
    const box = getBox(instances, { centerLps: pointAt(instances, 1, 49, 8), dimsMm: [10] });
    expect(box.clipped).toBe(true);
    expect(box.rows).toEqual({ first: 0, last: 11 });
    expect(box.columns).toEqual({ first: 39, last: 50 });
    expect(box.slices).toEqual({ first: 7, last: 8 });
    // Towards the border: 1.5 voxels of 0.5 mm in plane, half a slice of 3 mm along the normal; 5 mm on the other side.
    expect(box.extentsMm).toEqual([expect.closeTo(5.75, 9), expect.closeTo(5.75, 9), expect.closeTo(6.5, 9)]);
  });

  it('is not clipped by a face on the border itself', () => {
    const instances = series({ orientation: tilted(18) });
    expect(getBox(instances, { centerLps: pointAt(instances, 5.5, 25, 4), dimsMm: [6] }).clipped).toBe(false);
    expect(getBox(instances, { centerLps: pointAt(instances, 5.4, 25, 4), dimsMm: [6] }).clipped).toBe(true);
  });

  it('takes a target up to the outer edge of the outermost voxels', () => {
    const instances = series({ orientation: tilted(18) });
    const corner = getBox(instances, { centerLps: pointAt(instances, -0.49, 50.49, 0), dimsMm: [2] });
    expect([corner.rows.first, corner.columns.last, corner.slices.first]).toEqual([0, 50, 0]);
  });

  const inside = pointAt(series({}), 20, 25, 4);
  it.each<[string, string, LesionPlace, string]>([
    ['no size', 'no-size', { centerLps: inside, dimsMm: [] }, 'no dimension'],
    ['a size of zero', 'no-size', { centerLps: inside, dimsMm: [0] }, 'dimensions 0 mm'],
    ['a negative size', 'no-size', { centerLps: inside, dimsMm: [8, -1] }, 'dimensions 8 x -1 mm'],
    ['a size that is no number', 'no-size', { centerLps: inside, dimsMm: [NaN] }, 'NaN'],
    [
      'a target beside the volume',
      'outside-volume',
      { centerLps: pointAt(series({}), -1, 25, 4), dimsMm: [9] },
      '0.3 mm beyond',
    ],
    [
      'a target above the volume',
      'outside-volume',
      { centerLps: [inside[0], inside[1], 100], dimsMm: [9] },
      '114.5 mm beyond',
    ],
    ['a target that is no point', 'outside-volume', { centerLps: [NaN, 0, 0], dimsMm: [9] }, 'NaN'],
    [
      'a target too far from the centre',
      'too-far-from-centre',
      { centerLps: pointAt(series({}), 20, 45, 4), dimsMm: [9], maxFromCentreMm: 9.9 },
      '10.0 mm, limit 9.9 mm',
    ],
    [
      'a target of another frame of reference',
      'other-frame-of-reference',
      { centerLps: inside, dimsMm: [9], frameOfReferenceUid: '1.2.3' },
      '1.2.3, not',
    ],
  ])('refuses %s with %s', (_name, refused, place, detail) => {
    const { box } = boxIn(series({}), place);
    expect(box).toMatchObject({ refused });
    expect(isRefusal(box) && box.detail).toContain(detail);
  });

  it('accepts a target of the same frame of reference, and one just within the limit', () => {
    const place = { centerLps: pointAt(series({}), 20, 45, 4), dimsMm: [9], maxFromCentreMm: 10.001 };
    expect(getBox(series({}), { ...place, frameOfReferenceUid: '1.2.826.0.1.3680043.8.498.9' }).rows.first).toBe(11);
  });

  const anyPlace = fc.record({
    aboutX: fc.double({ min: -40, max: 40, noNaN: true }),
    aboutZ: fc.double({ min: -40, max: 40, noNaN: true }),
    rowSpacingMm: fc.double({ min: 0.3, max: 2, noNaN: true }),
    columnSpacingMm: fc.double({ min: 0.3, max: 2, noNaN: true }),
    sliceSpacingMm: fc.double({ min: 0.5, max: 5, noNaN: true }),
    row: fc.double({ min: -0.49, max: 10.49, noNaN: true }),
    column: fc.double({ min: -0.49, max: 12.49, noNaN: true }),
    slice: fc.double({ min: 0, max: 6, noNaN: true }),
    sizeMm: fc.double({ min: 0.1, max: 60, noNaN: true }),
  });

  it('always holds the voxel nearest to the target, and no order of the instances changes it', () => {
    fc.assert(
      fc.property(anyPlace, ({ aboutX, aboutZ, row, column, slice, sizeMm, ...spacing }) => {
        const instances = series({ ...spacing, orientation: tilted(aboutX, aboutZ), rows: 11, columns: 13, slices: 7 });
        const place = { centerLps: pointAt(instances, row, column, slice), dimsMm: [sizeMm] };
        const box = getBox(instances, place);
        const nearest = { rows: Math.round(row), columns: Math.round(column), slices: Math.round(slice) };
        for (const axis of ['rows', 'columns', 'slices'] as const) {
          expect(box[axis].first).toBeLessThanOrEqual(nearest[axis]);
          expect(box[axis].last).toBeGreaterThanOrEqual(nearest[axis]);
        }
        expect(getBox(instances.toReversed(), place)).toEqual(box);
      }),
    );
  });
});
