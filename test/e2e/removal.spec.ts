import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DiagnosticReport } from '@medplum/fhirtypes';
import { itemsOf, textOf } from '../../src/modules/dicomweb/dicom-json.js';
import { readLabel } from '../../src/modules/labels/dicom/label-reader.js';
import { dciodvfy } from '../conformance/validators.js';
import { fhirBundle, generateCohort } from '../fixtures/cohort/cohort.js';
import { type FaultProxy, type ProxiedRequest, startFaultProxy } from '../fixtures/servers/fault-proxy.js';
import { forgetLabels, importTargets, segUids } from './end-state.js';
import type { RunAnswer } from './service.js';
import { startProcess } from './service-process.js';
import { runCli, startWorld, type World } from './world.js';
import { writtenInstances } from './written-objects.js';

const patients = generateCohort({ seed: 52, patients: 3 }).patients.filter(({ scenario }) => scenario === 'labelled');
const changing = patients[0]!;
const study = changing.studies.at(-1)!.studyInstanceUid;

let world: World;
let dicomweb: FaultProxy;
let rest: FaultProxy;
let env: Record<string, string>;

beforeAll(async () => {
  world = await startWorld();
  dicomweb = await startFaultProxy(world.orthanc.dicomwebUrl);
  rest = await startFaultProxy(world.orthanc.url);
  env = { ...world.env, DICOMWEB_BASE_URL: dicomweb.url, ORTHANC_URL: rest.url };
  await world.loadCohort({ seed: 52, patients });
  await importTargets(world, { patients });
}, 120_000);
afterAll(async () => {
  await rest?.stop();
  await dicomweb?.stop();
  await world?.stop();
});

/** Every test begins with a label of each patient in the PACS. */
beforeEach(async () => {
  await world.fhir.put(report());
  await forgetLabels(world);
  for (const id of await writtenInstances(world.orthanc, ['KO'])) await world.orthanc.remove(`/instances/${id}`);
  await sync('keep');
  dicomweb.requests.length = 0;
}, 60_000);
afterEach(() => {
  dicomweb.clearPlans();
  rest.clearPlans();
});

type Removal = 'keep' | 'reject' | 'delete';

async function sync(removal: Removal, more: Record<string, string> = {}) {
  const { code, stdout } = await runCli(['sync', '--json'], { ...env, LABEL_REMOVAL: removal, ...more });
  const { run } = JSON.parse(stdout) as { run: RunAnswer };
  return { code, ...run };
}

interface Version {
  uid: string;
  version: number;
  state: string;
  removal: string | null;
  outcome: string;
}
const versions = () =>
  world.sql<Version>(
    `SELECT sop_instance_uid AS uid, version, state, removal, last_outcome AS outcome
     FROM label WHERE kind = 'SEG' AND study_instance_uid = $1 ORDER BY version`,
    [study],
  );

const report = (): DiagnosticReport => {
  const entries = fhirBundle(changing).entry ?? [];
  const found = entries.find(({ resource }) => resource?.id?.endsWith('-rad'))!.resource;
  return structuredClone(found) as DiagnosticReport;
};
const amended = (): DiagnosticReport => {
  const text = Buffer.from(report().presentedForm![0]!.data!, 'base64').toString('utf8');
  const data = Buffer.from(text.replaceAll(/1\.2( x|,| cm)/g, '1.6$1')).toString('base64');
  return { ...report(), status: 'amended', presentedForm: [{ contentType: 'text/plain; charset=utf-8', data }] };
};
const withdrawn = (): DiagnosticReport => ({ ...report(), status: 'entered-in-error' });

/** Those that reject a SEG; each has one beside it that rejects its report. */
const notes = async () => {
  const ids = await writtenInstances(world.orthanc, ['KO']);
  const all = await Promise.all(ids.map(async (id) => readLabel(await world.orthanc.file(id))));
  const ofSegs = all.filter((note) => textOf(rejectedItems(note)[0]!, '00081150') === SEGMENTATION_STORAGE);
  expect(all).toHaveLength(2 * ofSegs.length);
  return ofSegs;
};
const SEGMENTATION_STORAGE = '1.2.840.10008.5.1.4.1.1.66.4';
const titleOf = (note: ReturnType<typeof readLabel>) => textOf(itemsOf(note, '0040A043')[0]!, '00080100');
const rejectedItems = (note: ReturnType<typeof readLabel>) =>
  itemsOf(itemsOf(itemsOf(note, '0040A375')[0]!, '00081115')[0]!, '00081199');
