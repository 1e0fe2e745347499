import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { DiagnosticReport, Patient, ServiceRequest } from '@medplum/fhirtypes';
import { CurationService } from '../../src/modules/curation/curation.service.js';
import { RunService } from '../../src/modules/curation/run.service.js';
import { PacsClient } from '../../src/modules/dicomweb/dicomweb-client.js';
import { PatientRepository } from '../../src/modules/ingest/patient.repository.js';
import { TargetImportService } from '../../src/modules/ingest/target-import.service.js';
import { dicomFiles, fhirBundle, generateCohort } from '../fixtures/cohort/cohort.js';
import { element, toPart10 } from '../fixtures/cohort/dataset.js';
import { YieldService } from '../../src/modules/curation/yield.service.js';
import { type FaultProxy, type ProxiedRequest, startFaultProxy } from '../fixtures/servers/fault-proxy.js';
import { deleteLabels, type EndState, endState, forgetLabels, importTargets, segUids } from './end-state.js';
import { type Service, startService } from './service.js';
import { runCli, startWorld, uploadAll, type World } from './world.js';
import { requireValidObjects } from './written-objects.js';

const [changing, other] = generateCohort({ seed: 52, patients: 3 }).patients.filter(
  ({ scenario }) => scenario === 'labelled',
) as unknown as [Patients, Patients];
type Patients = ReturnType<typeof generateCohort>['patients'][number];
const patients = [changing, other];
const ELSEWHERE = 'http://elsewhere.example/mrn';

let world: World;
let service: Service;
let unchanged: EndState;

beforeAll(async () => {
  world = await startWorld();
  await world.loadCohort({ seed: 52, patients });
  await importTargets(world, { patients });
  service = await startService(world.env);
  await sync();
  unchanged = await endState(world);
  expect(unchanged.segs).toHaveLength(2);
}, 120_000);
afterAll(async () => {
  await service?.stop();
  await world?.stop();
});

/** Every test begins with both patients labelled and ends with their records as they were. */
beforeEach(async () => {
  await forgetLabels(world);
  await sync();
});
afterEach(async () => {
  for (const patient of patients) await world.fhir.load(fhirBundle(patient));
});

async function sync(from = service) {
  const runs = from.app.get(RunService);
  const { state, problems, counts } = await runs.executeToTheEnd((await runs.createSync({})).id);
  expect({ state, problems }).toEqual({ state: 'done', problems: [] });
  return counts;
}

interface Version {
  version: number;
  state: string;
  supersededBy: string | null;
  uid: string;
  tracking: string[];
  sizes: number[];
}
const versions = (mrn = changing.patientId) =>
  world.sql<Version>(
    `SELECT version, label.state, superseded_by AS "supersededBy", sop_instance_uid AS uid,
       jsonb_path_query_array(segments, '$[*].trackingUid') AS tracking,
       jsonb_path_query_array(segments, '$[*].lesion.sizeMm') AS sizes
     FROM label JOIN patient ON patient.id = patient_id
     WHERE kind = 'SEG' AND (mrn = $1 OR aliases @> jsonb_build_array(jsonb_build_object('mrn', $1::text))) ORDER BY version`,
    [mrn],
  );

const resources = <T extends { resourceType: string }>(type: T['resourceType'], patient = changing) =>
  structuredClone(
    (fhirBundle(patient).entry ?? []).flatMap(({ resource }) => (resource?.resourceType === type ? [resource] : [])),
  ) as unknown as T[];
const radiology = () => resources<DiagnosticReport>('DiagnosticReport').find(({ id }) => id?.endsWith('-rad'))!;
const textOf = (report: DiagnosticReport) =>
  Buffer.from(report.presentedForm?.[0]?.data ?? '', 'base64').toString('utf8');
const withText = (report: DiagnosticReport, text: string): DiagnosticReport => ({
  ...report,
  presentedForm: [{ contentType: 'text/plain; charset=utf-8', data: Buffer.from(text).toString('base64') }],
});

/** The report with a larger lesion. */
const enlarged = () =>
  withText({ ...radiology(), status: 'amended' }, textOf(radiology()).replaceAll(/1\.2( x|,| cm)/g, '1.6$1'));

