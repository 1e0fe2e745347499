import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { PatientRepository } from './patient.repository.js';
import { TargetEntity } from './target.entity.js';

@Injectable()
export class TargetRepository {
  constructor(
    @InjectRepository(TargetEntity) private readonly targets: Repository<TargetEntity>,
    private readonly patients: PatientRepository,
  ) {}

  async hasAny(patientId: string): Promise<boolean> {
    return this.targets.existsBy({ patientId });
  }

  /** Where the targets of a patient may be several patients', says so in place of what matching found. */
  async explainUnclear(patientId: string): Promise<void> {
    const heirs = await this.patients.countHeirs(patientId);
    if (heirs < 2) return;
    await this.targets.query(
      `INSERT INTO exclusion (entity, entity_key, patient_id, reason, detail)
       SELECT 'target', id, patient_id, 'patient-mismatch', $2 FROM target WHERE patient_id = $1
       ON CONFLICT (entity, entity_key) DO UPDATE SET reason = EXCLUDED.reason, detail = EXCLUDED.detail`,
      [patientId, `${heirs} patients`],
    );
  }

  async findById(id: string): Promise<TargetEntity | null> {
    return this.targets.findOneBy({ id });
  }

  async ofPatient(patientId: string): Promise<TargetEntity[]> {
    return this.targets.find({ where: { patientId }, order: { id: 'ASC' } });
  }
}
