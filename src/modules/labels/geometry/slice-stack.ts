import { type DicomJson, numberOf, numbersOf, textOf, textsOf } from '../../dicomweb/dicom-json.js';
import { isRefusal, type Refusal } from '../../reasons.js';
import { parseUid, type Uid } from '../uid.js';
import { cross, dot, lengthOf, normalize, scale, subtract, type Vec3 } from './vector.js';

/** One source image. */
export interface Slice {
  /** Its DICOM JSON: the place to copy patient and study from. */
  readonly header: DicomJson;
  readonly sopClassUid: Uid;
  readonly sopInstanceUid: Uid;
  /** Centre of the first voxel. */
  readonly positionLps: Vec3;
  /** ImagePositionPatient as the source states it. */
  readonly positionDs: readonly string[];
  /** Distance of the slice from the first one along the normal. */
  readonly offsetMm: number;
}

/** A series of parallel, evenly spaced slices: a volume in patient coordinates. */
export interface SliceStack {
  readonly seriesUid: Uid;
  readonly frameOfReferenceUid: Uid;
  readonly rows: number;
  readonly columns: number;
  /** Distance between two rows: the first value of PixelSpacing (PS3.3 10.7.1.3). */
  readonly rowSpacingMm: number;
  /** Distance between two columns: the second value of PixelSpacing. */
  readonly columnSpacingMm: number;
  /** Mean distance between two slices along the normal. */
  readonly sliceSpacingMm: number;
  /** Unit vector along a row, towards higher columns. */
  readonly rowDirection: Vec3;
  /** Unit vector along a column, towards higher rows. */
  readonly columnDirection: Vec3;
  /** rowDirection × columnDirection, towards higher slices. */
  readonly normal: Vec3;
  /** Ascending along the normal. */
  readonly slices: readonly Slice[];
  /** The source's own spelling, to be written back unchanged. */
  readonly orientationDs: readonly string[];
  readonly pixelSpacingDs: readonly string[];
  readonly sliceThicknessDs: string | undefined;
}

/** Single-frame images whose pixels lie on a plane in the patient: CT, MR, PET (PS3.4 B.5). */
const SLICE_CLASSES = new Set([
  '1.2.840.10008.5.1.4.1.1.2',
  '1.2.840.10008.5.1.4.1.1.4',
  '1.2.840.10008.5.1.4.1.1.128',
]);
/** Enhanced and legacy converted enhanced CT, MR (also colour), PET. */
const MULTI_FRAME_CLASSES = new Set([
  '1.2.840.10008.5.1.4.1.1.2.1',
  '1.2.840.10008.5.1.4.1.1.2.2',
  '1.2.840.10008.5.1.4.1.1.4.1',
  '1.2.840.10008.5.1.4.1.1.4.3',
  '1.2.840.10008.5.1.4.1.1.4.4',
  '1.2.840.10008.5.1.4.1.1.128.1',
  '1.2.840.10008.5.1.4.1.1.130',
]);

/** Two slices cannot show that slices are evenly spaced. */
const MIN_SLICES = 3;
/** Length and right angle of the direction cosines, which sources may round to three decimals (highdicom: spatial.py). */
const ORTHONORMAL_TOLERANCE = 1e-3;
/** Direction cosines of two slices: over a field of 200 mm, 1e-4 moves the farthest voxel by 0.02 mm. */
const ORIENTATION_TOLERANCE = 1e-4;
/** PixelSpacing of two slices: over 640 voxels, 1e-5 mm adds up to less than 0.01 mm. */
const PIXEL_SPACING_TOLERANCE_MM = 1e-5;
/** Slices closer than this lie in the same place; 3D Slicer's scalar volume plugin tells positions apart from here on. */
const SAME_PLACE_MM = 0.01;
/** Departure of a gap from the median gap, as a part of it (highdicom: spatial.py), … */
const GAP_TOLERANCE = 0.01;
/** … but never below what positions rounded to two decimals bring about. */
const GAP_TOLERANCE_MM = 0.02;
/** Sideways shift of a slice against a stack along the normal: a tenth of a voxel decides nothing. */
const SHEAR_TOLERANCE_VOXELS = 0.1;

interface Plane extends Omit<Slice, 'offsetMm'> {
  readonly seriesUid: Uid;
  readonly frameOfReferenceUid: Uid;
  readonly orientation: readonly [Vec3, Vec3];
  readonly spacingMm: readonly [number, number];
  readonly rows: number;
  readonly columns: number;
}

/**
 * The volume that a series is, from the DICOM JSON of all its instances (WADO-RS `/metadata`) in any order.
 *
 * Refused with `multi-frame-source`, `no-frame-of-reference`, `geometry-incomplete` (attributes that PS3.3 C.7.6.2
 * requires are missing or impossible), `mixed-orientation`, `too-few-slices`, `duplicate-slice` or `slice-gap`.
 * SliceLocation is not read: its origin and direction are the vendor's choice (PS3.3 C.7.6.2.1.2).
 */
