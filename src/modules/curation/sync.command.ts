import type { INestApplicationContext } from '@nestjs/common';
import { type Command, UsageError } from '../../platform/cli/command.js';
import { JobsService } from '../../platform/jobs/jobs.service.js';
import { PatientRepository } from '../ingest/patient.repository.js';
import { ReportIngestService } from '../ingest/report-ingest.service.js';
import { DryRunService, type Preview } from './dry-run.service.js';
import type { RunEntity } from './run.entity.js';
import { RunService } from './run.service.js';
import { toRunView } from './runs.controller.js';
import { yieldTable } from './yield-table.js';
import { YieldService } from './yield.service.js';

/** 0: everything was seen and done; 2: the run is incomplete and says why. */
const INCOMPLETE = 2;

export const syncCommand: Command = {
  usage: 'sync [--since ISO] [--patient MRN [--issuer ISSUER]] [--dry-run] [--json]',
  summary: 'one sync now; --dry-run prints the objects that it would store',
  options: {
    since: { type: 'string' },
    patient: { type: 'string' },
    issuer: { type: 'string' },
    'dry-run': { type: 'boolean' },
    json: { type: 'boolean' },
  },
  async run({ options, app, write }) {
    const since = options['since'] as string | undefined;
    const mrn = options['patient'] as string | undefined;
    if (since !== undefined && Number.isNaN(Date.parse(since)))
      throw new UsageError('--since must be an ISO 8601 date.');
    const issuer = options['issuer'] as string | undefined;
    if (issuer !== undefined && mrn === undefined) throw new UsageError('--issuer belongs to --patient.');
    const context = await app();
    if (options['dry-run'] === true) {
      const preview = await context.get(DryRunService).preview({
        ...(since !== undefined && { since: new Date(since).toISOString() }),
        ...(mrn !== undefined && { mrn }),
        ...(issuer !== undefined && { issuer }),
      });
      await write(options['json'] === true ? `${JSON.stringify(preview, null, 2)}\n` : previewText(preview));
      return preview.problems.length > 0 ? INCOMPLETE : 0;
    }
    const run = await executeRun(context, since, mrn, issuer);
    const rows = await context.get(YieldService).yield();
    const { counts, problems } = run;
    await write(
      options['json'] === true
        ? `${JSON.stringify({ run: toRunView(run), yield: rows }, null, 2)}\n`
        : `${yieldTable(rows)}\n\n${countsText(counts)}\n${problems.map((problem) => `incomplete: ${problem}\n`).join('')}`,
    );
    return run.state === 'done' ? 0 : INCOMPLETE;
  },
};

async function executeRun(
  context: INestApplicationContext,
  since: string | undefined,
  mrn: string | undefined,
  issuer: string | undefined,
): Promise<RunEntity> {
  const runs = context.get(RunService);
  // This process works on the jobs of the run as well, whether or not a service is up.
  await context.get(JobsService).work();
  if (mrn === undefined) {
    const run = await runs.createSync(since === undefined ? {} : { since: new Date(since).toISOString() });
    return runs.executeToTheEnd(run.id);
  }
  const patients = context.get(PatientRepository);
  const find = () => patients.findByMrn(mrn, issuer);
  if ((await find()).length === 0) await context.get(ReportIngestService).crawlPatient(mrn, issuer);
  const [patient, ...others] = await find();
  if (!patient) throw new UsageError('Neither the database nor the FHIR server knows a patient of this number.');
  if (others.length > 0) throw new UsageError('Several issuers gave this number; name one with --issuer.');
  return runs.executeToTheEnd((await runs.createPatient(patient)).id);
}

function previewText({ labels, structuredReports, problems }: Preview): string {
  const objects = [...labels, ...structuredReports];
  const lines = objects.flatMap((label) => [
    `${label.kind} ${label.sopInstanceUid} on series ${label.sourceSeriesUid}`,
    ...label.segments.map(({ segmentNumber, segmentLabel }) => `  ${segmentNumber ?? '-'}  ${segmentLabel}`),
  ]);
  const sum = `${objects.length} ${objects.length === 1 ? 'object' : 'objects'} would be stored.`;
  return [...lines, sum, ...problems.map((problem) => `incomplete: ${problem}`), ''].join('\n');
}

const countsText = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(' · ');
