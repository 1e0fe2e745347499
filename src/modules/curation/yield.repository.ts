import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { REPORT_ENGINE } from '../extraction/extraction.service.js';
import type { ReportEngine } from '../extraction/llm/report-engine.js';
import type { ExcludedEntity } from '../matching/exclusion.entity.js';
import { REASONS, type ReasonCode } from '../reasons.js';

/** What became of the entities of one kind; `in` is the sum of all the rest. */
export interface YieldRow {
  unit: 'targets' | 'lesions' | 'specimens' | 'reports';
  in: number;
  /** targets, lesions: on a label that was stored and read back; specimens: tied to a lesion; reports: read. */
  kept: number;
  /** On a label that still has to be stored, or not looked at yet. */
  pending: number;
  dropped: Partial<Record<ReasonCode, number>>;
}

export interface ExclusionRow {
  entity: ExcludedEntity;
  entityKey: string;
  issuer: string | null;
  mrn: string | null;
  reason: ReasonCode;
  explanation: string;
  detail: string;
}

/**
 * Targets and lesions on labels that stand for the present evidence, by the state of their label. A lesion may have
 * several targets, and be on the labels of several series: the best outcome counts.
 */
const LABELLED = `
  segment AS (
    SELECT segment, CASE label.state WHEN 'stored' THEN 'kept' WHEN 'rejected' THEN 'store-rejected' WHEN 'failed' THEN 'store-failed'
      ELSE 'pending' END AS outcome
    FROM label, jsonb_array_elements(label.segments) segment
    WHERE label.kind = 'SEG' AND label.state IN ('planned', 'sending', 'unknown', 'stored', 'rejected', 'failed')),
  labelled_target AS (
    SELECT target ->> 'id' AS key, min(outcome) AS outcome
    FROM segment, jsonb_array_elements(segment -> 'furtherTargets' || (segment -> 'target')) target GROUP BY 1),
  labelled_lesion AS (
    SELECT segment -> 'lesion' ->> 'key' AS key, min(outcome) AS outcome FROM segment GROUP BY 1)`;

const CURRENT_EXTRACTIONS = `
  read AS (
    SELECT report.id, report.kind, extraction.extraction FROM report
    JOIN extraction ON extraction.report_id = report.id
      AND extraction.engine = CASE report.kind WHEN 'radiology' THEN $1 ELSE $2 END
    WHERE report.is_current AND report.refused IS NULL)`;

const ALL_EXCLUSIONS = `
  excluded AS (
    SELECT entity, entity_key, patient_id, reason, detail FROM exclusion
    UNION ALL
    SELECT 'report', 'DiagnosticReport/' || fhir_id, patient_id, refused, coalesce(refused_detail, '')
    FROM report WHERE is_current AND refused IS NOT NULL
    UNION ALL
    SELECT 'label', sop_instance_uid, patient_id, 'store-' || state, coalesce(last_outcome, '')
    FROM label WHERE state IN ('rejected', 'failed')
    UNION ALL
    SELECT 'label', sop_instance_uid, patient_id, 'removal-failed', coalesce(last_outcome, '')
    FROM label WHERE removal = 'failed')`;

@Injectable()
export class YieldRepository {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(REPORT_ENGINE) private readonly engine: ReportEngine,
  ) {}

  async yield(): Promise<YieldRow[]> {
    const { radiology, pathology } = this.engine.keys;
    const [targets, lesions, specimens, reports] = await Promise.all([
      this.outcomes(`
        WITH ${LABELLED}
        SELECT coalesce(labelled_target.outcome, exclusion.reason, 'pending') AS outcome FROM target
        LEFT JOIN labelled_target ON labelled_target.key = target.id::text
        LEFT JOIN exclusion ON exclusion.entity = 'target' AND exclusion.entity_key = target.id::text
        WHERE withdrawn_at IS NULL`),
      this.outcomes(
        `WITH ${LABELLED}, ${CURRENT_EXTRACTIONS}
        SELECT coalesce(labelled_lesion.outcome, own.reason, of_target.reason, 'pending') AS outcome
        FROM (SELECT id || '/lesions/' || index AS key FROM read,
              generate_series(0, jsonb_array_length(extraction -> 'lesions') - 1) index) lesion
        LEFT JOIN labelled_lesion ON labelled_lesion.key = lesion.key
        LEFT JOIN exclusion own ON own.entity = 'lesion' AND own.entity_key = lesion.key
        LEFT JOIN LATERAL (
          SELECT min(exclusion.reason) AS reason FROM link
          JOIN exclusion ON exclusion.entity = 'target' AND exclusion.entity_key = link.from_key
          WHERE link.kind = 'target-lesion' AND link.to_key = lesion.key) of_target ON true`,
        radiology,
        pathology,
      ),
      this.outcomes(
        `WITH ${CURRENT_EXTRACTIONS}
        SELECT coalesce(exclusion.reason, CASE WHEN tied THEN 'kept' ELSE 'pending' END) AS outcome
        FROM (SELECT id || '/specimens/' || index AS key FROM read,
              generate_series(0, jsonb_array_length(extraction -> 'specimens') - 1) index) specimen
        LEFT JOIN exclusion ON exclusion.entity = 'specimen' AND exclusion.entity_key = specimen.key
        CROSS JOIN LATERAL (
          SELECT EXISTS (SELECT FROM link WHERE kind = 'lesion-specimen' AND to_key = specimen.key) AS tied) link`,
        radiology,
        pathology,
      ),
      this.outcomes(`SELECT coalesce(refused, 'kept') AS outcome FROM report WHERE is_current`),
    ]);
    return [
      toRow('targets', targets),
      toRow('lesions', lesions),
      toRow('specimens', specimens),
      toRow('reports', reports),
    ];
  }

  /** A page of everything that led to no label, in the order of entity and key. */
  async exclusions(limit: number, after?: { entity: string; entityKey: string }): Promise<ExclusionRow[]> {
    const rows = await this.database.query<
      (Omit<ExclusionRow, 'explanation' | 'entityKey'> & { entity_key: string })[]
    >(
      `WITH ${ALL_EXCLUSIONS}
       SELECT entity, entity_key, patient.issuer, patient.mrn, reason, detail
       FROM excluded LEFT JOIN patient ON patient.id = excluded.patient_id
       WHERE $2::text IS NULL OR (entity, entity_key) > ($2, $3)
       ORDER BY entity, entity_key LIMIT $1`,
      [limit, after?.entity ?? null, after?.entityKey ?? null],
    );
    return rows.map(({ entity, entity_key, issuer, mrn, reason, detail }) => ({
      entity,
      entityKey: entity_key,
      issuer,
      mrn,
      reason,
      explanation: REASONS[reason],
      detail,
    }));
  }

  /** How often each outcome occurs in a query that gives one row per entity. */
  private async outcomes(query: string, ...parameters: string[]): Promise<Map<string, number>> {
    const rows = await this.database.query<{ outcome: string; entities: number }[]>(
      `SELECT outcome, count(*)::int AS entities FROM (${query}) entity GROUP BY outcome ORDER BY outcome`,
      parameters,
    );
    return new Map(rows.map(({ outcome, entities }) => [outcome, entities]));
  }
}

function toRow(unit: YieldRow['unit'], outcomes: Map<string, number>): YieldRow {
  const { kept = 0, pending = 0, ...dropped } = Object.fromEntries(outcomes);
  const total = [...outcomes.values()].reduce((sum, entities) => sum + entities, 0);
  return { unit, in: total, kept, pending, dropped };
}
