import { type Command, type CommandInput, UsageError } from '../../platform/cli/command.js';
import { inputLines, inputText } from '../../platform/cli/input-lines.js';
import { parseExtractionConfig } from '../../config/config.js';
import { extractJsonl } from './extract-report.js';
import { reportKindSchema } from './extraction.js';
import { LlmError } from './llm/llm-error.js';
import type { ReportEngine } from './llm/report-engine.js';
import { startEngine } from './llm/start-engine.js';
import { classifySeriesJsonl, pickSeriesJsonl } from './series/series-jsonl.js';

const ENGINES = ['rules', 'llm', 'hybrid'];

export const extractCommand: Command = {
  usage: 'extract --kind radiology|pathology [--engine rules|llm|hybrid] FILE|-   or   extract --jsonl FILE|-',
  summary: 'read reports; prints one extraction, or one line for each line {id, kind, text}',
  options: { kind: { type: 'string' }, engine: { type: 'string' }, jsonl: { type: 'boolean' } },
  async run({ options, positionals, write }) {
    if (options['engine'] !== undefined && !ENGINES.includes(String(options['engine'])))
      throw new UsageError('Say --engine rules, --engine llm or --engine hybrid.');
    const kind = reportKindSchema.safeParse(options['kind']);
    if (options['jsonl'] !== true && !kind.success) throw new UsageError('Say --kind radiology or --kind pathology.');
    const engine = await engineOf(options['engine']);
    if (options['jsonl'] === true) return writeLines(extractJsonl(inputLines(positionals[0]), engine.read), write);
    const text = await inputText(positionals[0]);
    try {
      await write(`${JSON.stringify(await engine.read(kind.data!, text), null, 2)}\n`);
      return 0;
    } catch (error) {
      if (!(error instanceof LlmError)) throw error;
      process.stderr.write(`${error.message}\n`);
      return 1;
    }
  },
};

/** The engine named at the command line, else by EXTRACTION_ENGINE; stderr tells if it is another. */
async function engineOf(named: string | boolean | undefined): Promise<ReportEngine> {
  const environment = typeof named === 'string' ? { ...process.env, EXTRACTION_ENGINE: named } : process.env;
  const { engine, remark } = await startEngine(parseExtractionConfig(environment));
  if (remark.level !== 'log') process.stderr.write(`${remark.text}\n`);
  return engine;
}

export const classifySeriesCommand: Command = {
  usage: 'classify-series --jsonl FILE|-',
  summary: 'role, plane and b-values for each line {id, dicom, instances}',
  options: { jsonl: { type: 'boolean' } },
  run: async ({ positionals, write }) => writeLines(classifySeriesJsonl(inputLines(positionals[0])), write),
};

export const pickSeriesCommand: Command = {
  usage: 'pick-series --jsonl FILE|-',
  summary: 'the T2, high-b and ADC series for each line {id, series: [{id, dicom, instances}]}',
  options: { jsonl: { type: 'boolean' } },
  run: async ({ positionals, write }) => writeLines(pickSeriesJsonl(inputLines(positionals[0])), write),
};

async function writeLines(lines: AsyncIterable<string>, write: CommandInput['write']): Promise<number> {
  for await (const line of lines) await write(`${line}\n`);
  return 0;
}
