import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Logger } from 'nestjs-pino';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { AppModule } from '../../src/app.module.js';
import { configureHttp } from '../../src/http-app.js';
import { freePort } from '../../src/platform/database/embedded-postgres.js';
import { START_OPTIONS } from '../../src/platform/exit.js';
import { JobsService } from '../../src/platform/jobs/jobs.service.js';

const MAIN = join(import.meta.dirname, '../../dist/src/main.js');
const START_TIMEOUT_MS = 30_000;
export const API = '/api/v1';

export interface Service {
  app: INestApplication;
  url: string;
  http: ReturnType<typeof request>;
  stop(): Promise<void>;
}

/** The service in this process, worker and clock included, as main.ts starts it. */
export async function startService(env: Record<string, string>): Promise<Service> {
  const outside = { ...process.env };
  Object.assign(process.env, { LOG_LEVEL: 'silent' }, env);
  try {
    const app = await NestFactory.create(AppModule.withSchedule(), { ...START_OPTIONS, bodyParser: false });
    app.useLogger(app.get(Logger));
    app.flushLogs();
    configureHttp(app);
    await app.listen(0, '127.0.0.1');
    await app.get(JobsService).work();
    const url = await app.getUrl();
    return { app, url, http: request(url), stop: () => app.close() };
  } finally {
    process.env = outside;
  }
}

export interface SpawnedService {
  url: string;
  port: number;
  /** Everything written to stdout and stderr so far. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  /** The exit code, or the signal that ended it. */
  ended: Promise<number | string>;
}

/** The built service in a process of its own; resolves when it answers, or has ended. */
export async function spawnService(env: Record<string, string>): Promise<SpawnedService> {
  const port = Number(env['PORT']) || (await freePort());
  const child = spawn(process.execPath, ['--enable-source-maps', MAIN], {
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  let isOver = false;
  void ended.then(() => (isOver = true));
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + START_TIMEOUT_MS;
  const answers = () =>
    fetch(`${url}/health/live`, { signal: AbortSignal.timeout(1000) }).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!isOver && !(await answers())) {
    if (Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`The service did not start: ${output.slice(-2000)}`);
    }
    await sleep(50);
  }
  return { url, port, output: () => output, kill: (signal) => void child.kill(signal), ended };
}

export interface RunAnswer {
  id: string;
  state: string;
  counts: Record<string, number>;
  problems: string[];
}

/** Asks for a run until it has ended. */
export async function endOfRun(http: Service['http'], id: string, headers = {}): Promise<RunAnswer> {
  for (;;) {
    const { body } = await http.get(`${API}/runs/${id}`).set(headers).expect(200);
    const run = body as RunAnswer;
    if (run.state === 'done' || run.state === 'incomplete') return run;
    await sleep(50);
  }
}
