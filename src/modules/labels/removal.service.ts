import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { loggableError } from '../../platform/logging/loggable-error.js';
import { PacsClient } from '../dicomweb/dicomweb-client.js';
import { DicomwebError } from '../dicomweb/dicomweb-error.js';
import { OrthancClient } from '../dicomweb/orthanc-client.js';
import { KIND_NAMES } from './label.entity.js';
import { LabelRepository } from './label.repository.js';
import { readBack } from './read-back.js';
import { encodeRejectionNote } from './rejection-note.js';
import { type LabelToRemove, RemovalRepository, type RemovalResult } from './removal.repository.js';
import { isLastTry, waitAfter } from './tries.js';

const BATCH = 4;
const RENEW_LEASE_MS = 2000;
/** A run waits for what is due again so soon; the rest is left to the next one. */
const SOON_MS = 6000;

export interface Removed {
  /** Failed: given up. */
  counts: Record<`labels${'Removed' | 'Failed'}` | `structuredReports${'Removed' | 'Failed'}`, number>;
  left: number;
}

/**
 * Takes superseded and retracted labels out of use in the PACS, as LABEL_REMOVAL says: by a rejection note, or by
 * deleting them. Only what reads back as the label that was sent is touched, and each attempt asks the PACS first, so
 * that it may break off anywhere.
 */
@Injectable()
export class RemovalService {
  private readonly logger = new Logger(RemovalService.name);

  constructor(
    private readonly removals: RemovalRepository,
    private readonly labels: LabelRepository,
    private readonly pacs: PacsClient,
    private readonly orthanc: OrthancClient,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Removes what is due, of one patient or of all, until nothing is due soon. */
  async drain({
    patientId,
    maySend = () => true,
  }: { patientId?: string; maySend?: () => boolean } = {}): Promise<Removed> {
    const counts = { labelsRemoved: 0, labelsFailed: 0, structuredReportsRemoved: 0, structuredReportsFailed: 0 };
    const { removal } = this.config.outbox;
    if (removal === 'keep') return { counts, left: 0 };
    for (;;) {
      const leased = maySend()
        ? await this.removals.lease(removal === 'reject' ? 'rejecting' : 'deleting', BATCH, patientId)
        : [];
      if (leased.length === 0) {
        // Counted only when no more is due at once: with a long backlog that takes longer than a removal.
        const { waiting, soon } = await this.removals.open(SOON_MS, patientId);
        if (soon === 0 || !maySend()) return { counts, left: waiting };
        await sleep(250);
      }
      const states = await Promise.all(leased.map((label) => this.removeAndSettle(label)));
      for (const [index, state] of states.entries()) {
        const name = KIND_NAMES[leased[index]!.kind];
        if (state === 'rejected' || state === 'deleted') counts[`${name}Removed`] += 1;
        if (state === 'failed') counts[`${name}Failed`] += 1;
      }
    }
  }

  private async removeAndSettle(label: LabelToRemove): Promise<RemovalResult['removal'] | null> {
    const renewal = setInterval(() => void this.removals.renewLease(label).catch(() => undefined), RENEW_LEASE_MS);
    try {
      return await this.settle(label, await this.remove(label));
    } catch (error) {
      if (!(error instanceof DicomwebError)) throw error;
      this.logger.warn({ msg: 'Label not removed', labelId: label.id, error: loggableError(error) });
      const waitMs = waitAfter(label, error.retryAfterMs);
      return await this.settle(label, this.again(error.kind, waitMs, error.kind === 'refused'));
    } finally {
      clearInterval(renewal);
    }
  }

  /** @returns null where the label stands again, or another process has the last word */
  private async settle(label: LabelToRemove, result: RemovalResult): Promise<RemovalResult['removal'] | null> {
    const isOpen = result.removal === 'rejecting' || result.removal === 'deleting';
    const isGivenUp = isOpen && isLastTry(this.config.outbox, label, result.isOutage);
    const removal = isGivenUp ? 'failed' : result.removal;
    const isSettled = await this.removals.settle(label, { ...result, removal });
    if (!isSettled) {
      // It stands again since it was taken up: should it be gone now, it is looked for and sent.
      await this.labels.sendAgain(label.sopInstanceUid);
      return null;
    }
    const facts = { labelId: label.id, outcome: result.outcome };
    if (removal === 'failed') this.logger.error({ msg: 'Removal of a label given up', ...facts, tries: label.tries });
    if (removal === 'other-content') this.logger.warn({ msg: 'Label left in the PACS', ...facts });
    return removal;
  }

  private async remove(label: LabelToRemove): Promise<RemovalResult> {
    const isRejected = this.config.outbox.removal === 'reject';
    const held = await readBack(this.pacs, label);
    if (held === 'absent') return { removal: isRejected ? 'rejected' : 'deleted', outcome: 'not in the PACS' };
    if (held === 'different') return OTHER_CONTENT;
    return isRejected ? this.reject(label) : this.delete(label);
  }

  /** Rejected means: the PACS holds the note, or it gives the label no more, and perhaps hides the note with it. */
  private async reject(label: LabelToRemove): Promise<RemovalResult> {
    const note = encodeRejectionNote(label.file, label.supersededBy);
    const done: RemovalResult = { removal: 'rejected', outcome: `rejection note ${note.sopInstanceUid}` };
    if (label.tries > 1 && (await readBack(this.pacs, note)) === 'equal') return done;
    const [outcome] = await this.pacs.storeInstances(note.studyInstanceUid, [note.bytes]);
    if ((await readBack(this.pacs, note)) === 'equal' || (await readBack(this.pacs, label)) === 'absent') return done;
    const words = `rejection note not found after status ${outcome?.status ?? 'none'}`;
    return this.again(words, waitAfter(label, outcome?.retryAfterMs));
  }

  private async delete(label: LabelToRemove): Promise<RemovalResult> {
    const [id, ...others] = await this.orthanc.instancesOf(label.sopInstanceUid);
    if (others.length > 0) return OTHER_CONTENT;
    if (id === undefined) return this.again('unknown to ORTHANC_URL', waitAfter(label));
    await this.orthanc.deleteInstance(id);
    if ((await readBack(this.pacs, label)) === 'absent') return { removal: 'deleted', outcome: 'deleted, and gone' };
    return this.again('deleted, but still there', waitAfter(label));
  }

  private again(outcome: string, waitMs: number, isOutage = false): RemovalResult {
    return { removal: this.config.outbox.removal === 'reject' ? 'rejecting' : 'deleting', outcome, waitMs, isOutage };
  }
}

const OTHER_CONTENT: RemovalResult = {
  removal: 'other-content',
  outcome: 'the PACS holds other content under this SOPInstanceUID; it was left alone',
};
