import { Column, Entity, PrimaryColumn } from 'typeorm';

export type RunKind = 'nightly' | 'sync' | 'patient';
/** incomplete: the run ended, but could not see or do everything; `problems` says what. */
export type RunState = 'queued' | 'running' | 'done' | 'incomplete';

export interface RunOptions {
  /** Crawl reports changed since this instant instead of the stored watermark (ISO 8601). */
  since?: string;
}

@Entity('run')
export class RunEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') kind!: RunKind;
  /** Of a nightly run: the hospital's calendar day, so that five replicas start one run. */
  @Column('date', { nullable: true }) day!: string | null;
  @Column('uuid', { name: 'patient_id', nullable: true }) patientId!: string | null;
  @Column('text') state!: RunState;
  @Column('jsonb') options!: RunOptions;
  @Column('jsonb') counts!: Record<string, number>;
  @Column('jsonb') problems!: string[];
  @Column('timestamptz', { name: 'lease_until', nullable: true }) leaseUntil!: Date | null;
  /** Tells an earlier holder of the lease from the present one. */
  @Column('int', { default: 0 }) epoch!: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'finished_at', nullable: true }) finishedAt!: Date | null;
}

/** A patient whom a run has to curate. */
@Entity('run_patient')
export class RunPatientEntity {
  @PrimaryColumn('uuid', { name: 'run_id' }) runId!: string;
  @PrimaryColumn('uuid', { name: 'patient_id' }) patientId!: string;
  @Column('text') state!: 'queued' | 'done' | 'failed';
  @Column('text', { nullable: true }) problem!: string | null;
  @Column('jsonb', { default: {} }) counts!: Record<string, number>;
}
