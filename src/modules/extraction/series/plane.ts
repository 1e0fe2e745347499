import type { DicomJson } from '../../dicomweb/dicom-json.js';
import { numbersIn } from './header-values.js';
import { matchesOf } from '../text/matches.js';

export type Plane = 'axial' | 'sagittal' | 'coronal' | 'oblique';

/** A slice normal this close to a body axis still counts as that plane: prostate axials are tilted by up to 30°. */
const NEAREST_AXIS_COSINE = Math.cos((35 * Math.PI) / 180);
/** Two normals this far apart are two planes of one series. */
const SAME_NORMAL_COSINE = Math.cos((20 * Math.PI) / 180);

/** Unit slice normal in LPS from ImageOrientationPatient (0020,0037), or undefined. */
export function normalLpsOf(dataset: DicomJson): readonly number[] | undefined {
  const [rx, ry, rz, cx, cy, cz] = numbersIn(dataset, '00200037') as [number, number, number, number, number, number];
  if (cz === undefined) return undefined;
  const normal = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx];
  const length = Math.hypot(...normal);
  return length > 0.5 ? normal.map((component) => component / length) : undefined;
}

function planeOfNormal(normalLps: readonly number[]): Plane {
  const [x = 0, y = 0, z = 0] = normalLps.map(Math.abs);
  const largest = Math.max(x, y, z);
  if (largest < NEAREST_AXIS_COSINE) return 'oblique';
  if (largest === z) return 'axial';
  return largest === x ? 'sagittal' : 'coronal';
}

export interface PlaneFinding {
  plane: Plane | null;
  /** The slices lie in more than one plane. */
  several: boolean;
  /** Where it comes from. */
  from: 'orientation' | 'words' | 'nothing';
}

/** Plane of a series: from the slice normals; only where there are none, from the words of its description. */
export function planeOf(frames: readonly DicomJson[], words: string): PlaneFinding {
  let first: readonly number[] | undefined;
  for (const frame of frames) {
    const normal = normalLpsOf(frame);
    if (!normal) continue;
    first ??= normal;
    const cosine = Math.abs(normal.reduce((sum, component, axis) => sum + component * (first?.[axis] ?? 0), 0));
    if (cosine < SAME_NORMAL_COSINE) return { plane: null, several: true, from: 'orientation' };
  }
  if (first) return { plane: planeOfNormal(first), several: false, from: 'orientation' };
  const plane = planeInWords(words);
  return { plane, several: false, from: plane ? 'words' : 'nothing' };
}

const PLANE_WORDS = new RegExp(
  '(?<![a-z])(?:' +
    // The letters before the plane are sequence names run together with it, as in `t2tsetra` or `ep2ddifftra`.
    '(?:[a-z]*(?:tse|fse|diff|spc|vibe|fr|haste|blade|space|stir|tirm|twist|w))?' +
    '(?:(tra|axail|axal|trans|transv|tra[a-z]*vers[a-z]*|trv|ax|axi|axial[a-z]*|axiaal|assial[a-z]*|aksial[a-z]*|horizontal)' +
    '|(sag|sagit+[a-z]*|sagg?it[a-z]*)' +
    '|(cor|coro|coron[a-z]*|kor|koron[a-z]*|frontal[a-z]*)' +
    '|(obl|obliq[a-z]*|schrag[a-z]*|oblicu[a-z]*))' +
    ')(?![a-z])',
  'g',
);
const PLANES: readonly Plane[] = ['axial', 'sagittal', 'coronal', 'oblique'];

/** What the words say; the last plane named counts, as in `t2_spc_sag_iso_MPR Tra`; "axial oblique" is axial. */
function planeInWords(words: string): Plane | null {
  let plane: Plane | null = null;
  for (const match of matchesOf(words, PLANE_WORDS)) {
    const named = PLANES[match.slice(1).findIndex((group) => group !== undefined)];
    if (named && (named !== 'oblique' || plane === null)) plane = named;
  }
  return plane;
}
