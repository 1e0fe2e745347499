import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RunService } from '../../src/modules/curation/run.service.js';
import { generateCohort, type CohortPatient } from '../fixtures/cohort/cohort.js';
import { endState, forgetLabels } from './end-state.js';
import { API, type Service, startService } from './service.js';
import { startWorld, type World } from './world.js';

const [changing, other] = generateCohort({ seed: 52, patients: 3 }).patients.filter(
  ({ scenario }) => scenario === 'labelled',
) as unknown as [CohortPatient, CohortPatient];

type Point = readonly [label: string, x: number, y: number, z: number];
const pointsOf = ({ targets }: CohortPatient): Point[] =>
  targets.map(({ label, pointLps: [x, y, z] }) => [label, x, y, z]);
const original = pointsOf(changing);
/** The first point a millimetre away. */
const moved: Point[] = original.map(([label, x, y, z], index) => [label, x + (index === 0 ? 1 : 0), y, z]);

let world: World;
let service: Service;

beforeAll(async () => {
  world = await startWorld();
  await world.loadCohort({ seed: 52, patients: [changing, other] });
  service = await startService(world.env);
}, 120_000);
afterAll(async () => {
  await service?.stop();
  await world?.stop();
});
beforeEach(async () => {
  for (const patient of [changing, other]) await importPoints(pointsOf(patient), { patient });
  await sync();
}, 60_000);
afterEach(async () => {
  await world.sql('TRUNCATE target, patient CASCADE');
  await forgetLabels(world);
});

interface Counts {
  imported: number;
  corrected: number;
  unchanged: number;
  withdrawn: number;
}

/** By the command line, from a tree of case folders. */
async function importPoints(
  points: Point[],
  { patient = changing, name = 'Preop/targets.csv', options = [] as string[] } = {},
): Promise<Counts> {
  const folder = join(world.folder, randomUUID());
  const file = join(folder, `${patient.patientId}-${patient.biopsyDate.replaceAll('-', '')}`, name);
  await mkdir(dirname(file), { recursive: true });
  const rows = points.map((point) => [...point, 'LPS'].join(','));
  await writeFile(file, ['label,x,y,z,coordinate_system', ...rows, ''].join('\n'));
  const { stdout } = await world.cli('import-targets', folder, ...options);
  const { imported, corrected, unchanged, withdrawn } = JSON.parse(stdout) as Counts;
  return { imported, corrected, unchanged, withdrawn };
}

async function sync() {
  const runs = service.app.get(RunService);
  const { state, problems, counts } = await runs.executeToTheEnd((await runs.createSync({})).id);
  expect({ state, problems }).toEqual({ state: 'done', problems: [] });
  return counts;
}

interface Target {
  id: string;
  label: string;
  pointLps: number[];
  source: string;
  state: string;
  withdrawnBecause: string | null;
  replacedBy: string | null;
}
async function targets(): Promise<Target[]> {
  const { body } = await service.http.get(`${API}/targets`).query({ patient: changing.patientId }).expect(200);
  return body as Target[];
}
const active = async () => (await targets()).filter(({ state }) => state === 'active');
const labels = (mrn = changing.patientId) =>
  world.sql<{ version: number; state: string; tracking: string[] }>(
    `SELECT version, label.state, jsonb_path_query_array(segments, '$[*].trackingUid') AS tracking
     FROM label JOIN patient ON patient.id = patient_id WHERE mrn = $1 AND label.kind = 'SEG' ORDER BY version`,
    [mrn],
  );
const targetsIn = async () => {
  const { body } = await service.http.get(`${API}/yield`).expect(200);
  const [row] = body as { in: number; kept: number; pending: number; dropped: Record<string, number> }[];
  expect(row!.kept + row!.pending + Object.values(row!.dropped).reduce((a, b) => a + b, 0)).toBe(row!.in);
  return row!.in;
};

const none = { imported: 0, corrected: 0, unchanged: 0, withdrawn: 0 };

