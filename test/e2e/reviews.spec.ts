import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DiagnosticReport } from '@medplum/fhirtypes';
import { randomUUID } from 'node:crypto';
import type { Response } from 'supertest';
import type { LabelView } from '../../src/modules/curation/labels.service.js';
import type { ReviewView } from '../../src/modules/curation/reviews.service.js';
import type { ExclusionRow, YieldRow } from '../../src/modules/curation/yield.repository.js';
import { fhirBundle, generateCohort } from '../fixtures/cohort/cohort.js';
import { place } from '../fixtures/cohort/words.js';
import { endState } from './end-state.js';
import { API, endOfRun, type Service, startService } from './service.js';
import { startWorld, type World } from './world.js';

const cohort = generateCohort({ seed: 61, patients: 18 }).patients;
const twins = cohort[0]!;
const contradicted = cohort.find(({ scenario }) => scenario === 'side-contradiction')!;
const twoStudies = cohort.find(({ scenario }) => scenario === 'two-studies')!;
const [{ sector }, [target]] = [twins.exam.findings[0]!, twins.targets as [(typeof twins.targets)[number]]];
const READER = 'Dr. A. Reader';

let world: World;
let service: Service;

/** Two lesions in the same words, so that nothing tells which one the target was set into. */
const reportText = (firstMm: number, bones = 'No suspicious lesion.') => `MRI PROSTATE
FINDINGS:
Lesion 1: ${firstMm} mm lesion in the ${place('en', sector)}. PI-RADS 4.
Lesion 2: 9 mm lesion in the ${place('en', sector)}. PI-RADS 3.
Bones: ${bones}`;

const putReport = async (text: string, status: DiagnosticReport['status'] = 'amended') => {
  const report = (fhirBundle(twins).entry ?? [])
    .flatMap(({ resource }) => (resource?.resourceType === 'DiagnosticReport' ? [resource] : []))
    .find(({ id }) => id?.endsWith('-rad'))!;
  const data = Buffer.from(text).toString('base64');
  await world.fhir.put({ ...report, status, presentedForm: [{ contentType: 'text/plain; charset=utf-8', data }] });
};

