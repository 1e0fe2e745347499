/** A biopsy target as a file gives it, in millimetres in the patient frame of DICOM (LPS: PS3.3 C.7.6.2.1.1). */
export interface ParsedTarget {
  patientId: string;
  /** IssuerOfPatientID, '' where none is known. */
  issuer: string;
  /** YYYY-MM-DD */
  procedureDate: string;
  label: string;
  pointLps: [number, number, number];
  /** What the file said; `pointLps` is converted already. */
  declaredCoordinateSystem: CoordinateSystem;
  frameOfReferenceUid?: string;
  referenceSeriesUid?: string;
  sourceName: string;
  /** Line of the file, or number of the control point in a .mrk.json, from 1. */
  row: number;
}

export interface RefusedRow {
  /** null when the whole file is meant. */
  row: number | null;
  /** One sentence for a person; holds no value of the file. */
  reason: string;
}

export interface ParsedTargets {
  targets: ParsedTarget[];
  refused: RefusedRow[];
}

/** What is known from outside the file: it fills what the rows do not say. */
export interface TargetContext {
  patientId?: string | undefined;
  issuer?: string | undefined;
  procedureDate?: string | undefined;
}

export type CoordinateSystem = 'RAS' | 'LPS';

/** One row before it is checked; texts as the file has them, '' or undefined where it says nothing. */
export interface TargetRow {
  row: number;
  label: string;
  coordinates: [unknown, unknown, unknown];
  coordinateSystem: CoordinateSystem;
  patientId?: string | undefined;
  issuer?: string | undefined;
  procedureDate?: string | undefined;
  frameOfReferenceUid?: string | undefined;
  referenceSeriesUid?: string | undefined;
}

/** No scanner's frame reaches farther from its isocentre. */
const FARTHEST_MM = 2000;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

export function toTarget(row: TargetRow, context: TargetContext, sourceName: string): ParsedTarget | RefusedRow {
  const refuse = (reason: string): RefusedRow => ({ row: row.row, reason });
  const numbers = row.coordinates.map(toNumber);
  const [x, y, z] = numbers;
  if (x === undefined || y === undefined || z === undefined)
    return refuse('x, y and z must be numbers in millimetres.');
  if (numbers.some((mm) => Math.abs(mm ?? 0) > FARTHEST_MM)) {
    return refuse(`A coordinate is farther than ${FARTHEST_MM} mm from the origin; the unit must be millimetres.`);
  }
  const patientId = (row.patientId || context.patientId || '').trim();
  if (patientId === '') return refuse('The patient is not known; name it with --patient or a patient_id column.');
  const issuer = (row.issuer || context.issuer || '').trim();
  if ([row.label, patientId, issuer].some((text) => text.includes('\0'))) {
    return refuse('The row holds NUL characters.');
  }
  const dateText = row.procedureDate || context.procedureDate;
  if (!dateText) return refuse('The procedure date is not known; name it with --date or a procedure_date column.');
  const procedureDate = toDate(dateText);
  if (procedureDate === undefined) return refuse('The procedure date must be a day written as YYYY-MM-DD.');
  for (const [name, uid] of [
    ['frame_of_reference_uid', row.frameOfReferenceUid],
    ['reference_series_uid', row.referenceSeriesUid],
  ] as const) {
    if (uid && !isUid(uid)) return refuse(`${name} is not a DICOM UID.`);
  }
  return {
    patientId,
    issuer,
    procedureDate,
    label: row.label.trim(),
    pointLps: row.coordinateSystem === 'LPS' ? [x, y, z] : [negated(x), negated(y), z],
    declaredCoordinateSystem: row.coordinateSystem,
    ...(row.frameOfReferenceUid ? { frameOfReferenceUid: row.frameOfReferenceUid } : {}),
    ...(row.referenceSeriesUid ? { referenceSeriesUid: row.referenceSeriesUid } : {}),
    sourceName,
    row: row.row,
  };
}

/** Slicer wrote numbers for the coordinate system up to 4.10 and words since; 2 is IJK, which needs an image. */
export function toCoordinateSystem(text: string | undefined): CoordinateSystem | undefined {
  switch (text?.trim().toUpperCase()) {
    case '0':
    case 'RAS':
      return 'RAS';
    case '1':
    case 'LPS':
      return 'LPS';
    default:
      return undefined;
  }
}

/** YYYY-MM-DD from itself or from DICOM's YYYYMMDD; undefined if there is no such day. */
export function toDate(text: string): string | undefined {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text.trim());
  if (!match) return undefined;
  const date = match.slice(1).join('-');
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date) ? date : undefined;
}

const isUid = (text: string) => text.length <= 64 && /^(0|[1-9]\d*)(\.(0|[1-9]\d*))+$/.test(text);

function toNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && DECIMAL.test(value.trim()) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

const negated = (mm: number) => (mm === 0 ? 0 : -mm);
