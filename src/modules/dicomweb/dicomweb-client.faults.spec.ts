import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { element, toPart10 } from '../../../test/fixtures/cohort/dataset.js';
import { authorizationOf } from './auth.js';
import { PacsClient, type PacsClientSettings } from './dicomweb-client.js';
import { DicomwebError, parseRetryAfterMs } from './dicomweb-error.js';
import { LocalGate } from './request-gate.js';

type Script = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;
interface ScriptedServer {
  url: string;
  requests: { line: string; authorization?: string }[];
}

const servers: ReturnType<typeof createServer>[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

async function serve(script: Script): Promise<ScriptedServer> {
  const requests: ScriptedServer['requests'] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    requests.push({ line: `${request.method} ${request.url}`, authorization: request.headers.authorization });
    script(request, response, Buffer.concat(chunks));
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/dicom-web`, requests };
}

/** An address where nobody listens. */
async function closedUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}/dicom-web`;
}

const clientOf = (url: string, change: Partial<PacsClientSettings> = {}) =>
  new PacsClient({
    qidoUrl: url,
    wadoUrl: url,
    stowUrl: url,
    authorization: authorizationOf({ kind: 'bearer', token: 'secret-token' }),
    timeoutMs: 5_000,
    maxResponseBytes: 1_000_000,
    gate: new LocalGate(4),
    ...change,
  });
/** A client of a server that answers every request with this status, body and headers. */
const answering = async (
  status: number,
  body: string | Buffer,
  headers: Record<string, string> = { 'Content-Type': 'application/dicom+json' },
  change: Partial<PacsClientSettings> = {},
) => clientOf((await serve((_, response) => response.writeHead(status, headers).end(body))).url, change);

const fileOf = (sop: string) =>
  toPart10({
    '00080016': element('UI', '1.2.840.10008.5.1.4.1.1.4'),
    '00080018': element('UI', sop),
    '00100020': element('LO', 'canary-patient'),
    '0020000D': element('UI', '1.2.3'),
    '0020000E': element('UI', '1.2.3.1'),
  });
const referencesOf = (uids: string[], reason?: number) => ({
  vr: 'SQ',
  Value: uids.map((uid) => ({
    '00081155': { vr: 'UI', Value: [uid] },
    ...(reason !== undefined && { '00081197': { vr: 'US', Value: [reason] } }),
  })),
});
const storeResponse = (stored: string[], failed: string[], reason = 272) =>
  JSON.stringify({ '00081199': referencesOf(stored), '00081198': referencesOf(failed, reason) });

describe('storeInstances', () => {
  const store = (pacs: PacsClient) => pacs.storeInstances('1.2.3', [fileOf('1.2.3.1.1'), fileOf('1.2.3.1.2')]);
  const [first, second] = ['1.2.3.1.1', '1.2.3.1.2'];

  it.each([
    ['200, both stored', 200, storeResponse([first, second], []), ['stored', 'stored']],
    ['200 with a failure', 200, storeResponse([first], [second]), ['stored', 'rejected']],
    ['202 with a failure', 202, storeResponse([second], [first]), ['rejected', 'stored']],
    ['202 that names one only', 202, storeResponse([second], []), ['unknown', 'stored']],
    ['400, one stored all the same', 400, storeResponse([first], []), ['stored', 'unknown']],
    ['409, both refused', 409, storeResponse([], [first, second]), ['rejected', 'rejected']],
    ['409 without a body', 409, '', ['unknown', 'unknown']],
    ['500 with a page', 500, '<html><body>failed</body></html>', ['unknown', 'unknown']],
    ['503 of a proxy', 503, 'busy', ['unknown', 'unknown']],
    ['507 with a store', 507, storeResponse([first], [second], 0xa700), ['stored', 'rejected']],
    ['200 with a log-in page', 200, '<html><body>Log in</body></html>', ['unknown', 'unknown']],
    ['200 with a body cut off', 200, storeResponse([first, second], []).slice(0, 80), ['unknown', 'unknown']],
    ['204', 204, '', ['unknown', 'unknown']],
  ])('%s', async (_, status, body, states) => {
    const outcomes = await store(await answering(status, body));
    expect(outcomes).toMatchObject([
      { sopInstanceUid: first, state: states[0], status },
      { sopInstanceUid: second, state: states[1], status },
    ]);
    for (const { state, failureReason } of outcomes) expect(failureReason !== undefined).toBe(state === 'rejected');
  });

  it('passes on when to come back', async () => {
    const outcomes = await store(await answering(503, '', { 'Retry-After': '7' }));
    expect(outcomes).toMatchObject([
      { state: 'unknown', status: 503, retryAfterMs: 7000 },
      { state: 'unknown', status: 503, retryAfterMs: 7000 },
    ]);
  });

  it.each<[string, Script]>([
    ['no answer after the store', () => {}],
    ['a reset after the store', (request) => request.socket.destroy()],
    [
      'a reset in the middle of the answer',
      (request, response) => {
        response.writeHead(200, { 'Content-Length': '5000' });
        response.write(storeResponse([first, second], []), () => request.socket.destroy());
      },
    ],
  ])('is unknown after %s', async (_, script) => {
    const server = await serve(script);
    expect(await store(clientOf(server.url, { timeoutMs: 200 }))).toEqual([
      { sopInstanceUid: first, state: 'unknown' },
      { sopInstanceUid: second, state: 'unknown' },
    ]);
    expect(server.requests).toHaveLength(1);
  });

  it('rejects where nothing can have been stored', async () => {
    await expect(store(clientOf(await closedUrl()))).rejects.toMatchObject({ kind: 'refused' });
    for (const status of [401, 403])
      await expect(store(await answering(status, ''))).rejects.toMatchObject({ kind: 'unauthorized', status });
    await expect(store(await answering(302, '', { Location: '/login' }))).rejects.toMatchObject({ kind: 'redirect' });
  });

  it('sends all files of a study in one request to that study', async () => {
    let body: Buffer = Buffer.alloc(0);
    const server = await serve((_, response, received) => {
      body = received;
      response.end(storeResponse([first, second], []));
    });
    await store(clientOf(server.url));
    expect(server.requests.map(({ line }) => line)).toEqual(['POST /dicom-web/studies/1.2.3']);
    for (const uid of [first, second]) expect(body.includes(Buffer.from(fileOf(uid)))).toBe(true);
  });
});

describe('answers to queries that are none', () => {
  const find = (pacs: PacsClient) => pacs.findStudies({ patientId: 'canary-patient' });
  const row = JSON.stringify([
    { '0020000D': { vr: 'UI', Value: ['1.2.3'] }, '00100020': { vr: 'LO', Value: ['canary-patient'] } },
  ]);

  it.each<[string, number, string | Buffer, Record<string, string>, object]>([
    ['HTML', 200, '<html>canary-patient</html>', { 'Content-Type': 'text/html' }, { kind: 'not-json' }],
    ['HTML said to be JSON', 200, '<html></html>', { 'Content-Type': 'application/dicom+json' }, { kind: 'not-json' }],
    ['nothing', 200, '', {}, { kind: 'not-json' }],
    ['JSON cut off, ending cleanly', 200, row.slice(0, -9), {}, { kind: 'truncated' }],
    ['JSON shorter than said', 200, row, { 'Content-Length': '9999' }, { kind: 'truncated' }],
    ['gzip cut off', 200, gzipSync(row).subarray(0, 40), { 'Content-Encoding': 'gzip' }, { kind: 'truncated' }],
    ['an object', 200, '{"00081190": {"vr": "UR"}}', {}, { kind: 'not-json' }],
    ['a list of text', 200, '["1.2.3"]', {}, { kind: 'not-json' }],
    ['a Value that is no list', 200, '[{"0020000D": {"vr": "UI", "Value": "1.2"}}]', {}, { kind: 'not-json' }],
    ['a huge body', 200, `[${' '.repeat(1_000_001)}]`, {}, { kind: 'too-large' }],
    ['a gzip bomb', 200, gzipSync(Buffer.alloc(50_000_000)), { 'Content-Encoding': 'gzip' }, { kind: 'too-large' }],
    ['a wrong token', 401, 'canary-patient', {}, { kind: 'unauthorized', status: 401 }],
    ['an overloaded server', 503, '', { 'Retry-After': '3' }, { kind: 'http', status: 503, retryAfterMs: 3000 }],
  ])('%s', async (_, status, body, headers, expected) => {
    // A content length longer than the body: the server then closes the connection.
    const server = await serve((request, response) => {
      response.writeHead(status, headers);
      if ('Content-Length' in headers) response.write(body, () => request.socket.destroy());
      else response.end(body);
    });
    const error = await find(clientOf(server.url)).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    expect(error).toBeInstanceOf(DicomwebError);
    expect(error).toMatchObject(expected);
    expect(`${error} ${JSON.stringify(error)}`).not.toMatch(/canary|secret/);
    expect((error as DicomwebError).message).toContain('GET /dicom-web/studies');
  });

  it.each<[string, Script]>([
    ['hangs before the answer', () => {}],
    ['hangs in the answer', (_, response) => void response.write('[')],
    [
      'drips',
      (_, response) => {
        const drip = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(drip));
      },
    ],
  ])('ends a request that %s', async (_, script) => {
    const server = await serve(script);
    await expect(find(clientOf(server.url, { timeoutMs: 200 }))).rejects.toMatchObject({ kind: 'timeout' });
  });

  it('tells a connection that broke off from one that was refused', async () => {
    const server = await serve((request) => request.socket.destroy());
    await expect(find(clientOf(server.url))).rejects.toMatchObject({ kind: 'reset' });
    // The second one is a port that fetch refuses to ask.
    for (const url of [await closedUrl(), 'http://127.0.0.1:9/dicom-web', 'http://no-such-host.invalid/dicom-web'])
      await expect(find(clientOf(url))).rejects.toMatchObject({ kind: 'refused' });
  });

  it('follows no redirect, so that no other server sees the token', async () => {
    const canary = await serve((_, response) => response.end('[]'));
    const pacs = await answering(302, '', { Location: `${canary.url}/studies` });
    await expect(find(pacs)).rejects.toMatchObject({ kind: 'redirect', status: 302 });
    expect(canary.requests).toEqual([]);
  });

  it('asks nothing without the credentials that it should have', async () => {
    const server = await serve((_, response) => response.end('[]'));
    const authorization = authorizationOf({ kind: 'bearer-file', tokenFile: '/no/such/file' });
    await expect(find(clientOf(server.url, { authorization }))).rejects.toMatchObject({ kind: 'unauthorized' });
    const broken = async () => 'Bearer canary\nsecond line';
    await expect(find(clientOf(server.url, { authorization: broken }))).rejects.toMatchObject({ kind: 'unauthorized' });
    expect(server.requests).toEqual([]);
  });

  it('takes no content for no match', async () => {
    expect(await find(await answering(204, '', {}))).toEqual({ rows: [], complete: true });
  });

  it.each<[string, number, Record<string, string>]>([
    ['206', 206, {}],
    ['a warning', 200, { Warning: '299 pacs "The number of results exceeded the maximum"' }],
  ])('takes a server at its word that there is more: %s', async (_, status, headers) => {
    expect(await find(await answering(status, row, headers))).toMatchObject({
      rows: [expect.anything()],
      complete: false,
    });
  });

  it('keeps a study whose modalities are not told, and drops one of another patient', async () => {
    const study = (uid: string, patientId: string, modalities?: string[]) => ({
      '0020000D': { vr: 'UI', Value: [uid] },
      '00100020': { vr: 'LO', Value: [patientId] },
      ...(modalities && { '00080061': { vr: 'CS', Value: modalities } }),
    });
    const rows = [study('1.1', 'P'), study('1.2', 'P', ['MR', 'SEG']), study('1.3', 'P', ['CT']), study('1.4', 'Q')];
    const pacs = await answering(200, JSON.stringify(rows));
    const result = await pacs.findStudies({ patientId: 'P', modality: 'MR' });
    expect(result.rows).toEqual(rows.slice(0, 2));
  });

  it('puts no UID into a path that would lead elsewhere', async () => {
    const server = await serve((_, response) => response.end('[]'));
    const pacs = clientOf(server.url);
    for (const uid of ['..', '1.2/../../x', '1.2?x=1', ''])
      await expect(pacs.findSeries(uid)).rejects.toMatchObject({ kind: 'unusable-uid' });
    expect(server.requests).toEqual([]);
  });
});

