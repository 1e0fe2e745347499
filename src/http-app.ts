import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { ProblemFilter } from './platform/http/problem.filter.js';

const BODY_LIMIT = '16mb';

/** What makes a Nest application this service's HTTP face; the tests use the same. */
export function configureHttp(app: INestApplication): void {
  const express = app as NestExpressApplication;
  express.disable('x-powered-by');
  express.set('query parser', 'simple');
  express.useBodyParser('json', { limit: BODY_LIMIT });
  express.useBodyParser('text', { limit: BODY_LIMIT, type: ['text/csv', 'text/plain'] });
  // Probes and Prometheus look at the root by habit.
  express.use((request: Request, _response: Response, next: NextFunction) => {
    if (/^\/(health\/|metrics$)/.test(request.url)) request.url = `/api/v1${request.url}`;
    next();
  });
  app.setGlobalPrefix('api/v1');
  app.useGlobalFilters(new ProblemFilter());
  app.enableShutdownHooks();

  const description = new DocumentBuilder()
    .setTitle('lesion-curator')
    .setDescription('Turns reports and biopsy targets into DICOM SEG labels in the PACS. Errors are problem+json.')
    .setVersion('1')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-Api-Key' }, 'apiKey')
    .addBearerAuth()
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, description), {
    jsonDocumentUrl: 'docs-json',
  });
}
