import { createHash } from 'node:crypto';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, node24, readText, work } from './steps.mjs';

const INPUTS = ['src', 'migrations', 'test/fixtures', 'test/bench', 'nest-cli.json', 'package-lock.json'].concat([
  'tsconfig.json',
  'tsconfig.build.json',
]);
const STAMP = at('dist', '.sources');

/** Compiles src, migrations, fixtures and benchmarks to dist, if a file of theirs changed since the last time. */
export async function build() {
  const sources = fingerprint();
  if (readText(STAMP) === sources) return;
  rmSync(at('dist'), { recursive: true, force: true }); // or a deleted migration would run on
  await work('Building', node24, [at('node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), 'build']);
  writeFileSync(STAMP, sources);
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const input of INPUTS)
    for (const file of filesOf(at(input))) {
      const { mtimeMs, size } = statSync(file);
      hash.update(`${file} ${mtimeMs} ${size}\n`);
    }
  return hash.digest('hex');
}

function filesOf(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return [];
  if (!stats.isDirectory()) return [path];
  const inside = readdirSync(path).sort();
  return inside.filter((name) => !name.endsWith('.spec.ts')).flatMap((name) => filesOf(join(path, name)));
}
