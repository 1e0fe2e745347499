import { Controller, Get, NotFoundException, Param, ParseUUIDPipe } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { LabelsService, type LabelView } from './labels.service.js';

@ApiTags('labels')
@Controller('labels')
export class LabelsController {
  constructor(private readonly labels: LabelsService) {}

  @Get(':id')
  @ApiOperation({ summary: 'One label with its chain of evidence: report quote → lesion → target → specimen → box.' })
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<LabelView> {
    const label = await this.labels.find(id);
    if (!label) throw new NotFoundException('There is no label of this id.');
    return label;
  }
}
