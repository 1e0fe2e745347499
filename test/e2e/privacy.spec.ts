import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { fhirBundle, generateCohort, MRN_SYSTEM } from '../fixtures/cohort/cohort.js';
import { API, endOfRun, type RunAnswer, type SpawnedService, spawnService } from './service.js';
import { startWorld, type World } from './world.js';

/** Stands wherever a name, a number or a word of a patient may stand; nothing of it may leave by a side door. */
const CANARY = 'KANARIENVOGEL';

const canaries = generateCohort({ seed: 31, patients: 2 }).patients.map((patient, index) => ({
  ...patient,
  patientId: `${CANARY}/${index}`,
  family: CANARY,
  studies: patient.studies.map((study) => ({
    ...study,
    description: CANARY,
    series: study.series.map((series) => ({ ...series, description: `${series.description} ${CANARY}` })),
  })),
}));
const [labelled, unlabelled] = [canaries[0]!, canaries[1]!];

let world: World;
let service: SpawnedService;
let http: ReturnType<typeof request>;
const bodies: string[] = [];

beforeAll(async () => {
  world = await startWorld();
  await world.loadCohort({ seed: 31, patients: [labelled, unlabelled] });
  for (const resource of reportsOf(labelled)) await world.fhir.put(resource);
  service = await spawnService({ ...world.env, LOG_LEVEL: 'trace' });
  http = request(service.url);
}, 180_000);

afterAll(async () => {
  service?.kill('SIGKILL');
  await service?.ended;
  await world?.stop();
}, 60_000);

/** The patient's reports with the canary in their words. */
function reportsOf(patient: typeof labelled) {
  return (fhirBundle(patient).entry ?? []).flatMap(({ resource }) =>
    resource?.resourceType === 'DiagnosticReport'
      ? [
          {
            ...resource,
            presentedForm: resource.presentedForm?.map((form) => ({
              ...form,
              title: CANARY,
              data: withCanary(form.data),
            })),
          },
        ]
      : [],
  );
}

const withCanary = (data = '') =>
  Buffer.from(`Dear Dr ${CANARY}\n\n${Buffer.from(data, 'base64').toString()}`).toString('base64');
const path = (mrn: string, what: string) => `${API}/patients/${encodeURIComponent(mrn)}/${what}`;

/** What the service wrote about one request, as objects; the last line may come after the answer. */
async function linesOf(correlationId: string, count: number): Promise<Record<string, unknown>[]> {
  for (;;) {
    const lines = service
      .output()
      .split('\n')
      .filter((line) => line.includes(correlationId) && line.endsWith('}'));
    if (lines.length >= count) return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    await sleep(20);
  }
}

async function curate(mrn: string): Promise<RunAnswer> {
  const { body } = await http.post(path(mrn, 'curate')).expect(202);
  return endOfRun(http, (body as { id: string }).id);
}

async function importTargets({ patientId, biopsyDate, targets }: typeof labelled): Promise<void> {
  const rows = targets.map(({ label, pointLps: [x, y, z] }) => ({ label, x, y, z, coordinate_system: 'LPS' }));
  const named = rows.map((row) => ({ ...row, patient_id: patientId, procedure_date: biopsyDate }));
  await http.post(`${API}/targets`).send(named).expect(200);
}

