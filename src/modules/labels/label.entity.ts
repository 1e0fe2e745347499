import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ReasonCode } from '../reasons.js';
import type { LabelLesion } from './label-segment.js';

/**
 * planned → sending → stored (read back and equal) | unknown (ask, then send again) | rejected (the PACS refuses it) |
 * failed (given up: tried as often or as long as the settings allow);
 * then superseded by a newer version, or retracted when the evidence no longer supports it.
 */
export type LabelState =
  'planned' | 'sending' | 'unknown' | 'stored' | 'rejected' | 'failed' | 'superseded' | 'retracted';

/**
 * Of the object of an ended label: rejecting → rejected (by a rejection note) or deleting → deleted; other-content where
 * the PACS holds something else under its UID, which is left alone; failed when given up.
 */
export type LabelRemoval = 'rejecting' | 'rejected' | 'deleting' | 'deleted' | 'other-content' | 'failed';

/** Why a target of a retracted label supports it no more. */
export interface EndReason {
  /** Label of the target. */
  target: string;
  /** A reason code, or target-gone where the target itself is there no more. */
  reason: ReasonCode | 'target-gone';
  detail: string;
}

/** SEG: the boxes of all lesions on one source series; SR: the structured report beside it, points included. */
export type LabelKind = 'SEG' | 'SR';

/** What the counts of a run call them. */
export const KIND_NAMES = { SEG: 'labels', SR: 'structuredReports' } as const;

/** One object in one version. */
@Entity('label')
export class LabelEntity {
  @PrimaryColumn('text', { name: 'sop_instance_uid' }) sopInstanceUid!: string;
  @Column('uuid') id!: string;
  @Column('uuid', { name: 'patient_id' }) patientId!: string;
  @Column('text') kind!: LabelKind;
  /** What stays the same over the versions of a label. */
  @Column('text', { name: 'logical_key' }) logicalKey!: string;
  @Column('int') version!: number;
  @Column('text') state!: LabelState;
  @Column('text', { name: 'study_instance_uid' }) studyInstanceUid!: string;
  @Column('text', { name: 'source_series_uid' }) sourceSeriesUid!: string;
  @Column('text', { name: 'series_instance_uid' }) seriesInstanceUid!: string;
  @Column('text', { name: 'content_digest' }) contentDigest!: string;
  @Column('jsonb') segments!: LabelLesion[];
  /** The DICOM file, of either kind. */
  @Column('bytea', { select: false }) seg!: Buffer;
  @Column('int', { default: 0 }) attempts!: number;
  /** In vain, since `tryingSince`, for the present state; `attempts` counts for ever. */
  @Column('int', { default: 0 }) tries!: number;
  @Column('timestamptz', { name: 'trying_since', nullable: true }) tryingSince!: Date | null;
  @Column('timestamptz', { name: 'not_before', nullable: true }) notBefore!: Date | null;
  @Column('timestamptz', { name: 'lease_until', nullable: true }) leaseUntil!: Date | null;
  @Column('text', { name: 'last_outcome', nullable: true }) lastOutcome!: string | null;
  @Column('text', { name: 'superseded_by', nullable: true }) supersededBy!: string | null;
  @Column('timestamptz', { name: 'planned_at' }) plannedAt!: Date;
  @Column('timestamptz', { name: 'stored_at', nullable: true }) storedAt!: Date | null;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt!: Date | null;
  @Column('jsonb', { name: 'ended_because', default: [] }) endedBecause!: EndReason[];
  @Column('text', { nullable: true }) removal!: LabelRemoval | null;
  @Column('timestamptz', { name: 'removed_at', nullable: true }) removedAt!: Date | null;
}
