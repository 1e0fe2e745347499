import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { UsageError } from './command.js';

async function streamOf(path: string | undefined): Promise<NodeJS.ReadableStream> {
  if (path === undefined) throw new UsageError('Name a file, or - for standard input.');
  if (path === '-') return process.stdin;
  const isFile = await stat(path).then(
    (stats) => !stats.isDirectory(),
    () => false,
  );
  if (!isFile) throw new UsageError(`${path} is not a file that can be read.`);
  return createReadStream(path);
}

/** The whole text of a file, or of standard input for `-`. */
export async function inputText(path: string | undefined): Promise<string> {
  return text(await streamOf(path));
}

/** Its lines, without the blank ones. */
export async function* inputLines(path: string | undefined): AsyncGenerator<string> {
  for await (const line of createInterface({ input: await streamOf(path), crlfDelay: Infinity })) {
    if (line.trim() !== '') yield line;
  }
}
