import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { type CohortPatient, generateCohort } from '../fixtures/cohort/cohort.js';
import { forgetLabels, importTargets } from './end-state.js';
import { startWorld, type World } from './world.js';

/** A patient with one lesion, and the same a year and a half later: another exam, report and biopsy. */
const first = generateCohort({ seed: 61, patients: 2 }).patients.find(({ scenario }) => scenario === 'labelled')!;
const second = followUpOf(first);

let world: World;

beforeAll(async () => {
  world = await startWorld();
}, 120_000);
afterAll(async () => world?.stop());
afterEach(async () => {
  await world.sql('TRUNCATE target, patient CASCADE');
  await forgetLabels(world);
});

async function arrive(patient: CohortPatient): Promise<void> {
  await world.loadCohort({ seed: 61, patients: [patient] });
  await importTargets(world, { patients: [patient] });
  const { code, stdout } = await world.cli('sync');
  expect({ code, stdout: code === 0 ? '' : stdout }).toEqual({ code: 0, stdout: '' });
}

const lesions = () =>
  world.sql<{ study: string; version: number; state: string; uid: string; name: string }>(
    `SELECT study_instance_uid AS study, version, state, segments -> 0 ->> 'trackingUid' AS uid,
       segments -> 0 ->> 'trackingId' AS name FROM label WHERE kind = 'SEG' ORDER BY planned_at, sop_instance_uid`,
  );

const nameOf = ({ targets, biopsyDate }: CohortPatient) => `${targets[0]!.label} · ${biopsyDate}`;

it('a lesion of a follow-up exam keeps its tracking UID, and its label says since when', async () => {
  await arrive(first);
  await arrive(second);
  const [before, after, ...more] = await lesions();
  expect(more).toEqual([]);
  expect([before!.state, after!.state]).toEqual(['stored', 'stored']);
  expect(after!.study).not.toBe(before!.study);
  expect(after).toMatchObject({ uid: before!.uid, name: nameOf(first) });
}, 120_000);

it('the report of the earlier exam arrives later: the label of the follow-up gets a version that names the same lesion', async () => {
  await world.fhir.delete('DiagnosticReport', `${first.fhirId}-rad`);
  await arrive(second);
  const [alone] = await lesions();
  expect(alone).toMatchObject({ name: nameOf(second), state: 'stored' });
  await arrive(first);
  const [superseded, ...current] = await lesions();
  expect(superseded).toEqual({ ...alone, state: 'superseded' });
  expect(current).toHaveLength(2);
  expect(new Set(current.map(({ uid, name, state }) => `${uid} ${name} ${state}`)).size).toBe(1);
  expect(current[0]).toMatchObject({ name: nameOf(first), state: 'stored' });
}, 120_000);

function followUpOf(patient: CohortPatient): CohortPatient {
  const later = (isoDate: string) => new Date(Date.parse(isoDate) + 550 * 86_400_000).toISOString().slice(0, 10);
  const accession = `F${patient.exam.accession}`;
  return {
    ...patient,
    fhirId: `${patient.fhirId}-later`,
    exam: { ...patient.exam, isoDate: later(patient.exam.isoDate), accession },
    biopsyDate: later(patient.biopsyDate),
    studies: patient.studies.map((study) => ({
      ...study,
      studyInstanceUid: `${study.studyInstanceUid}.2`,
      frameOfReferenceUid: `${study.frameOfReferenceUid}.2`,
      date: later(patient.exam.isoDate).replaceAll('-', ''),
      accession,
      series: study.series.map((series) => ({ ...series, seriesInstanceUid: `${series.seriesInstanceUid}.2` })),
    })),
  };
}
