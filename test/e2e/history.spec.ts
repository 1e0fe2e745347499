import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DiagnosticReport } from '@medplum/fhirtypes';
import type { LabelVersion } from '../../src/modules/curation/label-history.js';
import type { LabelView } from '../../src/modules/curation/labels.service.js';
import { fhirBundle, generateCohort } from '../fixtures/cohort/cohort.js';
import { forgetLabels, importTargets } from './end-state.js';
import { API, endOfRun, type RunAnswer, type Service, startService } from './service.js';
import { startWorld, type World } from './world.js';

const patient = generateCohort({ seed: 52, patients: 3 }).patients.find(({ scenario }) => scenario === 'labelled')!;
const mrn = encodeURIComponent(patient.patientId);

let world: World;
let service: Service;

beforeAll(async () => {
  world = await startWorld();
  service = await startService(world.env);
  await world.loadCohort({ seed: 52, patients: [patient] });
}, 120_000);
afterAll(async () => {
  await service?.stop();
  await world?.stop();
});
beforeEach(async () => {
  await importTargets(world, { patients: [patient] });
  await forgetLabels(world);
  await world.fhir.put(report());
  await curate();
});

const report = (): DiagnosticReport =>
  structuredClone(
    fhirBundle(patient).entry!.find(({ resource }) => resource?.id?.endsWith('-rad'))!.resource as DiagnosticReport,
  );
/** The report with other words in it. */
const amended = (from: RegExp, to: string): DiagnosticReport => {
  const text = Buffer.from(report().presentedForm![0]!.data!, 'base64').toString('utf8');
  expect(text).toMatch(from);
  const data = Buffer.from(text.replaceAll(from, to)).toString('base64');
  return { ...report(), status: 'amended', presentedForm: [{ contentType: 'text/plain; charset=utf-8', data }] };
};

async function curate(): Promise<void> {
  const { body } = await service.http.post(`${API}/patients/${mrn}/curate`).expect(202);
  expect(await endOfRun(service.http, (body as RunAnswer).id)).toMatchObject({ state: 'done', problems: [] });
}
const labels = async () => (await service.http.get(`${API}/patients/${mrn}/labels`).expect(200)).body as LabelView[];
const historyOf = async (id: string) =>
  (await service.http.get(`${API}/labels/${id}/history`).expect(200)).body as LabelVersion[];

describe('the history of a label', () => {
  it('names both versions, when and why the first ended, whichever is asked for', async () => {
    const [before] = await labels();
    await world.fhir.put(amended(/1\.2( x|,| cm)/g, '1.6$1'));
    await curate();
    const history = await historyOf(before!.id);
    expect(history).toMatchObject([
      { id: before!.id, version: 1, state: 'superseded', changes: [], removal: null, endedBecause: [] },
      { version: 2, state: 'stored', endedAt: null, storedAt: expect.any(String) },
    ]);
    const [first, second] = history as [LabelVersion, LabelVersion];
    expect(first.endedAt).toBe(second.plannedAt);
    const size = second.changes.find(({ what }) => what === 'size');
    expect(size).toMatchObject({
      from: expect.stringMatching(/^12( x|$| mm)/),
      to: expect.stringMatching(/^16( x|$| mm)/),
    });
    expect(second.changes.map(({ what }) => what)).toEqual(expect.arrayContaining(['size', 'report', 'box']));
    expect(second.changes.some(({ what }) => what === 'lesion' || what === 'tracking')).toBe(false);
    expect(await historyOf(second.id)).toEqual(history);
  }, 60_000);

  it('says that a report was withdrawn', async () => {
    const [before] = await labels();
    await world.fhir.put({ ...report(), status: 'entered-in-error' });
    await curate();
    expect(await historyOf(before!.id)).toEqual([
      expect.objectContaining({
        state: 'retracted',
        endedAt: expect.any(String),
        endedBecause: patient.targets.map(({ label }) => ({
          target: label,
          reason: 'report-withdrawn',
          detail: `DiagnosticReport/${report().id}`,
        })),
      }),
    ]);
    await world.fhir.put({ ...report(), status: 'corrected' });
    await curate();
    expect(await historyOf(before!.id)).toMatchObject([{ state: 'stored', endedAt: null, endedBecause: [] }]);
  }, 60_000);

  it('says that a target is gone, and that the study fits no longer', async () => {
    const [before] = await labels();
    await world.sql('DELETE FROM target');
    await world.sql('UPDATE patient SET input_revision = input_revision + 1');
    await curate();
    expect((await historyOf(before!.id))[0]!.endedBecause).toMatchObject([{ reason: 'target-gone' }]);
    await importTargets(world, { patients: [patient] });
    await curate();
    await world.sql(`UPDATE target SET procedure_date = '1999-01-01'`);
    await world.sql('UPDATE patient SET input_revision = input_revision + 1');
    await curate();
    expect((await historyOf(before!.id))[0]!.endedBecause).toMatchObject([{ reason: 'no-mr-before-biopsy' }]);
    await world.sql('DELETE FROM target');
  }, 60_000);

  it('of a label that nobody knows: not found', async () => {
    await service.http.get(`${API}/labels/00000000-0000-8000-8000-000000000000/history`).expect(404);
    await service.http.get(`${API}/labels/nothing/history`).expect(404);
  });
});
