import { describe, expect, it } from '@jest/globals';
import type { Observation } from '@medplum/fhirtypes';
import { fhirAuth } from './fhir-auth.js';
import { FhirClient } from './fhir-client.js';
import { FhirError } from './fhir-error.js';
import {
  bundle,
  fail,
  fakeClock,
  scriptedServer,
  type Answer,
  type ScriptedServer,
} from './scripted-server.fixture.js';

const observation: Observation = { resourceType: 'Observation', status: 'preliminary', code: { text: 'Lesion' } };
const QUERY = new URLSearchParams({ identifier: 'urn:ietf:rfc:3986|urn:uuid:1' });

function clientOf(server: ScriptedServer): FhirClient {
  const baseUrl = `${server.origin}/fhir`;
  return new FhirClient({
    baseUrl,
    auth: fhirAuth({ kind: 'bearer', token: 'secret-token' }, baseUrl),
    clock: fakeClock(),
  });
}
const update = (server: ScriptedServer) => clientOf(server).update({ ...observation, id: 'a' });
const create = (server: ScriptedServer) => clientOf(server).createUnlessThere(observation, QUERY);
const kindOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof FhirError ? error.kind : error),
  );

describe('update', () => {
  it('puts the resource under its id, with the token', async () => {
    await using server = await scriptedServer(() => ({}));
    await update(server);
    expect(server.requests).toMatchObject([
      {
        method: 'PUT',
        url: '/fhir/Observation/a',
        headers: { authorization: 'Bearer secret-token', 'content-type': 'application/fhir+json' },
      },
    ]);
    expect(JSON.parse(server.requests[0]!.body)).toEqual({ ...observation, id: 'a' });
  });

  it('takes an answer without a body', async () => {
    await using server = await scriptedServer((_, response) => void response.writeHead(204).end());
    expect(await kindOf(update(server))).toBe('none');
  });

  it.each([429, 500, 503])('is sent again after %i', async (status) => {
    let calls = 0;
    await using server = await scriptedServer((_, response) => (++calls < 3 ? fail(response, status) : {}));
    expect(await kindOf(update(server))).toBe('none');
    expect(new Set(server.requests.map(({ body }) => body)).size).toBe(1);
    expect(calls).toBe(3);
  });

  it.each([
    [400, 'refused'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [405, 'refused'],
    [422, 'refused'],
  ])('is not sent again after %i', async (status, kind) => {
    await using server = await scriptedServer((_, response) => fail(response, status));
    expect(await kindOf(update(server))).toBe(kind);
    expect(server.requests).toHaveLength(1);
  });

  it('follows a redirect that keeps the call, and no other', async () => {
    let status = 308;
    await using server = await scriptedServer((url, response) =>
      url.endsWith('moved') ? {} : void response.writeHead(status, { location: '/fhir/moved' }).end(),
    );
    expect(await kindOf(update(server))).toBe('none');
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'PUT /fhir/Observation/a',
      'PUT /fhir/moved',
    ]);
    status = 302;
    expect(await kindOf(update(server))).toBe('refused');
  });

  it('sends neither resource nor token to another server', async () => {
    await using stranger = await scriptedServer(() => ({}));
    await using server = await scriptedServer(
      (_, response) => void response.writeHead(307, { location: `${stranger.origin}/fhir/Observation/a` }).end(),
    );
    expect(await kindOf(update(server))).toBe('foreign-origin');
    expect(stranger.requests).toEqual([]);
  });

  it('that fails again and again leaves reading alone', async () => {
    await using server = await scriptedServer((_, response, { method }) =>
      method === 'PUT' ? fail(response, 500) : bundle([{ resourceType: 'Observation', id: 'a' }]),
    );
    const client = clientOf(server);
    const kinds: unknown[] = [];
    for (let i = 0; i < 6; i++) kinds.push(await kindOf(client.update({ ...observation, id: 'a' })));
    expect(kinds).toEqual([...Array<string>(5).fill('server-error'), 'resting']);
    expect(await client.search('Observation', new URLSearchParams())).toHaveLength(1);
  });
});

describe('createUnlessThere', () => {
  it.each<[string, Answer]>([
    [
      'the Location header',
      (url, response) => {
        response.writeHead(201, { location: `${url}/srv-1/_history/1` }).end();
      },
    ],
    ['the body', () => ({ ...observation, id: 'srv-1' })],
    [
      'a search, where the server only says that there is one',
      (_url, response, { method }) => {
        if (method === 'GET') return bundle([{ resourceType: 'Observation', id: 'srv-1' }]);
        response.writeHead(200).end();
      },
    ],
  ])('learns the id from %s', async (_name, answer) => {
    await using server = await scriptedServer(answer);
    expect(await create(server)).toBe('srv-1');
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      url: '/fhir/Observation',
      headers: { 'if-none-exist': 'identifier=urn%3Aietf%3Arfc%3A3986%7Curn%3Auuid%3A1' },
    });
  });
});
