import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, In, IsNull } from 'typeorm';
import { CursorEntity } from './cursor.entity.js';
import { PatientRepository } from './patient.repository.js';
import { ReportEntity } from './report.entity.js';

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

  async findById(id: string): Promise<ReportEntity | null> {
    return this.database.getRepository(ReportEntity).findOneBy({ id });
  }

  /** Raw reports whose patient could not be named, oldest id first. */
  async unidentified(afterId: string, limit: number): Promise<ReportEntity[]> {
    return this.database
      .getRepository(ReportEntity)
      .createQueryBuilder('report')
      .where('report.is_current AND report.refused = :refused AND report.id > :afterId', {
        refused: 'patient-unidentified',
        afterId,
      })
      .orderBy('report.id')
      .limit(limit)
      .getMany();
  }

  /** Stores new versions as the current ones and marks the patients of old and new versions as changed. */
  async storeVersions(rows: ReportEntity[]): Promise<void> {
    if (rows.length === 0) return;
    await this.database.transaction(async (manager) => {
      const before = await manager.query<{ patient_id: string | null }[]>(
        `UPDATE report SET is_current = false WHERE fhir_id = ANY($1) AND is_current RETURNING patient_id`,
        [rows.map(({ fhirId }) => fhirId).sort()],
      );
      // TypeORM gives UPDATE … RETURNING as [rows, count].
      const replaced = (before as unknown as [{ patient_id: string | null }[], number])[0];
      await manager.getRepository(ReportEntity).upsert(rows, ['fhirId', 'versionId', 'rawSha256']);
      const touched = [...replaced.map((row) => row.patient_id), ...rows.map((row) => row.patientId)];
      await this.patients.touch(
        touched.filter((id) => id !== null),
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
