import type { Vec3 } from './vector.js';

/**
 * The patient coordinate systems in which targets arrive: DICOM's own, x to the left and y to the back (PS3.3
 * C.7.6.2.1.1), and the one of 3D Slicer's fiducial files before version 5, x to the right and y to the front.
 */
export type CoordinateSystem = 'LPS' | 'RAS';

/** The point in LPS, mm. The system is the one that the file or row declares; there is no default on purpose. */
export function toLps(point: Vec3, declared: CoordinateSystem): Vec3 {
  // Subtracting, because negating 0 gives -0, which prints and compares differently.
  return declared === 'LPS' ? point : [0 - point[0], 0 - point[1], point[2]];
}
