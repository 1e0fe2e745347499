/**
 * Sets up what `npm run demo`, `npm test` and the command line need; quick and quiet when nothing is missing. Runs on
 * Node 18 or newer without any package. `--viewer` adds the OHIF viewer, `--browser` a Chromium to drive it.
 */
import { build } from './setup/build.mjs';
import { npmPackages } from './setup/packages.mjs';
import { systemPrograms } from './setup/programs.mjs';
import { lock, SetupProblem } from './setup/steps.mjs';
import { viewer } from './setup/viewer.mjs';

const has = (flag) => process.argv.includes(flag);

if (Number(process.versions.node.split('.')[0]) < 18) {
  console.error(`Node 18 or newer is needed to begin with; this is ${process.version}.`);
  process.exit(1);
}

const unlock = await lock();
const problems = [];
/** Keeps what a step could not do for the end, so that one run names everything that is missing. */
async function attempt(step) {
  try {
    await step();
    return true;
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    problems.push(error.message);
    return false;
  }
}

await attempt(() => systemPrograms({ browser: has('--browser') }));
if (has('--viewer')) await attempt(viewer);
if (await attempt(npmPackages)) await attempt(build);
unlock();

if (problems.length > 0) {
  console.error(`\nSet-up is not complete:\n- ${problems.join('\n- ')}`);
  process.exit(1);
}
