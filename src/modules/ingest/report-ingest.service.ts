import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { changedReports, type ChangedReport } from './fhir/changed-reports.js';
import { contentHash } from './fhir/content-hash.js';
import { FhirClient } from './fhir/fhir-client.js';
import { FhirError } from './fhir/fhir-error.js';
import { mergedPatients, patientsByNumber, reportsOfPatient } from './fhir/per-patient.js';
import { PatientRepository } from './patient.repository.js';
import type { ReportEntity } from './report.entity.js';
import { ReportReadingService } from './report-reading.service.js';
import { isSame } from './report-row.js';
import { ReportRepository } from './report.repository.js';
import { DeletedReportsService } from './deleted-reports.service.js';
import { DISPUTED, SubjectService } from './subject.service.js';

const REPORTS = 'DiagnosticReport';
const MERGES = 'Patient';

export interface ReportCrawl {
  /** Report versions that the server gave and that were not known yet. */
  stored: number;
  /** Why the crawl could not see everything, or null. */
  problem: string | null;
}

/** Brings DiagnosticReports from FHIR into the database, and keeps them what and whose they are. */
@Injectable()
export class ReportIngestService {
  constructor(
    private readonly fhir: FhirClient,
    private readonly reports: ReportRepository,
    private readonly patients: PatientRepository,
    private readonly subjects: SubjectService,
    private readonly reading: ReportReadingService,
    private readonly deleted: DeletedReportsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * All reports that changed since the watermark (or since the given instant); the watermark moves at the very end, and
   * never over changes that were not asked for.
   */
  async crawlChanged(
    nowMs: number,
    { since, stop }: { since?: string | undefined; stop?: AbortSignal } = {},
  ): Promise<ReportCrawl> {
    const reached = await this.reports.watermark(REPORTS);
    const problems: string[] = [];
    let stored = 0;
    try {
      stored += await this.readAgain(stop);
      const pages = await this.crawlPages(reached, nowMs, since, stop);
      stored += pages.stored;
      problems.push(...pages.problems);
    } finally {
      await this.settleOwners();
    }
    if (!stop?.aborted) {
      problems.push(...(await this.followMerges(reached, nowMs)));
      // Where something could not be seen, what is missing says nothing.
      if (problems.length === 0) problems.push(...(await this.deleted.sweep(nowMs, stop)));
    }
    return this.summary(stored, problems);
  }

  /** The reports of one person, whatever the watermark; null if the FHIR server knows nobody of this number. */
  async crawlPatient(mrn: string, issuer: string | undefined): Promise<ReportCrawl | null> {
    const stored = await this.readPatient(mrn, issuer);
    await this.settleOwners();
    return stored === null ? null : { stored, problem: null };
  }

  private async crawlPages(
    reached: string | null,
    nowMs: number,
    since: string | undefined,
    stop: AbortSignal | undefined,
  ): Promise<{ stored: number; problems: string[] }> {
    const { overlapMs, pageSize, reportQuery } = this.config.fhir;
    const watermark = since ?? reached;
    const leavesGap = since !== undefined && (reached === null || Date.parse(since) > Date.parse(reached));
    let stored = 0;
    for await (const event of changedReports(this.fhir, {
      watermark,
      overlapMs,
      nowMs,
      pageSize,
      extraQuery: reportQuery,
    })) {
      if (event.kind === 'page') {
        stored += await this.storeReports(event.reports);
        if (stop?.aborted) return { stored, problems: ['the crawl was broken off.'] };
      } else if (event.needsPatient) {
        return this.crawlByPatient(stop);
      } else {
        if (event.complete && event.nextWatermark && !leavesGap)
          await this.reports.saveWatermark(REPORTS, event.nextWatermark);
        return { stored, problems: event.reason === null ? [] : [event.reason] };
      }
    }
    throw new Error('The crawl of reports did not end.');
  }

  /** From servers that list no reports without a patient: of everybody who may get a label. */
  private async crawlByPatient(stop: AbortSignal | undefined): Promise<{ stored: number; problems: string[] }> {
    let stored = 0;
    const failed = new Map<string, number>();
    for await (const page of this.patients.withTargets()) {
      for (const { mrn, issuer } of page) {
        if (stop?.aborted) return { stored, problems: ['the crawl was broken off.'] };
        try {
          stored += (await this.readPatient(mrn, issuer)) ?? 0;
        } catch (error) {
          if (!(error instanceof FhirError)) throw error;
          failed.set(error.message, (failed.get(error.message) ?? 0) + 1);
        }
      }
    }
    return {
      stored,
      problems: [...failed].map(([words, count]) => `${count} ${count === 1 ? 'patient' : 'patients'}: ${words}`),
    };
  }

  private async readPatient(mrn: string, issuer: string | undefined): Promise<number | null> {
    const systems = Object.entries(this.config.patientIdSystems);
    const ofIssuer = systems.filter(([, systemIssuer]) => systemIssuer === issuer);
    // Targets may be kept under a number whose issuer is not known yet.
    const asked = (ofIssuer.length > 0 ? ofIssuer : systems).map(([system]) => system);
    const found = await patientsByNumber(this.fhir, mrn, asked);
    if (found.length === 0) return null;
    let stored = 0;
    for (const patient of found) {
      // Known from now on, with reports or without.
      const { names } = await this.subjects.subjectOf(patient);
      if (names.length > 0) await this.patients.ensure(names);
      for (const record of await mergedPatients(this.fhir, patient)) {
        const reports = await reportsOfPatient(this.fhir, record.id ?? '', this.config.fhir.reportQuery);
        const changed = reports.map((report) => ({ report, contentHash: contentHash(report) }));
        stored += await this.storeReports(changed, { andWaiting: true });
      }
    }
    return stored;
  }

  /**
   * @param andWaiting whether reports that wait to be tried again are tried now; `readAgain` does so in a whole crawl
   * @returns how many versions were new
   */
  private async storeReports(changed: ChangedReport[], { andWaiting = false } = {}): Promise<number> {
    const known = await this.reports.findCurrent(changed.map(({ report }) => report.id ?? ''));
    const fresh = changed.filter(({ report, contentHash: hash }) => {
      const before = known.get(report.id ?? '');
      // Listed again, though it was gone.
      if (before?.refused === 'report-deleted') return true;
      const isRead = before?.rules === this.reading.rules || (before?.rules === '' && !andWaiting);
      return before?.rawSha256 !== hash || !isRead;
    });
    return this.storeRows(await this.reading.read(fresh, known), known);
  }

  private async storeRows(rows: ReportEntity[], known: Map<string, ReportEntity>): Promise<number> {
    const changed = rows.filter((row) => !isSame(row, known.get(row.fhirId)));
    await this.reports.storeVersions(changed);
    return changed.length;
  }

  /**
   * What led to a refusal may be over though the report stays the same: a document could not be fetched, a patient had no
   * identifier, its system was not configured or to another issuer, or the rules of reading were poorer.
   */
  private async readAgain(stop: AbortSignal | undefined): Promise<number> {
    const BATCH = 100;
    let stored = 0;
    let afterId = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const waiting = await this.reports.readByOther(this.reading.rules, afterId, BATCH);
      if (waiting.length === 0 || stop?.aborted) return stored;
      afterId = waiting.at(-1)!.id;
      const changed = waiting.map(({ raw, rawSha256 }) => ({ report: raw, contentHash: rawSha256 }));
      const known = new Map(waiting.map((row) => [row.fhirId, row]));
      stored += await this.storeRows(await this.reading.read(changed, known), known);
    }
  }

