import type { ImagingStudy, ServiceRequest } from '@medplum/fhirtypes';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { sha256Of } from '../../platform/ids.js';
import { loggableError } from '../../platform/logging/loggable-error.js';
import { toCanonicalText } from '../extraction/text/canonical-text.js';
import type { ChangedReport } from './fhir/changed-reports.js';
import { FhirClient } from './fhir/fhir-client.js';
import { readMany } from './fhir/read-many.js';
import { PatientRepository } from './patient.repository.js';
import type { ReportEntity } from './report.entity.js';
import { addresses, emptyRow, setReferences } from './report-row.js';
import { MALFORMED } from './report.repository.js';
import { reportKindOf } from './report/report-kind.js';
import { reportState } from './report/report-status.js';
import { readReportText, type Textless } from './report/report-text.js';
import { SubjectService } from './subject.service.js';

/** Far more than a person writes: anything longer is no report, and reading it would keep the service busy. */
const LONGEST_TEXT = 300_000;
const TOO_LONG: Textless = {
  refused: 'report-unreadable',
  detail: `more than ${LONGEST_TEXT} characters`,
  retry: false,
};
/** Moves when a report that was refused might be read now, or one might be relevant that was not. */
const READING_VERSION = '2';

/** Makes rows of DiagnosticReports: text read, patient named, accession resolved, or the reason why not. */
@Injectable()
export class ReportReadingService {
  /** Of what decides, besides the report, how it is read and whose it is. */
  readonly rules: string;
  private readonly logger = new Logger(ReportReadingService.name);

  constructor(
    private readonly fhir: FhirClient,
    private readonly patients: PatientRepository,
    private readonly subjects: SubjectService,
    @Inject(CONFIG) { patientIdSystems }: Config,
  ) {
    this.rules = sha256Of(READING_VERSION, patientIdSystems).slice(0, 16);
  }

  /** @param known what is stored of these reports, by FHIR id */
  async read(changed: ChangedReport[], known: Map<string, ReportEntity>): Promise<ReportEntity[]> {
    const read = await Promise.all(
      changed.map(async (version) => this.readText(version, known.get(version.report.id ?? ''))),
    );
    const relevant = read.filter(({ refused }) => refused !== 'report-not-relevant');
    const raws = relevant.map(({ raw }) => raw);
    const [subjects, orders, studies] = await Promise.all([
      this.subjects.subjectsOf(raws),
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
      const { names, detail } = subjects.get(row.raw)!;
      if (names.length > 0) row.patientId = await this.patients.ensure(names);
      else if (row.refused === null)
        Object.assign(row, { refused: 'patient-unidentified', refusedDetail: detail, rules: '' });
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
    const row = emptyRow(report, hash, before);
    row.rules = this.rules;
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
    row.accessionNumbers = row.accessionKeys = row.studyInstanceUids = [];
    row.refused = 'report-unreadable';
    row.refusedDetail = MALFORMED;
    row.rules = this.rules;
    return row;
  }

  private async fillText(row: ReportEntity, before?: ReportEntity): Promise<void> {
    const report = row.raw;
    if (before?.text && before.rawSha256 === row.rawSha256) {
      // What was read once stays, though the document may be gone by now.
      row.kind = before.kind;
      row.text = before.text;
      row.mediaType = before.mediaType;
      return;
    }
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
      if (text.retry) row.rules = '';
    } else {
      row.kind = kind;
      row.text = toCanonicalText(text.text);
      row.mediaType = text.mediaType;
    }
    row.refusedDetail ??= row.refused && `status ${report.status}`;
  }
}

/** What a resource of the wrong shape leads to; anything else is not the report's fault. */
const isMalformed = (error: unknown): boolean => error instanceof TypeError || error instanceof RangeError;