describe('what changes', () => {
  it('an amended report: a new version in place of the old one, of the same lesions', async () => {
    await world.fhir.put(enlarged());
    await sync();
    const [first, second, ...more] = await versions();
    expect(more).toEqual([]);
    expect(first).toMatchObject({ version: 1, state: 'superseded', supersededBy: second!.uid });
    expect(second).toMatchObject({ version: 2, state: 'stored', tracking: first!.tracking });
    expect(second!.sizes).not.toEqual(first!.sizes);
    expect(await segUids(world.orthanc)).toContain(second!.uid);
  });

  it('a report entered in error: the label is retracted; a corrected one: a label again', async () => {
    await world.fhir.put({ ...radiology(), status: 'entered-in-error' });
    await sync();
    expect(await versions()).toMatchObject([{ version: 1, state: 'retracted', supersededBy: null }]);
    expect(await versions(other.patientId)).toMatchObject([{ state: 'stored' }]);
    await world.fhir.put({ ...radiology(), status: 'corrected' });
    await sync();
    expect(await versions()).toMatchObject([{ version: 1, state: 'stored' }]);
    expect(await segUids(world.orthanc)).toEqual(unchanged.segs);
  });

  it('a report of another patient under the same accession number: neither is believed until one is put right', async () => {
    const [order] = resources<ServiceRequest>('ServiceRequest');
    const misfiled: DiagnosticReport = {
      ...radiology(),
      id: 'misfiled',
      basedOn: [],
      identifier: order!.identifier,
      subject: { reference: `Patient/${other.fhirId}` },
    };
    await world.fhir.put(misfiled);
    await sync();
    expect(await versions()).toMatchObject([{ state: 'retracted' }]);
    expect(await versions(other.patientId)).toMatchObject([{ state: 'stored' }]);
    const reasons = await world.sql(
      `SELECT DISTINCT reason FROM exclusion JOIN patient ON patient.id = patient_id
       WHERE entity = 'target' AND mrn = $1`,
      [changing.patientId],
    );
    expect(reasons).toEqual([{ reason: 'accession-shared' }]);
    await world.fhir.put({ ...misfiled, status: 'entered-in-error' });
    await sync();
    expect(await versions()).toMatchObject([{ version: 1, state: 'stored' }]);
    await world.fhir.delete('DiagnosticReport', 'misfiled');
  });

  it.each<[string, (report: DiagnosticReport) => DiagnosticReport]>([
    ['a preliminary report becomes final', (report) => ({ ...report, status: 'preliminary' })],
    ['a report gets its text', ({ presentedForm: _text, ...report }) => report],
  ])('%s: no label before, the label after', async (_, before) => {
    await world.fhir.put(before(radiology()));
    await sync();
    expect(await versions()).toMatchObject([{ state: 'retracted' }]);
    await world.fhir.put(radiology());
    await sync();
    expect(await endState(world)).toMatchObject({ segs: unchanged.segs });
    expect(await versions()).toMatchObject([{ version: 1, state: 'stored' }]);
  });

  it('a new target: curated again, and the old lesion keeps its tracking UID', async () => {
    const [before] = await versions();
    await world.sql('CREATE TABLE kept AS TABLE target');
    await world.sql('DELETE FROM target WHERE patient_id = (SELECT id FROM patient WHERE mrn = $1)', [
      changing.patientId,
    ]);
    await world.sql('UPDATE patient SET input_revision = input_revision + 1 WHERE mrn = $1', [changing.patientId]);
    await sync();
    expect(await versions()).toMatchObject([{ state: 'retracted' }]);
    await world.sql('INSERT INTO target SELECT * FROM kept ON CONFLICT DO NOTHING');
    await world.sql('DROP TABLE kept');
    await world.sql('UPDATE patient SET input_revision = input_revision + 1 WHERE mrn = $1', [changing.patientId]);
    await sync();
    expect(await versions()).toEqual([before]);

    const moved = { ...(await targetOf(changing.patientId)), label: 'Target 9' };
    await service.app.get(TargetImportService).importTargets([moved]);
    const counts = await sync();
    expect(counts).toMatchObject({ patientsCurated: 1, reportsExtracted: 0 });
    await world.sql(`DELETE FROM target WHERE label = 'Target 9'`);
  });

  // Two at once counted their versions from the same one.
  it('a patient whom somebody else has curated meanwhile: left as that one made it', async () => {
    const patient = async () => {
      const [found] = await service.app.get(PatientRepository).findByMrn(changing.patientId);
      return found!;
    };
    const { curatedRevision } = await patient();
    await world.fhir.put(enlarged());
    await sync();
    const before = await versions();
    const stale = { ...(await patient()), curatedRevision };
    expect(await service.app.get(CurationService).curatePatient(stale, new Date())).toBeNull();
    expect(await versions()).toEqual(before);
  });

  it('a change committed late with an early stamp: found by the overlap', async () => {
    const [{ watermark } = { watermark: new Date() }] = await world.sql<{ watermark: Date }>(
      "SELECT watermark FROM ingest_cursor WHERE name = 'DiagnosticReport'",
    );
    const lastUpdated = new Date(watermark.getTime() - 10 * 60_000).toISOString();
    await world.fhir.put({ ...enlarged(), meta: { lastUpdated } });
    expect(await sync()).toMatchObject({ reportsStored: 1 });
    expect(await versions()).toMatchObject([{ state: 'superseded' }, { state: 'stored' }]);
  });
});

