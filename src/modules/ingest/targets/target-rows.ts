import {
  toCoordinateSystem,
  toTarget,
  type ParsedTarget,
  type ParsedTargets,
  type RefusedRow,
  type TargetContext,
} from './parsed-target.js';

const SOURCE_NAME = 'rows';

/** Targets given as JSON objects with the columns of the canonical CSV; each row stands or falls by itself. */
export function parseTargetRows(rows: unknown[], context: TargetContext): ParsedTargets {
  const results = rows.map((row, index) => parseRow(row, index + 1, context));
  return {
    targets: results.filter((result): result is ParsedTarget => !('reason' in result)),
    refused: results.filter((result): result is RefusedRow => 'reason' in result),
  };
}

function parseRow(given: unknown, row: number, context: TargetContext): ParsedTarget | RefusedRow {
  if (typeof given !== 'object' || given === null) return { row, reason: 'The row must be an object.' };
  const fields = given as Record<string, unknown>;
  const text = (name: string) => {
    const value = fields[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const coordinateSystem = toCoordinateSystem(text('coordinate_system'));
  if (coordinateSystem === undefined) return { row, reason: 'coordinate_system must be LPS or RAS.' };
  return toTarget(
    {
      row,
      label: text('label') ?? '',
      coordinates: [fields['x'], fields['y'], fields['z']],
      coordinateSystem,
      patientId: text('patient_id'),
      issuer: text('issuer'),
      procedureDate: text('procedure_date'),
      frameOfReferenceUid: text('frame_of_reference_uid'),
      referenceSeriesUid: text('reference_series_uid'),
    },
    context,
    SOURCE_NAME,
  );
}
