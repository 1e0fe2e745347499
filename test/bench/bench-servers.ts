import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { type CohortPatient, targetFiles } from '../fixtures/cohort/cohort.js';
import { startFhirServer } from '../fixtures/servers/fhir-server.js';
import { type Orthanc, startOrthanc } from '../fixtures/servers/orthanc.js';
import { startTemporaryPostgres } from '../fixtures/servers/temporary-postgres.js';
import type { Command } from './sync-process.js';

export const IN_FLIGHT = 4;
const UPLOADS_AT_ONCE = 4;

const run = promisify(execFile);
export const progress = (text: string): void => void process.stderr.write(`${text}\n`);

/** Sends a command to the service's process and waits for its answer. */
export type Call = <Outcome>(command: Command) => Promise<Outcome>;

/** A real Orthanc, a FHIR server, a Postgres, and the service beside them in a process of its own. */
export async function startBenchServers() {
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

  return {
    orthanc,
    fhir,
    database,
    async writeTargets(patients: readonly CohortPatient[]): Promise<void> {
      for (const { path, content } of patients.flatMap(targetFiles)) {
        const file = join(targets, path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, content);
      }
    },
    async importTargets(): Promise<void> {
      await run(process.execPath, [join(import.meta.dirname, '../../src/cli.js'), 'import-targets', targets], { env });
    },
    /** The service's process lives as long as the work. */
    async service<T>(work: (call: Call) => Promise<T>): Promise<T> {
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
    },
    async stop(): Promise<void> {
      await database.end();
      await Promise.all([orthanc.stop(), fhir.stop(), postgres.stop(), rm(folder, { recursive: true, force: true })]);
    },
  };
}

export async function upload(orthanc: Orthanc, files: Generator<Uint8Array>): Promise<void> {
  const worker = async (): Promise<void> => {
    for (let next = files.next(); !next.done; next = files.next()) {
      const file = next.value;
      // Among 64,000 uploads Orthanc 1.10 has answered 500 once while the machine was busy: loading is tried again.
      await orthanc.uploadInstance(file).catch(() => orthanc.uploadInstance(file));
    }
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, worker));
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
