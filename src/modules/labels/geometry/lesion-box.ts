import type { Refusal } from '../../reasons.js';
import type { SliceStack } from './slice-stack.js';
import { add, dot, lengthOf, scale, subtract, type Vec3 } from './vector.js';

/** Voxel indices, zero-based, both ends included. */
export interface VoxelRange {
  readonly first: number;
  readonly last: number;
}

/** A box along the axes of a slice stack. */
export interface LesionBox {
  readonly centerLps: Vec3;
  readonly columns: VoxelRange;
  readonly rows: VoxelRange;
  /** Indices into the slices of the stack. */
  readonly slices: VoxelRange;
  /** The eight exact corners, not rounded to voxels; the row direction changes fastest, the normal slowest. */
  readonly cornersLps: readonly Vec3[];
  /** Exact lengths of the edges along a row, along a column and along the normal. */
  readonly extentsMm: Vec3;
  /** Whether the border of the volume cut a part off. */
  readonly clipped: boolean;
}

export interface TargetPlace {
  readonly centerLps: Vec3;
  /** Frame of reference of the target, where it declares one. */
  readonly frameOfReferenceUid?: string;
  /** Farthest accepted distance of the target from the centre of the volume. */
  readonly maxFromCentreMm?: number;
}

export interface LesionPlace extends TargetPlace {
  /** All stated dimensions in the order given; empty where none is stated. */
  readonly dimsMm: readonly number[];
}

/** A stack is planned on the organ in question: a target this far from its centre belongs to another one or is wrong. */
export const MAX_FROM_CENTRE_MM = 75;

/**
 * A voxel whose centre lies on a face of the box belongs to it, on either side alike. 0.1 µm is far below any voxel and
 * far above the rounding of positions and direction cosines, so that the answer does not hang on the last bit.
 */
const FACE_TOLERANCE_MM = 1e-4;

/**
 * The box of a lesion: centred on the target, along the rows, columns and normal of the stack. Both in-plane edges are
 * the largest stated dimension, since reports do not say how a dimension lies in the plane; the edge along the normal
 * is the third of three stated dimensions (the reporting order ends with the craniocaudal one), else the largest too.
 *
 * A voxel belongs to the box when its centre lies inside or on a face. Where none does along an axis, the voxel nearest
 * to the target does, or both if two are equally near. What lies beyond the volume is cut off; the volume ends half a
 * voxel outside the outermost centres.
 *
 * Refused with `no-size`, `other-frame-of-reference`, `outside-volume` or `too-far-from-centre`.
 */
export function toLesionBox(stack: SliceStack, place: LesionPlace): LesionBox | Refusal {
  const { centerLps, dimsMm } = place;
  if (dimsMm.length === 0 || !dimsMm.every((dim) => Number.isFinite(dim) && dim > 0)) {
    return { refused: 'no-size', detail: dimsMm.length === 0 ? 'no dimension' : `dimensions ${dimsMm.join(' x ')} mm` };
  }
  const misplaced = findMisplaced(stack, place);
  if (misplaced) return misplaced;
  const diameterMm = Math.max(...dimsMm);
  const normalMm = dimsMm.length === 3 ? dimsMm[2]! : diameterMm;
  const origin = stack.slices[0]!.positionLps;
  const spans = spansOf(stack, centerLps);
  const [alongRow, alongColumn, alongNormal] = [
    cover(spans[0], diameterMm),
    cover(spans[1], diameterMm),
    cover(spans[2], normalMm),
  ] as const;
  const cornersLps = alongNormal.edgesMm.flatMap((z) =>
    alongColumn.edgesMm.flatMap((y) =>
      alongRow.edgesMm.map((x) =>
        [scale(stack.rowDirection, x), scale(stack.columnDirection, y), scale(stack.normal, z)].reduce(add, origin),
      ),
    ),
  );
  return {
    centerLps,
    columns: alongRow.range,
    rows: alongColumn.range,
    slices: alongNormal.range,
    cornersLps,
    extentsMm: [
      lengthOf(subtract(cornersLps[1]!, cornersLps[0]!)),
      lengthOf(subtract(cornersLps[2]!, cornersLps[0]!)),
      lengthOf(subtract(cornersLps[4]!, cornersLps[0]!)),
    ],
    clipped: alongRow.clipped || alongColumn.clipped || alongNormal.clipped,
  };
}

