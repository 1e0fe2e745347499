import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ExtractionEntity } from './extraction.entity.js';
import type { Extraction, ReportKind } from './extraction.js';
import { extractReport, RULES_ENGINE } from './extract-report.js';

/** Everything that can change a value is in this text: a changed one reads every report again. */
export const ENGINE = `${RULES_ENGINE.name} ${RULES_ENGINE.version} ${RULES_ENGINE.rulesetHash}`;

/** A report as far as extraction needs it. */
export interface ReportToRead {
  id: string;
  kind: ReportKind;
  text: string;
}

@Injectable()
export class ExtractionService {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** What the reports say, by report id; each is read once per engine. */
  async extractionsOf(reports: ReportToRead[]): Promise<{ byReport: Map<string, Extraction>; extracted: number }> {
    if (reports.length === 0) return { byReport: new Map(), extracted: 0 };
    const repository = this.database.getRepository(ExtractionEntity);
    const known = await repository
      .createQueryBuilder('extraction')
      .where('extraction.report_id = ANY(:ids) AND extraction.engine = :engine', {
        ids: reports.map(({ id }) => id),
        engine: ENGINE,
      })
      .getMany();
    const byReport = new Map(known.map(({ reportId, extraction }) => [reportId, extraction]));
    const unread = reports.filter(({ id }) => !byReport.has(id));
    if (unread.length === 0) return { byReport, extracted: 0 };
    for (const { id, kind, text } of unread) byReport.set(id, extractReport(kind, text));
    await this.database.query(
      `INSERT INTO extraction (report_id, engine, extraction)
       SELECT report_id, $2, extraction FROM unnest($1::uuid[], $3::jsonb[]) AS fresh (report_id, extraction)
       ON CONFLICT (report_id, engine) DO NOTHING`,
      [unread.map(({ id }) => id), ENGINE, unread.map(({ id }) => JSON.stringify(byReport.get(id)))],
    );
    return { byReport, extracted: unread.length };
  }
}
