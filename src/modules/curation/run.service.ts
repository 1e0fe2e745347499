import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { JobsService } from '../../platform/jobs/jobs.service.js';
import { loggableError } from '../../platform/logging/loggable-error.js';
import { DicomwebError } from '../dicomweb/dicomweb-error.js';
import { FhirError } from '../ingest/fhir/fhir-error.js';
import type { PatientEntity } from '../ingest/patient.entity.js';
import { PatientRepository } from '../ingest/patient.repository.js';
import { ReportIngestService } from '../ingest/report-ingest.service.js';
import { addCounts, OutboxService } from '../labels/outbox.service.js';
import { RemovalService } from '../labels/removal.service.js';
import { WriteBackService } from '../write-back/write-back.service.js';
import { CurationService } from './curation.service.js';
import { PacsWindow } from './pacs-window.js';
import { PatientPipelineService, SEEN } from './patient-pipeline.service.js';
import type { RunEntity, RunOptions } from './run.entity.js';
import { LEASE_SECONDS, RunRepository } from './run.repository.js';

const RUN_QUEUE = 'execute-run';
const PATIENT_QUEUE = 'curate-patient';
const RENEW_LEASE_MS = 2000;
/** Without progress for so long, jobs count as lost and are queued again; two jobs of a patient do no harm. */
const STALLED_MS = 30_000;
const GIVE_UP_AFTER_STALLS = 4;
/** Of one patient in one run. */
const MAX_ROUNDS = 4;

interface RunJob {
  runId: string;
}
interface PatientJob {
  runId: string;
  patientId: string;
}

/** Runs: the nightly sync, a sync on demand, one patient on demand. A run survives the process that works on it. */
@Injectable()
export class RunService implements OnModuleInit {
  private readonly logger = new Logger(RunService.name);

  constructor(
    private readonly jobs: JobsService,
    private readonly runs: RunRepository,
    private readonly patients: PatientRepository,
    private readonly reports: ReportIngestService,
    private readonly curation: CurationService,
    private readonly pipeline: PatientPipelineService,
    private readonly outbox: OutboxService,
    private readonly removal: RemovalService,
    private readonly window: PacsWindow,
    private readonly writeBack: WriteBackService,
  ) {}

  onModuleInit(): void {
    this.jobs.register<RunJob>({
      queue: RUN_QUEUE,
      concurrency: 4,
      heartbeatSeconds: 10,
      retryLimit: 20,
      expireInSeconds: 23 * 3600,
      handle: async ({ runId }, signal) => {
        // Where a process holds the run that died a moment ago, its lease ends in a moment, too.
        if (!(await this.execute(runId, signal))) {
          await sleep(LEASE_SECONDS * 1000, undefined, { signal }).catch(() => undefined);
          await this.execute(runId, signal);
        }
        // Handed back on shutdown: the queue gives it to another worker.
        if ((await this.runs.findById(runId))?.state === 'queued') throw new Error('run handed back');
      },
    });
    this.jobs.register<PatientJob>({
      queue: PATIENT_QUEUE,
      concurrency: 6,
      heartbeatSeconds: 10,
      retryLimit: 2,
      expireInSeconds: 3600,
      handle: async (job) => this.processPatient(job),
    });
  }

  /** Starts a sync, or gives the one that is under way. */
  async startSync(options: RunOptions = {}): Promise<RunEntity> {
    return this.start(await this.runs.create('sync', {}, options, new Date()));
  }

  /** One run a day, however many replicas ask. */
  async startNightly(day: string): Promise<RunEntity> {
    return this.start(await this.runs.create('nightly', { day }, {}, new Date()));
  }

  /** Starts curating one patient, or gives the run that is under way. */
  async startPatient(patient: PatientEntity): Promise<RunEntity> {
    return this.start(await this.runs.create('patient', { patientId: patient.id }, {}, new Date()));
  }

  /** Creates a sync without queueing it: the caller executes it in this process. */
  async createSync(options: RunOptions): Promise<RunEntity> {
    return (await this.runs.create('sync', {}, options, new Date())).run;
  }

  /** The same for one patient: the caller's own configuration counts, not that of a worker who is quicker. */
  async createPatient(patient: PatientEntity): Promise<RunEntity> {
    return (await this.runs.create('patient', { patientId: patient.id }, {}, new Date())).run;
  }

