import type { DiagnosticReport, ImagingStudy, Patient, Reference, ServiceRequest } from '@medplum/fhirtypes';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { loggableError } from '../../platform/logging/loggable-error.js';
import { toCanonicalText } from '../extraction/text/canonical-text.js';
import type { Refusal } from '../reasons.js';
import { changedReports, type ChangedReport } from './fhir/changed-reports.js';
import { contentHash } from './fhir/content-hash.js';
import { FhirClient } from './fhir/fhir-client.js';
import { FhirError } from './fhir/fhir-error.js';
import { isSuperseded, patientKeys, patientMerges } from './fhir/identity.js';
import { mergedPatients, patientsByNumber, reportsOfPatient } from './fhir/per-patient.js';
import { readMany } from './fhir/read-many.js';
import { type PatientName, PatientRepository } from './patient.repository.js';
import type { ReportEntity } from './report.entity.js';
import { addresses, emptyRow, setReferences } from './report-row.js';
import { ReportRepository } from './report.repository.js';
import { reportKindOf } from './report/report-kind.js';
import { reportState } from './report/report-status.js';
import { readReportText } from './report/report-text.js';

const CURSOR = 'DiagnosticReport';
/** Far more than a person writes: anything longer is no report, and reading it would keep the service busy. */
const LONGEST_TEXT = 300_000;
const TOO_LONG: Refusal = { refused: 'report-unreadable', detail: `more than ${LONGEST_TEXT} characters` };

export interface ReportCrawl {
  /** Report versions that the server gave and that were not known yet. */
  stored: number;
  /** Why the crawl could not see everything, or null. */
  problem: string | null;
}

/** Brings DiagnosticReports from FHIR into the database: text read, patient named, accession resolved. */
@Injectable()
export class ReportIngestService {
  private readonly logger = new Logger(ReportIngestService.name);

  constructor(
    private readonly fhir: FhirClient,
    private readonly reports: ReportRepository,
    private readonly patients: PatientRepository,
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
    const { overlapMs, pageSize, reportQuery } = this.config.fhir;
    const reached = await this.reports.watermark(CURSOR);
    let stored = await this.retryUnidentified();
    if (reached !== null) await this.followMerges(Date.parse(reached) - overlapMs);
    const watermark = since ?? reached;
    const leavesGap = since !== undefined && (reached === null || Date.parse(since) > Date.parse(reached));
    for await (const event of changedReports(this.fhir, {
      watermark,
      overlapMs,
      nowMs,
      pageSize,
      extraQuery: reportQuery,
    })) {
      if (event.kind === 'page') {
        stored += await this.storeReports(event.reports);
        if (stop?.aborted) return { stored, problem: 'FHIR: the crawl was broken off.' };
      } else {
        if (event.complete && event.nextWatermark && !leavesGap)
          await this.reports.saveWatermark(CURSOR, event.nextWatermark);
        return { stored, problem: event.complete ? null : `FHIR: ${event.reason}` };
      }
    }
    throw new Error('The crawl of reports did not end.');
  }

  /** The reports of one person, whatever the watermark; null if the FHIR server knows nobody of this number. */
  async crawlPatient(mrn: string, issuer: string | undefined): Promise<ReportCrawl | null> {
    const systems = Object.entries(this.config.patientIdSystems)
      .filter(([, systemIssuer]) => issuer === undefined || systemIssuer === issuer)
      .map(([system]) => system);
    const found = await patientsByNumber(this.fhir, mrn, systems);
    if (found.length === 0) return null;
    let stored = 0;
    for (const patient of found) {
      // Known from now on, with reports or without.
      const names = await this.namesOf(patient);
      if (names.length > 0) await this.patients.ensure(names);
      for (const record of await mergedPatients(this.fhir, patient)) {
        const reports = await reportsOfPatient(this.fhir, record.id ?? '', this.config.fhir.reportQuery);
        stored += await this.storeReports(reports.map((report) => ({ report, contentHash: contentHash(report) })));
      }
    }
    return { stored, problem: null };
  }

  /** @returns how many versions were new */
  private async storeReports(changed: ChangedReport[]): Promise<number> {
    const known = await this.reports.findCurrent(changed.map(({ report }) => report.id ?? ''));
    const fresh = changed.filter(({ report, contentHash: hash }) => known.get(report.id ?? '')?.rawSha256 !== hash);
    await this.reports.storeVersions(await this.toRows(fresh, known));
    return fresh.length;
  }

