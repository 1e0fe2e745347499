import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isDeepStrictEqual } from 'node:util';
import { DataSource, type EntityManager, In } from 'typeorm';
import { uuidFrom } from '../../platform/ids.js';
import { type EndReason, LabelEntity, type LabelKind } from './label.entity.js';
import { type HeldLabel, leaseLabels, renewLease } from './label-lease.js';
import type { LabelLesion } from './label-segment.js';
import type { PlannedLabel, PreviousLabel } from './plan-labels.js';

/** How an attempt to send ended. */
export interface SendResult {
  state: 'stored' | 'rejected' | 'unknown' | 'failed';
  outcome: string;
  waitMs?: number;
  /** No connection came about, which says nothing about the label: the attempt is not counted as a try. */
  isOutage?: boolean;
}

export type StoredLabel = Pick<LabelEntity, 'sopInstanceUid' | 'seriesInstanceUid' | 'studyInstanceUid'>;

/** States in which a label stands for the present evidence. */
const CURRENT = ['planned', 'sending', 'unknown', 'stored', 'rejected', 'failed'];
/** A label that ends while it is being sent may arrive in the PACS so much later: no exchange may take longer. */
const LONGEST_EXCHANGE_MS = 3_600_000;
/** Counting of tries begins anew. */
const UNTRIED = { tries: 0, tryingSince: null, notBefore: null };
/** A report is sent after its SEG: it must not speak of a label that is not there yet. */
const BEHIND_SEG = `(kind = 'SR' AND EXISTS (
  SELECT FROM label seg WHERE seg.kind = 'SEG' AND seg.source_series_uid = label.source_series_uid
    AND seg.state IN ('planned', 'sending', 'unknown')))`;
const IS_SENDING = `state = 'sending'`;
const DUE = `(state IN ('planned', 'unknown') AND (not_before IS NULL OR not_before <= now())
              OR ${IS_SENDING} AND lease_until < now()) AND NOT ${BEHIND_SEG}`;

