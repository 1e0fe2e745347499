import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, IsNull, Repository } from 'typeorm';
import type { PatientEntity } from './patient.entity.js';
import { PatientRepository } from './patient.repository.js';
import { TargetEntity, type WithdrawnBecause } from './target.entity.js';

/** Active: not withdrawn. */
const ACTIVE = { withdrawnAt: IsNull() };

@Injectable()
export class TargetRepository {
  constructor(
    @InjectRepository(TargetEntity) private readonly targets: Repository<TargetEntity>,
    private readonly patients: PatientRepository,
  ) {}

  async hasAny(patientId: string): Promise<boolean> {
    return this.targets.existsBy({ patientId, ...ACTIVE });
  }

  /** Where the targets of a patient may be several patients', says so in place of what matching found. */
  async explainUnclear(patientId: string): Promise<void> {
    const heirs = await this.patients.countHeirs(patientId);
    if (heirs < 2) return;
    await this.targets.query(
      `INSERT INTO exclusion (entity, entity_key, patient_id, reason, detail)
       SELECT 'target', id, patient_id, 'patient-mismatch', $2 FROM target
       WHERE patient_id = $1 AND withdrawn_at IS NULL
       ON CONFLICT (entity, entity_key) DO UPDATE SET reason = EXCLUDED.reason, detail = EXCLUDED.detail`,
      [patientId, `${heirs} patients`],
    );
  }

  async findById(id: string): Promise<TargetEntity | null> {
    return this.targets.findOneBy({ id });
  }

  async ofPatient(patientId: string): Promise<TargetEntity[]> {
    return this.targets.find({ where: { patientId, ...ACTIVE }, order: { id: 'ASC' } });
  }

  /** Withdrawn ones, too; by biopsy, label and place. */
  async historyOf({ id: patientId }: PatientEntity): Promise<TargetEntity[]> {
    const order = { procedureDate: 'ASC', label: 'ASC', sourceName: 'ASC', id: 'ASC' } as const;
    return this.targets.find({ where: { patientId }, order });
  }

  /** What was found out about it goes, too; labels follow when the patient is curated. */
  async withdraw(
    manager: EntityManager,
    id: string,
    because: WithdrawnBecause,
    replacedBy: string | null = null,
  ): Promise<void> {
    const now = () => 'now()';
    await manager.update(TargetEntity, { id }, { withdrawnAt: now, withdrawnBecause: because, replacedBy });
    await manager.query(`DELETE FROM exclusion WHERE entity = 'target' AND entity_key = $1`, [id]);
  }

  /** Of a person: no file brings it back. One that is withdrawn already for another reason stays so for good. */
  async withdrawByHand(id: string): Promise<void> {
    await this.change(id, async (target, manager) => {
      if (target.withdrawnAt === null) await this.withdraw(manager, id, 'by-hand');
      else await manager.update(TargetEntity, { id }, { withdrawnBecause: 'by-hand' });
      return true;
    });
  }

  /**
   * Has a withdrawn target count again.
   * @returns false if another one stands in its place
   */
  async restore(id: string): Promise<boolean> {
    return this.change(id, async (_, manager) => {
      const heirs = await manager.query<unknown[]>(
        `WITH RECURSIVE heir AS (
           SELECT id, replaced_by, withdrawn_at FROM target WHERE id = $1
           UNION SELECT target.id, target.replaced_by, target.withdrawn_at
           FROM target JOIN heir ON target.id = heir.replaced_by)
         SELECT FROM heir WHERE id <> $1 AND withdrawn_at IS NULL`,
        [id],
      );
      if (heirs.length > 0) return false;
      await manager.update(TargetEntity, { id }, { withdrawnAt: null, withdrawnBecause: null, replacedBy: null });
      return true;
    });
  }

  /** @param change gives whether it changed anything, and so does this */
  private async change(
    id: string,
    change: (target: TargetEntity, manager: EntityManager) => Promise<boolean>,
  ): Promise<boolean> {
    return this.targets.manager.transaction(async (manager) => {
      const { patientId } = await manager.findOneByOrFail(TargetEntity, { id });
      await this.patients.lock([patientId], manager);
      const target = await manager.findOneByOrFail(TargetEntity, { id });
      const isChanged = await change(target, manager);
      if (isChanged) await this.patients.touch([target.patientId], manager);
      return isChanged;
    });
  }
}
