import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { FhirClient } from '../../modules/ingest/fhir/fhir-client.js';
import { fhirAuth } from '../../modules/ingest/fhir/fhir-auth.js';
import { CHECK_TIMEOUT_MS, FHIR_PROBE, HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';

@Module({
  imports: [TerminusModule.forRoot({ errorLogStyle: 'json', logger: false })],
  controllers: [HealthController, MetricsController],
  providers: [
    {
      provide: FHIR_PROBE,
      inject: [CONFIG],
      // A client of its own, without retries: a probe must answer soon, and not take part in the crawl's rests.
      useFactory: ({ fhir }: Config) =>
        new FhirClient({
          baseUrl: fhir.baseUrl,
          auth: fhirAuth({ ...fhir, kind: fhir.auth }, fhir.baseUrl),
          timeoutMs: CHECK_TIMEOUT_MS,
          maxRetries: 0,
        }),
    },
  ],
})
export class HealthModule {}
