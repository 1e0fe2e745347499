import {
  BadRequestException,
  Body,
  Controller,
  Get,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { z } from 'zod';
import { principalOf } from '../../platform/http/auth.guard.js';
import { Answers, refTo, Refuses } from '../../platform/http/openapi.js';
import { parseInput, requireKind } from '../../platform/http/parse-input.js';
import { PatientRepository } from '../ingest/patient.repository.js';
import { ReviewRepository } from '../matching/review.repository.js';
import { decidedReviewSchema, decisionSchema, requestSchema, reviewSchema, STATES } from './review-view.js';
import { ReviewsService, type ReviewView, unknownReview } from './reviews.service.js';
import { toRunView } from './runs.controller.js';

const MAX_ROWS = 1000;
const text = z.string('must be given once').refine((value) => !value.includes('\0'), 'must be text');
const querySchema = z.object({
  state: text
    .transform((states) => states.split(','))
    .pipe(z.array(z.enum(STATES)))
    .optional(),
  patient: text.optional(),
  issuer: text.optional(),
  limit: z.coerce.number().int().min(1).max(MAX_ROWS).default(MAX_ROWS),
  after: z.uuid().optional(),
});
const ReviewId = () => Param('id', new ParseUUIDPipe({ exceptionFactory: unknownReview }));

@ApiTags('reviews')
@Controller('reviews')
export class ReviewsController {
  constructor(
    private readonly service: ReviewsService,
    private readonly reviews: ReviewRepository,
    private readonly patients: PatientRepository,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Questions about targets that a person has to decide, or decided; the oldest first.',
    description: 'Comes in pages: ask again with the id of the last one as `after` while a page is full.',
  })
  @Answers([reviewSchema], 'The reviews; without `state`, in any state.')
  @Refuses(400, 'A query parameter is not usable.')
  @ApiQuery({ name: 'state', required: false, description: `one or more of ${STATES.join(', ')}, parted by commas` })
  @ApiQuery({ name: 'patient', required: false, description: 'PatientID as the PACS has it' })
  @ApiQuery({ name: 'issuer', required: false, description: 'IssuerOfPatientID, with `patient`' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: MAX_ROWS } })
  @ApiQuery({ name: 'after', required: false, description: 'id of a review: go on behind it' })
  async list(@Query() query: unknown): Promise<ReviewView[]> {
    const { state: states, patient, issuer, limit, after } = parseInput(querySchema, query);
    const patients = patient === undefined ? undefined : await this.patients.findByMrn(patient, issuer);
    const last = after === undefined ? undefined : await this.reviews.findById(after);
    if (last === null) throw new BadRequestException('after: there is no review of this id');
    return this.service.page({ states, patientIds: patients?.map(({ id }) => id), after: last }, limit);
  }

  @Post()
  @HttpCode(201)
  @ApiOperation({
    summary: 'Ask that the link of a target be reviewed, though the rules are sure of it or sure of none.',
    description: 'What is linked stays until it is decided.',
  })
  @ApiBody({ schema: refTo(requestSchema) })
  @Answers(reviewSchema, 'The open review.', 201)
  @Refuses(400, 'The body is not such JSON; `detail` names the field.')
  @Refuses(404, 'There is no target of this id.')
  @Refuses(409, 'There is nothing to choose from; `detail` says why.')
  @Refuses(415, 'The body is not JSON.')
  async request(@Req() request: Request<unknown, unknown, unknown>, @Body() body: unknown): Promise<ReviewView> {
    requireKind(request, 'application/json');
    const review = await this.service.request(parseInput(requestSchema, body), principalOf(request), new Date());
    return (await this.service.views([review]))[0]!;
  }

  @Get(':id')
  @ApiOperation({ summary: 'One review: what is asked, the candidates with their evidence, decision and history.' })
  @Answers(reviewSchema, 'The review.')
  @Refuses(404, 'There is no review of this id.')
  async get(@ReviewId() id: string): Promise<ReviewView> {
    return (await this.service.views([await this.service.get(id)]))[0]!;
  }

  @Post(':id')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Decide: accept what is proposed, choose a candidate, or reject them all; the label follows.',
    description: 'A decision holds while what it rests on is the same, whatever the rules say; else it is reopened.',
  })
  @ApiBody({ schema: refTo(decisionSchema) })
  @Answers(decidedReviewSchema, 'The decided review, and the run that curates the patient.')
  @Refuses(400, 'The body is not such JSON, or the answer does not fit; `detail` names the field.')
  @Refuses(404, 'There is no review of this id.')
  @Refuses(409, 'It was decided or changed meanwhile, or the question no longer arises.')
  @Refuses(415, 'The body is not JSON.')
  async decide(
    @Req() request: Request<unknown, unknown, unknown>,
    @ReviewId() id: string,
    @Body() body: unknown,
  ): Promise<z.infer<typeof decidedReviewSchema>> {
    requireKind(request, 'application/json');
    const input = parseInput(decisionSchema, body);
    const { review, run } = await this.service.decide(id, input, principalOf(request), new Date());
    return { ...(await this.service.views([review]))[0]!, run: toRunView(run) };
  }
}
