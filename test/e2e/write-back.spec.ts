import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Bundle, DiagnosticReport, Observation, Provenance, Resource } from '@medplum/fhirtypes';
import { RunService } from '../../src/modules/curation/run.service.js';
import { PatientRepository } from '../../src/modules/ingest/patient.repository.js';
import { WriteBackRepository } from '../../src/modules/write-back/write-back.repository.js';
import { WriteBackService } from '../../src/modules/write-back/write-back.service.js';
import { fhirBundle, generateCohort } from '../fixtures/cohort/cohort.js';
import { type Fault, type FaultProxy, startFaultProxy } from '../fixtures/servers/fault-proxy.js';
import { forgetLabels, importTargets } from './end-state.js';
import { type Service, startService } from './service.js';
import { startWorld, type World } from './world.js';

const patients = generateCohort({ seed: 52, patients: 3 }).patients.filter(({ scenario }) => scenario === 'labelled');
const [changing, other] = patients as unknown as [(typeof patients)[number], (typeof patients)[number]];

let world: World;
let proxy: FaultProxy;
let service: Service;

beforeAll(async () => {
  world = await startWorld();
  await world.loadCohort({ seed: 52, patients });
  await importTargets(world, { patients });
  proxy = await startFaultProxy(world.fhir.baseUrl);
  service = await startService({ ...world.env, FHIR_BASE_URL: proxy.url, FHIR_WRITE_BACK: 'on' });
}, 120_000);
afterAll(async () => {
  await service?.stop();
  await proxy?.stop();
  await world?.stop();
});
beforeEach(() => void proxy.requests.splice(0));
afterEach(async () => {
  proxy.clearPlans();
  for (const patient of patients) await world.fhir.load(fhirBundle(patient));
  for (const type of ['Observation', 'Provenance'] as const)
    for (const { id } of await all(type)) await world.fhir.delete(type, id!);
  await forgetLabels(world);
});

async function run(from = service) {
  const runs = from.app.get(RunService);
  const { state, problems, counts } = await runs.executeToTheEnd((await runs.createSync({})).id);
  return { state, problems, counts };
}
async function sync() {
  const { state, problems, counts } = await run();
  expect({ state, problems }).toEqual({ state: 'done', problems: [] });
  return counts;
}

async function all<T extends Resource>(type: T['resourceType'], query = ''): Promise<T[]> {
  const response = await fetch(`${world.fhir.baseUrl}/${type}?_count=500${query}`);
  expect(response.status).toBe(200);
  const { entry = [] } = (await response.json()) as Bundle;
  return entry.map(({ resource }) => resource as T).sort((a, b) => (a.id! < b.id! ? -1 : 1));
}
const observationsOf = (patient = changing) => all<Observation>('Observation', `&subject=Patient/${patient.fhirId}`);
const isLesion = ({ category }: Observation) => category?.[0]?.coding?.[0]?.code === 'imaging';
const writes = () => proxy.requests.filter(({ method }) => method !== 'GET');
const statesOf = (mrn = changing.patientId) =>
  world.sql<{ state: string }>(
    'SELECT DISTINCT label.state FROM label JOIN patient ON patient.id = patient_id WHERE mrn = $1',
    [mrn],
  );
const segments = () =>
  world.sql<{ uid: string; specimens: number }>(
    `SELECT DISTINCT segment ->> 'trackingUid' AS uid, jsonb_array_length(segment -> 'specimens') AS specimens
     FROM label, jsonb_array_elements(segments) segment WHERE state = 'stored'`,
  );

const radiology = () =>
  structuredClone(
    fhirBundle(changing)
      .entry!.map(({ resource }) => resource!)
      .find(({ id }) => id?.endsWith('-rad')),
  ) as DiagnosticReport;
