import type { Slice, SliceStack } from '../geometry/slice-stack.js';
import type { LesionBox } from '../geometry/lesion-box.js';
import { dot, subtract, type Vec3 } from '../geometry/vector.js';

/**
 * Where a point of the patient lies on a slice, seen along the normal: column and row in pixels from the outer corner of
 * the first pixel, whose centre is 0.5\0.5 (PS3.3 C.18.6.1.1).
 */
export function columnAndRow(stack: SliceStack, slice: Slice, pointLps: Vec3): readonly [number, number] {
  const fromFirst = subtract(pointLps, slice.positionLps);
  return [
    dot(fromFirst, stack.rowDirection) / stack.columnSpacingMm + 0.5,
    dot(fromFirst, stack.columnDirection) / stack.rowSpacingMm + 0.5,
  ];
}

/** The edges of a box on a slice, back to the first corner. */
export function rectangle(stack: SliceStack, slice: Slice, { cornersLps }: LesionBox) {
  // The corners of the first face: the row direction changes fastest.
  return [0, 1, 3, 2, 0].map((corner) => columnAndRow(stack, slice, cornersLps[corner]!));
}

export function nearestSlice({ slices, normal }: SliceStack, pointLps: Vec3): Slice {
  const distanceMm = (slice: Slice) => Math.abs(dot(subtract(pointLps, slice.positionLps), normal));
  return slices.reduce((nearest, slice) => (distanceMm(slice) < distanceMm(nearest) ? slice : nearest));
}
