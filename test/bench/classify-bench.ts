import { classifySeriesJsonl } from '../../src/modules/extraction/series/series-jsonl.js';
import { classifySeries } from '../../src/modules/extraction/series/series-role.js';
import { type Measured, rounded } from './bench-result.js';
import { inTurns, cpuSecondsOf } from './rounds.js';
import { cohortSeries, composedSeries } from './series-corpus.js';

const PATIENTS = 24;
const ROUNDS = 15;
const SERIES_A_ROUND = 5000;

/** Series a second on one core: from parsed headers, and as JSON lines as the command line takes them. */
export async function classifyBench(): Promise<Measured> {
  const composed = composedSeries();
  const series = [...cohortSeries(PATIENTS), ...composed];
  const repeats = Math.ceil(SERIES_A_ROUND / series.length);
  const lines = series.map((one) => JSON.stringify(one));
  const kilobytes = lines.reduce((sum, line) => sum + line.length, 0) / 1000;

  async function* manyLines(): AsyncGenerator<string> {
    for (let time = 0; time < repeats; time++) yield* lines;
  }
  const seconds = await inTurns(ROUNDS, {
    headers: () =>
      cpuSecondsOf(() => {
        for (let time = 0; time < repeats; time++) for (const one of series) classifySeries(one);
      }),
    lines: () =>
      cpuSecondsOf(async () => {
        for await (const line of classifySeriesJsonl(manyLines())) if (line.includes('"error"')) throw new Error(line);
      }),
  });
  const count = series.length * repeats;
  const roles = Map.groupBy(series, (one) => classifySeries(one).role);
  return {
    rows: [...roles].map(([role, ones]) => ({ role, series: ones.length })),
    rates: { seriesPerSecond: count / seconds.headers, jsonLinesPerSecond: count / seconds.lines },
    totals: { series: series.length, kilobytesPerSeries: kilobytes / series.length },
    ratios: {},
    goals: { seriesPerSecond: { atLeast: 20_000 } },
    notes: [
      'Seconds are CPU seconds.',
      `${series.length - composed.length} series of the demo cohort (Siemens, GE, Philips, Canon)${composed.length > 0 ? ` and ${composed.length} composed headers` : ''}.`,
      `seriesPerSecond is from parsed headers; a JSON line of ${rounded(kilobytes / series.length)} KB is mostly parsing.`,
    ],
  };
}
