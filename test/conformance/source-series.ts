import type { DicomJson } from '../../src/modules/dicomweb/dicom-json.js';

/** Row and column direction, as in ImageOrientationPatient. */
export type Orientation = readonly [number, number, number, number, number, number];

export interface SourceSeries {
  orientation: Orientation;
  originLps: readonly [number, number, number];
  rows: number;
  columns: number;
  slices: number;
  rowSpacingMm: number;
  columnSpacingMm: number;
  sliceSpacingMm: number;
  /** Elements laid over every instance: a vendor's habits, or a fault. */
  elements: DicomJson;
}

const degrees = (angle: number) => (angle * Math.PI) / 180;

/** An axial plane tilted about the x axis (as prostate stacks are) and then turned about the z axis. */
export function tilted(aboutX: number, aboutZ = 0): Orientation {
  const [cx, sx, cz, sz] = [
    Math.cos(degrees(aboutX)),
    Math.sin(degrees(aboutX)),
    Math.cos(degrees(aboutZ)),
    Math.sin(degrees(aboutZ)),
  ];
  return [cz, sz, 0, -sz * cx, cz * cx, -sx];
}

export const AXIAL: Orientation = [1, 0, 0, 0, 1, 0];
export const SAGITTAL: Orientation = [0, 1, 0, 0, 0, -1];

/** Elements as `{tag: [vr, ...values]}`. */
export function elements(values: Record<string, [string, ...unknown[]]>): DicomJson {
  return Object.fromEntries(Object.entries(values).map(([tag, [vr, ...Value]]) => [tag, { vr, Value }]));
}

const BASE: SourceSeries = {
  orientation: AXIAL,
  originLps: [-60, -50, -40],
  rows: 64,
  columns: 80,
  slices: 11,
  rowSpacingMm: 0.5,
  columnSpacingMm: 0.5,
  sliceSpacingMm: 3,
  elements: {},
};

/** Headers of an MR series as WADO-RS `/metadata` gives them, in acquisition order along the normal. */
export function sourceSeries(overrides: Partial<SourceSeries> = {}): DicomJson[] {
  const series = { ...BASE, ...overrides };
  const [rx, ry, rz, cx, cy, cz] = series.orientation;
  const normal = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx];
  return Array.from({ length: series.slices }, (_, index) => ({
    ...elements({
      '00080005': ['CS', 'ISO_IR 192'],
      '00080008': ['CS', 'ORIGINAL', 'PRIMARY', 'M'],
      '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.4'],
      '00080018': ['UI', `1.2.826.0.1.3680043.8.498.7.${index + 1}`],
      '00080020': ['DA', '20240102'],
      '00080021': ['DA', '20240102'],
      '00080030': ['TM', '101500'],
      '00080031': ['TM', '102030.5'],
      '00080050': ['SH', 'ACC1'],
      '00080060': ['CS', 'MR'],
      '00080070': ['LO', 'SIEMENS'],
      '00080090': ['PN', { Alphabetic: 'Referrer^Anna' }],
      '00081030': ['LO', 'MR Prostata'],
      '0008103E': ['LO', 't2_tse_tra'],
      '00100010': ['PN', { Alphabetic: 'Müller^Jörg' }],
      '00100020': ['LO', 'PAT-1'],
      '00100030': ['DA', '19500203'],
      '00100040': ['CS', 'M'],
      '00180050': ['DS', series.sliceSpacingMm],
      '0020000D': ['UI', '1.2.826.0.1.3680043.8.498.5'],
      '0020000E': ['UI', '1.2.826.0.1.3680043.8.498.6'],
      '00200010': ['SH', 'S1'],
      '00200011': ['IS', 4],
      '00200013': ['IS', index + 1],
      '00200032': ['DS', ...series.originLps.map((o, axis) => o + index * series.sliceSpacingMm * normal[axis]!)],
      '00200037': ['DS', ...series.orientation],
      '00200052': ['UI', '1.2.826.0.1.3680043.8.498.9'],
      '00201040': ['LO'],
      '00280010': ['US', series.rows],
      '00280011': ['US', series.columns],
      '00280030': ['DS', series.rowSpacingMm, series.columnSpacingMm],
    }),
    ...series.elements,
  }));
}

/**
 * Centre of a voxel in LPS by PS3.3 Equation C.7.6.2.1-1, from one source header alone: the yardstick that the tests
 * hold boxes and labels against, so it shares nothing with the code under test.
 */
export function voxelCentreLps(header: DicomJson, row: number, column: number): [number, number, number] {
  const values = (tag: string) => (header[tag]?.Value ?? []).map(Number);
  const position = values('00200032');
  const orientation = values('00200037');
  const [rowSpacing, columnSpacing] = values('00280030');
  const along = (axis: number) =>
    position[axis]! + orientation[axis]! * columnSpacing! * column + orientation[axis + 3]! * rowSpacing! * row;
  return [along(0), along(1), along(2)];
}

/** The voxels `instance/row/column` whose centres lie in a box along the image axes, found by trying every voxel. */
export function voxelsInside(
  instances: readonly DicomJson[],
  centerLps: readonly number[],
  edgesMm: readonly [number, number, number],
): Set<string> {
  const found = new Set<string>();
  for (const header of instances) {
    const [rx, ry, rz, cx, cy, cz] = (header['00200037']?.Value ?? []).map(Number) as [...Orientation];
    const axes = [
      [rx, ry, rz],
      [cx, cy, cz],
      [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx],
    ];
    const rows = Number(header['00280010']?.Value?.[0]);
    const columns = Number(header['00280011']?.Value?.[0]);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const offset = voxelCentreLps(header, row, column).map((value, axis) => value - centerLps[axis]!);
        const inside = axes.every((axis, index) => {
          const distance = Math.abs(axis[0]! * offset[0]! + axis[1]! * offset[1]! + axis[2]! * offset[2]!);
          return distance <= edgesMm[index]! / 2 + 1e-4;
        });
        if (inside) found.add(`${String(header['00080018']?.Value?.[0])}/${row}/${column}`);
      }
    }
  }
  return found;
}
