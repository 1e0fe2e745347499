import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Extraction, ReportKind } from './extraction.js';
import type { ReportEngine } from './llm/report-engine.js';

/** The engine of this process, a `ReportEngine`; its keys say which stored extractions are still good. */
export const REPORT_ENGINE = Symbol('ReportEngine');

/** A report as far as extraction needs it. */
export interface ReportToRead {
  id: string;
  kind: ReportKind;
  text: string;
}

@Injectable()
export class ExtractionService {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(REPORT_ENGINE) private readonly engine: ReportEngine,
  ) {}

  /** Reads one report; nothing is stored. */
  async read(kind: ReportKind, text: string): Promise<Extraction> {
    return this.engine.read(kind, text);
  }

  /**
   * What the reports say, by report id; each is read once per engine.
   * @throws LlmError if a model could not be asked; what was read before is kept
   */
  async extractionsOf(reports: ReportToRead[]): Promise<{ byReport: Map<string, Extraction>; extracted: number }> {
    const byReport = await this.stored(reports);
    const unread = reports.filter(({ id }) => !byReport.has(id));
    const readings = await Promise.allSettled(unread.map(({ kind, text }) => this.engine.read(kind, text)));
    const fresh = unread.flatMap(({ id, kind }, index) => {
      const reading = readings[index]!;
      return reading.status === 'fulfilled' ? [{ id, kind, extraction: reading.value }] : [];
    });
    await this.store(fresh);
    const failed = readings.find((reading) => reading.status === 'rejected');
    if (failed) throw failed.reason;
    for (const { id, extraction } of fresh) byReport.set(id, extraction);
    return { byReport, extracted: fresh.length };
  }

  private async stored(reports: ReportToRead[]): Promise<Map<string, Extraction>> {
    if (reports.length === 0) return new Map();
    const rows = await this.database.query<{ report_id: string; extraction: Extraction }[]>(
      `SELECT report_id, extraction FROM extraction
       JOIN unnest($1::uuid[], $2::text[]) AS wanted (report_id, engine) USING (report_id, engine)`,
      [reports.map(({ id }) => id), reports.map(({ kind }) => this.engine.keys[kind])],
    );
    return new Map(rows.map(({ report_id, extraction }) => [report_id, extraction]));
  }

  private async store(fresh: { id: string; kind: ReportKind; extraction: Extraction }[]): Promise<void> {
    if (fresh.length === 0) return;
    await this.database.query(
      `INSERT INTO extraction (report_id, engine, extraction)
       SELECT report_id, engine, extraction
       FROM unnest($1::uuid[], $2::text[], $3::jsonb[]) AS fresh (report_id, engine, extraction)
       ON CONFLICT (report_id, engine) DO NOTHING`,
      [
        fresh.map(({ id }) => id),
        fresh.map(({ kind }) => this.engine.keys[kind]),
        fresh.map(({ extraction }) => JSON.stringify(extraction)),
      ],
    );
  }
}