/**
 * Why a target does not belong on this stack, whether it gets a box or not: `other-frame-of-reference`, `outside-volume`
 * or `too-far-from-centre`.
 */
export function findMisplaced(stack: SliceStack, place: TargetPlace): Refusal | undefined {
  const { centerLps, frameOfReferenceUid, maxFromCentreMm = MAX_FROM_CENTRE_MM } = place;
  if (frameOfReferenceUid !== undefined && frameOfReferenceUid !== stack.frameOfReferenceUid) {
    return { refused: 'other-frame-of-reference', detail: `${frameOfReferenceUid}, not ${stack.frameOfReferenceUid}` };
  }
  const spans = spansOf(stack, centerLps);
  const beyondMm = Math.max(
    ...spans.map(({ edgesMm, centerMm }) => Math.max(edgesMm[0] - centerMm, centerMm - edgesMm[1])),
  );
  // Written so that a position that is not a number is refused, too.
  if (!(beyondMm <= FACE_TOLERANCE_MM)) {
    return { refused: 'outside-volume', detail: `${beyondMm.toFixed(1)} mm beyond the border` };
  }
  const fromCentre = spans.map(({ edgesMm, centerMm }) => centerMm - (edgesMm[0] + edgesMm[1]) / 2);
  const fromCentreMm = Math.hypot(...fromCentre);
  if (fromCentreMm > maxFromCentreMm) {
    return { refused: 'too-far-from-centre', detail: `${fromCentreMm.toFixed(1)} mm, limit ${maxFromCentreMm} mm` };
  }
  return undefined;
}

/** One axis of the volume, measured from the centre of its first voxel, and where the target lies on it. */
interface Span {
  readonly centresMm: readonly number[];
  readonly edgesMm: readonly [number, number];
  readonly centerMm: number;
}

/** Along a row, along a column and along the normal. */
function spansOf(stack: SliceStack, pointLps: Vec3): readonly [Span, Span, Span] {
  const fromOrigin = subtract(pointLps, stack.slices[0]!.positionLps);
  const every = (count: number, spacingMm: number) => Array.from({ length: count }, (_, index) => index * spacingMm);
  const offsetsMm = stack.slices.map((slice) => slice.offsetMm);
  return [
    toSpan(every(stack.columns, stack.columnSpacingMm), stack.columnSpacingMm, dot(fromOrigin, stack.rowDirection)),
    toSpan(every(stack.rows, stack.rowSpacingMm), stack.rowSpacingMm, dot(fromOrigin, stack.columnDirection)),
    toSpan(offsetsMm, stack.sliceSpacingMm, dot(fromOrigin, stack.normal)),
  ] as const;
}

function toSpan(centresMm: readonly number[], spacingMm: number, centerMm: number): Span {
  return { centresMm, edgesMm: [-spacingMm / 2, centresMm.at(-1)! + spacingMm / 2], centerMm };
}

/** What a box of the given edge covers along one axis. */
function cover({ centresMm, edgesMm, centerMm }: Span, edgeMm: number) {
  const distancesMm = centresMm.map((centre) => Math.abs(centre - centerMm));
  const reachMm = Math.max(edgeMm / 2, Math.min(...distancesMm)) + FACE_TOLERANCE_MM;
  const inside = (distanceMm: number) => distanceMm <= reachMm;
  const [lowMm, highMm] = [centerMm - edgeMm / 2, centerMm + edgeMm / 2];
  return {
    range: { first: distancesMm.findIndex(inside), last: distancesMm.findLastIndex(inside) },
    edgesMm: [Math.max(lowMm, edgesMm[0]), Math.min(highMm, edgesMm[1])] as const,
    clipped: lowMm < edgesMm[0] - FACE_TOLERANCE_MM || highMm > edgesMm[1] + FACE_TOLERANCE_MM,
  };
}
