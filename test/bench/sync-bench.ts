import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { type CohortPatient, dicomFiles, fhirBundle, generateCohort, targetFiles } from '../fixtures/cohort/cohort.js';
import { startFhirServer } from '../fixtures/servers/fhir-server.js';
import { type Orthanc, startOrthanc } from '../fixtures/servers/orthanc.js';
import { startTemporaryPostgres } from '../fixtures/servers/temporary-postgres.js';
import { type Measured, type Row, rounded } from './bench-result.js';
import { median } from './rounds.js';
import type { Command, ReplayOutcome, SyncOutcome } from './sync-process.js';

const SIZES = [100, 400];
const ROUNDS = 2;
const IN_FLIGHT = 4;
const UPLOADS_AT_ONCE = 4;
const SEED = 2026;

const run = promisify(execFile);
const progress = (text: string): void => void process.stderr.write(`${text}\n`);

/**
 * One sync of a whole cohort against a real Orthanc and a FHIR server, beside a bare loop that transfers the same
 * requests and answers. Start-up of Node and Postgres, and loading the servers, are not in the times.
 */
export async function syncBench(): Promise<Measured> {
  const world = await startServers();
  try {
    const rows: Row[] = [];
    let last: { patientsPerSecond: number; ratio: number } | undefined;
    const perPatient: number[] = [];
    let unchangedSeconds = 0;
    for (const size of SIZES) {
      await world.grow(size);
      const rounds: { sync: SyncOutcome; bare: ReplayOutcome }[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const { sync, bare } = await world.syncFromNothing();
        rounds.push({ sync, bare });
        const took = `sync ${rounded(sync.seconds)} s, bare ${rounded(bare.seconds)} s`;
        progress(`${size} patients, round ${round + 1} of ${ROUNDS}: ${took}`);
      }
      const unchanged = await world.syncAgain();
      const seconds = median(rounds.map(({ sync }) => sync.seconds));
      const bareSeconds = median(rounds.map(({ bare }) => bare.seconds));
      const ratio = median(rounds.map(({ sync, bare }) => sync.seconds / bare.seconds));
      const { sync, bare } = rounds[0]!;
      last = { patientsPerSecond: size / seconds, ratio };
      perPatient.push((seconds * 1000) / size);
      unchangedSeconds = unchanged.seconds;
      rows.push({
        patients: size,
        labels: sync.counts['labelsStored'] ?? 0,
        requests: sync.requests,
        megabytes: rounded(bare.bytes / 1e6),
        syncSeconds: rounded(seconds),
        bareSeconds: rounded(bareSeconds),
        ratio: rounded(ratio),
        patientsPerSecond: rounded(size / seconds),
        msPerPatient: rounded((seconds * 1000) / size),
        unchangedSeconds: rounded(unchanged.seconds),
        unchangedRequests: unchanged.requests,
      });
    }
    return {
      rows,
      rates: { patientsPerSecond: last!.patientsPerSecond },
      totals: { growthPerPatient: perPatient.at(-1)! / perPatient[0]!, unchangedSeconds },
      ratios: { bareTransfer: last!.ratio },
      goals: { bareTransfer: { atMost: 2 }, growthPerPatient: { atMost: 1.1 } },
      notes: [
        'The images have no Pixel Data, which no request of the service touches.',
        `The bare loop sends the requests of the sync in their order, ${IN_FLIGHT} at once, and drops the answers.`,
        'growthPerPatient is the time per patient in the largest cohort over that in the smallest.',
      ],
    };
  } finally {
    await world.stop();
  }
}

