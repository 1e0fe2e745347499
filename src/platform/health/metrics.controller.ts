import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { DataSource } from 'typeorm';

/** Prometheus text format; numbers only, without any label that could name a patient. */
@ApiTags('health')
@Controller('metrics')
export class MetricsController {
  private readonly registry = new Registry();

  constructor(@InjectDataSource() database: DataSource) {
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: 'lesion_curator_labels',
      help: 'Labels by state.',
      labelNames: ['state'],
      registers: [this.registry],
      async collect() {
        this.reset();
        // Alerts need a number also where there is none.
        for (const state of ['failed', 'rejected']) this.set({ state }, 0);
        const rows = await database.query<{ state: string; labels: number }[]>(
          'SELECT state, count(*)::int AS labels FROM label GROUP BY state',
        );
        for (const row of rows) this.set({ state: row.state }, row.labels);
      },
    });
    new Gauge({
      name: 'lesion_curator_reviews',
      help: 'Questions that wait for a person, by state.',
      labelNames: ['state'],
      registers: [this.registry],
      async collect() {
        this.reset();
        for (const state of ['open', 'reopened']) this.set({ state }, 0);
        const rows = await database.query<{ state: string; reviews: number }[]>(
          `SELECT state, count(*)::int AS reviews FROM review WHERE state IN ('open', 'reopened') GROUP BY state`,
        );
        for (const row of rows) this.set({ state: row.state }, row.reviews);
      },
    });
    new Gauge({
      name: 'lesion_curator_last_run_finished_seconds',
      help: 'When the last complete sync or nightly run ended, seconds since 1970.',
      registers: [this.registry],
      async collect() {
        const [row] = await database.query<{ finished: number | null }[]>(
          `SELECT extract(epoch FROM max(finished_at))::float8 AS finished FROM run WHERE kind <> 'patient' AND state = 'done'`,
        );
        this.set(row?.finished ?? 0);
      },
    });
  }

  @Get()
  @Header('Content-Type', 'text/plain; version=0.0.4')
  @ApiOperation({ summary: 'Metrics for Prometheus.' })
  async metrics(): Promise<string> {
    return this.registry.metrics();
  }
}