  /** What only the whole of reports and patients shows; asks no server. */
  private async settleOwners(): Promise<void> {
    if (Object.keys(this.config.patientIdSystems).length === 0) await this.reports.disown(DISPUTED);
    await this.patients.adoptTargets();
  }

  /** Its own watermark: what fails here is asked for again, and never stands in the way of reports. */
  private async followMerges(reached: string | null, nowMs: number): Promise<string[]> {
    const since = (await this.reports.watermark(MERGES)) ?? reached;
    try {
      // All records were read just now.
      const upToMs =
        since === null
          ? nowMs
          : await this.subjects.followMerges(Date.parse(since) - this.config.fhir.overlapMs, nowMs);
      if (upToMs !== null) await this.reports.saveWatermark(MERGES, new Date(upToMs).toISOString());
      return [];
    } catch (error) {
      if (!(error instanceof FhirError)) throw error;
      return [`merged patients: ${error.message}`];
    }
  }

  private async summary(stored: number, problems: string[]): Promise<ReportCrawl> {
    const unread = await this.reports.countTemporary();
    if (unread > 0)
      problems.push(
        `${unread} ${unread === 1 ? 'report' : 'reports'} could not be read for now; the next sync tries again.`,
      );
    return { stored, problem: problems.length > 0 ? `FHIR: ${problems.join(' ')}` : null };
  }
}
