import { Column, Entity, PrimaryColumn } from 'typeorm';

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
  @Column('text', { name: 'source_name' }) sourceName!: string;
  /** As its file states it, empty where it states none. */
  @Column('text') issuer!: string;
}
