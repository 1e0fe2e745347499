import { z } from 'zod';
import { type Command, UsageError } from '../../platform/cli/command.js';
import { LabelRepository } from '../labels/label.repository.js';
import { OutboxService } from '../labels/outbox.service.js';

/** Something still waits, or was refused or given up again. */
const INCOMPLETE = 2;

export const sendCommand: Command = {
  usage: 'send LABEL|--failed',
  summary: 'tries a label again that failed or was rejected, by its id; --failed: all that were given up',
  options: { failed: { type: 'boolean' } },
  async run({ options, positionals, app, write }) {
    const [id, ...more] = positionals;
    const isAll = options['failed'] === true;
    if (more.length > 0 || isAll === (id !== undefined)) throw new UsageError('Name one label, or give --failed.');
    if (!isAll && !z.uuid().safeParse(id).success) throw new UsageError('The id of a label is a UUID.');
    const context = await app();
    const labels = context.get(LabelRepository);
    if (isAll) await labels.tryFailedAgain();
    else if (!(await labels.tryAgain(id!))) throw new UsageError('No label of this id is failed or rejected.');
    const { sent, left } = await context.get(OutboxService).drain();
    const stored = sent.labelsStored + sent.structuredReportsStored;
    const rejected = sent.labelsRejected + sent.structuredReportsRejected;
    const failed = sent.labelsFailed + sent.structuredReportsFailed;
    await write(`stored ${stored} · rejected ${rejected} · failed ${failed} · waiting ${left}\n`);
    return rejected + failed + left > 0 ? INCOMPLETE : 0;
  },
};
