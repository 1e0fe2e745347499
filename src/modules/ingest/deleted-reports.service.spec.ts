import { describe, expect, it } from '@jest/globals';
import { fhirAuth } from './fhir/fhir-auth.js';
import { FhirClient } from './fhir/fhir-client.js';
import { type Answer, bundle, fail, fakeClock, scriptedServer } from './fhir/scripted-server.fixture.js';
import { DeletedReportsService } from './deleted-reports.service.js';
import type { ReportRepository } from './report.repository.js';

const NOW_MS = Date.parse('2024-05-02T02:00:00Z');
const HOUR_MS = 3_600_000;

/** What the sweep needs of the database, in memory: ids of reports that were read, and whether they count as deleted. */
class Reports {
  watermarkMs: number | null = NOW_MS - 24 * HOUR_MS;
  readonly changes: string[] = [];

  constructor(private readonly isDeleted: Record<string, boolean>) {}

  watermark = () => Promise.resolve(this.watermarkMs === null ? null : new Date(this.watermarkMs).toISOString());
  saveWatermark(_name: string, watermark: string): Promise<void> {
    this.watermarkMs = Date.parse(watermark);
    return Promise.resolve();
  }
  async *readOnes(pageSize: number) {
    const rows = Object.entries(this.isDeleted).map(([fhirId, isDeleted]) => ({ fhirId, isDeleted }));
    for (let start = 0; start < rows.length; start += pageSize)
      yield await Promise.resolve(rows.slice(start, start + pageSize));
  }
  setDeleted(fhirIds: string[], isDeleted: boolean): Promise<void> {
    this.changes.push(...fhirIds.map((id) => `${id} ${isDeleted ? 'gone' : 'back'}`));
    return Promise.resolve();
  }
}

async function sweep(reports: Reports, answer: Answer) {
  await using server = await scriptedServer(answer);
  const baseUrl = `${server.origin}/fhir`;
  const client = new FhirClient({ baseUrl, auth: fhirAuth({ kind: 'none' }, baseUrl), clock: fakeClock() });
  const problems = await new DeletedReportsService(client, reports as unknown as ReportRepository).sweep(NOW_MS);
  return { problems, urls: server.requests.map(({ url }) => decodeURIComponent(url)) };
}

/** A server that has these reports, and finds all of them but the unindexed. */
const serverWith =
  (ids: string[], unindexed: string[] = []): Answer =>
  (url, response) => {
    const { pathname, searchParams } = new URL(url, 'http://h');
    const id = /DiagnosticReport\/(.+)/.exec(pathname)?.[1];
    const report = (one: string) => ({ resourceType: 'DiagnosticReport' as const, id: one });
    if (id !== undefined) return ids.includes(id) ? report(id) : fail(response, 410);
    const asked = searchParams.get('_id')!.split(',');
    return bundle(ids.filter((one) => asked.includes(one) && !unindexed.includes(one)).map(report));
  };

describe('the sweep for deleted reports', () => {
  it('finds what is gone and what is back, asking for ids alone', async () => {
    const reports = new Reports({ a: false, b: false, c: true, d: true });
    const { problems, urls } = await sweep(reports, serverWith(['a', 'c']));
    expect(problems).toEqual([]);
    expect(reports.changes.sort()).toEqual(['b gone', 'c back']);
    expect(urls).toEqual(['/fhir/DiagnosticReport?_id=a,b,c,d&_elements=id&_count=4', '/fhir/DiagnosticReport/b']);
    expect(reports.watermarkMs).toBe(NOW_MS);
  });

  it('believes the report itself more than the search', async () => {
    const reports = new Reports({ a: false, b: false });
    await sweep(reports, serverWith(['a', 'b'], ['b']));
    expect(reports.changes).toEqual([]);
  });

  it.each([
    ['at the very first sync', null],
    ['within a day', NOW_MS - 5 * HOUR_MS],
  ])('asks nothing %s', async (_name, watermarkMs) => {
    const reports = new Reports({ a: false });
    reports.watermarkMs = watermarkMs;
    expect((await sweep(reports, serverWith([]))).urls).toEqual([]);
    expect(reports.watermarkMs).toBe(watermarkMs ?? NOW_MS);
  });

  it.each<[string, Answer]>([
    ['refuses the search', (_url, response) => fail(response, 400)],
    ['ignores the ids', () => bundle([{ resourceType: 'DiagnosticReport', id: 'other' }])],
  ])('is off where the server %s', async (_name, answer) => {
    const reports = new Reports({ a: false });
    const { problems, urls } = await sweep(reports, answer);
    expect({ problems, asked: urls.length, changes: reports.changes }).toEqual({ problems: [], asked: 1, changes: [] });
  });

  it('does not believe that much is gone at once', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `r${index}`);
    const reports = new Reports(Object.fromEntries(ids.map((id) => [id, false])));
    const { problems } = await sweep(reports, serverWith(ids.slice(21)));
    expect(problems).toEqual([expect.stringContaining('21 of 100 reports are not found')]);
    expect(reports.changes).toEqual([]);
    expect(reports.watermarkMs).toBe(NOW_MS - 24 * HOUR_MS);
    await sweep(Object.assign(reports, { watermarkMs: NOW_MS - 24 * HOUR_MS }), serverWith(ids.slice(20)));
    expect(reports.changes).toHaveLength(20);
  });

  it('does not believe that all is gone, however little it was', async () => {
    const reports = new Reports({ a: false, b: false, c: true });
    const { problems } = await sweep(reports, serverWith([]));
    expect(problems).toEqual([expect.stringContaining('2 of 3 reports are not found')]);
    expect(reports.changes).toEqual([]);
    expect(reports.watermarkMs).toBe(NOW_MS - 24 * HOUR_MS);
  });

  it('that fails is a problem of the run, and is tried again at the next sync', async () => {
    const reports = new Reports({ a: false });
    const { problems } = await sweep(reports, (_url, response) => fail(response, 503));
    expect(problems).toEqual([expect.stringMatching(/^deleted reports: The FHIR server failed/)]);
    expect(reports.watermarkMs).toBe(NOW_MS - 24 * HOUR_MS);
  });
});
