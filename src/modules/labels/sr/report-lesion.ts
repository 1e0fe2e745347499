import type { AnatomicRegion } from '../dicom/anatomic-region.js';
import type { Code } from '../dicom/elements.js';
import type { LesionBox } from '../geometry/lesion-box.js';
import type { Slice, SliceStack } from '../geometry/slice-stack.js';
import type { Vec3 } from '../geometry/vector.js';
import type { Uid } from '../uid.js';
import { nearestSlice } from './slice-coordinates.js';

/** A coded question and its answer, such as a category of a scoring system. */
export interface Evaluation {
  readonly question: Code;
  readonly answer: Code;
}

/** A lesion as a structured report carries it. */
export interface ReportLesion {
  /** Shared with the segment of the lesion. */
  readonly tracking: { readonly id: string; readonly uid: Uid };
  readonly finding: Code;
  readonly sites: readonly AnatomicRegion[];
  /** Largest stated dimension; null where none is stated. */
  readonly sizeMm: number | null;
  readonly evaluations: readonly Evaluation[];
  readonly pointLps: Vec3;
  /** Null where no size is stated: then the lesion is a point. */
  readonly box: LesionBox | null;
}

/** The slices that a lesion is drawn on, the one nearest to its target first: viewers may show the first region only. */
export function slicesOf(stack: SliceStack, { pointLps, box }: ReportLesion): Slice[] {
  const nearest = nearestSlice(stack, pointLps);
  const ofBox = box ? stack.slices.slice(box.slices.first, box.slices.last + 1) : [];
  return [nearest, ...ofBox.filter((slice) => slice !== nearest)];
}
