import { Controller, Get, Header, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Readable } from 'node:stream';
import { type ExclusionRow, YieldRepository, type YieldRow } from './yield.repository.js';
import { YieldService } from './yield.service.js';

const MAX_ROWS = 10_000;

@ApiTags('yield')
@Controller()
export class YieldController {
  constructor(
    private readonly service: YieldService,
    private readonly repository: YieldRepository,
  ) {}

  @Get('yield')
  @ApiOperation({ summary: 'How many targets, lesions, specimens and reports came in, and what became of them.' })
  async yield(): Promise<YieldRow[]> {
    return this.service.yield();
  }

  @Get('exclusions')
  @ApiOperation({
    summary: 'Everything that led to no label, with the reason; CSV by ?format=csv or Accept: text/csv.',
  })
  @ApiProduces('application/json', 'text/csv')
  @ApiQuery({ name: 'format', required: false, enum: ['json', 'csv'] })
  @ApiQuery({ name: 'afterEntity', required: false, description: 'with afterKey: go on behind this row' })
  @ApiQuery({ name: 'afterKey', required: false })
  @Header('Vary', 'Accept')
  async exclusions(
    @Req() request: Request,
    @Query('format') format?: string,
    @Query('afterEntity') entity?: string,
    @Query('afterKey') entityKey?: string,
  ): Promise<ExclusionRow[] | StreamableFile> {
    if (format === 'csv' || (format === undefined && request.accepts(['json', 'csv']) === 'csv')) {
      return new StreamableFile(Readable.from(this.service.exclusionsCsv()), {
        type: 'text/csv; charset=utf-8',
        disposition: 'attachment; filename="exclusions.csv"',
      });
    }
    const after = entity !== undefined && entityKey !== undefined ? { entity, entityKey } : undefined;
    return this.repository.exclusions(MAX_ROWS, after);
  }
}