describe('runs', () => {
  it('curate patients whose every word is a canary', async () => {
    await importTargets(labelled);
    await importTargets(unlabelled);
    expect(await curate(labelled.patientId)).toMatchObject({ state: 'done', counts: { labelsStored: 1 } });
    expect(await curate(unlabelled.patientId)).toMatchObject({ state: 'done', counts: { labelsStored: 0 } });
  }, 60_000);

  it('follow a review in which names and notes are canaries', async () => {
    const [target] = await world.sql<{ id: string }>(
      'SELECT target.id FROM target JOIN patient ON patient.id = patient_id WHERE mrn = $1',
      [labelled.patientId],
    );
    const words = { reviewer: CANARY, note: `${CANARY} is not a lesion` };
    const { body } = await http
      .post(`${API}/reviews`)
      .send({ target: target!.id, ...words })
      .expect(201);
    const review = `${API}/reviews/${(body as { id: string }).id}`;
    const { body: decided } = await http
      .post(review)
      .send({ decision: 'reject', ...words })
      .expect(200);
    expect(await endOfRun(http, (decided as { run: { id: string } }).run.id)).toMatchObject({ state: 'done' });
    const again = await http.post(review).send({ decision: 'reject', ...words });
    expect(again.status).toBe(409);
    bodies.push(again.text);
  }, 60_000);

  it('fail when the database, the FHIR server and the PACS speak of patients in their errors', async () => {
    await world.sql(`
      CREATE FUNCTION refuse() RETURNS trigger AS $$
        BEGIN RAISE EXCEPTION '${CANARY} %', NEW USING DETAIL = '${CANARY}', HINT = '${CANARY}'; END $$ LANGUAGE plpgsql;
      CREATE TRIGGER refuse BEFORE INSERT ON link FOR EACH ROW EXECUTE FUNCTION refuse();
      UPDATE patient SET input_revision = input_revision + 1`);
    const run = await curate(labelled.patientId);
    expect(run).toMatchObject({ state: 'incomplete', problems: ['unexpected QueryFailedError; see the log'] });
    expect(service.output()).toContain('QueryFailedError');
    const { body } = await http.post(`${API}/sync`).expect(202);
    const sync = await endOfRun(http, (body as { id: string }).id);
    expect(sync).toMatchObject({ state: 'incomplete', problems: [expect.stringContaining('see the log')] });
    await world.sql('DROP TRIGGER refuse ON link');
    world.fhir.failNext({ status: 403, body: `<html>${CANARY}</html>`, headers: { 'x-reason': CANARY } });
    const forbidden = await curate(labelled.patientId);
    expect(forbidden).toMatchObject({ state: 'incomplete', problems: [expect.stringContaining('FHIR server')] });
    world.fhir.failNext({ status: 200, body: `{"resourceType": "${CANARY}" `, headers: { 'content-type': CANARY } });
    expect(await curate(labelled.patientId)).toMatchObject({ state: 'incomplete' });
  }, 120_000);

  it('read a report that holds characters no database takes', async () => {
    const [report] = reportsOf(unlabelled);
    const odd = `MRI prostate ${CANARY} \u0000 and \ud800: Lesion 1: 8 mm, left mid PZ, PI-RADS 3.`;
    await world.fhir.put({ ...report!, id: 'odd', status: 'final', presentedForm: undefined!, conclusion: odd });
    const { body } = await http.post(`${API}/sync`).expect(202);
    expect(await endOfRun(http, (body as { id: string }).id)).toMatchObject({ state: 'done', problems: [] });
  }, 60_000);
});

