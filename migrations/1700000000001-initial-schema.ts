import type { MigrationInterface, QueryRunner } from 'typeorm';

export class InitialSchema1700000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- A person as the PACS names them. input_revision grows whenever an input of this patient changes; the patient
      -- is due for curation while it is ahead of curated_revision, or the rules have changed since.
      CREATE TABLE patient (
        id uuid PRIMARY KEY,
        issuer text NOT NULL,
        mrn text NOT NULL,
        input_revision int NOT NULL DEFAULT 1,
        curated_revision int NOT NULL DEFAULT 0,
        curated_rules text,
        -- further names of the same person: [{issuer, mrn}]
        aliases jsonb NOT NULL DEFAULT '[]',
        UNIQUE (issuer, mrn)
      );
      CREATE INDEX patient_mrn ON patient (mrn);
      CREATE INDEX patient_aliases ON patient USING gin (aliases jsonb_path_ops);
      CREATE INDEX patient_due ON patient (id) WHERE input_revision > curated_revision;

      -- While no identifier systems are configured: the systems in which each number was seen. Of several, it is nobody's.
      CREATE TABLE patient_number (
        mrn text NOT NULL,
        system text NOT NULL,
        PRIMARY KEY (mrn, system)
      );

      CREATE TABLE report (
        id uuid PRIMARY KEY,
        fhir_id text NOT NULL,
        version_id text NOT NULL,
        is_current boolean NOT NULL,
        patient_id uuid REFERENCES patient (id),
        status text NOT NULL,
        kind text,
        effective_date date,
        issued_at timestamptz,
        accession_numbers text[] NOT NULL,
        study_instance_uids text[] NOT NULL,
        raw jsonb NOT NULL,
        raw_sha256 text NOT NULL,
        text text,
        media_type text,
        refused text,
        refused_detail text,
        -- by which it was read and its patient named; empty where it is tried again at every sync
        rules text NOT NULL,
        UNIQUE (fhir_id, version_id, raw_sha256)
      );
      CREATE UNIQUE INDEX report_current ON report (fhir_id) WHERE is_current;
      CREATE INDEX report_patient ON report (patient_id) WHERE is_current;
      CREATE INDEX report_rules ON report (rules, id) WHERE is_current AND refused IS DISTINCT FROM 'report-not-relevant';

      CREATE TABLE ingest_cursor (
        name text PRIMARY KEY,
        watermark timestamptz NOT NULL
      );

      CREATE TABLE study (
        study_instance_uid text PRIMARY KEY,
        patient_id uuid NOT NULL REFERENCES patient (id),
        study_date date,
        study_time text,
        accession_number text,
        description text,
        -- of the study's row in QIDO, which changes with every object that arrives, labels included
        row_sha256 text NOT NULL,
        -- of its image series, which decide whether the patient must be curated again
        series_sha256 text NOT NULL
      );
      CREATE INDEX study_patient ON study (patient_id);

      CREATE TABLE series (
        series_instance_uid text PRIMARY KEY,
        study_instance_uid text NOT NULL REFERENCES study (study_instance_uid) ON DELETE CASCADE,
        modality text,
        series_number int,
        description text,
        instances int NOT NULL,
        headers jsonb NOT NULL,
        -- metadata of every instance, fetched only for a series that carries labels
        instances_metadata jsonb
      );
      CREATE INDEX series_study ON series (study_instance_uid);

      CREATE TABLE target (
        id uuid PRIMARY KEY,
        patient_id uuid NOT NULL REFERENCES patient (id),
        procedure_date date NOT NULL,
        label text NOT NULL,
        x_lps double precision NOT NULL,
        y_lps double precision NOT NULL,
        z_lps double precision NOT NULL,
        declared_coordinate_system text NOT NULL,
        frame_of_reference_uid text,
        reference_series_uid text,
        source_name text NOT NULL,
        -- as its file states it, empty where it states none
        issuer text NOT NULL
      );
      CREATE INDEX target_patient ON target (patient_id);

      CREATE TABLE extraction (
        report_id uuid NOT NULL REFERENCES report (id) ON DELETE CASCADE,
        engine text NOT NULL,
        extraction jsonb NOT NULL,
        PRIMARY KEY (report_id, engine)
      );

      CREATE TABLE link (
        patient_id uuid NOT NULL REFERENCES patient (id),
        kind text NOT NULL,
        from_key text NOT NULL,
        to_key text NOT NULL,
        confidence double precision NOT NULL,
        sentence text NOT NULL,
        PRIMARY KEY (patient_id, kind, from_key, to_key)
      );

      CREATE INDEX link_to ON link (to_key);

      CREATE TABLE exclusion (
        entity text NOT NULL,
        entity_key text NOT NULL,
        patient_id uuid REFERENCES patient (id),
        reason text NOT NULL,
        detail text NOT NULL,
        PRIMARY KEY (entity, entity_key)
      );
      CREATE INDEX exclusion_patient ON exclusion (patient_id);

      -- One row per SEG object ever planned; logical_key is what a viewer would call the same label over its versions.
      CREATE TABLE label (
        sop_instance_uid text PRIMARY KEY,
        id uuid NOT NULL UNIQUE,
        patient_id uuid NOT NULL REFERENCES patient (id),
        logical_key text NOT NULL,
        version int NOT NULL,
        state text NOT NULL,
        study_instance_uid text NOT NULL,
        source_series_uid text NOT NULL,
        series_instance_uid text NOT NULL,
        content_digest text NOT NULL,
        segments jsonb NOT NULL,
        seg bytea NOT NULL,
        attempts int NOT NULL DEFAULT 0,
        not_before timestamptz,
        lease_until timestamptz,
        last_outcome text,
        superseded_by text REFERENCES label (sop_instance_uid),
        planned_at timestamptz NOT NULL,
        stored_at timestamptz,
        UNIQUE (logical_key, version)
      );
      CREATE INDEX label_patient ON label (patient_id);
      CREATE INDEX label_to_send ON label (planned_at) WHERE state IN ('planned', 'sending', 'unknown');

      CREATE TABLE run (
        id uuid PRIMARY KEY,
        kind text NOT NULL,
        day date,
        patient_id uuid REFERENCES patient (id),
        state text NOT NULL,
        options jsonb NOT NULL,
        counts jsonb NOT NULL,
        problems jsonb NOT NULL,
        -- who works on it: a lease that is renewed, and a number that tells an earlier holder from the present one
        lease_until timestamptz,
        epoch int NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        finished_at timestamptz
      );
      CREATE UNIQUE INDEX run_nightly_day ON run (day) WHERE kind = 'nightly';
      CREATE UNIQUE INDEX run_one_per_patient ON run (patient_id) WHERE kind = 'patient' AND state IN ('queued', 'running');
      CREATE UNIQUE INDEX run_one_sync ON run (kind) WHERE kind = 'sync' AND state IN ('queued', 'running');
      CREATE INDEX run_created ON run (created_at DESC, id);

      CREATE TABLE run_patient (
        run_id uuid NOT NULL REFERENCES run (id) ON DELETE CASCADE,
        patient_id uuid NOT NULL REFERENCES patient (id),
        state text NOT NULL,
        problem text,
        counts jsonb NOT NULL DEFAULT '{}',
        PRIMARY KEY (run_id, patient_id)
      );
      CREATE INDEX run_patient_open ON run_patient (run_id) WHERE state = 'queued';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE run_patient, run, label, exclusion, link, extraction, target, series, study, ingest_cursor, report, patient_number, patient
    `);
  }
}