describe('series whose parts do not come', () => {
  /** Answers by path; what is not scripted has no match. */
  const byPath = (answers: Record<string, unknown>) =>
    serve((request, response) => {
      const path = request.url!.replace(/\?.*/, '').replace('/dicom-web', '');
      response.end(JSON.stringify(answers[path] ?? []));
    });
  const instance = (series: string, sop: string) => ({
    '0020000E': { vr: 'UI', Value: [series] },
    '00080018': { vr: 'UI', Value: [sop] },
  });
  const studyRow = (series: number) => [{ '00201206': { vr: 'IS', Value: [series] } }];

  it('takes the series from the metadata of the study when fewer came than promised', async () => {
    const metadata = [instance('1.2.1', '1.2.1.1'), instance('1.2.1', '1.2.1.2'), instance('1.2.2', '1.2.2.1')];
    const answers = { '/studies/1.2/series': [instance('1.2.1', '')], '/studies/1.2/metadata': metadata };
    const complete = await byPath({ ...answers, '/studies': studyRow(2) });
    const { rows } = await clientOf(complete.url).findSeries('1.2');
    expect(rows.map((row) => [row['0020000E']?.Value?.[0], row['00201209']?.Value?.[0]])).toEqual([
      ['1.2.1', 2],
      ['1.2.2', 1],
    ]);
    const lacking = await byPath({ ...answers, '/studies': studyRow(3) });
    expect(await clientOf(lacking.url).findSeries('1.2')).toMatchObject({
      complete: false,
      detail: expect.any(String),
    });
  });

  it('counts instance rows where no number of instances is given', async () => {
    const rows = [instance('1.2.1', '1.2.1.1'), instance('1.2.1', '1.2.1.2')];
    const lacking = await byPath({
      '/studies/1.2/series/1.2.1/instances': rows,
      '/studies/1.2/series/1.2.1/metadata': rows.slice(0, 1),
    });
    await expect(clientOf(lacking.url).seriesMetadata('1.2', '1.2.1')).rejects.toMatchObject({ kind: 'truncated' });
    const twice = await byPath({
      '/studies/1.2/series/1.2.1/instances': rows,
      '/studies/1.2/series/1.2.1/metadata': [rows[0], rows[0]],
    });
    await expect(clientOf(twice.url).seriesMetadata('1.2', '1.2.1')).rejects.toMatchObject({ kind: 'truncated' });
  });

  it('gives the header of a series from a server that knows neither limits nor counts', async () => {
    const rows = [instance('1.2.1', '1.2.1.1'), instance('1.2.1', '1.2.1.2')];
    const server = await byPath({
      '/studies/1.2/series': [instance('1.2.1', '')],
      '/studies/1.2/series/1.2.1/instances': rows,
      '/studies/1.2/series/1.2.1/metadata': rows.map((row) => ({ ...row, '00180081': { vr: 'DS', Value: [90] } })),
    });
    expect(await clientOf(server.url).seriesHeader('1.2', '1.2.1')).toEqual({
      seriesInstanceUid: '1.2.1',
      instances: 2,
      header: expect.objectContaining({ '00180081': expect.anything() }),
    });
  });

  it('asks for itself for a series that the metadata of the study lack', async () => {
    const header = { ...instance('1.2.2', '1.2.2.1'), '00180081': { vr: 'DS', Value: [90] } };
    const server = await byPath({
      '/studies/1.2/metadata': [instance('1.2.1', '1.2.1.1')],
      '/studies/1.2/series/1.2.2/metadata': [header],
    });
    const series = ['1.2.1', '1.2.2'].map((uid) => ({ uid, instances: 1 }));
    expect(await clientOf(server.url).seriesHeaders('1.2', series, 2)).toEqual([
      { seriesInstanceUid: '1.2.1', header: instance('1.2.1', '1.2.1.1'), instances: 1 },
      { seriesInstanceUid: '1.2.2', header, instances: 1 },
    ]);
  });

  it('asks for each series where the server does not give the metadata of the study', async () => {
    const server = await serve(({ url = '' }, response) => {
      const series = /series\/([^/]*)\/metadata/.exec(url)?.[1];
      if (series === undefined) response.writeHead(500).end();
      else response.end(JSON.stringify([instance(series, `${series}.1`)]));
    });
    const series = ['1.2.1', '1.2.2'].map((uid) => ({ uid, instances: 1 }));
    expect(await clientOf(server.url).seriesHeaders('1.2', series, 2)).toEqual(
      series.map(({ uid }) => ({ seriesInstanceUid: uid, header: instance(uid, `${uid}.1`), instances: 1 })),
    );
  });

  it('does not take a part of the metadata of a study for the size of a series', async () => {
    const rows = [instance('1.2.1', '1.2.1.1'), instance('1.2.1', '1.2.1.2')];
    const server = await byPath({
      '/studies/1.2/metadata': rows.slice(0, 1),
      '/studies/1.2/series/1.2.1/instances': rows,
      '/studies/1.2/series/1.2.1/metadata': rows,
    });
    const series = ['1.2.1', '1.2.1'].map((uid) => ({ uid, instances: undefined }));
    const headers = await clientOf(server.url).seriesHeaders('1.2', series, 4);
    expect(headers.map(({ instances }) => instances)).toEqual([2, 2]);
  });

  it('rejects an empty series', async () => {
    const server = await byPath({
      '/studies/1.2/series': [instance('1.2.1', '')],
      '/studies/1.2/series/1.2.1/instances': [],
    });
    const pacs = clientOf(server.url);
    for (const promised of [undefined, 0, 3, 200])
      await expect(pacs.seriesHeader('1.2', '1.2.1', promised)).rejects.toMatchObject({ kind: 'truncated' });
  });
});

