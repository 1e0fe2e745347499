import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Response } from 'supertest';
import type { LabelView } from '../../src/modules/curation/labels.service.js';
import { expectation, generateCohort, MRN_SYSTEM, targetFiles } from '../fixtures/cohort/cohort.js';
import { startOrthanc } from '../fixtures/servers/orthanc.js';
import { API, endOfRun, type Service, startService } from './service.js';
import { startWorld, type World } from './world.js';

const OTHER_SYSTEM = 'http://other.example/mrn';
/** Slash, umlaut and leading zeros, as record numbers have them. */
const ODD_MRN = '007/Ä 1';

const planned = generateCohort({ seed: 11, patients: 8 });
const patients = planned.patients.map((patient, index) => (index === 0 ? { ...patient, patientId: ODD_MRN } : patient));
const [odd, contradicted, second, , third, , fourth] = patients as unknown as [(typeof patients)[number]] &
  typeof patients;
const path = (mrn: string, what: string) => `${API}/patients/${encodeURIComponent(mrn)}/${what}`;

let world: World;
let service: Service;
let storageDir: string;

beforeAll(async () => {
  storageDir = await mkdtemp(join(tmpdir(), 'lesion-curator-rest-'));
  world = await startWorld({ orthanc: { storageDir } });
  service = await startService({
    ...world.env,
    PATIENT_ID_SYSTEMS: JSON.stringify({ [MRN_SYSTEM]: '', [OTHER_SYSTEM]: 'OTHER' }),
  });
  await world.loadCohort({ ...planned, patients });
}, 180_000);

afterAll(async () => {
  await service?.stop();
  await world?.stop();
  await rm(storageDir, { recursive: true, force: true });
}, 60_000);

/** What every error must look like. */
function expectProblem(response: Response, status: number, detail?: string | RegExp): void {
  expect(response.status).toBe(status);
  expect(response.type).toBe('application/problem+json');
  const body = response.body as Record<string, unknown>;
  expect(body).toEqual({
    type: 'about:blank',
    title: expect.any(String),
    status,
    detail: detail === undefined ? expect.any(String) : expect.stringMatching(detail),
    correlationId: response.headers['x-correlation-id'],
  });
}

