import { ConflictException, Controller, Get, HttpCode, NotFoundException, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Answers, Refuses } from '../../platform/http/openapi.js';
import { parseInput } from '../../platform/http/parse-input.js';
import type { PatientEntity } from '../ingest/patient.entity.js';
import { PatientRepository } from '../ingest/patient.repository.js';
import { ReportIngestService } from '../ingest/report-ingest.service.js';
import { labelSchema } from './label-view.js';
import { LabelsService, type LabelView } from './labels.service.js';
import { RunService } from './run.service.js';
import { runSchema, type RunView, toRunView } from './runs.controller.js';

const querySchema = z.object({ issuer: z.string('must be given once').optional() });
const unknownPatient = () => new NotFoundException('No patient of this number is known.');

@ApiTags('patients')
@ApiParam({ name: 'mrn', description: 'PatientID as the PACS has it; a slash in it is written %2F' })
@ApiQuery({ name: 'issuer', required: false, description: 'IssuerOfPatientID, where several issue the same number' })
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
  @Answers(runSchema, 'The run; ask for it again to see how it goes.', 202)
  @Refuses(404, 'No patient of this number is known, here or to the FHIR server.')
  @Refuses(409, 'Several issuers gave this number.')
  @Refuses(502, 'The FHIR server, which may know the patient, cannot be asked.')
  async curate(@Param('mrn') mrn: string, @Query() query: unknown): Promise<RunView> {
    const { issuer } = parseInput(querySchema, query);
    // The FHIR server may know a patient of whom nothing has been read yet.
    const isKnown = (await this.find(mrn, issuer)).length > 0;
    if (!isKnown) await this.reports.crawlPatient(mrn, issuer);
    return toRunView(await this.runs.startPatient(await this.one(mrn, issuer)));
  }

  @Get('labels')
  @ApiOperation({ summary: 'All labels of a patient with their versions, states, UIDs and viewer links.' })
  @Answers([labelSchema], 'The labels; none if nothing could be labelled.')
  @Refuses(404, 'No patient of this number is known.')
  @Refuses(409, 'Several issuers gave this number.')
  async labelsOf(@Param('mrn') mrn: string, @Query() query: unknown): Promise<LabelView[]> {
    const { issuer } = parseInput(querySchema, query);
    return this.labels.ofPatient((await this.one(mrn, issuer)).id);
  }

  private async find(mrn: string, issuer: string | undefined): Promise<PatientEntity[]> {
    // Postgres holds no such text, and no hospital gives such a number.
    if ([mrn, issuer].some((text) => text?.includes('\0'))) throw unknownPatient();
    return this.patients.findByMrn(mrn, issuer);
  }

  private async one(mrn: string, issuer: string | undefined): Promise<PatientEntity> {
    const [patient, ...others] = await this.find(mrn, issuer);
    if (!patient) throw unknownPatient();
    if (others.length > 0) throw new ConflictException('Several issuers gave this number: name one with ?issuer=');
    return patient;
  }
}