describe('requests', () => {
  it('fail in every way with a canary in path, query, headers and body', async () => {
    const failing = [
      await http.get(path(`${CANARY}-unknown`, 'labels')),
      await http.get(`/api/v1/${CANARY}?name=${CANARY}`),
      await http.get(`/${CANARY}/%E4`),
      await http.get(`${API}/patients/${CANARY}%E4/labels`),
      await http.get(`${API}/runs/${CANARY}`).set('user-agent', CANARY).set('x-correlation-id', `${CANARY}, 1`),
      await http.get(`${API}/exclusions`).query({ format: CANARY }),
      await http.get(path('1', 'labels')).query(`issuer=${CANARY}&issuer=${CANARY}`),
      await http.post(`${API}/extractions`).type('json').send(`${CANARY} {"kind": "${CANARY}`),
      await http.post(`${API}/extractions`).send({ kind: CANARY, text: [CANARY], [CANARY]: 1 }),
      await http.post(`${API}/extractions`).type(`text/${CANARY}`).send(CANARY),
      await http.post(`${API}/targets`).send({ [CANARY]: CANARY }),
      await http.get(`${API}/reviews/${CANARY}`),
      await http.get(`${API}/reviews`).query({ state: CANARY, patient: CANARY, after: CANARY }),
      await http.post(`${API}/reviews`).send({ target: CANARY, note: [CANARY] }),
      await http.post(`${API}/reviews/${CANARY}`).send({ decision: CANARY, reviewer: [CANARY], candidate: CANARY }),
      await http.post(`${API}/targets`).attach(CANARY, Buffer.from(CANARY), `${CANARY}.csv`),
      await http.post(`${API}/targets`).type('text/csv').set('content-encoding', CANARY).send(CANARY),
    ];
    for (const response of failing) {
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
      bodies.push(response.text);
    }
    const refused = await http
      .post(`${API}/targets`)
      .send([{ patient_id: CANARY, procedure_date: CANARY, label: CANARY, x: CANARY, coordinate_system: 'LPS' }]);
    expect(refused.body).toMatchObject({ refused: [{ row: 1 }] });
    bodies.push(refused.text);
  });

  it('are logged by their route, under the correlation id of the answer', async () => {
    const id = 'correlation-of-this-test';
    await http.get(path(labelled.patientId, 'labels')).set('x-correlation-id', id).expect(200);
    await http
      .get(path(`${CANARY}-unknown`, 'labels'))
      .set('x-correlation-id', id)
      .expect(404);
    expect(await linesOf(id, 2)).toMatchObject([
      { method: 'GET', route: `${API}/patients/:mrn/labels`, status: 200 },
      { method: 'GET', route: `${API}/patients/:mrn/labels`, status: 404 },
    ]);
    const broken = await http.post(`${API}/extractions`).type('json').send('{').expect(400);
    expect(await linesOf(broken.headers['x-correlation-id']!, 1)).toMatchObject([{ method: 'POST', status: 400 }]);
  });

  it('answer 500 without the cause, which the log holds under the same id', async () => {
    await world.sql('ALTER TABLE label RENAME TO lost');
    const failed = await http.get(path(labelled.patientId, 'labels')).expect(500);
    const csv = await http.get(`${API}/yield`).expect(500);
    await world.sql('ALTER TABLE lost RENAME TO label');
    for (const { body, text, headers } of [failed, csv]) {
      const { correlationId, detail } = body as { correlationId: string; detail: string };
      expect(correlationId).toBe(headers['x-correlation-id']);
      expect(detail).toContain('unexpected');
      expect(text).not.toMatch(/\blabel\b|\brelation\b|select|QueryFailed|\.js\b/i);
      expect(await linesOf(correlationId, 2)).toContainEqual(
        expect.objectContaining({
          msg: 'Request failed',
          error: expect.objectContaining({ name: 'QueryFailedError', code: '42P01', frames: expect.any(Array) }),
        }),
      );
      bodies.push(text);
    }
  });

  it('break off a CSV that cannot be finished, so that it does not look complete', async () => {
    await world.sql('ALTER TABLE exclusion RENAME TO lost');
    await expect(http.get(`${API}/exclusions?format=csv`)).rejects.toThrow(/aborted|socket|hang up/i);
    await world.sql('ALTER TABLE lost RENAME TO exclusion');
    await http.get(`${API}/exclusions?format=csv`).expect(200);
  });
});

describe('nothing of a patient', () => {
  const hasCanary = (text: string) => text.toUpperCase().includes(CANARY);

  it('is in error bodies', () => {
    expect(bodies.length).toBeGreaterThan(10);
    expect(bodies.filter(hasCanary)).toEqual([]);
  });

  it('is in the metrics', async () => {
    expect(hasCanary((await http.get('/metrics').expect(200)).text)).toBe(false);
  });

  it('is in the job queue', async () => {
    const jobs = await world.sql<{ row: string; data: object; output: object | null }>(
      'SELECT job::text AS row, data, output FROM jobs.job',
    );
    expect(jobs.length).toBeGreaterThan(5);
    expect(jobs.some(({ output }) => output !== null)).toBe(true);
    expect(jobs.filter(({ row }) => hasCanary(row))).toEqual([]);
    for (const { data } of jobs) {
      for (const value of Object.values(data)) expect(value).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('is in the runs and what they say of their problems', async () => {
    const rows = await world.sql<{ row: string }>(
      'SELECT run::text AS row FROM run UNION ALL SELECT run_patient::text FROM run_patient',
    );
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.filter(({ row }) => hasCanary(row))).toEqual([]);
    expect(hasCanary((await http.get(`${API}/runs`).expect(200)).text)).toBe(false);
  });

  it('is in the log, which was told to leave nothing out', () => {
    const lines = service.output().trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(50);
    expect(lines.filter(hasCanary)).toEqual([]);
    // Every line is JSON: nothing went past the logger.
    for (const line of lines.filter((one) => !one.startsWith('{'))) expect(line).toBe('');
    const numbers = [MRN_SYSTEM, labelled.birthDate, labelled.exam.accession];
    expect(lines.filter((line) => numbers.some((number) => line.includes(number)))).toEqual([]);
  });
});
