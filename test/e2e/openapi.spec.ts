import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { validate } from '@readme/openapi-parser';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateCohort, targetFiles } from '../fixtures/cohort/cohort.js';
import { API, endOfRun, type Service, startService } from './service.js';
import { startWorld, type World } from './world.js';

const [patient] = generateCohort({ seed: 23, patients: 1 }).patients;
const KEYS = ['key-of-the-laboratory', 'key-of-the-night-shift'];
/** What operators and scripts rely on. */
const ROUTES = [
  'delete /targets/{id}',
  'get /exclusions',
  'get /health/live',
  'get /health/ready',
  'get /labels/{id}',
  'get /labels/{id}/history',
  'get /metrics',
  'get /patients/{mrn}/labels',
  'get /reviews',
  'get /reviews/{id}',
  'get /runs',
  'get /runs/{id}',
  'get /targets',
  'get /yield',
  'get /yield.svg',
  'post /extractions',
  'post /labels/{id}/send',
  'post /patients/{mrn}/curate',
  'post /reviews',
  'post /reviews/{id}',
  'post /sync',
  'post /targets',
  'post /targets/{id}/restore',
];
const OPEN_ROUTES = ['get /health/live', 'get /health/ready'];

let world: World;
let service: Service;
let document: OpenAPIObject;

beforeAll(async () => {
  world = await startWorld();
  service = await startService({ ...world.env, VIEWER_URL_TEMPLATE: '', API_KEYS: KEYS.join(', ') });
  await world.loadCohort({ seed: 23, patients: [patient!] });
  document = (await service.http.get('/docs-json').expect(200)).body as OpenAPIObject;
}, 180_000);

afterAll(async () => {
  await service?.stop();
  await world?.stop();
}, 60_000);

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'options', 'head'] as const;
const operations = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ method, path, name: `${method} ${path.replace(API, '')}`, operation }] : [];
    }),
  );

