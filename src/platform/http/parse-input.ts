import { BadRequestException, UnsupportedMediaTypeException } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';

/** @throws BadRequestException that names each field at fault, never its value */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new BadRequestException(problems.join('; '));
}

/** @throws UnsupportedMediaTypeException if the request has a body of another kind */
export function requireKind(request: Request<unknown, unknown, unknown>, ...kinds: string[]): void {
  const isEmpty = request.get('content-length') === '0';
  if (!isEmpty && request.is(kinds) === false)
    throw new UnsupportedMediaTypeException(`Send the body as ${kinds.join(', ')}.`);
}
