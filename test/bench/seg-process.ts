import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeSeg } from '../../src/modules/labels/seg/seg-encoder.js';
import { cpuSecondsOf } from './rounds.js';
import { segCase } from './seg-corpus.js';

/** Of one round, so that a round is long enough for the clock. */
const REPEATS = 200;

export type SegShape = readonly [matrix: number, slices: number, lesions: number];

/**
 * Our encoder in a process of its own, as the peers have theirs: else its collector would go through the heap of the
 * benchmark, dcmqi's WebAssembly and the headers of the other cases among it. It has one thread, as Python has: for objects of 2 MB V8 starts helper threads
 * to mark the heap, which wait busily.
 */
export function startSegProcess() {
  const child = fork(fileURLToPath(import.meta.url), { execArgv: ['--single-threaded-gc'] });
  return {
    /** CPU seconds for one label. */
    async round(shape: SegShape): Promise<number> {
      child.send(shape);
      const [seconds] = (await once(child, 'message')) as [number];
      return seconds;
    },
    stop: () => child.disconnect(),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const cases = new Map<string, ReturnType<typeof segCase>>();
  process.on('message', (shape: SegShape) => {
    void (async () => {
      const one = cases.get(shape.join()) ?? (await madeOnce(shape));
      cases.set(shape.join(), one);
      const seconds = await cpuSecondsOf(() => {
        for (let time = 0; time < REPEATS; time++) encodeSeg({ ...one, seriesNumber: 9000, version: 1 });
      });
      process.send!(seconds / REPEATS);
    })();
  });
}

async function madeOnce(shape: SegShape) {
  const root = await mkdtemp(join(tmpdir(), 'lesion-curator-seg-'));
  try {
    return segCase(root, ...shape);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
