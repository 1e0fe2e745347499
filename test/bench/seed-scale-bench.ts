import { expectation } from '../fixtures/cohort/cohort.js';
import { type Measured, type Row, rounded } from './bench-result.js';
import { progress, startBenchServers, upload } from './bench-servers.js';
import { secondsOf } from './rounds.js';
import { seedArchive } from './seed-archive.js';
import type { SyncOutcome } from './sync-process.js';

/** 2 h 19 min, of which nothing is known by step. */
const REPLACED_SECONDS = 8340;

/**
 * One whole sync of a generated archive at the scale on which the replaced pipeline ran, and a second one without
 * change. Loading the servers and start-up are not in the times. BENCH_PART=0.1 takes a tenth of everything.
 */
export async function seedScaleBench(): Promise<Measured> {
  const archive = seedArchive(Number(process.env['BENCH_PART'] ?? 1));
  const { counts, withTargets } = archive;
  const servers = await startBenchServers();
  try {
    let instances = 0;
    const loadSeconds = await secondsOf(async () => {
      progress(`Loading ${counts.studies} studies and ${counts.radiology + counts.pathology} reports`);
      for (const resource of archive.resources()) await servers.fhir.put(resource);
      await upload(
        servers.orthanc,
        counted(archive.files(), () => instances++),
      );
      await servers.writeTargets(withTargets);
    });
    progress(`Loaded ${instances} images in ${rounded(loadSeconds)} s`);
    const [first, second] = await servers.service(async (call) => {
      await servers.importTargets();
      const sync = () => call<SyncOutcome>({ do: 'sync', record: false });
      return [await sync(), await sync()];
    });
    for (const { state, problems } of [first, second])
      if (state !== 'done') throw new Error(`The sync is ${state}: ${problems.join('; ')}`);
    const labelled = withTargets.flatMap((patient) =>
      expectation(patient).targets.filter(({ outcome }) => 'label' in outcome),
    ).length;
    const [{ kept }] = (await servers.database.query(KEPT)).rows as [{ kept: number }];
    if (kept !== labelled) throw new Error(`${kept} targets are on a stored label, and ${labelled} should be.`);
    return {
      rows: [...rowsOf('first sync', first), ...rowsOf('unchanged', second)],
      rates: { reportsPerSecond: (counts.radiology + counts.pathology) / first.steps.reports },
      totals: {
        seconds: first.seconds,
        unchangedSeconds: second.seconds,
        peakMemoryMb: Math.max(first.peakMemoryMb, second.peakMemoryMb),
        loadSeconds,
        targets: counts.targets,
        targetsKept: kept,
      },
      ratios: { replacedPipeline: REPLACED_SECONDS / first.seconds },
      goals: { seconds: { atMost: 180 }, peakMemoryMb: { atMost: 1024 }, unchangedSeconds: { atMost: 10 } },
      notes: [
        `${counts.studies} studies, ${counts.series} series, ${instances} images without pixels; ` +
          `${counts.radiology} radiology and ${counts.pathology} pathology reports.`,
        'Studies, curation and storing are summed over patients that are worked on side by side, so they exceed the whole.',
        'The replaced pipeline took 2 h 19 min on another machine and did more by hand; peak memory is that of the service.',
      ],
    };
  } finally {
    await servers.stop();
  }
}

const KEPT = `
  SELECT count(DISTINCT target ->> 'id')::int AS kept FROM label, jsonb_array_elements(label.segments) segment,
    jsonb_array_elements(segment -> 'furtherTargets' || (segment -> 'target')) target
  WHERE label.state = 'stored' AND label.kind = 'SEG'`;

const rowsOf = (sync: string, { steps, seconds, counts }: SyncOutcome): Row[] => [
  ...Object.entries(steps).map(([step, of]) => ({ sync, step, seconds: rounded(of) })),
  {
    sync,
    step: 'all',
    seconds: rounded(seconds),
    patients: counts['patientsSeen'] ?? 0,
    reportsStored: counts['reportsStored'] ?? 0,
    reportsExtracted: counts['reportsExtracted'] ?? 0,
    labelsStored: counts['labelsStored'] ?? 0,
  },
];

function* counted<T>(values: Generator<T>, count: () => void): Generator<T> {
  for (const value of values) {
    count();
    yield value;
  }
}
