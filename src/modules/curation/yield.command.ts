import type { Command } from '../../platform/cli/command.js';
import { yieldSvg } from './yield-svg.js';
import { yieldTable } from './yield-table.js';
import { YieldService } from './yield.service.js';

export const yieldCommand: Command = {
  usage: 'yield [--json | --svg]',
  summary: 'how much came in, and what became of it, as a table, JSON or a picture',
  options: { json: { type: 'boolean' }, svg: { type: 'boolean' } },
  async run({ options, app, write }) {
    const rows = await (await app()).get(YieldService).yield();
    if (options['svg'] === true) await write(yieldSvg(rows));
    else await write(options['json'] === true ? `${JSON.stringify(rows, null, 2)}\n` : `${yieldTable(rows)}\n`);
    return 0;
  },
};

export const exclusionsCommand: Command = {
  usage: 'exclusions [--csv]',
  summary: 'everything that led to no label, with its reason',
  options: { csv: { type: 'boolean' } },
  async run({ options, app, write }) {
    const service = (await app()).get(YieldService);
    if (options['csv'] === true) {
      for await (const line of service.exclusionsCsv()) await write(line);
      return 0;
    }
    for await (const { entity, entityKey, mrn, reason, explanation, detail } of service.exclusions()) {
      await write(`${entity} ${entityKey} of patient ${mrn ?? '?'}: ${reason}. ${explanation} (${detail})\n`);
    }
    return 0;
  },
};
