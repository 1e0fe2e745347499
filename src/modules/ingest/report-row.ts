import type { DiagnosticReport, ImagingStudy, Reference, ServiceRequest } from '@medplum/fhirtypes';
import { uuidFrom } from '../../platform/ids.js';
import { isDay } from './calendar-day.js';
import { accessionNumbers, studyUids } from './fhir/identity.js';
import { ReportEntity } from './report.entity.js';

/** Whether reading it again led to nothing new. */
export const isSame = (row: ReportEntity, before: ReportEntity | undefined): boolean =>
  before !== undefined &&
  (['id', 'rules', 'refused', 'refusedDetail', 'patientId', 'text'] as const).every(
    (name) => row[name] === before[name],
  );

/** A row with what the resource says itself, before its text is read and its references are followed. */
export function emptyRow(report: DiagnosticReport, hash: string, before?: ReportEntity): ReportEntity {
  const row = new ReportEntity();
  row.fhirId = report.id ?? '';
  row.versionId = report.meta?.versionId ?? '';
  row.id = uuidFrom('report', row.fhirId, row.versionId, hash);
  row.isCurrent = true;
  row.patientId = null;
  row.status = report.status ?? 'unknown';
  row.kind = null;
  // An amendment is issued later, but is still about the day of the first version.
  row.effectiveDate =
    dayOf(report.effectiveDateTime ?? report.effectivePeriod?.start) ?? before?.effectiveDate ?? dayOf(report.issued);
  row.issuedAt = dayOf(report.issued) === null ? null : instantOf(report.issued);
  row.accessionNumbers = [];
  row.accessionKeys = [];
  row.studyInstanceUids = [];
  row.raw = report;
  row.rawSha256 = hash;
  row.text = null;
  row.mediaType = null;
  row.refused = null;
  row.refusedDetail = null;
  row.rules = '';
  return row;
}

/** Accession numbers and StudyInstanceUIDs, of the report and of what it refers to. */
export function setReferences(
  row: ReportEntity,
  orders: Map<string, ServiceRequest>,
  studies: Map<string, ImagingStudy>,
): void {
  const { raw } = row;
  const ownOrders = resolve(raw.basedOn, orders, raw);
  const ownStudies = resolve(raw.imagingStudy, studies, raw);
  const named = [...ownStudies, ...(raw.imagingStudy ?? []).filter(({ identifier }) => identifier)];
  const numbers = accessionNumbers(ownOrders, raw, ownStudies);
  row.accessionNumbers = [...new Set(numbers.map(({ value }) => value))];
  row.accessionKeys = numbers.filter(({ stated }) => stated).map(({ system = '', value }) => `${system}|${value}`);
  row.studyInstanceUids = [...new Set(named.flatMap(studyUids))];
}

/** A server that checks nothing may hold anything in place of a list. */
export const addresses = (references: Reference[] = []): string[] =>
  Array.isArray(references) ? references.flatMap((one) => one?.reference ?? []) : [];

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
  const day = String(dateTime ?? '').slice(0, 10);
  return isDay(day) ? day : null;
}

function instantOf(dateTime: string | undefined): Date | null {
  const instant = new Date(dateTime ?? '');
  return Number.isNaN(instant.getTime()) ? null : instant;
}
