import { extractReport } from '../../src/modules/extraction/extract-report.js';
import { type Measured, type Row, rounded } from './bench-result.js';
import { startPythonPeer } from './python-peer.js';
import { cohortReports, composedReports, type CorpusReport, longReport } from './report-corpus.js';
import { type Contestant, inTurns, median, cpuSecondsOf } from './rounds.js';

const REPORTS = 120;
const ROUNDS = 5;
/** A peer needs a thousand times as long, so it gets fewer rounds. */
const REPEATS = 10;
const LENGTHS = { '100 KB': 100_000, '1 MB': 1_000_000, '2 MB': 2_000_000 };

/** Reports a second on one core, beside medspaCy on the same reports; and reports of a length that nobody writes. */
export async function extractBench(): Promise<Measured> {
  const composed = composedReports();
  const corpora: Record<string, CorpusReport[]> = { 'demo cohort': await cohortReports(REPORTS) };
  if (composed.length > 0) corpora['composed cases'] = composed;
  const all = Object.values(corpora).flat();

  const peer = await startPythonPeer(
    'medspacy',
    all.map(({ text }) => text),
  );
  const contestants: Record<string, Contestant> = { rules: () => cpuSecondsOf(() => repeat(all)) };
  for (const [name, reports] of Object.entries(corpora)) contestants[name] = () => cpuSecondsOf(() => repeat(reports));
  if (typeof peer !== 'string') contestants['medspacy'] = () => peer.round();
  const seconds = await inTurns(ROUNDS, contestants);
  const perSecond = (name: string, reports: readonly CorpusReport[]) => (reports.length * REPEATS) / seconds[name]!;
  const reportsPerSecond = perSecond('rules', all);

  const rows: Row[] = Object.entries(corpora).map(([name, reports]) => ({
    what: name,
    reports: reports.length,
    kilobytes: rounded(kilobytes(reports)),
    reportsPerSecond: rounded(perSecond(name, reports)),
    megabytesPerSecond: rounded((kilobytes(reports) * perSecond(name, reports)) / reports.length / 1000),
  }));
  const notes: string[] = [];
  const rates: Record<string, number> = { reportsPerSecond };
  const ratios: Record<string, number> = {};
  if (typeof peer === 'string') notes.push(peer);
  else {
    await peer.stop();
    const peerRate = all.length / seconds['medspacy']!;
    rates['medspacyReportsPerSecond'] = peerRate;
    ratios['medspacy'] = reportsPerSecond / peerRate;
    rows.push({
      what: peer.version,
      reports: all.length,
      kilobytes: rounded(kilobytes(all)),
      reportsPerSecond: rounded(peerRate),
      megabytesPerSecond: rounded((kilobytes(all) * peerRate) / all.length / 1000),
    });
    notes.push(
      'medspaCy splits sentences and sections, finds 14 kinds of phrases and their context: less than the rules.',
    );
  }

  const totals: Record<string, number> = {};
  for (const kind of ['radiology', 'pathology'] as const) {
    const taken: { name: string; length: number; seconds: number }[] = [];
    for (const [name, length] of Object.entries(LENGTHS)) {
      const text = longReport(kind, all, length);
      const runs: number[] = [];
      for (let time = 0; time < 3; time++) runs.push(await cpuSecondsOf(() => extractReport(kind, text)));
      taken.push({ name, length: text.length, seconds: median(runs) });
    }
    for (const { name, length, seconds: one } of taken) {
      rows.push({
        what: `${kind}, ${name}`,
        reports: 1,
        kilobytes: rounded(length / 1000),
        seconds: rounded(one),
        megabytesPerSecond: rounded(length / 1e6 / one),
      });
    }
    const [short, long] = [taken[0]!, taken.at(-1)!];
    totals[`${kind}TwoMegabyteSeconds`] = long.seconds;
    totals[`${kind}Growth`] = long.seconds / long.length / (short.seconds / short.length);
  }
  notes.push('Seconds are CPU seconds.');
  notes.push('Growth is the time per character at 2 MB over that at 100 KB: 1 is linear.');
  return {
    rows,
    rates,
    totals,
    ratios,
    goals: {
      reportsPerSecond: { atLeast: 1500 },
      radiologyTwoMegabyteSeconds: { atMost: 2 },
      pathologyTwoMegabyteSeconds: { atMost: 2 },
    },
    notes,
  };
}

function repeat(reports: readonly CorpusReport[]): void {
  for (let time = 0; time < REPEATS; time++) for (const { kind, text } of reports) extractReport(kind, text);
}

const kilobytes = (reports: readonly CorpusReport[]): number =>
  reports.reduce((sum, { text }) => sum + text.length, 0) / 1000;
