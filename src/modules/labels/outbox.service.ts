import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { loggableError } from '../../platform/logging/loggable-error.js';
import { PacsClient } from '../dicomweb/dicomweb-client.js';
import { DicomwebError } from '../dicomweb/dicomweb-error.js';
import { KIND_NAMES } from './label.entity.js';
import type { HeldLabel } from './label-lease.js';
import { LabelRepository, type SendResult } from './label.repository.js';
import { readBack } from './read-back.js';
import { isLastTry, waitAfter } from './tries.js';

/** Failed: given up. */
type Ended = 'Stored' | 'Rejected' | 'Failed';
export type Sent = Record<`labels${Ended}` | `structuredReports${Ended}`, number>;

const NONE_SENT: Sent = {
  labelsStored: 0,
  labelsRejected: 0,
  labelsFailed: 0,
  structuredReportsStored: 0,
  structuredReportsRejected: 0,
  structuredReportsFailed: 0,
};
const ENDED = { stored: 'Stored', rejected: 'Rejected', failed: 'Failed' } as const;

const RENEW_LEASE_MS = 2000;
/** A run waits for labels that are due again so soon; others are left to the next one. */
const SOON_MS = 6000;
/** How often a PACS may refuse a label without naming a reason before it counts as rejected. */
const ATTEMPTS_AGAINST_REFUSAL = 5;
/** PS3.18 table 10.5.3-1: refused for lack of resources; it may work later. */
const OUT_OF_RESOURCES = (reason: number) => reason >= 0xa700 && reason <= 0xa7ff;

/**
 * Sends planned labels and believes nothing: a label counts as stored when it was read back and says the same. Where
 * an earlier attempt may have stored it, the PACS is asked before it is sent again.
 */
@Injectable()
export class OutboxService {
  private readonly logger = new Logger(OutboxService.name);

  constructor(
    private readonly labels: LabelRepository,
    private readonly pacs: PacsClient,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Sends what is due now, of one patient or of all. */
  async sendDue(patientId?: string, batch = 8): Promise<Sent> {
    const sent = { ...NONE_SENT };
    for (;;) {
      const leased = await this.labels.lease(batch, patientId);
      if (leased.length === 0) return sent;
      const states = await Promise.all(leased.map((label) => this.sendAndSettle(label)));
      for (const [index, state] of states.entries()) {
        if (state !== 'unknown') sent[`${KIND_NAMES[leased[index]!.kind]}${ENDED[state]}`] += 1;
      }
    }
  }

  /** Sends until nothing is due soon and no other process holds a label; what has to wait for the PACS is left. */
  async drain({ patientId, maySend = () => true }: { patientId?: string; maySend?: () => boolean } = {}): Promise<{
    sent: Sent;
    left: number;
  }> {
    const sent = { ...NONE_SENT };
    for (;;) {
      const { waiting, soon } = await this.labels.open(SOON_MS, patientId);
      if (soon === 0 || !maySend()) return { sent, left: waiting };
      const now = await this.sendDue(patientId);
      addCounts(sent, now);
      if (Object.values(now).every((count) => count === 0)) await sleep(250);
    }
  }

  private async sendAndSettle(label: HeldLabel): Promise<SendResult['state']> {
    const renewal = setInterval(() => void this.labels.renewLease(label).catch(() => undefined), RENEW_LEASE_MS);
    try {
      // Of attempts beyond the last one none came to an end: what ends the process is not tried for ever.
      if (label.tries > this.config.outbox.maxTries) return await this.settle(label, BROKE_OFF);
      return await this.settle(label, await this.send(label));
    } catch (error) {
      if (!(error instanceof DicomwebError)) throw error;
      this.logger.warn({ msg: 'Label not sent', labelId: label.id, error: loggableError(error) });
      // Uncertain unless nothing can have gone out; either way the next attempt asks first.
      const waitMs = waitAfter(label, error.retryAfterMs);
      const isOutage = error.kind === 'refused';
      return await this.settle(label, { state: 'unknown', outcome: error.kind, waitMs, isOutage });
    } finally {
      clearInterval(renewal);
    }
  }

  /**
   * What failed for the last time is given up, and said aloud once.
   * @returns how the attempt ended; unknown where another process, or a new version, has the last word
   */
  private async settle(label: HeldLabel, result: SendResult): Promise<SendResult['state']> {
    const isGivenUp = result.state === 'unknown' && isLastTry(this.config.outbox, label, result.isOutage);
    const state = isGivenUp ? 'failed' : result.state;
    if (!(await this.labels.settle(label, { ...result, state }))) return 'unknown';
    const facts = { labelId: label.id, outcome: result.outcome };
    if (state === 'rejected') this.logger.warn({ msg: 'Label rejected', ...facts });
    if (state === 'failed') this.logger.error({ msg: 'Label given up', ...facts, tries: label.tries });
    return state;
  }

  private async send(label: HeldLabel): Promise<SendResult> {
    if (label.attempt > 1) {
      // The earlier one may have stored the object.
      const before = await readBack(this.pacs, label);
      if (before === 'equal') return { state: 'stored', outcome: 'found in the PACS as it was sent' };
      if (before === 'different') return OTHER_CONTENT;
    }
    const [outcome] = await this.pacs.storeInstances(label.studyInstanceUid, [label.file]);
    const waitMs = waitAfter(label, outcome?.retryAfterMs);
    if (outcome?.state === 'rejected') {
      const reason = outcome.failureReason;
      const words = `refused with reason ${reason === undefined ? 'unknown' : `0x${reason.toString(16)}`}`;
      if (reason !== undefined && OUT_OF_RESOURCES(reason)) return { state: 'unknown', outcome: words, waitMs };
      return { state: 'rejected', outcome: words };
    }
    const after = await readBack(this.pacs, label);
    if (after === 'equal') return { state: 'stored', outcome: 'read back and equal' };
    if (after === 'different') return OTHER_CONTENT;
    const words = `not found after status ${outcome?.status ?? 'none'}`;
    if (isRefusal(outcome?.status) && label.tries >= ATTEMPTS_AGAINST_REFUSAL)
      return { state: 'rejected', outcome: `${words}, ${label.tries} attempts` };
    return { state: 'unknown', outcome: words, waitMs };
  }
}

/** Adds to the counts of the same name. */
export function addCounts(counts: Record<string, number>, more: Record<string, number>): void {
  for (const [name, count] of Object.entries(more)) counts[name] = (counts[name] ?? 0) + count;
}

const BROKE_OFF = { state: 'unknown', outcome: 'every attempt broke off' } as const;

const OTHER_CONTENT = {
  state: 'rejected',
  outcome: 'the PACS holds other content under this SOPInstanceUID',
} as const;

/** A client error is final unless it says "later" (RFC 9110, 15.5; RFC 6585). */
const isRefusal = (status = 0): boolean => status >= 400 && status < 500 && ![408, 425, 429].includes(status);