const targetOf = async (mrn: string) => {
  const [row] = await world.sql<{ date: string; x: number; y: number; z: number }>(
    `SELECT procedure_date::text AS date, x_lps AS x, y_lps AS y, z_lps AS z FROM target
     JOIN patient ON patient.id = patient_id WHERE mrn = $1 LIMIT 1`,
    [mrn],
  );
  return {
    row: 1,
    patientId: mrn,
    issuer: '',
    procedureDate: row!.date,
    label: 'Target 1',
    pointLps: [row!.x + 3, row!.y, row!.z] as [number, number, number],
    declaredCoordinateSystem: 'LPS' as const,
    sourceName: 'test',
  };
};

describe('what comes later', () => {
  const FURTHER_STUDY = '1.2.3.99';
  /** In a study of its own, in the year before the biopsy. */
  const furtherImage = (image: number) =>
    toPart10({
      '00080016': element('UI', '1.2.840.10008.5.1.4.1.1.4'),
      '00080018': element('UI', `${FURTHER_STUDY}.1.${image}`),
      '00080020': element('DA', changing.biopsyDate.replaceAll('-', '')),
      '00080060': element('CS', 'MR'),
      '00081030': element('LO', 'MR knee'),
      '00100020': element('LO', changing.patientId),
      '00180015': element('CS', 'KNEE'),
      '0020000D': element('UI', FURTHER_STUDY),
      '0020000E': element('UI', `${FURTHER_STUDY}.1`),
    });
  const studyIds = async (uid?: string) => {
    const studies =
      await world.orthanc.get<
        { ID: string; MainDicomTags: { StudyInstanceUID: string }; PatientMainDicomTags: { PatientID: string } }[]
      >('/studies?expand');
    return studies
      .filter((study) => study.PatientMainDicomTags.PatientID === changing.patientId)
      .filter((study) => uid === undefined || study.MainDicomTags.StudyInstanceUID === uid)
      .map(({ ID }) => ID);
  };
  const removeStudies = async () => {
    await requireValidObjects(world.orthanc);
    for (const id of await studyIds()) await world.orthanc.remove(`/studies/${id}`);
  };

  it('a study: the label appears at the next sync', async () => {
    await removeStudies();
    await sync();
    expect(await versions()).toMatchObject([{ state: 'retracted' }]);
    await uploadAll(world.orthanc, dicomFiles(changing));
    await sync();
    expect(await versions()).toMatchObject([{ version: 1, state: 'stored' }]);
    expect(await segUids(world.orthanc)).toEqual(unchanged.segs);
  }, 60_000);

  it('a study, a further image, and neither any more: only that patient is asked for by himself', async () => {
    const asked = jest.spyOn(service.app.get(PacsClient), 'findStudies');
    const studiesSeen = async (): Promise<string[]> => {
      asked.mockClear();
      expect(await sync()).toMatchObject({ patientsSeen: 2 });
      return asked.mock.calls.map(([{ patientId }]) => patientId);
    };
    const known = () =>
      world.sql<{ instances: number }>(
        `SELECT instances FROM series JOIN study USING (study_instance_uid) JOIN patient ON patient.id = patient_id
         WHERE mrn = $1 ORDER BY 1`,
        [changing.patientId],
      );
    try {
      expect(await studiesSeen()).toEqual([]);
      const before = await known();
      for (const image of [1, 2]) {
        await world.orthanc.uploadInstance(furtherImage(image));
        expect(await studiesSeen()).toEqual([changing.patientId]);
        expect(await known()).toEqual([{ instances: image }, ...before]);
        expect(await studiesSeen()).toEqual([]);
      }
      for (const id of await studyIds(FURTHER_STUDY)) await world.orthanc.remove(`/studies/${id}`);
      expect(await studiesSeen()).toEqual([changing.patientId]);
      expect(await known()).toEqual(before);
      expect(await studiesSeen()).toEqual([]);
    } finally {
      asked.mockRestore();
    }
  }, 60_000);

  // A crash between the two left the patient as not due, and the study was never looked at again.
  it('a study, and the service dies while it stores it: the label appears at the next sync', async () => {
    await removeStudies();
    await sync();
    await uploadAll(world.orthanc, dicomFiles(changing));
    await world.sql(`
      CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
      CREATE TRIGGER die BEFORE UPDATE OF input_revision ON patient FOR EACH ROW EXECUTE FUNCTION die()`);
    const runs = service.app.get(RunService);
    expect(await runs.executeToTheEnd((await runs.createSync({})).id)).toMatchObject({ state: 'incomplete' });
    await world.sql('DROP TRIGGER die ON patient; DROP FUNCTION die');
    await sync();
    expect(await versions()).toMatchObject([{ version: 1, state: 'stored' }]);
  }, 60_000);

  it('the order of arrival does not matter: targets, then pictures, then reports', async () => {
    await world.sql(`TRUNCATE target, patient CASCADE`);
    await forgetLabels(world);
    await removeStudies();
    for (const patient of patients)
      for (const { resource } of fhirBundle(patient).entry ?? [])
        if (resource) await world.fhir.delete(resource.resourceType, resource.id ?? '');
    await sync();
    await importTargets(world, { patients });
    await sync();
    await uploadAll(world.orthanc, dicomFiles(changing));
    await sync();
    for (const patient of patients)
      await world.fhir.load({ ...fhirBundle(patient), entry: fhirBundle(patient).entry?.reverse() });
    await sync();
    const { tables, segs } = await endState(world);
    expect(segs).toEqual(unchanged.segs);
    for (const name of ['label', 'target', 'study']) expect(tables[name]).toEqual(unchanged.tables[name]);
  }, 60_000);
});

