import type { NextFunction, Request, Response } from 'express';
import { randomUUID } from 'node:crypto';

const HEADER = 'x-correlation-id';
const USABLE = /^[\w-]{8,64}$/;

/** Takes over the caller's X-Correlation-Id, or makes one; answer, problem and log lines carry it. */
export function correlate(request: Request & { id?: unknown }, response: Response, next: NextFunction): void {
  const given = request.get(HEADER);
  const id = given !== undefined && USABLE.test(given) ? given : randomUUID();
  request.id = id;
  response.setHeader(HEADER, id);
  next();
}

export const correlationIdOf = (request: Request & { id?: unknown }): string => String(request.id);
