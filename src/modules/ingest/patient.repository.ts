import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In } from 'typeorm';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { uuidFrom } from '../../platform/ids.js';
import { PatientEntity } from './patient.entity.js';

/** How the PACS names a patient: IssuerOfPatientID ('' where it carries none) and PatientID. */
export interface PatientName {
  issuer: string;
  mrn: string;
}

const HAS_TARGETS = 'EXISTS (SELECT FROM target WHERE target.patient_id = patient.id AND withdrawn_at IS NULL)';
const IS_DUE = '(patient.input_revision > patient.curated_revision OR patient.curated_rules IS DISTINCT FROM :rules)';
/** Patients of a configured issuer ($1) who have the number of a patient of another. */
const HEIRS = `
  JOIN patient heir ON heir.id <> orphan.id AND heir.issuer = ANY($1)
    AND (heir.mrn = orphan.mrn OR heir.aliases @> jsonb_build_array(jsonb_build_object('mrn', orphan.mrn)))`;
/** Nobody but target files speaks of the patient, and none of them names the issuer. */
const IS_ORPHAN = `
  (orphan.issuer <> ALL($1) OR orphan.issuer = '' AND NOT EXISTS (SELECT FROM report WHERE patient_id = orphan.id))
  AND EXISTS (SELECT FROM target WHERE patient_id = orphan.id)
  AND NOT EXISTS (SELECT FROM target WHERE patient_id = orphan.id AND issuer <> '')
  AND NOT EXISTS (SELECT FROM report WHERE patient_id = orphan.id AND is_current AND refused IS NULL)`;

