import { describe, expect, it } from '@jest/globals';
import dcmjs from 'dcmjs';
import { getStack, segmentAt } from '../../../../test/conformance/seg-case.js';
import { sourceSeries, tilted, voxelCentreLps } from '../../../../test/conformance/source-series.js';
import { type DicomJson, itemsOf, numbersOf, textOf } from '../../dicomweb/dicom-json.js';
import { type Code, element } from '../dicom/elements.js';
import type { Uid } from '../uid.js';
import { uidFrom } from '../uid.js';
import type { ReportLesion } from './report-lesion.js';
import { labelContentDigest } from '../label-digest.js';
import { encodeSr, type SrInput } from './sr-encoder.js';

const instances = sourceSeries({ orientation: tilted(18), rows: 30, columns: 40 });
const stack = getStack(instances);
const EXAM: Code = { value: '25056-3', scheme: 'LN', meaning: 'MRI unspecified body region' };

const target = voxelCentreLps(instances[5]!, 12, 16);
const { facts } = segmentAt(stack, { centerLps: target, dimsMm: [8] });
const lesion: ReportLesion = {
  tracking: facts.tracking,
  finding: facts.finding,
  sites: [facts.anatomy],
  sizeMm: 8,
  evaluations: [],
  pointLps: target,
  box: facts.box,
};
const encode = (changes: Partial<SrInput> = {}) =>
  encodeSr({ stack, lesions: [lesion], procedure: EXAM, seriesNumber: 9001, version: 1, ...changes });
const read = (bytes: Uint8Array): DicomJson => dcmjs.data.DicomMessage.readFile(bytes.slice().buffer).dict;
const groupsOf = (dataset: DicomJson) => itemsOf(itemsOf(dataset, '0040A730').at(-1)!, '0040A730');
const itemsOfType = (group: DicomJson, type: string) =>
  itemsOf(group, '0040A730').filter((item) => textOf(item, '0040A040') === type);

describe('encodeSr', () => {
  it('gives the same bytes for the same input', () => {
    expect(Buffer.compare(encode().bytes, encode().bytes)).toBe(0);
  });

  it.each<[string, Partial<SrInput>]>([
    ['another version', { version: 2 }],
    ['another size', { lesions: [{ ...lesion, sizeMm: 9 }] }],
    ['another point', { lesions: [{ ...lesion, pointLps: [target[0], target[1], target[2] + 0.1] }] }],
    ['another tracking UID', { lesions: [{ ...lesion, tracking: { ...lesion.tracking, uid: uidFrom('other') } }] }],
    ['an evaluation', { lesions: [{ ...lesion, evaluations: [{ question: EXAM, answer: EXAM }] }] }],
    ['no box', { lesions: [{ ...lesion, box: null }] }],
    ['a predecessor', { supersedes: { sopInstanceUid: '1.2.3' as Uid, seriesInstanceUid: '1.2.4' as Uid } }],
  ])('gives other UIDs with %s', (_name, changes) => {
    const [first, other] = [encode(), encode(changes)];
    expect(other.sopInstanceUid).not.toBe(first.sopInstanceUid);
    expect(other.seriesInstanceUid).not.toBe(first.seriesInstanceUid);
    expect(other.contentDigest).not.toBe(first.contentDigest);
  });

  it('draws a closed rectangle of the size on every slice of the box, on the slice of the target first', () => {
    const [group] = groupsOf(read(encode().bytes));
    const regions = itemsOfType(group!, 'SCOORD').filter((item) => textOf(item, '00700023') === 'POLYLINE');
    expect(regions).toHaveLength(facts.box.slices.last - facts.box.slices.first + 1);
    for (const region of regions) {
      const graphic = numbersOf(region, '00700022');
      const [left, top, right, , , bottom] = graphic as [number, number, number, number, number, number];
      expect(graphic.slice(8)).toEqual(graphic.slice(0, 2));
      // 0.5 mm a pixel; the centre of row 12, column 16 lies half a pixel further.
      expect([left, top, right, bottom].map((value) => value.toFixed(3))).toEqual([
        '8.500',
        '4.500',
        '24.500',
        '20.500',
      ]);
    }
    const image = itemsOf(itemsOf(regions[0]!, '0040A730')[0]!, '00081199')[0]!;
    expect(textOf(image, '00081155')).toBe(textOf(instances[5]!, '00080018'));
  });

  it('names its predecessor with study and series', () => {
    const supersedes = { sopInstanceUid: '1.2.3' as Uid, seriesInstanceUid: '1.2.4' as Uid };
    const [study] = itemsOf(read(encode({ version: 2, supersedes }).bytes), '0040A360');
    const [series] = itemsOf(study!, '00081115');
    expect(textOf(study!, '0020000D')).toBe(textOf(instances[0]!, '0020000D'));
    expect(textOf(series!, '0020000E')).toBe('1.2.4');
    expect(textOf(itemsOf(series!, '00081199')[0]!, '00081155')).toBe('1.2.3');
  });

  it('keeps the patient of the source, and describes its series', () => {
    const dataset = read(encode({ version: 3 }).bytes);
    expect(textOf(dataset, '00100010')).toBe('Müller^Jörg');
    expect(textOf(dataset, '0008103E')).toBe('Lesion report v3 on t2_tse_tra');
    expect(textOf(dataset, '00080060')).toBe('SR');
  });

  it('refuses a report without lesions', () => {
    expect(() => encode({ lesions: [] })).toThrow('A structured report needs at least one lesion');
  });
});

describe('labelContentDigest', () => {
  const { bytes, contentDigest } = encode();

  function rewritten(change: (dataset: DicomJson) => void): Uint8Array {
    const { meta, dict } = dcmjs.data.DicomMessage.readFile(bytes.slice().buffer);
    const copy = new dcmjs.data.DicomDict(meta);
    copy.dict = dict;
    change(dict);
    return new Uint8Array(copy.write({ allowInvalidVRLength: true }));
  }

  it('is that of the encoder, also when an archive writes the file anew', () => {
    expect(labelContentDigest(bytes)).toBe(contentDigest);
    const other = rewritten((dataset) => (dataset['00100010'] = element('PN', 'Other^Name')));
    expect(Buffer.compare(other, bytes)).not.toBe(0);
    expect(labelContentDigest(other)).toBe(contentDigest);
  });

  it.each<[string, (dataset: DicomJson) => void]>([
    ['the patient id', (dataset) => (dataset['00100020'] = element('LO', 'PAT-2'))],
    ['a missing lesion', (dataset) => itemsOf(dataset, '0040A730').at(-1)!['0040A730']!.Value!.pop()],
    [
      'a coordinate',
      (dataset) => (itemsOfType(groupsOf(dataset)[0]!, 'SCOORD3D')[0]!['00700022'] = element('FL', 1, 2, 3)),
    ],
    [
      'a size',
      (dataset) =>
        (itemsOf(itemsOfType(groupsOf(dataset)[0]!, 'NUM')[0]!, '0040A300')[0]!['0040A30A'] = element('DS', '9')),
    ],
    ['the evidence', (dataset) => delete dataset['0040A375']],
  ])('changes with %s', (_name, change) => {
    expect(labelContentDigest(rewritten((dataset) => void change(dataset)))).not.toBe(contentDigest);
  });

  it('refuses what is no report', () => {
    expect(() => labelContentDigest(new Uint8Array(600))).toThrow('The object is no readable DICOM file (600 bytes)');
    expect(() => labelContentDigest(rewritten((dataset) => delete dataset['0040A730']))).toThrow(
      'The object holds no segmentation',
    );
  });
});
