import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ReasonCode } from '../reasons.js';

export type ExcludedEntity = 'report' | 'target' | 'lesion' | 'specimen' | 'label';

/** Why an entity led to no label. */
@Entity('exclusion')
export class ExclusionEntity {
  @PrimaryColumn('text') entity!: ExcludedEntity;
  @PrimaryColumn('text', { name: 'entity_key' }) entityKey!: string;
  @Column('uuid', { name: 'patient_id', nullable: true }) patientId!: string | null;
  @Column('text') reason!: ReasonCode;
  /** What it was compared with. */
  @Column('text') detail!: string;
}
