import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TargetLife1700000000005 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE target
        -- since when it counts no more, and why: replaced by a corrected one, missing from its file, or by-hand
        ADD withdrawn_at timestamptz,
        ADD withdrawn_because text,
        ADD replaced_by uuid REFERENCES target (id);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE target DROP withdrawn_at, DROP withdrawn_because, DROP replaced_by');
  }
}
