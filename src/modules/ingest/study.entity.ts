import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DicomJson } from '../dicomweb/dicom-json.js';

/** An MR study as the PACS lists it. */
@Entity('study')
export class StudyEntity {
  @PrimaryColumn('text', { name: 'study_instance_uid' }) studyInstanceUid!: string;
  @Column('uuid', { name: 'patient_id' }) patientId!: string;
  /** YYYY-MM-DD */
  @Column('date', { name: 'study_date', nullable: true }) studyDate!: string | null;
  /** DICOM TM as written */
  @Column('text', { name: 'study_time', nullable: true }) studyTime!: string | null;
  @Column('text', { name: 'accession_number', nullable: true }) accessionNumber!: string | null;
  @Column('text', { nullable: true }) description!: string | null;
  /** Of the study's row in QIDO, which changes with every object that arrives, labels included. */
  @Column('text', { name: 'row_sha256' }) rowSha256!: string;
  /** Of its image series, which decide whether the patient must be curated again. */
  @Column('text', { name: 'series_sha256' }) seriesSha256!: string;
}

/** A series with the headers of one representative instance, and of all instances once it carries labels. */
@Entity('series')
export class SeriesEntity {
  @PrimaryColumn('text', { name: 'series_instance_uid' }) seriesInstanceUid!: string;
  @Column('text', { name: 'study_instance_uid' }) studyInstanceUid!: string;
  @Column('text', { nullable: true }) modality!: string | null;
  @Column('int', { name: 'series_number', nullable: true }) seriesNumber!: number | null;
  @Column('text', { nullable: true }) description!: string | null;
  @Column('int') instances!: number;
  @Column('jsonb') headers!: DicomJson;
  @Column('jsonb', { name: 'instances_metadata', nullable: true }) instancesMetadata!: DicomJson[] | null;
}
