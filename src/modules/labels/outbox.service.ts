import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { loggableError } from '../../platform/logging/loggable-error.js';
import { PacsClient } from '../dicomweb/dicomweb-client.js';
import { DicomwebError } from '../dicomweb/dicomweb-error.js';
import { LabelRepository, type LabelToSend } from './label.repository.js';
import { segContentDigest } from './seg/seg-digest.js';

export interface Sent {
  stored: number;
  rejected: number;
}

const RENEW_LEASE_MS = 2000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 3_600_000;
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
  ) {}

  /** Sends what is due now, of one patient or of all. */
  async sendDue(patientId?: string, batch = 8): Promise<Sent> {
    const sent: Sent = { stored: 0, rejected: 0 };
    for (;;) {
      const leased = await this.labels.lease(batch, patientId);
      if (leased.length === 0) return sent;
      for (const state of await Promise.all(leased.map((label) => this.sendAndSettle(label)))) {
        if (state === 'stored' || state === 'rejected') sent[state] += 1;
      }
    }
  }

  /** Sends until nothing is due soon and no other process holds a label; what has to wait for the PACS is left. */
  async drain({ patientId, maySend = () => true }: { patientId?: string; maySend?: () => boolean } = {}): Promise<
    Sent & { left: number }
  > {
    const sent: Sent = { stored: 0, rejected: 0 };
    for (;;) {
      const { waiting, soon } = await this.labels.open(SOON_MS, patientId);
      if (soon === 0 || !maySend()) return { ...sent, left: waiting };
      const { stored, rejected } = await this.sendDue(patientId);
      sent.stored += stored;
      sent.rejected += rejected;
      if (stored + rejected === 0) await sleep(250);
    }
  }

  private async sendAndSettle(label: LabelToSend): Promise<string> {
    const renewal = setInterval(() => void this.labels.renewLease(label).catch(() => undefined), RENEW_LEASE_MS);
    try {
      const result = await this.send(label);
      await this.labels.settle(label, result);
      if (result.state === 'rejected') this.logger.warn({ msg: 'Label rejected', outcome: result.outcome });
      return result.state;
    } catch (error) {
      if (!(error instanceof DicomwebError)) throw error;
      this.logger.warn({ msg: 'Label not sent', error: loggableError(error) });
      // Uncertain unless nothing can have gone out; either way the next attempt asks first.
      const waitMs = waitAfter(label.earlierAttempts, error.retryAfterMs);
      await this.labels.settle(label, { state: 'unknown', outcome: error.kind, waitMs });
      return 'unknown';
    } finally {
      clearInterval(renewal);
    }
  }

  private async send(label: LabelToSend): Promise<Parameters<LabelRepository['settle']>[1]> {
    if (label.earlierAttempts > 0) {
      const before = await this.readBack(label);
      if (before === 'equal') return { state: 'stored', outcome: 'found in the PACS as it was sent' };
      if (before === 'different') return OTHER_CONTENT;
    }
    const [outcome] = await this.pacs.storeInstances(label.studyInstanceUid, [label.seg]);
    const waitMs = waitAfter(label.earlierAttempts, outcome?.retryAfterMs);
    if (outcome?.state === 'rejected') {
      const reason = outcome.failureReason;
      const words = `refused with reason ${reason === undefined ? 'unknown' : `0x${reason.toString(16)}`}`;
      if (reason !== undefined && OUT_OF_RESOURCES(reason)) return { state: 'unknown', outcome: words, waitMs };
      return { state: 'rejected', outcome: words };
    }
    const after = await this.readBack(label);
    if (after === 'equal') return { state: 'stored', outcome: 'read back and equal' };
    if (after === 'different') return OTHER_CONTENT;
    const words = `not found after status ${outcome?.status ?? 'none'}`;
    const attempts = label.earlierAttempts + 1;
    if (isRefusal(outcome?.status) && attempts >= ATTEMPTS_AGAINST_REFUSAL)
      return { state: 'rejected', outcome: `${words}, ${attempts} attempts` };
    return { state: 'unknown', outcome: words, waitMs };
  }

  private async readBack({ studyInstanceUid, seriesInstanceUid, sopInstanceUid, contentDigest }: LabelToSend) {
    try {
      const bytes = await this.pacs.retrieveInstance(studyInstanceUid, seriesInstanceUid, sopInstanceUid);
      return digestOf(bytes) === contentDigest ? 'equal' : 'different';
    } catch (error) {
      if (error instanceof DicomwebError && error.status === 404) return 'absent';
      throw error;
    }
  }
}

const OTHER_CONTENT = {
  state: 'rejected',
  outcome: 'the PACS holds other content under this SOPInstanceUID',
} as const;

/** A client error is final unless it says "later" (RFC 9110, 15.5; RFC 6585). */
const isRefusal = (status = 0): boolean => status >= 400 && status < 500 && ![408, 425, 429].includes(status);

/** Grows from attempt to attempt; a server may ask for more patience, but not for less. */
const waitAfter = (attempts: number, retryAfterMs = 0): number =>
  Math.min(Math.max(FIRST_WAIT_MS * 2 ** attempts, retryAfterMs), LONGEST_WAIT_MS);

/** Undefined for an object that is no segmentation: other content, whatever it is. */
function digestOf(bytes: Uint8Array): string | undefined {
  try {
    return segContentDigest(bytes);
  } catch {
    return undefined;
  }
}
