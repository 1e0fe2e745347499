import { describe, expect, it } from '@jest/globals';
import type { DiagnosticReport } from '@medplum/fhirtypes';
import { changedReports, type ChangedReportsSettings, type CrawlEvent } from './changed-reports.js';
import { contentHash } from './content-hash.js';
import { fhirAuth } from './fhir-auth.js';
import { FhirClient } from './fhir-client.js';
import { bundle, fail, fakeClock, scriptedServer, type Answer } from './scripted-server.fixture.js';

const NOON = Date.parse('2024-05-01T12:00:00Z');
const at = (minutes: number) => new Date(NOON + minutes * 60_000).toISOString();

const report = (id: string, minutes?: number, versionId?: string) => ({
  resourceType: 'DiagnosticReport' as const,
  id,
  meta: { ...(minutes === undefined ? {} : { lastUpdated: at(minutes) }), ...(versionId ? { versionId } : {}) },
});
type Report = ReturnType<typeof report>;

/** A server that honours what it is told to; two reports a page, and the Date header of `serverMinutes`. */
function store(reports: Report[], honours: { since?: boolean; sort?: boolean }, serverMinutes = 60): Answer {
  return (url, response) => {
    response.setHeader('date', new Date(NOON + serverMinutes * 60_000).toUTCString());
    const params = new URL(url, 'http://x').searchParams;
    const since = honours.since === false ? undefined : params.get('_lastUpdated')?.slice(2);
    const found = reports.filter(({ meta }) => since === undefined || (meta.lastUpdated ?? '9') >= since);
    if (params.has('_sort') && honours.sort !== false) {
      found.sort((a, b) => ((a.meta.lastUpdated ?? '') < (b.meta.lastUpdated ?? '') ? -1 : 1));
    }
    const offset = Number(params.get('offset') ?? 0);
    params.set('offset', String(offset + 2));
    return bundle(found.slice(offset, offset + 2), offset + 2 < found.length ? `?${params.toString()}` : undefined);
  };
}

async function crawl(answer: Answer, settings: Partial<ChangedReportsSettings> = {}) {
  await using server = await scriptedServer(answer);
  const baseUrl = `${server.origin}/fhir`;
  const client = new FhirClient({
    baseUrl,
    auth: fhirAuth({ kind: 'none' }, baseUrl),
    clock: fakeClock(),
    maxRetries: 0,
  });
  const pages: Extract<CrawlEvent, { kind: 'page' }>[] = [];
  let end: Extract<CrawlEvent, { kind: 'end' }> | undefined;
  for await (const event of changedReports(client, {
    watermark: at(0),
    overlapMs: 15 * 60_000,
    nowMs: NOON + 70 * 60_000,
    ...settings,
  })) {
    if (event.kind === 'page') pages.push(event);
    else end = event;
  }
  const ids = pages.flatMap(({ reports }) => reports.map((one) => one.report.id));
  return {
    pages,
    end,
    ids,
    urls: server.requests.map(({ url }) => decodeURIComponent(url.replace('/fhir/DiagnosticReport', ''))),
  };
}

describe('a server that honours _lastUpdated', () => {
  it('gives what changed since the watermark less the overlap, in order', async () => {
    const { ids, end, urls, pages } = await crawl(
      store([report('late', 30), report('old', -20), report('overlap', -10), report('c', 5)], {}),
    );
    expect(ids).toEqual(['overlap', 'c', 'late']);
    expect(urls[0]).toBe(`?_lastUpdated=ge${at(-15)}&_sort=_lastUpdated&_count=100`);
    expect(pages.map(({ orderedUpTo }) => orderedUpTo)).toEqual([at(5), at(30)]);
    expect(end).toEqual({
      kind: 'end',
      complete: true,
      reason: null,
      needsPatient: false,
      fullCrawl: null,
      nextWatermark: at(30),
    });
  });

  it('never moves the watermark past the start of the crawl by the server’s clock', async () => {
    const { end } = await crawl(store([report('a', 5), report('from the future', 1e6)], {}, 60));
    expect(end).toMatchObject({ complete: true, nextWatermark: at(60) });
  });

  it('keeps the watermark on a quiet night, once the filter has shown that it works', async () => {
    const { end, ids, urls } = await crawl(store([report('old', -9000)], {}));
    expect(ids).toEqual([]);
    expect(end).toMatchObject({ complete: true, fullCrawl: null, nextWatermark: at(0) });
    expect(urls.slice(1)).toEqual(['?_lastUpdated=ge1900-01-01T00:00:00Z&_count=1']);
  });

  it('gives a version once, though pages overlap, and another version of it again', async () => {
    const { ids } = await crawl(
      store(
        [report('a', 1, '1'), report('b', 2, '1'), report('a', 3, '1'), report('a', 4, '2'), report('b', 5, '1')],
        {},
      ),
    );
    expect(ids).toEqual(['a', 'b', 'a']);
  });

  it('reads everything at first, and adds the configured query', async () => {
    const { ids, end, urls } = await crawl(store([report('a', -9000), report('b', 5)], {}), {
      watermark: null,
      extraQuery: 'category=RAD,SP',
      pageSize: 50,
    });
    expect(ids).toEqual(['a', 'b']);
    expect(urls).toEqual(['?category=RAD,SP&_sort=_lastUpdated&_count=50']);
    expect(end).toMatchObject({ complete: true, fullCrawl: 'no-watermark', nextWatermark: at(5) });
  });

  it('takes the server’s time as the first watermark of an empty server', async () => {
    const { end } = await crawl(store([], {}), { watermark: null });
    expect(end).toMatchObject({ nextWatermark: at(60) });
  });
});

