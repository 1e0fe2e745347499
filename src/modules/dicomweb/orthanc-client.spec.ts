import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { authorizationOf } from './auth.js';
import { OrthancClient } from './orthanc-client.js';
import { LocalGate, type RequestGate } from './request-gate.js';

const UID = '2.25.4711';
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function clientOf(answer: RequestListener, timeoutMs = 2000): Promise<OrthancClient> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return clientAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, timeoutMs);
}
const clientAt = (url: string | undefined, timeoutMs = 2000, gate: RequestGate = new LocalGate(1)) =>
  new OrthancClient({
    url,
    timeoutMs,
    authorization: authorizationOf({ kind: 'basic', username: 'u', password: 'p' }),
    gate,
  });

describe('OrthancClient', () => {
  it('looks a UID up with its credentials, and takes instances alone', async () => {
    const seen: string[] = [];
    const client = await clientOf((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      request.on('data', (body: Buffer) => seen.push(body.toString()));
      request.on('end', () =>
        response.end(
          JSON.stringify([
            { Type: 'Instance', ID: 'a-b' },
            { Type: 'Series', ID: 'c' },
          ]),
        ),
      );
    });
    expect(await client.instancesOf(UID)).toEqual(['a-b']);
    expect(seen).toEqual([`POST /tools/lookup Basic ${btoa('u:p')}`, UID]);
  });

  it('deletes; what is gone already is deleted', async () => {
    const seen: string[] = [];
    const client = await clientOf((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      response.writeHead(seen.length === 1 ? 200 : 404).end('{}');
    });
    await client.deleteInstance('a-b');
    await client.deleteInstance('../patients/x');
    expect(seen).toEqual(['DELETE /instances/a-b', 'DELETE /instances/..%2Fpatients%2Fx']);
  });

  it.each([
    ['an answer that is no list', 200, '{}', 'not-json'],
    ['a log-in page', 200, '<html>', 'not-json'],
    ['wrong credentials', 401, '', 'unauthorized'],
    ['a redirect, which is not followed', 302, '', 'redirect'],
    ['a failure', 500, '', 'http'],
    ['a lookup that is not there', 404, '', 'http'],
  ])('%s', async (_, status, body, kind) => {
    const client = await clientOf((_request, response) => void response.writeHead(status, { location: '/' }).end(body));
    await expect(client.instancesOf(UID)).rejects.toMatchObject({ name: 'DicomwebError', kind });
  });

  it('tells no answer, a broken one and no server apart, and sends nothing where nothing may be asked', async () => {
    const silent = await clientOf(() => undefined, 100);
    await expect(silent.instancesOf(UID)).rejects.toMatchObject({ kind: 'timeout' });
    const broken = await clientOf((request) => void request.socket.destroy());
    await expect(broken.deleteInstance('a')).rejects.toMatchObject({ kind: 'reset' });
    await expect(clientAt('http://127.0.0.1:1').instancesOf(UID)).rejects.toMatchObject({ kind: 'refused' });
    await expect(clientAt(undefined).instancesOf(UID)).rejects.toMatchObject({ kind: 'other-origin' });
    await expect(clientAt('http://127.0.0.1:1').instancesOf('a/b')).rejects.toMatchObject({ kind: 'unusable-uid' });
  });

  // A database that was lost counted as a PACS that cannot be reached, which costs no try.
  it('leaves a failure of the gate as it is', async () => {
    const failing: RequestGate = { run: () => Promise.reject(new Error('no session')) };
    await expect(clientAt('http://127.0.0.1:1', 2000, failing).instancesOf(UID)).rejects.toThrow('no session');
  });
});
