import { describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { inspect } from 'node:util';
import { fhirAuth } from './fhir-auth.js';
import { FhirClient, type FhirClientSettings } from './fhir-client.js';
import { FhirError, PageExpired } from './fhir-error.js';
import {
  bundle,
  fail,
  fakeClock,
  scriptedServer,
  type Answer,
  type ScriptedServer,
} from './scripted-server.fixture.js';

const report = (id: string) => ({ resourceType: 'DiagnosticReport' as const, id });

function clientOf(server: ScriptedServer, settings: Partial<FhirClientSettings> = {}): FhirClient {
  const baseUrl = `${server.origin}/fhir`;
  return new FhirClient({
    baseUrl,
    auth: fhirAuth({ kind: 'bearer', token: 'secret-token' }, baseUrl),
    clock: fakeClock(),
    ...settings,
  });
}

async function idsOf(client: FhirClient, params: Record<string, string> = {}): Promise<string[]> {
  return (await client.search('DiagnosticReport', new URLSearchParams(params))).map(({ id }) => id ?? '');
}

async function errorOf(promise: Promise<unknown>): Promise<FhirError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FhirError);
  return error as FhirError;
}

describe('searchPages', () => {
  it('sends a search with the token and without the marks of the library', async () => {
    await using server = await scriptedServer(() => bundle([report('1')]));
    expect(await idsOf(clientOf(server), { _count: '2', code: 'a|b' })).toEqual(['1']);
    expect(server.requests.map(({ url }) => url)).toEqual(['/fhir/DiagnosticReport?_count=2&code=a%7Cb']);
    expect(server.requests[0]?.headers).toMatchObject({ authorization: 'Bearer secret-token', accept: /fhir\+json/ });
    expect(Object.keys(server.requests[0]?.headers ?? {}).filter((name) => name.startsWith('x-medplum'))).toEqual([]);
  });

  it.each([
    ['absolute', (origin: string) => `${origin}/fhir/DiagnosticReport?page=2`, '/fhir/DiagnosticReport?page=2'],
    ['a bare query', () => '?page=2', '/fhir/DiagnosticReport?page=2'],
    ['relative to the base', () => 'DiagnosticReport?page=2', '/fhir/DiagnosticReport?page=2'],
    ['from the root', () => '/fhir/DiagnosticReport?page=2', '/fhir/DiagnosticReport?page=2'],
    ['on the base itself, as HAPI does', (origin: string) => `${origin}/fhir?_getpages=x`, '/fhir?_getpages=x'],
  ])('follows a next link: %s', async (_name, next, expected) => {
    await using server = await scriptedServer((url) =>
      url === '/fhir/DiagnosticReport' ? bundle([report('1')], next(server.origin)) : bundle([report('2')]),
    );
    expect(await idsOf(clientOf(server))).toEqual(['1', '2']);
    expect(server.requests[1]?.url).toBe(expected);
  });

  it('goes on past empty pages, remarks and included resources', async () => {
    await using server = await scriptedServer((url) => {
      if (url.endsWith('DiagnosticReport'))
        return { resourceType: 'Bundle', link: [{ relation: 'next', url: '?p=2' }] };
      if (url.endsWith('p=2')) return bundle([], '?p=3');
      return {
        resourceType: 'Bundle',
        entry: [
          { resource: { resourceType: 'OperationOutcome' }, search: { mode: 'outcome' } },
          { resource: { resourceType: 'OperationOutcome' } },
          { resource: report('1') },
          { resource: { resourceType: 'Patient', id: 'p' }, search: { mode: 'include' } },
          { fullUrl: 'nothing in it' },
        ],
      };
    });
    const pages = [];
    for await (const page of clientOf(server).searchPages('DiagnosticReport', new URLSearchParams())) pages.push(page);
    expect(pages.map(({ matches, included }) => [matches.length, included.length])).toEqual([
      [0, 0],
      [0, 0],
      [1, 1],
    ]);
    expect(pages[2]?.servedAtMs).toBeGreaterThan(1e12);
  });

  it('notices next links in a circle, and pages without end that hold nothing', async () => {
    await using server = await scriptedServer((url) => bundle([report('1')], url.endsWith('?p=2') ? '?p=1' : '?p=2'));
    expect((await errorOf(idsOf(clientOf(server)))).kind).toBe('paging-loop');
    expect(server.requests).toHaveLength(3);
    let page = 0;
    server.answer = () => bundle([], `?p=${page++}`);
    expect((await errorOf(idsOf(clientOf(server)))).kind).toBe('paging-loop');
    expect(page).toBeLessThan(200);
  });

  it.each([410, 404])('calls a next link that ends in %i an expired page', async (status) => {
    await using server = await scriptedServer((url, response) =>
      url.includes('?') ? fail(response, status) : bundle([report('1')], '?p=2'),
    );
    expect(await errorOf(idsOf(clientOf(server)))).toBeInstanceOf(PageExpired);
  });

  it('calls the same answer to the first page by its own name', async () => {
    await using server = await scriptedServer((_url, response) => fail(response, 410));
    expect((await errorOf(idsOf(clientOf(server)))).kind).toBe('gone');
  });
});

