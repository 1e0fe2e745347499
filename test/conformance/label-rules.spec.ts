import { describe, expect, it } from '@jest/globals';
import { type Check, type Example, Label, type LabelledSource } from './broken-label.js';
import { labelFaults } from './label-faults.js';
import { OBJECT_FAULTS } from './object-faults.js';
import { readWithDcmqi } from './read-back.js';
import { encode, type SegExample } from './seg-matrix.js';
import { sourceFile } from './source-files.js';
import { sourceSeries, tilted } from './source-series.js';
import { VENDORS } from './source-vendors.js';
import { dcentvfy, dciodvfy } from './validators.js';
import { VOXEL_FAULTS } from './voxel-faults.js';

/** Two lesions that overlap on an oblique stack of unequal spacings. */
const labelOn = (rows: number, columns: number, vendor: keyof typeof VENDORS) => {
  const shape = { rows, columns, slices: 9, rowSpacingMm: 0.9, columnSpacingMm: 0.6, sliceSpacingMm: 2 };
  const instances = sourceSeries({ ...shape, orientation: tilted(18) }).map(VENDORS[vendor]!);
  const lesions: SegExample['lesions'] = [
    { at: [0.5, 0.5, 0.45], dimsMm: [5.1] },
    { at: [0.58, 0.46, 0.6], dimsMm: [4.7] },
  ];
  const { seg, segments, expected } = encode({ instances, lesions });
  return {
    bytes: seg.bytes,
    instances,
    segments: segments.map(({ facts }, i) => ({ ...facts, voxels: expected[i]! })),
  };
};

const EXAMPLES: Record<Example, LabelledSource & { bytes: Uint8Array }> = {
  plain: labelOn(11, 13, 'philips'),
  even: labelOn(12, 16, 'philips'),
  deidentified: labelOn(11, 13, 'deidentified'),
};

/** What each check has against a file; nothing where it is content. */
const CHECKS: Record<Check, (bytes: Uint8Array, source: LabelledSource) => Promise<string[]>> = {
  dciodvfy: async (bytes: Uint8Array) => (await dciodvfy(bytes)).errors,
  dcentvfy: async (bytes: Uint8Array, { instances }: LabelledSource) =>
    (await dcentvfy([...instances.map(sourceFile), bytes])).errors,
  dcmqi: async (bytes: Uint8Array, { instances, segments }: LabelledSource) => {
    const read = await readWithDcmqi(bytes, instances).catch((error: Error) => error);
    if (read instanceof Error) return [read.message];
    return read.every(({ voxels }, i) => [...voxels].sort().join() === [...segments[i]!.voxels].sort().join())
      ? []
      : ['other voxels'];
  },
  reader: async (bytes: Uint8Array, { instances, segments }: LabelledSource) => {
    try {
      return labelFaults(bytes, instances, segments);
    } catch (error) {
      return [(error as Error).message];
    }
  },
};

describe('a label as it is written', () => {
  it.each(Object.entries(EXAMPLES))('is without fault, and still so when written again: %s', async (name, example) => {
    for (const bytes of [example.bytes, new Label(example.bytes).toBytes()]) {
      for (const [check, run] of Object.entries(CHECKS)) {
        if (check !== 'dcmqi' || name === 'even') expect([check, await run(bytes, example)]).toEqual([check, []]);
      }
    }
  });
});

describe.each(Object.entries({ ...OBJECT_FAULTS, ...VOXEL_FAULTS }))('a fault in %s', (_part, broken) => {
  it.each(broken)('%s, is found by %s %s', async (_what, foundBy, fault, breakIt, example = 'plain') => {
    const label = new Label(EXAMPLES[example].bytes);
    const bytes = breakIt(label, EXAMPLES[example]) ?? label.toBytes();
    expect(await CHECKS[foundBy](bytes, EXAMPLES[example])).not.toEqual([]);
    if (fault) expect(await CHECKS.reader(bytes, EXAMPLES[example])).toContainEqual(expect.stringContaining(fault));
  });
});
