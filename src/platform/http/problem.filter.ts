import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { STATUS_CODES } from 'node:http';
import type { z } from 'zod';
import { DicomwebError } from '../../modules/dicomweb/dicomweb-error.js';
import { FhirError } from '../../modules/ingest/fhir/fhir-error.js';
import { loggableError } from '../logging/loggable-error.js';
import { correlationIdOf } from './correlation-id.js';
import type { problemSchema } from './openapi.js';

/** Every error leaves as RFC 9457 problem+json with the correlation id; its cause is only in the log. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    const { status, detail } = toProblem(error);
    // A client that went away is no failure of this service.
    if (status >= 500 && !response.destroyed) this.logger.error({ msg: 'Request failed', error: loggableError(error) });
    // What has begun cannot be taken back: broken off, it does not look complete.
    if (response.headersSent) return void response.destroy();
    const problem: z.infer<typeof problemSchema> = {
      type: 'about:blank',
      title: STATUS_CODES[status] ?? 'Error',
      status,
      detail,
      correlationId: correlationIdOf(http.getRequest<Request>()),
    };
    response.status(status).type('application/problem+json').send(JSON.stringify(problem));
  }
}

/** Only words written by this service, or about the form of a request: nothing of what was sent or found. */
function toProblem(error: unknown): { status: number; detail: string } {
  if (error instanceof FhirError || error instanceof DicomwebError) return { status: 502, detail: error.message };
  if (error instanceof HttpException) return { status: error.getStatus(), detail: detailOf(error) };
  return { status: 500, detail: 'An unexpected error; the log has its cause under this correlation id.' };
}

function detailOf(error: HttpException): string {
  const status = error.getStatus();
  if (status === 404 && /^Cannot [A-Z]+ /.test(error.message)) return 'There is nothing at this path.';
  // Made by Nest from what a parser threw, whose message quotes the body or the path.
  if (error.cause !== undefined) return UNREADABLE[status] ?? 'The request could not be read.';
  const body = error.getResponse();
  const message = typeof body === 'object' && 'message' in body ? body.message : error.message;
  return Array.isArray(message) ? message.join('; ') : String(message);
}

const UNREADABLE: Record<number, string> = {
  413: 'The body is too large.',
  415: 'The body is of a kind, character set or encoding that is not read.',
};
