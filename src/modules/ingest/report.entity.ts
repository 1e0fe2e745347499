import type { DiagnosticReport } from '@medplum/fhirtypes';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ReportKind } from '../extraction/extraction.js';
import type { ReasonCode } from '../reasons.js';

/** One version of a DiagnosticReport: raw as received, and the text that evidence offsets point into. */
@Entity('report')
export class ReportEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('text', { name: 'fhir_id' }) fhirId!: string;
  @Column('text', { name: 'version_id' }) versionId!: string;
  @Column('boolean', { name: 'is_current' }) isCurrent!: boolean;
  @Column('uuid', { name: 'patient_id', nullable: true }) patientId!: string | null;
  @Column('text') status!: string;
  @Column('text', { nullable: true }) kind!: ReportKind | null;
  /** The day as the hospital wrote it, in its own time zone (YYYY-MM-DD). */
  @Column('date', { name: 'effective_date', nullable: true }) effectiveDate!: string | null;
  @Column('timestamptz', { name: 'issued_at', nullable: true }) issuedAt!: Date | null;
  @Column('text', { name: 'accession_numbers', array: true }) accessionNumbers!: string[];
  /** system|value of those that are said to be accession numbers. */
  @Column('text', { name: 'accession_keys', array: true, default: '{}' }) accessionKeys!: string[];
  @Column('text', { name: 'study_instance_uids', array: true }) studyInstanceUids!: string[];
  @Column('jsonb') raw!: DiagnosticReport;
  @Column('text', { name: 'raw_sha256' }) rawSha256!: string;
  @Column('text', { nullable: true }) text!: string | null;
  @Column('text', { name: 'media_type', nullable: true }) mediaType!: string | null;
  /** Why this version gives nothing to match: not final, withdrawn, unreadable, not relevant. */
  @Column('text', { nullable: true }) refused!: ReasonCode | null;
  @Column('text', { name: 'refused_detail', nullable: true }) refusedDetail!: string | null;
  /** By which it was read and its patient named; empty where it is tried again at every sync. */
  @Column('text') rules!: string;
}