  /** Works on a run until it has ended; where another process holds it, waits for that one or takes over from it. */
  async executeToTheEnd(runId: string): Promise<RunEntity> {
    for (;;) {
      await this.execute(runId);
      const run = await this.runs.get(runId);
      if (hasEnded(run)) return run;
      await sleep(500);
    }
  }

  private async start({ run, isNew }: { run: RunEntity; isNew: boolean }): Promise<RunEntity> {
    // A run whose process died before it was queued, or while it worked, is queued again by whoever asks next.
    if (isNew || !hasEnded(run)) await this.jobs.send<RunJob>(RUN_QUEUE, [{ key: run.id, payload: { runId: run.id } }]);
    return run;
  }

  /** @returns false if another process holds the run or it has ended */
  private async execute(runId: string, signal?: AbortSignal): Promise<boolean> {
    const epoch = await this.runs.claim(runId);
    if (epoch === null) return false;
    const lost = new AbortController();
    const renewal = setInterval(() => {
      this.runs.renew(runId, epoch).then(
        (held) => held || lost.abort(),
        () => undefined,
      );
    }, RENEW_LEASE_MS);
    const stop = AbortSignal.any([lost.signal, ...(signal ? [signal] : [])]);
    try {
      const run = await this.runs.get(runId);
      const { counts, problems } = run.kind === 'patient' ? await this.runPatient(run) : await this.runSync(run, stop);
      if (stop.aborted) await this.runs.release(runId, epoch);
      else await this.runs.finish(runId, epoch, counts, problems, new Date());
      this.logger.log({ msg: 'Run ended', runId, kind: run.kind, counts, problems: problems.length });
    } catch (error) {
      if (stop.aborted) {
        this.logger.log({ msg: 'Run handed back', runId });
        await this.runs.release(runId, epoch);
        return true;
      }
      this.logger.error({ msg: 'Run broke off', runId, error: loggableError(error) });
      await this.runs.finish(runId, epoch, {}, [problemOf(error)], new Date());
    } finally {
      clearInterval(renewal);
    }
    return true;
  }

  private async runSync(run: RunEntity, stop: AbortSignal) {
    const problems: string[] = [];
    let reportsStored = 0;
    try {
      const crawl = await this.reports.crawlChanged(Date.now(), { since: run.options.since, stop });
      reportsStored = crawl.stored;
      if (crawl.problem) problems.push(crawl.problem);
    } catch (error) {
      // What is stored already can still be curated; the watermark has not moved.
      problems.push(`FHIR: ${problemOf(error)}`);
    }
    // Of a run that another process left: its jobs may be lost.
    await this.sendPatients(run.id, await this.runs.openPatients(run.id));
    for await (const page of this.patients.due(this.curation.rules)) await this.queuePatients(run.id, page);
    const archive = this.mayLoadPacs(run) ? await this.pipeline.listArchive() : null;
    for await (const page of this.patients.withTargets()) {
      if (archive !== null) await this.runs.addSettled(run.id, await this.pipeline.settled(page, archive), SEEN);
      await this.queuePatients(run.id, page);
    }
    await this.waitForPatients(run.id, stop, problems);
    const maySend = () => !stop.aborted && this.mayLoadPacs(run);
    const { sent, left } = await this.outbox.drain({ maySend });
    if (left > 0) problems.push(waitingLabels(left));
    const removal = await this.removal.drain({ maySend });
    if (removal.left > 0) problems.push(waitingRemovals(removal.left));
    const back = await this.writeBack.writeAll(stop);
    problems.push(...back.problems);
    const { counts } = await this.runs.progress(run.id);
    if (this.writeBack.isOn) counts['resourcesWritten'] = back.written;
    addCounts(counts, sent);
    addCounts(counts, removal.counts);
    return {
      counts: { reportsStored, ...counts },
      problems: [...problems, ...(await this.runs.patientProblems(run.id))],
    };
  }

