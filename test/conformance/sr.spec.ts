import { describe, expect, it } from '@jest/globals';
import dcmjs from 'dcmjs';
import { type DicomJson, itemsOf, textOf } from '../../src/modules/dicomweb/dicom-json.js';
import { readDataset } from './read-back.js';
import { childrenOf, instanceOf, type ReadItem, readLesions, type ReadRegion, readReport } from './read-report.js';
import { getStack } from './seg-case.js';
import { encode, matrix, pointAt, type SegExample } from './seg-matrix.js';
import { encodeReport, pointLesion, reportLesion, reportOf } from './sr-case.js';
import { sourceFile } from './source-files.js';
import { voxelCentreLps } from './source-series.js';
import { dcentvfy, dciodvfy } from './validators.js';

const headerOf = (instances: readonly DicomJson[], uid: string): DicomJson =>
  instances.find((header) => textOf(header, '00080018') === uid)!;

/** Where a point of a region lies in the patient: 0.5\0.5 is the centre of the first pixel (PS3.3 C.18.6.1.1). */
const inPatient = (instances: readonly DicomJson[], { instanceUid }: ReadRegion, [column, row]: number[]) =>
  voxelCentreLps(headerOf(instances, instanceUid), row! - 0.5, column! - 0.5);

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.hypot(...a.map((value, axis) => value - b[axis]!));

/** The pixels whose centres lie within a rectangle, named as those of a SEG are. */
function pixelsWithin({ points, instanceUid }: ReadRegion): string[] {
  const range = (values: number[]) => [Math.min(...values) - 1e-3, Math.max(...values) + 1e-3] as const;
  const [left, right] = range(points.map(([column]) => column!));
  const [top, bottom] = range(points.map(([, row]) => row!));
  const pixels: string[] = [];
  for (let row = Math.ceil(top - 0.5); row + 0.5 <= bottom; row++)
    for (let column = Math.ceil(left - 0.5); column + 0.5 <= right; column++)
      pixels.push(`${instanceUid}/${row}/${column}`);
  return pixels;
}

const imagesIn = (item: ReadItem): string[] => [
  ...(item.type === 'IMAGE' ? [instanceOf(item)] : []),
  ...item.children.flatMap(imagesIn),
];

/** SEG and report of an example, written and read once for all tests. */
const writtenOf = once((example: SegExample) => {
  const written = encode(example);
  return { ...written, report: reportOf(example, written.segments) };
});
const readOf = once((example: SegExample) => readReport(writtenOf(example).report.bytes));

function once<T>(make: (example: SegExample) => T): (example: SegExample) => T {
  const made = new Map<SegExample, T>();
  return (example) => made.get(example) ?? made.set(example, make(example)).get(example)!;
}

