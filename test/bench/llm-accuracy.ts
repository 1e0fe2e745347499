import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseExtractionConfig } from '../../src/config/config.js';
import type { Extraction, Lesion, ReportKind, Specimen } from '../../src/modules/extraction/extraction.js';
import { LlmClient, type Question } from '../../src/modules/extraction/llm/llm-client.js';
import { LlmError } from '../../src/modules/extraction/llm/llm-error.js';
import { type Pairing, pairLesions, pairSpecimens } from '../../src/modules/extraction/llm/pairing.js';
import { llmEngine, RULES } from '../../src/modules/extraction/llm/report-engine.js';

/**
 * Scores rules, a language model and both together on gold cases, side by side. Outside CI: it needs a real model.
 *
 *   LLM_BASE_URL=http://127.0.0.1:8080/v1 LLM_MODEL=… node dist/test/bench/llm-accuracy.js CASES.jsonl… [--minutes 15]
 *
 * A case is a line `{id, kind, text, gold}`; a key that gold lacks is not scored. The cases of all files are taken in
 * turn, the shortest of each file first, until the time is up; no case is begun that could not be answered in full.
 */
interface Case {
  id: string;
  kind: ReportKind;
  text: string;
  gold: Partial<Omit<Extraction, 'lesions' | 'specimens'>> & { lesions?: Lesion[]; specimens?: Specimen[] };
}

type Verdict = 'right' | 'wrong' | 'missed' | 'invented';
type Tally = Map<string, Record<Verdict, number>>;

const REPORT = ['psaNgMl', 'psaDensity', 'prostateVolumeMl', 'priorBiopsy', 'overallPirads'] as const;
const LESION = ['pirads', 'likert', 'sizeMm', 'epe', 'svi'] as const;
const SPECIMEN = ['diagnosis', 'isup', 'coresPositive', 'coresTotal', 'percentInvolved', 'perineuralInvasion'] as const;
const PLACE = ['side', 'zone', 'levels', 'positions'] as const;

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0);
const plain = (value: unknown): string => JSON.stringify(Array.isArray(value) ? [...value].sort() : value);

function judge(expected: unknown, actual: unknown): Verdict {
  if (isEmpty(expected) && isEmpty(actual)) return 'right';
  if (isEmpty(expected)) return 'invented';
  if (isEmpty(actual)) return 'missed';
  return plain(expected) === plain(actual) ? 'right' : 'wrong';
}

function count(tally: Tally, field: string, verdict: Verdict, times = 1): void {
  const row = tally.get(field) ?? { right: 0, wrong: 0, missed: 0, invented: 0 };
  row[verdict] += times;
  tally.set(field, row);
}

/** Scores the fields that gold states; true if all are right. */
function compare<T extends object>(
  tally: Tally,
  name: string,
  fields: readonly (keyof T)[],
  gold: T,
  read: T,
): boolean {
  return fields
    .filter((field) => gold[field] !== undefined)
    .map((field) => {
      const verdict = judge(gold[field], read[field]);
      count(tally, `${name}${String(field)}`, verdict);
      return verdict === 'right';
    })
    .every(Boolean);
}

function compareEntries<T extends Lesion | Specimen>(
  tally: Tally,
  name: string,
  fields: readonly (keyof T)[],
  gold: T[],
  read: T[],
  { pairs, onlyFirst, onlySecond }: Pairing,
): void {
  count(tally, `whole ${name}`, 'missed', onlyFirst.length);
  count(tally, `whole ${name}`, 'invented', onlySecond.length);
  for (const [i, j] of pairs) {
    const values = compare(tally, `${name} `, fields, gold[i]!, read[j]!);
    const place = compare(tally, `${name} `, PLACE, gold[i]!.location, read[j]!.location);
    count(tally, `whole ${name}`, values && place ? 'right' : 'wrong');
  }
}

function score(tally: Tally, { gold }: Case, read: Extraction): void {
  compare(tally, '', REPORT, gold as Extraction, read);
  if (gold.lesions) {
    const pairing = pairLesions({ lesions: gold.lesions, evidence: [] }, { lesions: read.lesions, evidence: [] });
    compareEntries(tally, 'lesion', LESION, gold.lesions, read.lesions, pairing);
  }
  if (gold.specimens)
    compareEntries(
      tally,
      'specimen',
      SPECIMEN,
      gold.specimens,
      read.specimens,
      pairSpecimens(gold.specimens, read.specimens),
    );
}

/** One of each file in turn, so that a short run sees all kinds and languages. */
function inTurn(files: string[]): Case[] {
  const lists = files.map((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as Case)
      .sort((a, b) => a.text.length - b.text.length),
  );
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list[index] ?? [])).flat();
}

const { values, positionals } = parseArgs({ options: { minutes: { type: 'string' } }, allowPositionals: true });
const { llm } = parseExtractionConfig({ ...process.env, EXTRACTION_ENGINE: 'llm' });
const client = new LlmClient(llm!);
// Asked once per report, whichever engine asks.
const answers = new Map<string, Promise<string>>();
const asking = {
  model: client.model,
  ask(question: Question): Promise<string> {
    const key = JSON.stringify(question);
    const answer = answers.get(key) ?? client.ask(question);
    answers.set(key, answer);
    return answer;
  },
};
const engines = [RULES, llmEngine('llm', asking), llmEngine('hybrid', asking)];
const tallies = engines.map((): Tally => new Map());
const deadlineMs = Date.now() + Number(values.minutes ?? 15) * 60_000;
let [done, slowestMs, unusable, flagged] = [0, 0, 0, 0];
for (const one of inTurn(positionals)) {
  const startedMs = Date.now();
  if (startedMs + slowestMs > deadlineMs) break;
  try {
    const readings = [];
    for (const engine of engines) readings.push(await engine.read(one.kind, one.text));
    readings.forEach((reading, index) => score(tallies[index]!, one, reading));
    unusable += readings[1]!.flags.some(({ path }) => path === '') ? 1 : 0;
    flagged += readings[1]!.flags.filter(({ code }) => code === 'ungrounded').length;
    done++;
  } catch (error) {
    if (!(error instanceof LlmError)) throw error;
    process.stderr.write(`${one.id}: ${error.message}\n`);
  }
  slowestMs = Math.max(slowestMs, Date.now() - startedMs);
  process.stderr.write(`${one.id} ${Math.round((Date.now() - startedMs) / 1000)} s\n`);
}

const percent = (row: Record<Verdict, number> | undefined): string => {
  if (!row) return '–';
  const total = row.right + row.wrong + row.missed + row.invented;
  return total === 0
    ? '–'
    : `${((100 * row.right) / total).toFixed(1)} (${row.right}/${total}, ${row.invented} invented)`;
};
const fields = [...new Set(tallies.flatMap((tally) => [...tally.keys()]))].sort();
process.stdout.write(
  [
    `${done} reports, model ${client.model}; ${unusable} answers unusable, ${flagged} quotes not grounded`,
    '',
    '| field | rules % | llm % | hybrid % |',
    '| --- | --- | --- | --- |',
    ...fields.map((field) => `| ${field} | ${tallies.map((tally) => percent(tally.get(field))).join(' | ')} |`),
    '',
  ].join('\n'),
);