describe('a server that does not', () => {
  it('ignores it: noticed by older reports, everything is given', async () => {
    const { ids, end } = await crawl(
      store([report('old', -9000), report('older', -9999), report('new', 5)], { since: false }),
    );
    expect(ids.sort()).toEqual(['new', 'old', 'older']);
    expect(end).toMatchObject({ complete: true, fullCrawl: 'last-updated-ignored', nextWatermark: at(5) });
  });

  it('ignores the order only', async () => {
    const { ids, end, pages } = await crawl(store([report('b', 9), report('a', 5), report('c', 7)], { sort: false }));
    expect(ids).toEqual(['b', 'a', 'c']);
    expect(pages.map(({ orderedUpTo }) => orderedUpTo)).toEqual([null, null]);
    expect(end).toMatchObject({ complete: true, fullCrawl: null, nextWatermark: at(9) });
  });

  it.each([
    ['the order', /_sort/, null],
    ['the filter', /_lastUpdated=/, 'last-updated-refused'],
    ['both', /_lastUpdated/, 'last-updated-refused'],
  ])('refuses %s: asked more plainly', async (_name, refused, fullCrawl) => {
    const plain = store([report('a', 5), report('b', 7)], {});
    const { ids, end } = await crawl((url, response, request) =>
      refused.test(url) ? fail(response, 400) : plain(url, response, request),
    );
    expect(ids).toEqual(['a', 'b']);
    expect(end).toMatchObject({ complete: true, fullCrawl, nextWatermark: at(7) });
  });

  it('takes the filter and answers with nothing, whatever there is', async () => {
    const plain = store([report('a', 5)], {});
    const { ids, end } = await crawl((url, response, request) =>
      url.includes('_lastUpdated=') ? bundle([]) : plain(url, response, request),
    );
    expect(ids).toEqual(['a']);
    expect(end).toMatchObject({ complete: true, fullCrawl: 'last-updated-not-understood' });
  });

  it('states no lastUpdated: read in full, the watermark from the server’s clock', async () => {
    const { ids, end, urls } = await crawl(store([report('a'), report('b')], {}));
    expect(ids).toEqual(['a', 'b']);
    expect(urls.at(-1)).not.toContain('_lastUpdated=');
    expect(end).toMatchObject({ complete: true, fullCrawl: 'no-stamps', nextWatermark: at(60) });
  });

  it('insists on a patient: incomplete, the watermark stays', async () => {
    const { end, urls } = await crawl((_url, response) => fail(response, 400));
    expect(urls).toHaveLength(4);
    expect(end).toMatchObject({ complete: false, needsPatient: true, nextWatermark: at(0) });
  });

  it('fails: thrown, not called complete', async () => {
    await expect(crawl((_url, response) => fail(response, 500))).rejects.toMatchObject({ kind: 'server-error' });
    await expect(crawl((_url, response) => fail(response, 401))).rejects.toMatchObject({ kind: 'unauthorized' });
  });
});

describe('pages that expire', () => {
  const reports = Array.from({ length: 9 }, (_, i) => report(`r${i}`, i * 30));

  it('go on from the last report where reports come in order', async () => {
    const plain = store(reports, {});
    let served = 0;
    const { ids, end, urls } = await crawl((url, response, request) =>
      url.includes('offset') && ++served % 3 === 0 ? fail(response, 410) : plain(url, response, request),
    );
    expect(ids).toEqual(reports.map(({ id }) => id));
    expect(end).toMatchObject({ complete: true, nextWatermark: at(60) });
    expect(urls.filter((url) => !url.includes('offset'))).toEqual([
      `?_lastUpdated=ge${at(-15)}&_sort=_lastUpdated&_count=100`,
      `?_lastUpdated=ge${at(5 * 30 - 15)}&_sort=_lastUpdated&_count=100`,
    ]);
  });

  it('start again from the watermark where they do not, a few times, and then say incomplete', async () => {
    const plain = store([...reports].reverse(), { sort: false });
    const { ids, end, urls } = await crawl(
      (url, response, request) => (url.includes('offset=4') ? fail(response, 410) : plain(url, response, request)),
      { maxRestarts: 2 },
    );
    expect(ids).toEqual(['r8', 'r7', 'r6', 'r5']);
    expect(urls.filter((url) => !url.includes('offset'))).toHaveLength(3);
    expect(end).toMatchObject({
      complete: false,
      reason: expect.stringMatching(/expired 3 times/),
      nextWatermark: at(0),
    });
  });

  it('do not go on for ever where one moment holds more than a page', async () => {
    const plain = store(
      reports.map(({ id }) => report(id, 5)),
      {},
    );
    const { end } = await crawl((url, response, request) =>
      url.includes('offset') ? fail(response, 410) : plain(url, response, request),
    );
    expect(end).toMatchObject({ complete: false, nextWatermark: at(0) });
  });
});

describe('contentHash', () => {
  const full: DiagnosticReport = {
    resourceType: 'DiagnosticReport',
    id: '1',
    status: 'final',
    code: { text: 'a', id: 'b' },
  };
  it('is the same whatever the order of keys and the meta, and differs when a value does', () => {
    const turned: DiagnosticReport = {
      code: { id: 'b', text: 'a' },
      status: 'final',
      id: '1',
      resourceType: 'DiagnosticReport',
    };
    expect(contentHash(turned)).toBe(contentHash(full));
    expect(contentHash({ ...full, meta: { versionId: '7' } })).toBe(contentHash(full));
    expect(contentHash({ ...full, status: 'amended' })).not.toBe(contentHash(full));
  });
});
