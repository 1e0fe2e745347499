import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Labels until now are SEG objects; a structured report beside one has a logical key of its own. */
export class StructuredReports1700000000002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE label ADD COLUMN kind text NOT NULL DEFAULT 'SEG';
      ALTER TABLE label ALTER COLUMN kind DROP DEFAULT;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      UPDATE label SET superseded_by = NULL WHERE kind = 'SR';
      DELETE FROM label WHERE kind = 'SR';
      ALTER TABLE label DROP COLUMN kind;
    `);
  }
}
