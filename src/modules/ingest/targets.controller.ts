import {
  BadRequestException,
  ConflictException,
  Controller,
  Delete,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  ParseUUIDPipe,
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
import type { PatientEntity } from './patient.entity.js';
import { PatientRepository } from './patient.repository.js';
import { TargetImportService } from './target-import.service.js';
import type { TargetEntity } from './target.entity.js';
import { TargetRepository } from './target.repository.js';
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
    corrected: z.int().describe('in place of another point of the same label, which is withdrawn'),
    unchanged: z.int().describe('known already, from the same or another file'),
    withdrawn: z.int().describe('named no more (only with ?replace=true)'),
    refused: z.array(z.object({ row: z.int().nullable().describe('null: the whole file'), reason: z.string() })),
    rows: z
      .array(
        z.object({
          row: z.int(),
          result: z.enum(['imported', 'corrected', 'unchanged', 'stays-withdrawn']),
          targetId: z.uuid(),
        }),
      )
      .describe('what became of each row that was not refused'),
  }),
);

const targetSchema = named(
  'Target',
  z.object({
    id: z.uuid(),
    patient: z.string().describe('PatientID'),
    issuer: z.string().describe('IssuerOfPatientID, empty where the PACS carries none'),
    procedureDate: z.iso.date(),
    label: z.string(),
    pointLps: z.tuple([z.number(), z.number(), z.number()]).describe('millimetres, LPS'),
    frameOfReferenceUid: z.string().nullable(),
    referenceSeriesUid: z.string().nullable(),
    source: z.string().describe('the file that named it last, or what the caller named it'),
    state: z.enum(['active', 'withdrawn']),
    withdrawnAt: z.iso.datetime().nullable(),
    withdrawnBecause: z
      .enum(['replaced', 'missing', 'by-hand'])
      .nullable()
      .describe('corrected by its source, named by it no more, or withdrawn by a person'),
    replacedBy: z.uuid().nullable(),
  }),
);
type TargetView = z.infer<typeof targetSchema>;

const text = z
  .string('must be given once')
  .refine((value) => !value.includes('\0'), 'must be text')
  .optional();
const flag = z.enum(['true', 'false']).default('false');
const querySchema = z.object({ patient: text, issuer: text, date: text, source: text, replace: flag });
const listSchema = z.object({ patient: z.string('must be given once'), issuer: text });

const unknownTarget = () => new NotFoundException('There is no target of this id.');
const targetId = new ParseUUIDPipe({ exceptionFactory: unknownTarget });

@ApiTags('targets')
@Controller('targets')
export class TargetsController {
  constructor(
    private readonly imports: TargetImportService,
    private readonly targets: TargetRepository,
    private readonly patients: PatientRepository,
  ) {}

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
  @ApiQuery({ name: 'source', required: false, description: 'name of the source, else the name of the file' })
  @ApiQuery({
    name: 'replace',
    required: false,
    enum: ['true', 'false'],
    description:
      'whether the source is complete: its targets of the patients and dates named here that it names no more are ' +
      'withdrawn, unless a row is refused',
  })
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
    const { patient: patientId, issuer, date: procedureDate, source, replace } = parseInput(querySchema, query);
    const { targets, refused } = this.parse(request.body, file, { patientId, issuer, procedureDate });
    const ofSource = targets.map((target) => (source ? { ...target, sourceName: source } : target));
    // A row that cannot be read may be one of those that seem to be missing.
    const isComplete = replace === 'true' && refused.length === 0;
    return { ...(await this.imports.importTargets(ofSource, { replace: isComplete })), refused };
  }

  @Get()
  @ApiOperation({ summary: 'The targets of a patient, those that were corrected or withdrawn included.' })
  @ApiQuery({ name: 'patient', description: 'PatientID as the PACS has it' })
  @ApiQuery({ name: 'issuer', required: false, description: 'IssuerOfPatientID, else of every issuer' })
  @Answers([targetSchema], 'By biopsy and label; none if the patient has none.')
  @Refuses(400, 'No patient is named.')
  @Refuses(404, 'No patient of this number is known.')
  async list(@Query() query: unknown): Promise<TargetView[]> {
    const { patient: mrn, issuer } = parseInput(listSchema, query);
    // Postgres holds no such text, and no hospital gives such a number.
    const isName = ![mrn, issuer].some((name) => name?.includes('\0'));
    const patients = isName ? await this.patients.findByMrn(mrn, issuer) : [];
    if (patients.length === 0) throw new NotFoundException('No patient of this number is known.');
    const views: TargetView[] = [];
    for (const patient of patients)
      views.push(...(await this.targets.historyOf(patient)).map((target) => toView(target, patient)));
    return views;
  }

  @Delete(':id')
  @ApiOperation({
    summary: 'Withdraw a target: its label is retracted or superseded when the patient is curated next.',
    description: 'It stays in the history, and importing its file again does not bring it back.',
  })
  @Answers(targetSchema, 'The target, withdrawn.')
  @Refuses(404, 'There is no target of this id.')
  async withdraw(@Param('id', targetId) id: string): Promise<TargetView> {
    if (!(await this.targets.findById(id))) throw unknownTarget();
    await this.targets.withdrawByHand(id);
    return this.viewOf(id);
  }

  @Post(':id/restore')
  @HttpCode(200)
  @ApiOperation({ summary: 'Have a target count again that was withdrawn.' })
  @Answers(targetSchema, 'The target.')
  @Refuses(404, 'There is no target of this id.')
  @Refuses(409, 'Another target took its place; withdraw that one, or import the right one.')
  async restore(@Param('id', targetId) id: string): Promise<TargetView> {
    if (!(await this.targets.findById(id))) throw unknownTarget();
    if (!(await this.targets.restore(id)))
      throw new ConflictException('Another target took its place; withdraw that one, or import the right one.');
    return this.viewOf(id);
  }

  private async viewOf(id: string): Promise<TargetView> {
    const target = (await this.targets.findById(id))!;
    return toView(target, await this.patients.get(target.patientId));
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

const toView = (target: TargetEntity, { mrn, issuer }: PatientEntity): TargetView => ({
  id: target.id,
  patient: mrn,
  issuer,
  procedureDate: target.procedureDate,
  label: target.label,
  pointLps: [target.xLps, target.yLps, target.zLps],
  frameOfReferenceUid: target.frameOfReferenceUid,
  referenceSeriesUid: target.referenceSeriesUid,
  source: target.sourceName,
  state: target.withdrawnAt === null ? 'active' : 'withdrawn',
  withdrawnAt: target.withdrawnAt?.toISOString() ?? null,
  withdrawnBecause: target.withdrawnBecause,
  replacedBy: target.replacedBy,
});