describe('the token and the requests stay with the configured server', () => {
  const escapes: [string, (own: ScriptedServer, canary: ScriptedServer) => string][] = [
    ['another port', (_own, canary) => `${canary.origin}/fhir/DiagnosticReport?p=2`],
    ['a host that begins alike', ({ origin }) => `${origin}.evil.localhost:1/fhir/DiagnosticReport?p=2`],
    ['a port that begins alike', ({ origin }) => `${origin}1/fhir/x`],
    [
      'the own host as a user name',
      (own, canary) => `${own.origin.replace('//', '//x:y@')}@${canary.origin.slice(7)}/fhir/x`,
    ],
    ['credentials in the address', ({ origin }) => origin.replace('//', '//user:pass@') + '/fhir/x'],
    ['a path beside the base', ({ origin }) => `${origin}/fhir2/DiagnosticReport`],
    ['a path above the base', ({ origin }) => `${origin}/fhir/../admin`],
    ['an encoded path above the base', ({ origin }) => `${origin}/fhir/%2e%2e/admin`],
    ['without a scheme', (_own, canary) => `//${canary.origin.slice(7)}/fhir/x`],
    ['backslashes', (_own, canary) => `\\\\${canary.origin.slice(7)}\\fhir\\x`],
    ['a file', () => 'file:///etc/passwd'],
    ['no address', () => 'http://['],
  ];

  it.each(escapes)('in next links, references, attachments and redirects: %s', async (_name, address) => {
    await using canary = await scriptedServer(() => bundle([report('stolen')]));
    await using server = await scriptedServer((url, response) => {
      if (url.endsWith('/redirect')) return fail(response, 302, { location: address(server, canary) });
      return bundle([report('1')], address(server, canary));
    });
    const client = clientOf(server);
    const escape = address(server, canary);
    for (const attempt of [idsOf(client), client.read(escape), client.readBinary(escape)]) {
      expect((await errorOf(attempt)).kind).toBe('foreign-origin');
    }
    expect((await errorOf(client.readBinary('Binary/redirect'))).kind).toBe('foreign-origin');
    expect(canary.requests).toEqual([]);
    expect(server.requests.map(({ url }) => url)).toEqual(['/fhir/DiagnosticReport', '/fhir/Binary/redirect']);
  });

  it('follows a redirect on the same server, but not for ever', async () => {
    await using server = await scriptedServer((url, response) =>
      url.endsWith('/a') ? fail(response, 307, { location: '/fhir/Patient/b' }) : { resourceType: 'Patient', id: 'b' },
    );
    expect(await clientOf(server).read('Patient/a')).toMatchObject({ id: 'b' });
    server.answer = (_url, response) => fail(response, 307, { location: '/fhir/Patient/b' });
    expect((await errorOf(clientOf(server).read('Patient/a'))).kind).toBe('refused');
  });
});

