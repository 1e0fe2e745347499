import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DiagnosticReport } from '@medplum/fhirtypes';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RunService } from '../../src/modules/curation/run.service.js';
import { type CohortPatient, generateCohort, MRN_SYSTEM } from '../fixtures/cohort/cohort.js';
import { studyFiles } from '../fixtures/cohort/mr-image.js';
import { type Fault, type FaultProxy, type ProxiedRequest, startFaultProxy } from '../fixtures/servers/fault-proxy.js';
import type { FhirFault } from '../fixtures/servers/fhir-server.js';
import { deleteLabels, type EndState, endState, forgetLabels, importTargets, segUids } from './end-state.js';
import { type Service, startService } from './service.js';
import { runCli, startWorld, uploadAll, type World } from './world.js';
import { writtenInstances } from './written-objects.js';

/** Patients who get one label each. */
const patients = generateCohort({ seed: 33, patients: 6 }).patients.filter(({ scenario }) => scenario === 'labelled');
/** Orthanc gives one row more than this and drops the rest in silence. */
const ROW_LIMIT = 10;

let world: World;
let proxy: FaultProxy;
let service: Service;
let env: Record<string, string>;
let faultFree: EndState;

beforeAll(async () => {
  world = await startWorld({ orthanc: { limitFindResults: ROW_LIMIT } });
  proxy = await startFaultProxy(world.orthanc.dicomwebUrl);
  env = { ...world.env, DICOMWEB_BASE_URL: proxy.url, DICOMWEB_TIMEOUT_SECONDS: '2', FHIR_PAGE_SIZE: '2' };
  await world.loadCohort({ seed: 33, patients });
  await importTargets(world, { patients });
  service = await startService(env);
  expect(await sync()).toMatchObject({ state: 'done', problems: [] });
  faultFree = await endState(world);
}, 120_000);

afterAll(async () => {
  await service?.stop();
  await proxy?.stop();
  await world?.stop();
});

async function sync() {
  const runs = service.app.get(RunService);
  const { state, problems, counts } = await runs.executeToTheEnd((await runs.createSync({})).id);
  return { state, problems, counts };
}

const labels = () =>
  world.sql<{ state: string; outcome: string; attempts: number }>(
    `SELECT state, last_outcome AS outcome, attempts FROM label WHERE kind = 'SEG' ORDER BY attempts, state`,
  );
const watermark = async () =>
  (await world.sql<{ watermark: Date }>("SELECT watermark FROM ingest_cursor WHERE name = 'DiagnosticReport'"))[0]!
    .watermark;

const isStow = ({ method }: ProxiedRequest) => method === 'POST';
/** An answer to STOW (PS3.18 10.5.3) that refuses the only instance of the request. */
const failed = (sopInstanceUid: string, reason: number) =>
  JSON.stringify({
    '00081198': {
      vr: 'SQ',
      Value: [
        {
          '00081150': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.66.4'] },
          '00081155': { vr: 'UI', Value: [sopInstanceUid] },
          '00081197': { vr: 'US', Value: [reason] },
        },
      ],
    },
  });
const JSON_TYPE = { 'content-type': 'application/dicom+json' };