describe('a label', () => {
  it('that somebody deletes from the PACS: it is sent again', async () => {
    await deleteLabels(world.orthanc);
    expect(await sync()).toMatchObject({ labelsStored: 2 });
    expect(await segUids(world.orthanc)).toEqual(unchanged.segs);
    expect(await versions()).toMatchObject([{ version: 1, state: 'stored' }]);
    expect(await sync()).toMatchObject({ labelsStored: 0 });
    await deleteLabels(world.orthanc);
    expect(await sync()).toMatchObject({ labelsStored: 2 });
  });
});

describe('a text that cannot be fetched', () => {
  const binary = () => ({
    resourceType: 'Binary' as const,
    id: 'text',
    contentType: 'text/plain; charset=utf-8',
    data: radiology().presentedForm![0]!.data!,
  });
  const byUrl = (url: string) => ({ ...radiology(), presentedForm: [{ contentType: 'text/plain', url }] });
  const refusal = () =>
    world.sql(`SELECT refused, refused_detail AS detail FROM report WHERE is_current AND fhir_id = $1`, [
      radiology().id,
    ]);

  it('because the server has it not yet: read at a later sync, though the report stays the same', async () => {
    await world.fhir.put(byUrl('Binary/text'));
    await sync();
    expect(await refusal()).toEqual([{ refused: 'report-unreadable', detail: 'text/plain: not-found' }]);
    expect(await versions()).toMatchObject([{ state: 'retracted' }]);
    const counts = await sync();
    expect(counts).toMatchObject({ reportsStored: 0 });
    expect(counts).not.toHaveProperty('patientsCurated');
    await world.fhir.put(binary());
    expect(await sync()).toMatchObject({ reportsStored: 1 });
    expect(await versions()).toMatchObject([{ version: 1, state: 'stored' }]);
    // What was read once stays, though the document goes.
    await world.fhir.delete('Binary', 'text');
    expect(await sync()).toMatchObject({ reportsStored: 0 });
    expect(await versions()).toMatchObject([{ version: 1, state: 'stored' }]);
  });

  // It stopped the crawl of all reports, night after night.
  it('because the server fails: that report waits, the others are read, and the run says so', async () => {
    const server = await startFaultProxy(world.fhir.baseUrl);
    const behind = await startService({ ...world.env, FHIR_BASE_URL: server.url, FHIR_TIMEOUT_SECONDS: '2' });
    try {
      await world.fhir.put(binary());
      await world.fhir.put(byUrl('Binary/text'));
      for (let times = 0; times < 5; times++)
        server.plan({ kind: 'status', status: 500 }, ({ url }) => url.includes('Binary/text'));
      await forgetLabels(world);
      const runs = behind.app.get(RunService);
      expect(await runs.executeToTheEnd((await runs.createSync({})).id)).toMatchObject({
        state: 'incomplete',
        problems: ['FHIR: 1 report could not be read for now; the next sync tries again.'],
      });
      expect(await refusal()).toEqual([
        { refused: 'report-unreadable', detail: 'text/plain: server-error (temporary)' },
      ]);
      expect(await versions(other.patientId)).toMatchObject([{ state: 'stored' }]);
      expect(await world.sql(`SELECT FROM ingest_cursor WHERE name = 'DiagnosticReport'`)).toHaveLength(1);
      await sync(behind);
      expect(await segUids(world.orthanc)).toEqual(unchanged.segs);
    } finally {
      await behind.stop();
      await server.stop();
      await world.fhir.delete('Binary', 'text');
    }
  }, 60_000);

  it('rules of reading that are newer: what they might read is read again, and what was read stays', async () => {
    await world.sql(`UPDATE report SET rules = 'older'`);
    await world.sql(`UPDATE report SET refused = 'report-unreadable', text = NULL, kind = NULL WHERE fhir_id = $1`, [
      radiology().id,
    ]);
    await world.sql(`UPDATE report SET refused = 'report-not-relevant', text = NULL, kind = NULL WHERE fhir_id = $1`, [
      resources<DiagnosticReport>('DiagnosticReport', other).find(({ id }) => id?.endsWith('-rad'))!.id,
    ]);
    await world.sql(`UPDATE ingest_cursor SET watermark = '2100-01-01'`);
    await sync();
    expect(await world.sql('SELECT refused FROM report WHERE refused IS NOT NULL')).toEqual([
      { refused: 'report-not-relevant' },
    ]);
    const runs = service.app.get(RunService);
    await runs.executeToTheEnd((await runs.createSync({ since: '2000-01-01T00:00:00Z' })).id);
    expect(await world.sql('SELECT refused FROM report WHERE refused IS NOT NULL')).toEqual([]);
    expect(await segUids(world.orthanc)).toEqual(unchanged.segs);
  });
});