describe('retrieveInstance', () => {
  const uid = '1.2.3.1.1';
  const multipart = { 'Content-Type': 'multipart/related; type="application/dicom"; boundary="b1"' };
  const part = (file: Uint8Array) =>
    Buffer.concat([Buffer.from('\r\n--b1\r\nContent-Type: application/dicom\r\n\r\n'), file]);
  const end = Buffer.from('\r\n--b1--\r\n');
  const file = fileOf(uid);
  const retrieve = async (body: Buffer, headers: Record<string, string> = multipart) =>
    (await answering(200, body, headers)).retrieveInstance('1.2.3', '1.2.3.1', uid);

  it('gives the bytes of the one part, or of a bare DICOM file', async () => {
    expect(Buffer.from(await retrieve(Buffer.concat([part(file), end]))).equals(file)).toBe(true);
    const bare = await retrieve(Buffer.from(file), { 'Content-Type': 'application/dicom; transfer-syntax=1.2' });
    expect(Buffer.from(bare).equals(file)).toBe(true);
  });

  it.each<[string, Buffer, Record<string, string>, string]>([
    ['cut off in the part, ending cleanly', part(file).subarray(0, 200), multipart, 'truncated'],
    ['cut off in a second part', Buffer.concat([part(file), part(file).subarray(0, 200)]), multipart, 'truncated'],
    ['without a closing boundary', part(file), multipart, 'truncated'],
    ['without parts', end, multipart, 'not-multipart'],
    ['with two parts', Buffer.concat([part(file), part(fileOf('1.2.9')), end]), multipart, 'truncated'],
    ['with another instance', Buffer.concat([part(fileOf('1.2.9')), end]), multipart, 'not-dicom'],
    ['with a part that is no DICOM', Buffer.concat([part(Buffer.from('x')), end]), multipart, 'not-dicom'],
    ['with a part without a header', Buffer.from('--b1\r\nnothing\r\n--b1--'), multipart, 'not-multipart'],
    ['that is a page', Buffer.from('<html></html>'), { 'Content-Type': 'text/html' }, 'not-multipart'],
  ])('rejects an answer %s', async (_, body, headers, kind) => {
    await expect(retrieve(body, headers)).rejects.toMatchObject({ kind });
  });
});