describe('the PACS answers', () => {
  const [victim] = patients;
  let victimUid: string;

  beforeAll(async () => {
    const rows = await world.sql<{ uid: string }>(
      `SELECT sop_instance_uid AS uid FROM label JOIN patient ON patient.id = patient_id WHERE kind = 'SEG' AND mrn = $1`,
      [victim!.patientId],
    );
    victimUid = rows[0]!.uid;
  });
  beforeEach(async () => {
    await forgetLabels(world);
    proxy.requests.length = 0;
  });
  afterEach(() => proxy.clearPlans());

  const stows = () => proxy.requests.filter(isStow).length;
  // The UID stands in the request, but the proxy looks at the URL alone: which study tells which label. The SEG of a
  // study comes before its report.
  const isOfVictim = (request: ProxiedRequest) =>
    isStow(request) && request.url.includes(victim!.studies.at(-1)!.studyInstanceUid);
  const plan = (fault: Fault) => proxy.plan(fault, isOfVictim);
  const others = patients.length - 1;

  it('has a label and a report for each patient', () => {
    expect(faultFree.reports).toHaveLength(patients.length);
    expect(faultFree.segs).toHaveLength(patients.length);
    expect(faultFree.segs).toContain(victimUid);
  });

  it.each<{ name: string; fault: Fault; stows: number }>([
    { name: '202 and stores nothing', fault: { kind: 'status', status: 202 }, stows: 2 },
    { name: '400 and stores it all the same', fault: { kind: 'replace-answer', status: 400 }, stows: 1 },
    { name: '507', fault: { kind: 'status', status: 507 }, stows: 2 },
    {
      name: '503 with Retry-After: 0',
      fault: { kind: 'status', status: 503, headers: { 'retry-after': '0' } },
      stows: 2,
    },
    { name: 'too late', fault: { kind: 'delay', ms: 2500 }, stows: 1 },
    { name: 'with a reset after it stored', fault: { kind: 'lose-answer' }, stows: 1 },
    { name: 'with a reset before', fault: { kind: 'reset' }, stows: 2 },
    { name: 'half a body', fault: { kind: 'truncate', afterBytes: 20 }, stows: 1 },
  ])('$name: stored exactly once in the same run', async ({ fault, stows: expected }) => {
    plan(fault);
    expect(await sync()).toMatchObject({ state: 'done', counts: { labelsStored: patients.length } });
    expect(await endState(world)).toEqual(faultFree);
    const reports = patients.length;
    expect(stows()).toBe(expected + others + reports);
  });

  it.each([200, 202, 409])('%d with a reason against the instance: rejected, and it says so', async (status) => {
    plan({ kind: 'status', status, headers: JSON_TYPE, body: failed(victimUid, 0x0110) });
    expect(await sync()).toMatchObject({ state: 'done', counts: { labelsStored: others, labelsRejected: 1 } });
    expect(await labels()).toContainEqual({ state: 'rejected', outcome: 'refused with reason 0x110', attempts: 1 });
    expect(await segUids(world.orthanc)).not.toContain(victimUid);
  });

  it('no room now: the label waits and is stored later', async () => {
    plan({ kind: 'status', status: 200, headers: JSON_TYPE, body: failed(victimUid, 0xa700) });
    expect(await sync()).toMatchObject({ state: 'done' });
    expect(await endState(world)).toEqual(faultFree);
  });

  it('409 without a word: asked again, and given up after five times', async () => {
    for (let attempt = 0; attempt < 5; attempt++) plan({ kind: 'status', status: 409 });
    expect(await sync()).toMatchObject({ state: 'incomplete', problems: ['1 label waits for the PACS'] });
    await world.sql('UPDATE label SET not_before = NULL');
    expect(await sync()).toMatchObject({ counts: { labelsRejected: 1 } });
    expect(await labels()).toContainEqual({
      state: 'rejected',
      outcome: 'not found after status 409, 5 attempts',
      attempts: 5,
    });
  }, 60_000);

  it('503 with a long Retry-After: the run says that a label waits, and it is looked up before it is sent', async () => {
    plan({ kind: 'status', status: 503, headers: { 'retry-after': '3600' } });
    const incomplete = { state: 'incomplete', problems: ['1 label waits for the PACS'] };
    expect(await sync()).toMatchObject(incomplete);
    expect(await sync()).toMatchObject(incomplete);
    // The report of the label waits behind it, and is not counted.
    expect(stows()).toBe(1 + 2 * others);
    await world.sql('UPDATE label SET not_before = NULL');
    proxy.requests.length = 0;
    expect(await sync()).toMatchObject({ state: 'done', counts: { labelsStored: 1 } });
    const ofLabel = proxy.requests.filter((request) => isStow(request) || request.url.includes(victimUid));
    expect(ofLabel.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET', 'POST']);
    expect(await endState(world)).toEqual(faultFree);
  });

  // The digest of an object whose frames and pixels do not fit threw, and the label was tried again for ever.
  it.each([
    ['other content', (seg: string) => seg.replace('PI-RADS', 'PI-RAGS')],
    ['an object that cannot be read', (seg: string) => seg.replace(/(\x28\0\x08\0IS[^]{2})\d/, '$19')],
  ])('%s under the UID: rejected, never overwritten', async (_, alter) => {
    plan({ kind: 'status', status: 503, headers: { 'retry-after': '3600' } });
    await sync();
    const [row] = await world.sql<{ seg: Buffer }>('SELECT seg FROM label WHERE sop_instance_uid = $1', [victimUid]);
    const seg = row!.seg.toString('latin1');
    const altered = alter(seg);
    expect([altered.length, altered === seg]).toEqual([seg.length, false]);
    await world.orthanc.uploadInstance(Buffer.from(altered, 'latin1'));
    await world.sql('UPDATE label SET not_before = NULL');
    await sync();
    expect(await labels()).toContainEqual(
      expect.objectContaining({ state: 'rejected', outcome: 'the PACS holds other content under this SOPInstanceUID' }),
    );
    expect(await segUids(world.orthanc)).toEqual(faultFree.segs);
    for (const id of await writtenInstances(world.orthanc)) await world.orthanc.remove(`/instances/${id}`);
  });
});

describe('the FHIR server', () => {
  beforeEach(async () => {
    await world.sql('UPDATE patient SET curated_revision = 0');
    await world.sql('TRUNCATE label, link, exclusion');
    await deleteLabels(world.orthanc);
  });
  afterEach(() => void restorePages());

  /** Answers the requests for further pages with a fault, as often as said. */
  function failPages(times: number, fault: FhirFault): void {
    const { requests } = world.fhir;
    requests.push = (...items) => {
      if (items.some(({ url }) => url.includes('page=')) && times-- > 0) world.fhir.failNext(fault);
      return Array.prototype.push.apply(requests, items);
    };
  }
  const restorePages = () => Reflect.deleteProperty(world.fhir.requests, 'push');

  const outcome = { resourceType: 'OperationOutcome' };
  const html: FhirFault = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Log in</html>' };
  const cut: FhirFault = {
    status: 200,
    headers: { 'content-type': 'application/fhir+json' },
    body: '{"resourceType":"Bundle","type":"searchset","entry":[{"reso',
  };

  it.each<{ name: string; prepare: () => void; problem: RegExp }>([
    { name: '401', prepare: () => world.fhir.failNext({ status: 401 }), problem: /refuses the credentials/ },
    { name: 'HTML', prepare: () => world.fhir.failNext(html), problem: /not FHIR JSON/ },
    { name: 'truncated JSON', prepare: () => world.fhir.failNext(cut), problem: /not FHIR JSON/ },
    { name: 'HTML in place of a page', prepare: () => failPages(1, html), problem: /not FHIR JSON/ },
    {
      name: '500 in the middle of paging',
      prepare: () => failPages(5, { status: 500, body: JSON.stringify(outcome) }),
      problem: /FHIR server failed. \(HTTP 500\)/,
    },
    { name: 'pages that expire', prepare: () => failPages(9, { status: 410 }), problem: /expired 4 times/ },
  ])(
    '$name: incomplete, and what is stored is curated',
    async ({ prepare, problem }) => {
      await world.sql(`UPDATE ingest_cursor SET watermark = '2000-01-01'`);
      prepare();
      const { state, problems } = await sync();
      expect({ state, problems }).toEqual({ state: 'incomplete', problems: [expect.stringMatching(problem)] });
      expect(await watermark()).toEqual(new Date('2000-01-01'));
      expect(await segUids(world.orthanc)).toEqual(faultFree.segs);
      restorePages();
      expect(await sync()).toMatchObject({ state: 'done', problems: [] });
      expect((await watermark()).getTime()).toBeGreaterThan(Date.parse('2020-01-01'));
      expect(await endState(world)).toEqual(faultFree);
    },
    60_000,
  );

  it('unreachable: incomplete, and what is stored is curated', async () => {
    const before = await watermark();
    const { code, stdout } = await runCli(['sync', '--json'], { ...env, FHIR_BASE_URL: 'http://127.0.0.1:1/fhir' });
    const { run } = JSON.parse(stdout) as { run: { problems: string[] } };
    expect({ code, problems: run.problems }).toEqual({
      code: 2,
      problems: [expect.stringContaining('cannot be reached')],
    });
    expect(await watermark()).toEqual(before);
    expect(await endState(world)).toEqual(faultFree);
  }, 60_000);

  it('unreachable while one patient is asked for: curated from what is stored', async () => {
    const [{ patientId } = { patientId: '' }] = patients;
    const environment = { ...env, FHIR_BASE_URL: 'http://127.0.0.1:1/fhir' };
    const { code, stdout } = await runCli(['sync', '--json', '--patient', patientId], environment);
    const { run } = JSON.parse(stdout) as { run: { counts: object; problems: string[] } };
    expect(code).toBe(2);
    expect(run).toMatchObject({
      counts: { labelsStored: 1 },
      problems: [expect.stringContaining('cannot be reached')],
    });
  }, 60_000);

  it('one page that expires: the crawl starts again and is complete', async () => {
    await world.sql(`UPDATE ingest_cursor SET watermark = '2000-01-01'`);
    failPages(1, { status: 410 });
    expect(await sync()).toMatchObject({ state: 'done', problems: [] });
    expect(await endState(world)).toEqual(faultFree);
  });

  it('ignores _lastUpdated: everything is read again, and nothing is taken for new', async () => {
    world.fhir.ignoreLastUpdated = true;
    expect(await sync()).toMatchObject({ state: 'done', counts: { reportsStored: 0 } });
    world.fhir.ignoreLastUpdated = false;
    expect(await endState(world)).toEqual(faultFree);
  });

  // The watermark went to the end of the search, over all that changed before --since.
  it('is asked for changes since an instant: the watermark stays before what was not asked for', async () => {
    await world.sql(`UPDATE ingest_cursor SET watermark = '2001-01-01'`);
    expect((await world.cli('sync', '--since', '2100-01-01')).code).toBe(0);
    expect(await watermark()).toEqual(new Date('2001-01-01'));
  }, 60_000);
});

describe('poison', () => {
  beforeEach(async () => forgetLabels(world));
  afterEach(() => proxy.clearPlans());

  const healthy = () => segUids(world.orthanc);
  const report = (id: string, fields: object): DiagnosticReport => ({
    resourceType: 'DiagnosticReport',
    id,
    status: 'final',
    code: { text: 'MRI prostate' },
    subject: { identifier: { system: MRN_SYSTEM, value: patients[0]!.patientId } },
    ...fields,
  });
  const PROSTATE_MRI = 'MRI of the prostate. PI-RADS 4 lesion in the peripheral zone. T2, DWI and ADC. ';
  const noise = () =>
    Array.from({ length: 5_000_000 }, () => String.fromCharCode(33 + Math.floor(Math.random() * 90))).join('');

  it.each<[string, object, string | null]>([
    ['half a surrogate pair', { conclusion: `${PROSTATE_MRI}\ud83d` }, null],
    ['a NUL', { conclusion: `${PROSTATE_MRI}\0` }, null],
    ['days that no calendar has', { conclusion: PROSTATE_MRI, effectiveDateTime: '2024-13-45', issued: 'soon' }, null],
    ['a number for a text', { conclusion: 7 }, 'report-unreadable'],
    ['an object for a list', { conclusion: PROSTATE_MRI, basedOn: { reference: 'x' } }, 'report-unreadable'],
    ['an object for the forms', { presentedForm: {} }, 'report-without-text'],
    ['5 MB of noise', { conclusion: `${PROSTATE_MRI}${noise()}` }, 'report-unreadable'],
  ])(
    'a report with %s: the others are read, and the watermark moves',
    async (_, fields, refused) => {
      await world.fhir.put(report('poison', fields));
      const { state, problems } = await sync();
      expect({ state, problems }).toEqual({ state: 'done', problems: [] });
      const [row] = await world.sql<{ refused: string | null }>(`SELECT refused FROM report WHERE fhir_id = 'poison'`);
      if (refused !== null) expect(row).toEqual({ refused });
      expect((await healthy()).length).toBeGreaterThanOrEqual(patients.length - 1);
      expect(await world.sql("SELECT FROM ingest_cursor WHERE name = 'DiagnosticReport'")).toHaveLength(1);
      await world.fhir.delete('DiagnosticReport', 'poison');
    },
    60_000,
  );

  it('a series whose headers are no JSON: that patient waits with the reason, the others have their labels', async () => {
    const study = patients[0]!.studies.at(-1)!.studyInstanceUid;
    const isHeader = ({ url }: ProxiedRequest) => url.includes(study) && url.includes('/metadata');
    for (let times = 0; times < 20; times++)
      proxy.plan({ kind: 'status', status: 200, headers: JSON_TYPE, body: '[{"00080018":{"vr":"UI","Val' }, isHeader);
    const { state, problems } = await sync();
    expect({ state, problems }).toEqual({
      state: 'incomplete',
      problems: [expect.stringMatching(/^1 patient: DICOMweb GET .*metadata/)],
    });
    expect(await healthy()).toHaveLength(patients.length - 1);
    proxy.clearPlans();
    await sync();
    expect(await endState(world)).toEqual(faultFree);
  });

  it('a target file of garbage: refused with the reason, beside good ones', async () => {
    const folder = join(world.folder, 'garbage', `${patients[0]!.patientId}-20200101`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'Targets.fcsv'), Buffer.from(noise().slice(0, 50_000), 'latin1'));
    await writeFile(join(folder, 'Targets.mrk.json'), '{"markups": [{');
    const { code, stdout } = await world.cli('import-targets', join(world.folder, 'garbage'));
    const { imported, refused } = JSON.parse(stdout) as { imported: number; refused: unknown[] };
    expect({ ok: code === 0, imported, refused: refused.length }).toEqual({ ok: false, imported: 0, refused: 2 });
  }, 60_000);

  it('a study without a date, one with an impossible date, one with a broken slice: the label is where it was', async () => {
    const [patient] = patients;
    await addStudies(patient!, [
      { uid: '1.2.3.1', date: '' },
      { uid: '1.2.3.2', date: '20241345' },
    ]);
    await addStudies(patient!, [{ uid: '1.2.3.3', date: '19990101' }], (file) =>
      // ImagePositionPatient (0020,0032)
      file.replace(
        /(\x20\0\x32\0DS[^]{2})[\d.\\+-]+/,
        (all, head: string) => head + 'x'.repeat(all.length - head.length),
      ),
    );
    expect(await sync()).toMatchObject({ state: 'done', problems: [] });
    expect(await healthy()).toEqual(faultFree.segs);
  }, 60_000);
});