export function toSliceStack(instances: readonly DicomJson[]): SliceStack | Refusal {
  const planes: Plane[] = [];
  for (const instance of instances) {
    const plane = toPlane(instance);
    if (isRefusal(plane)) return plane;
    planes.push(plane);
  }
  if (planes.length < MIN_SLICES) return refuse('too-few-slices', `${planes.length} of at least ${MIN_SLICES} slices`);

  const mixed = findMixed(planes);
  if (mixed) return refuse('mixed-orientation', mixed);

  // Ordered by projection on a normal that all slices share; the first of the ordered slices then stands for all.
  const axes = toAxes(planes[0]!.orientation);
  const projectionMm = new Map(planes.map((plane) => [plane, dot(plane.positionLps, axes.normal)]));
  planes.sort((a, b) => projectionMm.get(a)! - projectionMm.get(b)! || (a.sopInstanceUid < b.sopInstanceUid ? -1 : 1));
  const first = planes[0]!;
  const { rowDirection, columnDirection, normal } = toAxes(first.orientation);

  const slices = planes.map(({ header, sopClassUid, sopInstanceUid, positionLps, positionDs }) => {
    const offsetMm = dot(subtract(positionLps, first.positionLps), normal);
    return { header, sopClassUid, sopInstanceUid, positionLps, positionDs, offsetMm };
  });
  const uneven = findUneven(slices) ?? findSheared(slices, normal, Math.min(...first.spacingMm));
  if (uneven) return uneven;

  return {
    seriesUid: first.seriesUid,
    frameOfReferenceUid: first.frameOfReferenceUid,
    rows: first.rows,
    columns: first.columns,
    rowSpacingMm: first.spacingMm[0],
    columnSpacingMm: first.spacingMm[1],
    sliceSpacingMm: slices.at(-1)!.offsetMm / (slices.length - 1),
    rowDirection,
    columnDirection,
    normal,
    slices,
    orientationDs: decimalsOf(first.header, '00200037'),
    pixelSpacingDs: decimalsOf(first.header, '00280030'),
    sliceThicknessDs: decimalsOf(first.header, '00180050')[0],
  };
}

const refuse = (refused: Refusal['refused'], detail: string): Refusal => ({ refused, detail });

function toPlane(header: DicomJson): Plane | Refusal {
  const sopClassUid = parseUid(textOf(header, '00080016'));
  const frames = numberOf(header, '00280008') ?? 1;
  if (frames > 1 || (sopClassUid && MULTI_FRAME_CLASSES.has(sopClassUid))) {
    return refuse('multi-frame-source', `SOP class ${sopClassUid}, ${frames} frames`);
  }
  if (!sopClassUid || !SLICE_CLASSES.has(sopClassUid)) {
    return refuse('geometry-incomplete', `SOP class ${sopClassUid ?? 'not stated'} is no CT, MR or PET image`);
  }
  const frameOfReferenceUid = parseUid(textOf(header, '00200052'));
  if (!frameOfReferenceUid) return refuse('no-frame-of-reference', 'FrameOfReferenceUID (0020,0052)');

  const sopInstanceUid = parseUid(textOf(header, '00080018'));
  const seriesUid = parseUid(textOf(header, '0020000E'));
  const [x, y, z] = exactly(3, numbersOf(header, '00200032'));
  const [rx, ry, rz, cx, cy, cz] = exactly(6, numbersOf(header, '00200037'));
  const [rowSpacing, columnSpacing] = exactly(2, numbersOf(header, '00280030'));
  const rows = numberOf(header, '00280010');
  const columns = numberOf(header, '00280011');
  const missing = (name: string) => refuse('geometry-incomplete', `${name} is missing or malformed`);
  if (!sopInstanceUid) return missing('SOPInstanceUID (0008,0018)');
  if (!seriesUid) return missing('SeriesInstanceUID (0020,000E)');
  if (x === undefined || y === undefined || z === undefined) return missing('ImagePositionPatient (0020,0032)');
  if (
    rx === undefined ||
    ry === undefined ||
    rz === undefined ||
    cx === undefined ||
    cy === undefined ||
    cz === undefined
  ) {
    return missing('ImageOrientationPatient (0020,0037)');
  }
  if (!rowSpacing || !columnSpacing || rowSpacing < 0 || columnSpacing < 0) return missing('PixelSpacing (0028,0030)');
  if (!isCount(rows)) return missing('Rows (0028,0010)');
  if (!isCount(columns)) return missing('Columns (0028,0011)');

  const orientation: [Vec3, Vec3] = [
    [rx, ry, rz],
    [cx, cy, cz],
  ];
  const error = Math.max(
    ...orientation.map((direction) => Math.abs(lengthOf(direction) - 1)),
    Math.abs(dot(...orientation)),
  );
  if (error > ORTHONORMAL_TOLERANCE) {
    return refuse('geometry-incomplete', `ImageOrientationPatient is not orthonormal, off by ${error.toPrecision(2)}`);
  }
  return {
    header,
    sopClassUid,
    sopInstanceUid,
    seriesUid,
    frameOfReferenceUid,
    positionLps: [x, y, z],
    positionDs: decimalsOf(header, '00200032'),
    orientation,
    spacingMm: [rowSpacing, columnSpacing],
    rows,
    columns,
  };
}