beforeAll(async () => {
  world = await startWorld();
  await world.loadCohort({ seed: 61, patients: [twins, twoStudies, contradicted] });
  await putReport(reportText(12), 'final');
  service = await startService(world.env);
  const rows = [twins, twoStudies, contradicted].flatMap(({ patientId, biopsyDate, targets }) =>
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
  // Beside the first one, within the reach of the lesion.
  const beside = { ...rows[0]!, z: rows[0]!.z + 2 };
  await service.http
    .post(`${API}/targets`)
    .send([...rows, beside])
    .expect(200);
}, 180_000);

afterAll(async () => {
  await service?.stop();
  await world?.stop();
}, 60_000);

function expectProblem(response: Response, status: number, detail: RegExp): void {
  expect([response.status, response.type]).toEqual([status, 'application/problem+json']);
  expect((response.body as { detail: string }).detail).toMatch(detail);
}

const curate = async ({ patientId } = twins) => {
  const { body } = await service.http.post(`${API}/patients/${patientId}/curate`).expect(202);
  expect(await endOfRun(service.http, (body as { id: string }).id)).toMatchObject({ state: 'done', problems: [] });
};
const reviews = async (query: Record<string, string | number> = {}) =>
  (await service.http.get(`${API}/reviews`).query(query).expect(200)).body as ReviewView[];
const reviewsOf = ({ patientId } = twins) => reviews({ patient: patientId });
const decide = (id: string, body: object) =>
  service.http.post(`${API}/reviews/${id}`).send({ reviewer: READER, ...body });
const decideAndWait = async (id: string, body: object) => {
  const { run, ...review } = (await decide(id, body).expect(200)).body as ReviewView & { run: { id: string } };
  expect(await endOfRun(service.http, run.id)).toMatchObject({ state: 'done', problems: [] });
  return review;
};
const labels = async ({ patientId } = twins) =>
  (await service.http.get(`${API}/patients/${patientId}/labels`).expect(200)).body as LabelView[];
const current = async (patient = twins) =>
  (await labels(patient)).filter(({ state }) => state !== 'superseded' && state !== 'retracted');
const reasons = async ({ patientId } = twins) =>
  ((await service.http.get(`${API}/exclusions`).expect(200)).body as ExclusionRow[])
    .filter(({ entity, mrn }) => entity === 'target' && mrn === patientId)
    .map(({ reason }) => reason);
const expectYieldAddsUp = async () => {
  const rows = (await service.http.get(`${API}/yield`).expect(200)).body as YieldRow[];
  for (const { in: total, kept, pending, dropped } of rows)
    expect(kept + pending + Object.values(dropped).reduce((sum, count) => sum + count, 0)).toBe(total);
  return rows[0]!;
};
const keyOf = (review: ReviewView, name: string) => review.candidates.find((one) => one.name === name)!.key;

describe('what the evidence leaves open', () => {
  it('comes into the queue with all that a person needs', async () => {
    await curate();
    expect(await reasons()).toEqual(['ambiguous', 'ambiguous']);
    expect(await current()).toEqual([]);
    const open = await reviews({ state: 'open', patient: twins.patientId });
    expect(open).toHaveLength(2);
    for (const review of open) {
      expect(review).toMatchObject({
        state: 'open',
        question: 'lesion',
        patient: { issuer: '', mrn: twins.patientId },
        target: { label: target.label, procedureDate: twins.biopsyDate },
        asked: `Into which lesion was target ${target.label} set?`,
        proposed: null,
        decision: null,
        changes: [],
        history: [{ what: 'opened', by: null }],
      });
      expect(review.candidates.map(({ name }) => name).sort()).toEqual(['lesion 1', 'lesion 2']);
      for (const { sentence, score, facts, report, quotes } of review.candidates) {
        expect(sentence).toMatch(/^target .* ↔ lesion \d: same side/);
        expect(score).toBeGreaterThan(0.2);
        expect(facts).toMatchObject({ side: sector.side });
        expect(report).toBe(`DiagnosticReport/${twins.fhirId}-rad`);
        for (const { quote, start, end } of quotes) expect(reportText(12).slice(start, end)).toBe(quote);
        expect(quotes.length).toBeGreaterThan(1);
      }
      expect((await service.http.get(`${API}/reviews/${review.id}`).expect(200)).body).toEqual(review);
    }
  }, 60_000);

  it('can be filtered and paged, and read on the command line', async () => {
    await curate(twoStudies);
    const all = await reviews();
    expect(all.map(({ question }) => question).sort()).toEqual(['lesion', 'lesion', 'study']);
    const paged: ReviewView[] = [];
    for (;;) {
      const last = paged.at(-1);
      const page = await reviews({ limit: 1, ...(last && { after: last.id }) });
      paged.push(...page);
      if (page.length === 0) break;
    }
    expect(paged).toEqual(all);
    expect(await reviews({ state: 'open,reopened' })).toEqual(all);
    expect(await reviews({ state: 'decided,closed' })).toEqual([]);
    expect(await reviews({ patient: 'nobody' })).toEqual([]);
    const { stdout, code } = await world.cli('reviews', '--json');
    expect(code).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(all);
    const forPeople = (await world.cli('reviews')).stdout;
    expect(forPeople).toContain(`open ${all[0]!.id}: patient ${all[0]!.patient.mrn}, biopsy of`);
    expect(forPeople).toContain('- lesion 2 0.');
    const explained = (await world.cli('explain', '--patient', twoStudies.patientId)).stdout;
    expect(explained).toMatch(
      /^target .* of \d{4}-\d\d-\d\d: no label, ambiguous-study: Several studies .* \(2 studies/,
    );
  }, 60_000);

  it('takes no answer that does not fit', async () => {
    const [review] = await reviewsOf();
    const post = (body: object) => decide(review!.id, body);
    expectProblem(await post({ decision: 'perhaps' }), 400, /^decision: /);
    expectProblem(await post({ decision: 'choose' }), 400, /^candidate: /);
    expectProblem(await post({ decision: 'choose', candidate: 'another' }), 400, /^candidate: /);
    expectProblem(await post({ decision: 'reject', candidate: review!.candidates[0]!.key }), 400, /^candidate: /);
    expectProblem(await post({ decision: 'accept' }), 400, /no candidate is likelier/);
    expectProblem(await post({ decision: 'reject', reviewer: '  ' }), 400, /^reviewer: /);
    expectProblem(await post({ decision: 'reject', reviewer: 'A\u0000B' }), 400, /^reviewer: /);
    expectProblem(await post({ decision: 'reject', note: 5 }), 400, /^note: /);
    expectProblem(await post({ decision: 'reject', digest: 'of another' }), 409, /changed meanwhile/);
    expectProblem(await post({}).type('application/xml').send('<x/>'), 415, /application\/json/);
    for (const id of [randomUUID(), 'first', '1']) {
      expectProblem(await decide(id, { decision: 'reject' }), 404, /no review/);
      expectProblem(await service.http.get(`${API}/reviews/${id}`), 404, /no review/);
    }
    for (const query of ['state=new', 'state=open&state=open', 'limit=0', 'after=first', `after=${randomUUID()}`])
      expectProblem(await service.http.get(`${API}/reviews?${query}`), 400, /state|limit|after/);
    expect(await reviewsOf()).toContainEqual(review);
  });
});

describe('a decision', () => {
  it('is taken from one of two who decide at once; the other is told', async () => {
    const [review] = await reviewsOf();
    const candidate = keyOf(review!, 'lesion 1');
    const bodies = [
      { decision: 'choose', candidate, note: 'darker on ADC', digest: review!.digest },
      { decision: 'reject', reviewer: 'Dr. B. Reader' },
    ];
    const answers = await Promise.all(bodies.map((body) => decide(review!.id, body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expectProblem(await decide(review!.id, bodies[0]!), 409, /decided already/);
    // Whoever was first: from here on it is lesion 1.
    await service.http.post(`${API}/reviews`).send({ target: review!.target.id }).expect(201);
    await decide(review!.id, bodies[0]!).expect(200);
  });

  it('is followed by the label, though another one came while its run was under way', async () => {
    const [first, second] = await reviewsOf();
    expect(first).toMatchObject({
      state: 'decided',
      decision: {
        decision: 'choose',
        candidateName: 'lesion 1',
        note: 'darker on ADC',
        reviewer: READER,
        principal: null,
      },
    });
    await decideAndWait(second!.id, { decision: 'choose', candidate: keyOf(second!, 'lesion 1') });
    const [label, ...others] = await current();
    expect(others).toEqual([]);
    expect(label).toMatchObject({ state: 'stored', segments: [{ lesion: { label: '1', sizeMm: 12 } }] });
    expect(label!.segments[0]!.furtherTargets).toHaveLength(1);
    const today = new Date().toISOString().slice(0, 10);
    const sentence = `target ${target.label} ↔ lesion 1: chosen by ${READER} on ${today}; darker on ADC`;
    expect(label!.segments[0]!.sentences).toContain(sentence);
    expect((await service.http.get(`${API}/labels/${label!.id}`)).body).toEqual(label);
    const explained = (await world.cli('explain', '--patient', twins.patientId)).stdout;
    expect(explained).toContain(sentence);
    expect(
      explained
        .trimEnd()
        .split('\n')
        .every((line) => line.endsWith('; label stored')),
    ).toBe(true);
    expect(await reasons()).toEqual([]);
    await expectYieldAddsUp();
  }, 60_000);

  it('stays through runs and other rules, while the evidence is the same', async () => {
    const state = async () => [await endState(world), await world.sql('SELECT * FROM review ORDER BY id')];
    const before = await state();
    const [label] = await current();
    await curate();
    await world.sql(`UPDATE patient SET curated_rules = 'older'`);
    await curate();
    await putReport(reportText(12, 'No suspicious lesion. Hip prosthesis.'));
    await curate();
    expect(await current()).toMatchObject([{ id: label!.id, state: 'stored', version: label!.version }]);
    expect((await reviewsOf()).map((review) => review.state)).toEqual(['decided', 'decided']);
    await putReport(reportText(12), 'final');
    await curate();
    const after = await state();
    expect(after[1]).toEqual(before[1]);
    expect((after[0] as { segs: string[] }).segs).toEqual((before[0] as { segs: string[] }).segs);
  }, 60_000);

  it('comes back when what it rests on is amended, and its label is retracted', async () => {
    await putReport(reportText(16));
    await curate();
    expect(await current()).toEqual([]);
    expect((await labels())[0]).toMatchObject({ state: 'retracted', segments: [{ lesion: { label: '1' } }] });
    expect(await reasons()).toEqual(['ambiguous', 'ambiguous']);
    const reopened = await reviews({ state: 'reopened' });
    expect(reopened).toHaveLength(2);
    for (const review of reopened) {
      expect(review.changes).toEqual(['lesion 1: size in mm 12 → 16, diameters in mm 12 → 16']);
      expect(review.decision).toMatchObject({ candidateName: 'lesion 1' });
      expect(review.candidates.map(({ facts }) => facts['sizeMm']).sort()).toEqual([16, 9]);
      expect(review.history.at(-1)).toMatchObject({ what: 'reopened', by: null, text: review.changes[0] });
    }
    const unchanged = await world.sql('SELECT * FROM review ORDER BY id');
    await curate();
    expect(await world.sql('SELECT * FROM review ORDER BY id')).toEqual(unchanged);
    expect((await expectYieldAddsUp()).dropped).toMatchObject({ ambiguous: 2 });
    const { text } = await service.http.get('/metrics').expect(200);
    expect(text).toMatch(/^lesion_curator_reviews\{state="reopened"\} 2$/m);
    expect((await world.cli('reviews')).stdout).toContain('changed since: lesion 1: size in mm 12 → 16');
  }, 60_000);

  it('can be another one then: the label has what was chosen last', async () => {
    for (const review of await reviews({ state: 'reopened' }))
      await decideAndWait(review.id, { decision: 'choose', candidate: keyOf(review, 'lesion 2') });
    expect(await current()).toMatchObject([{ state: 'stored', segments: [{ lesion: { label: '2', sizeMm: 9 } }] }]);
    const [review] = await reviewsOf();
    expect(review!.history.map(({ what }) => what).filter((what) => what === 'decided').length).toBeGreaterThan(1);
  }, 60_000);

  it('that rejects a label which a person doubts retracts it', async () => {
    const [label] = await current();
    const targets = (await reviewsOf()).map((review) => review.target.id);
    for (const id of targets) {
      const asked = { target: id, note: 'this is the transition zone', reviewer: READER };
      const { body } = await service.http.post(`${API}/reviews`).send(asked).expect(201);
      const review = body as ReviewView;
      expect(review).toMatchObject({
        state: 'open',
        request: { note: asked.note },
        proposed: keyOf(review, 'lesion 2'),
      });
      // What is linked stays until it is decided.
      await curate();
      expect(await reviews({ state: 'open', patient: twins.patientId })).toMatchObject([{ id: review.id }]);
      await decideAndWait(review.id, { decision: 'reject' });
    }
    expect(await current()).toEqual([]);
    expect(await labels()).toContainEqual(expect.objectContaining({ id: label!.id, state: 'retracted' }));
    expect(await reasons()).toEqual(['rejected-in-review', 'rejected-in-review']);
    expect((await expectYieldAddsUp()).dropped).toMatchObject({ 'rejected-in-review': 2 });
    await curate();
    expect(await reasons()).toEqual(['rejected-in-review', 'rejected-in-review']);
  }, 60_000);

  it('can be asked for only where there is something to choose from', async () => {
    expectProblem(await service.http.post(`${API}/reviews`).send({ target: randomUUID() }), 404, /no target/);
    expectProblem(await service.http.post(`${API}/reviews`).send({ target: 'first' }), 400, /^target: /);
    await putReport(reportText(16), 'entered-in-error');
    await curate();
    const [review] = await reviewsOf();
    expect(review).toMatchObject({ state: 'closed', history: expect.arrayContaining([expect.anything()]) });
    expect(review!.history.at(-1)).toMatchObject({ what: 'closed', by: null });
    expectProblem(await decide(review!.id, { decision: 'reject' }), 409, /no longer arises/);
    const asked = await service.http.post(`${API}/reviews`).send({ target: review!.target.id });
    expectProblem(asked, 409, /nothing to decide: No readable radiology report/);
    // The report is again what the decision rests on.
    await putReport(reportText(16));
    await curate();
    expect(await reasons()).toEqual(['rejected-in-review', 'rejected-in-review']);
    expect((await reviewsOf()).map(({ state }) => state)).toEqual(['decided', 'decided']);
  }, 60_000);

  it('of the study puts the label on the study that was chosen', async () => {
    const [review] = await reviewsOf(twoStudies);
    expect(review!.candidates).toHaveLength(2);
    const chosen = review!.candidates[1]!;
    expect(chosen).toMatchObject({ name: `study of ${twoStudies.exam.isoDate}`, report: null, score: null });
    await decideAndWait(review!.id, { decision: 'choose', candidate: chosen.key });
    expect(await current(twoStudies)).toMatchObject([{ state: 'stored', studyInstanceUid: chosen.key }]);
    await expectYieldAddsUp();
  }, 60_000);

  it('for the opposite side needs a note', async () => {
    await curate(contradicted);
    expect(await reasons(contradicted)).toEqual(['side-contradiction']);
    expect(await reviewsOf(contradicted)).toEqual([]);
    const [{ id } = { id: '' }] = await world.sql<{ id: string }>(
      'SELECT target.id FROM target JOIN patient ON patient.id = patient_id WHERE mrn = $1',
      [contradicted.patientId],
    );
    const { body } = await service.http.post(`${API}/reviews`).send({ target: id }).expect(201);
    const review = body as ReviewView;
    expect(review).toMatchObject({ proposed: null, candidates: [{ isContradicted: true, score: 0 }] });
    const choice = { decision: 'choose', candidate: review.candidates[0]!.key };
    expectProblem(await decide(review.id, choice), 400, /^note: must say why/);
    expectProblem(await decide(review.id, { decision: 'accept' }), 400, /^decision: /);
    await decideAndWait(review.id, { ...choice, note: 'the name of the target is wrong' });
    const [label] = await current(contradicted);
    expect(label!.segments[0]!.sentences.join()).toContain('the name of the target is wrong');
    expect(await reasons(contradicted)).toEqual([]);
  }, 60_000);

  it('on a target that is corrected comes back for the one in its place', async () => {
    const [{ label, pointLps }] = contradicted.targets as [(typeof contradicted.targets)[number]];
    const [x, y, z] = pointLps;
    const row = {
      patient_id: contradicted.patientId,
      procedure_date: contradicted.biopsyDate,
      coordinate_system: 'LPS',
    };
    const moved = { ...row, label, x: x + 1, y, z };
    const { body } = await service.http.post(`${API}/targets`).send([moved]).expect(200);
    expect(body).toMatchObject({ corrected: 1 });
    await curate(contradicted);
    expect(await current(contradicted)).toEqual([]);
    expect(await reasons(contradicted)).toEqual(['ambiguous']);
    const states = (await reviewsOf(contradicted)).map(({ state, changes }) => [state, changes]);
    expect(states.sort()).toEqual([
      ['closed', []],
      ['reopened', ['the target moved by 1.0 mm']],
    ]);
    const again = (await reviewsOf(contradicted)).find(({ state }) => state === 'reopened')!;
    await decideAndWait(again.id, { decision: 'choose', candidate: again.candidates[0]!.key, note: 'still wrong' });
    expect(await current(contradicted)).toMatchObject([{ state: 'stored' }]);
    await curate(contradicted);
    expect(await current(contradicted)).toMatchObject([{ state: 'stored' }]);
    await service.http
      .post(`${API}/targets`)
      .send([{ ...moved, x }])
      .expect(200);
    await curate(contradicted);
    // The first one is back, and with it what was decided on it.
    expect(await current(contradicted)).toMatchObject([{ state: 'stored' }]);
    await expectYieldAddsUp();
  }, 60_000);

  it('that accepts what is linked stays on the same label, which then says so', async () => {
    const [before] = await current(twoStudies);
    const { target, confidence } = before!.segments[0]!;
    const { body } = await service.http.post(`${API}/reviews`).send({ target: target.id }).expect(201);
    await decideAndWait((body as ReviewView).id, { decision: 'accept' });
    const [after, ...more] = await current(twoStudies);
    expect(more).toEqual([]);
    expect(after).toMatchObject({ id: before!.id, version: before!.version, state: 'stored' });
    expect(after!.segments[0]!.sentences).toContainEqual(expect.stringMatching(/: accepted by Dr\. A\. Reader on /));
    expect(after!.segments[0]!.confidence).toBeGreaterThan(confidence);
    expect([before!, after!].map(({ segments }) => segments[0]!.isReviewed)).toEqual([false, true]);
  }, 60_000);
});