describe('importing targets', () => {
  const csv = () => targetFiles(third!)[0]!.content;

  it('takes .fcsv as a form, with patient and date in the query', async () => {
    const { body } = await service.http
      .post(`${API}/targets`)
      .query({ patient: ODD_MRN, date: odd.biopsyDate })
      .attach('file', Buffer.from(targetFiles(odd)[0]!.content), 'Targets.fcsv')
      .expect(200);
    expect(body).toEqual({
      imported: odd.targets.length,
      corrected: 0,
      unchanged: 0,
      withdrawn: 0,
      refused: [],
      rows: odd.targets.map(() => ({ row: expect.any(Number), result: 'imported', targetId: expect.any(String) })),
    });
  });

  it('takes .mrk.json as a form and as the body', async () => {
    const [{ content } = { content: '' }] = targetFiles(second!);
    const context = { patient: second!.patientId, date: second!.biopsyDate };
    const form = await service.http
      .post(`${API}/targets`)
      .query(context)
      .attach('file', Buffer.from(content), 'Targets.mrk.json')
      .expect(200);
    expect(form.body).toMatchObject({ imported: second!.targets.length, refused: [] });
    const body = await service.http.post(`${API}/targets`).query(context).type('json').send(content).expect(200);
    expect(body.body).toMatchObject({ imported: 0, unchanged: second!.targets.length, refused: [] });
  });

  it('takes CSV as the body and says which of its rows it refuses', async () => {
    const broken = csv()
      .trimEnd()
      .concat(`\n${third!.patientId},,${third!.biopsyDate},X,1,2,nowhere,LPS,,\n${third!.patientId},,,Y,1,2,3,LPS,,\n`);
    const rows = third!.targets.length;
    const { body } = await service.http.post(`${API}/targets`).type('text/csv').send(broken).expect(200);
    expect(body).toMatchObject({
      imported: rows,
      unchanged: 0,
      refused: [
        { row: rows + 2, reason: expect.stringContaining('numbers') },
        { row: rows + 3, reason: expect.stringContaining('procedure date') },
      ],
    });
  });

  it('takes JSON rows, each by itself', async () => {
    const rows = [contradicted!, fourth!].flatMap(({ patientId, biopsyDate, targets }) =>
      targets.map(({ label, pointLps: [x, y, z] }) => ({
        patient_id: patientId,
        procedure_date: biopsyDate,
        label,
        x,
        y,
        z,
        coordinate_system: 'LPS',
      })),
    );
    const bad = [
      { ...rows[0], coordinate_system: 'IJK' },
      { ...rows[0], x: '1e999' },
      { ...rows[0], patient_id: 'A\u0000B' },
      { ...rows[0], label: 'A\u0000B' },
      'a row',
    ];
    const { body } = await service.http
      .post(`${API}/targets`)
      .send([...bad, ...rows, rows[0]])
      .expect(200);
    expect(body).toMatchObject({ imported: rows.length, unchanged: 1 });
    expect((body as { refused: { row: number }[] }).refused.map(({ row }) => row)).toEqual([1, 2, 3, 4, 5]);
    expect((body as { rows: { result: string }[] }).rows.map(({ result }) => result)).toEqual([
      ...rows.map(() => 'imported'),
      'unchanged',
    ]);
  });

  it.each([
    ['a file of another kind', 'Targets.xlsx', 'anything'],
    ['a .fcsv that names no coordinate system', 'Targets.fcsv', '1,2,3'],
    ['a .mrk.json that is none', 'Targets.mrk.json', '{'],
  ])('refuses %s as a whole', async (_what, name, content) => {
    const { body } = await service.http.post(`${API}/targets`).attach('file', Buffer.from(content), name).expect(200);
    const none = { imported: 0, corrected: 0, unchanged: 0, withdrawn: 0, rows: [] };
    expect(body).toEqual({ ...none, refused: [{ row: null, reason: expect.any(String) }] });
  });

  it('refuses requests that hold no targets at all', async () => {
    const post = () => service.http.post(`${API}/targets`);
    expectProblem(await post().send({ targets: [] }), 400, /array of target rows/);
    expectProblem(await post(), 400, /array of target rows/);
    expectProblem(await post().type('application/xml').send('<targets/>'), 415, /text\/csv/);
    expectProblem(await post().attach('picture', Buffer.from('x'), 'targets.csv'), 400);
    expectProblem(await post().set('content-type', 'multipart/form-data; boundary=x').send('--x\r\nhalf a for'), 400);
    expectProblem(await post().query('patient=1&patient=2').send([]), 400, /patient: must be given once/);
    expectProblem(await post().attach('file', Buffer.alloc(17 * 1024 * 1024), 'targets.csv'), 413);
  });
});

