import { describe, expect, it } from '@jest/globals';
import { readDataset } from '../../../../test/conformance/read-back.js';
import { getStack, segmentAt } from '../../../../test/conformance/seg-case.js';
import { elements, sourceSeries, tilted, voxelCentreLps } from '../../../../test/conformance/source-series.js';
import { type DicomJson, itemsOf, textOf, textsOf } from '../../dicomweb/dicom-json.js';
import type { LesionPlace } from '../geometry/lesion-box.js';
import type { Uid } from '../uid.js';
import { labelContentDigest } from '../label-digest.js';
import { encodeSeg, type SegInput } from './seg-encoder.js';
import { Segment, type SegmentFacts } from './segment.js';

const SERIES = { orientation: tilted(18), rows: 33, columns: 21 };
const at = (row: number, column: number, slice: number) => voxelCentreLps(sourceSeries(SERIES)[slice]!, row, column);

function inputOf(
  elementsOfSource: DicomJson = {},
  places: LesionPlace[] = [{ centerLps: at(15, 10, 5), dimsMm: [4] }],
): SegInput {
  const stack = getStack(sourceSeries({ ...SERIES, elements: elementsOfSource }));
  const segments = places.map((place, index) => segmentAt(stack, place, index + 1));
  return { stack, segments, seriesNumber: 9000, version: 1 };
}

/** The input with facts of its first segment replaced. */
function withFacts(facts: Partial<SegmentFacts>, input = inputOf()): SegInput {
  const [first, ...others] = input.segments;
  return { ...input, segments: [new Segment({ ...first!.facts, ...facts }), ...others] };
}

const datasetOf = (input: SegInput) => readDataset(encodeSeg(input).bytes);
const itemOf = (dataset: DicomJson, ...tags: string[]) => tags.reduce((item, tag) => itemsOf(item, tag)[0]!, dataset);

