import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Verdict {
  readonly exitCode: number;
  readonly errors: string[];
  readonly warnings: string[];
}

/** Calls `use` with the path of a file that holds the bytes and is gone afterwards. */
export async function withFile<T>(bytes: Uint8Array, use: (path: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'seg-'));
  try {
    const path = join(folder, 'label.dcm');
    writeFileSync(path, bytes);
    return await use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** David Clunie's validator of DICOM objects (Debian package dicom3tools). */
export function dciodvfy(bytes: Uint8Array): Promise<Verdict> {
  return withFile(bytes, (path) => {
    const { error, status, stdout, stderr } = spawnSync('dciodvfy', ['-new', path], { encoding: 'utf8' });
    if (error) {
      throw new Error(
        `dciodvfy did not run (${error.message}). It comes with dicom3tools: npm run setup, or apt install dicom3tools`,
      );
    }
    const lines = `${stdout}\n${stderr}`.split('\n');
    return {
      exitCode: status ?? -1,
      errors: lines.filter((line) => line.startsWith('Error')),
      warnings: lines.filter((line) => line.startsWith('Warning')),
    };
  });
}
