import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { generateCohort } from '../fixtures/cohort/cohort.js';
import { type FaultProxy, type ProxiedRequest, startFaultProxy } from '../fixtures/servers/fault-proxy.js';
import { startOrthanc } from '../fixtures/servers/orthanc.js';
import { type EndState, endState, forgetLabels, importTargets, segUids, storedUids } from './end-state.js';
import { type ServiceProcess, startProcess } from './service-process.js';
import { API, type RunAnswer, spawnService, type SpawnedService } from './service.js';
import { startWorld, type World } from './world.js';

const cohort = generateCohort({ seed: 21, patients: 6 });

let world: World;
let proxy: FaultProxy;
let env: Record<string, string>;
let faultFree: EndState;
let storageDir: string;

beforeAll(async () => {
  storageDir = await mkdtemp(join(tmpdir(), 'lesion-curator-kill-'));
  world = await startWorld({ orthanc: { storageDir } });
  proxy = await startFaultProxy(world.orthanc.dicomwebUrl);
  env = { ...world.env, DICOMWEB_BASE_URL: proxy.url };
  await world.loadCohort(cohort);
  await importTargets(world, cohort);
  expect((await world.cli('sync')).code).toBe(0);
  faultFree = await endState(world);
}, 120_000);

afterAll(async () => {
  await proxy?.stop();
  await world?.stop();
  await rm(storageDir, { recursive: true, force: true });
});

const isStow = ({ method }: ProxiedRequest) => method === 'POST';
/** The index reads the small studies of the cohort whole; of a series alone, the slices are asked for. */
const isIndexing = ({ url }: ProxiedRequest) => /\/studies\/[\d.]+\/metadata/.test(url);
const isSlices = ({ url }: ProxiedRequest) => /\/series\/[\d.]+\/metadata/.test(url);
const isReadBack = ({ url }: ProxiedRequest) => /\/instances\/[\d.]+$/.test(url);

/** Kills the process when the n-th request of a kind reaches the proxy, or so long after. */
function killAt(process: ServiceProcess, isKind: (request: ProxiedRequest) => boolean, nth: number, afterMs = 0): void {
  whenSeen(isKind, nth, () => setTimeout(() => process.kill('SIGKILL'), afterMs));
}

function whenSeen(isKind: (request: ProxiedRequest) => boolean, nth: number, act: () => unknown): void {
  let seen = 0;
  const watch = (request: ProxiedRequest): boolean => {
    if (isKind(request) && ++seen === nth) act();
    return false;
  };
  proxy.plan({ kind: 'reset' }, watch);
}