  private async runPatient(run: RunEntity) {
    const patient = await this.patients.get(run.patientId!);
    const problems: string[] = [];
    let reportsStored = 0;
    try {
      const crawl = await this.reports.crawlPatient(patient.mrn, patient.issuer);
      reportsStored = crawl?.stored ?? 0;
      if (crawl === null) problems.push('FHIR: the server knows no patient of this number.');
    } catch (error) {
      // What is stored already can still be curated.
      problems.push(`FHIR: ${problemOf(error)}`);
    }
    // The crawl may have shown that two rows are one person.
    const patientId = (await this.runs.get(run.id)).patientId!;
    const counts: Record<string, number> = { reportsStored };
    // Who decides a review while this run is under way is given this run: it goes on while the patient is due.
    for (let round = 1; round <= MAX_ROUNDS; round++) {
      const outcome = await this.pipeline.process(patientId, new Date());
      const { sent, left } = await this.outbox.drain({ patientId });
      addCounts(counts, outcome.counts);
      addCounts(counts, sent);
      if (outcome.problem !== null) problems.push(outcome.problem);
      if (left > 0) problems.push(waitingLabels(left));
      const removal = await this.removal.drain({ patientId });
      addCounts(counts, removal.counts);
      if (removal.left > 0) problems.push(waitingRemovals(removal.left));
      const back = await this.writeBack.writePatient(patientId);
      problems.push(...back.problems);
      if (this.writeBack.isOn) addCounts(counts, { resourcesWritten: back.written });
      if (outcome.problem !== null || left > 0 || !this.curation.isDue(await this.patients.get(patientId))) break;
    }
    return { counts, problems: [...new Set(problems)] };
  }

  private async queuePatients(runId: string, page: PatientEntity[]): Promise<void> {
    const added = await this.runs.addPatients(
      runId,
      page.map(({ id }) => id),
    );
    await this.sendPatients(runId, added);
  }

  private async sendPatients(runId: string, patientIds: string[]): Promise<void> {
    const jobs = patientIds.map((patientId) => ({ key: `${runId} ${patientId}`, payload: { runId, patientId } }));
    await this.jobs.send<PatientJob>(PATIENT_QUEUE, jobs);
  }

  private async waitForPatients(runId: string, stop: AbortSignal, problems: string[]): Promise<void> {
    let open = Infinity;
    let progressAtMs = Date.now();
    let stalls = 0;
    while (!stop.aborted) {
      const now = await this.runs.countOpen(runId);
      if (now === 0) return;
      if (now < open) {
        open = now;
        progressAtMs = Date.now();
      } else if (Date.now() - progressAtMs > STALLED_MS) {
        if (++stalls > GIVE_UP_AFTER_STALLS) {
          problems.push(`${now} patients were not reached`);
          return;
        }
        progressAtMs = Date.now();
        await this.sendPatients(runId, await this.runs.openPatients(runId));
      }
      await sleep(100);
    }
  }

  /** Somebody waits for what is asked for by day; only the night's work keeps to its hours. */
  private mayLoadPacs({ kind }: RunEntity): boolean {
    return kind !== 'nightly' || this.window.isOpen(new Date());
  }

  private async processPatient({ runId, patientId }: PatientJob): Promise<void> {
    const run = await this.runs.findById(runId);
    if (run === null || hasEnded(run)) return;
    if (!this.mayLoadPacs(run)) {
      await this.runs.settlePatient(runId, patientId, { state: 'failed', problem: 'PACS_WINDOW closed first' });
      return;
    }
    try {
      const { counts, problem } = await this.pipeline.process(patientId, new Date());
      await this.runs.settlePatient(runId, patientId, { state: 'done', counts, ...(problem !== null && { problem }) });
    } catch (error) {
      this.logger.error({ msg: 'Patient failed', runId, patientId, error: loggableError(error) });
      await this.runs.settlePatient(runId, patientId, { state: 'failed', problem: problemOf(error) });
      // The patient stays due; the next run tries again. Only what this service did not foresee is retried at once.
      if (!(error instanceof DicomwebError || error instanceof FhirError)) throw error;
    }
  }
}

const hasEnded = ({ state }: RunEntity): boolean => state === 'done' || state === 'incomplete';

const waitingLabels = (count: number): string => `${count} ${count === 1 ? 'label waits' : 'labels wait'} for the PACS`;

const waitingRemovals = (count: number): string =>
  `${count} superseded or retracted ${count === 1 ? 'label waits' : 'labels wait'} to be removed from the PACS`;

/** For people and logs: our own errors are written without patient data, of others only the class is told. */
function problemOf(error: unknown): string {
  if (error instanceof DicomwebError || error instanceof FhirError) return error.message;
  return `unexpected ${error instanceof Error ? error.name : 'error'}; see the log`;
}
