import { parseArgs } from 'node:util';
import { machine, type Measured, toTable } from './bench-result.js';

const BENCHES: Record<string, () => Promise<() => Promise<Measured>>> = {
  sync: async () => (await import('./sync-bench.js')).syncBench,
  extract: async () => (await import('./extract-bench.js')).extractBench,
  classify: async () => (await import('./classify-bench.js')).classifyBench,
  'seed-scale': async () => (await import('./seed-scale-bench.js')).seedScaleBench,
  matching: async () => (await import('./matching-bench.js')).matchingBench,
  seg: async () => (await import('./seg-bench.js')).segBench,
};

/** `npm run bench -- <name> [--json]`: the result on stdout, progress on stderr. A missed goal is no failure. */
const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
const [bench = ''] = positionals;
const load = BENCHES[bench];
if (!load) {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(BENCHES).join('|')} [--json]\n`);
  process.exitCode = 64;
} else {
  const result = { bench, machine: machine(), ...(await (await load())()) };
  process.stdout.write(values.json === true ? `${JSON.stringify(result)}\n` : toTable(result));
}
