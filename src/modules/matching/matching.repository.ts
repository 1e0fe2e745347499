import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ExclusionEntity } from './exclusion.entity.js';
import { LinkEntity } from './link.entity.js';
import type { PatientMatch } from './match-patient.js';

@Injectable()
export class MatchingRepository {
  /** Makes this the present match of the patient. */
  async replace(manager: EntityManager, patientId: string, match: PatientMatch): Promise<void> {
    await manager.getRepository(LinkEntity).delete({ patientId });
    await manager.getRepository(ExclusionEntity).delete({ patientId });
    const links = match.links.map((link) => ({ ...link, patientId }));
    const exclusions = match.exclusions.map((exclusion) => ({ ...exclusion, patientId }));
    if (links.length > 0) await manager.getRepository(LinkEntity).insert(links);
    if (exclusions.length > 0) await manager.getRepository(ExclusionEntity).insert(exclusions);
  }
}
