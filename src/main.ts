import 'reflect-metadata';
import { type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import type { Config } from './config/config.js';
import { CONFIG } from './config/config.module.js';
import { configureHttp } from './http-app.js';
import { JobsService } from './platform/jobs/jobs.service.js';
import { exitWithMessage, START_OPTIONS } from './platform/exit.js';

/** The service: HTTP, the nightly clock, and a worker, so that one process is enough for a small hospital. */
let app: INestApplication | undefined;
try {
  app = await NestFactory.create(AppModule.withSchedule(), { ...START_OPTIONS, bodyParser: false });
  app.useLogger(app.get(Logger));
  app.flushLogs();
  configureHttp(app);
  const { host, port } = app.get<Config>(CONFIG);
  await app.listen(port, host);
  await app.get(JobsService).work();
} catch (error) {
  await app?.close().catch(() => undefined);
  exitWithMessage(error);
}