describe('findAllStudies', () => {
  const row = (uid: string, date: string, patientId?: string) => ({
    '0020000D': { vr: 'UI', Value: [uid] },
    '00080020': { vr: 'DA', Value: [date] },
    ...(patientId !== undefined && { '00100020': { vr: 'LO', Value: [patientId] } }),
  });
  const archive = Array.from({ length: 30 }, (_, index) => row(`1.2.${index}`, `202001${index + 10}`, `P${index % 3}`));
  /** Of an archive whose answers are made by `answer`. */
  const found = async (answer: (from: string, to: string, isWhole: boolean) => object[]) => {
    const server = await serve(({ url = '' }, response) => {
      const [from = '', to = ''] = new URL(url, 'http://x').searchParams.get('StudyDate')?.split('-') ?? [];
      const rows = answer(from, to || '9', !url.includes('StudyDate'));
      response.writeHead(200, { 'Content-Type': 'application/dicom+json' }).end(JSON.stringify(rows));
    });
    const all = await clientOf(server.url).findAllStudies({ most: 50 });
    return all && [...all].map(([patientId, rows]) => `${patientId}: ${rows.length}`);
  };
  const within = (from: string, to: string) =>
    archive.filter(({ '00080020': { Value } }) => Value[0]! >= from && Value[0]! <= to);

  it('believes a whole whose halves are shorter and hold it', async () => {
    expect(await found(within)).toEqual(['P0: 10', 'P1: 10', 'P2: 10']);
    const undated = row('1.2.404', '', 'P4');
    expect(await found((from, to, isWhole) => [...(isWhole ? [undated] : []), ...within(from, to)])).toContain('P4: 1');
    const phantom = row('1.2.405', '20200105');
    const withPhantom = (from: string, to: string) => [...(from <= '20200105' ? [phantom] : []), ...within(from, to)];
    expect(await found(withPhantom)).toEqual(['P0: 10', 'P1: 10', 'P2: 10']);
  });

  it.each<[string, (from: string, to: string, isWhole: boolean) => object[]]>([
    ['cuts off at five rows', (from, to) => within(from, to).slice(0, 5)],
    ['does not heed dates', () => archive],
    ['leaves out by date what it lists without', (from, to, isWhole) => within(from, to).slice(isWhole ? 0 : 1)],
    [
      'cuts off at twenty rows, before a study without a date',
      (from, to, isWhole) => [...within(from, to), ...(isWhole ? [row('1.2.404', '', 'P4')] : [])].slice(0, 20),
    ],
    ['names no patients', (from, to) => within(from, to).map(({ '00100020': _patient, ...rest }) => rest)],
  ])('does not believe a server that %s', async (_, answer) => {
    expect(await found(answer)).toBeNull();
  });
});

