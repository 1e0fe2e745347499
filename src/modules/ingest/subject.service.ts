import type { DiagnosticReport, Patient } from '@medplum/fhirtypes';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { FhirClient } from './fhir/fhir-client.js';
import { FhirError } from './fhir/fhir-error.js';
import { isSuperseded, patientKeys, patientMerges, type PatientKey } from './fhir/identity.js';
import { readMany } from './fhir/read-many.js';
import { type PatientName, PatientRepository } from './patient.repository.js';

/** Whom a report is about. */
export interface Subject {
  /** As the PACS names them; empty where nobody can be named for sure. */
  names: PatientName[];
  /** Why nobody can. */
  detail: string;
}

export const DISPUTED = 'several identifier systems have its number; set PATIENT_ID_SYSTEMS';
const UNNAMED = 'no identifier that names a patient of the PACS';

/** Tells whom a FHIR resource is about, as the PACS names them. */
@Injectable()
export class SubjectService {
  constructor(
    private readonly fhir: FhirClient,
    private readonly patients: PatientRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** A merged record counts as the one it was merged into. */
  async subjectsOf(reports: DiagnosticReport[]): Promise<Map<DiagnosticReport, Subject>> {
    const references = reports.flatMap(({ subject }) => subject?.reference ?? []);
    const found = await readMany<Patient>(this.fhir, 'Patient', references);
    const known = new Map<Patient, PatientKey[]>();
    const keys: [DiagnosticReport, PatientKey[]][] = [];
    for (const report of reports) {
      const patient = found.get(report.subject?.reference ?? '') ?? patientIn(report);
      if (patient && !known.has(patient)) known.set(patient, await this.keysOf(patient));
      keys.push([report, patient ? known.get(patient)! : []]);
    }
    return new Map(await this.withoutDisputed(keys));
  }

  /** Names of one record, and of the one it was merged into. */
  async subjectOf(patient: Patient): Promise<Subject> {
    const [[, subject] = [patient, nobody(UNNAMED)]] = await this.withoutDisputed([
      [patient, await this.keysOf(patient)],
    ]);
    return subject;
  }

  /**
   * Follows records that were merged since: a merge leaves the reports as they were.
   * @returns the server's time of the search, or null where it lists no patients by their change
   */
  async followMerges(sinceMs: number, nowMs: number): Promise<number | null> {
    const params = new URLSearchParams({ _lastUpdated: `ge${new Date(sinceMs).toISOString()}` });
    let servedAtMs: number | undefined;
    try {
      for await (const page of this.fhir.searchPages('Patient', params)) {
        servedAtMs ??= page.servedAtMs;
        const changed = page.matches.filter((resource): resource is Patient => resource.resourceType === 'Patient');
        for (const patient of changed.filter((one) => patientMerges(one).replacedBy.length > 0)) {
          const { names } = await this.subjectOf(patient);
          if (await this.patients.knowsAny(names)) await this.patients.ensure(names);
        }
        // A server that ignores the parameter would give everybody.
        if (changed.some(({ meta }) => Date.parse(meta?.lastUpdated ?? '') < sinceMs - 60_000)) return null;
      }
      return servedAtMs ?? nowMs;
    } catch (error) {
      // A server that lists no patients by their change is none the worse for reports.
      const cannot =
        error instanceof FhirError && ['refused', 'outcome', 'forbidden', 'not-found'].includes(error.kind);
      if (!cannot) throw error;
      return null;
    }
  }

  private async keysOf(patient: Patient): Promise<PatientKey[]> {
    let survivor = patient;
    if (isSuperseded(patient)) {
      const into = await readMany<Patient>(this.fhir, 'Patient', patientMerges(patient).replacedBy);
      survivor = [...into.values()][0] ?? patient;
    }
    // The PACS may still hold the pictures under the number of the record that is gone.
    return [survivor, ...(survivor === patient ? [] : [patient])].flatMap((one) =>
      patientKeys(one, this.config.patientIdSystems),
    );
  }

  /** Without configured systems, nothing tells the equal numbers of two systems apart: such a number is nobody's. */
  private async withoutDisputed<T>(keysOf: [T, PatientKey[]][]): Promise<[T, Subject][]> {
    const numbers = keysOf.flatMap(([, keys]) => keys).map(({ patientId: mrn, system }) => ({ mrn, system }));
    const isConfigured = Object.keys(this.config.patientIdSystems).length > 0;
    const disputed = isConfigured ? new Set<string>() : await this.patients.disputedOf(numbers);
    return keysOf.map(([about, keys]) => {
      if (keys.some(({ patientId }) => disputed.has(patientId))) return [about, nobody(DISPUTED)];
      const names = keys.map(({ issuer, patientId }) => ({ issuer, mrn: patientId }));
      return [about, names.length > 0 ? { names, detail: '' } : nobody(UNNAMED)];
    });
  }
}

const nobody = (detail: string): Subject => ({ names: [], detail });

/** A subject may lie within the report, or be named by identifier alone, without a Patient resource behind it. */
function patientIn({ subject, contained = [] }: DiagnosticReport): Patient | undefined {
  const inside = contained.find(({ id }) => subject?.reference === `#${id}`);
  if (inside?.resourceType === 'Patient') return inside;
  return subject?.identifier && { resourceType: 'Patient', identifier: [subject.identifier] };
}
