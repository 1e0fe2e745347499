import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import type { Config } from './config/config.js';
import { CONFIG } from './config/config.module.js';
import { configureHttp } from './http-app.js';
import { JobsService } from './platform/jobs/jobs.service.js';
import { exitWithMessage } from './platform/exit.js';

/** The service: HTTP, the nightly clock, and a worker, so that one process is enough for a small hospital. */
try {
  const app = await NestFactory.create(AppModule.withSchedule(), {
    bufferLogs: true,
    abortOnError: false,
    bodyParser: false,
  });
  app.useLogger(app.get(Logger));
  configureHttp(app);
  const { host, port } = app.get<Config>(CONFIG);
  await app.listen(port, host);
  await app.get(JobsService).work();
} catch (error) {
  exitWithMessage(error);
}