describe('the gate', () => {
  it('lets no more requests out at once than it says, except pings', async () => {
    let inFlight = 0;
    let most = 0;
    const server = await serve((_, response) => {
      most = Math.max(most, ++inFlight);
      setTimeout(() => {
        inFlight -= 1;
        response.end('[]');
      }, 20);
    });
    const pacs = clientOf(server.url, { gate: new LocalGate(2) });
    await Promise.all(Array.from({ length: 10 }, (_, n) => pacs.findStudiesByUid(`1.2.${n}`)));
    expect(most).toBe(2);
    expect(server.requests).toHaveLength(10);

    const closed = clientOf(server.url, { gate: { run: () => new Promise(() => {}) } });
    expect(await closed.ping()).toEqual({ state: 'ok' });
  });
});

describe('ping', () => {
  it.each([
    [200, '[]', 'ok'],
    [200, '<html></html>', 'not-dicomweb'],
    [404, '', 'not-dicomweb'],
    [302, '', 'not-dicomweb'],
    [403, '', 'unauthorized'],
    [502, '', 'unreachable'],
  ])('takes %i %j for %s', async (status, body, state) => {
    expect(await (await answering(status, body)).ping()).toMatchObject({ state });
  });
});

describe('parseRetryAfterMs', () => {
  const now = new Date('2020-01-01T00:00:00Z');
  it.each([
    ['120', 120_000],
    ['Wed, 01 Jan 2020 00:00:30 GMT', 30_000],
    ['Tue, 31 Dec 2019 00:00:00 GMT', 0],
    ['soon', undefined],
    [null, undefined],
  ])('%j: %j', (value, expected) => expect(parseRetryAfterMs(value, now)).toBe(expected));
});
