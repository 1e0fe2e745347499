import {
  BadRequestException,
  Controller,
  HttpCode,
  Post,
  Query,
  Req,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { z } from 'zod';
import { Answers, named, refTo, Refuses } from '../../platform/http/openapi.js';
import { parseInput, requireKind } from '../../platform/http/parse-input.js';
import { TargetImportService } from './target-import.service.js';
import type { ParsedTargets, TargetContext } from './targets/parsed-target.js';
import { parseTargetFile } from './targets/parse-targets.js';
import { parseTargetRows } from './targets/target-rows.js';

const MAX_FILE_BYTES = 16 * 1024 * 1024;
const KINDS = ['application/json', 'text/csv', 'text/plain', 'multipart/form-data'];

/** What the columns of the canonical CSV are called, as JSON; each row is checked by itself. */
const targetRowSchema = named(
  'TargetRow',
  z.object({
    patient_id: z.string().optional().describe('else ?patient='),
    issuer: z.string().optional(),
    procedure_date: z.iso.date().optional().describe('else ?date='),
    label: z.string().optional(),
    x: z.number().describe('millimetres, as y and z'),
    y: z.number(),
    z: z.number(),
    coordinate_system: z.enum(['LPS', 'RAS']),
    frame_of_reference_uid: z.string().optional(),
    reference_series_uid: z.string().optional(),
  }),
);

const importSchema = named(
  'TargetImport',
  z.object({
    imported: z.int(),
    unchanged: z.int().describe('known already, from the same or another file'),
    refused: z.array(z.object({ row: z.int().nullable().describe('null: the whole file'), reason: z.string() })),
    rows: z
      .array(z.object({ row: z.int(), result: z.enum(['imported', 'unchanged']), targetId: z.uuid() }))
      .describe('what became of each row that was not refused'),
  }),
);

const text = z.string('must be given once').optional();
const querySchema = z.object({ patient: text, issuer: text, date: text });

@ApiTags('targets')
@Controller('targets')
export class TargetsController {
  constructor(private readonly targets: TargetImportService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Import biopsy targets: JSON rows, canonical CSV, or a .fcsv, .mrk.json or .csv file.',
    requestBody: {
      required: true,
      content: {
        'application/json': { schema: { type: 'array', items: refTo(targetRowSchema) } },
        'text/csv': { schema: { type: 'string' } },
        'multipart/form-data': {
          schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } },
        },
      },
    },
  })
  @ApiQuery({ name: 'patient', required: false, description: 'patient number for rows and files that name none' })
  @ApiQuery({ name: 'issuer', required: false, description: 'IssuerOfPatientID for rows that name none' })
  @ApiQuery({ name: 'date', required: false, description: 'procedure date (YYYY-MM-DD) where none is named' })
  @Answers(importSchema, 'What became of each row; a refused one does not stop the rest.')
  @Refuses(400, 'The body is none of these.')
  @Refuses(413, 'The body or file is too large.')
  @Refuses(415, 'The body is of another kind.')
  @UseInterceptors(FileInterceptor('file', { limits: { fileSize: MAX_FILE_BYTES, files: 1 } }))
  async import(
    @Req() request: Request<unknown, unknown, unknown>,
    @Query() query: unknown,
    @UploadedFile() file?: { originalname: string; buffer: Buffer },
  ): Promise<z.infer<typeof importSchema>> {
    requireKind(request, ...KINDS);
    const { patient: patientId, issuer, date: procedureDate } = parseInput(querySchema, query);
    const { targets, refused } = this.parse(request.body, file, { patientId, issuer, procedureDate });
    return { ...(await this.targets.importTargets(targets)), refused };
  }

  private parse(
    body: unknown,
    file: { originalname: string; buffer: Buffer } | undefined,
    context: TargetContext,
  ): ParsedTargets {
    if (file) return parseTargetFile(file.originalname, file.buffer, context);
    if (typeof body === 'string') return parseTargetFile('targets.csv', Buffer.from(body), context);
    if (Array.isArray(body)) return parseTargetRows(body, context);
    if (typeof body === 'object' && body !== null && 'markups' in body) {
      return parseTargetFile('targets.mrk.json', Buffer.from(JSON.stringify(body)), context);
    }
    throw new BadRequestException('Send an array of target rows, CSV as text/csv, or a file as form field `file`.');
  }
}
