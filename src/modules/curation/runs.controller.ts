import { Controller, Get, HttpCode, NotFoundException, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Answers, named, Refuses } from '../../platform/http/openapi.js';
import type { RunEntity } from './run.entity.js';
import { type RunProgress, RunRepository } from './run.repository.js';
import { RunService } from './run.service.js';

const countsSchema = z.record(z.string(), z.int());

export const runSchema = named(
  'Run',
  z.object({
    id: z.uuid(),
    kind: z.enum(['nightly', 'sync', 'patient']),
    state: z.enum(['queued', 'running', 'done', 'incomplete']),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    counts: countsSchema,
    problems: z.array(z.string()).describe('why an incomplete run could not see or do everything'),
    progress: z
      .object({ queued: z.int(), done: z.int(), failed: z.int(), counts: countsSchema })
      .optional()
      .describe('patients of a sync, and the sums over those done so far; of a single run only'),
  }),
);
export type RunView = z.infer<typeof runSchema>;

export const toRunView = (run: RunEntity, progress?: RunProgress): RunView => ({
  id: run.id,
  kind: run.kind,
  state: run.state,
  createdAt: run.createdAt.toISOString(),
  finishedAt: run.finishedAt?.toISOString() ?? null,
  counts: run.counts,
  problems: run.problems,
  ...(progress && { progress }),
});

const LATEST = 100;
const unknownRun = () => new NotFoundException('There is no run of this id.');

@ApiTags('runs')
@Controller()
export class RunsController {
  constructor(
    private readonly runs: RunRepository,
    private readonly service: RunService,
  ) {}

  @Post('sync')
  @HttpCode(202)
  @ApiOperation({ summary: 'Start a sync now; while one is under way, that one is given.' })
  @Answers(runSchema, 'The run; ask for it again to see how it goes.', 202)
  async sync(): Promise<RunView> {
    return toRunView(await this.service.startSync());
  }

  @Get('runs')
  @ApiOperation({ summary: `The latest ${LATEST} runs, newest first.` })
  @Answers([runSchema], 'The runs.')
  async list(): Promise<RunView[]> {
    return (await this.runs.latest(LATEST)).map((run) => toRunView(run));
  }

  @Get('runs/:id')
  @ApiOperation({ summary: 'State, counts and progress of a run; an incomplete one says why.' })
  @Answers(runSchema, 'The run.')
  @Refuses(404, 'There is no run of this id.')
  async get(@Param('id', new ParseUUIDPipe({ exceptionFactory: unknownRun })) id: string): Promise<RunView> {
    const run = await this.runs.findById(id);
    if (!run) throw unknownRun();
    return toRunView(run, await this.runs.progress(id));
  }
}