describe('a server', () => {
  const problemsBehind = async (plan: (server: FaultProxy) => void) => {
    const server = await startFaultProxy(world.fhir.baseUrl);
    const behind = await startService({ ...world.env, FHIR_BASE_URL: server.url });
    try {
      plan(server);
      const runs = behind.app.get(RunService);
      return (await runs.executeToTheEnd((await runs.createSync({})).id)).problems;
    } finally {
      await behind.stop();
      await server.stop();
    }
  };
  const isListOfPatients = ({ url }: ProxiedRequest) => url.includes('Patient?_lastUpdated');

  // It stopped the crawl of reports.
  it.each<[string, number, string[]]>([
    ['fails to', 500, [expect.stringMatching(/^FHIR: merged patients: The FHIR server failed/) as unknown as string]],
    ['does not', 404, []],
  ])(
    'that %s list changed patients: the reports are read all the same',
    async (_, status, expected) => {
      await world.fhir.put(enlarged());
      const problems = await problemsBehind((server) => {
        for (let times = 0; times < 5; times++) server.plan({ kind: 'status', status }, isListOfPatients);
      });
      expect(problems).toEqual(expected);
      expect(await versions()).toMatchObject([{ state: 'superseded' }, { state: 'stored' }]);
    },
    60_000,
  );

  it('that lists reports of a named patient only: read patient by patient, and the run is complete', async () => {
    await forgetLabels(world);
    const problems = await problemsBehind((server) => {
      for (let times = 0; times < 50; times++)
        server.plan(
          { kind: 'status', status: 400 },
          ({ url }) => url.includes('DiagnosticReport?') && !url.includes('patient='),
        );
    });
    expect(problems).toEqual([]);
    expect(await segUids(world.orthanc)).toEqual(unchanged.segs);
    expect(await versions()).toMatchObject([{ version: 1, state: 'stored' }]);
  }, 60_000);
});

