import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { DocumentJob } from './document-process.js';

/** Why a document could not be read; the message holds nothing of it. */
export class UnreadableDocument extends Error {
  override readonly name = 'UnreadableDocument';
}

export interface DocumentLimits {
  timeoutMs: number;
  /** Of the whole process; Buffers lie outside the JavaScript heap. */
  maxMemoryMb: number;
}

const LIMITS: DocumentLimits = { timeoutMs: 20_000, maxMemoryMb: 1024 };
const MAX_HEAP_MB = 512;
const MAX_TEXT_LENGTH = 8_000_000;
const WATCH_EVERY_MS = 50;
const PAGE_BYTES = 4096;

let reader: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

/**
 * Text of a document, read in a process of its own, one document at a time. A process and not a thread, since a heap
 * that overflows in a thread takes the whole service with it. It has no environment, may write nothing, and is killed
 * when it takes too long or too much; the next document gets a new one.
 * @throws UnreadableDocument
 */
export function readDocument(job: DocumentJob, limits: DocumentLimits = LIMITS): Promise<string> {
  const result = last.then(() => readInProcess(job, limits));
  last = result.catch(() => undefined);
  return result;
}

function readInProcess(job: DocumentJob, limits: DocumentLimits): Promise<string> {
  if (!reader?.connected) reader = startProcess();
  const process = reader;
  // An idle process must not keep the service alive, a busy one must.
  process.ref();
  process.channel?.ref();
  return new Promise<string>((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer);
      clearInterval(watch);
      process.off('message', onMessage).off('exit', onExit).off('error', kill);
      process.unref();
      process.channel?.unref();
    };
    const kill = (error: Error) => {
      reader = undefined;
      settle();
      process.kill('SIGKILL');
      reject(error);
    };
    const unreadable = (problem: string) => kill(new UnreadableDocument(problem));
    const onMessage = (text: unknown) => {
      settle();
      if (typeof text === 'string' && text.length <= MAX_TEXT_LENGTH) resolve(text);
      else reject(new UnreadableDocument(typeof text === 'string' ? 'text too long' : 'broken'));
    };
    // V8 aborts when its heap is full; anything else means that the process itself does not work.
    const onExit = (_code: number | null, signal: string | null) =>
      signal === null ? kill(new Error('The process that reads documents does not run.')) : unreadable(TOO_LARGE);
    process.once('message', onMessage).once('exit', onExit).once('error', kill);
    const timer = setTimeout(() => unreadable(`not read within ${limits.timeoutMs / 1000} s`), limits.timeoutMs);
    const watch = setInterval(() => {
      if (residentMb(process.pid) > limits.maxMemoryMb) unreadable(TOO_LARGE);
    }, WATCH_EVERY_MS);
    process.send(job);
  });
}

const TOO_LARGE = 'takes too much memory';

function startProcess(): ChildProcess {
  // The tests run the TypeScript itself.
  const script = new URL(`./document-process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);
  return fork(script, {
    env: {},
    execArgv: [`--max-old-space-size=${MAX_HEAP_MB}`, '--permission', '--allow-fs-read=*', '--no-warnings'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

/** 0 where the system does not tell: there the limits of time and heap must do. */
function residentMb(pid: number | undefined): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES) / 1e6;
  } catch {
    return 0;
  }
}