describe('a PACS that cuts its answers off', () => {
  beforeEach(async () => forgetLabels(world));

  it('many studies of different days: all are found, and the label is where it was', async () => {
    const dates = Array.from({ length: 2 * ROW_LIMIT }, (_, year) => `${1980 + year}0301`);
    await addStudies(
      patients[1]!,
      dates.map((date, index) => ({ uid: `1.2.4.${index}`, date })),
    );
    expect(await sync()).toMatchObject({ state: 'done', problems: [] });
    expect(await segUids(world.orthanc)).toEqual(faultFree.segs);
    const [row] = await world.sql<{ count: number }>(
      'SELECT count(*)::int FROM study JOIN patient ON patient.id = patient_id WHERE mrn = $1',
      [patients[1]!.patientId],
    );
    expect(row!.count).toBe(dates.length + patients[1]!.studies.length);
  }, 60_000);

  it('more studies of one day than it lists: the patient waits, and gets no label by guess', async () => {
    const studies = Array.from({ length: 2 * ROW_LIMIT }, (_, index) => ({ uid: `1.2.5.${index}`, date: '20100101' }));
    await addStudies(patients[2]!, studies);
    expect(await sync()).toMatchObject({
      state: 'incomplete',
      problems: [expect.stringMatching(/^1 patient: PACS: more studies of one day/)],
    });
    expect(await segUids(world.orthanc)).toHaveLength(patients.length - 1);
  }, 60_000);
});

/** Further studies of a patient in the PACS, of the first series alone. */
async function addStudies(
  patient: CohortPatient,
  studies: { uid: string; date: string }[],
  alter = (file: string) => file,
): Promise<void> {
  const template = patient.studies.at(-1)!;
  for (const { uid, date } of studies) {
    const series = template.series.slice(0, 1).map((one) => ({ ...one, seriesInstanceUid: `${uid}.1` }));
    const plan = { ...template, studyInstanceUid: uid, date, accession: '', series };
    const files = [...studyFiles(plan, patient, patient.anatomy, true)].map((file) =>
      Buffer.from(alter(Buffer.from(file).toString('latin1')), 'latin1'),
    );
    await uploadAll(world.orthanc, files);
  }
}
