import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { fhirBundle, generateCohort } from '../fixtures/cohort/cohort.js';
import { importTargets } from './end-state.js';
import { startWorld, type World } from './world.js';

const patients = generateCohort({ seed: 52, patients: 3 }).patients.filter(({ scenario }) => scenario === 'labelled');
const [changing] = patients;

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.loadCohort({ seed: 52, patients });
  await importTargets(world, { patients });
}, 120_000);
afterAll(async () => world?.stop());

async function sync({ nextDay = false } = {}): Promise<void> {
  if (nextDay)
    await world.sql(`UPDATE ingest_cursor SET watermark = watermark - interval '1 day' WHERE name = 'deleted reports'`);
  const { code, stdout } = await world.cli('sync');
  expect({ code, stdout: code === 0 ? '' : stdout }).toEqual({ code: 0, stdout: '' });
}
const states = (mrn: string) =>
  world.sql<{ state: string; because: string[] }>(
    `SELECT label.state, jsonb_path_query_array(ended_because, '$[*].reason') AS because
     FROM label JOIN patient ON patient.id = patient_id WHERE mrn = $1 AND label.kind = 'SEG'`,
    [mrn],
  );

it('a report that is deleted on the FHIR server takes its label with it at the next night, until it is there again', async () => {
  await sync();
  expect(await states(changing!.patientId)).toMatchObject([{ state: 'stored' }]);
  await world.fhir.delete('DiagnosticReport', `${changing!.fhirId}-rad`);
  await sync();
  expect(await states(changing!.patientId)).toMatchObject([{ state: 'stored' }]);

  await sync({ nextDay: true });
  const [ended] = await states(changing!.patientId);
  expect(ended!.state).toBe('retracted');
  expect(new Set(ended!.because)).toEqual(new Set(['report-deleted']));
  for (const { patientId } of patients.slice(1)) expect(await states(patientId)).toMatchObject([{ state: 'stored' }]);
  const { stdout } = await world.cli('exclusions', '--csv');
  expect(stdout).toMatch(new RegExp(`^report,DiagnosticReport/${changing!.fhirId}-rad,.*report-deleted`, 'm'));

  await world.fhir.load(fhirBundle(changing!));
  await sync();
  expect(await states(changing!.patientId)).toMatchObject([{ state: 'stored' }]);
}, 120_000);
