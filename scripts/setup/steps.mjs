import { spawn } from 'node:child_process';
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const at = (...path) => join(root, ...path);
export const node24 = at('node_modules', '.bin', 'node');

/** What a person must do before it works; thrown by a step, listed at the end. */
export class SetupProblem extends Error {}

/** Runs a command, shows one line for it, and on failure throws the tail of what it printed. */
export async function work(title, command, args, environment = {}) {
  const started = Date.now();
  console.log(`${title} ...`);
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (output = (output + chunk).slice(-20_000)));
  const patience = setInterval(() => console.log(`  still at it (${seconds(started)})`), 30_000);
  const code = await new Promise((done) => {
    child.once('error', (error) => done(error.message));
    child.once('close', (exit, signal) => done(exit ?? signal));
  }).finally(() => clearInterval(patience));
  if (code !== 0) {
    const tail = stripVTControlCharacters(output).trimEnd().split('\n').slice(-25).join('\n    ');
    throw new SetupProblem(`${title} failed (${code}):\n    ${tail}`);
  }
  console.log(`  done (${seconds(started)})`);
}

const seconds = (started) => `${Math.round((Date.now() - started) / 1000)} s`;

/** Lets one set-up work at a time; a lock left by a killed one is taken over. Gives the function that unlocks. */
export async function lock() {
  mkdirSync(at('var'), { recursive: true });
  const file = at('var', 'setup.lock');
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  process.once('exit', () => rmSync(own, { force: true }));
  for (let waited = 0; ; waited += 1) {
    try {
      linkSync(own, file); // appears with its content, or fails where there is one
      const unlock = () => rmSync(file, { force: true });
      process.once('exit', unlock);
      for (const name of readdirSync(at('var'))) {
        const killed = /^setup\.lock\.(\d+)$/.exec(name)?.[1];
        if (killed && !isSetup(killed)) rmSync(at('var', name), { force: true });
      }
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));
      return unlock;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = readText(file);
    if (owner === '') continue; // unlocked just now
    if (!isSetup(owner)) rmSync(file, { force: true });
    else if (waited % 100 === 0) console.log(`Waiting for another set-up (process ${owner}) ...`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

function isSetup(pid) {
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  return process.platform !== 'linux' || readText(`/proc/${pid}/cmdline`).includes('setup.mjs');
}

export function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
