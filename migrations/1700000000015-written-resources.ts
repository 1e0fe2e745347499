import type { MigrationInterface, QueryRunner } from 'typeorm';

export class WrittenResources1700000000015 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- What was written to the FHIR server, as it was sent last.
      CREATE TABLE written_resource (
        id uuid PRIMARY KEY,
        resource_type text NOT NULL,
        -- id there, which is another one where the server lets no client choose
        server_id text NOT NULL,
        source_series_uid text NOT NULL,
        content_sha256 text NOT NULL,
        resource jsonb NOT NULL
      );
      CREATE INDEX written_resource_series ON written_resource (source_series_uid);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE written_resource');
  }
}
