import { z } from 'zod';
import { type Command, UsageError } from '../../platform/cli/command.js';
import { LabelRepository } from '../labels/label.repository.js';
import { OutboxService } from '../labels/outbox.service.js';
import { RemovalService } from '../labels/removal.service.js';

/** Something still waits, or was refused or given up again. */
const INCOMPLETE = 2;

export const sendCommand: Command = {
  usage: 'send LABEL|--failed',
  summary: 'tries a label again, by its id, that failed, was rejected or not removed; --failed: all that were given up',
  options: { failed: { type: 'boolean' } },
  async run({ options, positionals, app, write }) {
    const [id, ...more] = positionals;
    const isAll = options['failed'] === true;
    if (more.length > 0 || isAll === (id !== undefined)) throw new UsageError('Name one label, or give --failed.');
    if (!isAll && !z.uuid().safeParse(id).success) throw new UsageError('The id of a label is a UUID.');
    const context = await app();
    const labels = context.get(LabelRepository);
    if (isAll) await labels.tryFailedAgain();
    else if (!(await labels.tryAgain(id!)))
      throw new UsageError('No label of this id is failed, rejected or not removed.');
    const outbox = await context.get(OutboxService).drain();
    const removal = await context.get(RemovalService).drain();
    const { sent } = outbox;
    const stored = sent.labelsStored + sent.structuredReportsStored;
    const rejected = sent.labelsRejected + sent.structuredReportsRejected;
    const removed = removal.counts.labelsRemoved + removal.counts.structuredReportsRemoved;
    const failed = [sent, removal.counts].reduce(
      (sum, ended) => sum + ended.labelsFailed + ended.structuredReportsFailed,
      0,
    );
    const left = outbox.left + removal.left;
    await write(`stored ${stored} · rejected ${rejected} · removed ${removed} · failed ${failed} · waiting ${left}\n`);
    return rejected + failed + left > 0 ? INCOMPLETE : 0;
  },
};
