import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Cohort, dicomFiles, fhirBundle } from '../fixtures/cohort/cohort.js';
import { type FhirServer, startFhirServer } from '../fixtures/servers/fhir-server.js';
import { type Orthanc, type OrthancOptions, startOrthanc } from '../fixtures/servers/orthanc.js';
import { startTemporaryPostgres } from '../fixtures/servers/temporary-postgres.js';
import { requireValidObjects } from './written-objects.js';

const CLI = join(import.meta.dirname, '../../dist/src/cli.js');
const UPLOADS_AT_ONCE = 4;

/** A FHIR server, an Orthanc and a Postgres of one test file, and the service's command line on them. */
export interface World {
  orthanc: Orthanc;
  fhir: FhirServer;
  /** The environment variables with which a service finds these servers. */
  env: Record<string, string>;
  folder: string;
  /** Runs the built command line in a process of its own. */
  cli(...args: string[]): Promise<CliResult>;
  sql<Row>(query: string, parameters?: unknown[]): Promise<Row[]>;
  loadCohort(cohort: Cohort): Promise<void>;
  /** Ends the servers; fails, and with it the test file, if the PACS then holds an invalid object of the service. */
  stop(): Promise<void>;
}

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export async function startWorld(options: { orthanc?: OrthancOptions } = {}): Promise<World> {
  const [postgres, orthanc, fhir, folder] = await Promise.all([
    startTemporaryPostgres(),
    startOrthanc(options.orthanc),
    startFhirServer(),
    mkdtemp(join(tmpdir(), 'lesion-curator-world-')),
  ]);
  const database = new pg.Pool({ connectionString: postgres.databaseUrl, max: 2 });
  const env = {
    DATABASE_URL: postgres.databaseUrl,
    FHIR_BASE_URL: fhir.baseUrl,
    DICOMWEB_BASE_URL: orthanc.dicomwebUrl,
    DICOMWEB_AUTH: 'basic',
    DICOMWEB_USERNAME: orthanc.username,
    DICOMWEB_PASSWORD: orthanc.password,
    PATIENT_ID_SYSTEMS: '{"http://hospital.example/mrn": ""}',
    VIEWER_URL_TEMPLATE: 'http://viewer.example/viewer?StudyInstanceUIDs={studyInstanceUid}',
    LOG_LEVEL: 'warn',
    NIGHTLY_CRON: '0 0 1 1 *',
    PORT: '0',
  };
  const world: World = {
    orthanc,
    fhir,
    env,
    folder,
    cli: (...args) => runCli(args, env),
    async sql<Row>(query: string, parameters: unknown[] = []) {
      return (await database.query(query, parameters)).rows as Row[];
    },
    async loadCohort(cohort) {
      for (const patient of cohort.patients) {
        await world.fhir.load(fhirBundle(patient));
        await uploadAll(orthanc, dicomFiles(patient));
      }
    },
    async stop() {
      try {
        await requireValidObjects(world.orthanc);
      } finally {
        await database.end();
        await Promise.all([
          // A test may have put another in its place.
          ...[...new Set([orthanc, world.orthanc])].map((each) => each.stop()),
          fhir.stop(),
          postgres.stop(),
          rm(folder, { recursive: true, force: true }),
        ]);
      }
    },
  };
  return world;
}

export async function uploadAll(orthanc: Orthanc, files: Iterable<Uint8Array>): Promise<void> {
  const iterator = files[Symbol.iterator]();
  const uploader = async () => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) await orthanc.uploadInstance(next.value);
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, uploader));
}

export function runCli(args: string[], env: Record<string, string>): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--enable-source-maps', CLI, ...args], { env: { ...process.env, ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