function amended(change: (text: string) => string): DiagnosticReport {
  const report = radiology();
  const text = Buffer.from(report.presentedForm?.[0]?.data ?? '', 'base64').toString('utf8');
  const data = Buffer.from(change(text)).toString('base64');
  return { ...report, status: 'amended', presentedForm: [{ contentType: 'text/plain; charset=utf-8', data }] };
}
/** The report with a larger lesion. */
const enlarged = () => amended((text) => text.replaceAll(/1\.2( x|,| cm)/g, '1.6$1'));
const withoutSizes = () => amended((text) => text.replace(/ *Size:.*\n/, '').replaceAll(/, 1\.2 cm/g, ''));
const sizesOf = (observations: Observation[]) =>
  observations
    .filter(isLesion)
    .map(({ component }) => component?.find(({ code }) => code.text === 'Size')?.valueQuantity?.value);

it('is off unless it is asked for', async () => {
  const silent = await startService({ ...world.env, FHIR_BASE_URL: proxy.url });
  try {
    const { state, counts } = await run(silent);
    expect(state).toBe('done');
    expect(counts['labelsStored']).toBeGreaterThan(0);
    expect(counts).not.toHaveProperty('resourcesWritten');
    expect(writes()).toEqual([]);
  } finally {
    await silent.stop();
  }
}, 60_000);

