import { Controller, Get, Inject, Res, ServiceUnavailableException } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Response } from 'express';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { PacsClient } from '../../modules/dicomweb/dicomweb-client.js';
import type { FhirClient } from '../../modules/ingest/fhir/fhir-client.js';
import { FhirError } from '../../modules/ingest/fhir/fhir-error.js';
import { Open } from '../http/auth.guard.js';
import { Answers, named } from '../http/openapi.js';
import { JobsService } from '../jobs/jobs.service.js';

export const FHIR_PROBE = Symbol('FHIR probe');
export const CHECK_TIMEOUT_MS = 4000;

const aliveSchema = named('Alive', z.object({ status: z.literal('ok') }));
const checksSchema = z.record(z.string(), z.object({ status: z.enum(['up', 'down']), message: z.string().optional() }));
const readinessSchema = named(
  'Readiness',
  z.object({
    status: z.enum(['ok', 'error', 'shutting_down']),
    info: checksSchema.describe('What is up'),
    error: checksSchema.describe('What is down'),
    details: checksSchema.describe('database, queue, fhir and dicomweb, each by itself'),
  }),
);

@Open()
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    @InjectDataSource() private readonly database: DataSource,
    private readonly jobs: JobsService,
    @Inject(FHIR_PROBE) private readonly fhir: FhirClient,
    private readonly pacs: PacsClient,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'The process answers.' })
  @Answers(aliveSchema, 'It does.')
  live(): z.infer<typeof aliveSchema> {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Database, queue, FHIR server and PACS, each by itself.' })
  @Answers(readinessSchema, 'All are up.')
  @Answers(readinessSchema, 'Something is down; `error` says what.', 503)
  async ready(@Res({ passthrough: true }) response: Response): Promise<object> {
    try {
      return await this.health.check([
        () => this.check('database', () => this.database.query('SELECT 1')),
        () => this.check('queue', () => this.jobs.ping()),
        () => this.check('fhir', () => this.fhir.ping()),
        () => this.check('dicomweb', () => this.pingPacs()),
      ]);
    } catch (error) {
      // Not a problem of the request: who asks wants to see what is down.
      if (!(error instanceof ServiceUnavailableException)) throw error;
      response.status(503);
      return error.getResponse() as object;
    }
  }

  private async pingPacs(): Promise<void> {
    const { state, detail } = await this.pacs.ping();
    if (state !== 'ok') throw new FailedCheck(`${state}: ${detail ?? ''}`);
  }

  private async check(name: string, probe: () => Promise<unknown>) {
    const indicator = this.indicators.check(name);
    try {
      await inTime(probe());
      return indicator.up();
    } catch (error) {
      const isOurs = error instanceof FailedCheck || error instanceof FhirError;
      return indicator.down({ message: isOurs ? error.message : 'does not answer' });
    }
  }
}

class FailedCheck extends Error {}

async function inTime(probe: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new FailedCheck('does not answer in time')), CHECK_TIMEOUT_MS + 500);
  try {
    await Promise.race([probe, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
