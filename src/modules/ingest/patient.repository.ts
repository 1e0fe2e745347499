import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { uuidFrom } from '../../platform/ids.js';
import { PatientEntity } from './patient.entity.js';

/** How the PACS names a patient: IssuerOfPatientID ('' where it carries none) and PatientID. */
export interface PatientName {
  issuer: string;
  mrn: string;
}

@Injectable()
export class PatientRepository {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** The patients with this number, under any issuer unless one is named. */
  async findByMrn(mrn: string, issuer?: string): Promise<PatientEntity[]> {
    const alias = JSON.stringify([issuer === undefined ? { mrn } : { issuer, mrn }]);
    return this.database
      .getRepository(PatientEntity)
      .createQueryBuilder('patient')
      .where(
        '((patient.mrn = :mrn AND (:issuer::text IS NULL OR patient.issuer = :issuer)) OR patient.aliases @> :alias)',
        {
          mrn,
          issuer: issuer ?? null,
          alias,
        },
      )
      .orderBy('patient.issuer')
      .getMany();
  }

  async get(id: string): Promise<PatientEntity> {
    return this.database.getRepository(PatientEntity).findOneByOrFail({ id });
  }

  /** The patient with any of these names; a row is made at first sight, and further names are remembered as aliases. */
  async ensure(names: PatientName[], manager: EntityManager = this.database.manager): Promise<string> {
    const [name, ...aliases] = names;
    if (!name) throw new Error('A patient needs a name.');
    for (const { issuer, mrn } of names) {
      const known = await manager.query<{ id: string }[]>(
        `UPDATE patient SET aliases = (
           SELECT coalesce(jsonb_agg(DISTINCT alias), '[]') FROM jsonb_array_elements(aliases || $4::jsonb) alias
           WHERE alias <> jsonb_build_object('issuer', issuer, 'mrn', mrn))
         WHERE (issuer = $1 AND mrn = $2) OR aliases @> $3::jsonb RETURNING id`,
        [issuer, mrn, JSON.stringify([{ issuer, mrn }]), JSON.stringify(names)],
      );
      const id = (known as unknown as [{ id: string }[], number])[0][0]?.id;
      if (id) return id;
    }
    const rows = await manager.query<{ id: string }[]>(
      `INSERT INTO patient (id, issuer, mrn, aliases) VALUES ($1, $2, $3, $4)
       ON CONFLICT (issuer, mrn) DO UPDATE SET issuer = EXCLUDED.issuer RETURNING id`,
      [uuidFrom('patient', name.issuer, name.mrn), name.issuer, name.mrn, JSON.stringify(aliases)],
    );
    return rows[0]!.id;
  }

  /** Says that an input of these patients changed, so that they are curated again. */
  async touch(patientIds: Iterable<string>, manager: EntityManager = this.database.manager): Promise<void> {
    const ids = [...new Set(patientIds)].sort();
    if (ids.length === 0) return;
    await manager.query(
      `WITH locked AS (SELECT id FROM patient WHERE id = ANY($1) ORDER BY id FOR UPDATE)
       UPDATE patient SET input_revision = input_revision + 1 FROM locked WHERE patient.id = locked.id`,
      [ids],
    );
  }

  /** Patients who may get a label, in pages by id. */
  async *withTargets(pageSize = 500): AsyncGenerator<PatientEntity[]> {
    yield* this.pages('EXISTS (SELECT FROM target WHERE target.patient_id = patient.id)', {}, pageSize);
  }

  /** Patients whose inputs, or the rules for them, changed since they were curated; in pages by id. */
  async *due(rules: string, pageSize = 500): AsyncGenerator<PatientEntity[]> {
    const condition =
      '(patient.input_revision > patient.curated_revision OR patient.curated_rules IS DISTINCT FROM :rules)';
    yield* this.pages(condition, { rules }, pageSize);
  }

  private async *pages(condition: string, parameters: object, pageSize: number): AsyncGenerator<PatientEntity[]> {
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const page = await this.database
        .getRepository(PatientEntity)
        .createQueryBuilder('patient')
        .where(condition, parameters)
        .andWhere('patient.id > :after', { after })
        .orderBy('patient.id')
        .limit(pageSize)
        .getMany();
      if (page.length === 0) return;
      yield page;
      after = page.at(-1)!.id;
    }
  }
}