async function startServers() {
  const [postgres, orthanc, fhir, folder] = await Promise.all([
    startTemporaryPostgres(),
    startOrthanc(),
    startFhirServer(),
    mkdtemp(join(tmpdir(), 'lesion-curator-bench-')),
  ]);
  const database = new pg.Pool({ connectionString: postgres.databaseUrl, max: 1 });
  const env = {
    ...process.env,
    DATABASE_URL: postgres.databaseUrl,
    FHIR_BASE_URL: fhir.baseUrl,
    FHIR_AUTH: 'none',
    DICOMWEB_BASE_URL: orthanc.dicomwebUrl,
    DICOMWEB_AUTH: 'basic',
    DICOMWEB_USERNAME: orthanc.username,
    DICOMWEB_PASSWORD: orthanc.password,
    PATIENT_ID_SYSTEMS: '{"http://hospital.example/mrn": ""}',
    PACS_MAX_IN_FLIGHT: String(IN_FLIGHT),
    PACS_WINDOW: '',
    NIGHTLY_CRON: '0 0 1 1 *',
    LOG_LEVEL: 'warn',
  };
  const targets = join(folder, 'targets');
  let known = 0;
  const cohort = generateCohort({ seed: SEED, patients: Math.max(...SIZES) }).patients;
  for (const [index, patient] of cohort.entries()) {
    if (index % 50 === 0) progress(`Loading the images of patient ${index + 1} of ${cohort.length}`);
    await upload(orthanc, dicomFiles(patient, { pictures: false }));
  }

  const service = async <T>(
    work: (call: <Outcome>(command: Command) => Promise<Outcome>) => Promise<T>,
  ): Promise<T> => {
    const child = fork(join(import.meta.dirname, 'sync-process.js'), {
      env,
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    try {
      await answerOf(child);
      return await work(async <Outcome>(command: Command) => {
        child.send(command);
        return (await answerOf(child)) as Outcome;
      });
    } finally {
      if (child.connected) child.disconnect();
      if (child.exitCode === null) await once(child, 'exit');
    }
  };

  return {
    /** Makes the first patients known to FHIR server and service; the archive holds the images of all. */
    async grow(size: number): Promise<void> {
      for (const patient of cohort.slice(known, size)) {
        await fhir.load(fhirBundle(patient));
        await writeTargets(patient, targets);
      }
      known = size;
    },
    async syncFromNothing(): Promise<{ sync: SyncOutcome; bare: ReplayOutcome }> {
      await removeLabels(orthanc);
      return service(async (call) => {
        await forget(database);
        await run(process.execPath, [join(import.meta.dirname, '../../src/cli.js'), 'import-targets', targets], {
          env,
        });
        const sync = await call<SyncOutcome>({ do: 'sync' });
        if (sync.state !== 'done') throw new Error(`The sync is ${sync.state}: ${sync.problems.join('; ')}`);
        await removeLabels(orthanc);
        return { sync, bare: await call<ReplayOutcome>({ do: 'replay', inFlight: IN_FLIGHT }) };
      });
    },
    syncAgain: () => service((call) => call<SyncOutcome>({ do: 'sync' })),
    async stop(): Promise<void> {
      await database.end();
      await Promise.all([orthanc.stop(), fhir.stop(), postgres.stop(), rm(folder, { recursive: true, force: true })]);
    },
  };
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const waiting = new AbortController();
  const { signal } = waiting;
  try {
    const ended = once(child, 'exit', { signal }).then(() => {
      throw new Error('The process of the service ended too early.');
    });
    const [answer] = await Promise.race([once(child, 'message', { signal }), ended]);
    return answer;
  } finally {
    waiting.abort();
  }
}

async function upload(orthanc: Orthanc, files: Generator<Uint8Array>): Promise<void> {
  const worker = async (): Promise<void> => {
    for (let next = files.next(); !next.done; next = files.next()) {
      const file = next.value;
      // Among 64,000 uploads Orthanc 1.10 has answered 500 once while the machine was busy: loading is tried again.
      await orthanc.uploadInstance(file).catch(() => orthanc.uploadInstance(file));
    }
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, worker));
}

async function writeTargets(patient: CohortPatient, folder: string): Promise<void> {
  for (const { path, content } of targetFiles(patient)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/** As if the service had never run; the schema stays. */
async function forget(database: pg.Pool): Promise<void> {
  const tables = 'patient, report, ingest_cursor, study, series, target, extraction, link, exclusion, label, run';
  await database.query(`TRUNCATE ${tables}, run_patient`);
}

async function removeLabels({ url, username, password }: Orthanc): Promise<void> {
  const headers = { authorization: `Basic ${btoa(`${username}:${password}`)}` };
  const body = JSON.stringify({ Level: 'Series', Query: { Modality: 'SEG' } });
  const found = (await (await fetch(`${url}/tools/find`, { method: 'POST', headers, body })).json()) as string[];
  for (const id of found) await fetch(`${url}/series/${id}`, { method: 'DELETE', headers });
}
