import { describe, expect, it } from '@jest/globals';
import { exportJWK, exportPKCS8, generateKeyPair, jwtVerify, type CryptoKey } from 'jose';
import { fhirAuth, type FhirAuthSettings } from './fhir-auth.js';
import { FhirClient } from './fhir-client.js';
import { FhirError } from './fhir-error.js';
import { fail, fakeClock, scriptedServer, type ScriptedServer } from './scripted-server.fixture.js';

/** A FHIR server with its token endpoint: every token is good until it is revoked. */
async function guardedServer(expiresIn: unknown = 300) {
  const good = new Set<string>();
  let issued = 0;
  const server = await scriptedServer((url, response, request) => {
    if (url === '/fhir/.well-known/smart-configuration') return { token_endpoint: `${server.origin}/token` };
    if (url === '/token') {
      const token = `t${++issued}`;
      good.add(`Bearer ${token}`);
      return { access_token: token, token_type: 'bearer', expires_in: expiresIn };
    }
    return good.has(request.headers.authorization ?? '') ? { resourceType: 'Patient' } : fail(response, 401);
  });
  return { server, revokeAll: () => good.clear() };
}

function setUp(server: ScriptedServer, settings: FhirAuthSettings) {
  const clock = fakeClock();
  const baseUrl = `${server.origin}/fhir`;
  const auth = fhirAuth({ clock, tokenUrl: `${server.origin}/token`, clientId: 'me', ...settings }, baseUrl);
  return { clock, client: new FhirClient({ baseUrl, auth, clock }) };
}

const secret: FhirAuthSettings = { kind: 'client-credentials', clientSecret: 'a b&c', scope: 'system/*.read' };
const tokenRequests = (server: ScriptedServer) => server.requests.filter(({ url }) => url === '/token');

describe('client credentials', () => {
  it('asks for a token once, however many calls need it, and again shortly before it expires', async () => {
    await using server = (await guardedServer()).server;
    const { client, clock } = setUp(server, secret);
    await Promise.all([1, 2, 3].map((id) => client.read(`Patient/${id}`)));
    expect(tokenRequests(server)).toHaveLength(1);
    const { headers, body } = tokenRequests(server)[0]!;
    expect(headers.authorization).toBe(`Basic ${Buffer.from('me:a%20b%26c').toString('base64')}`);
    expect(body).toBe('grant_type=client_credentials&scope=system%2F*.read');
    clock.nowMs += 269_000;
    await client.read('Patient/1');
    expect(tokenRequests(server)).toHaveLength(1);
    clock.nowMs += 2_000;
    await client.read('Patient/1');
    expect(tokenRequests(server)).toHaveLength(2);
  });

  it('asks again once when a token is refused before its time', async () => {
    const guarded = await guardedServer('not a number');
    await using server = guarded.server;
    const { client } = setUp(server, secret);
    await client.read('Patient/1');
    guarded.revokeAll();
    await Promise.all([1, 2, 3].map((id) => client.read(`Patient/${id}`)));
    expect(tokenRequests(server)).toHaveLength(2);
  });

  it('does not ask without end when the server refuses every token', async () => {
    await using server = await scriptedServer((url, response) =>
      url === '/token' ? { access_token: 't' } : fail(response, 401),
    );
    const { client } = setUp(server, secret);
    await expect(client.read('Patient/1')).rejects.toMatchObject({ kind: 'unauthorized' });
    expect(server.requests.map(({ url }) => url)).toEqual(['/token', '/fhir/Patient/1', '/token', '/fhir/Patient/1']);
  });

  it.each<[string, Parameters<typeof scriptedServer>[0], string]>([
    ['a refusal', (_url, response) => fail(response, 400), 'unauthorized'],
    ['no token', () => ({}), 'unauthorized'],
    ['HTML', (_url, response) => void response.setHeader('content-type', 'text/html').end('<html>'), 'not-fhir'],
    ['a failure', (_url, response) => fail(response, 503), 'server-error'],
    ['a redirect', (_url, response) => fail(response, 302, { location: '/elsewhere' }), 'unreachable'],
  ])('tells what is wrong with the token endpoint: %s', async (_name, answer, kind) => {
    await using server = await scriptedServer(answer);
    const { client } = setUp(server, secret);
    const error: unknown = await client.read('Patient/1').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'FhirError', kind });
    expect(String(error)).not.toMatch(/Secret|a b&c|127\.0\.0\.1/);
    expect(server.requests.some(({ url }) => url === '/elsewhere')).toBe(false);
  });
});

describe('SMART Backend Services', () => {
  const keys: [string, 'RS384' | 'ES384', (key: CryptoKey) => Promise<string>][] = [
    ['RSA, PEM', 'RS384', exportPKCS8],
    ['P-384, PEM', 'ES384', exportPKCS8],
    ['RSA, JWK', 'RS384', async (key) => JSON.stringify({ ...(await exportJWK(key)), kid: 'k1' })],
    ['P-384, JWK', 'ES384', async (key) => JSON.stringify({ ...(await exportJWK(key)), kid: 'k1' })],
  ];
  it.each(keys)('signs an assertion that the token endpoint can verify: %s', async (name, algorithm, toText) => {
    const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
    await using server = (await guardedServer()).server;
    const keyId = name.includes('PEM') ? 'k1' : undefined;
    const { client, clock } = setUp(server, {
      kind: 'smart-backend',
      privateKey: await toText(privateKey),
      keyId,
      scope: 'system/DiagnosticReport.rs',
      tokenUrl: undefined,
    });
    await client.read('Patient/1');

    const form = new URLSearchParams(tokenRequests(server)[0]?.body);
    expect(form.get('grant_type')).toBe('client_credentials');
    expect(form.get('scope')).toBe('system/DiagnosticReport.rs');
    expect(form.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    const { payload, protectedHeader } = await jwtVerify(form.get('client_assertion') ?? '', publicKey, {
      issuer: 'me',
      subject: 'me',
      audience: `${server.origin}/token`,
      algorithms: [algorithm],
      currentDate: new Date(clock.nowMs),
    });
    expect(protectedHeader).toMatchObject({ alg: algorithm, kid: 'k1' });
    expect(payload.exp! - payload.iat!).toBe(300);
    expect(payload.jti).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('says what is wrong with the key, without showing it', async () => {
    await using server = await scriptedServer(() => ({}));
    for (const privateKey of ['hunter2', '{"kty":"RSA","d":"hunter2"}', '{hunter2']) {
      const { client } = setUp(server, { kind: 'smart-backend', privateKey });
      const error: unknown = await client.read('Patient/1').catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(FhirError);
      expect(String(error)).toMatch(/private key must be/);
      expect(String(error)).not.toMatch(/hunter2/);
    }
    expect(server.requests).toEqual([]);
  });

  it.each([['http://elsewhere.invalid/token'], ['not an address'], [42]])(
    'does not send an assertion to a discovered endpoint like %s',
    async (endpoint) => {
      await using server = await scriptedServer(() => ({ token_endpoint: endpoint }));
      const { client } = setUp(server, { kind: 'smart-backend', privateKey: 'x', tokenUrl: undefined });
      await expect(client.read('Patient/1')).rejects.toThrow(/set FHIR_TOKEN_URL/);
    },
  );
});

it('sends nothing without authentication', async () => {
  await using server = await scriptedServer(() => ({ resourceType: 'Patient' }));
  await setUp(server, { kind: 'none' }).client.read('Patient/1');
  expect(server.requests[0]?.headers.authorization).toBeUndefined();
});
