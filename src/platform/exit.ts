import { ConfigError } from '../config/config.js';
import { loggableError } from './logging/loggable-error.js';

/** Ends a process that could not start: a line that a person can act on, and nothing that quotes data. */
export function exitWithMessage(error: unknown): never {
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
  else process.stderr.write(`Could not start: ${reasonOf(error)}\n`);
  process.exit(1);
}

function reasonOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') return 'the database of DATABASE_URL cannot be reached';
  if (code === '28P01' || code === '28000') return 'the database refuses the user or password in DATABASE_URL';
  if (code === '3D000') return 'the database named in DATABASE_URL does not exist';
  if (code === 'EADDRINUSE') return 'PORT is taken by another process';
  return JSON.stringify(loggableError(error));
}
