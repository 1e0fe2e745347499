import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import { exitWithMessage, START_OPTIONS } from './platform/exit.js';
import { JobsService } from './platform/jobs/jobs.service.js';

/** A further worker beside the service: takes jobs, serves no HTTP. */
try {
  const app = await NestFactory.createApplicationContext(AppModule.withSchedule(), START_OPTIONS);
  app.useLogger(app.get(Logger));
  app.flushLogs();
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  await app.get(JobsService).work();
} catch (error) {
  exitWithMessage(error);
}
