/**
 * The whole test run: types, lint, every Jest project. Arguments go to Jest (`npm test -- src/modules/labels`). The last
 * line is `N passed, N failed`, with `, N skipped` where there are any; the exit code is 0 only if all of it passed.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { at } from './setup/steps.mjs';

const EXIT_GRACE_MS = 30_000;
const folder = mkdtempSync(join(tmpdir(), 'lesion-curator-test-'));
const resultsFile = join(folder, 'results.json');
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Runs a JavaScript program with the Node that runs this one, and gives its exit code (or the signal that ended it). */
function run(...args) {
  const child = spawn(process.execPath, args, { cwd: at(), stdio: ['ignore', 'inherit', 'inherit'] });
  const ended = new Promise((done) => child.once('close', (code, signal) => done(code ?? signal)));
  return { child, ended };
}

const complaints = [];
async function check(title, ...program) {
  console.log(title);
  if ((await run(...program).ended) !== 0) complaints.push(`${title}: failed, see above`);
}

if (!process.env.REAL_DATA_DIR) console.log('REAL_DATA_DIR is not set: tests on real data are skipped');
await check('Types', at('node_modules', 'typescript', 'bin', 'tsc'), '--noEmit', '--project', at('tsconfig.json'));
await check('Lint', at('node_modules', 'eslint', 'bin', 'eslint.js'), at());

// Two processes: ES modules of finished test files stay in memory, so a process that grows is replaced by a fresh one.
const jest = run(
  ...[
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    at('node_modules', 'jest', 'bin', 'jest.js'),
  ],
  ...['--maxWorkers=2', '--workerIdleMemoryLimit=1GB', '--json', '--outputFile', resultsFile, ...process.argv.slice(2)],
);
const exit = await Promise.race([jest.ended, endOfHangingJest(jest.child)]);
if (exit !== 0) complaints.push(`Jest ended with ${exit}`);

const results = existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')) : undefined;
if (!results) complaints.push('Jest wrote no results');
const passed = results?.numPassedTests ?? 0;
const failed = results ? results.numFailedTests + results.numRuntimeErrorTestSuites : 1;
const skipped = (results?.numPendingTests ?? 0) + (results?.numTodoTests ?? 0);
if (passed + failed === 0) complaints.push('No test ran');

for (const complaint of complaints) console.error(complaint);
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = complaints.length + failed > 0 ? 1 : 0;

/** A server or socket that a test left open keeps Jest alive for ever; that is a failure, not a reason to hang. */
async function endOfHangingJest(child) {
  while (!existsSync(resultsFile)) await delay(500, undefined, { ref: false });
  await delay(EXIT_GRACE_MS, undefined, { ref: false });
  child.kill('SIGKILL');
  return 'open handles: it did not exit by itself';
}
