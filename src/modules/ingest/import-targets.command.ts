import { stat } from 'node:fs/promises';
import { type Command, UsageError } from '../../platform/cli/command.js';
import { TargetImportService } from './target-import.service.js';
import { readTargetTree } from './targets/target-folder.js';

export const importTargetsCommand: Command = {
  usage: 'import-targets PATH [--patient MRN] [--issuer ISSUER] [--date YYYY-MM-DD]',
  summary: 'import biopsy targets from .fcsv, .mrk.json, canonical CSV, or a folder tree of them',
  options: { patient: { type: 'string' }, issuer: { type: 'string' }, date: { type: 'string' } },
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
    const result = { files: 0, imported: 0, unchanged: 0, refused: [] as object[] };
    for await (const { file, targets: parsed, refused } of readTargetTree(path, context)) {
      const { imported, unchanged } = await targets.importTargets(parsed);
      result.files += 1;
      result.imported += imported;
      result.unchanged += unchanged;
      result.refused.push(...refused.map((row) => ({ file, ...row })));
    }
    await write(`${JSON.stringify(result, null, 2)}\n`);
    return result.imported + result.unchanged > 0 || result.refused.length === 0 ? 0 : 1;
  },
};
