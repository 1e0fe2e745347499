import { describe, expect, it } from '@jest/globals';
import dcmjs from 'dcmjs';
import { getStack, segmentAt } from '../../../../test/conformance/seg-case.js';
import { sourceSeries, tilted, voxelCentreLps } from '../../../../test/conformance/source-series.js';
import { type DicomJson, itemsOf } from '../../dicomweb/dicom-json.js';
import { element } from '../dicom/elements.js';
import { labelContentDigest } from '../label-digest.js';
import { encodeSeg } from './seg-encoder.js';

const instances = sourceSeries({ orientation: tilted(18), rows: 11, columns: 13 });
const stack = getStack(instances);
const { bytes, contentDigest } = encodeSeg({
  stack,
  segments: [segmentAt(stack, { centerLps: voxelCentreLps(instances[5]!, 5, 6), dimsMm: [3] })],
  seriesNumber: 9000,
  version: 1,
});

/** The object as an archive might give it back: written anew by dcmjs, with changes. */
function rewritten(change: (dataset: DicomJson) => void, meta: DicomJson = {}): Uint8Array {
  const file = dcmjs.data.DicomMessage.readFile(bytes.slice().buffer);
  const copy = new dcmjs.data.DicomDict({ ...file.meta, ...meta });
  // dcmjs misreads text in sequences as windows-1252; a label of ASCII keeps its writer out of the question.
  copy.dict = file.dict;
  for (const item of itemsOf(file.dict, '00620002'))
    item['00620005'] = element('LO', 'L1 L PZ mid · PI-RADS 4 · GG3 · 3 mm');
  change(copy.dict);
  return new Uint8Array(copy.write({ allowInvalidVRLength: true }));
}

const itemOf = (dataset: DicomJson, ...tags: string[]) => tags.reduce((item, tag) => itemsOf(item, tag)[0]!, dataset);
const voxelsOf = (dataset: DicomJson) => new Uint8Array(dataset['7FE00010']!.Value![0] as ArrayBuffer);

describe('labelContentDigest', () => {
  it('does not change when the file is only written in another way', () => {
    const other = rewritten(() => undefined);
    expect(Buffer.compare(other, bytes)).not.toBe(0);
    expect(labelContentDigest(other)).toBe(contentDigest);
  });

  it('reads the part of a buffer that a view shows', () => {
    const larger = new Uint8Array(bytes.length + 100).fill(7);
    larger.set(bytes, 50);
    expect(labelContentDigest(larger.subarray(50, 50 + bytes.length))).toBe(contentDigest);
  });

  it.each<[string, (dataset: DicomJson) => void, DicomJson?]>([
    ['another implementation in the file meta', () => undefined, { '00020013': element('SH', 'ORTHANC') }],
    ['a corrected name', (dataset) => (dataset['00100010'] = element('PN', 'Mueller^Joerg'))],
    ['a corrected study description', (dataset) => (dataset['00081030'] = element('LO', 'MRT'))],
    ['a private element', (dataset) => (dataset['00091001'] = element('LO', 'archive'))],
    ['an element that says who changed it', (dataset) => (dataset['00080012'] = element('DA', '20250101'))],
    ['spaces around the patient id', (dataset) => (dataset['00100020'] = element('LO', 'PAT-1  '))],
    [
      'other spelling of a decimal',
      (dataset) => (itemOf(dataset, '52009229', '00289110')['00280030'] = element('DS', '0.50', '5e-1')),
    ],
    [
      'longer padding of the pixel data',
      (dataset) => (dataset['7FE00010'] = element('OB', new Uint8Array([...voxelsOf(dataset), 0, 0]).buffer)),
    ],
  ])('does not change with %s', (_name, change, meta = {}) => {
    expect(labelContentDigest(rewritten((dataset) => void change(dataset), meta))).toBe(contentDigest);
  });

  it.each<[string, (dataset: DicomJson) => void]>([
    [
      'one voxel',
      (dataset) => {
        const voxels = voxelsOf(dataset);
        voxels[9]! ^= 1;
        dataset['7FE00010'] = element('OB', voxels.buffer);
      },
    ],
    ['the patient id', (dataset) => (dataset['00100020'] = element('LO', 'PAT-2'))],
    ['the study', (dataset) => (dataset['0020000D'] = element('UI', '1.2.3'))],
    ['the frame of reference', (dataset) => (dataset['00200052'] = element('UI', '1.2.3'))],
    ['the instance UID', (dataset) => (dataset['00080018'] = element('UI', '1.2.3'))],
    ['a label', (dataset) => (itemOf(dataset, '00620002')['00620005'] = element('LO', 'L2'))],
    [
      'a middle dot of a label',
      (dataset) => (itemOf(dataset, '00620002')['00620005'] = element('LO', 'L1 L PZ mid - PI-RADS 4 - GG3 - 3 mm')),
    ],
    ['a tracking UID', (dataset) => (itemOf(dataset, '00620002')['00620021'] = element('UI', '1.2.3'))],
    ['a position', (dataset) => (itemOf(dataset, '52009230', '00209113')['00200032'] = element('DS', '1', '2', '3'))],
    [
      'a source instance',
      (dataset) => (itemOf(dataset, '52009230', '00089124', '00082112')['00081155'] = element('UI', '1.2.3')),
    ],
    [
      'the orientation',
      (dataset) => (itemOf(dataset, '52009229', '00209116')['00200037'] = element('DS', '1', '0', '0', '0', '-1', '0')),
    ],
    ['the referenced series', (dataset) => (itemOf(dataset, '00081115')['0020000E'] = element('UI', '1.2.3'))],
    ['a missing frame of the references', (dataset) => dataset['52009230']!.Value!.pop()],
  ])('changes with %s', (_name, change) => {
    expect(labelContentDigest(rewritten((dataset) => void change(dataset)))).not.toBe(contentDigest);
  });

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'The object is no readable DICOM file (0 bytes)'],
    ['a web page', new TextEncoder().encode('<html>'.repeat(100)), 'The object is no readable DICOM file (600 bytes)'],
    ['a file cut in its pixel data', bytes.subarray(0, bytes.length - 40), 'The object is no readable DICOM file'],
    [
      'an object without voxels',
      rewritten((dataset) => delete dataset['7FE00010']),
      'its frames and its pixel data do not fit',
    ],
  ])('refuses %s', (_name, broken, message) => {
    expect(() => labelContentDigest(broken)).toThrow(message);
  });

  it('refuses a file cut anywhere else, and quotes nothing of it', () => {
    for (let length = 132; length < bytes.length - 40; length += 97) {
      try {
        expect(labelContentDigest(bytes.subarray(0, length))).not.toBe(contentDigest);
      } catch (error) {
        expect(String(error)).toMatch(/^Error: The object (is no readable DICOM file|holds no segmentation)/);
      }
    }
  });
});
