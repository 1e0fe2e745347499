import { Column, Entity, PrimaryColumn } from 'typeorm';

export type LinkKind = 'target-study' | 'study-report' | 'target-lesion' | 'lesion-specimen';

/** One accepted link with what it rests on. */
@Entity('link')
export class LinkEntity {
  @PrimaryColumn('uuid', { name: 'patient_id' }) patientId!: string;
  @PrimaryColumn('text') kind!: LinkKind;
  @PrimaryColumn('text', { name: 'from_key' }) fromKey!: string;
  @PrimaryColumn('text', { name: 'to_key' }) toKey!: string;
  /** 0 to 1 */
  @Column('double precision') confidence!: number;
  /** Reads as one plain sentence. */
  @Column('text') sentence!: string;
}