describe('a server that misbehaves', () => {
  const html: Answer = (_url, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<html>Sign in, Mr Secret</html>');
  };

  it.each<[string, Answer, string, number]>([
    ['HTML', html, 'not-fhir', 1],
    ['JSON that is not FHIR', () => ({ status: 'up' }), 'not-fhir', 1],
    ['JSON that is no object', () => 'Mr Secret', 'not-fhir', 1],
    ['another resource', () => report('1'), 'not-fhir', 1],
    ['an OperationOutcome', () => ({ resourceType: 'OperationOutcome' }), 'outcome', 1],
    [
      'broken JSON',
      (_url, response) => void response.end('{"resourceType":"Bundle","entry":[{"Mr Secret'),
      'not-fhir',
      1,
    ],
    ['no body', (_url, response) => void response.writeHead(200).end(), 'not-fhir', 1],
    [
      'a body cut off',
      (_url, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"resourceType":');
        setTimeout(() => response.destroy(), 10);
      },
      'unreachable',
      3,
    ],
    ['a broken connection', (_url, response) => void response.destroy(), 'unreachable', 3],
    ['400', (_url, response) => fail(response, 400), 'refused', 1],
    ['401', (_url, response) => fail(response, 401), 'unauthorized', 1],
    ['403', (_url, response) => fail(response, 403), 'forbidden', 1],
    ['404', (_url, response) => fail(response, 404), 'not-found', 1],
    ['500', (_url, response) => fail(response, 500), 'server-error', 3],
    ['501', (_url, response) => fail(response, 501), 'server-error', 1],
    ['429', (_url, response) => fail(response, 429), 'throttled', 3],
    [
      'a bomb',
      (_url, response) => {
        response.setHeader('content-encoding', 'gzip');
        response.end(gzipSync(Buffer.alloc(30_000_000, 0x20)));
      },
      'too-large',
      1,
    ],
  ])('%s', async (_name, answer, kind, attempts) => {
    await using server = await scriptedServer(answer);
    const client = clientOf(server, { maxRetries: 2, maxPageBytes: 1_000_000 });
    const error = await errorOf(idsOf(client, { identifier: 'Secret' }));
    expect(error.kind).toBe(kind);
    expect(server.requests).toHaveLength(attempts);
    expect(inspect(error) + String(error.cause)).not.toMatch(/Secret|secret-token|127\.0\.0\.1/);
  });

  it('takes gzip and JSON under a wrong name', async () => {
    await using server = await scriptedServer((_url, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'text/plain' });
      response.end(gzipSync(JSON.stringify(bundle([report('1')]))));
    });
    expect(await idsOf(clientOf(server))).toEqual(['1']);
  });

  it('says timeout when no answer comes', async () => {
    await using server = await scriptedServer(() => undefined);
    const client = clientOf(server, { timeoutMs: 50, maxRetries: 1 });
    expect((await errorOf(idsOf(client))).kind).toBe('timeout');
    expect(server.requests).toHaveLength(2);
  });

  it('says unreachable when nobody listens', async () => {
    const server = await scriptedServer(() => undefined);
    await server[Symbol.asyncDispose]();
    expect((await errorOf(clientOf(server).ping())).kind).toBe('unreachable');
  });
});

describe('back-pressure', () => {
  it('waits longer each time, with jitter, and as long as Retry-After says', async () => {
    const clock = fakeClock();
    const waits = [undefined, undefined, '7', new Date(clock.nowMs + 20_000).toUTCString()];
    await using server = await scriptedServer((_url, response) => {
      if (waits.length === 0) return bundle([report('1')]);
      const wait = waits.shift();
      return fail(response, 503, wait === undefined ? {} : { 'retry-after': wait });
    });
    expect(await idsOf(clientOf(server, { clock }))).toEqual(['1']);
    expect(clock.slept.slice(0, 3)).toEqual([500, 1000, 7250]);
    expect(clock.slept[3]).toBeCloseTo(20_000 - 8750 + 250, -3);
  });

  it('does not wait for an hour, but says so', async () => {
    const clock = fakeClock();
    await using server = await scriptedServer((_url, response) => fail(response, 429, { 'retry-after': '3600' }));
    expect(await errorOf(idsOf(clientOf(server, { clock })))).toMatchObject({
      kind: 'throttled',
      retryAfterMs: 3_600_000,
    });
    expect(clock.slept).toEqual([]);
  });

  it('keeps to the cap of requests under way', async () => {
    let underWay = 0;
    let most = 0;
    await using server = await scriptedServer((_url, response) => {
      most = Math.max(most, ++underWay);
      setTimeout(() => {
        underWay--;
        response.end(JSON.stringify({ resourceType: 'Patient' }));
      }, 5);
    });
    const client = clientOf(server, { maxInFlight: 2 });
    await Promise.all(Array.from({ length: 12 }, (_, i) => client.read(`Patient/${i}`)));
    expect(server.requests).toHaveLength(12);
    expect(most).toBe(2);
  });

  it('leaves a failing server alone for a while, then tries once', async () => {
    const clock = fakeClock();
    await using server = await scriptedServer((_url, response) => fail(response, 500));
    const client = clientOf(server, { clock, maxRetries: 0 });
    for (let i = 0; i < 5; i++) expect((await errorOf(client.read('Patient/1'))).kind).toBe('server-error');
    expect(await errorOf(client.read('Patient/1'))).toMatchObject({ kind: 'resting', retryAfterMs: 30_000 });
    expect(server.requests).toHaveLength(5);
    clock.nowMs += 30_000;
    expect((await errorOf(client.read('Patient/1'))).kind).toBe('server-error');
    expect((await errorOf(client.read('Patient/1'))).kind).toBe('resting');
    server.answer = () => ({ resourceType: 'Patient' });
    clock.nowMs += 30_000;
    await client.read('Patient/1');
    await client.read('Patient/1');
  });
});