const exactly = (count: number, values: number[]): number[] => (values.length === count ? values : []);
const isCount = (value: number | undefined): value is number =>
  Number.isInteger(value) && value! > 0 && value! <= 65535;

/** What the slices do not share, or undefined. */
function findMixed(planes: readonly Plane[]): string | undefined {
  const first = planes[0]!;
  const differs = (name: string, same: (plane: Plane) => boolean) => {
    const others = planes.filter((plane) => !same(plane)).length;
    return others > 0 ? `${name} of ${others} among ${planes.length} slices differs` : undefined;
  };
  return (
    differs('SeriesInstanceUID', (plane) => plane.seriesUid === first.seriesUid) ??
    differs('SOPClassUID', (plane) => plane.sopClassUid === first.sopClassUid) ??
    differs('FrameOfReferenceUID', (plane) => plane.frameOfReferenceUid === first.frameOfReferenceUid) ??
    differs('matrix size', (plane) => plane.rows === first.rows && plane.columns === first.columns) ??
    differs('PixelSpacing', (plane) => near(plane.spacingMm, first.spacingMm, PIXEL_SPACING_TOLERANCE_MM)) ??
    differs('ImageOrientationPatient', (plane) =>
      near(plane.orientation.flat(), first.orientation.flat(), ORIENTATION_TOLERANCE),
    )
  );
}

const near = (a: readonly number[], b: readonly number[], tolerance: number): boolean =>
  a.every((value, index) => Math.abs(value - b[index]!) <= tolerance);

/** Exact unit axes from cosines that may be rounded: the row is kept, the column made perpendicular to it. */
function toAxes([row, column]: Plane['orientation']): Pick<SliceStack, 'rowDirection' | 'columnDirection' | 'normal'> {
  const rowDirection = normalize(row);
  const columnDirection = normalize(subtract(column, scale(rowDirection, dot(rowDirection, column))));
  return { rowDirection, columnDirection, normal: cross(rowDirection, columnDirection) };
}

function findUneven(slices: readonly Slice[]): Refusal | undefined {
  const gapsMm = slices.slice(1).map((slice, index) => slice.offsetMm - slices[index]!.offsetMm);
  const duplicates = gapsMm.filter((gap) => gap < SAME_PLACE_MM).length;
  if (duplicates > 0) return refuse('duplicate-slice', `${duplicates} of ${slices.length} slices`);

  const medianMm = gapsMm.toSorted((a, b) => a - b)[Math.floor(gapsMm.length / 2)]!;
  const toleranceMm = Math.max(GAP_TOLERANCE * medianMm, GAP_TOLERANCE_MM);
  const odd = gapsMm.filter((gap) => Math.abs(gap - medianMm) > toleranceMm);
  if (odd.length === 0) return undefined;
  const range = `${Math.min(...odd).toFixed(3)} to ${Math.max(...odd).toFixed(3)} mm`;
  return refuse(
    'slice-gap',
    `${odd.length} of ${gapsMm.length} gaps are ${range}, the median is ${medianMm.toFixed(3)} mm`,
  );
}

function findSheared(slices: readonly Slice[], normal: Vec3, voxelMm: number): Refusal | undefined {
  const origin = slices[0]!.positionLps;
  const shiftsMm = slices.map(({ positionLps, offsetMm }) =>
    lengthOf(subtract(subtract(positionLps, origin), scale(normal, offsetMm))),
  );
  const shiftMm = Math.max(...shiftsMm);
  if (shiftMm <= SHEAR_TOLERANCE_VOXELS * voxelMm) return undefined;
  return refuse(
    'mixed-orientation',
    `slices are shifted sideways against their normal by up to ${shiftMm.toFixed(3)} mm`,
  );
}

/**
 * The values of a DS element in the source's own spelling. JSON may give numbers instead of text; those are written in
 * their shortest form that reads back as the same number, cut to the 16 characters of DS (PS3.5 6.2) where necessary.
 */
function decimalsOf(header: DicomJson, tag: string): string[] {
  return textsOf(header, tag).map((text) => (text.length <= 16 ? text : toDecimalString(Number(text))));
}

/** A number as DS: at most 16 characters, as precise as they allow. */
export function toDecimalString(value: number): string {
  // Below 1e21 numbers are written in full, however many digits they have.
  const spell = (number: number) => (Math.abs(number) < 1e15 ? String(number) : number.toExponential());
  let text = spell(value);
  for (let digits = 16; text.length > 16; digits--) text = spell(Number(value.toPrecision(digits)));
  return text;
}
