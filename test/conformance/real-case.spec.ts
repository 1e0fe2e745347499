import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type DicomJson, numbersOf, textOf } from '../../src/modules/dicomweb/dicom-json.js';
import type { SliceStack } from '../../src/modules/labels/geometry/slice-stack.js';
import { toLps } from '../../src/modules/labels/geometry/target-point.js';
import { type EncodedSeg, encodeSeg } from '../../src/modules/labels/seg/seg-encoder.js';
import { dciodvfy } from './validators.js';
import { readDataset, readFrames, readWithDcmqi } from './read-back.js';
import { getStack, segmentAt } from './seg-case.js';
import { voxelCentreLps, voxelsInside } from './source-series.js';

const folder = process.env.REAL_DATA_DIR;
const ifPresent = folder ? describe : describe.skip;
if (!folder) console.warn('REAL_DATA_DIR is not set: the real case is skipped');

/** A published finding of 10 mm on an axial T2 that is tilted by 18 degrees: 19 slices of 384 x 384. */
ifPresent('the real case', () => {
  const target = toLps([-25.7457, -31.8707, -38.511], 'RAS');
  let instances: DicomJson[];
  let stack: SliceStack;
  let seg: EncodedSeg;

  beforeAll(() => {
    const study = join(folder!, 'real-case', 'dicom', '07-07-2011');
    const series = join(
      study,
      readdirSync(study).find((name) => name.includes('t2tsetra'))!,
    );
    instances = readdirSync(series).map((name) => readDataset(readFileSync(join(series, name)), '7FE00010'));
    stack = getStack(instances);
    const segments = [segmentAt(stack, { centerLps: target, dimsMm: [10] })];
    seg = encodeSeg({ stack, segments, seriesNumber: 9000, version: 1 });
  });

  it('is a stack of 19 slices, 3 mm apart, in the spelling of the source', () => {
    expect(stack.slices).toHaveLength(19);
    expect(stack.sliceSpacingMm).toBeCloseTo(3, 4);
    expect(stack.orientationDs[3]).toBe('2.003351e-010');
  });

  it('is valid for dciodvfy', async () => {
    expect(await dciodvfy(seg.bytes)).toMatchObject({ errors: [], exitCode: 0 });
  });

  it('covers the voxels within 5 mm of the target along row, column and normal, as dcmqi reads it', async () => {
    const [segment] = await readWithDcmqi(seg.bytes, instances);
    expect(segment!.voxels).toEqual(voxelsInside(instances, target, [10, 10, 10]));
  });

  it('measures 10 mm along rows and columns, centred within half a voxel', async () => {
    const byUid = new Map(instances.map((header) => [textOf(header, '00080018'), header]));
    const [segment] = await readWithDcmqi(seg.bytes, instances);
    const voxels = [...segment!.voxels].map((voxel) => voxel.split('/') as [string, string, string]);
    const rows = voxels.map(([, row]) => Number(row));
    const columns = voxels.map(([, , column]) => Number(column));
    expect((Math.max(...rows) - Math.min(...rows) + 1) * 0.5).toBe(10);
    expect((Math.max(...columns) - Math.min(...columns) + 1) * 0.5).toBe(10);

    const sum = [0, 0, 0];
    for (const [uid, row, column] of voxels) {
      voxelCentreLps(byUid.get(uid)!, Number(row), Number(column)).forEach((value, axis) => (sum[axis]! += value));
    }
    const fromTarget = sum.map((value, axis) => value / voxels.length - target[axis]!);
    const along = (direction: readonly number[]) =>
      Math.abs(fromTarget.reduce((d, value, axis) => d + value * direction[axis]!, 0));
    const orientation = numbersOf(instances[0]!, '00200037');
    expect(along(orientation.slice(0, 3))).toBeLessThanOrEqual(0.25);
    expect(along(orientation.slice(3))).toBeLessThanOrEqual(0.25);
    expect(along(stack.normal)).toBeLessThanOrEqual(1.5);
  });

  it('lies on the slices whose planes cross the box, in their own spelling', () => {
    const frames = readFrames(readDataset(seg.bytes));
    const { normal } = stack;
    const within = instances.filter((header) => {
      const position = numbersOf(header, '00200032');
      return Math.abs(normal.reduce((d, value, axis) => d + value * (target[axis]! - position[axis]!), 0)) <= 5;
    });
    expect(within.length).toBeGreaterThanOrEqual(3);
    expect(new Set(frames.map((frame) => frame.sourceUid))).toEqual(
      new Set(within.map((header) => textOf(header, '00080018'))),
    );
    for (const frame of frames) {
      const source = within.find((header) => textOf(header, '00080018') === frame.sourceUid)!;
      expect(frame.position).toEqual(source['00200032']!.Value!.map((value) => String(value).trim()));
    }
  });
});
