import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In, IsNull } from 'typeorm';
import type { ReasonCode } from '../reasons.js';
import { CursorEntity } from './cursor.entity.js';
import { PatientRepository } from './patient.repository.js';
import { ReportEntity } from './report.entity.js';
import { TEMPORARY } from './report/report-text.js';

/** The detail of a report that breaks the rules of FHIR. */
export const MALFORMED = 'the resource holds values that FHIR does not allow';

interface Owned {
  patient_id: string | null;
  accession_keys: string[];
}

@Injectable()
export class ReportRepository {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly patients: PatientRepository,
  ) {}

  /** The current version of each of these reports, by FHIR id. */
  async findCurrent(fhirIds: string[]): Promise<Map<string, ReportEntity>> {
    const rows = await this.database.getRepository(ReportEntity).findBy({ fhirId: In(fhirIds), isCurrent: true });
    return new Map(rows.map((row) => [row.fhirId, row]));
  }

  async readableOf(patientId: string): Promise<ReportEntity[]> {
    return this.database
      .getRepository(ReportEntity)
      .find({ where: { patientId, isCurrent: true, refused: IsNull() }, order: { id: 'ASC' } });
  }

  /** The radiology reports of a patient whose accession number is also on a readable one of another patient; by id. */
  async sharingAccession(patientId: string): Promise<Set<string>> {
    const rows = await this.database.query<{ id: string }[]>(
      `SELECT mine.id FROM report mine WHERE mine.patient_id = $1 AND mine.is_current AND mine.kind = 'radiology'
       AND EXISTS (SELECT FROM report other WHERE other.accession_keys && mine.accession_keys AND other.is_current
         AND other.patient_id <> $1 AND other.kind = 'radiology' AND other.refused IS NULL)`,
      [patientId],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Why reports count no more that were cancelled, entered in error or deleted, by DiagnosticReport/<id>. */
  async withdrawnOf(patientId: string): Promise<Map<string, ReasonCode>> {
    const refused = In<ReasonCode>(['report-withdrawn', 'report-deleted']);
    const rows = await this.database
      .getRepository(ReportEntity)
      .find({ where: { patientId, isCurrent: true, refused }, select: { id: true, fhirId: true, refused: true } });
    return new Map(rows.map((row) => [`DiagnosticReport/${row.fhirId}`, row.refused!]));
  }

  /** Reports that were read, those that are gone from the server included; in pages by id. */
  async *readOnes(pageSize: number): AsyncGenerator<{ fhirId: string; isDeleted: boolean }[]> {
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const rows = await this.database.query<{ id: string; fhirId: string; isDeleted: boolean }[]>(
        `SELECT id, fhir_id AS "fhirId", refused IS NOT NULL AS "isDeleted" FROM report
         WHERE is_current AND (refused IS NULL OR refused = 'report-deleted') AND id > $1 ORDER BY id LIMIT $2`,
        [after, pageSize],
      );
      if (rows.length === 0) return;
      yield rows;
      after = rows.at(-1)!.id;
    }
  }

  /** Has reports that were read count no more, or again. */
  async setDeleted(fhirIds: string[], isDeleted: boolean): Promise<void> {
    if (fhirIds.length === 0) return;
    const [refused, detail] = isDeleted ? ['report-deleted', 'not found by its id'] : [null, null];
    await this.database.transaction(async (manager) => {
      const [rows] = await manager.query<[Owned[], number]>(
        `UPDATE report SET refused = $2, refused_detail = $3
         WHERE fhir_id = ANY($1) AND is_current AND (refused IS NULL OR refused = 'report-deleted')
         RETURNING patient_id, accession_keys`,
        [fhirIds, refused, detail],
      );
      await this.touchOwners(rows, manager);
    });
  }

  async findById(id: string): Promise<ReportEntity | null> {
    return this.database.getRepository(ReportEntity).findOneBy({ id });
  }

  /** What these versions of reports are called outside: DiagnosticReport/<id>. */
  async namesOf(ids: string[]): Promise<Map<string, string>> {
    const reports = await this.database
      .getRepository(ReportEntity)
      .find({ where: { id: In(ids) }, select: { id: true, fhirId: true } });
    return new Map(reports.map(({ id, fhirId }) => [id, `DiagnosticReport/${fhirId}`]));
  }

  /** Current reports, with their raw form, that were read by other rules or wait to be tried again; by id. */
  async readByOther(rules: string, afterId: string, limit: number): Promise<ReportEntity[]> {
    return (
      this.database
        .getRepository(ReportEntity)
        .createQueryBuilder('report')
        .where('report.is_current AND report.rules <> :rules AND report.id > :afterId', { rules, afterId })
        // Of the former the raw form was not kept; the latter are looked for by their ids.
        .andWhere(`coalesce(report.refused, '') NOT IN ('report-not-relevant', 'report-deleted')`)
        .andWhere('report.refused_detail IS DISTINCT FROM :malformed', { malformed: MALFORMED })
        .orderBy('report.id')
        .limit(limit)
        .getMany()
    );
  }

  /**
   * Stores new versions as the current ones and marks the patients of old and new versions as changed, and those who
   * have a report of the same accession number.
   */
  async storeVersions(rows: ReportEntity[]): Promise<void> {
    if (rows.length === 0) return;
    await this.database.transaction(async (manager) => {
      const before = await manager.query<Owned[]>(
        `UPDATE report SET is_current = false WHERE fhir_id = ANY($1) AND is_current RETURNING patient_id, accession_keys`,
        [rows.map(({ fhirId }) => fhirId).sort()],
      );
      // TypeORM gives UPDATE … RETURNING as [rows, count].
      const replaced = (before as unknown as [Owned[], number])[0];
      await manager.getRepository(ReportEntity).upsert(rows, ['fhirId', 'versionId', 'rawSha256']);
      const owned = rows.map((row) => ({ patient_id: row.patientId, accession_keys: row.accessionKeys }));
      await this.touchOwners([...replaced, ...owned], manager);
    });
  }

  /** Marks as changed whose reports these are, and those who have a report of the same accession number. */
  private async touchOwners(owned: Owned[], manager: EntityManager): Promise<void> {
    const sharing = await manager.query<{ patient_id: string | null }[]>(
      'SELECT DISTINCT patient_id FROM report WHERE is_current AND accession_keys && $1',
      [owned.flatMap((row) => row.accession_keys)],
    );
    const touched = [...owned, ...sharing].map((row) => row.patient_id);
    await this.patients.touch(
      touched.filter((id) => id !== null),
      manager,
    );
  }

  /** How many reports could not be read for now. */
  async countTemporary(): Promise<number> {
    const [row] = await this.database.query<{ count: number }[]>(
      `SELECT count(*)::int FROM report WHERE is_current AND rules = '' AND right(refused_detail, length($1)) = $1`,
      [TEMPORARY],
    );
    return row!.count;
  }

  /** Takes back reports from patients whose number turned out to be in several identifier systems. */
  async disown(detail: string): Promise<void> {
    await this.database.transaction(async (manager) => {
      const [rows] = await manager.query<[{ id: string }[], number]>(
        `WITH disputed AS (SELECT mrn FROM patient_number GROUP BY mrn HAVING count(*) > 1),
         owner AS (
           SELECT patient.id FROM patient JOIN disputed ON patient.issuer = '' AND patient.mrn = disputed.mrn
             OR patient.aliases @> jsonb_build_array(jsonb_build_object('issuer', '', 'mrn', disputed.mrn)))
         UPDATE report SET refused = 'patient-unidentified', refused_detail = $1, rules = '', patient_id = NULL
         FROM owner WHERE report.patient_id = owner.id AND is_current AND refused IS NULL RETURNING owner.id`,
        [detail],
      );
      await this.patients.touch(
        rows.map(({ id }) => id),
        manager,
      );
    });
  }

  async watermark(name: string): Promise<string | null> {
    const cursor = await this.database.getRepository(CursorEntity).findOneBy({ name });
    return cursor?.watermark.toISOString() ?? null;
  }

  async saveWatermark(name: string, watermark: string): Promise<void> {
    await this.database.getRepository(CursorEntity).upsert({ name, watermark: new Date(watermark) }, ['name']);
  }
}
