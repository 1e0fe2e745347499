import type { DiagnosticReport } from '@medplum/fhirtypes';
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

  /** SEGs alone: the structured reports beside them say the same. */
  async labelsOf(patientId: string): Promise<LabelEntity[]> {
    return (await this.labels.ofPatient(patientId)).filter(({ kind }) => kind === 'SEG');
  }

  /** By report id; a subject within the report itself becomes the patient's number. */
  async reports(ids: string[], patientId: string): Promise<Map<string, ReportRow>> {
    if (ids.length === 0) return new Map();
    const { radiology, pathology } = this.engine.keys;
    const rows = await this.database.query<
      {
        id: string;
        fhir_id: string;
        subject: DiagnosticReport['subject'] | null;
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
        const isElsewhere = subject?.reference !== undefined && !subject.reference.startsWith('#');
        return [
          id,
          {
            reference: `DiagnosticReport/${fhir_id}`,
            subject: isElsewhere ? { reference: subject.reference! } : { identifier: { value: mrn } },
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

  /** Runs the work unless another process is at the same patient. */
  async alone(patientId: string, work: () => Promise<void>): Promise<void> {
    await this.database.transaction(async (manager) => {
      const [row] = await manager.query<{ held: boolean }[]>(
        'SELECT pg_try_advisory_xact_lock($1, hashtext($2)) AS held',
        [LOCK_CLASS, patientId],
      );
      if (row!.held) await work();
    });
  }
}