  /** A patient may get an identifier, or its system be configured, after the report came. */
  private async retryUnidentified(): Promise<number> {
    const BATCH = 100;
    let named = 0;
    let afterId = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const waiting = await this.reports.unidentified(afterId, BATCH);
      if (waiting.length === 0) return named;
      afterId = waiting.at(-1)!.id;
      const changed = waiting.map(({ raw, rawSha256 }) => ({ report: raw, contentHash: rawSha256 }));
      const rows = await this.toRows(changed, new Map());
      const now = rows.filter(({ refused }) => refused !== 'patient-unidentified');
      await this.reports.storeVersions(now);
      named += now.length;
    }
  }

  /** Records that were merged since: a merge leaves the reports as they were. */
  private async followMerges(sinceMs: number): Promise<void> {
    const params = new URLSearchParams({ _lastUpdated: `ge${new Date(sinceMs).toISOString()}` });
    try {
      for await (const { matches } of this.fhir.searchPages('Patient', params)) {
        const changed = matches.filter((resource): resource is Patient => resource.resourceType === 'Patient');
        for (const patient of changed.filter((one) => patientMerges(one).replacedBy.length > 0)) {
          const names = await this.namesOf(patient);
          if (await this.patients.knowsAny(names)) await this.patients.ensure(names);
        }
        // A server that ignores the parameter would give everybody.
        if (changed.some(({ meta }) => Date.parse(meta?.lastUpdated ?? '') < sinceMs - 60_000)) return;
      }
    } catch (error) {
      // A server that lists no patients by their change is none the worse for reports.
      if (!(error instanceof FhirError && ['refused', 'outcome', 'forbidden'].includes(error.kind))) throw error;
    }
  }

  private async toRows(changed: ChangedReport[], known: Map<string, ReportEntity>): Promise<ReportEntity[]> {
    const read = await Promise.all(
      changed.map(async (version) => this.readText(version, known.get(version.report.id ?? ''))),
    );
    const relevant = read.filter(({ refused }) => refused !== 'report-not-relevant');
    const raws = relevant.map(({ raw }) => raw);
    const [names, orders, studies] = await Promise.all([
      this.namesOfSubjects(raws),
      readMany<ServiceRequest>(
        this.fhir,
        'ServiceRequest',
        raws.flatMap(({ basedOn }) => addresses(basedOn)),
      ),
      readMany<ImagingStudy>(
        this.fhir,
        'ImagingStudy',
        raws.flatMap(({ imagingStudy }) => addresses(imagingStudy)),
      ),
    ]);
    for (const row of relevant) {
      const name = names.get(row.raw.subject?.reference ?? '') ?? this.nameInReference(row.raw.subject);
      if (name.length > 0) row.patientId = await this.patients.ensure(name);
      else if (row.refused === null) row.refused = 'patient-unidentified';
      try {
        setReferences(row, orders, studies);
      } catch (error) {
        if (!isMalformed(error)) throw error;
        this.unreadable(row, error);
      }
    }
    return read;
  }

  /** The text and what can be told from it alone. */
  private async readText({ report, contentHash: hash }: ChangedReport, before?: ReportEntity): Promise<ReportEntity> {
    const row = emptyRow(report, hash);
    try {
      await this.fillText(row, before);
      return row;
    } catch (error) {
      if (!isMalformed(error)) throw error;
      return this.unreadable(row, error);
    }
  }

  /** Keeps of a report that breaks the rules of FHIR no more than that it was there. */
  private unreadable(row: ReportEntity, error: unknown): ReportEntity {
    this.logger.warn({ msg: 'Report set aside', reportId: row.id, error: loggableError(error) });
    row.raw = { resourceType: 'DiagnosticReport', id: row.fhirId, status: 'unknown', code: {} };
    row.status = 'unknown';
    row.kind = row.text = row.mediaType = row.effectiveDate = row.issuedAt = null;
    row.accessionNumbers = row.studyInstanceUids = [];
    row.refused = 'report-unreadable';
    row.refusedDetail = 'the resource holds values that FHIR does not allow';
    return row;
  }

  private async fillText(row: ReportEntity, before?: ReportEntity): Promise<void> {
    const report = row.raw;
    const read = await readReportText(report, (url) => this.fhir.readBinary(url));
    const text: typeof read = 'text' in read && read.text.length > LONGEST_TEXT ? TOO_LONG : read;
    const isText = 'text' in text;
    const kind = isText ? reportKindOf(text.text, report) : null;
    const state = reportState(report.status);
    const wasRelevant = before !== undefined && before.refused !== 'report-not-relevant';
    if (isText && kind === null && !(state === 'withdrawn' && wasRelevant)) {
      // Nothing of other reports is kept: they are not this service's business.
      row.refused = 'report-not-relevant';
      row.raw = { resourceType: 'DiagnosticReport', id: row.fhirId, status: report.status, code: {} };
    } else if (state === 'withdrawn') {
      row.refused = 'report-withdrawn';
    } else if (state === 'wait') {
      row.refused = 'report-not-final';
    } else if (!isText) {
      row.refused = text.refused;
      row.refusedDetail = text.detail;
    } else {
      row.kind = kind;
      row.text = toCanonicalText(text.text);
      row.mediaType = text.mediaType;
    }
    row.refusedDetail ??= row.refused && `status ${report.status}`;
  }

  /** PACS names by subject reference; a merged record counts as the one it was merged into. */
  private async namesOfSubjects(reports: DiagnosticReport[]): Promise<Map<string, PatientName[]>> {
    const references = reports.flatMap(({ subject }) => subject?.reference ?? []);
    const found = await readMany<Patient>(this.fhir, 'Patient', references);
    const names = new Map<string, PatientName[]>();
    for (const reference of new Set(references)) {
      const patient = found.get(reference);
      if (patient) names.set(reference, await this.namesOf(patient));
    }
    return names;
  }

  private async namesOf(patient: Patient): Promise<PatientName[]> {
    let survivor = patient;
    if (isSuperseded(patient)) {
      const into = await readMany<Patient>(this.fhir, 'Patient', patientMerges(patient).replacedBy);
      survivor = [...into.values()][0] ?? patient;
    }
    // The PACS may still hold the pictures under the number of the record that is gone.
    return [survivor, ...(survivor === patient ? [] : [patient])].flatMap((one) =>
      patientKeys(one, this.config.patientIdSystems).map(({ issuer, patientId }) => ({ issuer, mrn: patientId })),
    );
  }

  /** A subject may be named by identifier alone, without a Patient resource behind it. */
  private nameInReference(subject: Reference | undefined): PatientName[] {
    if (!subject?.identifier) return [];
    const patient: Patient = { resourceType: 'Patient', identifier: [subject.identifier] };
    return patientKeys(patient, this.config.patientIdSystems).map(({ issuer, patientId }) => ({
      issuer,
      mrn: patientId,
    }));
  }
}

/** What a resource of the wrong shape leads to; anything else is not the report's fault. */
const isMalformed = (error: unknown): boolean => error instanceof TypeError || error instanceof RangeError;