@Injectable()
export class PatientRepository {
  /** Those that the PACS has by the configuration. */
  readonly issuers: string[];

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(CONFIG) { patientIdSystems }: Config,
  ) {
    const configured = [...new Set(Object.values(patientIdSystems))];
    this.issuers = configured.length > 0 ? configured : [''];
  }

  /** The patients with this number, under any issuer unless one is named. */
  async findByMrn(
    mrn: string,
    issuer?: string,
    manager: EntityManager = this.database.manager,
  ): Promise<PatientEntity[]> {
    const alias = JSON.stringify([issuer === undefined ? { mrn } : { issuer, mrn }]);
    return manager
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

  async knowsAny(names: PatientName[]): Promise<boolean> {
    return (await this.withAnyName(names, this.database.manager)).length > 0;
  }

  async get(id: string): Promise<PatientEntity> {
    return this.database.getRepository(PatientEntity).findOneByOrFail({ id });
  }

  async findByIds(ids: string[]): Promise<Map<string, PatientEntity>> {
    const patients = await this.database.getRepository(PatientEntity).findBy({ id: In(ids) });
    return new Map(patients.map((patient) => [patient.id, patient]));
  }

  /**
   * The patient with any of these names; a row is made at first sight, and further names are remembered as aliases. Where
   * several rows turn out to be one person, they become one.
   */
  async ensure(names: PatientName[], manager: EntityManager = this.database.manager): Promise<string> {
    const [name, ...aliases] = names;
    if (!name) throw new Error('A patient needs a name.');
    const [known, ...others] = await this.withAnyName(names, manager);
    if (known) {
      if (others.length > 0) await manager.transaction((inner) => this.merge(known, others, inner));
      await this.addAliases(known, names, manager);
      return known;
    }
    const rows = await manager.query<{ id: string }[]>(
      `INSERT INTO patient (id, issuer, mrn, aliases) VALUES ($1, $2, $3, $4)
       ON CONFLICT (issuer, mrn) DO UPDATE SET issuer = EXCLUDED.issuer RETURNING id`,
      [uuidFrom('patient', name.issuer, name.mrn), name.issuer, name.mrn, JSON.stringify(aliases)],
    );
    return rows[0]!.id;
  }

  /** Who has targets comes first: target files go on to name that number, and labels keep their tracking UIDs. */
  private async withAnyName(names: PatientName[], manager: EntityManager): Promise<string[]> {
    const found: { id: string; targets: boolean }[] = [];
    for (const { issuer, mrn } of names) {
      const rows = await manager.query<{ id: string; targets: boolean }[]>(
        `SELECT id, EXISTS (SELECT FROM target WHERE patient_id = patient.id) AS targets
         FROM patient WHERE (issuer = $1 AND mrn = $2) OR aliases @> $3::jsonb ORDER BY id`,
        [issuer, mrn, JSON.stringify([{ issuer, mrn }])],
      );
      found.push(...rows);
    }
    const sorted = found.toSorted((a, b) => Number(b.targets) - Number(a.targets));
    return [...new Set(sorted.map(({ id }) => id))];
  }

  private async addAliases(id: string, names: PatientName[], manager: EntityManager): Promise<void> {
    await manager.query(
      `UPDATE patient SET aliases = (
         SELECT coalesce(jsonb_agg(DISTINCT alias), '[]') FROM jsonb_array_elements(aliases || $2::jsonb) alias
         WHERE alias <> jsonb_build_object('issuer', issuer, 'mrn', mrn))
       WHERE id = $1`,
      [id, JSON.stringify(names)],
    );
  }

  private async merge(into: string, others: string[], manager: EntityManager): Promise<void> {
    await this.addAliases(into, await this.absorb(into, others, manager), manager);
  }

  /**
   * Moves all that belongs to the others; links and exclusions come anew when the patient is curated.
   * @returns the names of those who are gone
   */
  private async absorb(into: string, others: string[], manager: EntityManager): Promise<PatientName[]> {
    await this.lock([into, ...others], manager);
    for (const table of ['report', 'study', 'target', 'review', 'label', 'run'])
      await manager.query(`UPDATE ${table} SET patient_id = $1 WHERE patient_id = ANY($2)`, [into, others]);
    for (const table of ['link', 'exclusion', 'run_patient'])
      await manager.query(`DELETE FROM ${table} WHERE patient_id = ANY($1)`, [others]);
    const deleted = await manager.query<[{ issuer: string; mrn: string; aliases: PatientName[] }[], number]>(
      'DELETE FROM patient WHERE id = ANY($1) RETURNING issuer, mrn, aliases',
      [others],
    );
    await this.touch([into], manager);
    return deleted[0].flatMap(({ issuer, mrn, aliases }) => [{ issuer, mrn }, ...aliases]);
  }

  /** Remembers in which identifier systems these numbers were seen, and gives those seen in several. */
  async disputedOf(numbers: { mrn: string; system: string }[]): Promise<Set<string>> {
    const mrns = numbers.map(({ mrn }) => mrn);
    await this.database.query(
      `INSERT INTO patient_number SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) ORDER BY 1, 2
       ON CONFLICT DO NOTHING`,
      [mrns, numbers.map(({ system }) => system)],
    );
    const rows = await this.database.query<{ mrn: string }[]>(
      'SELECT mrn FROM patient_number WHERE mrn = ANY($1) GROUP BY mrn HAVING count(*) > 1',
      [mrns],
    );
    return new Set(rows.map(({ mrn }) => mrn));
  }

  /**
   * Targets whose file names no issuer are kept under the number alone, or under an issuer that is configured no more,
   * until a patient of a configured issuer has that number. If it is exactly one, they are that patient's.
   */
  async adoptTargets(): Promise<void> {
    const rows = await this.database.query<{ orphan: string; heirs: string[] }[]>(
      `SELECT orphan.id AS orphan, array_agg(heir.id) AS heirs FROM patient orphan ${HEIRS}
       WHERE ${IS_ORPHAN} GROUP BY orphan.id HAVING count(*) = 1 ORDER BY orphan.id`,
      [this.issuers],
    );
    for (const { orphan, heirs } of rows)
      await this.database.transaction((manager) => this.absorb(heirs[0]!, [orphan], manager));
  }

  /** How many patients the targets kept under this patient's number might belong to; 0 where they are the patient's own. */
  async countHeirs(id: string): Promise<number> {
    const [row] = await this.database.query<{ heirs: number }[]>(
      `SELECT count(*)::int AS heirs FROM patient orphan ${HEIRS} WHERE ${IS_ORPHAN} AND orphan.id = $2`,
      [this.issuers, id],
    );
    return row!.heirs;
  }

  /** Until the transaction ends. Who changes patients and what is theirs locks them first: so nobody waits in a circle. */
  async lock(ids: string[], manager: EntityManager): Promise<void> {
    await manager.query('SELECT FROM patient WHERE id = ANY($1) ORDER BY id FOR UPDATE', [ids]);
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
    yield* this.pages(HAS_TARGETS, {}, pageSize);
  }

  /** Patients whose inputs, or the rules for them, changed since they were curated; in pages by id. */
  async *due(rules: string, pageSize = 500): AsyncGenerator<PatientEntity[]> {
    yield* this.pages(IS_DUE, { rules }, pageSize);
  }

  /** How many patients with targets are not due. */
  async countUndue(rules: string): Promise<number> {
    return this.database
      .getRepository(PatientEntity)
      .createQueryBuilder('patient')
      .where(`${HAS_TARGETS} AND NOT ${IS_DUE}`, { rules })
      .getCount();
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
