import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { RunEntity, type RunKind, type RunOptions } from './run.entity.js';

/** Who starts again right after a crash waits no longer than this. */
export const LEASE_SECONDS = 6;

export interface RunProgress {
  queued: number;
  done: number;
  failed: number;
  /** Sums over the patients done so far. */
  counts: Record<string, number>;
}

@Injectable()
export class RunRepository {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /**
   * A new run, or the one that stands in its place: one nightly run a day, one sync and one run of a patient at a time.
   */
  async create(
    kind: RunKind,
    key: { day?: string; patientId?: string },
    options: RunOptions,
    now: Date,
  ): Promise<{ run: RunEntity; isNew: boolean }> {
    const inserted = await this.database.query<{ id: string }[]>(
      `INSERT INTO run (id, kind, day, patient_id, state, options, counts, problems, created_at)
       VALUES ($1, $2, $3, $4, 'queued', $5, '{}', '[]', $6) ON CONFLICT DO NOTHING RETURNING id`,
      [randomUUID(), kind, key.day ?? null, key.patientId ?? null, JSON.stringify(options), now],
    );
    if (inserted[0]) return { run: await this.get(inserted[0].id), isNew: true };
    const runs = this.database.getRepository(RunEntity);
    const standing =
      kind === 'nightly'
        ? await runs.findOneBy({ kind, day: key.day! })
        : await runs
            .createQueryBuilder('run')
            .where("run.kind = :kind AND run.state IN ('queued', 'running')", { kind })
            .andWhere('(:patientId::uuid IS NULL OR run.patient_id = :patientId)', { patientId: key.patientId ?? null })
            .getOne();
    // It may have ended between the two statements; then there is room for a new one.
    return standing ? { run: standing, isNew: false } : this.create(kind, key, options, now);
  }

  async findById(id: string): Promise<RunEntity | null> {
    return this.database.getRepository(RunEntity).findOneBy({ id });
  }

  async get(id: string): Promise<RunEntity> {
    return this.database.getRepository(RunEntity).findOneByOrFail({ id });
  }

  /** The newest runs first. */
  async latest(limit: number): Promise<RunEntity[]> {
    return this.database.getRepository(RunEntity).find({ order: { createdAt: 'DESC', id: 'ASC' }, take: limit });
  }

  /** @returns the epoch under which the caller now holds the run, or null if another holds it or it has ended */
  async claim(id: string): Promise<number | null> {
    const [rows] = await this.database.query<[{ epoch: number }[], number]>(
      `UPDATE run SET state = 'running', epoch = epoch + 1, lease_until = now() + interval '${LEASE_SECONDS} s'
       WHERE id = $1 AND (state = 'queued' OR (state = 'running' AND lease_until < now())) RETURNING epoch`,
      [id],
    );
    return rows[0]?.epoch ?? null;
  }

  /** @returns false when the run is held by another by now */
  async renew(id: string, epoch: number): Promise<boolean> {
    const [, count] = await this.database.query<[unknown[], number]>(
      `UPDATE run SET lease_until = now() + interval '${LEASE_SECONDS} s'
       WHERE id = $1 AND epoch = $2 AND state = 'running'`,
      [id, epoch],
    );
    return count === 1;
  }

  /** Gives an unfinished run back, so that another worker may go on at once. */
  async release(id: string, epoch: number): Promise<void> {
    await this.database.query(
      `UPDATE run SET state = 'queued', lease_until = NULL WHERE id = $1 AND epoch = $2 AND state = 'running'`,
      [id, epoch],
    );
  }

  async finish(
    id: string,
    epoch: number,
    counts: Record<string, number>,
    problems: string[],
    now: Date,
  ): Promise<void> {
    await this.database.query(
      `UPDATE run SET state = $3, counts = $4, problems = $5, finished_at = $6, lease_until = NULL
       WHERE id = $1 AND epoch = $2 AND state = 'running'`,
      [id, epoch, problems.length > 0 ? 'incomplete' : 'done', JSON.stringify(counts), JSON.stringify(problems), now],
    );
  }

  /** Lists patients to be seen to in this run, and gives those who were not listed yet; the others keep their state. */
  async addPatients(runId: string, patientIds: string[]): Promise<string[]> {
    const rows = await this.database.query<{ patient_id: string }[]>(
      `INSERT INTO run_patient (run_id, patient_id, state)
       SELECT $1, patient_id, 'queued' FROM unnest($2::uuid[]) patient_id ON CONFLICT DO NOTHING RETURNING patient_id`,
      [runId, patientIds],
    );
    return rows.map((row) => row.patient_id);
  }

  /** Lists patients who need nothing in this run, unless they are listed already. */
  async addSettled(runId: string, patientIds: string[], counts: Record<string, number>): Promise<void> {
    await this.database.query(
      `INSERT INTO run_patient (run_id, patient_id, state, counts)
       SELECT $1, patient_id, 'done', $3 FROM unnest($2::uuid[]) patient_id ON CONFLICT DO NOTHING`,
      [runId, patientIds, JSON.stringify(counts)],
    );
  }

  async settlePatient(
    runId: string,
    patientId: string,
    result: { state: 'done' | 'failed'; problem?: string; counts?: Record<string, number> },
  ): Promise<void> {
    await this.database.query(
      `UPDATE run_patient SET state = $3, problem = $4, counts = $5
       WHERE run_id = $1 AND patient_id = $2 AND state <> 'done'`,
      [runId, patientId, result.state, result.problem ?? null, JSON.stringify(result.counts ?? {})],
    );
  }

  async openPatients(runId: string): Promise<string[]> {
    const rows = await this.database.query<{ patient_id: string }[]>(
      `SELECT patient_id FROM run_patient WHERE run_id = $1 AND state = 'queued' ORDER BY patient_id`,
      [runId],
    );
    return rows.map((row) => row.patient_id);
  }

  async countOpen(runId: string): Promise<number> {
    const [row] = await this.database.query<{ open: number }[]>(
      `SELECT count(*)::int AS open FROM run_patient WHERE run_id = $1 AND state = 'queued'`,
      [runId],
    );
    return row!.open;
  }

  async progress(runId: string): Promise<RunProgress> {
    const states = await this.database.query<{ state: 'queued' | 'done' | 'failed'; patients: number }[]>(
      `SELECT state, count(*)::int AS patients FROM run_patient WHERE run_id = $1 GROUP BY state`,
      [runId],
    );
    const sums = await this.database.query<{ name: string; total: number }[]>(
      `SELECT key AS name, sum(value::numeric)::int AS total
       FROM run_patient, jsonb_each_text(counts) WHERE run_id = $1 GROUP BY key ORDER BY key`,
      [runId],
    );
    const of = (state: string) => states.find((row) => row.state === state)?.patients ?? 0;
    return {
      queued: of('queued'),
      done: of('done'),
      failed: of('failed'),
      counts: Object.fromEntries(sums.map(({ name, total }) => [name, total])),
    };
  }

  /** Each problem once, with how many patients it left out. */
  async patientProblems(runId: string): Promise<string[]> {
    const rows = await this.database.query<{ problem: string; patients: number }[]>(
      `SELECT problem, count(*)::int AS patients FROM run_patient
       WHERE run_id = $1 AND problem IS NOT NULL GROUP BY problem ORDER BY problem`,
      [runId],
    );
    return rows.map(({ problem, patients }) => `${patients} ${patients === 1 ? 'patient' : 'patients'}: ${problem}`);
  }
}
