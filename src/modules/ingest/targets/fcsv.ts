import { parse } from 'csv-parse/sync';
import { toCoordinateSystem, type RefusedRow, type TargetRow } from './parsed-target.js';

const DEFAULT_COLUMNS = 'id,x,y,z,ow,ox,oy,oz,vis,sel,lock,label,desc,associatedNodeID';
const DEFINED = '2';

/**
 * The points of a fiducial file of 3D Slicer 4 or 5. Its comment lines say which frame the points are in and what the
 * columns are; without the former they could be mirrored, so the file is refused. Slicer 5 adds two columns that the
 * header does not name: the position status, 2 when the point was really placed, and a number for its measurement.
 */
export function parseFcsv(text: string): { rows: TargetRow[]; refused: RefusedRow[] } {
  const lines = text.split(/\r\n|\r|\n/);
  const header = (name: string) => {
    const pattern = new RegExp(`^#\\s*${name}\\s*=\\s*(.*?)\\s*$`, 'i');
    return lines.map((line) => pattern.exec(line)?.[1]).find((value) => value !== undefined);
  };
  const coordinateSystem = toCoordinateSystem(header('CoordinateSystem'));
  if (coordinateSystem === undefined) {
    return refuseFile('The file must say "# CoordinateSystem = RAS" or LPS (0 or 1); it is not guessed.');
  }
  const columns = (header('columns') ?? DEFAULT_COLUMNS).split(',').map((column) => column.trim());
  if (!['x', 'y', 'z'].every((axis) => columns.includes(axis))) {
    return refuseFile('The "# columns" line must name x, y and z.');
  }
  const hasStatus = Number.parseFloat(header('Markups fiducial file version') ?? '') >= 5;

  const rows: TargetRow[] = [];
  const refused: RefusedRow[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const row = index + 1;
    const cells = cellsOf(line);
    const cell = (column: string) => cells[columns.indexOf(column)];
    const status = hasStatus ? cells[columns.length] : undefined;
    if (status !== undefined && status !== '' && status !== DEFINED) {
      refused.push({ row, reason: 'The point was never placed (its position status is not "defined").' });
      continue;
    }
    rows.push({ row, label: cell('label') ?? '', coordinates: [cell('x'), cell('y'), cell('z')], coordinateSystem });
  }
  return { rows, refused };
}

function cellsOf(line: string): string[] {
  try {
    return (parse(line, { relax_quotes: true, relax_column_count: true, trim: true }) as string[][])[0] ?? [];
  } catch {
    // A quote that does not end is part of a label: Slicer 4 wrote labels as they were.
    return line.split(',').map((cell) => cell.trim());
  }
}

const refuseFile = (reason: string) => ({ rows: [], refused: [{ row: null, reason }] });