const rejectedBy = (note: ReturnType<typeof readLabel>) => rejectedItems(note).map((item) => textOf(item, '00081155'));

describe('keep', () => {
  it('leaves a superseded label where it is', async () => {
    await world.fhir.put(amended());
    expect(await sync('keep')).toMatchObject({ code: 0, counts: { labelsStored: 1, labelsRemoved: 0 } });
    const [first, second] = await versions();
    expect([first, second]).toMatchObject([{ state: 'superseded', removal: null }, { state: 'stored' }]);
    expect(await segUids(world.orthanc)).toEqual(expect.arrayContaining([first!.uid, second!.uid]));
    expect(await notes()).toEqual([]);
  }, 60_000);
});

describe('reject', () => {
  it('a superseded label: one valid note for reasons of quality, which names it, and no second one', async () => {
    await world.fhir.put(amended());
    expect(await sync('reject')).toMatchObject({ code: 0, counts: { labelsStored: 1, labelsRemoved: 1 } });
    const [first, second] = await versions();
    expect(first).toMatchObject({ state: 'superseded', removal: 'rejected' });
    const [note, ...more] = await notes();
    expect(more).toEqual([]);
    expect([titleOf(note!), rejectedBy(note!)]).toEqual(['113001', [first!.uid]]);
    expect(first!.outcome).toBe(`rejection note ${textOf(note!, '00080018')}`);
    expect(textOf(itemsOf(note!, '0040A730')[0]!, '0040A160')).toBe(`Superseded by ${second!.uid}`);
    const [id] = await writtenInstances(world.orthanc, ['KO']);
    expect(await dciodvfy(await world.orthanc.file(id!))).toMatchObject({ errors: [], exitCode: 0 });

    dicomweb.requests.length = 0;
    expect(await sync('reject')).toMatchObject({ code: 0, counts: { labelsStored: 0, labelsRemoved: 0 } });
    expect(dicomweb.requests.filter(isStow)).toEqual([]);
  }, 60_000);

  it('a retracted label: for reasons of safety; and when its report is right after all, it gets a new version', async () => {
    await world.fhir.put(withdrawn());
    await sync('reject');
    const [retracted] = await versions();
    expect(retracted).toMatchObject({ state: 'retracted', removal: 'rejected' });
    expect((await notes()).map((note) => [titleOf(note), rejectedBy(note)])).toEqual([['113037', [retracted!.uid]]]);
    await world.fhir.put({ ...report(), status: 'corrected' });
    expect(await sync('reject')).toMatchObject({ counts: { labelsStored: 1, labelsRemoved: 0 } });
    const [first, second] = await versions();
    expect([first, second]).toMatchObject([
      { state: 'retracted', uid: retracted!.uid },
      { state: 'stored', version: 2 },
    ]);
    expect(second!.uid).not.toBe(first!.uid);
    expect(await sync('reject')).toMatchObject({ counts: { labelsStored: 0, labelsRemoved: 0 } });
  }, 60_000);

  it.each([
    ['the answer to the note is lost', { kind: 'lose-answer' }],
    ['the PACS is busy', { kind: 'status', status: 503 }],
    ['the connection is reset', { kind: 'reset' }],
  ] as const)(
    '%s: one note in the same run',
    async (_, fault) => {
      await world.fhir.put(withdrawn());
      dicomweb.plan(fault, isStow);
      expect(await sync('reject')).toMatchObject({ code: 0, counts: { labelsRemoved: 1 } });
      expect(await notes()).toHaveLength(1);
    },
    60_000,
  );

  it('killed while the note is sent: the next sync finds or sends it', async () => {
    await world.fhir.put(withdrawn());
    await killedAt(dicomweb, isStow, 'reject');
    expect(await sync('reject')).toMatchObject({ code: 0 });
    expect(await versions()).toMatchObject([{ state: 'retracted', removal: 'rejected' }]);
    expect(await notes()).toHaveLength(1);
  }, 60_000);

  it('a PACS that never takes the note: given up, said so, and the label stays', async () => {
    await world.fhir.put(withdrawn());
    // Two tries of each note, that of the SEG and that of its report.
    for (let times = 0; times < 4; times++) dicomweb.plan({ kind: 'status', status: 503 }, isStow);
    const more = { LABEL_SEND_ATTEMPTS: '2' };
    expect(await sync('reject', more)).toMatchObject({ code: 0, counts: { labelsRemoved: 0, labelsFailed: 1 } });
    expect(await versions()).toMatchObject([
      { removal: 'failed', outcome: 'rejection note not found after status 503' },
    ]);
    const doctor = await runCli(['doctor'], env);
    expect(doctor.stdout).toMatch(/^warning +labels .*2 not removed/m);
    dicomweb.requests.length = 0;
    expect(await sync('reject', more)).toMatchObject({ code: 0 });
    expect(dicomweb.requests.filter(isStow)).toEqual([]);
    const exclusions = await runCli(['exclusions', '--csv'], env);
    expect(
      exclusions.stdout.match(/^label,.*,removal-failed,.*,rejection note not found after status 503/gm),
    ).toHaveLength(2);
    // It could never be tried again.
    expect(await runCli(['send', '--failed'], { ...env, LABEL_REMOVAL: 'reject' })).toMatchObject({
      code: 0,
      stdout: 'stored 0 · rejected 0 · removed 2 · failed 0 · waiting 0\n',
    });
    expect(await versions()).toMatchObject([{ removal: 'rejected' }]);
  }, 60_000);
});

