import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { encodeSeg } from '../../src/modules/labels/seg/seg-encoder.js';
import { segCase } from './seg-corpus.js';

const RUNS = 5;

/** What encoding one label takes at its peak beyond the bytes of the label itself. */
export interface SegMemory {
  readonly case: string;
  readonly frames: number;
  readonly objectKb: number;
  readonly peakBeyondObjectKb: number;
}

/**
 * Measured by the kernel as the peak of a process of its own, in which the collector of young objects has 1 MB, so that
 * what is counted is what encoding needs and not what it has dropped; 0 where the process had room for all of it. The
 * median of a few processes.
 */
export async function segMemory(matrix: number, slices: number, lesions: number): Promise<SegMemory> {
  const runs: SegMemory[] = [];
  for (let run = 0; run < RUNS; run++) {
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...['--expose-gc', '--max-semi-space-size=1'],
      ...[fileURLToPath(import.meta.url), ...[matrix, slices, lesions].map(String)],
    ]);
    runs.push(JSON.parse(stdout) as SegMemory);
  }
  return runs.sort((a, b) => a.peakBeyondObjectKb - b.peakBeyondObjectKb)[RUNS >> 1]!;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [matrix, slices, lesions] = process.argv.slice(2).map(Number) as [number, number, number];
  const root = await mkdtemp(join(tmpdir(), 'lesion-curator-seg-memory-'));
  try {
    process.stdout.write(JSON.stringify(await measured(root, matrix, slices, lesions)));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function measured(root: string, matrix: number, slices: number, lesions: number): Promise<SegMemory> {
  // A small label first, so that code and tables are there before the measurement.
  const warm = segCase(root, 32, 20, 1);
  const one = segCase(root, matrix, slices, lesions);
  for (let time = 0; time < 50; time++) encodeSeg({ ...warm, seriesNumber: 9000, version: 1 });
  globalThis.gc!();
  // Resets the peak (proc(5), clear_refs).
  await writeFile('/proc/self/clear_refs', '5');
  const before = await peakKb();
  const { bytes } = encodeSeg({ ...one, seriesNumber: 9000, version: 1 });
  const after = await peakKb();
  const objectKb = Math.round(bytes.length / 1024);
  const frames = one.boxes.reduce((sum, { slices: { first, last } }) => sum + last - first + 1, 0);
  return { case: one.name, frames, objectKb, peakBeyondObjectKb: Math.max(0, after - before - objectKb) };
}

async function peakKb(): Promise<number> {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(await readFile('/proc/self/status', 'utf8'))![1]);
}
