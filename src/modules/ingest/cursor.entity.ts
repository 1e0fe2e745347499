import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How far an incremental crawl has come; moves only when its last page is stored. */
@Entity('ingest_cursor')
export class CursorEntity {
  @PrimaryColumn('text') name!: string;
  @Column('timestamptz') watermark!: Date;
}
