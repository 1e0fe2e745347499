import { z } from 'zod';
import { toCoordinateSystem, type RefusedRow, type TargetRow } from './parsed-target.js';

/** As far as needed: Slicer's markups schema 1.0.x. */
const markupsFile = z.object({
  markups: z.array(
    z.object({
      type: z.string(),
      coordinateSystem: z.union([z.string(), z.number()]).optional(),
      coordinateUnits: z.union([z.string(), z.array(z.string())]).optional(),
      controlPoints: z
        .array(
          z.object({
            label: z.string().nullish(),
            position: z.array(z.unknown()).nullish(),
            positionStatus: z.string().nullish(),
          }),
        )
        .nullish(),
    }),
  ),
});

/** Units of the schema are UCUM codes, with millimetres where the file says nothing. */
const MILLIMETRES = new Set(['mm', 'millimeter', 'millimetre']);

/** The points of a .mrk.json file of 3D Slicer; the rows count all control points of the file, from 1. */
export function parseMarkupsJson(text: string): { rows: TargetRow[]; refused: RefusedRow[] } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { rows: [], refused: [{ row: null, reason: 'The file is not valid JSON.' }] };
  }
  const file = markupsFile.safeParse(json);
  if (!file.success) {
    return { rows: [], refused: [{ row: null, reason: 'The file does not follow the markups schema of 3D Slicer.' }] };
  }
  const rows: TargetRow[] = [];
  const refused: RefusedRow[] = [];
  let row = 0;
  for (const markup of file.data.markups) {
    const coordinateSystem = toCoordinateSystem(String(markup.coordinateSystem ?? ''));
    const units = [markup.coordinateUnits ?? []].flat();
    for (const point of markup.controlPoints ?? []) {
      row += 1;
      const refuse = (reason: string) => refused.push({ row, reason });
      const [x, y, z, ...rest] = point.position ?? [];
      if (markup.type.toLowerCase() !== 'fiducial') refuse('Only markups of type Fiducial are targets.');
      else if (coordinateSystem === undefined) refuse('The markup must state coordinateSystem RAS or LPS.');
      else if (!units.every((unit) => MILLIMETRES.has(unit))) refuse('coordinateUnits must be mm.');
      else if ((point.positionStatus ?? 'defined') !== 'defined') refuse('The point was never placed.');
      else if (rest.length > 0) refuse('The position must have three coordinates.');
      else rows.push({ row, label: point.label ?? '', coordinates: [x, y, z], coordinateSystem });
    }
  }
  return { rows, refused };
}