describe('what the labels say', () => {
  it('is on the FHIR server, with its sources', async () => {
    const counts = await sync();
    const lesions = await segments();
    const specimens = lesions.reduce((sum, one) => sum + one.specimens, 0);
    expect(specimens).toBeGreaterThan(0);
    const observations = await all<Observation>('Observation');
    const provenances = await all<Provenance>('Provenance');
    expect(
      observations
        .filter(isLesion)
        .map(({ identifier }) => identifier?.[1]?.value)
        .sort(),
    ).toEqual(lesions.map(({ uid }) => `urn:oid:${uid}`).sort());
    expect(observations).toHaveLength(lesions.length + specimens);
    expect(provenances).toHaveLength(patients.length);
    expect(counts['resourcesWritten']).toBe(observations.length + provenances.length);

    const ids = new Set(observations.map(({ id }) => `Observation/${id}`));
    for (const observation of observations) {
      expect(observation.status).toBe('preliminary');
      expect(observation.subject?.reference).toMatch(/^Patient\//);
      for (const { reference } of observation.hasMember ?? []) expect(ids).toContain(reference);
    }
    for (const lesion of observations.filter(isLesion)) {
      const [study] = lesion.derivedFrom ?? [];
      expect((await fetch(`${world.fhir.baseUrl}/${study?.reference}`)).status).toBe(200);
    }
    for (const { target, entity, agent } of provenances) {
      for (const { reference } of target) if (reference) expect(ids).toContain(reference);
      expect(target.some(({ identifier }) => identifier?.system === 'urn:dicom:uid')).toBe(true);
      for (const { what } of entity ?? []) {
        expect(what.reference).toMatch(/^DiagnosticReport\//);
        expect((await fetch(`${world.fhir.baseUrl}/${what.reference}`)).status).toBe(200);
      }
      expect(agent.length).toBeGreaterThanOrEqual(3);
    }
  }, 60_000);

  it('is not sent again while it stays the same', async () => {
    await sync();
    proxy.requests.splice(0);
    expect(await sync()).toMatchObject({ resourcesWritten: 0 });
    expect(proxy.requests.filter(({ method, url }) => method !== 'GET' || url.includes('ImagingStudy'))).toEqual([]);
  }, 60_000);

  it('gets a new version when the report is amended, and only of that patient', async () => {
    await sync();
    const before = await observationsOf();
    const untouched = await observationsOf(other);
    await world.fhir.put(enlarged());
    await sync();
    const after = await observationsOf();
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(sizesOf(after)).not.toEqual(sizesOf(before));
    expect(after.filter((one) => !isLesion(one))).toEqual(before.filter((one) => !isLesion(one)));
    expect(await observationsOf(other)).toEqual(untouched);
  }, 60_000);

  it('keeps a lesion whose size is no longer stated, which is in the structured report alone', async () => {
    await sync();
    const [lesion] = (await observationsOf()).filter(isLesion);
    expect(sizesOf([lesion!])).toEqual([12]);
    await world.fhir.load({ resourceType: 'Bundle', type: 'collection', entry: [{ resource: withoutSizes() }] });
    await sync();
    const lesions = (await observationsOf()).filter(isLesion);
    expect(lesions.map(({ id, status }) => ({ id, status }))).toEqual([{ id: lesion!.id, status: 'preliminary' }]);
    expect(sizesOf(lesions)).toEqual([undefined]);
    const ofLesion = (await all<Provenance>('Provenance')).find(({ target }) =>
      target.some(({ reference }) => reference === `Observation/${lesion!.id}`),
    );
    expect(ofLesion!.target.filter(({ identifier }) => identifier)).toHaveLength(1);
  }, 60_000);

  it('is entered in error when the report is, and stands again when that is put right', async () => {
    await sync();
    await world.fhir.put({ ...radiology(), status: 'entered-in-error' });
    await sync();
    expect(await statesOf()).toEqual([{ state: 'retracted' }]);
    expect(new Set((await observationsOf()).map(({ status }) => status))).toEqual(new Set(['entered-in-error']));
    expect(new Set((await observationsOf(other)).map(({ status }) => status))).toEqual(new Set(['preliminary']));
    expect(await sync()).toMatchObject({ resourcesWritten: 0 });
    await world.fhir.put({ ...radiology(), status: 'corrected' });
    await sync();
    expect(new Set((await observationsOf()).map(({ status }) => status))).toEqual(new Set(['preliminary']));
  }, 60_000);

  it('is written for one patient on demand', async () => {
    const [patient] = await service.app.get(PatientRepository).findByMrn(changing.patientId);
    const runs = service.app.get(RunService);
    const { counts } = await runs.executeToTheEnd((await runs.createPatient(patient!)).id);
    expect(counts['resourcesWritten']).toBeGreaterThan(1);
    expect(await observationsOf(other)).toEqual([]);
  }, 60_000);
});

describe('one patient beside others', () => {
  const idOf = async (mrn: string) => (await service.app.get(PatientRepository).findByMrn(mrn))[0]!.id;
  const write = async (mrn: string) => service.app.get(WriteBackService).writePatient(await idOf(mrn));

  it('is seen to again in the same run when something changes while it is written', async () => {
    const patient = await service.app.get(PatientRepository).get(await idOf(changing.patientId));
    let touched: Promise<void> | undefined;
    proxy.plan({ kind: 'status', status: 500 }, ({ method }) => {
      if (method !== 'GET') touched ??= service.app.get(PatientRepository).touch([patient.id]);
      return false;
    });
    const runs = service.app.get(RunService);
    const { counts } = await runs.executeToTheEnd((await runs.createPatient(patient)).id);
    expect(touched).toBeDefined();
    expect(counts).toMatchObject({ patientsCurated: 2, labelsPlanned: 1 });
    expect(
      await world.sql('SELECT FROM patient WHERE id = $1 AND input_revision > curated_revision', [patient.id]),
    ).toEqual([]);
  }, 60_000);

  it('leaves alone what is written of a study that turned out to be another patient’s', async () => {
    await sync();
    await world.fhir.put(enlarged());
    await sync();
    const ids = [await idOf(changing.patientId), await idOf(other.patientId)];
    await world.sql(`UPDATE label SET patient_id = $2 WHERE patient_id = $1 AND state = 'stored'`, ids);
    const before = await observationsOf();
    expect(await write(changing.patientId)).toEqual({ written: 0, problems: [] });
    expect(await observationsOf()).toEqual(before);
    expect((await write(other.patientId)).problems).toEqual([]);
    expect(await write(changing.patientId)).toEqual({ written: 0, problems: [] });
  }, 60_000);

  it('refers to its subject as the report does', async () => {
    await sync();
    const subject = { identifier: { system: 'urn:oid:1.2.3', value: changing.patientId } };
    await world.sql(`UPDATE report SET raw = jsonb_set(raw, '{subject}', $2) WHERE patient_id = $1`, [
      await idOf(changing.patientId),
      JSON.stringify(subject),
    ]);
    expect((await write(changing.patientId)).problems).toEqual([]);
    expect(await all<Observation>('Observation')).toContainEqual(expect.objectContaining({ subject }));
  }, 60_000);

  it('fails alone where its rows cannot be read', async () => {
    await sync();
    await world.sql('TRUNCATE written_resource');
    await world.sql(`UPDATE label SET segments = '[{}]' WHERE patient_id = $1`, [await idOf(changing.patientId)]);
    const { state, problems, counts } = await run();
    expect({ state, problems }).toEqual({
      state: 'incomplete',
      problems: ['FHIR write-back of 1 patient: unexpected error; see the log'],
    });
    expect(counts['resourcesWritten']).toBe((await observationsOf(other)).length + 1);
  }, 60_000);

  it('says so where another process is writing for the patient', async () => {
    await sync();
    const id = await idOf(changing.patientId);
    const isDone = await service.app.get(WriteBackRepository).alone(id, async () => {
      expect((await write(changing.patientId)).problems).toEqual([expect.stringMatching(/another process is writing/)]);
    });
    expect(isDone).toBe(true);
    expect(await write(changing.patientId)).toEqual({ written: 0, problems: [] });
  }, 60_000);
});

describe('a FHIR server that does not take it', () => {
  const outcome = JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'invalid' }] });
  const isWrite = ({ method }: { method: string }) => method !== 'GET';

  it.each<[string, Fault, RegExp]>([
    ['forbids it', { kind: 'status', status: 403, body: outcome }, /forbids/],
    ['asks for patience', { kind: 'status', status: 503, headers: { 'retry-after': '3600' } }, /failed/],
  ])(
    '%s: the label is stored, the run says so, the next sync writes',
    async (_name, fault, words) => {
      for (let times = 0; times < 2; times++) proxy.plan(fault, isWrite);
      const { state, problems } = await run();
      expect(state).toBe('incomplete');
      expect(problems).toEqual([expect.stringMatching(/^FHIR write-back of 2 patients: /)]);
      expect(problems[0]).toMatch(words);
      for (const { patientId } of patients) expect(problems[0]).not.toContain(patientId);
      for (const { patientId } of patients) expect(await statesOf(patientId)).toEqual([{ state: 'stored' }]);
      await sync();
      expect((await all('Provenance')).length).toBe(2);
      expect(await sync()).toMatchObject({ resourcesWritten: 0 });
    },
    60_000,
  );

  it('fails in the middle: what was written is not written again, the rest is', async () => {
    let seen = 0;
    proxy.plan({ kind: 'status', status: 403, body: outcome }, (request) => isWrite(request) && ++seen === 3);
    const first = await run();
    expect(first.problems).toHaveLength(1);
    const { resourcesWritten = 0 } = await sync();
    expect(resourcesWritten).toBeGreaterThan(0);
    expect(first.counts['resourcesWritten']! + resourcesWritten).toBe(
      (await all('Observation')).length + (await all('Provenance')).length,
    );
  }, 60_000);

  it('answers 500 once: it is sent again', async () => {
    proxy.plan({ kind: 'status', status: 500 }, isWrite);
    await sync();
    expect((await all('Provenance')).length).toBe(2);
  }, 60_000);

  it('loses its answer: the observation is there once', async () => {
    proxy.plan({ kind: 'lose-answer' }, isWrite);
    await sync();
    const lesions = await segments();
    expect((await all<Observation>('Observation')).filter(isLesion)).toHaveLength(lesions.length);
  }, 60_000);

  it('refuses our ids: it is asked by identifier, and our ids are tried again at the next sync', async () => {
    for (let times = 0; times < 2; times++) proxy.plan({ kind: 'status', status: 405 }, isWrite);
    const { problems } = await run();
    // The server of the tests refuses conditional creates; what matters here is that it was asked by identifier.
    expect(problems).toHaveLength(1);
    const identifier = encodeURIComponent('urn:ietf:rfc:3986|urn:uuid:');
    expect(proxy.requests.some(({ url }) => url.includes(`Observation?identifier=${identifier}`))).toBe(true);
    await sync();
  }, 60_000);
});
