import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { LabelKind, LabelRemoval } from './label.entity.js';
import type { LabelObject } from './read-back.js';
import type { Tries } from './tries.js';

/** A label that stands no more, held by this process for removal from the PACS. */
export interface LabelToRemove extends LabelObject, Tries {
  id: string;
  kind: LabelKind;
  /** The file as it was sent. */
  file: Buffer;
  /** SOPInstanceUID of the label that was stored in its place; null where none was. */
  supersededBy: string | null;
  attempt: number;
}

export interface RemovalResult {
  removal: LabelRemoval;
  outcome: string;
  waitMs?: number;
  isOutage?: boolean;
}

const LEASE_SECONDS = 6;
/** What came in the place of a label, one after the other; on another series where its target is matched there now. */
const SUCCESSORS = `
  WITH RECURSIVE successor AS (
    SELECT label.superseded_by AS uid
    UNION SELECT next.superseded_by FROM successor JOIN label next ON next.sop_instance_uid = successor.uid)
  SELECT next.* FROM successor JOIN label next ON next.sop_instance_uid = successor.uid`;
/**
 * What may be in the PACS and should be there no longer. Never before the label in its place is stored: the last one that
 * was stays visible.
 */
const UNSTORED = `state IN ('planned', 'sending', 'unknown', 'rejected', 'failed')`;
const TO_REMOVE = `
  state IN ('superseded', 'retracted') AND attempts > 0 AND (removal IS NULL OR removal IN ('rejecting', 'deleting'))
  AND NOT EXISTS (SELECT FROM label version WHERE version.logical_key = label.logical_key AND version.${UNSTORED})
  AND NOT EXISTS (SELECT FROM (${SUCCESSORS}) successor WHERE successor.${UNSTORED})`;

@Injectable()
export class RemovalRepository {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** Takes labels whose removal is due, each for one holder only. */
  async lease(removal: 'rejecting' | 'deleting', limit: number, patientId?: string): Promise<LabelToRemove[]> {
    const [rows] = await this.database.query<[Record<string, unknown>[], number]>(
      `UPDATE label SET removal = $1, attempts = attempts + 1, tries = tries + 1,
         trying_since = coalesce(trying_since, now()), lease_until = now() + interval '${LEASE_SECONDS} s'
       WHERE sop_instance_uid IN (
         SELECT sop_instance_uid FROM label WHERE ${TO_REMOVE}
           AND (lease_until IS NULL OR lease_until < now()) AND (not_before IS NULL OR not_before <= now())
           AND ($3::uuid IS NULL OR patient_id = $3)
         ORDER BY planned_at LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING id, kind, sop_instance_uid, study_instance_uid, series_instance_uid, content_digest, seg,
         (SELECT sop_instance_uid FROM (${SUCCESSORS}) successor WHERE stored_at IS NOT NULL ORDER BY planned_at LIMIT 1)
           AS superseded_by, attempts, tries, extract(epoch FROM now() - trying_since)::float8 * 1000 AS tried_for_ms`,
      [removal, limit, patientId ?? null],
    );
    return rows.map((row) => ({
      id: row['id'] as string,
      kind: row['kind'] as LabelKind,
      sopInstanceUid: row['sop_instance_uid'] as string,
      studyInstanceUid: row['study_instance_uid'] as string,
      seriesInstanceUid: row['series_instance_uid'] as string,
      contentDigest: row['content_digest'] as string,
      file: row['seg'] as Buffer,
      supersededBy: row['superseded_by'] as string | null,
      attempt: row['attempts'] as number,
      tries: row['tries'] as number,
      triedForMs: row['tried_for_ms'] as number,
    }));
  }

  async renewLease({ sopInstanceUid, attempt }: LabelToRemove): Promise<void> {
    await this.database.query(
      `UPDATE label SET lease_until = now() + interval '${LEASE_SECONDS} s'
       WHERE sop_instance_uid = $1 AND removal IN ('rejecting', 'deleting') AND attempts = $2`,
      [sopInstanceUid, attempt],
    );
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
