import { describe, expect, it } from '@jest/globals';
import type { DiagnosticReport } from '@medplum/fhirtypes';
import { fhirAuth } from './fhir-auth.js';
import { FhirClient } from './fhir-client.js';
import {
  imagingStudiesOfReport,
  mergedPatients,
  ordersOfReport,
  patientsByNumber,
  reportsOfPatient,
} from './per-patient.js';
import { readMany } from './read-many.js';
import { bundle, fail, fakeClock, scriptedServer, type Answer } from './scripted-server.fixture.js';

async function withServer<T>(answer: Answer, act: (client: FhirClient) => Promise<T>) {
  await using server = await scriptedServer(answer);
  const baseUrl = `${server.origin}/fhir`;
  const client = new FhirClient({
    baseUrl,
    auth: fhirAuth({ kind: 'none' }, baseUrl),
    clock: fakeClock(),
    maxRetries: 0,
  });
  const result = await act(client);
  return { result, urls: server.requests.map(({ url }) => decodeURIComponent(url.replace('/fhir/', ''))) };
}

const patient = (id: string, ...values: string[]) => ({
  resourceType: 'Patient' as const,
  id,
  identifier: values.map((value) => ({ value })),
});
const report = (id: string, subject: string) => ({
  resourceType: 'DiagnosticReport' as const,
  id,
  subject: { reference: subject },
});

describe('patientsByNumber', () => {
  it('asks in each configured system and gives each record once', async () => {
    const { result, urls } = await withServer(
      () => bundle([patient('a', '007')]),
      (client) => patientsByNumber(client, '007', ['http://x', 'http://y']),
    );
    expect(result.map(({ id }) => id)).toEqual(['a']);
    expect(urls).toEqual(['Patient?identifier=http://x|007', 'Patient?identifier=http://y|007']);
  });

  it('asks for an OID in both spellings, since servers compare text', async () => {
    const { urls } = await withServer(
      () => bundle([]),
      (client) => patientsByNumber(client, '007', ['1.2.3', 'urn:oid:1.2.4']),
    );
    const systems = ['urn:oid:1.2.3', '1.2.3', 'urn:oid:1.2.4', '1.2.4'];
    expect(urls).toEqual(systems.map((system) => `Patient?identifier=${system}|007`));
  });

  it('leaves out who does not carry the number exactly', async () => {
    const { result } = await withServer(
      () => bundle([patient('a', '007'), patient('b', '7')]),
      (client) => patientsByNumber(client, '007', []),
    );
    expect(result.map(({ id }) => id)).toEqual(['a']);
  });

  it('does not page through all patients of a server that ignores the search', async () => {
    const act = withServer(
      () => bundle([patient('b', '8')], '?p=2'),
      (client) => patientsByNumber(client, '7', []),
    );
    await expect(act).rejects.toThrow(/ignores the search/);
  });
});

it('finds the records of a merged patient in both directions, circles included', async () => {
  const links: Record<string, object[]> = {
    old: [{ type: 'replaced-by', other: { reference: 'Patient/new' } }],
    new: [
      { type: 'replaces', other: { reference: 'Patient/old' } },
      { type: 'replaces', other: { reference: 'Patient/older' } },
    ],
    older: [{ type: 'replaced-by', other: { reference: 'Patient/new' } }],
  };
  const record = (id: string) => ({ ...patient(id, id), link: links[id] as never });
  const { result } = await withServer(
    (url) => (url.includes('?') ? bundle([record('old'), record('older')]) : record(url.split('/').at(-1) ?? '')),
    (client) => mergedPatients(client, record('old')),
  );
  expect(result.map(({ id }) => id)).toEqual(['old', 'new', 'older']);
});

