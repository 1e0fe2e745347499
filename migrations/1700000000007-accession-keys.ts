import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AccessionKeys1700000000007 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- system|value of the numbers that are said to be accession numbers: two patients must not share one
      ALTER TABLE report ADD accession_keys text[] NOT NULL DEFAULT '{}';
      CREATE INDEX report_accession_keys ON report USING gin (accession_keys) WHERE is_current;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE report DROP accession_keys');
  }
}
