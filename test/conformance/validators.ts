import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Verdict {
  readonly exitCode: number;
  readonly errors: string[];
  readonly warnings: string[];
}

/** Calls `use` with the path of a file that holds the bytes and is gone afterwards. */
export const withFile = <T>(bytes: Uint8Array, use: (path: string) => T | Promise<T>): Promise<T> =>
  withFiles([bytes], ([path]) => use(path!));

export async function withFiles<T>(files: readonly Uint8Array[], use: (paths: string[]) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'seg-'));
  try {
    const paths = files.map((bytes, index) => {
      const path = join(folder, `${index}.dcm`);
      writeFileSync(path, bytes);
      return path;
    });
    return await use(paths);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** David Clunie's validator of DICOM objects (Debian package dicom3tools). */
export const dciodvfy = (bytes: Uint8Array): Promise<Verdict> =>
  withFile(bytes, (path) => verdictOf(DCIODVFY, ['-new', path]));

/** Its sibling: whether the objects agree on patient, study, series and frame of reference. */
export const dcentvfy = (files: readonly Uint8Array[]): Promise<Verdict> =>
  withFiles(files, (paths) => verdictOf(join(dirname(DCIODVFY), 'dcentvfy'), paths));

const DCIODVFY = process.env.DCIODVFY ?? 'dciodvfy';

function verdictOf(program: string, args: string[]): Verdict {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (error) {
    throw new Error(
      `${program} did not run (${error.message}). It comes with dicom3tools: npm run setup, or apt install dicom3tools`,
    );
  }
  const lines = `${stdout}\n${stderr}`.split('\n');
  return {
    exitCode: status ?? -1,
    errors: lines.filter((line) => line.startsWith('Error')),
    warnings: lines.filter((line) => line.startsWith('Warning')),
  };
}