describe('reportsOfPatient', () => {
  it('leaves out the reports of others', async () => {
    const { result, urls } = await withServer(
      () =>
        bundle([
          report('1', 'Patient/p'),
          report('2', 'Patient/pp'),
          report('3', 'http://h/fhir/Patient/p/_history/2'),
        ]),
      (client) => reportsOfPatient(client, 'p', 'category=RAD'),
    );
    expect(result.map(({ id }) => id)).toEqual(['1', '3']);
    expect(urls).toEqual(['DiagnosticReport?category=RAD&patient=p']);
  });

  it('asks by subject where patient is refused', async () => {
    const { result, urls } = await withServer(
      (url, response) => (url.includes('patient=') ? fail(response, 400) : bundle([report('1', 'Patient/p')])),
      (client) => reportsOfPatient(client, 'p'),
    );
    expect(result).toHaveLength(1);
    expect(urls).toEqual(['DiagnosticReport?patient=p', 'DiagnosticReport?subject=Patient/p']);
  });
});

describe('readMany', () => {
  it('asks for many at once and reads the rest singly', async () => {
    const { result, urls } = await withServer(
      (url, response) => {
        if (url.includes('_id=')) return bundle([patient('a'), patient('b')]);
        return url.endsWith('/c') ? patient('c') : fail(response, 404);
      },
      (client) =>
        readMany(client, 'Patient', [
          'Patient/a',
          'Patient/b',
          'Patient/c',
          'Patient/d',
          '#e',
          'Group/f',
          'http://other.invalid/Patient/a',
          'Patient/a',
        ]),
    );
    expect([...result.keys()].sort()).toEqual(['Patient/a', 'Patient/b', 'Patient/c']);
    expect(urls.sort()).toEqual(['Patient/c', 'Patient/d', 'Patient?_id=a,b,c,d&_count=4']);
  });

  it('does without a list where the server refuses or ignores it', async () => {
    for (const list of [
      (response: Parameters<Answer>[1]) => fail(response, 400),
      () => bundle([patient('x'), patient('y')], '?p=2'),
    ]) {
      const { result, urls } = await withServer(
        (url, response) => (url.includes('?') ? list(response) : patient(url.split('/').at(-1) ?? '')),
        (client) => readMany(client, 'Patient', ['Patient/a', 'Patient/b/_history/2']),
      );
      expect([...result.values()].map(({ id }) => id).sort()).toEqual(['a', 'b']);
      expect(urls).toHaveLength(3);
    }
  });

  it('splits long lists', async () => {
    const references = Array.from({ length: 120 }, (_, i) => `Patient/${i}`);
    const { result, urls } = await withServer(
      (url) => bundle((new URL(url, 'http://x').searchParams.get('_id') ?? '').split(',').map((id) => patient(id))),
      (client) => readMany(client, 'Patient', references),
    );
    expect(result.size).toBe(120);
    expect(urls).toHaveLength(3);
  });

  it('throws what may pass', async () => {
    const act = withServer(
      (_url, response) => fail(response, 500),
      (client) => readMany(client, 'Patient', ['Patient/a']),
    );
    await expect(act).rejects.toMatchObject({ kind: 'server-error' });
  });
});

it('finds the orders and studies of a report, contained ones as well', async () => {
  const full: DiagnosticReport = {
    resourceType: 'DiagnosticReport',
    status: 'final',
    code: {},
    contained: [{ resourceType: 'ServiceRequest', id: 'in', status: 'active', intent: 'order', subject: {} }],
    basedOn: [
      { reference: '#in' },
      { reference: 'ServiceRequest/out' },
      { reference: 'CarePlan/x' },
      { identifier: { value: 'A' } },
    ],
    imagingStudy: [{ reference: 'ImagingStudy/i' }, { reference: 'ImagingStudy/gone' }],
  };
  const { result } = await withServer(
    (url, response) => {
      const [type, id] = url.split('/').slice(-2);
      return url.includes('?') || id === 'gone' ? fail(response, 404) : { resourceType: type, id };
    },
    async (client) => [await ordersOfReport(client, full), await imagingStudiesOfReport(client, full)],
  );
  expect(result.map((list) => list.map(({ id }) => id))).toEqual([['in', 'out'], ['i']]);
});
