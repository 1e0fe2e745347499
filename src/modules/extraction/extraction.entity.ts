import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Extraction } from './extraction.js';

/** What one engine read in one report version. A new engine adds a row; nothing is read twice by the same engine. */
@Entity('extraction')
export class ExtractionEntity {
  @PrimaryColumn('uuid', { name: 'report_id' }) reportId!: string;
  @PrimaryColumn('text') engine!: string;
  @Column('jsonb') extraction!: Extraction;
}
