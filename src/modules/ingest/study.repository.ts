import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, In } from 'typeorm';
import type { DicomJson } from '../dicomweb/dicom-json.js';
import { PatientRepository } from './patient.repository.js';
import { SeriesEntity, StudyEntity } from './study.entity.js';

@Injectable()
export class StudyRepository {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly patients: PatientRepository,
  ) {}

  async studiesOf(patientId: string): Promise<StudyEntity[]> {
    return this.database.getRepository(StudyEntity).find({ where: { patientId }, order: { studyInstanceUid: 'ASC' } });
  }

  /** Series of these studies, without the metadata of their instances. */
  async seriesOf(studyInstanceUids: string[]): Promise<SeriesEntity[]> {
    return this.database.getRepository(SeriesEntity).find({
      where: { studyInstanceUid: In(studyInstanceUids) },
      order: { seriesInstanceUid: 'ASC' },
      select: {
        seriesInstanceUid: true,
        studyInstanceUid: true,
        modality: true,
        seriesNumber: true,
        description: true,
        instances: true,
        headers: true,
      },
    });
  }

  /** A series with the metadata of its instances, which `seriesOf` leaves out. */
  async getSeries(seriesInstanceUid: string): Promise<SeriesEntity> {
    return this.database.getRepository(SeriesEntity).findOneByOrFail({ seriesInstanceUid });
  }

  async saveInstancesMetadata(seriesInstanceUid: string, instancesMetadata: DicomJson[]): Promise<void> {
    await this.database.query('UPDATE series SET instances_metadata = $2 WHERE series_instance_uid = $1', [
      seriesInstanceUid,
      JSON.stringify(instancesMetadata),
    ]);
  }

  /** Stores a study as it is now and marks its patient as changed, and the one who had it before. */
  async save(study: StudyEntity, series: SeriesEntity[]): Promise<void> {
    const { studyInstanceUid } = study;
    await this.database.transaction(async (manager) => {
      const before = await manager.getRepository(StudyEntity).findOneBy({ studyInstanceUid });
      await this.patients.touch([study.patientId, before?.patientId ?? study.patientId], manager);
      await manager.getRepository(StudyEntity).upsert(study, ['studyInstanceUid']);
      await manager.getRepository(SeriesEntity).delete({ studyInstanceUid });
      await manager.getRepository(SeriesEntity).save(series);
    });
  }

  async saveRowHash(studyInstanceUid: string, rowSha256: string): Promise<void> {
    await this.database.getRepository(StudyEntity).update({ studyInstanceUid }, { rowSha256 });
  }

  async remove(patientId: string, studyInstanceUids: string[]): Promise<void> {
    await this.database.transaction(async (manager) => {
      await this.patients.touch([patientId], manager);
      await manager.getRepository(StudyEntity).delete({ patientId, studyInstanceUid: In(studyInstanceUids) });
    });
  }
}
