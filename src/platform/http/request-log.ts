import type { Request } from 'express';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

/** One line per request, by its route template: paths and queries hold patient numbers. */
export function requestLog(logger: Logger) {
  return pinoHttp<IncomingMessage, ServerResponse>({
    logger,
    quietReqLogger: true,
    quietResLogger: true,
    serializers: { req: () => undefined, res: () => undefined },
    customAttributeKeys: { reqId: 'correlationId' },
    customSuccessMessage: () => 'Request answered',
    customErrorMessage: () => 'Request answered',
    customSuccessObject: toLine,
    customErrorObject: (request, response, _error, line) => toLine(request, response, line),
  });
}

function toLine(request: IncomingMessage, response: ServerResponse, { responseTime }: { responseTime: number }) {
  const path: unknown = (request as Request).route?.path;
  return {
    method: request.method,
    route: typeof path === 'string' ? path : undefined,
    status: response.statusCode,
    durationMs: responseTime,
  };
}
