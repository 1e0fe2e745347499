import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Labels until now are SEG objects; a structured report beside one has a logical key of its own, and is sent after it. */
export class StructuredReports1700000000002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE label ADD COLUMN kind text NOT NULL DEFAULT 'SEG';
      ALTER TABLE label ALTER COLUMN kind DROP DEFAULT;
      CREATE INDEX label_seg_to_send ON label (source_series_uid)
        WHERE kind = 'SEG' AND state IN ('planned', 'sending', 'unknown');
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      UPDATE label SET superseded_by = NULL WHERE kind = 'SR';
      DELETE FROM label WHERE kind = 'SR';
      DROP INDEX label_seg_to_send;
      ALTER TABLE label DROP COLUMN kind;
    `);
  }
}
