import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { type Command, UsageError } from './platform/cli/command.js';
import { importTargetsCommand } from './modules/ingest/import-targets.command.js';
import { explainCommand } from './modules/curation/explain.command.js';
import { reviewsCommand } from './modules/curation/reviews.command.js';
import { sendCommand } from './modules/curation/send.command.js';
import { syncCommand } from './modules/curation/sync.command.js';
import { exclusionsCommand, yieldCommand } from './modules/curation/yield.command.js';
import { classifySeriesCommand, extractCommand, pickSeriesCommand } from './modules/extraction/extract.command.js';
import { exitWithMessage, START_OPTIONS } from './platform/exit.js';
import { doctorCommand } from './platform/health/doctor.command.js';

/** The command line: stdout holds the result and nothing else, logs go to stderr. */
const COMMANDS: Record<string, Command> = {
  extract: extractCommand,
  'classify-series': classifySeriesCommand,
  'pick-series': pickSeriesCommand,
  'import-targets': importTargetsCommand,
  sync: syncCommand,
  send: sendCommand,
  yield: yieldCommand,
  exclusions: exclusionsCommand,
  reviews: reviewsCommand,
  explain: explainCommand,
  doctor: doctorCommand,
};

const WRONG_USAGE = 64;

function usage(): string {
  const width = Math.max(...Object.values(COMMANDS).map((command) => command.usage.length));
  const lines = Object.values(COMMANDS).map((command) => `  ${command.usage.padEnd(width)}  ${command.summary}`);
  return ['usage:', ...lines, ''].join('\n');
}

let started: Promise<INestApplicationContext> | undefined;

/** Loaded only where needed: reading a report needs neither Nest nor a database. */
function app(): Promise<INestApplicationContext> {
  started ??= (async () => {
    const [{ NestFactory }, { Logger }, { AppModule }] = await Promise.all([
      import('@nestjs/core'),
      import('nestjs-pino'),
      import('./app.module.js'),
    ]);
    process.env['LOG_LEVEL'] ??= 'warn';
    const context = await NestFactory.createApplicationContext(AppModule, START_OPTIONS);
    context.useLogger(context.get(Logger));
    context.flushLogs();
    return context;
  })();
  return started;
}

async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

async function main(args: string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help') {
    await write(usage());
    return name === undefined ? WRONG_USAGE : 0;
  }
  const command = COMMANDS[name];
  if (!command) throw new UsageError(`There is no command ${name}.\n${usage()}`);
  let parsed;
  try {
    parsed = parseArgs({ args: rest, options: command.options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\nusage: ${command.usage}`);
  }
  const options = parsed.values as Record<string, string | boolean | undefined>;
  return command.run({ options, positionals: parsed.positionals, app, write });
}

// A reader that has seen enough (head) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
try {
  process.exitCode = await main(process.argv.slice(2));
  await (await started)?.close();
} catch (error) {
  await (await started?.catch(() => undefined))?.close();
  if (!(error instanceof UsageError)) exitWithMessage(error);
  process.stderr.write(`${error.message}\n`);
  process.exitCode = WRONG_USAGE;
}
