import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { Logger } from 'nestjs-pino';
import type { RunEntity } from '../../src/modules/curation/run.entity.js';
import { AppModule } from '../../src/app.module.js';
import { CurationService } from '../../src/modules/curation/curation.service.js';
import { RunService } from '../../src/modules/curation/run.service.js';
import { ReportIngestService } from '../../src/modules/ingest/report-ingest.service.js';
import { StudyIndexService } from '../../src/modules/ingest/study-index.service.js';
import { OutboxService } from '../../src/modules/labels/outbox.service.js';
import { JobsService } from '../../src/platform/jobs/jobs.service.js';
import { secondsOf } from './rounds.js';

/** One HTTP request that the service made, and the status that it got. */
interface Exchange {
  url: string;
  method: string;
  headers: [string, string][];
  body: RequestInit['body'];
  status: number;
}

export type Command = { do: 'sync'; record: boolean } | { do: 'replay'; inFlight: number };
export interface SyncOutcome {
  seconds: number;
  state: string;
  problems: string[];
  counts: Record<string, number>;
  /** Counted only where they are recorded. */
  requests: number;
  /** Seconds by step; steps of patients are summed over those that were worked on side by side. */
  steps: Record<Step, number>;
  peakMemoryMb: number;
}
export type Step = 'reports' | 'studies' | 'curation' | 'storing';
export interface ReplayOutcome {
  seconds: number;
  requests: number;
  bytes: number;
}

/*
 * The service in a process of its own, as the command line starts it. On "sync" it runs one sync and keeps what it
 * asked of the servers; on "replay" it asks the same again, in the same order, and does nothing with the answers.
 */
const exchanges: Exchange[] = [];
let isRecording = false;
const { fetch } = globalThis;
globalThis.fetch = async (input, init) => {
  if (!isRecording) return fetch(input, init);
  const exchange: Exchange = {
    url: input instanceof Request ? input.url : String(input),
    method: init?.method ?? 'GET',
    headers: [...new Headers(init?.headers)],
    body: init?.body,
    status: 0,
  };
  exchanges.push(exchange);
  const response = await fetch(input, init);
  exchange.status = response.status;
  return response;
};

const app = await NestFactory.createApplicationContext(AppModule, { bufferLogs: true, abortOnError: false });
app.useLogger(app.get(Logger));
await app.get(JobsService).work();

const steps: Record<Step, number> = { reports: 0, studies: 0, curation: 0, storing: 0 };
/** Adds the time of each call of a method to that of a step. */
function time<Name extends string>(
  service: Record<Name, (...args: never[]) => Promise<unknown>>,
  name: Name,
  step: Step,
) {
  const method = service[name].bind(service);
  service[name] = (async (...args: never[]) => {
    const startedMs = performance.now();
    try {
      return await method(...args);
    } finally {
      steps[step] += (performance.now() - startedMs) / 1000;
    }
  }) as typeof method;
}
time(app.get(ReportIngestService), 'crawlChanged', 'reports');
time(app.get(StudyIndexService), 'listArchive', 'studies');
time(app.get(StudyIndexService), 'indexPatient', 'studies');
time(app.get(CurationService), 'curatePatient', 'curation');
time(app.get(OutboxService), 'sendDue', 'storing');

async function sync(record: boolean): Promise<SyncOutcome> {
  const runs = app.get(RunService);
  exchanges.length = 0;
  isRecording = record;
  Object.assign(steps, { reports: 0, studies: 0, curation: 0, storing: 0 });
  let run: RunEntity | undefined;
  const seconds = await secondsOf(async () => {
    run = await runs.executeToTheEnd((await runs.createSync({})).id);
  });
  isRecording = false;
  const { state, problems, counts } = run!;
  const peakMemoryMb = process.resourceUsage().maxRSS / 1024;
  return { seconds, state, problems, counts, requests: exchanges.length, steps: { ...steps }, peakMemoryMb };
}

async function replay(inFlight: number): Promise<ReplayOutcome> {
  let bytes = 0;
  const queue = exchanges.values();
  const stores = new Map<string, Promise<unknown>>();
  const transfer = async ({ url, method, headers, body, status }: Exchange): Promise<void> => {
    const response = await fetch(url, { method, headers, ...(body != null && { body }) });
    bytes += (await response.arrayBuffer()).byteLength + sizeOf(body);
    if (response.status !== status) throw new Error(`The replay got HTTP ${response.status} instead of ${status}.`);
  };
  const worker = async (): Promise<void> => {
    for (const exchange of queue) {
      // What is read back must have been stored, and a study gets one object after the other.
      const [study = ''] = /.*\/studies\/[\d.]+/.exec(exchange.url) ?? [];
      const done = Promise.resolve(stores.get(study)).then(() => transfer(exchange));
      if (exchange.method === 'POST') stores.set(study, done);
      await done;
    }
  };
  const seconds = await secondsOf(() => Promise.all(Array.from({ length: inFlight }, worker)));
  return { seconds, requests: exchanges.length, bytes };
}

const sizeOf = (body: Exchange['body']): number =>
  body instanceof ArrayBuffer || ArrayBuffer.isView(body)
    ? body.byteLength
    : typeof body === 'string'
      ? body.length
      : 0;

process.on('message', (command: Command) => {
  const answer = command.do === 'sync' ? sync(command.record) : replay(command.inFlight);
  answer.then(
    (outcome) => process.send?.(outcome),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => void app.close().finally(() => process.exit(0)));
process.send?.('ready');