describe('a file that is imported again', () => {
  it('with another coordinate: the target is replaced, the label superseded, the lesion the same', async () => {
    const before = await active();
    const count = await targetsIn();
    expect(await importPoints(moved)).toEqual({ ...none, corrected: 1, unchanged: original.length - 1 });
    expect(await targetsIn()).toBe(count);
    // The other patient has nothing to do.
    expect(await sync()).toMatchObject({ patientsCurated: 1, reportsExtracted: 0, labelsPlanned: 1, labelsStored: 1 });

    const [first, second, ...more] = await labels();
    expect(more).toEqual([]);
    expect(first).toMatchObject({ version: 1, state: 'superseded' });
    expect(second).toMatchObject({ version: 2, state: 'stored', tracking: first!.tracking });
    expect(await labels(other.patientId)).toMatchObject([{ version: 1, state: 'stored' }]);

    const old = (await targets()).find(({ state }) => state === 'withdrawn')!;
    const heir = (await active()).find(({ id }) => id === old.replacedBy)!;
    expect(old).toMatchObject({ withdrawnBecause: 'replaced', label: heir.label, source: 'Preop/targets.csv' });
    expect(heir.pointLps[0]! - old.pointLps[0]!).toBeCloseTo(1, 9);
    expect(await active()).toHaveLength(before.length);
  }, 60_000);

  it('unchanged: nothing changes, in whatever order its rows are', async () => {
    const before = await endState(world);
    expect(await importPoints(original.toReversed())).toEqual({ ...none, unchanged: original.length });
    expect(await endState(world)).toEqual(before);
    expect(await sync()).not.toHaveProperty('patientsCurated');
  }, 60_000);

  it('as it was before it was corrected: the first target counts again', async () => {
    const before = await active();
    await importPoints(moved);
    expect(await importPoints(original)).toEqual({ ...none, corrected: 1, unchanged: original.length - 1 });
    expect(await active()).toEqual(before);
    await sync();
    expect(await labels()).toMatchObject([{ version: 1, state: 'stored' }]);
  }, 60_000);

  it('without a target: it stays, unless the file is said to be complete', async () => {
    await importPoints([...original, ['Extra', 0, 0, 0]]);
    const count = await targetsIn();
    expect(await importPoints(original)).toEqual({ ...none, unchanged: original.length });
    expect(await targetsIn()).toBe(count);
    const unreadable: Point[] = [...original, ['Broken', NaN, 0, 0]];
    expect(await importPoints(unreadable, { options: ['--replace'] })).toMatchObject({ withdrawn: 0 });
    expect(await importPoints(original, { options: ['--replace'] })).toMatchObject({ withdrawn: 1 });
    expect(await targetsIn()).toBe(count - 1);
    expect(await targets()).toContainEqual(
      expect.objectContaining({ label: 'Extra', state: 'withdrawn', withdrawnBecause: 'missing', replacedBy: null }),
    );
    await importPoints([...original, ['Extra', 0, 0, 0]]);
    expect(await targetsIn()).toBe(count);
  }, 60_000);

  it('twice at once, with different corrections: one of them holds', async () => {
    const shifted = (mm: number) => moved.map(([label, x, y, z]): Point => [label, x + mm, y, z]);
    const post = (points: Point[]) =>
      service.http
        .post(`${API}/targets`)
        .query({ patient: changing.patientId, date: changing.biopsyDate, source: 'Preop/targets.csv' })
        .send(points.map(([label, x, y, z]) => ({ label, x, y, z, coordinate_system: 'LPS' })))
        .expect(200);
    // More than the service has connections to the database.
    await Promise.all(Array.from({ length: 20 }, (_, index) => post(shifted(2 + index))));
    expect(await active()).toHaveLength(original.length);
    const shifts = (await active()).map(({ label, pointLps }) => {
      const from = moved.find(([name]) => name === label)!;
      return Math.round(pointLps[0]! - from[1]);
    });
    expect(new Set(shifts).size).toBe(1);
  }, 60_000);
});

it('another file of the same case has targets of its own', async () => {
  const [label, x, y, z] = original[0]!;
  const needle: Point[] = [[label, x + 3, y, z]];
  expect(await importPoints(needle, { name: 'Intraop/targets.csv' })).toEqual({ ...none, imported: 1 });
  expect(await active()).toHaveLength(original.length + 1);
  expect(await importPoints(needle, { name: 'Intraop/targets.csv', options: ['--replace'] })).toMatchObject({
    withdrawn: 0,
  });
  expect(await active()).toHaveLength(original.length + 1);
}, 60_000);

