import { type Command, type CommandInput, UsageError } from '../../platform/cli/command.js';
import { inputLines, inputText } from '../../platform/cli/input-lines.js';
import { extractJsonl, extractReport } from './extract-report.js';
import { reportKindSchema } from './extraction.js';
import { classifySeriesJsonl, pickSeriesJsonl } from './series/series-jsonl.js';

export const extractCommand: Command = {
  usage: 'extract --kind radiology|pathology FILE|-   or   extract --jsonl FILE|-',
  summary: 'read reports; prints one extraction, or one line for each line {id, kind, text}',
  options: { kind: { type: 'string' }, engine: { type: 'string' }, jsonl: { type: 'boolean' } },
  async run({ options, positionals, write }) {
    if ((options['engine'] ?? 'rules') !== 'rules')
      throw new UsageError('This version has one engine: --engine rules.');
    if (options['jsonl'] === true) return writeLines(extractJsonl(inputLines(positionals[0])), write);
    const kind = reportKindSchema.safeParse(options['kind']);
    if (!kind.success) throw new UsageError('Say --kind radiology or --kind pathology.');
    await write(`${JSON.stringify(extractReport(kind.data, await inputText(positionals[0])), null, 2)}\n`);
    return 0;
  },
};

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
