import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { YieldRow } from '../../src/modules/curation/yield.repository.js';
import { generateCohort } from '../fixtures/cohort/cohort.js';
import { type FaultProxy, type ProxiedRequest, startFaultProxy } from '../fixtures/servers/fault-proxy.js';
import { forgetLabels, importTargets, segUids } from './end-state.js';
import { API, endOfRun, type RunAnswer, type Service, startService } from './service.js';
import { runCli, startWorld, type World } from './world.js';

const patients = generateCohort({ seed: 33, patients: 4 }).patients.filter(({ scenario }) => scenario === 'labelled');
const victimStudy = patients[0]!.studies.at(-1)!.studyInstanceUid;

let world: World;
let proxy: FaultProxy;
let service: Service;
let env: Record<string, string>;

beforeAll(async () => {
  world = await startWorld();
  proxy = await startFaultProxy(world.orthanc.dicomwebUrl);
  env = { ...world.env, LOG_LEVEL: 'error', DICOMWEB_BASE_URL: proxy.url, LABEL_SEND_ATTEMPTS: '2' };
  await world.loadCohort({ seed: 33, patients });
  await importTargets(world, { patients });
  service = await startService(env);
}, 120_000);
afterAll(async () => {
  await service?.stop();
  await proxy?.stop();
  await world?.stop();
});

const isStow = ({ method, url }: ProxiedRequest) => method === 'POST' && url.includes(victimStudy);
const cli = (...args: string[]) => runCli(args, env);
const stows = () => proxy.requests.filter(isStow).length;
const victim = async () => {
  const [row] = await world.sql<{ id: string; state: string; outcome: string; tries: number; attempts: number }>(
    `SELECT id, state, last_outcome AS outcome, tries, attempts FROM label WHERE kind = 'SEG' AND study_instance_uid = $1`,
    [victimStudy],
  );
  return row!;
};
const givenUpLines = (log: string) => log.split('\n').filter((line) => line.includes('Label given up'));

/** A PACS that is too busy for this label, so often. */
const refuse = (times: number) => {
  for (let time = 0; time < times; time++) proxy.plan({ kind: 'status', status: 503 }, isStow);
};

async function sync() {
  const { code, stdout, stderr } = await cli('sync', '--json');
  const { run, yield: rows } = JSON.parse(stdout) as { run: RunAnswer; yield: YieldRow[] };
  return { code, run, rows, stderr };
}

describe('a label that the PACS never takes', () => {
  beforeEach(async () => {
    await forgetLabels(world);
    proxy.requests.length = 0;
    refuse(2);
  });
  afterEach(() => proxy.clearPlans());

  it('is given up after the tries that the setting allows: counted, explained, said once; and not tried again', async () => {
    const first = await sync();
    expect(first.run).toMatchObject({ state: 'done', counts: { labelsStored: patients.length - 1, labelsFailed: 1 } });
    expect(await victim()).toMatchObject({ state: 'failed', outcome: 'not found after status 503', tries: 2 });
    const lines = givenUpLines(first.stderr);
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ level: 50, labelId: (await victim()).id, outcome: 'not found after status 503' }),
    ]);

    for (const { in: total, kept, pending, dropped } of first.rows)
      expect(kept + pending + Object.values(dropped).reduce((sum, count) => sum + count, 0)).toBe(total);
    const targets = first.rows.find(({ unit }) => unit === 'targets')!;
    expect(targets.dropped).toEqual({ 'store-failed': patients[0]!.targets.length });
    const exclusions = await cli('exclusions', '--csv');
    expect(exclusions.stdout).toMatch(
      /^label,[\d.]+,.*,store-failed,The label could not be stored .*,not found after status 503/m,
    );
    expect((await cli('doctor')).stdout).toMatch(/^warning +labels +1 given up, 0 refused/m);
    const { text } = await service.http.get(`${API}/metrics`).expect(200);
    expect(text).toMatch(/lesion_curator_labels\{state="failed"\} 1/);

    const before = stows();
    const second = await sync();
    expect(second.run).toMatchObject({ state: 'done', problems: [], counts: { labelsFailed: 0 } });
    expect(givenUpLines(second.stderr)).toEqual([]);
    expect(stows()).toBe(before);
    expect(await segUids(world.orthanc)).toHaveLength(patients.length - 1);
  }, 60_000);

  it('is sent again when a person says so, over REST', async () => {
    await sync();
    const { id } = await victim();
    const { body } = await service.http.post(`${API}/labels/${id}/send`).expect(202);
    expect(await endOfRun(service.http, (body as RunAnswer).id)).toMatchObject({
      state: 'done',
      counts: { labelsStored: 1 },
    });
    expect(await victim()).toMatchObject({ state: 'stored', tries: 0, attempts: 3 });
    const refused = await service.http.post(`${API}/labels/${id}/send`).expect(409);
    expect(refused.body).toMatchObject({
      detail: 'The label is neither failed nor rejected, nor was its removal given up.',
    });
    await service.http.post(`${API}/labels/${id.replace(/^./, '0')}/send`).expect(404);
    expect(await segUids(world.orthanc)).toHaveLength(patients.length);
    const { text } = await service.http.get(`${API}/metrics`).expect(200);
    expect(text).toMatch(/lesion_curator_labels\{state="failed"\} 0/);
  }, 60_000);

  it('is sent again when a person says so, on the command line; and may be given up again', async () => {
    await sync();
    refuse(2);
    expect(await cli('send', '--failed')).toMatchObject({
      code: 2,
      stdout: 'stored 0 · rejected 0 · removed 0 · failed 1 · waiting 0\n',
    });
    const { id, tries, attempts } = await victim();
    expect({ tries, attempts }).toEqual({ tries: 2, attempts: 4 });
    expect(await cli('send', id)).toMatchObject({
      code: 0,
      stdout: 'stored 1 · rejected 0 · removed 0 · failed 0 · waiting 0\n',
    });
    expect(await cli('send', id)).toMatchObject({ code: 64, stderr: expect.stringContaining('No label of this id') });
    expect(await cli('send')).toMatchObject({ code: 64 });
  }, 60_000);
});

describe('a PACS that cannot be reached', () => {
  it('costs no label a try, until the days that the setting allows are over', async () => {
    await forgetLabels(world);
    const down = { ...env, DICOMWEB_STOW_URL: 'http://127.0.0.1:1/dicom-web', LABEL_SEND_ATTEMPTS: '1' };
    // One patient is always seen to by the process that was asked, whose PACS is down.
    const syncVictim = () => runCli(['sync', '--patient', patients[0]!.patientId], down);
    expect((await syncVictim()).code).toBe(2);
    expect(await victim()).toMatchObject({ state: 'unknown', outcome: 'refused', tries: 0 });
    await world.sql(`UPDATE label SET trying_since = now() - interval '8 days', not_before = NULL`);
    await syncVictim();
    expect(await victim()).toMatchObject({ state: 'failed', outcome: 'refused' });
  }, 60_000);

  it('ends what no attempt of which ever came to an end', async () => {
    await forgetLabels(world);
    await sync();
    await world.sql(
      `UPDATE label SET state = 'sending', tries = 2, lease_until = now() - interval '1 s' WHERE id = $1`,
      [(await victim()).id],
    );
    await sync();
    expect(await victim()).toMatchObject({ state: 'failed', outcome: 'every attempt broke off' });
  }, 60_000);
});
