import { z } from 'zod';
import type { DicomJson } from '../../dicomweb/dicom-json.js';
import { pickSeries } from './series-pick.js';
import { classifySeries } from './series-role.js';

const dataset = z.custom<DicomJson>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'expected a DICOM JSON object',
);
const seriesSchema = z.object({
  id: z.string(),
  dicom: z.union([dataset, z.array(dataset).min(1)], { error: 'expected one DICOM JSON object or an array of them' }),
  instances: z.int().min(0),
});
const studySchema = z.object({ id: z.string(), series: z.array(seriesSchema) });

/** Lines `{id, dicom, instances}` to lines `{id, role, plane, bValues, calculated, intraprocedural, reason}`, order kept. */
export const classifySeriesJsonl = (lines: AsyncIterable<string>): AsyncIterable<string> =>
  eachLine(lines, (value) => classifySeries(seriesSchema.parse(value)));

/** Lines `{id, series: [{id, dicom, instances}]}` to lines `{id, t2w, highB, adc, reasons}`, order kept. */
export const pickSeriesJsonl = (lines: AsyncIterable<string>): AsyncIterable<string> =>
  eachLine(lines, (value) => pickSeries(studySchema.parse(value)));

/** A bad line gives `{id, error}` (id null where it cannot be read) and does not stop the rest; blank lines are passed over. */
async function* eachLine(lines: AsyncIterable<string>, answer: (value: unknown) => object): AsyncGenerator<string> {
  for await (const line of lines) {
    if (line.trim() === '') continue;
    let value: unknown = null;
    try {
      value = JSON.parse(line);
      yield JSON.stringify(answer(value));
    } catch (error) {
      yield JSON.stringify({ id: idOf(value), error: describe(error) });
    }
  }
}

function idOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'id' in value ? value.id : null;
}

/** What is wrong and where, without the values: a header holds patient data. */
function describe(error: unknown): string {
  if (error instanceof SyntaxError) return 'not JSON';
  if (!(error instanceof z.ZodError)) return 'the series could not be read';
  return error.issues.map(({ path, message }) => `${path.join('.') || 'line'}: ${message}`).join('; ');
}