@Injectable()
export class LabelRepository {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /**
   * Makes the plan of a patient the present one: new contents become new versions, what they replace is superseded,
   * what has no successor is retracted. The successor of a label whose target is now matched on another series is the one
   * that carries the target. The same plan again changes nothing.
   *
   * @param whyEnded what is against these segments
   * @returns the kinds of the labels that are new; null, with nothing changed, where the versions are no longer those that
   *   the plan follows: a rejection note may name a label since
   */
  async applyPlan(
    manager: EntityManager,
    patientId: string,
    plan: PlannedLabel[],
    whyEnded: (segments: LabelLesion[]) => EndReason[],
    now: Date,
  ): Promise<LabelKind[] | null> {
    const labels = manager.getRepository(LabelEntity);
    // Locked, so that neither a removal nor the end of an attempt comes in between.
    const known = await labels.find({
      where: { patientId },
      order: { sopInstanceUid: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    for (const { logicalKey, follows } of plan)
      if (!isDeepStrictEqual(await this.latestVersion(logicalKey, manager), follows)) return null;
    const planned: LabelKind[] = [];
    for (const { follows, ...label } of plan) {
      const same = known.find(({ sopInstanceUid }) => sopInstanceUid === label.sopInstanceUid);
      if (same) {
        // The object in the PACS tells no sentences: they may change without it.
        await manager.query('UPDATE label SET segments = $2 WHERE sop_instance_uid = $1 AND segments <> $2::jsonb', [
          label.sopInstanceUid,
          JSON.stringify(label.segments),
        ]);
      }
      if (same && CURRENT.includes(same.state)) continue;
      planned.push(label.kind);
      if (same) {
        // The evidence is what it once was: the object may still be there, so the PACS is asked before it is sent.
        await labels.update(label.sopInstanceUid, {
          state: 'unknown',
          supersededBy: null,
          endedAt: null,
          endedBecause: [],
          removal: null,
          removedAt: null,
          ...UNTRIED,
        });
      } else {
        await labels.insert({
          ...label,
          id: uuidFrom('label', label.sopInstanceUid),
          patientId,
          version: 1 + (follows?.version ?? 0),
          state: 'planned',
          seg: Buffer.from(label.seg),
          plannedAt: now,
        });
      }
    }
    for (const label of known) {
      if (!CURRENT.includes(label.state)) continue;
      if (plan.some(({ sopInstanceUid }) => sopInstanceUid === label.sopInstanceUid)) continue;
      const successor =
        plan.find(({ logicalKey }) => logicalKey === label.logicalKey) ??
        plan.find(({ kind, segments }) => kind === label.kind && sharesTarget(segments, label.segments));
      await labels.update(label.sopInstanceUid, {
        state: successor ? 'superseded' : 'retracted',
        supersededBy: successor?.sopInstanceUid ?? null,
        endedAt: now,
        endedBecause: successor ? [] : whyEnded(label.segments),
        ...UNTRIED,
        notBefore: label.state === 'stored' ? null : new Date(now.getTime() + LONGEST_EXCHANGE_MS),
      });
    }
    return planned;
  }

  /** The newest version of a label, whatever became of it. */
  async latestVersion(
    logicalKey: string,
    manager: EntityManager = this.database.manager,
  ): Promise<PreviousLabel | null> {
    const versions = await manager.getRepository(LabelEntity).find({
      where: { logicalKey },
      order: { version: 'DESC' },
      select: { sopInstanceUid: true, seriesInstanceUid: true, version: true, removal: true, storedAt: true },
    });
    const [latest, ...earlier] = versions;
    if (!latest) return null;
    const { version, removal } = latest;
    const isRejected = removal !== null && removal !== 'deleting' && removal !== 'deleted';
    const stored = earlier.find(wasStored);
    return {
      ...namesOf(latest),
      version,
      isRejected,
      wasStored: wasStored(latest),
      supersedes: stored ? namesOf(stored) : null,
    };
  }

  /** Takes labels that are due. */
  async lease(limit: number, patientId?: string): Promise<HeldLabel[]> {
    return leaseLabels(this.database, { mark: IS_SENDING, due: DUE }, limit, patientId);
  }

  async renewLease(label: HeldLabel): Promise<void> {
    await renewLease(this.database, label, IS_SENDING);
  }

  /**
   * Ends an attempt.
   * @returns false where the label was superseded, or taken over by another process, meanwhile; it is left as it is
   */
  async settle({ sopInstanceUid, attempt }: HeldLabel, result: SendResult): Promise<boolean> {
    const [, count] = await this.database.query<[unknown[], number]>(
      `UPDATE label SET state = $2, last_outcome = $3, lease_until = NULL,
         not_before = CASE WHEN $4::float8 IS NULL THEN NULL ELSE now() + $4::float8 * interval '1 ms' END,
         stored_at = CASE WHEN $2 = 'stored' THEN now() ELSE stored_at END,
         tries = CASE WHEN $2 = 'stored' THEN 0 ELSE tries - $6::int END,
         trying_since = CASE WHEN $2 = 'stored' THEN NULL ELSE trying_since END
       WHERE sop_instance_uid = $1 AND state = 'sending' AND attempts = $5`,
      [sopInstanceUid, result.state, result.outcome, result.waitMs ?? null, attempt, result.isOutage ? 1 : 0],
    );
    return count === 1;
  }

  /**
   * How many labels still have to be sent, of one patient or of all, and how many of them are due within a time; a
   * report behind its SEG is not counted.
   */
  async open(withinMs: number, patientId?: string): Promise<{ waiting: number; soon: number }> {
    const [row] = await this.database.query<{ waiting: number; soon: number }[]>(
      `SELECT count(*)::int AS waiting, (count(*) FILTER (
         WHERE state = 'sending' OR not_before IS NULL OR not_before <= now() + $1::float8 * interval '1 ms'
       ))::int AS soon
       FROM label WHERE state IN ('planned', 'sending', 'unknown') AND NOT ${BEHIND_SEG} AND ($2::uuid IS NULL OR patient_id = $2)`,
      [withinMs, patientId ?? null],
    );
    return row!;
  }

  async storedOf(patientId: string): Promise<StoredLabel[]> {
    return this.database.getRepository(LabelEntity).find({
      where: { patientId, state: 'stored' },
      order: { sopInstanceUid: 'ASC' },
      select: { sopInstanceUid: true, seriesInstanceUid: true, studyInstanceUid: true },
    });
  }

  /** Of a label that the PACS has lost; it is asked once more before the label is sent. */
  async sendAgain(sopInstanceUid: string): Promise<void> {
    const where = { sopInstanceUid, state: 'stored' as const };
    await this.database.getRepository(LabelEntity).update(where, { state: 'unknown', ...UNTRIED });
  }

  /** Of a label that was given up or refused, or whose removal was given up. @returns false where it is none of these */
  async tryAgain(id: string): Promise<boolean> {
    const labels = this.database.getRepository(LabelEntity);
    const sending = await labels.update({ id, state: In(['failed', 'rejected']) }, { state: 'unknown', ...UNTRIED });
    const removal = await labels.update({ id, removal: 'failed' }, { removal: null, ...UNTRIED });
    return sending.affected === 1 || removal.affected === 1;
  }

  /** Of all labels whose sending or removal was given up. */
  async tryFailedAgain(): Promise<void> {
    const labels = this.database.getRepository(LabelEntity);
    await labels.update({ state: 'failed' }, { state: 'unknown', ...UNTRIED });
    await labels.update({ removal: 'failed' }, { removal: null, ...UNTRIED });
  }

  async ofPatient(patientId: string): Promise<LabelEntity[]> {
    return this.database
      .getRepository(LabelEntity)
      .find({ where: { patientId }, order: { logicalKey: 'ASC', version: 'DESC' } });
  }

  /** All versions of the label that this is a version of, the oldest first. */
  async versionsOf(id: string): Promise<LabelEntity[]> {
    const label = await this.findById(id);
    if (!label) return [];
    const { logicalKey } = label;
    return this.database.getRepository(LabelEntity).find({ where: { logicalKey }, order: { version: 'ASC' } });
  }

  async findById(id: string): Promise<LabelEntity | null> {
    return this.database.getRepository(LabelEntity).findOneBy({ id });
  }
}

const wasStored = ({ storedAt }: LabelEntity): boolean => storedAt !== null;

const namesOf = ({ sopInstanceUid, seriesInstanceUid }: LabelEntity) => ({ sopInstanceUid, seriesInstanceUid });

const sharesTarget = (some: LabelLesion[], others: LabelLesion[]): boolean => {
  const ids = new Set(targetIdsOf(others));
  return targetIdsOf(some).some((id) => ids.has(id));
};

const targetIdsOf = (lesions: LabelLesion[]): string[] =>
  lesions.flatMap(({ target, furtherTargets }) => [target, ...furtherTargets].map(({ id }) => id));
