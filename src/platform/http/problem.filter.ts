import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { STATUS_CODES } from 'node:http';
import { loggableError } from '../logging/loggable-error.js';

/** Every error leaves as RFC 9457 problem+json with the correlation id; its cause is only in the log. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    const id = http.getRequest<Request & { id?: unknown }>().id;
    const status = statusOf(error);
    if (status >= 500) this.logger.error({ msg: 'Request failed', correlationId: id, error: loggableError(error) });
    if (response.headersSent) {
      response.end();
      return;
    }
    response
      .status(status)
      .type('application/problem+json')
      .send({
        type: 'about:blank',
        title: STATUS_CODES[status] ?? 'Error',
        status,
        detail: detailOf(error, status),
        instance: `urn:uuid:${String(id)}`,
      });
  }
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  // body-parser and express attach the status they mean (400 for broken JSON, 413 for a body over the limit)
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}

function detailOf(error: unknown, status: number): string {
  if (!(error instanceof HttpException)) {
    return status === 500
      ? 'An unexpected error; the log has its cause under this id.'
      : 'The request could not be read.';
  }
  if (status === 404 && /^Cannot [A-Z]+ /.test(error.message)) return 'There is nothing at this path.';
  const body = error.getResponse();
  const message = typeof body === 'object' && 'message' in body ? body.message : error.message;
  return Array.isArray(message) ? message.join('; ') : String(message);
}
