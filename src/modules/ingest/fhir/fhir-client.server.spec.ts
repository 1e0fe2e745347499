import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DiagnosticReport, Patient } from '@medplum/fhirtypes';
import { fhirBundle, generateCohort, MRN_SYSTEM } from '../../../../test/fixtures/cohort/cohort.js';
import { startFhirServer, type FhirServer } from '../../../../test/fixtures/servers/fhir-server.js';
import { reportKindOf } from '../report/report-kind.js';
import { readReportText } from '../report/report-text.js';
import { changedReports, type CrawlEvent } from './changed-reports.js';
import { fhirAuth } from './fhir-auth.js';
import { FhirClient } from './fhir-client.js';
import { accessionNumbers, patientKeys } from './identity.js';
import { ordersOfReport, patientsByNumber, reportsOfPatient } from './per-patient.js';
import { readMany } from './read-many.js';

describe('a FHIR server with a cohort of patients', () => {
  const cohort = generateCohort({ seed: 7, patients: 80 });
  const stored = cohort.patients.flatMap((patient) => fhirBundle(patient).entry ?? []);
  const reports = stored
    .map(({ resource }) => resource)
    .filter((one): one is DiagnosticReport => one?.resourceType === 'DiagnosticReport');
  let server: FhirServer;
  let client: FhirClient;

  beforeAll(async () => {
    server = await startFhirServer({ bearerToken: 'secret' });
    for (const patient of cohort.patients) await server.load(fhirBundle(patient));
    client = new FhirClient({
      baseUrl: server.baseUrl,
      auth: fhirAuth({ kind: 'bearer', token: 'secret' }, server.baseUrl),
    });
  });
  afterAll(() => server.stop());

  async function crawl(watermark: string | null, onPage: (count: number) => void = () => {}) {
    const found: DiagnosticReport[] = [];
    let end: CrawlEvent | undefined;
    for await (const event of changedReports(client, { watermark, overlapMs: 0, nowMs: Date.now(), pageSize: 20 })) {
      if (event.kind === 'end') end = event;
      else {
        found.push(...event.reports.map(({ report }) => report));
        onPage(found.length);
      }
    }
    return { found, ids: found.map(({ id }) => id).sort(), end: end as Extract<CrawlEvent, { kind: 'end' }> };
  }
  const allIds = reports.map(({ id }) => id).sort();

  it('says who it is, and notices a wrong token', async () => {
    expect(await client.ping()).toMatchObject({ fhirVersion: '4.0.1' });
    const stranger = new FhirClient({
      baseUrl: server.baseUrl,
      auth: fhirAuth({ kind: 'bearer', token: 'x' }, server.baseUrl),
    });
    await expect(stranger.ping()).rejects.toMatchObject({ kind: 'unauthorized' });
  });

  it('gives every report once, then only what changed', async () => {
    const first = await crawl(null);
    expect(first.ids).toEqual(allIds);
    expect(first.end).toMatchObject({ complete: true });

    const lastUpdated = new Date(Date.parse(first.end.nextWatermark ?? '') + 5000).toISOString();
    await server.put({ ...reports[0]!, status: 'amended', meta: { lastUpdated, versionId: '2' } });
    const second = await crawl(new Date(Date.parse(lastUpdated) - 1000).toISOString());
    expect(second.found).toMatchObject([{ id: reports[0]?.id, status: 'amended' }]);
    expect(second.end).toMatchObject({ complete: true, fullCrawl: null });
  });

  it('loses nothing when pages expire', async () => {
    const { ids, end } = await crawl(null, (count) => {
      if (count === 40) server.expirePages();
    });
    expect(ids).toEqual(allIds);
    expect(end.complete).toBe(true);
  });

  it('notices that the server ignores _lastUpdated', async () => {
    server.ignoreLastUpdated = true;
    const { ids, end } = await crawl('2090-01-01T00:00:00Z');
    server.ignoreLastUpdated = false;
    expect(ids).toEqual(allIds);
    expect(end.fullCrawl).toBe('last-updated-ignored');
  });

  it('finds one patient by number, with reports, orders and names', async () => {
    const [someone] = cohort.patients.filter(({ scenario }) => scenario === 'labelled');
    const [patient, ...others] = await patientsByNumber(client, someone!.patientId, [MRN_SYSTEM]);
    expect(others).toEqual([]);
    expect(patientKeys(patient!, { [MRN_SYSTEM]: 'HOSP' })).toMatchObject([
      { issuer: 'HOSP', patientId: someone!.patientId },
    ]);
    const own = await reportsOfPatient(client, patient!.id!);
    expect(own.map(({ id }) => id).sort()).toEqual(
      reports
        .filter(({ subject }) => subject?.reference === `Patient/${patient!.id}`)
        .map(({ id }) => id)
        .sort(),
    );
    const mr = own.find(({ basedOn }) => basedOn)!;
    expect(accessionNumbers(await ordersOfReport(client, mr), mr, [])).toMatchObject([
      { value: someone!.exam.accession, stated: true },
    ]);
    expect(await patientsByNumber(client, 'nobody', [MRN_SYSTEM])).toEqual([]);
  });

  it('reads all patients behind the reports with few requests', async () => {
    const before = server.requests.length;
    const patients = await readMany<Patient>(
      client,
      'Patient',
      reports.flatMap(({ subject }) => subject?.reference ?? []),
    );
    expect(patients.size).toBe(80);
    expect(server.requests.length - before).toBe(2);
  });

  it('tells what kind of report each is by its words', async () => {
    const wrong: string[] = [];
    for (const report of reports) {
      const text = await readReportText(report, (url) => client.readBinary(url));
      const scenario = cohort.patients.find(
        ({ fhirId }) => report.subject?.reference === `Patient/${fhirId}`,
      )?.scenario;
      if (!('text' in text) || (scenario === 'knee-only' && report.basedOn)) continue;
      const expected = report.id?.endsWith('rad') ? 'radiology' : 'pathology';
      if (reportKindOf(text.text) !== expected) wrong.push(`${report.id} ${scenario}: ${reportKindOf(text.text)}`);
    }
    expect(wrong).toEqual([]);
  });
});
