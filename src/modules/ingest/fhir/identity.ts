import type {
  DiagnosticReport,
  Identifier,
  ImagingStudy,
  Patient,
  Reference,
  ServiceRequest,
} from '@medplum/fhirtypes';

/** How the PACS names a patient: PatientID (0010,0020) and IssuerOfPatientID (0010,0021), '' where it carries none. */
export interface PatientKey {
  issuer: string;
  patientId: string;
  /** Of the identifier, '' where it states none; the first one in order where the record has the number in several. */
  system: string;
}

/** An accession number candidate (0008,0050) with the identifier system it comes from. */
export interface AccessionNumber {
  value: string;
  system: string | undefined;
  /** It says that it is one (type ACSN, or a configured system); others are order numbers that may double as one. */
  stated: boolean;
}

const V2_0203 = /(^|[/:.])v2-0203$|2\.16\.840\.1\.113883\.(12|18)\.(203|108)$/;

/**
 * The names of a patient in the PACS. With a map of systems, the identifiers of these systems; without one, those typed
 * as medical record numbers (MR, HL7 table 0203), or the only identifier of a patient who has no typed one. Values are
 * taken as they stand: a leading zero is part of the number. Identifiers marked `old` are left out, since they may have
 * been given to somebody else. Without a map the system comes along, so that equal numbers of two systems are not taken
 * for one person.
 */
export function patientKeys(patient: Patient, systems: Record<string, string>): PatientKey[] {
  const identifiers = (patient.identifier ?? []).filter(({ use, value }) => use !== 'old' && value?.trim());
  const issuers = new Map(Object.entries(systems).map(([system, issuer]) => [withoutUrn(system), issuer]));
  if (issuers.size > 0) {
    return distinct(
      identifiers.flatMap(({ system = '', value = '' }) => {
        const issuer = issuers.get(withoutUrn(system));
        return issuer === undefined ? [] : [{ issuer, patientId: value.trim(), system: withoutUrn(system) }];
      }),
    );
  }
  const typed = identifiers.filter((identifier) => hasType(identifier, 'MR'));
  const chosen = typed.length > 0 ? typed : identifiers.length === 1 ? identifiers : [];
  const keys = chosen.map(({ system = '', value = '' }) => ({
    issuer: '',
    patientId: value.trim(),
    system: withoutUrn(system),
  }));
  return distinct(keys.sort((a, b) => (a.system < b.system ? -1 : 1)));
}

/** Where a merged record went and what it took in (Patient.link), as references. */
export function patientMerges(patient: Patient): { replacedBy: string[]; replaces: string[] } {
  const others = (type: string) =>
    (patient.link ?? []).flatMap((link) => (link.type === type && link.other?.reference ? [link.other.reference] : []));
  return { replacedBy: others('replaced-by'), replaces: others('replaces') };
}

/** A record that must not be curated by itself any more: merged into another, or inactive without saying why. */
export function isSuperseded(patient: Patient): boolean {
  return patient.active === false || patientMerges(patient).replacedBy.length > 0;
}

/** Accession numbers that belong to a report: its orders', its studies' and its own; the stated ones first. */
export function accessionNumbers(
  serviceRequests: ServiceRequest[],
  report: DiagnosticReport,
  imagingStudies: ImagingStudy[],
  accessionSystems: string[] = [],
): AccessionNumber[] {
  const known = new Set(accessionSystems.map(withoutUrn));
  const references: Reference[] = [...(report.basedOn ?? []), ...(report.imagingStudy ?? [])];
  const identifiers = [
    ...[...serviceRequests, report, ...imagingStudies].flatMap(({ identifier }) => identifier ?? []),
    ...references.flatMap(({ identifier }) => identifier ?? []),
  ];
  const candidates = identifiers.flatMap((identifier) => {
    const value = identifier.value?.trim();
    if (!value || identifier.system === 'urn:dicom:uid') return [];
    const stated = hasType(identifier, 'ACSN') || known.has(withoutUrn(identifier.system ?? ''));
    return [{ value, system: identifier.system, stated }];
  });
  const ordered = [...candidates.filter(({ stated }) => stated), ...candidates.filter(({ stated }) => !stated)];
  return ordered.filter((a, i) => ordered.findIndex((b) => b.value === a.value && b.system === a.system) === i);
}

/** StudyInstanceUIDs of an ImagingStudy, or of a reference that names one by identifier: `urn:dicom:uid`, `urn:oid:`. */
export function studyUids({ identifier }: ImagingStudy | Reference): string[] {
  const uids = [identifier ?? []]
    .flat()
    .filter(({ system, value }) => system === 'urn:dicom:uid' || value?.startsWith('urn:oid:'))
    .map(({ value = '' }) => withoutUrn(value.trim()))
    .filter((uid) => uid.length <= 64 && /^[0-9]+(\.[0-9]+)+$/.test(uid));
  return [...new Set(uids)];
}

const withoutUrn = (system: string) => system.replace(/^urn:oid:/i, '');

/** An OID as an identifier system is written with or without `urn:oid:`; a server compares text. */
export function spellings(system: string): string[] {
  const oid = withoutUrn(system);
  return /^[0-2](\.\d+)+$/.test(oid) ? [`urn:oid:${oid}`, oid] : [system];
}

function hasType({ type }: Identifier, code: string): boolean {
  return (type?.coding ?? []).some((coding) => coding.code === code && (!coding.system || V2_0203.test(coding.system)));
}

function distinct(keys: PatientKey[]): PatientKey[] {
  return keys.filter((a, i) => keys.findIndex((b) => b.issuer === a.issuer && b.patientId === a.patientId) === i);
}
