import { Controller, Get, Header, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { Answers, named, refTo, Refuses } from '../../platform/http/openapi.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { REASONS, type ReasonCode } from '../reasons.js';
import { type ExclusionRow, YieldRepository, type YieldRow } from './yield.repository.js';
import { yieldSvg } from './yield-svg.js';
import { YieldService } from './yield.service.js';

const MAX_ROWS = 10_000;
const reasons = Object.keys(REASONS) as ReasonCode[];

const yieldRowSchema: z.ZodType<YieldRow> = named(
  'YieldRow',
  z.object({
    unit: z.enum(['targets', 'lesions', 'specimens', 'reports']),
    in: z.int().describe('the sum of all the rest'),
    kept: z.int(),
    pending: z.int(),
    dropped: z.partialRecord(z.enum(reasons), z.int()).describe('by reason'),
  }),
);
const exclusionSchema: z.ZodType<ExclusionRow> = named(
  'Exclusion',
  z.object({
    entity: z.enum(['report', 'target', 'lesion', 'specimen', 'label']),
    entityKey: z.string(),
    issuer: z.string().nullable(),
    mrn: z.string().nullable(),
    reason: z.enum(reasons),
    explanation: z.string(),
    detail: z.string().describe('what it was compared with'),
  }),
);

const text = z.string('must be given once').refine((value) => !value.includes('\0'), 'must be text');
const querySchema = z
  .object({
    format: z.enum(['json', 'csv']).optional(),
    limit: z.coerce.number().int().min(1).max(MAX_ROWS).default(MAX_ROWS),
    afterEntity: text.optional(),
    afterKey: text.optional(),
  })
  .refine(
    ({ afterEntity, afterKey }) => (afterEntity === undefined) === (afterKey === undefined),
    'afterEntity and afterKey go together',
  );

@ApiTags('yield')
@Controller()
export class YieldController {
  constructor(
    private readonly service: YieldService,
    private readonly repository: YieldRepository,
  ) {}

  @Get('yield')
  @ApiOperation({ summary: 'How many targets, lesions, specimens and reports came in, and what became of them.' })
  @Answers([yieldRowSchema], 'One row per unit.')
  async yield(): Promise<YieldRow[]> {
    return this.service.yield();
  }

  @Get('yield.svg')
  @Header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
  @Header('content-type', 'image/svg+xml; charset=utf-8')
  @ApiOperation({ summary: 'The same as a picture: from what came in over what was dropped to what was kept.' })
  @ApiResponse({
    status: 200,
    description: 'The picture.',
    content: { 'image/svg+xml': { schema: { type: 'string' } } },
  })
  async picture(): Promise<string> {
    return yieldSvg(await this.service.yield());
  }

  @Get('exclusions')
  @ApiOperation({
    summary: 'Everything that led to no label, with the reason; CSV by ?format=csv or Accept: text/csv.',
    description:
      'JSON comes in pages, ordered by entity and key: ask again with afterEntity and afterKey of the last row while ' +
      'a page is full. CSV holds everything.',
  })
  @ApiResponse({
    status: 200,
    description: 'The rows.',
    content: {
      'application/json': { schema: { type: 'array', items: refTo(exclusionSchema) } },
      'text/csv': { schema: { type: 'string' } },
    },
  })
  @Refuses(400, 'A query parameter is not usable.')
  @ApiQuery({ name: 'format', required: false, enum: ['json', 'csv'] })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: MAX_ROWS } })
  @ApiQuery({ name: 'afterEntity', required: false, description: 'with afterKey: go on behind this row' })
  @ApiQuery({ name: 'afterKey', required: false })
  async exclusions(@Req() request: Request, @Res() response: Response, @Query() query: unknown): Promise<void> {
    const { format, limit, afterEntity, afterKey } = parseInput(querySchema, query);
    response.vary('Accept');
    if ((format ?? request.accepts(['json', 'csv'])) === 'csv') {
      response.attachment('exclusions.csv').type('text/csv');
      return pipeline(Readable.from(this.service.exclusionsCsv()), response);
    }
    const after = afterEntity !== undefined ? { entity: afterEntity, entityKey: afterKey! } : undefined;
    response.json(await this.repository.exclusions(limit, after));
  }
}