describe('curating one patient', () => {
  let label: LabelView;

  it('answers 202 with a run that ends, for a patient whom only the FHIR server knows, under an odd number', async () => {
    const { body, headers } = await service.http.post(path(ODD_MRN, 'curate')).expect(202);
    expect(headers['x-correlation-id']).toMatch(/^[\w-]{8,64}$/);
    expect(body).toMatchObject({ kind: 'patient', id: expect.any(String), createdAt: expect.any(String) });
    const run = await endOfRun(service.http, (body as { id: string }).id);
    expect(run).toMatchObject({ state: 'done', problems: [], counts: { labelsStored: 1 } });
    expect(run).toMatchObject({ finishedAt: expect.any(String), progress: expect.any(Object) });
  }, 60_000);

  it('gives the labels of the patient with the whole chain of evidence', async () => {
    const labels = (await service.http.get(path(ODD_MRN, 'labels')).expect(200)).body as LabelView[];
    expect(labels).toHaveLength(1);
    label = labels[0]!;
    const expected = expectation(odd).targets.flatMap(({ outcome }) => ('label' in outcome ? [outcome.label] : []));
    expect(label).toMatchObject({
      state: 'stored',
      version: 1,
      studyInstanceUid: expected[0]!.studyInstanceUid,
      sourceSeriesInstanceUid: expected[0]!.t2SeriesInstanceUid,
      supersededBy: null,
      viewerUrl: `http://viewer.example/viewer?StudyInstanceUIDs=${expected[0]!.studyInstanceUid}`,
    });
    expect(label).toMatchObject({ kind: 'SEG', points: [], structuredReport: { state: 'stored', version: 1 } });
    const byReport = await service.http.get(`${API}/labels/${label.structuredReport!.id}`).expect(200);
    expect(byReport.body).toEqual(label);
    expect(label.segments).toHaveLength(expected.length);
    for (const [index, segment] of label.segments.entries()) {
      const { centerLps, sizeMm, pirads, isup } = expected[index]!;
      segment.box.centerLps.forEach((mm, axis) => expect(mm).toBeCloseTo(centerLps[axis]!, 3));
      expect(segment.target.pointLps.map((mm) => mm.toFixed(3))).toEqual(centerLps.map((mm) => mm.toFixed(3)));
      expect(segment.lesion).toMatchObject({ sizeMm, pirads, report: `DiagnosticReport/${odd.fhirId}-rad` });
      expect(segment.lesion.quotes.length).toBeGreaterThan(0);
      expect(segment.gradeGroup).toBe(isup);
      expect(segment.specimens.every(({ quotes }) => quotes.length > 0)).toBe(true);
      expect(segment.box.sourceInstanceUids.length).toBeGreaterThan(0);
      expect(segment.sentences.length).toBeGreaterThan(0);
    }
  });

  it('quotes exactly what the reports say', async () => {
    const texts = new Map(
      (await world.sql<{ id: string; text: string }>('SELECT id, text FROM report WHERE text IS NOT NULL')).map(
        ({ id, text }) => [id, text],
      ),
    );
    for (const { lesion, specimens } of label.segments) {
      for (const { reportId, quotes } of [lesion, ...specimens]) {
        for (const { quote } of quotes) expect(texts.get(reportId)).toContain(quote);
      }
    }
  });

  it('gives one label by its id, and what it says lies in the PACS', async () => {
    const { body } = await service.http.get(`${API}/labels/${label.id}`).expect(200);
    expect(body).toEqual(label);
    const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = label;
    const uids = `studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`;
    expect(await world.orthanc.get<unknown[]>(`/dicom-web/${uids}/metadata`)).toHaveLength(1);
  });

  it('stores nothing when asked again', async () => {
    const { body } = await service.http.post(path(ODD_MRN, 'curate')).expect(202);
    const run = await endOfRun(service.http, (body as { id: string }).id);
    expect(run).toMatchObject({ state: 'done', counts: { labelsStored: 0 } });
    expect((await service.http.get(path(ODD_MRN, 'labels'))).body).toEqual([label]);
  });

  it('gives the same run to all who ask at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => service.http.post(path(second!.patientId, 'curate'))),
    );
    const ids = new Set(answers.map(({ body }) => (body as { id: string }).id));
    expect(ids.size).toBe(1);
    expect((await endOfRun(service.http, [...ids][0]!)).state).toBe('done');
  });

  it('finds a patient of whom the FHIR server holds no report', async () => {
    const mrn = '000123';
    await world.fhir.put({ resourceType: 'Patient', id: 'bare', identifier: [{ system: MRN_SYSTEM, value: mrn }] });
    const { body } = await service.http.post(path(mrn, 'curate')).expect(202);
    expect((await endOfRun(service.http, (body as { id: string }).id)).state).toBe('done');
    expect((await service.http.get(path(mrn, 'labels')).expect(200)).body).toEqual([]);
    expectProblem(await service.http.get(path('123', 'labels')), 404);
  });

  it('knows no patient by another number', async () => {
    for (const mrn of ['nobody', "1' OR '1'='1", 'A\u0000B', '%', 'a'.repeat(2000)]) {
      expectProblem(await service.http.get(path(mrn, 'labels')), 404, /No patient/);
    }
    expectProblem(await service.http.post(path('nobody', 'curate')), 404, /No patient/);
    expectProblem(await service.http.post(path('A\u0000B', 'curate')), 404, /No patient/);
  });

  it('asks for the issuer where several gave the same number', async () => {
    const row = { patient_id: ODD_MRN, issuer: 'OTHER', procedure_date: '2020-01-01', x: 1, y: 2, z: 3 };
    await service.http
      .post(`${API}/targets`)
      .send([{ ...row, coordinate_system: 'LPS' }])
      .expect(200);
    expectProblem(await service.http.post(path(ODD_MRN, 'curate')), 409, /issuer/);
    expectProblem(await service.http.get(path(ODD_MRN, 'labels')), 409, /issuer/);
    const of = async (issuer: string) =>
      ((await service.http.get(path(ODD_MRN, 'labels')).query({ issuer }).expect(200)).body as LabelView[]).length;
    expect([await of(''), await of('OTHER')]).toEqual([1, 0]);
    expectProblem(await service.http.get(path(ODD_MRN, 'labels')).query('issuer=a&issuer=b'), 400, /issuer/);
  });
});