describe('whose it is', () => {
  const person = () => resources<Patient>('Patient')[0]!;
  /** In place of the usual service, which would take jobs from the queue by its own configuration. */
  const withService = async (systems: object, act: (configured: Service) => Promise<void>) => {
    await service.stop();
    const configured = await startService({ ...world.env, PATIENT_ID_SYSTEMS: JSON.stringify(systems) });
    try {
      await act(configured);
    } finally {
      await configured.stop();
      service = await startService(world.env);
    }
  };
  /** Somebody else, whose number is the same in another system. */
  const stranger = (): Patient => ({
    ...person(),
    id: 'stranger',
    identifier: [{ ...person().identifier![0]!, system: ELSEWHERE }],
  });
  const ofStranger = () => ({ ...radiology(), id: 'of-stranger', subject: { reference: 'Patient/stranger' } });
  afterEach(async () => {
    for (const [type, id] of [
      ['DiagnosticReport', 'of-stranger'],
      ['Patient', 'stranger'],
    ] as const)
      await world.fhir.delete(type, id).catch(() => undefined);
    await world.sql('TRUNCATE patient_number');
  });
  const unidentified = () =>
    world.sql<{ id: string }>(
      `SELECT fhir_id AS id FROM report WHERE is_current AND refused = 'patient-unidentified' ORDER BY 1`,
    );

  // Two persons became one.
  it('a number in two systems, none configured: nobody’s, until they are', async () => {
    await withService({}, async (unconfigured) => {
      await sync(unconfigured);
      expect(await unidentified()).toEqual([]);
      expect(await versions()).toMatchObject([{ state: 'stored' }]);
      await world.fhir.put(stranger());
      await world.fhir.put(ofStranger());
      await sync(unconfigured);
      expect(await versions()).toMatchObject([{ state: 'retracted' }]);
      expect(await versions(other.patientId)).toMatchObject([{ state: 'stored' }]);
      expect((await unidentified()).map(({ id }) => id)).toEqual(
        [...resources<DiagnosticReport>('DiagnosticReport').map(({ id }) => id), 'of-stranger'].sort(),
      );
      const counts = await sync(unconfigured);
      expect(counts).toMatchObject({ reportsStored: 0 });
      expect(counts).not.toHaveProperty('patientsCurated');
    });
    await sync();
    expect((await unidentified()).map(({ id }) => id)).toEqual(['of-stranger']);
    expect(await versions()).toMatchObject([{ version: 1, state: 'stored' }]);
  }, 60_000);

  const ownersOfTargets = () =>
    world.sql('SELECT DISTINCT issuer FROM patient WHERE EXISTS (SELECT FROM target WHERE patient_id = patient.id)');

  it('targets that name no issuer, before the reports: they go to the only patient of the number', async () => {
    await world.sql(`TRUNCATE target, patient CASCADE`);
    await forgetLabels(world);
    const systems = { 'http://hospital.example/mrn': 'HOSP', [ELSEWHERE]: 'ELSE' };
    await withService(systems, async (configured) => {
      const env = { ...world.env, PATIENT_ID_SYSTEMS: JSON.stringify(systems) };
      await importTargets({ ...world, cli: (...args) => runCli(args, env) }, { patients });
      expect(await ownersOfTargets()).toEqual([{ issuer: '' }]);
      await sync(configured);
      expect(await ownersOfTargets()).toEqual([{ issuer: 'HOSP' }]);
      expect(await segUids(world.orthanc)).toHaveLength(2);
      const [before] = await world.sql<{ count: number }>('SELECT count(*)::int FROM target');
      await importTargets({ ...world, cli: (...args) => runCli(args, env) }, { patients });
      expect(await world.sql('SELECT count(*)::int FROM target')).toEqual([before]);
    });
    // The issuer turns out to be another: reports, targets and labels follow.
    await withService({ 'http://hospital.example/mrn': 'RIGHT' }, async (corrected) => {
      await sync(corrected);
      expect(await ownersOfTargets()).toEqual([{ issuer: 'RIGHT' }]);
      expect(await world.sql(`SELECT state FROM label WHERE kind = 'SEG' AND state <> 'superseded'`)).toEqual([
        { state: 'stored' },
        { state: 'stored' },
      ]);
    });
    await world.sql(`TRUNCATE target, patient CASCADE`);
    await importTargets(world, { patients });
  }, 60_000);

  it('targets that name no issuer, and two patients of the number: excluded with the reason', async () => {
    await world.sql(`TRUNCATE target, patient CASCADE`);
    await forgetLabels(world);
    await world.fhir.put(stranger());
    await world.fhir.put(ofStranger());
    const systems = { 'http://hospital.example/mrn': 'HOSP', [ELSEWHERE]: 'ELSE' };
    const env = { ...world.env, PATIENT_ID_SYSTEMS: JSON.stringify(systems) };
    await importTargets({ ...world, cli: (...args) => runCli(args, env) }, { patients });
    await withService(systems, async (configured) => {
      await sync(configured);
      const rows = await configured.app.get(YieldService).yield();
      const targets = rows.find(({ unit }) => unit === 'targets')!;
      const [ofPatient] = await world.sql<{ count: number }>(
        'SELECT count(*)::int FROM target JOIN patient ON patient.id = patient_id WHERE mrn = $1',
        [changing.patientId],
      );
      expect(targets.dropped['patient-mismatch']).toBe(ofPatient!.count);
      const sum = Object.values(targets.dropped).reduce((total, count) => total + count, 0);
      expect(targets.kept + targets.pending + sum).toBe(targets.in);
    });
    await world.sql(`TRUNCATE target, patient CASCADE`);
    await importTargets(world, { patients });
  }, 60_000);

  it('a subject that lies within the report: identified', async () => {
    const inside = { ...radiology(), contained: [{ ...person(), id: 'p' }], subject: { reference: '#p' } };
    await world.fhir.put(inside);
    await sync();
    expect(await unidentified()).toEqual([]);
    expect(await versions()).toMatchObject([{ version: 1, state: 'stored' }]);
  });

  it('one patient whom the FHIR server does not know: the run says so', async () => {
    await world.sql(`INSERT INTO patient (id, issuer, mrn) VALUES (gen_random_uuid(), '', 'NOBODY')`);
    const { code, stdout } = await world.cli('sync', '--patient', 'NOBODY', '--issuer', '', '--json');
    const { run } = JSON.parse(stdout) as { run: { problems: string[] } };
    expect([code, run.problems]).toEqual([2, ['FHIR: the server knows no patient of this number.']]);
    await world.sql(`DELETE FROM run WHERE kind = 'patient'`);
    await world.sql(`DELETE FROM patient WHERE mrn = 'NOBODY'`);
  }, 60_000);

  it('a system of numbers that is configured later: its reports are read again', async () => {
    const identifier = [{ system: ELSEWHERE, value: changing.patientId }];
    await world.fhir.put({ ...person(), identifier });
    await forgetLabels(world);
    await sync();
    expect(await versions()).toEqual([]);
    const systems = JSON.stringify({ 'http://hospital.example/mrn': '', [ELSEWHERE]: '' });
    const configured = await startService({ ...world.env, PATIENT_ID_SYSTEMS: systems });
    await sync(configured);
    await configured.stop();
    expect(await versions()).toMatchObject([{ version: 1, state: 'stored' }]);
    expect(await segUids(world.orthanc)).toEqual(unchanged.segs);
  }, 60_000);

  it('a record that is merged into another: one patient, one label, the same object', async () => {
    const survivor: Patient = {
      ...person(),
      id: 'survivor',
      identifier: [{ ...person().identifier![0]!, value: 'NEW-1' }],
    };
    await world.fhir.put(survivor);
    // The other number has a report of its own, so that both are known as patients.
    await world.fhir.put({
      ...radiology(),
      id: 'of-survivor',
      subject: { reference: 'Patient/survivor' },
      status: 'cancelled',
    });
    await sync();
    const [before] = await versions();
    const link: Patient['link'] = [{ type: 'replaced-by', other: { reference: 'Patient/survivor' } }];
    await world.fhir.put({ ...person(), active: false, link });
    await sync();
    expect(await versions('NEW-1')).toEqual([before]);
    expect(await segUids(world.orthanc)).toEqual(unchanged.segs);
    const names = await world.sql(`SELECT mrn, aliases FROM patient WHERE mrn = $1 OR mrn = 'NEW-1'`, [
      changing.patientId,
    ]);
    expect(names).toEqual([{ mrn: changing.patientId, aliases: [{ issuer: '', mrn: 'NEW-1' }] }]);
    // A target file under the old number is still of this patient, and known.
    await importTargets(world, { patients });
    expect(await sync()).toMatchObject({ labelsStored: 0 });
  }, 60_000);
});
