import { ConfigError } from '../config/config.js';
import { loggableError } from './logging/loggable-error.js';

/**
 * How Nest starts here. What it logs until the service's own logger takes over (then `flushLogs`) is dropped if the
 * start fails:
 * Nest would print the error as it is, and the messages of drivers quote addresses and user names.
 */
export const START_OPTIONS = { bufferLogs: true, autoFlushLogs: false, abortOnError: false } as const;

/** Ends a process that could not start: a line that a person can act on, and nothing that quotes data. */
export function exitWithMessage(error: unknown): never {
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
  else process.stderr.write(`Could not start: ${reasonOf(error)}\n`);
  process.exit(1);
}

const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH']);

function reasonOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string' && UNREACHABLE.has(code)) return 'the database of DATABASE_URL cannot be reached';
  if (code === '28P01' || code === '28000') return 'the database refuses the user or password in DATABASE_URL';
  if (code === '3D000') return 'the database named in DATABASE_URL does not exist';
  if (code === 'EADDRINUSE') return 'PORT is taken by another process';
  if (code === 'EADDRNOTAVAIL') return 'HOST is no address of this machine';
  if (code === 'EACCES') return 'PORT may not be opened by this user';
  return JSON.stringify(loggableError(error));
}
