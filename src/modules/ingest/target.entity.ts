import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Another point came in its place, its file names it no more, or a person said so. */
export type WithdrawnBecause = 'replaced' | 'missing' | 'by-hand';

/** A point that a biopsy was aimed at, in patient coordinates (LPS, mm). */
@Entity('target')
export class TargetEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'patient_id' }) patientId!: string;
  /** YYYY-MM-DD */
  @Column('date', { name: 'procedure_date' }) procedureDate!: string;
  @Column('text') label!: string;
  @Column('double precision', { name: 'x_lps' }) xLps!: number;
  @Column('double precision', { name: 'y_lps' }) yLps!: number;
  @Column('double precision', { name: 'z_lps' }) zLps!: number;
  @Column('text', { name: 'declared_coordinate_system' }) declaredCoordinateSystem!: string;
  @Column('text', { name: 'frame_of_reference_uid', nullable: true }) frameOfReferenceUid!: string | null;
  @Column('text', { name: 'reference_series_uid', nullable: true }) referenceSeriesUid!: string | null;
  /** The file that named it last, by its path below its case folder, or what the caller named it. */
  @Column('text', { name: 'source_name' }) sourceName!: string;
  /** As its file states it, empty where it states none. */
  @Column('text') issuer!: string;
  /** A withdrawn target stays as history and is part of no label. */
  @Column('timestamptz', { name: 'withdrawn_at', nullable: true }) withdrawnAt!: Date | null;
  @Column('text', { name: 'withdrawn_because', nullable: true }) withdrawnBecause!: WithdrawnBecause | null;
  @Column('uuid', { name: 'replaced_by', nullable: true }) replacedBy!: string | null;
}
