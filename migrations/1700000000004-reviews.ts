import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Reviews1700000000004 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- A question about a target that a person decided or has to decide. Rows are closed, never deleted, when the
      -- question no longer arises.
      CREATE TABLE review (
        id uuid PRIMARY KEY,
        patient_id uuid NOT NULL REFERENCES patient (id),
        kind text NOT NULL,
        state text NOT NULL,
        -- as shown: the target, what is asked, what there is to choose from, what changed since the decision
        target jsonb NOT NULL,
        asked text NOT NULL,
        candidates jsonb NOT NULL,
        proposed text,
        changes jsonb NOT NULL,
        shown_digest text NOT NULL,
        source_digest text NOT NULL,
        -- the last answer, with what it rests on
        decision jsonb,
        -- of a person who wants it to be decided, whatever the rules make of it
        request jsonb,
        history jsonb NOT NULL,
        opened_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      );
      CREATE INDEX review_patient ON review (patient_id);
      CREATE INDEX review_opened ON review (opened_at, id);
      CREATE INDEX review_waiting ON review (opened_at, id) WHERE state IN ('open', 'reopened');
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE review');
  }
}