describe('encodeSeg', () => {
  it('gives the same bytes for the same input, in whatever order the instances came', () => {
    const stack = getStack(sourceSeries(SERIES).toReversed());
    const again = { ...inputOf(), stack };
    expect(Buffer.compare(encodeSeg(again).bytes, encodeSeg(inputOf()).bytes)).toBe(0);
  });

  it('names its objects by 2.25 UIDs that differ from each other and are in the bytes', () => {
    const { sopInstanceUid, seriesInstanceUid, bytes } = encodeSeg(inputOf());
    const dataset = readDataset(bytes);
    expect(textOf(dataset, '00080018')).toBe(sopInstanceUid);
    expect(textOf(dataset, '0020000E')).toBe(seriesInstanceUid);
    const dimensions = textOf(itemOf(dataset, '00209221'), '00209164');
    expect(new Set([sopInstanceUid, seriesInstanceUid, dimensions]).size).toBe(3);
    for (const uid of [sopInstanceUid, seriesInstanceUid, dimensions]) expect(uid).toMatch(/^2\.25\.[1-9]\d{30,38}$/);
  });

  it.each<[string, SegInput]>([
    ['a target one voxel away', inputOf({}, [{ centerLps: at(16, 10, 5), dimsMm: [4] }])],
    ['another size', inputOf({}, [{ centerLps: at(15, 10, 5), dimsMm: [5.5] }])],
    ['another label', withFacts({ label: 'L1 · PI-RADS 5' })],
    ['an umlaut more', withFacts({ label: 'L1 · Läsion' })],
    ['another tracking UID', withFacts({ tracking: { id: 'lesion 1', uid: '2.25.7' as Uid } })],
    ['proof by pathology', withFacts({ finding: { value: '86049000', scheme: 'SCT', meaning: 'Neoplasm, Primary' } })],
    ['another region', withFacts({ anatomy: { region: { value: '1', scheme: 'SCT', meaning: 'Elsewhere' } } })],
    [
      'another lesion',
      inputOf({}, [
        { centerLps: at(15, 10, 5), dimsMm: [4] },
        { centerLps: at(5, 5, 5), dimsMm: [4] },
      ]),
    ],
    ['the next version', { ...inputOf(), version: 2 }],
    ['an earlier label superseded', { ...inputOf(), supersedes: '2.25.9' as Uid }],
    ['another series number', { ...inputOf(), seriesNumber: 9001 }],
    ['another patient', inputOf(elements({ '00100020': ['LO', 'PAT-2'] }))],
    ['another study', inputOf(elements({ '0020000D': ['UI', '1.2.3'] }))],
    ['another source series', inputOf(elements({ '0020000E': ['UI', '1.2.3'] }))],
    ['another frame of reference', inputOf(elements({ '00200052': ['UI', '1.2.3'] }))],
  ])('gives another object for %s', (_name, changed) => {
    const [before, after] = [encodeSeg(inputOf()), encodeSeg(changed)];
    expect(after.sopInstanceUid).not.toBe(before.sopInstanceUid);
    expect(after.seriesInstanceUid).not.toBe(before.seriesInstanceUid);
    expect(after.contentDigest).not.toBe(before.contentDigest);
  });

  it('keeps its UID when the PACS corrects the name of the patient', () => {
    const corrected = inputOf(
      elements({ '00100010': ['PN', { Alphabetic: 'Mueller^Joerg' }], '00100030': ['DA', '19500204'] }),
    );
    expect(encodeSeg(corrected).sopInstanceUid).toBe(encodeSeg(inputOf()).sopInstanceUid);
  });

  it('copies patient, study and frame of reference as the source has them', () => {
    const source = elements({
      '00100010': ['PN', { Alphabetic: 'Müller^Jörg', Phonetic: 'x' }],
      '00100021': ['LO', 'HOSP'],
    });
    const dataset = datasetOf(inputOf(source));
    expect(textsOf(dataset, '00080005')).toEqual(['ISO_IR 192']);
    expect(JSON.parse(JSON.stringify(dataset['00100010']!.Value))).toEqual([
      { Alphabetic: 'Müller^Jörg', Phonetic: 'x' },
    ]);
    const copied = {
      '00100020': 'PAT-1',
      '00100021': 'HOSP',
      '00100030': '19500203',
      '00100040': 'M',
      '00080050': 'ACC1',
    };
    for (const [tag, value] of Object.entries(copied)) expect(textOf(dataset, tag)).toBe(value);
    expect(textOf(dataset, '0020000D')).toBe('1.2.826.0.1.3680043.8.498.5');
    expect(textOf(dataset, '00200052')).toBe('1.2.826.0.1.3680043.8.498.9');
    expect(textOf(dataset, '00080090')).toBe('Referrer^Anna');
  });

  it('has the type 2 attributes of a source that has none, and marks a de-identified one', () => {
    const source = inputOf({
      ...elements({ '00100010': ['PN', null], '00120062': ['CS', 'YES'], '00080090': ['PN'] }),
      '00120064': {
        vr: 'SQ',
        Value: [elements({ '00080100': ['SH', '113100'], '00080102': ['SH', 'DCM'], '00080104': ['LO', 'Basic'] })],
      },
    });
    const { '00100030': _birthDate, '00200010': _studyId, ...header } = source.stack.slices[0]!.header;
    expect([_birthDate, _studyId]).not.toContain(undefined);
    const slices = source.stack.slices.map((slice) => ({ ...slice, header }));
    const dataset = datasetOf({ ...source, stack: { ...source.stack, slices } });
    for (const tag of ['00080090', '00100010', '00100030', '00200010', '00201040']) {
      expect(dataset[tag]).toBeDefined();
      expect(textOf(dataset, tag)).toBeUndefined();
    }
    expect(textOf(dataset, '00120062')).toBe('YES');
    expect(textOf(itemOf(dataset, '00120064'), '00080100')).toBe('113100');
  });

  it('takes its dates from the source, series first, and never from the clock', () => {
    const dates = (source: DicomJson) => ['00080023', '00080033'].map((tag) => textOf(datasetOf(inputOf(source)), tag));
    expect(dates({})).toEqual(['20240102', '102030.5']);
    expect(dates(elements({ '00080021': ['DA'] }))).toEqual(['20240102', '101500']);
    expect(dates(elements({ '00080031': ['TM'] }))).toEqual(['20240102', '000000']);
    expect(dates(elements({ '00080021': ['DA'], '00080020': ['DA'] }))).toEqual(['19000101', '000000']);
  });

  it('repeats orientation, spacing, thickness and positions in the spelling of the source', () => {
    const spelled = elements({ '00280030': ['DS', '0.500', '0.50'], '00180050': ['DS', '3.60'] });
    const input = inputOf(spelled);
    const dataset = datasetOf(input);
    const measures = itemOf(dataset, '52009229', '00289110');
    expect(textsOf(measures, '00280030')).toEqual(['0.500', '0.50']);
    expect(textsOf(measures, '00180050')).toEqual(['3.60']);
    expect(textsOf(measures, '00180088')).toEqual(['3']);
    expect(textsOf(itemOf(dataset, '52009229', '00209116'), '00200037')).toEqual(input.stack.orientationDs);
  });

  it('says whether boxes overlap', () => {
    const overlap = (...places: LesionPlace[]) => textOf(datasetOf(inputOf({}, places)), '00620013');
    const one = { centerLps: at(15, 10, 5), dimsMm: [4] };
    expect(overlap(one)).toBe('NO');
    expect(overlap(one, { centerLps: at(15, 14, 5), dimsMm: [4] })).toBe('YES');
    expect(overlap(one, { centerLps: at(15, 10, 9), dimsMm: [4] })).toBe('NO');
    // Columns 6 to 14, and 15 on: they touch, but share no voxel.
    expect(overlap(one, { centerLps: at(15, 17, 5), dimsMm: [2] })).toBe('NO');
  });

  it('carries the loss of any source slice', () => {
    expect(textOf(datasetOf(inputOf()), '00282110')).toBe('00');
    const lossy = elements({ '00282110': ['CS', '01'], '00282112': ['DS', 12.5], '00282114': ['CS', 'ISO_10918_1'] });
    const input = inputOf();
    const slices = input.stack.slices.map((slice, index) =>
      index === 7 ? { ...slice, header: { ...slice.header, ...lossy } } : slice,
    );
    const dataset = datasetOf({ ...input, stack: { ...input.stack, slices } });
    expect(['00282110', '00282112', '00282114'].map((tag) => textOf(dataset, tag))).toEqual([
      '01',
      '12.5',
      'ISO_10918_1',
    ]);
  });

  it('describes source, version and what it supersedes', () => {
    const dataset = datasetOf({
      ...inputOf(),
      version: 3,
      supersedes: '2.25.340282366920938463463374607431768211455' as Uid,
    });
    expect(textOf(dataset, '0008103E')).toBe('Lesions v3 on t2_tse_tra');
    expect(textOf(dataset, '00700081')).toBe('Supersedes 2.25.340282366920938463463374607431768211455');
    expect(textOf(datasetOf(inputOf(elements({ '0008103E': ['LO'] }))), '0008103E')).toBe('Lesions v1 on series 4');
    const long = textOf(datasetOf(inputOf(elements({ '0008103E': ['LO', 'ü'.repeat(64)] }))), '0008103E')!;
    expect([63, 64]).toContain(Buffer.byteLength(long));
  });

  it('numbers its segments from 1 and tracks each', () => {
    const input = inputOf({}, [
      { centerLps: at(15, 10, 5), dimsMm: [4] },
      { centerLps: at(5, 5, 2), dimsMm: [4] },
    ]);
    const items = itemsOf(datasetOf(input), '00620002');
    expect(items.map((item) => item['00620004']!.Value![0])).toEqual([1, 2]);
    expect(items.map((item) => textOf(item, '00620021'))).toEqual(
      input.segments.map(({ facts }) => facts.tracking.uid),
    );
    expect(items.map((item) => textOf(item, '00620020'))).toEqual(['lesion 1', 'lesion 2']);
    expect(items.map((item) => textOf(item, '00620008'))).toEqual(['SEMIAUTOMATIC', 'SEMIAUTOMATIC']);
  });

  it('shows colours that sRGB has', () => {
    const places = Array.from({ length: 7 }, (_, index) => ({ centerLps: at(4 * index + 2, 10, 5), dimsMm: [1] }));
    const colours = itemsOf(datasetOf(inputOf({}, places)), '00620002').map(
      (item) => item['0062000D']!.Value as number[],
    );
    expect(new Set(colours.map(String)).size).toBe(6);
    for (const colour of colours) {
      for (const channel of toLinearRgb(colour)) {
        expect(channel).toBeGreaterThanOrEqual(0);
        expect(channel).toBeLessThanOrEqual(1);
      }
    }
  });

  const beyond: [string, Partial<SegmentFacts['box']>][] = [
    ['beyond the last column', { columns: { first: 5, last: 21 } }],
    ['before the first row', { rows: { first: -1, last: 3 } }],
    ['beyond the last slice', { slices: { first: 11, last: 11 } }],
    ['without a voxel', { rows: { first: 5, last: 4 } }],
    ['between voxels', { rows: { first: 0.5, last: 4 } }],
  ];
  it.each(beyond)('refuses a box %s', (_name, ranges) => {
    const { box } = inputOf().segments[0]!.facts;
    expect(() => encodeSeg(withFacts({ box: { ...box, ...ranges } }))).toThrow(
      'The box of segment 1 covers no voxel or reaches beyond the stack',
    );
  });

  it('refuses to encode nothing', () => {
    expect(() => encodeSeg({ ...inputOf(), segments: [] })).toThrow('at least one segment');
  });

  it('digests what it wrote', () => {
    const input = withFacts(
      { label: 'Läsion · mid' },
      inputOf({}, [
        { centerLps: at(15, 10, 5), dimsMm: [4] },
        { centerLps: at(5, 5, 2), dimsMm: [4] },
      ]),
    );
    const { bytes, contentDigest } = encodeSeg(input);
    expect(contentDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(labelContentDigest(bytes)).toBe(contentDigest);
  });
});

/** CIELab (D50, scaled as in PS3.3 C.10.7.1.1) to linear sRGB, by the CIE formula and the Bradford-adapted matrix. */
function toLinearRgb([l, a, b]: number[]): number[] {
  const [lightness, aStar, bStar] = [(l! / 65535) * 100, (a! / 65535) * 255 - 128, (b! / 65535) * 255 - 128];
  const fy = (lightness + 16) / 116;
  const linear = (f: number) => (f > 6 / 29 ? f ** 3 : 3 * (6 / 29) ** 2 * (f - 4 / 29));
  const [x, y, z] = [0.96422 * linear(fy + aStar / 500), linear(fy), 0.82521 * linear(fy - bStar / 200)];
  return [
    3.1338561 * x - 1.6168667 * y - 0.4906146 * z,
    -0.9787684 * x + 1.9161415 * y + 0.033454 * z,
    0.0719453 * x - 0.2289914 * y + 1.4052427 * z,
  ];
}
