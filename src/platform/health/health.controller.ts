import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { PacsClient } from '../../modules/dicomweb/dicomweb-client.js';
import { FhirClient } from '../../modules/ingest/fhir/fhir-client.js';
import { FhirError } from '../../modules/ingest/fhir/fhir-error.js';
import { Open } from '../http/auth.guard.js';
import { JobsService } from '../jobs/jobs.service.js';

@Open()
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    @InjectDataSource() private readonly database: DataSource,
    private readonly jobs: JobsService,
    private readonly fhir: FhirClient,
    private readonly pacs: PacsClient,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'The process answers.' })
  live() {
    return { status: 'ok' };
  }

  @Get('ready')
  @HealthCheck()
  @ApiOperation({ summary: 'Database, queue, FHIR server and PACS, each by itself.' })
  ready() {
    return this.health.check([
      () => this.check('database', () => this.database.query('SELECT 1')),
      () => this.check('queue', () => this.jobs.ping()),
      () => this.check('fhir', () => this.fhir.ping()),
      () => this.check('dicomweb', () => this.pingPacs()),
    ]);
  }

  private async pingPacs(): Promise<void> {
    const { state, detail } = await this.pacs.ping();
    if (state !== 'ok') throw new FailedCheck(`${state}: ${detail ?? ''}`);
  }

  private async check(name: string, probe: () => Promise<unknown>) {
    const indicator = this.indicators.check(name);
    try {
      await probe();
      return indicator.up();
    } catch (error) {
      const isOurs = error instanceof FailedCheck || error instanceof FhirError;
      return indicator.down({ message: isOurs ? error.message : 'does not answer' });
    }
  }
}

class FailedCheck extends Error {}
