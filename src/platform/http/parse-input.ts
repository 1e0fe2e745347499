import { BadRequestException } from '@nestjs/common';
import type { z } from 'zod';

/** @throws BadRequestException that names each field at fault, never its value */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new BadRequestException(problems.join('; '));
}
