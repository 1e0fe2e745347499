import type { DiagnosticReport, ImagingStudy, Patient, Reference, ServiceRequest } from '@medplum/fhirtypes';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { uuidFrom } from '../../platform/ids.js';
import { toCanonicalText } from '../extraction/text/canonical-text.js';
import { changedReports, type ChangedReport } from './fhir/changed-reports.js';
import { contentHash } from './fhir/content-hash.js';
import { FhirClient } from './fhir/fhir-client.js';
import { accessionNumbers, isSuperseded, patientKeys, patientMerges, studyUids } from './fhir/identity.js';
import { mergedPatients, patientsByNumber, reportsOfPatient } from './fhir/per-patient.js';
import { readMany } from './fhir/read-many.js';
import { type PatientName, PatientRepository } from './patient.repository.js';
import { ReportEntity } from './report.entity.js';
import { ReportRepository } from './report.repository.js';
import { reportKindOf } from './report/report-kind.js';
import { reportState } from './report/report-status.js';
import { readReportText } from './report/report-text.js';

const CURSOR = 'DiagnosticReport';

export interface ReportCrawl {
  /** Report versions that the server gave and that were not known yet. */
  stored: number;
  /** Why the crawl could not see everything, or null. */
  problem: string | null;
}

/** Brings DiagnosticReports from FHIR into the database: text read, patient named, accession resolved. */
@Injectable()
export class ReportIngestService {
  constructor(
    private readonly fhir: FhirClient,
    private readonly reports: ReportRepository,
    private readonly patients: PatientRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** All reports that changed since the watermark (or since the given instant); the watermark moves at the very end. */
  async crawlChanged(nowMs: number, since?: string): Promise<ReportCrawl> {
    let stored = await this.retryUnidentified();
    const { overlapMs, pageSize, reportQuery } = this.config.fhir;
    const watermark = since ?? (await this.reports.watermark(CURSOR));
    for await (const event of changedReports(this.fhir, {
      watermark,
      overlapMs,
      nowMs,
      pageSize,
      extraQuery: reportQuery,
    })) {
      if (event.kind === 'page') {
        stored += await this.storeReports(event.reports);
      } else {
        if (event.complete && event.nextWatermark) await this.reports.saveWatermark(CURSOR, event.nextWatermark);
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
      const { raw } = row;
      const ownOrders = resolve(raw.basedOn, orders, raw);
      const ownStudies = resolve(raw.imagingStudy, studies, raw);
      row.accessionNumbers = [...new Set(accessionNumbers(ownOrders, raw, ownStudies).map(({ value }) => value))];
      const named = [...ownStudies, ...(raw.imagingStudy ?? []).filter(({ identifier }) => identifier)];
      row.studyInstanceUids = [...new Set(named.flatMap(studyUids))];
      const name = names.get(raw.subject?.reference ?? '') ?? this.nameInReference(raw.subject);
      if (name.length > 0) row.patientId = await this.patients.ensure(name);
      else if (row.refused === null) row.refused = 'patient-unidentified';
    }
    return read;
  }

  /** The text and what can be told from it alone. */
  private async readText({ report, contentHash: hash }: ChangedReport, before?: ReportEntity): Promise<ReportEntity> {
    const row = new ReportEntity();
    row.fhirId = report.id ?? '';
    row.versionId = report.meta?.versionId ?? '';
    row.id = uuidFrom('report', row.fhirId, row.versionId, hash);
    row.isCurrent = true;
    row.patientId = null;
    row.status = report.status;
    row.kind = null;
    row.effectiveDate = dayOf(report.effectiveDateTime ?? report.effectivePeriod?.start ?? report.issued);
    row.issuedAt = report.issued ? new Date(report.issued) : null;
    row.accessionNumbers = [];
    row.studyInstanceUids = [];
    row.raw = report;
    row.rawSha256 = hash;
    row.text = null;
    row.mediaType = null;
    row.refused = null;
    row.refusedDetail = null;

    const text = await readReportText(report, (url) => this.fhir.readBinary(url));
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
    return row;
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
    return patientKeys(survivor, this.config.patientIdSystems).map(({ issuer, patientId }) => ({
      issuer,
      mrn: patientId,
    }));
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

const addresses = (references: Reference[] = []): string[] => references.flatMap(({ reference }) => reference ?? []);

function resolve<T extends ServiceRequest | ImagingStudy>(
  references: Reference[] | undefined,
  found: Map<string, T>,
  report: DiagnosticReport,
): T[] {
  return addresses(references).flatMap((address) => {
    const contained = report.contained?.find(({ id }) => address === `#${id}`);
    return found.get(address) ?? ((contained as T | undefined) ? [contained as T] : []);
  });
}

/** The day as the hospital wrote it: an instant at 23:30-05:00 is still that day there. */
function dayOf(dateTime: string | undefined): string | null {
  const day = dateTime?.slice(0, 10) ?? '';
  return /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : null;
}
