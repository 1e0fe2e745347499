import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './packages.mjs';
import { at, SetupProblem, work } from './steps.mjs';

const VERSION = '3.13.2';
const INTEGRITY = 'sha512-WZdxmpmG7rqFgW9ZJLcbgr3XCtLi1KDNPoMaeY5PPe6j4G4fjEjjkycZM6C6Zk2F87BKxFfpq+jd5xXZB9E8EA==';

/**
 * Fetches the OHIF viewer as built by its makers into var/viewer/ohif. As a dependency it would bring its whole tool
 * chain; only the dist folder of its package is wanted. The last step is a rename, so a broken try leaves no half viewer.
 */
export async function viewer() {
  const place = at('var', 'viewer', 'ohif');
  if (existsSync(join(place, VERSION))) return;
  const unfinished = at('var', 'viewer', 'unfinished');
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const pack = [
    'pack',
    `@ohif/app@${VERSION}`,
    '--ignore-scripts',
    '--loglevel=error',
    '--pack-destination',
    unfinished,
  ];
  await npm('Fetching the OHIF viewer (50 MB)', pack);
  const tarball = join(unfinished, `ohif-app-${VERSION}.tgz`);
  if (`sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}` !== INTEGRITY)
    throw new SetupProblem('The viewer that was fetched is not the one that was reviewed (its hash differs)');
  await work('Unpacking the viewer', 'tar', ['-xzf', tarball, '-C', unfinished, 'package/dist']);
  mkdirSync(place, { recursive: true });
  renameSync(join(unfinished, 'package', 'dist'), join(place, VERSION));
  rmSync(unfinished, { recursive: true, force: true });
}
