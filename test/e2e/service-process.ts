import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const DIST = join(import.meta.dirname, '../../dist/src');

/** A built program of the service in a process of its own, to be killed at will. */
export interface ServiceProcess {
  stdout(): string;
  stderr(): string;
  kill(signal: 'SIGKILL' | 'SIGTERM'): void;
  /** Exit code, or null after a signal. */
  exited: Promise<number | null>;
}

export function startProcess(
  program: 'cli' | 'main' | 'worker',
  args: string[],
  env: Record<string, string>,
): ServiceProcess {
  const child = spawn(process.execPath, ['--enable-source-maps', join(DIST, `${program}.js`), ...args], {
    env: { ...process.env, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    kill: (signal) => void child.kill(signal),
    exited: once(child, 'close').then(([code]) => code as number | null),
  };
}
