import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { LabelRemoval } from './label.entity.js';
import { type HeldLabel, leaseLabels, renewLease } from './label-lease.js';

/** A label that stands no more, held for removal from the PACS. */
export interface LabelToRemove extends HeldLabel {
  /** SOPInstanceUID of the label that was stored in its place; null where none was. */
  supersededBy: string | null;
}

export interface RemovalResult {
  removal: LabelRemoval;
  outcome: string;
  waitMs?: number;
  isOutage?: boolean;
}

/** What came in the place of a label, one after the other; on another series where its target is matched there now. */
const SUCCESSORS = `
  WITH RECURSIVE successor AS (
    SELECT label.superseded_by AS uid
    UNION SELECT next.superseded_by FROM successor JOIN label next ON next.sop_instance_uid = successor.uid)
  SELECT next.* FROM successor JOIN label next ON next.sop_instance_uid = successor.uid`;
const UNSTORED = `state IN ('planned', 'sending', 'unknown', 'rejected', 'failed')`;
const IS_REMOVING = `removal IN ('rejecting', 'deleting')`;
/**
 * What may be in the PACS and should be there no longer. Never before the label in its place is stored: the last one that
 * was stays visible.
 */
const TO_REMOVE = `
  state IN ('superseded', 'retracted') AND attempts > 0 AND (removal IS NULL OR ${IS_REMOVING})
  AND NOT EXISTS (SELECT FROM label version WHERE version.logical_key = label.logical_key AND version.${UNSTORED})
  AND NOT EXISTS (SELECT FROM (${SUCCESSORS}) successor WHERE successor.${UNSTORED})`;
const DUE = `${TO_REMOVE} AND (lease_until IS NULL OR lease_until < now()) AND (not_before IS NULL OR not_before <= now())`;
const STORED_SUCCESSOR = `
  (SELECT sop_instance_uid FROM (${SUCCESSORS}) successor WHERE stored_at IS NOT NULL ORDER BY planned_at LIMIT 1)
    AS "supersededBy"`;

@Injectable()
export class RemovalRepository {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** Takes labels whose removal is due. */
  async lease(removal: 'rejecting' | 'deleting', limit: number, patientId?: string): Promise<LabelToRemove[]> {
    return leaseLabels(
      this.database,
      { mark: `removal = '${removal}'`, due: DUE, more: [STORED_SUCCESSOR] },
      limit,
      patientId,
    );
  }

  async renewLease(label: LabelToRemove): Promise<void> {
    await renewLease(this.database, label, IS_REMOVING);
  }

  /**
   * Ends an attempt.
   * @returns false where the label stands again meanwhile, or another process has taken over
   */
  async settle({ sopInstanceUid, attempt }: LabelToRemove, result: RemovalResult): Promise<boolean> {
    const [, count] = await this.database.query<[unknown[], number]>(
      `UPDATE label SET removal = $2, last_outcome = $3, lease_until = NULL,
         not_before = CASE WHEN $4::float8 IS NULL THEN NULL ELSE now() + $4::float8 * interval '1 ms' END,
         removed_at = CASE WHEN $2 IN ('rejected', 'deleted') THEN now() END, tries = tries - $5::int
       WHERE sop_instance_uid = $1 AND state IN ('superseded', 'retracted') AND attempts = $6`,
      [sopInstanceUid, result.removal, result.outcome, result.waitMs ?? null, result.isOutage ? 1 : 0, attempt],
    );
    return count === 1;
  }

  /** How many labels have still to be removed, of one patient or of all, and how many of them are due within a time. */
  async open(withinMs: number, patientId?: string): Promise<{ waiting: number; soon: number }> {
    const [row] = await this.database.query<{ waiting: number; soon: number }[]>(
      `SELECT count(*)::int AS waiting, (count(*) FILTER (
         WHERE coalesce(greatest(lease_until, not_before), now()) <= now() + $1::float8 * interval '1 ms'))::int AS soon
       FROM label WHERE ${TO_REMOVE} AND ($2::uuid IS NULL OR patient_id = $2)`,
      [withinMs, patientId ?? null],
    );
    return row!;
  }
}