describe('delete', () => {
  it('a superseded label: gone, and the new one is there', async () => {
    await world.fhir.put(amended());
    expect(await sync('delete')).toMatchObject({ code: 0, counts: { labelsStored: 1, labelsRemoved: 1 } });
    const [first, second] = await versions();
    expect([first, second]).toMatchObject([{ state: 'superseded', removal: 'deleted' }, { state: 'stored' }]);
    const there = await segUids(world.orthanc);
    expect([there.includes(first!.uid), there.includes(second!.uid), there.length]).toEqual([false, true, 2]);
    rest.requests.length = 0;
    expect(await sync('delete')).toMatchObject({ counts: { labelsStored: 0, labelsRemoved: 0 } });
    expect(rest.requests).toEqual([]);
  }, 60_000);

  it('a label whose digest an earlier version of the service took otherwise: gone as well', async () => {
    await world.sql(`UPDATE label SET content_digest = md5(content_digest)`);
    await world.fhir.put(withdrawn());
    expect(await sync('delete')).toMatchObject({ code: 0, counts: { labelsRemoved: 1 } });
    expect(await versions()).toMatchObject([{ state: 'retracted', removal: 'deleted' }]);
  }, 60_000);

  it('a retracted label: gone; and when its report is right after all, the same object is there again', async () => {
    const before = await segUids(world.orthanc);
    await world.fhir.put(withdrawn());
    await sync('delete');
    expect(await segUids(world.orthanc)).toHaveLength(before.length - 1);
    await world.fhir.put({ ...report(), status: 'corrected' });
    expect(await sync('delete')).toMatchObject({ counts: { labelsStored: 1 } });
    expect(await versions()).toMatchObject([{ version: 1, state: 'stored', removal: null }]);
    expect(await segUids(world.orthanc)).toEqual(before);
  }, 60_000);

  it.each([
    ['Orthanc fails once', { kind: 'status', status: 500 }],
    ['its answer is lost', { kind: 'lose-answer' }],
  ] as const)(
    '%s: gone in the same run',
    async (_, fault) => {
      await world.fhir.put(withdrawn());
      rest.plan(fault, isDelete);
      expect(await sync('delete')).toMatchObject({ code: 0, counts: { labelsRemoved: 1 } });
      expect(await versions()).toMatchObject([{ removal: 'deleted' }]);
      expect(await segUids(world.orthanc)).toHaveLength(patients.length - 1);
    },
    60_000,
  );

  it('killed while it is deleted: gone after the next sync', async () => {
    await world.fhir.put(withdrawn());
    await killedAt(rest, isDelete, 'delete');
    expect(await sync('delete')).toMatchObject({ code: 0 });
    expect(await versions()).toMatchObject([{ state: 'retracted', removal: 'deleted' }]);
    expect(await segUids(world.orthanc)).toHaveLength(patients.length - 1);
  }, 60_000);

  it('stands again while it is being deleted: it is sent again', async () => {
    await world.fhir.put(withdrawn());
    let isRevived: Promise<unknown> | undefined;
    rest.plan({ kind: 'delay', ms: 500 }, (request) => {
      if (!isDelete(request)) return false;
      isRevived = world.sql(`UPDATE label SET state = 'stored', removal = NULL WHERE study_instance_uid = $1`, [study]);
      return true;
    });
    await sync('delete');
    await isRevived;
    expect(await versions()).toMatchObject([{ state: 'unknown', removal: null }]);
    await world.fhir.put({ ...report(), status: 'corrected' });
    expect(await sync('delete')).toMatchObject({ code: 0, counts: { labelsStored: 1 } });
    expect(await versions()).toMatchObject([{ version: 1, state: 'stored' }]);
    expect(await segUids(world.orthanc)).toHaveLength(patients.length);
  }, 60_000);

  it('something else under the UID of a label: left alone', async () => {
    const [{ uid }] = (await versions()) as [Version];
    const [id] = await idsOf(uid);
    const bytes = Buffer.from(await world.orthanc.file(id!)).toString('latin1');
    await world.orthanc.remove(`/instances/${id}`);
    await world.orthanc.uploadInstance(Buffer.from(bytes.replace('PI-RADS', 'PI-RAGS'), 'latin1'));
    await world.fhir.put(withdrawn());
    expect(await sync('delete')).toMatchObject({ code: 0, counts: { labelsRemoved: 0 } });
    expect(await versions()).toMatchObject([{ state: 'retracted', removal: 'other-content' }]);
    expect(await segUids(world.orthanc)).toContain(uid);
  }, 60_000);

  it('not before the new version is stored', async () => {
    await world.fhir.put(amended());
    dicomweb.plan({ kind: 'status', status: 503 }, isStow);
    const impatient = { LABEL_SEND_ATTEMPTS: '1' };
    expect(await sync('delete', impatient)).toMatchObject({ counts: { labelsFailed: 1, labelsRemoved: 0 } });
    const [first, second] = await versions();
    expect([first, second]).toMatchObject([
      { state: 'superseded', removal: null },
      { state: 'failed', version: 2 },
    ]);
    expect(await segUids(world.orthanc)).toContain(first!.uid);
    await runCli(['send', '--failed'], env);
    expect(await sync('delete')).toMatchObject({ counts: { labelsRemoved: 1 } });
    expect(await segUids(world.orthanc)).not.toContain(first!.uid);
  }, 60_000);

  it('what was kept before the setting changed: removed at the next sync', async () => {
    await world.fhir.put(amended());
    await sync('keep');
    expect(await sync('delete')).toMatchObject({ code: 0, counts: { labelsRemoved: 1 } });
    expect(await versions()).toMatchObject([{ removal: 'deleted' }, { state: 'stored' }]);
  }, 60_000);
});

const isStow = ({ method, url }: ProxiedRequest) => method === 'POST' && url.includes(study);
const isDelete = ({ method }: ProxiedRequest) => method === 'DELETE';

async function idsOf(uid: string): Promise<string[]> {
  const ids = await writtenInstances(world.orthanc, ['SEG']);
  const tags = await Promise.all(ids.map(async (id) => ({ id, dataset: readLabel(await world.orthanc.file(id)) })));
  return tags.filter(({ dataset }) => textOf(dataset, '00080018') === uid).map(({ id }) => id);
}

/** Kills a sync when a request of a kind reaches the proxy, which the PACS then answers. */
async function killedAt(
  proxy: FaultProxy,
  isKind: (request: ProxiedRequest) => boolean,
  removal: Removal,
): Promise<void> {
  const process = startProcess('cli', ['sync'], { ...env, LABEL_REMOVAL: removal });
  proxy.plan({ kind: 'delay', ms: 300 }, (request) => {
    if (!isKind(request)) return false;
    setTimeout(() => process.kill('SIGKILL'), 50);
    return true;
  });
  expect(await process.exited).toBeNull();
}
