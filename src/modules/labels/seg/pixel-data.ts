import type { LesionBox } from '../geometry/lesion-box.js';

/** One frame of the SEG: what one segment covers on one source slice. */
export interface Frame {
  /** From 1. */
  readonly segmentNumber: number;
  /** Index into the slices of the stack. */
  readonly slice: number;
  readonly box: LesionBox;
}

/** The frames of the segments in order, each on the slices that its box covers: there is no empty frame. */
export function framesOf(boxes: readonly LesionBox[]): Frame[] {
  return boxes.flatMap((box, index) =>
    Array.from({ length: box.slices.last - box.slices.first + 1 }, (_, offset) => ({
      segmentNumber: index + 1,
      slice: box.slices.first + offset,
      box,
    })),
  );
}

/** Bytes that the packed frames fill: there is no alignment between frames (PS3.5 8.1.1, 8.2). */
export const voxelBytes = (rows: number, columns: number, frames: number): number =>
  Math.ceil((rows * columns * frames) / 8);

/** Sets the voxels of the frames in zeroed bytes: one bit a voxel, the first in the least significant bit. */
export function setVoxels(packed: Uint8Array, frames: readonly Frame[], rows: number, columns: number): void {
  frames.forEach(({ box }, frame) => {
    for (let row = box.rows.first; row <= box.rows.last; row++) {
      const start = (frame * rows + row) * columns;
      setBits(packed, start + box.columns.first, start + box.columns.last + 1);
    }
  });
}

/** Where the blocks of so many bytes begin that hold voxels of the frames, in ascending order. */
export function filledBlocks(frames: readonly Frame[], rows: number, columns: number, blockBytes: number): number[] {
  const starts: number[] = [];
  let next = 0;
  frames.forEach(({ box }, frame) => {
    for (let row = box.rows.first; row <= box.rows.last; row++) {
      const start = (frame * rows + row) * columns;
      const last = Math.floor((start + box.columns.last) / 8 / blockBytes);
      next = Math.max(next, Math.floor((start + box.columns.first) / 8 / blockBytes));
      for (; next <= last; next++) starts.push(next * blockBytes);
    }
  });
  return starts;
}

/** Sets the bits [from, to). Bit numbers may pass 2^31, so they are divided, not shifted. */
function setBits(bytes: Uint8Array, from: number, to: number): void {
  const firstByte = Math.floor(from / 8);
  const lastByte = Math.floor((to - 1) / 8);
  const head = 0xff << (from % 8);
  const tail = 0xff >> (7 - ((to - 1) % 8));
  if (firstByte === lastByte) {
    bytes[firstByte]! |= head & tail;
    return;
  }
  bytes[firstByte]! |= head;
  // A row of a box is a few bytes, for which a call of fill() costs more than the work.
  for (let byte = firstByte + 1; byte < lastByte; byte++) bytes[byte] = 0xff;
  bytes[lastByte]! |= tail;
}
