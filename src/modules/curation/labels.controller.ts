import { Controller, Get, NotFoundException, Param, ParseUUIDPipe } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Answers, Refuses } from '../../platform/http/openapi.js';
import { labelSchema } from './label-view.js';
import { LabelsService, type LabelView } from './labels.service.js';

const unknownLabel = () => new NotFoundException('There is no label of this id.');

@ApiTags('labels')
@Controller('labels')
export class LabelsController {
  constructor(private readonly labels: LabelsService) {}

  @Get(':id')
  @ApiOperation({ summary: 'One label with its chain of evidence: report quote → lesion → target → specimen → box.' })
  @Answers(labelSchema, 'The label.')
  @Refuses(404, 'There is no label of this id.')
  async get(@Param('id', new ParseUUIDPipe({ exceptionFactory: unknownLabel })) id: string): Promise<LabelView> {
    const label = await this.labels.find(id);
    if (!label) throw unknownLabel();
    return label;
  }
}