it('another file that names the same points may correct them', async () => {
  const again = { name: 'Preop/again.csv' };
  expect(await importPoints(original, again)).toEqual({ ...none, unchanged: original.length });
  expect(await importPoints(moved, again)).toEqual({ ...none, corrected: 1, unchanged: original.length - 1 });
  expect(await active()).toHaveLength(original.length);
  expect(new Set((await active()).map(({ source }) => source))).toEqual(new Set([again.name]));
}, 60_000);

describe('a target that a person withdraws', () => {
  it('takes its label with it, stays away when its file comes again, and can be restored', async () => {
    const before = await active();
    const count = await targetsIn();
    for (const { id } of before) {
      const { body } = await service.http.delete(`${API}/targets/${id}`).expect(200);
      expect(body).toMatchObject({ id, state: 'withdrawn', withdrawnBecause: 'by-hand' });
      await service.http.delete(`${API}/targets/${id}`).expect(200);
    }
    expect(await targetsIn()).toBe(count - before.length);
    expect(await sync()).toMatchObject({ patientsCurated: 1 });
    expect(await labels()).toMatchObject([{ state: 'retracted' }]);
    expect(await labels(other.patientId)).toMatchObject([{ state: 'stored' }]);

    expect(await importPoints(original)).toEqual({ ...none, unchanged: original.length });
    expect(await active()).toEqual([]);
    for (const { id } of before) await service.http.post(`${API}/targets/${id}/restore`).expect(200);
    expect(await active()).toEqual(before);
    await sync();
    expect(await labels()).toMatchObject([{ version: 1, state: 'stored' }]);
  }, 60_000);

  it('is not restored beside the one that took its place', async () => {
    await importPoints(moved);
    const old = (await targets()).find(({ state }) => state === 'withdrawn')!;
    const { body } = await service.http.post(`${API}/targets/${old.id}/restore`).expect(409);
    expect(body).toMatchObject({ detail: expect.stringContaining('took its place') });
    await service.http.delete(`${API}/targets/${old.replacedBy}`).expect(200);
    await service.http.post(`${API}/targets/${old.id}/restore`).expect(200);
    expect(await active()).toHaveLength(original.length);
  });

  it('is not restored while what took the place of its successor counts', async () => {
    const further = moved.map(([label, x, y, z], index): Point => [label, x + (index === 0 ? 1 : 0), y, z]);
    await importPoints(moved);
    await importPoints(further);
    const replaced = (await targets()).filter(({ state }) => state === 'withdrawn');
    expect(replaced).toHaveLength(2);
    for (const { id } of replaced) await service.http.post(`${API}/targets/${id}/restore`).expect(409);
    expect(await active()).toHaveLength(original.length);
  });

  it('while its file is corrected over and over keeps nobody waiting in a circle', async () => {
    const post = (mm: number) =>
      service.http
        .post(`${API}/targets`)
        .query({ patient: changing.patientId, date: changing.biopsyDate, source: 'Preop/targets.csv' })
        .send(original.map(([label, x, y, z]) => ({ label, x: x + mm, y, z, coordinate_system: 'LPS' })))
        .expect(200);
    for (let mm = 1; mm <= 20; mm++) {
      const withdrawals = (await active()).map(({ id }) => service.http.delete(`${API}/targets/${id}`).expect(200));
      await Promise.all([post(mm), ...withdrawals]);
    }
  }, 60_000);

  it('must be known', async () => {
    for (const id of [randomUUID(), 'no-uuid']) {
      await service.http.delete(`${API}/targets/${id}`).expect(404);
      await service.http.post(`${API}/targets/${id}/restore`).expect(404);
    }
    await service.http.get(`${API}/targets`).expect(400);
    await service.http.get(`${API}/targets?patient=nobody`).expect(404);
    await service.http.get(`${API}/targets?patient=%00`).expect(404);
    await service.http.post(`${API}/targets?source=%00`).send([]).expect(400);
  });
});