const withKey = (key = KEYS[0]!) => ({ 'x-api-key': key });

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1 and has a page for people', async () => {
    const result = await validate(JSON.parse(JSON.stringify(document)));
    expect(result).toMatchObject({ valid: true });
    expect(document.openapi).toMatch(/^3\.1\./);
    expect((await service.http.get('/docs').expect(200)).type).toBe('text/html');
  });

  it('lists every route, each with a summary', () => {
    expect(
      operations()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(ROUTES);
    for (const { operation } of operations()) expect(operation.summary).toMatch(/\.$/);
  });

  it('names the schema of every JSON answer, and of the problem that stands for every error', () => {
    for (const { name, operation } of operations()) {
      const responses = Object.entries(operation.responses).map(([status, response]) => ({
        status,
        content: 'content' in response! ? response.content! : {},
      }));
      const good = responses.filter(({ status }) => status.startsWith('2'));
      expect(good).toHaveLength(1);
      const [json] = good.map(({ content }) => content['application/json']?.schema);
      const schema = json && 'items' in json ? json.items : json;
      if (!['get /metrics', 'get /yield.svg'].includes(name)) {
        expect(schema).toEqual({ $ref: expect.stringMatching(/^#\/components\/schemas\/\w+$/) });
      }
      expect(responses.map(({ status }) => status)).toContain('default');
      for (const { status, content } of responses.filter(({ status }) => !/^2|^503/.test(status))) {
        expect([name, status, Object.keys(content)]).toEqual([name, status, ['application/problem+json']]);
      }
    }
  });

  it('describes what the routes really answer', async () => {
    const ajv = new Ajv2020({ allErrors: true, strict: false });
    addFormats.default(ajv);
    ajv.addSchema({ $id: 'document', ...(JSON.parse(JSON.stringify(document)) as object) });
    const expectDescribed = (name: string, response: { status: number; body: unknown }) => {
      const route = operations().find((operation) => operation.name === name)!;
      const way = ['responses', String(response.status), 'content', 'application/json', 'schema'];
      const pointer = ['paths', route.path, route.method, ...way]
        .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
        .join('/');
      const check = ajv.getSchema(`document#/${pointer}`);
      expect([name, check?.(response.body), check?.errors]).toEqual([name, true, null]);
    };
    const get = async (name: string, url = name.replace('get ', API)) =>
      expectDescribed(name, await service.http.get(url).set(withKey()));

    const [file] = targetFiles(patient!);
    const targets = await service.http
      .post(`${API}/targets`)
      .set(withKey())
      .query({ patient: patient!.patientId, date: patient!.biopsyDate })
      .attach('file', Buffer.from(`${file!.content}nonsense\n`), file!.path.split('/').at(-1)!)
      .expect(200);
    expectDescribed('post /targets', targets);
    await get('get /targets', `${API}/targets?patient=${patient!.patientId}`);
    const { targetId } = (targets.body as { rows: { targetId: string }[] }).rows[0]!;
    const target = `${API}/targets/${targetId}`;
    expectDescribed('delete /targets/{id}', await service.http.delete(target).set(withKey()).expect(200));
    const restored = await service.http.post(`${target}/restore`).set(withKey()).expect(200);
    expectDescribed('post /targets/{id}/restore', restored);
    const curate = `${API}/patients/${patient!.patientId}/curate`;
    const curated = await service.http.post(curate).set(withKey(KEYS[1])).expect(202);
    expectDescribed('post /patients/{mrn}/curate', curated);
    await endOfRun(service.http, (curated.body as { id: string }).id, withKey());
    const synced = await service.http.post(`${API}/sync`).set(withKey()).expect(202);
    const { id } = synced.body as { id: string };
    expectDescribed('post /sync', synced);
    await endOfRun(service.http, id, withKey());
    await get('get /runs/{id}', `${API}/runs/${id}`);
    await get('get /runs');

    const url = `${API}/patients/${patient!.patientId}/labels`;
    const labels = (await service.http.get(url).set(withKey())).body as { id: string }[];
    expect(labels).toEqual([expect.objectContaining({ state: 'stored', viewerUrl: null })]);
    await get('get /patients/{mrn}/labels', url);
    await get('get /labels/{id}', `${API}/labels/${labels[0]!.id}`);
    await get('get /labels/{id}/history', `${API}/labels/${labels[0]!.id}/history`);
    const request = { target: targetId, note: 'wrong side', reviewer: 'A. Reader' };
    const asked = await service.http.post(`${API}/reviews`).set(withKey()).send(request).expect(201);
    expectDescribed('post /reviews', asked);
    const review = `${API}/reviews/${(asked.body as { id: string }).id}`;
    await get('get /reviews/{id}', review);
    const decided = await service.http.post(review).set(withKey()).send({ decision: 'reject', reviewer: 'A. Reader' });
    expectDescribed('post /reviews/{id}', decided);
    await endOfRun(service.http, (decided.body as { run: { id: string } }).run.id, withKey());
    await get('get /reviews');
    await get('get /reviews/{id}', review);
    await get('get /yield');
    await get('get /exclusions');
    await get('get /health/live');
    await get('get /health/ready');
    const text = 'MRI prostate. PSA 7.1 ng/ml.\nLesion 1: 12 x 9 mm, left mid PZ, PI-RADS 4. No EPE.';
    const extracted = await service.http.post(`${API}/extractions`).set(withKey()).send({ kind: 'radiology', text });
    expectDescribed('post /extractions', extracted);
  }, 60_000);
});

describe('API keys', () => {
  const call = (method: (typeof METHODS)[number], path: string) => service.http[method](path);

  it('are needed for every route but health', async () => {
    const closed = operations().filter(({ name }) => !OPEN_ROUTES.includes(name));
    expect(closed).toHaveLength(ROUTES.length - OPEN_ROUTES.length);
    for (const { method, path } of closed) {
      const url = path.replace(/\{\w+\}/g, '1');
      for (const headers of [{}, withKey('key-of-nobody'), withKey(''), { authorization: `Bearer ${KEYS[0]}` }]) {
        const response = await call(method, url).set(headers);
        expect([url, response.status, response.type]).toEqual([url, 401, 'application/problem+json']);
        expect(response.headers['www-authenticate']).toBe('ApiKey');
        expect(response.text).not.toContain(KEYS[0]);
      }
    }
    await service.http.get('/metrics').expect(401);
    await service.http.get('/metrics').set(withKey()).expect(200);
  });

  it('are not needed for health', async () => {
    for (const { method, path } of operations().filter(({ name }) => OPEN_ROUTES.includes(name))) {
      expect((await call(method, path)).status).toBe(200);
      expect((await call(method, path.replace(API, ''))).status).toBe(200);
    }
  });

  it('are asked for whatever else is wrong with the request', async () => {
    await service.http.post(`${API}/extractions`).send({}).expect(401);
    await service.http.post(`${API}/targets`).type('application/xml').send('<x/>').expect(401);
    await service.http.get(`${API}/runs/no-uuid`).expect(401);
  });
});

describe('access tokens', () => {
  const AUDIENCE = 'lesion-curator';
  const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
  let issuer: Server;
  let issuerUrl: string;
  let keys: Awaited<ReturnType<typeof generateKeyPair>>;
  let oidc: Service;
  let isAway = true;

  beforeAll(async () => {
    keys = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
    issuer = createServer((request, response) => {
      if (isAway) return void response.writeHead(503).end('<html>');
      const isDiscovery = request.url === '/.well-known/openid-configuration';
      const answer = isDiscovery ? { issuer: issuerUrl, jwks_uri: `${issuerUrl}/keys` } : { keys: [jwk] };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    });
    await new Promise<void>((done) => issuer.listen(0, '127.0.0.1', done));
    issuerUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
    oidc = await startService({ ...world.env, OIDC_ISSUER: issuerUrl, OIDC_AUDIENCE: AUDIENCE });
  }, 60_000);

  afterAll(async () => {
    await oidc?.stop();
    issuer?.closeAllConnections();
    issuer?.close();
  });

  const token = (
    claims: { iss?: string; aud?: string; exp?: number | null } = {},
    { key = keys.privateKey, kid = 'one' } = {},
  ) => {
    const { iss = issuerUrl, aud = AUDIENCE, exp = inSeconds(60) } = claims;
    const jwt = new SignJWT({ sub: 'someone' })
      .setProtectedHeader({ alg: 'RS256', kid })
      .setIssuer(iss)
      .setAudience(aud);
    return (exp === null ? jwt : jwt.setExpirationTime(exp)).sign(key);
  };
  const answerTo = (bearer: string) => oidc.http.get(`${API}/runs`).set('authorization', `Bearer ${bearer}`);

  it('cannot be checked while the issuer is away, which is no fault of theirs', async () => {
    expect((await answerTo(await token())).status).toBe(503);
    isAway = false;
    expect((await answerTo(await token())).status).toBe(200);
  });

  it('say who decided a review, beside the name that is given', async () => {
    const bearer = `Bearer ${await token()}`;
    const [review] = (await oidc.http.get(`${API}/reviews`).set('authorization', bearer).expect(200)).body as {
      target: { id: string };
    }[];
    const request = { target: review!.target.id, reviewer: 'A. Reader' };
    const asked = await oidc.http.post(`${API}/reviews`).set('authorization', bearer).send(request).expect(201);
    expect(asked.body).toMatchObject({ request: { reviewer: 'A. Reader', principal: 'someone' } });
    const decided = await oidc.http
      .post(`${API}/reviews/${(asked.body as { id: string }).id}`)
      .set('authorization', bearer)
      .send({ decision: 'reject', reviewer: 'A. Reader' })
      .expect(200);
    expect(decided.body).toMatchObject({ decision: { reviewer: 'A. Reader', principal: 'someone' } });
  });

  it('are accepted from the issuer with or without a slash at its end', async () => {
    expect((await answerTo(await token({ iss: `${issuerUrl}/` }))).status).toBe(200);
  });

  it('are refused when anything about them is wrong', async () => {
    const stranger = (await generateKeyPair('RS256')).privateKey;
    const [, claims] = (await token()).split('.');
    const wrong = {
      'wrong audience': await token({ aud: 'another-service' }),
      expired: await token({ exp: inSeconds(-60) }),
      'without an end': await token({ exp: null }),
      'wrong issuer': await token({ iss: 'http://127.0.0.1:1' }),
      'wrong key': await token({}, { key: stranger, kid: 'one' }),
      'unknown key': await token({}, { key: stranger, kid: 'two' }),
      unsigned: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.`,
      nonsense: 'nonsense',
    };
    for (const [what, bearer] of Object.entries(wrong)) {
      const { status, headers, text } = await answerTo(bearer);
      expect([what, status, headers['www-authenticate']]).toEqual([what, 401, 'Bearer']);
      expect(text).not.toContain(bearer);
    }
  });
});

describe('without API keys or issuer', () => {
  let unlocked: Service;
  beforeAll(async () => {
    unlocked = await startService(world.env);
  }, 60_000);
  afterAll(async () => unlocked?.stop());

  const statusFor = (host: string) =>
    new Promise<number>((done, fail) => {
      const { hostname, port } = new URL(unlocked.url);
      const options = { hostname, port, path: `${API}/yield`, headers: { host }, agent: false };
      const call = httpRequest(options, (response) => {
        response.resume();
        done(response.statusCode ?? 0);
      });
      call.on('error', fail).end();
    });

  it.each(['localhost:3000', '127.0.0.1', '[::1]:3000'])('serves %s', async (host) => {
    expect(await statusFor(host)).toBe(200);
  });

  it.each(['rebound.example', '127.0.0.1.evil.example', 'localhost.evil.example:3000', '10.0.0.1'])(
    'refuses requests that came for %s',
    async (host) => {
      expect(await statusFor(host)).toBe(401);
    },
  );
});