describe('runs', () => {
  it('starts a sync, gives it while it is under way, and tells how it went', async () => {
    const [first, again] = await Promise.all([
      service.http.post(`${API}/sync`).expect(202),
      service.http.post(`${API}/sync`).expect(202),
    ]);
    const { id } = first.body as { id: string };
    expect(again.body).toMatchObject({ id, kind: 'sync' });
    const run = await endOfRun(service.http, id);
    expect(run).toMatchObject({ state: 'done', problems: [] });
    const { body } = await service.http.get(`${API}/runs`).expect(200);
    expect((body as { id: string }[])[0]!.id).toBe(id);
  }, 120_000);

  it('knows no run or label of another id', async () => {
    for (const id of [randomUUID(), 'latest', '1']) {
      expectProblem(await service.http.get(`${API}/runs/${id}`), 404, /no run/);
      expectProblem(await service.http.get(`${API}/labels/${id}`), 404, /no label/);
    }
  });
});

describe('yield and exclusions', () => {
  interface Exclusion {
    entity: string;
    entityKey: string;
    mrn: string;
    reason: string;
  }
  const all = async () => (await service.http.get(`${API}/exclusions`).expect(200)).body as Exclusion[];

  it('counts what came in and what became of it', async () => {
    const { body } = await service.http.get(`${API}/yield`).expect(200);
    const rows = body as { unit: string; in: number; kept: number; pending: number; dropped: Record<string, number> }[];
    expect(rows.map(({ unit }) => unit)).toEqual(['targets', 'lesions', 'specimens', 'reports']);
    for (const row of rows) {
      expect(row.kept + row.pending + Object.values(row.dropped).reduce((a, b) => a + b, 0)).toBe(row.in);
    }
    expect(rows[0]!.dropped['side-contradiction']).toBe(contradicted!.targets.length);
  });

  it.each(['/yield.svg', `${API}/yield.svg`])('draws it as a picture at %s', async (address) => {
    const response = await service.http.get(address).expect(200);
    expect(response.headers['content-type']).toBe('image/svg+xml; charset=utf-8');
    const picture = String(response.body);
    expect(picture).toMatch(/^<svg [^]*side-contradiction[^]*<\/svg>\n$/);
    expect((await world.cli('yield', '--svg')).stdout).toBe(picture);
  });

  it('gives the reason of each target that led to no label', async () => {
    const rows = (await all()).filter(({ entity, mrn }) => entity === 'target' && mrn === contradicted!.patientId);
    expect(rows).toEqual(
      contradicted!.targets.map(() => expect.objectContaining({ reason: 'side-contradiction', issuer: '' })),
    );
  });

  it('pages through them without loss or repetition', async () => {
    const rows = await all();
    expect(rows.length).toBeGreaterThan(3);
    const paged: Exclusion[] = [];
    for (;;) {
      const last = paged.at(-1);
      const query = { limit: 2, ...(last && { afterEntity: last.entity, afterKey: last.entityKey }) };
      const page = (await service.http.get(`${API}/exclusions`).query(query).expect(200)).body as Exclusion[];
      paged.push(...page);
      if (page.length < 2) break;
    }
    expect(paged).toEqual(rows);
    for (const query of ['limit=0', 'limit=many', 'afterEntity=target', 'format=xml', 'afterKey=a&afterKey=b']) {
      expectProblem(await service.http.get(`${API}/exclusions?${query}`), 400);
    }
  });

  it('gives CSV by Accept or format, in which no cell is a formula', async () => {
    await world.sql(`UPDATE exclusion SET detail = '=HYPERLINK("http://evil.example")' WHERE entity = 'target'`);
    const byFormat = await service.http.get(`${API}/exclusions?format=csv`).expect(200);
    const byAccept = await service.http.get(`${API}/exclusions`).accept('text/csv').expect(200);
    expect(byAccept.text).toBe(byFormat.text);
    expect(byFormat.type).toBe('text/csv');
    expect(byFormat.headers['content-disposition']).toContain('exclusions.csv');
    expect(byFormat.headers['vary']).toContain('Accept');
    const lines = byFormat.text.trimEnd().split('\r\n');
    expect(lines[0]).toBe('entity,entityKey,issuer,mrn,reason,explanation,detail');
    expect(lines).toHaveLength((await all()).length + 1);
    expect(byFormat.text).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
    expect(byFormat.text).not.toMatch(/(^|,)"?[=+@]/m);
  });
});

describe('extracting', () => {
  it('reads a report and stores nothing', async () => {
    const text = 'MRI prostate.\nLesion 1: 12 mm, left mid peripheral zone, PI-RADS 4.';
    const before = await world.sql('SELECT FROM extraction');
    const { body } = await service.http.post(`${API}/extractions`).send({ kind: 'radiology', text }).expect(200);
    const { lesions, evidence } = body as {
      lesions: object[];
      evidence: { start: number; end: number; quote: string }[];
    };
    expect(lesions).toEqual([expect.objectContaining({ pirads: 4, sizeMm: 12 })]);
    for (const { start, end, quote } of evidence) expect(text.slice(start, end)).toBe(quote);
    expect(await world.sql('SELECT FROM extraction')).toHaveLength(before.length);
  });

  it('names the field at fault, and never its value', async () => {
    const post = (body: object) => service.http.post(`${API}/extractions`).send(body);
    expectProblem(await post({ kind: 'psychology', text: 'x' }), 400, /^kind: /);
    expectProblem(await post({ kind: 'radiology', text: 5 }), 400, /^text: /);
    expectProblem(await post({ kind: 'radiology' }), 400, /^text: /);
    const canary = await post({ kind: 'KANARIENVOGEL', text: ['KANARIENVOGEL'] });
    expect(canary.status).toBe(400);
    expect(canary.text).not.toContain('KANARIENVOGEL');
  });

  it('refuses bodies that are no JSON, too large or of another kind', async () => {
    const post = () => service.http.post(`${API}/extractions`);
    expectProblem(
      await post().type('json').send('{"kind": "radiology", "text": "KANARIENVOGEL'),
      400,
      /could not be read/,
    );
    expectProblem(await post(), 400, /body/);
    expectProblem(
      await post()
        .type('json')
        .send(`"${'x'.repeat(17_000_000)}"`),
      413,
    );
    expectProblem(await post().send({ kind: 'radiology', text: 'x'.repeat(4_000_001) }), 400, /^text: /);
    expectProblem(await post().type('application/xml').send('<report/>'), 415, /application\/json/);
    expectProblem(await post().type('text/plain').send('report'), 415, /application\/json/);
    expectProblem(await post().set('content-type', 'application/json; charset=klingon').send('{}'), 415);
    expectProblem(await post().set('content-encoding', 'rot13').type('json').send('{}'), 415);
  });
});

describe('every answer', () => {
  it('takes over a usable correlation id and makes one otherwise', async () => {
    const ask = async (id: string) =>
      (await service.http.get(`${API}/runs`).set('x-correlation-id', id)).headers['x-correlation-id'];
    expect(await ask('nightly-2026-11-24')).toBe('nightly-2026-11-24');
    for (const id of ['short', 'Müller, Jörg', 'a b c d e f g h', 'x'.repeat(65)]) {
      expect(await ask(Buffer.from(id, 'utf8').toString('latin1'))).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('is a problem where there is nothing, or the path cannot be read', async () => {
    for (const nowhere of ['/', '/api/v1', `${API}/nowhere`, '/nowhere', `${API}/patients/1`, '/.env']) {
      expectProblem(await service.http.get(nowhere), 404, /nothing at this path/);
    }
    expectProblem(await service.http.put(`${API}/runs`), 404);
    expectProblem(await service.http.get(`${API}/patients/%E4/labels`), 400, /could not be read/);
  });

  it('hides what it is made of', async () => {
    const { headers } = await service.http.get(`${API}/runs`);
    expect(headers).not.toHaveProperty('x-powered-by');
  });
});

describe('health and metrics', () => {
  interface Readiness {
    status: string;
    details: Record<string, { status: string; message?: string }>;
  }
  const up = { status: 'up' };
  const readiness = async (status: number) => {
    const response = await service.http.get('/health/ready');
    expect(response.status).toBe(status);
    expect(response.type).toBe('application/json');
    return (response.body as Readiness).details;
  };

  it.each(['', API])('are at %s/', async (root) => {
    expect((await service.http.get(`${root}/health/live`).expect(200)).body).toEqual({ status: 'ok' });
    expect((await service.http.get(`${root}/health/ready`).expect(200)).body).toMatchObject({
      status: 'ok',
      details: { database: up, queue: up, fhir: up, dicomweb: up },
    });
    const { text, type } = await service.http.get(`${root}/metrics`).expect(200);
    expect(type).toBe('text/plain');
    expect(text).toMatch(/^lesion_curator_labels\{state="stored"\} [1-9]/m);
    expect(text).toMatch(/^lesion_curator_last_run_finished_seconds 1\d{9}/m);
    expect(text).toMatch(/^process_cpu_seconds_total /m);
  });

  it('tells a broken queue from a broken database', async () => {
    await world.sql('ALTER SCHEMA jobs RENAME TO lost');
    expect(await readiness(503)).toEqual({
      database: up,
      queue: { status: 'down', message: 'does not answer' },
      fhir: up,
      dicomweb: up,
    });
    await world.sql('ALTER SCHEMA lost RENAME TO jobs');
    expect(await readiness(200)).toMatchObject({ queue: up });
  });

  it('tells a FHIR server that refuses, and one that is gone', async () => {
    world.fhir.failNext({ status: 401 });
    expect(await readiness(503)).toMatchObject({ database: up, fhir: { status: 'down' }, dicomweb: up });
    await world.fhir.stop();
    expect(await readiness(503)).toEqual({
      database: up,
      queue: up,
      fhir: { status: 'down', message: expect.stringContaining('cannot be reached') },
      dicomweb: up,
    });
  });

  it('answers 502 where the FHIR server would have to be asked', async () => {
    expectProblem(await service.http.post(path('nobody', 'curate')), 502, /FHIR server cannot be reached/);
  }, 60_000);

  it('tells a PACS that is gone, and one that is back', async () => {
    const { password, url } = world.orthanc;
    await world.orthanc.kill();
    expect(await readiness(503)).toMatchObject({
      database: up,
      queue: up,
      dicomweb: { status: 'down', message: expect.stringContaining('unreachable') },
    });
    world.orthanc = await startOrthanc({ storageDir, password, port: Number(new URL(url).port) });
    expect(await readiness(503)).toMatchObject({ dicomweb: up });
  });

  it('tells a database that is gone, and lives on', async () => {
    const url = new URL(world.env['DATABASE_URL']!);
    const name = url.pathname.slice(1);
    const administrator = new pg.Client({ connectionString: new URL('/postgres', url).href });
    await administrator.connect();
    await administrator.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
    await administrator.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'lesion-curator%'`,
    );
    const down = { status: 'down', message: 'does not answer' };
    expect(await readiness(503)).toMatchObject({ database: down, queue: down });
    expectProblem(await service.http.get(`${API}/runs`), 500, /log has its cause/);
    await service.http.get('/health/live').expect(200);
    await administrator.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
    await administrator.end();
    expect(await readiness(503)).toMatchObject({ database: up, queue: up });
  });
});
