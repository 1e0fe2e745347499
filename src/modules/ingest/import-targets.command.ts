import { stat } from 'node:fs/promises';
import { type Command, UsageError } from '../../platform/cli/command.js';
import { TargetImportService } from './target-import.service.js';
import { readTargetTree } from './targets/target-folder.js';

export const importTargetsCommand: Command = {
  usage: 'import-targets PATH [--patient MRN] [--issuer ISSUER] [--date YYYY-MM-DD] [--replace]',
  summary: 'import biopsy targets from .fcsv, .mrk.json, canonical CSV, or a folder tree of them',
  options: {
    patient: { type: 'string' },
    issuer: { type: 'string' },
    date: { type: 'string' },
    replace: { type: 'boolean' },
  },
  async run({ options, positionals, app, write }) {
    const path = positionals[0];
    if (path === undefined) throw new UsageError('Name a file or folder.');
    if (!(await stat(path).catch(() => undefined))) throw new UsageError(`There is nothing at ${path}.`);
    const context = {
      patientId: options['patient'] as string | undefined,
      issuer: options['issuer'] as string | undefined,
      procedureDate: options['date'] as string | undefined,
    };
    const targets = (await app()).get(TargetImportService);
    const result = { files: 0, imported: 0, corrected: 0, unchanged: 0, withdrawn: 0, refused: [] as object[] };
    for await (const { file, targets: parsed, refused } of readTargetTree(path, context)) {
      // A row that cannot be read may be one of those that seem to be missing.
      const replace = options['replace'] === true && refused.length === 0;
      const counts = await targets.importTargets(parsed, { replace });
      result.files += 1;
      for (const name of ['imported', 'corrected', 'unchanged', 'withdrawn'] as const) result[name] += counts[name];
      result.refused.push(...refused.map((row) => ({ file, ...row })));
    }
    await write(`${JSON.stringify(result, null, 2)}\n`);
    return result.imported + result.corrected + result.unchanged > 0 || result.refused.length === 0 ? 0 : 1;
  },
};
