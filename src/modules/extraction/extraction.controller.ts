import { Body, Controller, HttpCode, Post, Req, ServiceUnavailableException } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { z } from 'zod';
import { Answers, named, refTo, Refuses } from '../../platform/http/openapi.js';
import { parseInput, requireKind } from '../../platform/http/parse-input.js';
import { ExtractionService } from './extraction.service.js';
import { type Extraction, extractionSchema, reportKindSchema } from './extraction.js';
import { LlmError } from './llm/llm-error.js';

const reportSchema = named('Report', z.object({ kind: reportKindSchema, text: z.string().max(4_000_000) }));
named('Extraction', extractionSchema);

@ApiTags('extractions')
@Controller('extractions')
export class ExtractionController {
  constructor(private readonly extraction: ExtractionService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Read one report; nothing is stored.' })
  @ApiBody({ schema: refTo(reportSchema) })
  @Answers(extractionSchema, 'The extraction, with the exact words that each value stands on.')
  @Refuses(400, 'The body is not such JSON; `detail` names the field.')
  @Refuses(413, 'The body is too large.')
  @Refuses(415, 'The body is not JSON.')
  @Refuses(503, 'The language model cannot be asked now; `detail` says why.')
  async extract(@Req() request: Request<unknown, unknown, unknown>, @Body() body: unknown): Promise<Extraction> {
    requireKind(request, 'application/json');
    const { kind, text } = parseInput(reportSchema, body);
    try {
      return await this.extraction.read(kind, text);
    } catch (error) {
      throw error instanceof LlmError ? new ServiceUnavailableException(error.message) : error;
    }
  }
}
