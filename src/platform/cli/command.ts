import type { INestApplicationContext } from '@nestjs/common';
import type { ParseArgsOptionsConfig } from 'node:util';

/** What a command gets: its parsed options, and the service's modules if it asks for them. */
export interface CommandInput {
  options: Record<string, string | boolean | undefined>;
  positionals: string[];
  /** Starts the module graph at the first call. */
  app(): Promise<INestApplicationContext>;
  /** Writes to stdout, and waits while the reader is slow. */
  write(text: string): Promise<void>;
}

export interface Command {
  usage: string;
  summary: string;
  options: ParseArgsOptionsConfig;
  /** @returns the exit code */
  run(input: CommandInput): Promise<number>;
}

/** The command line was used wrongly; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