/** A sync that nothing disturbs any more, whatever came before. */
async function syncAgain(): Promise<EndState> {
  const { code, stdout, stderr } = await world.cli('sync');
  expect({ code, stdout: code === 0 ? '' : stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
  return endState(world);
}

describe('kill -9 of a sync', () => {
  beforeEach(async () => {
    await forgetLabels(world);
    proxy.requests.length = 0;
  });
  afterEach(() => proxy.clearPlans());

  it('has something to lose', () => {
    expect(faultFree.segs).toHaveLength(3);
    // One of them of a patient whose lesion has no stated size.
    expect(faultFree.reports).toHaveLength(4);
    expect(faultFree.tables['patient still due']).toEqual([]);
  });

  it.each([
    { point: 'the second study is being indexed', isKind: isIndexing, nth: 2 },
    { point: 'the slices of the second T2 are asked for', isKind: isSlices, nth: 2 },
    { point: 'the first label is sent', isKind: isStow, nth: 1 },
    { point: 'the third object is read back', isKind: isReadBack, nth: 3 },
    { point: 'the last object is read back', isKind: isReadBack, nth: 7 },
  ])('when $point', async ({ isKind, nth }) => {
    const sync = startProcess('cli', ['sync'], env);
    killAt(sync, isKind, nth);
    expect(await sync.exited).toBeNull();
    expect(await syncAgain()).toEqual(faultFree);
  });

  it('while the PACS stores a label', async () => {
    const sync = startProcess('cli', ['sync'], env);
    killAt(sync, isStow, 2, 150);
    proxy.plan({ kind: 'delay', ms: 1000 }, isStow);
    proxy.plan({ kind: 'delay', ms: 1000 }, isStow);
    expect(await sync.exited).toBeNull();
    expect(await syncAgain()).toEqual(faultFree);
  });

  it('while the FHIR server gives a page', async () => {
    const sync = startProcess('cli', ['sync'], env);
    const before = world.fhir.requests.length;
    world.fhir.delayMs = 100;
    while (world.fhir.requests.length < before + 3) await sleep(5);
    sync.kill('SIGKILL');
    world.fhir.delayMs = 0;
    expect(await sync.exited).toBeNull();
    expect(await syncAgain()).toEqual(faultFree);
  });

  it('again and again, at any time', async () => {
    const killedAfterMs: number[] = [];
    for (let kill = 0; kill < 3; kill++) {
      const sync = startProcess('cli', ['sync'], env);
      // The clock starts when the program does something, for it takes long to start on a busy machine.
      const before = proxy.requests.length;
      while (proxy.requests.length === before) await sleep(5);
      const afterMs = Math.round(Math.random() * 400);
      killedAfterMs.push(afterMs);
      await sleep(afterMs);
      sync.kill('SIGKILL');
      await sync.exited;
    }
    expect({ killedAfterMs, ...(await syncAgain()) }).toEqual({ killedAfterMs, ...faultFree });
  });
});

describe('kill -9 of the PACS', () => {
  beforeEach(async () => forgetLabels(world));
  afterEach(() => proxy.clearPlans());

  it('while labels are sent: what it acknowledged is there after its restart, and the rest follows', async () => {
    const { orthanc } = world;
    let restarted: Promise<void> | undefined;
    whenSeen(isStow, 2, () => {
      restarted = orthanc.kill().then(async () => {
        const { password, url } = orthanc;
        world.orthanc = await startOrthanc({ storageDir, password, port: Number(new URL(url).port) });
      });
    });
    const during = await startProcess('cli', ['sync'], env).exited;
    await restarted;
    expect([0, 2]).toContain(during);
    const acknowledged = await world.sql<{ uid: string }>(
      `SELECT sop_instance_uid AS uid FROM label WHERE state = 'stored'`,
    );
    const present = await Promise.all([segUids(world.orthanc), storedUids(world.orthanc, 'SR')]);
    expect(present.flat()).toEqual(expect.arrayContaining(acknowledged.map(({ uid }) => uid)));
    await world.sql('UPDATE label SET not_before = NULL');
    expect(await syncAgain()).toEqual(faultFree);
  });
});

describe('the service', () => {
  beforeEach(async () => forgetLabels(world));
  afterEach(() => proxy.clearPlans());

  const post = async ({ url }: SpawnedService) =>
    (await (await fetch(`${url}${API}/sync`, { method: 'POST' })).json()) as RunAnswer;
  const endOf = async ({ url }: SpawnedService, id: string): Promise<RunAnswer> => {
    for (;;) {
      const run = (await (await fetch(`${url}${API}/runs/${id}`)).json()) as RunAnswer;
      if (run.state === 'done' || run.state === 'incomplete') return run;
      await sleep(100);
    }
  };

  it('killed in the middle of a sync: whoever asks next gets the same run, and it ends', async () => {
    const first = await spawnService({ ...env, PORT: '' });
    whenSeen(isStow, 1, () => first.kill('SIGKILL'));
    const run = await post(first);
    expect(await first.ended).toBe('SIGKILL');
    const second = await spawnService({ ...env, PORT: '' });
    expect((await post(second)).id).toBe(run.id);
    expect(await endOf(second, run.id)).toMatchObject({ state: 'done', problems: [] });
    expect(await endState(world)).toEqual(faultFree);
    second.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  });

  // The run went on until the grace time was over, so that a container was killed before it could hand back.
  it('ended in the middle of a sync: hands the run back at once, and another worker goes on', async () => {
    const first = await spawnService({ ...env, PORT: '' });
    for (let times = 0; times < 3; times++) proxy.plan({ kind: 'delay', ms: 1000 }, isStow);
    whenSeen(isIndexing, 3, () => first.kill('SIGTERM'));
    const run = await post(first);
    expect(await first.ended).toBe(0);
    const [handedBack] = await world.sql<{ state: string }>('SELECT state FROM run WHERE id = $1', [run.id]);
    expect(handedBack).toEqual({ state: 'queued' });
    const worker = startProcess('worker', [], env);
    while ((await world.sql(`SELECT FROM run WHERE state IN ('done', 'incomplete')`)).length === 0) await sleep(100);
    expect(await endState(world)).toEqual(faultFree);
    worker.kill('SIGTERM');
    expect(await worker.exited).toBe(0);
  });
});
