import { beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Label } from './broken-label.js';
import { locator } from './read-back.js';
import { encode, matrix } from './seg-matrix.js';
import { withFiles } from './validators.js';

const beside = (file: string) => join(import.meta.dirname, file);
const READERS = [
  { name: 'pydicom', python: process.env.PYDICOM_PYTHON ?? '/usr/bin/python3', script: beside('pydicom_read.py') },
  {
    // Optional, because it comes from PyPI: the benchmark puts it there (`npm run bench -- seg`), or the variable names it.
    name: 'highdicom',
    python: process.env.HIGHDICOM_PYTHON ?? beside('../../var/bench/highdicom/bin/python'),
    script: beside('highdicom_read.py'),
    optional: true,
  },
];

interface ReadSegment {
  label: string;
  trackingUid: string;
  pointsLps: number[][];
}

const present = READERS.filter(({ python, optional }) => !optional || existsSync(python));
if (present.length < READERS.length) console.warn('highdicom is not installed: what it reads is not compared');

describe.each(present)('$name', ({ python, script }) => {
  const encoded = matrix.map((example) => ({ ...example, ...encode(example) }));
  const anisotropic = encoded.find(({ name }) => name.includes('18 degrees, 11 x 13 anisotropic, one lesion'))!;
  let files: ReadSegment[][];

  beforeAll(async () => {
    files = await withFiles(
      [...encoded.map(({ seg }) => seg.bytes), spacingsSwapped(anisotropic.seg.bytes)],
      (paths) => {
        const output = execFileSync(python, ['-W', 'ignore', script, ...paths], { maxBuffer: 2 ** 28 });
        return JSON.parse(output.toString()) as ReadSegment[][];
      },
    );
  }, 300_000);

  it.each(encoded.map((one, index) => ({ ...one, index })))(
    'finds every voxel where the lesion lies, and no other: $name',
    ({ index, instances, segments, expected }) => {
      const locate = locator(instances);
      const read = files[index]!;
      expect(read.map(({ label, trackingUid }) => [label, trackingUid])).toEqual(
        segments.map(({ facts }) => [facts.label, facts.tracking.uid]),
      );
      expect(read.map(({ pointsLps }) => new Set(pointsLps.map(locate)))).toEqual(expected);
    },
  );

  it('puts voxels elsewhere where row and column spacing are swapped', () => {
    const [segment] = files.at(-1)!;
    expect(segment!.pointsLps).toHaveLength(anisotropic.expected[0]!.size);
    expect(() => segment!.pointsLps.map(locator(anisotropic.instances))).toThrow('No source voxel lies at');
  });
});

function spacingsSwapped(bytes: Uint8Array): Uint8Array {
  const label = new Label(bytes);
  label.item('52009229', '00289110')['00280030']!.Value!.reverse();
  return label.toBytes();
}
