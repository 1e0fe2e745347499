import { Controller, Get, HttpCode, NotFoundException, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { RunEntity } from './run.entity.js';
import { type RunProgress, RunRepository } from './run.repository.js';
import { RunService } from './run.service.js';

export interface RunView {
  id: string;
  kind: string;
  state: string;
  createdAt: string;
  finishedAt: string | null;
  counts: Record<string, number>;
  problems: string[];
  progress?: RunProgress;
}

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
  async sync(): Promise<RunView> {
    return toRunView(await this.service.startSync());
  }

  @Get('runs')
  @ApiOperation({ summary: 'The latest runs, newest first.' })
  async list(): Promise<RunView[]> {
    return (await this.runs.latest(LATEST)).map((run) => toRunView(run));
  }

  @Get('runs/:id')
  @ApiOperation({ summary: 'State, counts and progress of a run; an incomplete one says why.' })
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<RunView> {
    const run = await this.runs.findById(id);
    if (!run) throw new NotFoundException('There is no run of this id.');
    return toRunView(run, await this.runs.progress(id));
  }
}
