import { type INestApplication, NotFoundException } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import { correlate } from './platform/http/correlation-id.js';
import { openApiDocument } from './platform/http/openapi.js';
import { ProblemFilter } from './platform/http/problem.filter.js';
import { requestLog } from './platform/http/request-log.js';
import { ROOT_LOGGER } from './platform/logging/logging.module.js';

const BODY_LIMIT = '16mb';

/** What makes a Nest application this service's HTTP face; the tests use the same. */
export function configureHttp(app: INestApplication): void {
  const express = app as NestExpressApplication;
  express.disable('x-powered-by');
  express.set('query parser', 'simple');
  // Ahead of the body parsers, so that a body that cannot be read is answered and logged like everything else.
  express.use(correlate);
  express.use(requestLog(app.get<Logger>(ROOT_LOGGER)));
  express.useBodyParser('json', { limit: BODY_LIMIT });
  express.useBodyParser('text', { limit: BODY_LIMIT, type: ['text/csv', 'text/plain'] });
  express.use((request: Request, _response: Response, next: NextFunction) => {
    // Probes and Prometheus look at the root by habit; the picture has a short address.
    if (/^\/(health\/|metrics$|yield\.svg$)/.test(request.url)) request.url = `/api/v1${request.url}`;
    // Nest answers what it does not know below its prefix only; Express would quote the path.
    next(/^\/(api\/v1|docs)\b/.test(request.url) ? undefined : new NotFoundException('There is nothing at this path.'));
  });
  app.setGlobalPrefix('api/v1');
  app.useGlobalFilters(new ProblemFilter());
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  SwaggerModule.setup('docs', app, () => openApiDocument(app), { jsonDocumentUrl: 'docs-json' });
}
