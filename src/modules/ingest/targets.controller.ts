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
import { ApiBody, ApiConsumes, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { TargetImportService } from './target-import.service.js';
import type { ParsedTargets, RefusedRow } from './targets/parsed-target.js';
import { parseTargetFile } from './targets/parse-targets.js';
import { parseTargetRows } from './targets/target-rows.js';

const MAX_FILE_BYTES = 16 * 1024 * 1024;

export interface TargetImportView {
  imported: number;
  unchanged: number;
  refused: RefusedRow[];
}

@ApiTags('targets')
@Controller('targets')
export class TargetsController {
  constructor(private readonly targets: TargetImportService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Import biopsy targets: JSON rows, canonical CSV, or a .fcsv, .mrk.json or .csv file as form field `file`.',
  })
  @ApiConsumes('application/json', 'text/csv', 'multipart/form-data')
  @ApiBody({
    schema: {
      type: 'array',
      items: {
        type: 'object',
        required: ['patient_id', 'procedure_date', 'x', 'y', 'z', 'coordinate_system'],
        properties: {
          patient_id: { type: 'string' },
          issuer: { type: 'string' },
          procedure_date: { type: 'string', format: 'date' },
          label: { type: 'string' },
          x: { type: 'number' },
          y: { type: 'number' },
          z: { type: 'number' },
          coordinate_system: { enum: ['LPS', 'RAS'] },
          frame_of_reference_uid: { type: 'string' },
          reference_series_uid: { type: 'string' },
        },
      },
    },
  })
  @ApiQuery({ name: 'patient', required: false, description: 'patient number for a file that names none' })
  @ApiQuery({ name: 'issuer', required: false })
  @ApiQuery({ name: 'date', required: false, description: 'procedure date (YYYY-MM-DD) for a file that names none' })
  @UseInterceptors(FileInterceptor('file', { limits: { fileSize: MAX_FILE_BYTES, files: 1 } }))
  async import(
    @Req() request: Request<unknown, unknown, unknown>,
    @UploadedFile() file?: { originalname: string; buffer: Buffer },
    @Query('patient') patientId?: string,
    @Query('issuer') issuer?: string,
    @Query('date') procedureDate?: string,
  ): Promise<TargetImportView> {
    const context = { patientId, issuer, procedureDate };
    const { targets, refused } = this.parse(request.body, file, context);
    return { ...(await this.targets.importTargets(targets)), refused };
  }

  private parse(
    body: unknown,
    file: { originalname: string; buffer: Buffer } | undefined,
    context: { patientId?: string; issuer?: string; procedureDate?: string },
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
