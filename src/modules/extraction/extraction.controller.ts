import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { parseBody } from '../../platform/http/parse-input.js';
import { extractReport } from './extract-report.js';
import { type Extraction, reportKindSchema } from './extraction.js';

const request = z.object({ kind: reportKindSchema, text: z.string().max(4_000_000) });

@ApiTags('extractions')
@Controller('extractions')
export class ExtractionController {
  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Read one report; nothing is stored.' })
  @ApiBody({
    schema: {
      type: 'object',
      required: ['kind', 'text'],
      properties: { kind: { enum: ['radiology', 'pathology'] }, text: { type: 'string' } },
    },
  })
  @ApiOkResponse({ description: 'The extraction, with the exact words that each value stands on.' })
  extract(@Body() body: unknown): Extraction {
    const { kind, text } = parseBody(request, body);
    return extractReport(kind, text);
  }
}
