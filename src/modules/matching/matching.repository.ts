import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { ReasonCode } from '../reasons.js';
import { ExclusionEntity } from './exclusion.entity.js';
import { LinkEntity } from './link.entity.js';
import type { PatientMatch } from './match-patient.js';

/** What became of a target and why. */
export interface TargetExplanation {
  id: string;
  label: string;
  /** YYYY-MM-DD */
  procedureDate: string;
  /** Of its links, from the study to the specimens. */
  sentences: string[];
  /** Why it led to no label, or null. */
  reason: ReasonCode | null;
  detail: string | null;
  /** Of the label that it is on, or null. */
  labelState: string | null;
}

@Injectable()
export class MatchingRepository {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** Makes this the present match of the patient. */
  async replace(manager: EntityManager, patientId: string, match: PatientMatch): Promise<void> {
    await manager.getRepository(LinkEntity).delete({ patientId });
    await manager.getRepository(ExclusionEntity).delete({ patientId });
    const links = match.links.map((link) => ({ ...link, patientId }));
    const exclusions = match.exclusions.map((exclusion) => ({ ...exclusion, patientId }));
    if (links.length > 0) await manager.getRepository(LinkEntity).insert(links);
    if (exclusions.length > 0) await manager.getRepository(ExclusionEntity).insert(exclusions);
  }

  /** Each target of a patient, in the order of biopsies and names. */
  async explain(patientId: string): Promise<TargetExplanation[]> {
    return this.database.query<TargetExplanation[]>(
      `WITH own AS (SELECT * FROM link WHERE patient_id = $1),
       step AS (
         SELECT from_key AS target, 1 AS step, sentence FROM own WHERE kind = 'target-study'
         UNION SELECT own.from_key, 2, next.sentence FROM own
           JOIN own next ON next.kind = 'study-report' AND next.from_key = own.to_key WHERE own.kind = 'target-study'
         UNION SELECT from_key, 3, sentence FROM own WHERE kind = 'target-lesion'
         UNION SELECT own.from_key, 4, next.sentence FROM own
           JOIN own next ON next.kind = 'lesion-specimen' AND next.from_key = own.to_key WHERE own.kind = 'target-lesion')
       SELECT target.id, target.label, target.procedure_date::text AS "procedureDate",
         ARRAY(SELECT sentence FROM step WHERE step.target = target.id::text ORDER BY step, sentence) AS sentences,
         exclusion.reason, exclusion.detail,
         (SELECT string_agg(DISTINCT label.state, ', ') FROM label
           JOIN LATERAL jsonb_array_elements(label.segments) segment ON true
           WHERE label.patient_id = $1 AND label.state NOT IN ('superseded', 'retracted')
             AND (segment -> 'furtherTargets' || (segment -> 'target')) @> jsonb_build_array(jsonb_build_object('id', target.id))
         ) AS "labelState"
       FROM target
       LEFT JOIN exclusion ON exclusion.entity = 'target' AND exclusion.entity_key = target.id::text
       WHERE target.patient_id = $1 AND target.withdrawn_at IS NULL
       ORDER BY target.procedure_date, target.label, target.id`,
      [patientId],
    );
  }
}
