import type { DiagnosticReport, ImagingStudy, Patient, Reference, Resource, ServiceRequest } from '@medplum/fhirtypes';
import type { FhirClient } from './fhir-client.js';
import { FhirError } from './fhir-error.js';
import { patientMerges, spellings } from './identity.js';
import { readMany } from './read-many.js';

/** One patient's share of a FHIR server, for curating a single patient and for servers that insist on a patient. */

/**
 * The patients who carry this number. `systems` narrows it to the configured identifier systems; empty means any.
 * Results are checked, since a server that ignores `identifier` would give everybody.
 */
export async function patientsByNumber(client: FhirClient, number: string, systems: string[]): Promise<Patient[]> {
  const tokens = systems.length === 0 ? [number] : systems.flatMap(spellings).map((system) => `${system}|${number}`);
  const found = new Map<string, Patient>();
  for (const token of tokens) {
    for await (const page of client.searchPages('Patient', new URLSearchParams({ identifier: token }))) {
      const patients = page.matches.filter((resource): resource is Patient => resource.resourceType === 'Patient');
      const right = patients.filter(({ identifier }) => identifier?.some(({ value }) => value?.trim() === number));
      if (patients.length > 0 && right.length === 0) {
        throw new FhirError('refused', { message: 'The FHIR server ignores the search for a patient by identifier.' });
      }
      for (const patient of right) found.set(patient.id ?? '', patient);
    }
  }
  return [...found.values()];
}

/** A record and those it was merged with, either way (Patient.link), each once. */
export async function mergedPatients(client: FhirClient, patient: Patient): Promise<Patient[]> {
  const found = new Map([[patient.id ?? '', patient]]);
  for (const known of found.values()) {
    const { replacedBy, replaces } = patientMerges(known);
    const others = await readMany<Patient>(client, 'Patient', [...replacedBy, ...replaces]);
    for (const other of others.values()) {
      if (!found.has(other.id ?? '')) found.set(other.id ?? '', other);
    }
  }
  return [...found.values()];
}

export function reportsOfPatient(client: FhirClient, patientId: string, extraQuery = ''): Promise<DiagnosticReport[]> {
  return ofPatient<DiagnosticReport>(client, 'DiagnosticReport', patientId, extraQuery);
}

export function imagingStudiesOfPatient(client: FhirClient, patientId: string): Promise<ImagingStudy[]> {
  return ofPatient<ImagingStudy>(client, 'ImagingStudy', patientId, '');
}

/** The orders that a report names in basedOn; what cannot be found is left out. */
export function ordersOfReport(client: FhirClient, report: DiagnosticReport): Promise<ServiceRequest[]> {
  return readAll<ServiceRequest>(client, 'ServiceRequest', references(report.basedOn), report.contained);
}

/** The studies that a report names in imagingStudy; what cannot be found is left out. */
export function imagingStudiesOfReport(client: FhirClient, report: DiagnosticReport): Promise<ImagingStudy[]> {
  return readAll<ImagingStudy>(client, 'ImagingStudy', references(report.imagingStudy), report.contained);
}

async function ofPatient<T extends DiagnosticReport | ImagingStudy>(
  client: FhirClient,
  resourceType: T['resourceType'],
  patientId: string,
  extraQuery: string,
): Promise<T[]> {
  const search = (name: string, value: string) => {
    const params = new URLSearchParams(extraQuery);
    params.append(name, value);
    return client.search<T>(resourceType, params);
  };
  const reference = `Patient/${patientId}`;
  const found = await search('patient', patientId).catch((error: unknown) => {
    if (error instanceof FhirError && error.kind === 'refused') return search('subject', reference);
    throw error;
  });
  // A server that ignores the parameter would mix in other patients.
  return found.filter(({ subject }) => subject?.reference === undefined || pointsTo(subject.reference, reference));
}

async function readAll<T extends Resource>(
  client: FhirClient,
  resourceType: T['resourceType'],
  addresses: string[],
  contained: Resource[] = [],
): Promise<T[]> {
  const inside = contained.filter(
    (resource): resource is T => resource.resourceType === resourceType && addresses.includes(`#${resource.id}`),
  );
  return [...inside, ...(await readMany<T>(client, resourceType, addresses)).values()];
}

const references = (list: Reference[] = []) => list.flatMap(({ reference }) => reference ?? []);

function pointsTo(reference: string, wanted: string): boolean {
  const current = reference.replace(/\/_history\/[^/]*$/, '');
  return current === wanted || current.endsWith(`/${wanted}`);
}
