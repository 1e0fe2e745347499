import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Cohort, targetFiles } from '../fixtures/cohort/cohort.js';
import type { Orthanc } from '../fixtures/servers/orthanc.js';
import type { World } from './world.js';
import { requireValidObjects, writtenInstances } from './written-objects.js';

/** What a sync leaves behind, without what depends on when and how often it was tried. */
export interface EndState {
  tables: Record<string, unknown[]>;
  /** SOPInstanceUIDs of the SEG objects in the PACS, and of the structured reports, one for each stored instance. */
  segs: string[];
  reports: string[];
}

const QUERIES: Record<string, string> = {
  label: `SELECT sop_instance_uid, kind, logical_key, version, state, superseded_by, content_digest, patient_id FROM label`,
  link: 'SELECT * FROM link',
  exclusion: 'SELECT * FROM exclusion',
  review: 'SELECT id, patient_id, state, target, asked, candidates, proposed, decision FROM review',
  extraction: 'SELECT report_id, engine, extraction FROM extraction',
  report: 'SELECT id, fhir_id, is_current, patient_id, kind, refused, text FROM report',
  study: 'SELECT study_instance_uid, patient_id, study_date, series_sha256 FROM study',
  series: 'SELECT series_instance_uid, instances, headers FROM series',
  target: 'SELECT * FROM target',
  'patient still due': 'SELECT id FROM patient WHERE input_revision > curated_revision',
};

export async function endState(world: World): Promise<EndState> {
  const tables: Record<string, unknown[]> = {};
  for (const [name, query] of Object.entries(QUERIES)) {
    const rows = await world.sql<{ row: string }>(`SELECT to_jsonb(q)::text AS row FROM (${query}) q ORDER BY 1`);
    tables[name] = rows.map(({ row }) => row);
  }
  return { tables, segs: await segUids(world.orthanc), reports: await storedUids(world.orthanc, 'SR') };
}

export const segUids = (orthanc: Orthanc): Promise<string[]> => storedUids(orthanc, 'SEG');

export async function storedUids(orthanc: Orthanc, modality: 'SEG' | 'SR'): Promise<string[]> {
  const instances = await writtenInstances(orthanc, [modality]);
  const tags = await Promise.all(
    instances.map((id) => orthanc.get<{ MainDicomTags: { SOPInstanceUID: string } }>(`/instances/${id}`)),
  );
  return tags.map(({ MainDicomTags }) => MainDicomTags.SOPInstanceUID).sort();
}

/** Empties database and queue of all but patients and their targets, and the PACS of its labels. */
export async function forgetLabels(world: World): Promise<void> {
  await world.sql(
    'TRUNCATE run, run_patient, written_resource, label, review, exclusion, link, extraction, study, series, ingest_cursor, report',
  );
  await world.sql('UPDATE patient SET input_revision = 1, curated_revision = 0, curated_rules = NULL');
  await world.sql('DELETE FROM jobs.job');
  await deleteLabels(world.orthanc);
}

export async function deleteLabels(orthanc: Orthanc): Promise<void> {
  await requireValidObjects(orthanc);
  for (const id of await writtenInstances(orthanc)) await orthanc.remove(`/instances/${id}`);
}

export async function importTargets(world: World, { patients }: Pick<Cohort, 'patients'>): Promise<void> {
  const folder = join(world.folder, 'targets');
  for (const { path, content } of patients.flatMap(targetFiles)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const { code, stderr } = await world.cli('import-targets', folder);
  if (code !== 0) throw new Error(`The targets were not imported: ${stderr}`);
}