describe('a store of documents that is down', () => {
  it('is left alone while the rest of the server is asked on', async () => {
    await using server = await scriptedServer((url, response) =>
      url.includes('Binary') ? fail(response, 500) : { resourceType: 'Patient' },
    );
    const client = clientOf(server, { maxRetries: 0 });
    for (let i = 0; i < 5; i++) expect((await errorOf(client.readBinary('Binary/1'))).kind).toBe('server-error');
    expect((await errorOf(client.readBinary('Binary/1'))).kind).toBe('resting');
    expect(await client.read('Patient/1')).toEqual({ resourceType: 'Patient' });
    expect((await errorOf(client.readBinary('Binary/1'))).kind).toBe('resting');
  });
});

describe('read and readBinary', () => {
  it('reads relative, absolute and versioned references', async () => {
    await using server = await scriptedServer((url) => ({ resourceType: 'Patient', id: url }));
    const client = clientOf(server);
    for (const reference of ['Patient/1', `${server.origin}/fhir/Patient/1`, 'Patient/1/_history/3']) {
      expect(await client.read(reference)).toEqual({ resourceType: 'Patient', id: '/fhir/Patient/1' });
    }
  });

  it.each<[string, Answer, { contentType: string; text: string }]>([
    [
      'raw',
      (_url, response) => void response.setHeader('content-type', 'text/plain; charset=utf-8').end('größe'),
      { contentType: 'text/plain;charset=utf-8', text: 'größe' },
    ],
    [
      'a Binary in JSON',
      () => ({ resourceType: 'Binary', contentType: 'application/pdf', data: Buffer.from('%PDF').toString('base64') }),
      { contentType: 'application/pdf', text: '%PDF' },
    ],
    [
      'JSON that is itself the document',
      (_url, response) => void response.setHeader('content-type', 'application/json').end('{"a":1}'),
      { contentType: 'application/json', text: '{"a":1}' },
    ],
  ])('reads bytes: %s', async (_name, answer, { contentType, text }) => {
    await using server = await scriptedServer(answer);
    const content = await clientOf(server).readBinary('Binary/1');
    expect({ ...content, bytes: content.bytes.toString() }).toEqual({ contentType, bytes: text });
  });

  it('notices an OperationOutcome and stops at the limit', async () => {
    await using server = await scriptedServer(() => ({ resourceType: 'OperationOutcome' }));
    const client = clientOf(server, { maxBinaryBytes: 1000 });
    expect((await errorOf(client.readBinary('Binary/1'))).kind).toBe('outcome');
    server.answer = (_url, response) => void response.setHeader('content-type', 'text/plain').end('x'.repeat(1001));
    expect((await errorOf(client.readBinary('Binary/1'))).kind).toBe('too-large');
  });
});

describe('ping', () => {
  const statement = { resourceType: 'CapabilityStatement', fhirVersion: '4.0.1', software: { name: 'Test' } };

  it.each([200, 400, 404])('lets in a server whose search answers %i', async (status) => {
    await using server = await scriptedServer((url, response) =>
      url.endsWith('/metadata') ? statement : status === 200 ? bundle([]) : fail(response, status),
    );
    expect(await clientOf(server).ping()).toEqual({ fhirVersion: '4.0.1', software: 'Test' });
  });

  it('sees that the server calls itself by another address', async () => {
    await using server = await scriptedServer((url) =>
      url.endsWith('/metadata') ? statement : bundle([], 'http://fhir.internal.example/fhir?page=2'),
    );
    expect((await errorOf(clientOf(server).ping())).kind).toBe('foreign-origin');
  });

  it('sees a wrong token behind open metadata', async () => {
    await using server = await scriptedServer((url, response) =>
      url.endsWith('/metadata') ? statement : fail(response, 401),
    );
    expect((await errorOf(clientOf(server).ping())).kind).toBe('unauthorized');
  });
});
