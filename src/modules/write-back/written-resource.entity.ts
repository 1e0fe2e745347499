import type { Observation, Provenance } from '@medplum/fhirtypes';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An Observation or Provenance of ours on the FHIR server, as it was sent last. */
@Entity('written_resource')
export class WrittenResourceEntity {
  /** Follows from what it is about; also its identifier there (urn:uuid). */
  @PrimaryColumn('uuid') id!: string;
  @Column('text', { name: 'resource_type' }) resourceType!: 'Observation' | 'Provenance';
  /** Its id there, which is another one where the server lets no client choose. */
  @Column('text', { name: 'server_id' }) serverId!: string;
  @Column('text', { name: 'source_series_uid' }) sourceSeriesUid!: string;
  /** Of the content before anything was looked up on the server for it. */
  @Column('text', { name: 'content_sha256' }) contentSha256!: string;
  @Column('jsonb') resource!: Observation | Provenance;
}
