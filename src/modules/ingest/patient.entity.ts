import { Column, Entity, PrimaryColumn } from 'typeorm';

/** While no identifier systems are configured: a number and a system in which it was seen. */
@Entity('patient_number')
export class PatientNumberEntity {
  @PrimaryColumn('text') mrn!: string;
  @PrimaryColumn('text') system!: string;
}

/** A person as the PACS names them: IssuerOfPatientID (empty where the PACS carries none) and PatientID. */
@Entity('patient')
export class PatientEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') issuer!: string;
  @Column('text') mrn!: string;
  /** Grows whenever an input of this patient changes. */
  @Column('int', { name: 'input_revision', default: 1 }) inputRevision!: number;
  @Column('int', { name: 'curated_revision', default: 0 }) curatedRevision!: number;
  @Column('text', { name: 'curated_rules', nullable: true }) curatedRules!: string | null;
  /** Further names of the same person. */
  @Column('jsonb', { default: [] }) aliases!: { issuer: string; mrn: string }[];
}
