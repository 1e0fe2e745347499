import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { CronJob } from 'cron';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { loggableError } from '../../platform/logging/loggable-error.js';
import { dayAt } from './pacs-window.js';
import { RunService } from './run.service.js';

/** The clock: asks for the nightly run; which of five replicas gets it is decided in the database. */
@Injectable()
export class NightlyService implements OnApplicationBootstrap {
  private readonly logger = new Logger(NightlyService.name);

  constructor(
    private readonly scheduler: SchedulerRegistry,
    private readonly runs: RunService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    const { cron, timeZone } = this.config.nightly;
    const job = CronJob.from({ cronTime: cron, timeZone, onTick: () => void this.tick(new Date()) });
    this.scheduler.addCronJob('nightly', job);
    job.start();
  }

  async tick(now: Date): Promise<void> {
    try {
      await this.runs.startNightly(dayAt(now, this.config.nightly.timeZone));
    } catch (error) {
      this.logger.error({ msg: 'The nightly run could not be started', error: loggableError(error) });
    }
  }
}
