import type { DataSource } from 'typeorm';
import type { LabelKind } from './label.entity.js';
import type { LabelObject } from './read-back.js';
import type { Tries } from './tries.js';

/** A label that this process holds, for sending it or for removing it, with its bytes. */
export interface HeldLabel extends LabelObject, Tries {
  id: string;
  kind: LabelKind;
  file: Buffer;
  /** Counted from 1 over all that was ever tried with the label. */
  attempt: number;
}

/** Who holds a label and dies keeps it no longer than this. */
const LEASE_UNTIL = `now() + interval '6 s'`;

/**
 * Takes labels, each for one holder only.
 *
 * @param sql `mark`: what is set in the row; `due`: which rows are taken; `more`: further columns
 */
export async function leaseLabels<Label extends HeldLabel>(
  database: DataSource,
  { mark, due, more = [] }: { mark: string; due: string; more?: string[] },
  limit: number,
  patientId?: string,
): Promise<Label[]> {
  const columns = [
    'id, kind, attempts AS attempt, tries, seg AS file',
    'sop_instance_uid AS "sopInstanceUid", study_instance_uid AS "studyInstanceUid"',
    'series_instance_uid AS "seriesInstanceUid", content_digest AS "contentDigest"',
    'extract(epoch FROM now() - trying_since)::float8 * 1000 AS "triedForMs"',
    ...more,
  ];
  const [labels] = await database.query<[Label[], number]>(
    `UPDATE label SET ${mark}, attempts = attempts + 1, tries = tries + 1,
       trying_since = coalesce(trying_since, now()), lease_until = ${LEASE_UNTIL}
     WHERE sop_instance_uid IN (
       SELECT sop_instance_uid FROM label WHERE ${due} AND ($2::uuid IS NULL OR patient_id = $2)
       ORDER BY planned_at LIMIT $1 FOR UPDATE SKIP LOCKED)
     RETURNING ${columns.join(', ')}`,
    [limit, patientId ?? null],
  );
  return labels;
}

/** @param isHeld SQL: that the label is still what it was taken for */
export async function renewLease(
  database: DataSource,
  { sopInstanceUid, attempt }: HeldLabel,
  isHeld: string,
): Promise<void> {
  await database.query(
    `UPDATE label SET lease_until = ${LEASE_UNTIL} WHERE sop_instance_uid = $1 AND attempts = $2 AND ${isHeld}`,
    [sopInstanceUid, attempt],
  );
}
