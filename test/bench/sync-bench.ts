import type pg from 'pg';
import { dicomFiles, fhirBundle, generateCohort } from '../fixtures/cohort/cohort.js';
import type { Orthanc } from '../fixtures/servers/orthanc.js';
import { type Measured, type Row, rounded } from './bench-result.js';
import { IN_FLIGHT, progress, startBenchServers, upload } from './bench-servers.js';
import { median } from './rounds.js';
import type { ReplayOutcome, SyncOutcome } from './sync-process.js';

const SIZES = [100, 400];
const ROUNDS = 2;
const SEED = 2026;

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
  const servers = await startBenchServers();
  const { orthanc, fhir, database } = servers;
  let known = 0;
  const cohort = generateCohort({ seed: SEED, patients: Math.max(...SIZES) }).patients;
  for (const [index, patient] of cohort.entries()) {
    if (index % 50 === 0) progress(`Loading the images of patient ${index + 1} of ${cohort.length}`);
    await upload(orthanc, dicomFiles(patient, { pictures: false }));
  }
  return {
    /** Makes the first patients known to FHIR server and service; the archive holds the images of all. */
    async grow(size: number): Promise<void> {
      const added = cohort.slice(known, size);
      for (const patient of added) await fhir.load(fhirBundle(patient));
      await servers.writeTargets(added);
      known = size;
    },
    async syncFromNothing(): Promise<{ sync: SyncOutcome; bare: ReplayOutcome }> {
      await removeLabels(orthanc);
      return servers.service(async (call) => {
        await forget(database);
        await servers.importTargets();
        const sync = await call<SyncOutcome>({ do: 'sync', record: true });
        if (sync.state !== 'done') throw new Error(`The sync is ${sync.state}: ${sync.problems.join('; ')}`);
        await removeLabels(orthanc);
        return { sync, bare: await call<ReplayOutcome>({ do: 'replay', inFlight: IN_FLIGHT }) };
      });
    },
    syncAgain: () => servers.service((call) => call<SyncOutcome>({ do: 'sync', record: true })),
    stop: () => servers.stop(),
  };
}

/** As if the service had never run; the schema stays. */
async function forget(database: pg.Pool): Promise<void> {
  // What else there is hangs on these.
  await database.query('TRUNCATE patient, patient_number, ingest_cursor, exclusion, run, written_resource CASCADE');
}

async function removeLabels({ url, username, password }: Orthanc): Promise<void> {
  const headers = { authorization: `Basic ${btoa(`${username}:${password}`)}` };
  const body = JSON.stringify({ Level: 'Series', Query: { Modality: 'SEG\\SR' } });
  const found = (await (await fetch(`${url}/tools/find`, { method: 'POST', headers, body })).json()) as string[];
  for (const id of found) await fetch(`${url}/series/${id}`, { method: 'DELETE', headers });
}
