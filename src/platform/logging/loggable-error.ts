import { QueryFailedError } from 'typeorm';

/** Error classes of this service whose messages are written to hold no patient data. */
const SAFE_MESSAGES = new Set(['ConfigError', 'DicomwebError', 'FhirError', 'LlmError', 'PageExpired', 'Problem']);

/**
 * What the log may hold of an error: its class and the places it came from. Messages of foreign errors are left out,
 * because they quote what went wrong, and that is patient data (a QueryFailedError quotes row values).
 */
export function loggableError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const frames = error.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8);
  const code = error instanceof QueryFailedError ? (error.driverError as { code?: unknown }).code : undefined;
  return {
    name: error.name,
    ...(SAFE_MESSAGES.has(error.name) && { message: error.message }),
    ...(code !== undefined && { code }),
    ...(frames && { frames }),
  };
}
