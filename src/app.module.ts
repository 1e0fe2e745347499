import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { ConfigModule } from './config/config.module.js';
import { CurationModule } from './modules/curation/curation.module.js';
import { NightlyService } from './modules/curation/nightly.service.js';
import { DicomwebModule } from './modules/dicomweb/dicomweb.module.js';
import { DatabaseModule, DatabaseServerModule } from './platform/database/database.module.js';
import { HealthModule } from './platform/health/health.module.js';
import { AuthGuard } from './platform/http/auth.guard.js';
import { JobsModule } from './platform/jobs/jobs.module.js';
import { LoggingModule } from './platform/logging/logging.module.js';

/**
 * The one module graph. Nest starts modules in the order of their imports and stops them in reverse: HTTP first, then
 * jobs, then the PACS gate and the database pool, then the embedded Postgres.
 */
@Module({
  imports: [
    ConfigModule,
    LoggingModule,
    DatabaseServerModule,
    DatabaseModule,
    JobsModule,
    DicomwebModule,
    CurationModule,
    HealthModule,
  ],
  providers: [{ provide: APP_GUARD, useClass: AuthGuard }],
})
export class AppModule {
  /** With the clock that asks for nightly runs: for the service and its workers, not for the command line. */
  static withSchedule(): DynamicModule {
    return { module: AppModule, imports: [ScheduleModule.forRoot(), CurationModule], providers: [NightlyService] };
  }
}
