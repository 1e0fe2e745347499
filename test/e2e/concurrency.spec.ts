import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { NightlyService } from '../../src/modules/curation/nightly.service.js';
import { RunService } from '../../src/modules/curation/run.service.js';
import { generateCohort } from '../fixtures/cohort/cohort.js';
import { type FaultProxy, startFaultProxy } from '../fixtures/servers/fault-proxy.js';
import { type EndState, endState, forgetLabels, importTargets, segUids } from './end-state.js';
import { API, endOfRun, type RunAnswer, type Service, startService } from './service.js';
import { startProcess } from './service-process.js';
import { runCli, startWorld, type World } from './world.js';

const cohort = generateCohort({ seed: 41, patients: 5 });
const [{ patientId }] = cohort.patients as unknown as [(typeof cohort.patients)[number]];

let world: World;
let proxy: FaultProxy;
let env: Record<string, string>;
let faultFree: EndState;
const services: Service[] = [];

beforeAll(async () => {
  world = await startWorld();
  proxy = await startFaultProxy(world.orthanc.dicomwebUrl);
  env = { ...world.env, DICOMWEB_BASE_URL: proxy.url };
  await world.loadCohort(cohort);
  await importTargets(world, cohort);
  expect((await world.cli('sync')).code).toBe(0);
  faultFree = await endState(world);
}, 120_000);
beforeEach(async () => forgetLabels(world));
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
});
afterAll(async () => {
  await proxy?.stop();
  await world?.stop();
});

async function start(extra: Record<string, string> = {}): Promise<Service> {
  const service = await startService({ ...env, ...extra });
  services.push(service);
  return service;
}

const runs = () =>
  world.sql<{ kind: string; state: string; epoch: number; problems: string[] }>(
    'SELECT kind, state, epoch, problems FROM run ORDER BY created_at',
  );

async function endOfRuns(): Promise<void> {
  while ((await world.sql(`SELECT FROM run WHERE state IN ('queued', 'running')`)).length > 0)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

describe('at the same time', () => {
  it('fifty requests to curate a patient: one run, executed once, the same answer', async () => {
    const service = await start();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => service.http.post(`${API}/patients/${encodeURIComponent(patientId)}/curate`)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const ids = new Set(answers.map(({ body }) => (body as RunAnswer).id));
    expect(ids.size).toBe(1);
    expect(await endOfRun(service.http, [...ids][0]!)).toMatchObject({ state: 'done', counts: { labelsStored: 1 } });
    expect(await runs()).toEqual([{ kind: 'patient', state: 'done', epoch: 1, problems: [] }]);
    expect(await segUids(world.orthanc)).toHaveLength(1);
  }, 60_000);

  it('the clocks of five replicas: one run a day', async () => {
    const replicas: Service[] = [];
    while (replicas.length < 5) replicas.push(await start());
    const tonight = new Date('2026-03-10T02:00:00Z');
    const ticks = replicas.map(({ app }) => app.get(NightlyService));
    await Promise.all(ticks.map((clock) => clock.tick(tonight)));
    await endOfRuns();
    await Promise.all(ticks.map((clock) => clock.tick(tonight)));
    expect(await runs()).toEqual([{ kind: 'nightly', state: 'done', epoch: 1, problems: [] }]);
    expect(await endState(world)).toEqual(faultFree);
    await ticks[0]!.tick(new Date('2026-03-11T02:00:00Z'));
    await endOfRuns();
    expect(await runs()).toHaveLength(2);
    expect(await endState(world)).toEqual(faultFree);
  }, 60_000);

  it('two syncs from the command line: one result', async () => {
    const both = await Promise.all([runCli(['sync'], env), runCli(['sync'], env)]);
    expect(both.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
      { code: 0, stderr: '' },
      { code: 0, stderr: '' },
    ]);
    expect(await endState(world)).toEqual(faultFree);
  }, 60_000);

  it('a sync, the nightly run and the curation of one patient: one result', async () => {
    const service = await start();
    const run = service.app.get(RunService);
    await Promise.all([
      run.startSync(),
      run.startNightly('2026-03-10'),
      service.http.post(`${API}/patients/${encodeURIComponent(patientId)}/curate`).expect(202),
    ]);
    await endOfRuns();
    expect((await runs()).map(({ state, problems }) => ({ state, problems }))).toEqual(
      Array(3).fill({ state: 'done', problems: [] }),
    );
    expect(await endState(world)).toEqual(faultFree);
  }, 60_000);

  it('two workers and a sync: no more requests to the PACS than PACS_MAX_IN_FLIGHT', async () => {
    const capped = await startFaultProxy(world.orthanc.dicomwebUrl);
    const environment = { ...env, DICOMWEB_BASE_URL: capped.url, PACS_MAX_IN_FLIGHT: '2' };
    for (let times = 0; times < 200; times++) capped.plan({ kind: 'delay', ms: 20 });
    const workers = [startProcess('worker', [], environment), startProcess('worker', [], environment)];
    expect((await runCli(['sync'], environment)).code).toBe(0);
    expect(capped.mostAtOnce()).toBe(2);
    expect(await endState(world)).toEqual(faultFree);
    for (const worker of workers) worker.kill('SIGTERM');
    expect(await Promise.all(workers.map(({ exited }) => exited))).toEqual([0, 0]);
    await capped.stop();
  }, 60_000);
});

describe('outside the hours of PACS_WINDOW', () => {
  /** The minute after next, for one minute: closed now and while the test runs. */
  const closed = () => {
    const [from, to] = [12, 13].map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16));
    return { PACS_WINDOW: `${from}-${to}`, NIGHTLY_TIME_ZONE: 'UTC' };
  };

  it('the nightly run is incomplete and says why, and leaves the PACS alone; on demand still works', async () => {
    const service = await start(closed());
    const before = proxy.requests.length;
    await service.app.get(NightlyService).tick(new Date());
    await endOfRuns();
    expect(await runs()).toMatchObject([
      { kind: 'nightly', state: 'incomplete', problems: [expect.stringMatching(/patients: PACS_WINDOW closed first/)] },
    ]);
    expect(proxy.requests.length).toBe(before);
    const { body } = await service.http.post(`${API}/patients/${encodeURIComponent(patientId)}/curate`).expect(202);
    expect(await endOfRun(service.http, (body as RunAnswer).id)).toMatchObject({ counts: { labelsStored: 1 } });
    expect((await world.cli('sync')).code).toBe(0);
    expect(await endState(world)).toEqual(faultFree);
  }, 60_000);

  // The outbox was emptied at the end of every run, whatever the hour.
  it('labels that wait are not sent by the nightly run', async () => {
    expect((await runCli(['sync'], env)).code).toBe(0);
    await world.sql(`UPDATE label SET state = 'unknown'`);
    const service = await start(closed());
    const before = proxy.requests.length;
    await service.app.get(NightlyService).tick(new Date());
    await endOfRuns();
    expect((await runs()).at(-1)?.problems).toContainEqual(expect.stringMatching(/labels wait for the PACS/));
    expect(proxy.requests.length).toBe(before);
  }, 60_000);
});