describe('SR conformance', () => {
  it.each(matrix)('has no error in dciodvfy: $name', async (example) => {
    expect(await dciodvfy(writtenOf(example).report.bytes)).toMatchObject({ errors: [], exitCode: 0 });
  });

  it.each(matrix)('agrees with source and SEG for dcentvfy: $name', async (example) => {
    const { seg, report } = writtenOf(example);
    const sources = example.instances.map(sourceFile);
    const verdict = await dcentvfy([...sources, seg.bytes, report.bytes]);
    expect(verdict).toMatchObject({ errors: [], exitCode: 0 });
    // It takes the accession number of a report for an attribute of the series, and finds that odd.
    expect(verdict.warnings.filter((warning) => !warning.includes('Element=<AccessionNumber> IE <Series>'))).toEqual(
      [],
    );
  });

  it.each(matrix)('says the same of each lesion as the SEG, read by dcsrdump: $name', async (example) => {
    const { segments, expected } = writtenOf(example);
    const { instances } = example;
    const lesions = readLesions(await readOf(example));
    expect(lesions).toHaveLength(segments.length + 1);
    for (const [index, { facts }] of segments.entries()) {
      const lesion = lesions[index]!;
      const { at, dimsMm } = example.lesions[index]!;
      const target = pointAt(instances, at);
      expect(lesion).toMatchObject({
        tracking: facts.tracking,
        codes: { '121071': '52988006', '130560': 'RID50299', '94734-1': '1279716004', '130400': '75958009' },
        sites: [{ site: facts.anatomy.region.value, side: facts.anatomy.laterality?.value }],
        sizeMm: Math.max(...dimsMm),
        frameOfReferenceUid: textOf(instances[0]!, '00200052'),
      });
      expect(distance(lesion.pointLps, target)).toBeLessThan(1e-4);
      for (const region of lesion.regions) {
        expect(region.graphicType).toBe('POLYLINE');
        expect(region.points).toHaveLength(5);
        expect(region.points[4]).toEqual(region.points[0]);
      }
      const pixels = lesion.regions.flatMap(pixelsWithin);
      // A box smaller than a voxel holds no centre; there the SEG takes the nearest voxel, and the report stays exact.
      if (pixels.length > 0) expect(new Set(pixels)).toEqual(expected[index]);
      else {
        expect(expected[index]!.size).toBe(1);
        const [first, , third] = lesion.regions[0]!.points.map((point) =>
          inPatient(instances, lesion.regions[0]!, point),
        );
        const diagonal = distance(first!, third!);
        expect(diagonal).toBeCloseTo(Math.max(...dimsMm) * Math.SQRT2, 4);
      }
      expect(new Set(lesion.regions.map(({ instanceUid }) => instanceUid))).toEqual(
        new Set([...expected[index]!].map((voxel) => voxel.split('/')[0])),
      );
    }
  });

  it.each(matrix)('puts each target on the nearest slice: $name', async (example) => {
    const { instances } = example;
    for (const lesion of readLesions(await readOf(example))) {
      expect(lesion.point.graphicType).toBe('POINT');
      const drawn = inPatient(instances, lesion.point, lesion.point.points[0]!);
      const offMm = distance(drawn, lesion.pointLps);
      for (const header of instances) {
        const { points } = lesion.point;
        const there = { ...lesion.point, instanceUid: textOf(header, '00080018')! };
        expect(offMm).toBeLessThanOrEqual(distance(inPatient(instances, there, points[0]!), lesion.pointLps) + 1e-3);
      }
    }
  });

  it.each(matrix)(
    'gives the images that it refers to as evidence and library, and no others: $name',
    async (example) => {
      const report = await readOf(example);
      const library = childrenOf(report, '111028').flatMap(imagesIn);
      const drawn = new Set(childrenOf(report, '126010').flatMap(imagesIn));
      const dataset = readDataset(writtenOf(example).report.bytes);
      const [study, ...otherStudies] = itemsOf(dataset, '0040A375');
      const [series, ...otherSeries] = itemsOf(study!, '00081115');
      const evidence = itemsOf(series!, '00081199').map((item) => textOf(item, '00081155')!);
      expect([otherStudies, otherSeries]).toEqual([[], []]);
      expect(textOf(study!, '0020000D')).toBe(textOf(example.instances[0]!, '0020000D'));
      expect(textOf(series!, '0020000E')).toBe(textOf(example.instances[0]!, '0020000E'));
      expect(new Set(library)).toEqual(drawn);
      expect(evidence).toEqual(library);
    },
  );

  it('is complete for a lesion that is a point alone', async () => {
    const { instances } = matrix[0]!;
    const { bytes } = encodeReport(getStack(instances), [pointLesion(instances)]);
    expect(await dciodvfy(bytes)).toMatchObject({ errors: [], exitCode: 0 });
    const [lesion, ...others] = readLesions(await readReport(bytes));
    expect(others).toEqual([]);
    expect(lesion).toMatchObject({
      sizeMm: undefined,
      regions: [],
      codes: { '130560': 'RID50323', '130400': '128140' },
    });
  });
});

describe('the checks can fail', () => {
  const example = matrix.find(({ name }) => name.includes('18 degrees, 64 x 80, one lesion'))!;

  /** The report, written anew with a change. */
  function changed(change: (dataset: DicomJson) => void): Uint8Array {
    const { meta, dict } = dcmjs.data.DicomMessage.readFile(writtenOf(example).report.bytes.slice().buffer);
    const broken = new dcmjs.data.DicomDict(meta);
    broken.dict = dict;
    change(dict);
    return new Uint8Array(broken.write({ allowInvalidVRLength: true }));
  }
  const measurementsOf = (dataset: DicomJson) => itemsOf(itemsOf(dataset, '0040A730').at(-1)!, '0040A730');

  it.each<[string, (dataset: DicomJson) => void]>([
    ['no completion flag', (dataset) => delete dataset['0040A491']],
    ['no patient id', (dataset) => delete dataset['00100020']],
    ['no title', (dataset) => delete dataset['0040A043']],
    ['no value type', (dataset) => delete dataset['0040A040']],
    [
      'a point without coordinates',
      (dataset) => {
        for (const item of itemsOf(measurementsOf(dataset)[0]!, '0040A730')) delete item['00700022'];
      },
    ],
  ])('dciodvfy finds %s', async (_name, change) => {
    const verdict = await dciodvfy(changed(change));
    expect(verdict.errors.length).toBeGreaterThan(0);
  });

  it('dcentvfy finds another patient', async () => {
    const report = changed((dataset) => (dataset['00100040'] = { vr: 'CS', Value: ['F'] }));
    const verdict = await dcentvfy([...example.instances.map(sourceFile), report]);
    expect([...verdict.errors, ...verdict.warnings]).not.toEqual([]);
  });

  it('the reader finds rectangles on mirrored slices, which dciodvfy passes', async () => {
    const { instances } = example;
    const stack = getStack(instances);
    const { segments, expected } = encode({ instances, lesions: [{ at: [0.5, 0.5, 0.2], dimsMm: [9] }] });
    const mirrored = { ...stack, slices: stack.slices.toReversed() };
    const { bytes } = encodeReport(mirrored, [reportLesion(segments[0]!, 9)]);
    expect(await dciodvfy(bytes)).toMatchObject({ errors: [], exitCode: 0 });
    const [lesion] = readLesions(await readReport(bytes));
    expect(new Set(lesion!.regions.flatMap(pixelsWithin))).not.toEqual(expected[0]);
  });
});
