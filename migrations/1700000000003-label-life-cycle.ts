import type { MigrationInterface, QueryRunner } from 'typeorm';

export class LabelLifeCycle1700000000003 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE label
        -- how often and since when the present state was tried in vain; attempts counts for ever
        ADD tries int NOT NULL DEFAULT 0,
        ADD trying_since timestamptz,
        ADD ended_at timestamptz,
        -- why it was retracted: [{target, reason, detail}]
        ADD ended_because jsonb NOT NULL DEFAULT '[]',
        -- what became of the object of an ended label in the PACS; empty while it is left there
        ADD removal text,
        ADD removed_at timestamptz;
      CREATE INDEX label_to_remove ON label (planned_at)
        WHERE state IN ('superseded', 'retracted') AND (removal IS NULL OR removal IN ('rejecting', 'deleting'));
      CREATE INDEX label_given_up ON label (sop_instance_uid) WHERE state IN ('failed', 'rejected') OR removal = 'failed';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX label_given_up, label_to_remove;
      ALTER TABLE label
        DROP tries, DROP trying_since, DROP ended_at, DROP ended_because, DROP removal, DROP removed_at;
    `);
  }
}
