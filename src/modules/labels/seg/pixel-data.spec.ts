import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LesionBox, VoxelRange } from '../geometry/lesion-box.js';
import { framesOf, setVoxels, voxelBytes } from './pixel-data.js';

const range = (first: number, last: number): VoxelRange => ({ first, last });
const box = (columns: VoxelRange, rows: VoxelRange, slices: VoxelRange): LesionBox => ({
  centerLps: [0, 0, 0],
  columns,
  rows,
  slices,
  cornersLps: [],
  extentsMm: [1, 1, 1],
  clipped: false,
});

function pack(boxes: LesionBox[], rows: number, columns: number): Uint8Array {
  const frames = framesOf(boxes);
  const packed = new Uint8Array(voxelBytes(rows, columns, frames.length));
  setVoxels(packed, frames, rows, columns);
  return packed;
}

describe('framesOf', () => {
  it('gives each segment the slices of its box, in order', () => {
    const frames = framesOf([box(range(0, 0), range(0, 0), range(4, 6)), box(range(0, 0), range(0, 0), range(2, 2))]);
    expect(frames.map(({ segmentNumber, slice }) => [segmentNumber, slice])).toEqual([
      [1, 4],
      [1, 5],
      [1, 6],
      [2, 2],
    ]);
  });
});

describe('setVoxels', () => {
  it('puts the first voxel into the least significant bit', () => {
    expect([...pack([box(range(0, 0), range(0, 0), range(0, 0))], 2, 8)]).toEqual([0b1, 0]);
    expect([...pack([box(range(2, 4), range(1, 1), range(0, 0))], 2, 8)]).toEqual([0, 0b11100]);
  });

  it('runs on from frame to frame without alignment', () => {
    // 3 x 3 voxels: the second frame starts at bit 9.
    expect([...pack([box(range(0, 0), range(0, 0), range(0, 1))], 3, 3)]).toEqual([0b1, 0b10, 0]);
    expect(voxelBytes(11, 13, 3)).toBe(54);
  });

  const odd = fc.record({
    rows: fc.integer({ min: 1, max: 13 }),
    columns: fc.integer({ min: 1, max: 37 }),
    corners: fc.array(fc.array(fc.nat({ max: 1_000_000 }), { minLength: 6, maxLength: 6 }), {
      minLength: 1,
      maxLength: 4,
    }),
  });

  it('sets exactly the voxels of the boxes, for every size', () => {
    fc.assert(
      fc.property(odd, ({ rows, columns, corners }) => {
        const between = (a: number, b: number, count: number) =>
          range(Math.min(a % count, b % count), Math.max(a % count, b % count));
        const boxes = corners.map(([a, b, c, d, e, f]) =>
          box(between(a!, b!, columns), between(c!, d!, rows), between(e!, f!, 4)),
        );
        const bits = framesOf(boxes).flatMap(({ box }) =>
          Array.from({ length: rows * columns }, (_, voxel) => {
            const [row, column] = [Math.floor(voxel / columns), voxel % columns];
            const inside =
              row >= box.rows.first &&
              row <= box.rows.last &&
              column >= box.columns.first &&
              column <= box.columns.last;
            return inside ? 1 : 0;
          }),
        );
        const packed = pack(boxes, rows, columns);
        const unpacked = Array.from({ length: packed.length * 8 }, (_, bit) => (packed[bit >> 3]! >> (bit & 7)) & 1);
        expect(unpacked.slice(0, bits.length)).toEqual(bits);
        expect(unpacked.slice(bits.length).every((bit) => bit === 0)).toBe(true);
      }),
    );
  });
});
