import { parse } from 'csv-parse/sync';
import { toCoordinateSystem, type RefusedRow, type TargetRow } from './parsed-target.js';

const REQUIRED = ['x', 'y', 'z', 'coordinate_system'];

interface CsvLine {
  record: string[];
  info: { lines: number };
}

/**
 * The canonical CSV: patient_id, issuer, procedure_date, label, x, y, z, coordinate_system, frame_of_reference_uid,
 * reference_series_uid, in any order; x, y, z and coordinate_system are required. Semicolons may take the place of
 * commas, as spreadsheets write them where the comma is the decimal sign.
 */
export function parseTargetCsv(text: string): { rows: TargetRow[]; refused: RefusedRow[] } {
  const header = text.split(/\r\n|\r|\n/).find((line) => line.trim() !== '') ?? '';
  const delimiter = [',', ';', '\t'].find((candidate) => header.includes(candidate)) ?? ',';
  let lines: CsvLine[];
  try {
    lines = parse(text, {
      delimiter,
      info: true,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as CsvLine[];
  } catch {
    return { rows: [], refused: [{ row: null, reason: 'The CSV is broken: a quoted cell does not end.' }] };
  }
  const columns = (lines.shift()?.record ?? []).map((name) => name.toLowerCase());
  const missing = REQUIRED.filter((name) => !columns.includes(name));
  if (missing.length > 0) {
    return { rows: [], refused: [{ row: null, reason: `The CSV lacks the columns ${missing.join(', ')}.` }] };
  }

  const rows: TargetRow[] = [];
  const refused: RefusedRow[] = [];
  for (const { record, info } of lines) {
    if (record.every((cell) => cell === '')) continue;
    const cell = (name: string) => record[columns.indexOf(name)];
    const number = (name: string) => (delimiter === ',' ? cell(name) : cell(name)?.replace(',', '.'));
    const row = info.lines;
    const coordinateSystem = toCoordinateSystem(cell('coordinate_system'));
    if (record.length > columns.length) {
      refused.push({ row, reason: 'The row has more cells than the header.' });
    } else if (coordinateSystem === undefined) {
      refused.push({ row, reason: 'coordinate_system must be RAS or LPS.' });
    } else {
      rows.push({
        row,
        label: cell('label') ?? '',
        coordinates: [number('x'), number('y'), number('z')],
        coordinateSystem,
        patientId: cell('patient_id'),
        issuer: cell('issuer'),
        procedureDate: cell('procedure_date'),
        frameOfReferenceUid: cell('frame_of_reference_uid'),
        referenceSeriesUid: cell('reference_series_uid'),
      });
    }
  }
  return { rows, refused };
}
