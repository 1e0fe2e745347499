import {
  ConflictException,
  Controller,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  ParseUUIDPipe,
  Post,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answers, Refuses } from '../../platform/http/openapi.js';
import { PatientRepository } from '../ingest/patient.repository.js';
import { type LabelVersion, labelVersionSchema } from './label-history.js';
import { labelSchema } from './label-view.js';
import { LabelsService, type LabelView } from './labels.service.js';
import { RunService } from './run.service.js';
import { runSchema, type RunView, toRunView } from './runs.controller.js';

const unknownLabel = () => new NotFoundException('There is no label of this id.');
const labelId = new ParseUUIDPipe({ exceptionFactory: unknownLabel });

@ApiTags('labels')
@Controller('labels/:id')
export class LabelsController {
  constructor(
    private readonly labels: LabelsService,
    private readonly patients: PatientRepository,
    private readonly runs: RunService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'One label with its chain of evidence: report quote → lesion → target → specimen → box.' })
  @Answers(labelSchema, 'The label.')
  @Refuses(404, 'There is no label of this id.')
  async get(@Param('id', labelId) id: string): Promise<LabelView> {
    const label = await this.labels.find(id);
    if (!label) throw unknownLabel();
    return label;
  }

  @Get('history')
  @ApiOperation({
    summary: 'All versions of the label, the oldest first: what changed from one to the next, and how each ended.',
  })
  @Answers([labelVersionSchema], 'The versions; the label asked for may be any of them.')
  @Refuses(404, 'There is no label of this id.')
  async history(@Param('id', labelId) id: string): Promise<LabelVersion[]> {
    const versions = await this.labels.historyOf(id);
    if (!versions) throw unknownLabel();
    return versions;
  }

  @Post('send')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Try a label again that was given up (failed), refused by the PACS (rejected) or not removed from it.',
  })
  @Answers(runSchema, 'The run of its patient, which sends or removes it.', 202)
  @Refuses(404, 'There is no label of this id.')
  @Refuses(409, 'The label is neither failed nor rejected, nor was its removal given up.')
  async send(@Param('id', labelId) id: string): Promise<RunView> {
    const patientId = await this.labels.patientOf(id);
    if (patientId === null) throw unknownLabel();
    if (!(await this.labels.tryAgain(id)))
      throw new ConflictException('The label is neither failed nor rejected, nor was its removal given up.');
    return toRunView(await this.runs.startPatient(await this.patients.get(patientId)));
  }
}
