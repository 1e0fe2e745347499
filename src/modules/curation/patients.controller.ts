import { ConflictException, Controller, Get, HttpCode, NotFoundException, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { PatientEntity } from '../ingest/patient.entity.js';
import { PatientRepository } from '../ingest/patient.repository.js';
import { ReportIngestService } from '../ingest/report-ingest.service.js';
import { LabelsService, type LabelView } from './labels.service.js';
import { RunService } from './run.service.js';
import { type RunView, toRunView } from './runs.controller.js';

@ApiTags('patients')
@Controller('patients/:mrn')
export class PatientsController {
  constructor(
    private readonly patients: PatientRepository,
    private readonly reports: ReportIngestService,
    private readonly runs: RunService,
    private readonly labels: LabelsService,
  ) {}

  @Post('curate')
  @HttpCode(202)
  @ApiOperation({ summary: 'Curate one patient now; the same patient twice at once gives the same run.' })
  @ApiQuery({ name: 'issuer', required: false, description: 'IssuerOfPatientID, where several issue the same number' })
  async curate(@Param('mrn') mrn: string, @Query('issuer') issuer?: string): Promise<RunView> {
    // The FHIR server may know a patient of whom nothing has been read yet.
    const isKnown = (await this.patients.findByMrn(mrn, issuer)).length > 0;
    if (!isKnown) await this.reports.crawlPatient(mrn, issuer);
    return toRunView(await this.runs.startPatient(await this.one(mrn, issuer)));
  }

  @Get('labels')
  @ApiOperation({ summary: 'All labels of a patient with their versions, states, UIDs and viewer links.' })
  @ApiQuery({ name: 'issuer', required: false })
  async labelsOf(@Param('mrn') mrn: string, @Query('issuer') issuer?: string): Promise<LabelView[]> {
    return this.labels.ofPatient((await this.one(mrn, issuer)).id);
  }

  private async one(mrn: string, issuer: string | undefined): Promise<PatientEntity> {
    const [patient, ...others] = await this.patients.findByMrn(mrn, issuer);
    if (!patient) throw new NotFoundException('No patient of this number is known.');
    if (others.length > 0) throw new ConflictException('Several issuers gave this number: name one with ?issuer=');
    return patient;
  }
}
