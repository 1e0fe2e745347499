import type { Patient, Reference } from '@medplum/fhirtypes';
import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, In } from 'typeorm';
import { REPORT_ENGINE } from '../extraction/extraction.service.js';
import type { ReportEngine } from '../extraction/llm/report-engine.js';
import { PatientEntity } from '../ingest/patient.entity.js';
import type { LabelEntity } from '../labels/label.entity.js';
import { LabelRepository } from '../labels/label.repository.js';
import type { ReportOnRecord } from './observations.js';
import type { EngineOnRecord } from './provenance.js';
import { WrittenResourceEntity } from './written-resource.entity.js';

export interface ReportRow extends ReportOnRecord {
  engine: EngineOnRecord | null;
}

const LOCK_CLASS = 7_305_004;

@Injectable()
export class WriteBackRepository {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly labels: LabelRepository,
    @Inject(REPORT_ENGINE) private readonly engine: ReportEngine,
  ) {}

  /** Patients who have, or once had, a label; in pages by id. */
  async *patients(pageSize = 500): AsyncGenerator<string[]> {
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const rows = await this.database.query<{ id: string }[]>(
        `SELECT id FROM patient WHERE id > $1 AND EXISTS (SELECT FROM label WHERE patient_id = patient.id)
         ORDER BY id LIMIT $2`,
        [after, pageSize],
      );
      if (rows.length === 0) return;
      yield rows.map(({ id }) => id);
      after = rows.at(-1)!.id;
    }
  }

  /** The SEG of a series before its structured report, which also has the lesions without a size. */
  labelsOf(patientId: string): Promise<LabelEntity[]> {
    return this.labels.ofPatient(patientId);
  }

  /** By report id; a subject within the report itself becomes the patient's number. */
  async reports(ids: string[], patientId: string): Promise<Map<string, ReportRow>> {
    if (ids.length === 0) return new Map();
    const { radiology, pathology } = this.engine.keys;
    const rows = await this.database.query<
      {
        id: string;
        fhir_id: string;
        subject: Reference<Patient> | null;
        effective_date: string | null;
        engine: EngineOnRecord | null;
      }[]
    >(
      `SELECT report.id, fhir_id, raw -> 'subject' AS subject, effective_date::text, extraction -> 'engine' AS engine
       FROM report LEFT JOIN extraction ON extraction.report_id = report.id
         AND extraction.engine = CASE report.kind WHEN 'radiology' THEN $2 ELSE $3 END
       WHERE report.id = ANY($1)`,
      [ids, radiology, pathology],
    );
    const { mrn } = await this.database.getRepository(PatientEntity).findOneByOrFail({ id: patientId });
    return new Map(
      rows.map(({ id, fhir_id, subject, effective_date, engine }) => {
        return [
          id,
          {
            reference: `DiagnosticReport/${fhir_id}`,
            subject: subject !== null && saysWho(subject) ? subject : { identifier: { value: mrn } },
            effectiveDate: effective_date,
            engine,
          },
        ];
      }),
    );
  }

  async writtenFor(sourceSeriesUids: string[]): Promise<WrittenResourceEntity[]> {
    const where = { sourceSeriesUid: In(sourceSeriesUids) };
    return this.database.getRepository(WrittenResourceEntity).find({ where, order: { id: 'ASC' } });
  }

  async save(written: WrittenResourceEntity): Promise<void> {
    await this.database.getRepository(WrittenResourceEntity).save(written);
  }

  /** Of these series, those that stored labels of other patients speak of, or labels that may be stored yet. */
  async heldByOthers(sourceSeriesUids: string[], patientId: string): Promise<Set<string>> {
    const rows = await this.database.query<{ uid: string }[]>(
      `SELECT DISTINCT source_series_uid AS uid FROM label
       WHERE source_series_uid = ANY($1) AND patient_id <> $2
         AND state IN ('planned', 'sending', 'unknown', 'stored')`,
      [sourceSeriesUids, patientId],
    );
    return new Set(rows.map(({ uid }) => uid));
  }

  /**
   * Runs the work unless another process is at the same patient. The lock is of the session: no transaction stays open
   * while the FHIR server is waited for.
   *
   * @returns whether the work was done
   */
  async alone(patientId: string, work: () => Promise<void>): Promise<boolean> {
    const session = this.database.createQueryRunner();
    const lock = [LOCK_CLASS, patientId];
    try {
      const [row] = (await session.query('SELECT pg_try_advisory_lock($1, hashtext($2)) AS held', lock)) as {
        held: boolean;
      }[];
      if (!row!.held) return false;
      try {
        await work();
      } finally {
        await session.query('SELECT pg_advisory_unlock($1, hashtext($2))', lock);
      }
      return true;
    } finally {
      await session.release();
    }
  }
}

/** A subject within the report itself cannot be referred to from outside. */
const saysWho = ({ reference, identifier }: Reference): boolean =>
  reference === undefined ? identifier !== undefined : !reference.startsWith('#');
