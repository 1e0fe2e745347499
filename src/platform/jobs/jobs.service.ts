import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { PgBoss } from 'pg-boss';
import { DatabaseServer } from '../database/database.module.js';

/** How jobs of a queue are handled. Payloads hold opaque ids only. Delivery is at least once: handlers are idempotent. */
export interface JobHandler<Payload> {
  queue: string;
  /** Jobs that one process works on at the same time. */
  concurrency: number;
  /** After which a job counts as lost and is handed to another worker, once heartbeats stop. */
  heartbeatSeconds: number;
  retryLimit: number;
  /** Upper bound of one attempt, heartbeats or not. */
  expireInSeconds: number;
  handle(payload: Payload, signal: AbortSignal): Promise<void>;
}

const SHUTDOWN_GRACE_MS = 25_000;

/** pg-boss: queues are created on start; workers run only in processes that call `work`. */
@Injectable()
export class JobsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(JobsService.name);
  private readonly handlers = new Map<string, JobHandler<never>>();
  private readonly stopping = new AbortController();
  private boss: PgBoss | undefined;

  constructor(@Inject(DatabaseServer) private readonly server: DatabaseServer) {}

  /** Called by the module that owns the queue, before start-up ends. */
  register<Payload>(handler: JobHandler<Payload>): void {
    this.handlers.set(handler.queue, handler as JobHandler<never>);
  }

  async onApplicationBootstrap(): Promise<void> {
    const boss = new PgBoss({
      connectionString: await this.server.url(),
      schema: 'jobs',
      application_name: 'lesion-curator jobs',
      max: 4,
      useListenNotify: true,
      monitorIntervalSeconds: 5,
      openTelemetry: { enabled: false },
    });
    // The text of a database error may quote values, so only its class is logged.
    boss.on('error', (error) => {
      // The queue's last questions may come after the database has gone.
      if (!this.stopping.signal.aborted) this.logger.error(`Queue error: ${error.name}`);
    });
    await boss.start();
    this.boss = boss;
    for (const { queue, heartbeatSeconds, retryLimit, expireInSeconds } of this.handlers.values()) {
      // 'short' with a singleton key keeps at most one waiting job of a key.
      await boss.createQueue(queue, { policy: 'short', notify: true });
      await boss.updateQueue(queue, {
        heartbeatSeconds,
        retryLimit,
        expireInSeconds,
        retryBackoff: true,
        retryDelay: 5,
      });
    }
  }

  /** Takes jobs from all registered queues in this process. */
  async work(): Promise<void> {
    for (const handler of this.handlers.values()) {
      // One worker for each job at a time: in a batch, a quick job would wait for the slowest one beside it.
      for (let worker = 0; worker < handler.concurrency; worker++) await this.startWorker(handler);
    }
  }

  private async startWorker({ queue, handle }: JobHandler<never>): Promise<void> {
    const boss = this.started;
    const workerId: string = await boss.work(
      queue,
      { notifyPollingIntervalSeconds: 5, perJobResults: true },
      async ([job]: { id: string; data: never; signal: AbortSignal }[]) => {
        if (!job) return [];
        try {
          await handle(job.data, AbortSignal.any([job.signal, this.stopping.signal]));
          return [{ id: job.id, status: 'completed' as const }];
        } catch (error) {
          const name = error instanceof Error ? error.name : 'unknown';
          if (this.stopping.signal.aborted) this.logger.log({ msg: 'Job handed back', queue, jobId: job.id });
          else this.logger.error({ msg: 'Job failed and will be tried again', queue, jobId: job.id, error: name });
          return [{ id: job.id, status: 'failed' as const, output: { error: name } }];
        } finally {
          // Asks for the next job at once instead of after the polling interval.
          boss.notifyWorker(workerId);
        }
      },
    );
  }

  /** Queues one job per key; a key that is waiting already is not queued twice. */
  async send<Payload extends object>(queue: string, jobs: { key: string; payload: Payload }[]): Promise<void> {
    await this.started.insert(
      queue,
      jobs.map(({ key, payload }) => ({ singletonKey: key, data: payload })),
    );
  }

  /** @throws if the queue's tables cannot be read */
  async ping(): Promise<void> {
    await this.started.getQueues();
  }

  /** Stops taking jobs, lets running ones end within the grace time, and hands the rest back. */
  async beforeApplicationShutdown(): Promise<void> {
    // The queue itself signals only when the grace time is over.
    this.stopping.abort();
    await this.boss?.stop({ graceful: true, timeout: SHUTDOWN_GRACE_MS });
    this.boss = undefined;
  }

  private get started(): PgBoss {
    if (!this.boss) throw new Error('The job queue has not started yet');
    return this.boss;
  }
}
