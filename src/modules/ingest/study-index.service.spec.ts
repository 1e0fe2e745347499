import { describe, expect, it } from '@jest/globals';
import type { DicomJson } from '../dicomweb/dicom-json.js';
import { hashOf } from './study-index.service.js';

const study = (series: number, instances: number, ...modalities: string[]): DicomJson => ({
  '0020000D': { vr: 'UI', Value: ['1.2'] },
  '00080061': { vr: 'CS', Value: modalities },
  '00201206': { vr: 'IS', Value: [series] },
  '00201208': { vr: 'IS', Value: [instances] },
});
const labels = [{ sopInstanceUid: '2.1' }, { sopInstanceUid: '2.2' }];
const before = hashOf(study(8, 160, 'MR'), true, []);

describe('hashOf', () => {
  it('is the same once our labels are stored, in whatever order the modalities come', () => {
    expect(hashOf(study(10, 162, 'SEG', 'MR', 'SR'), true, labels)).toBe(before);
    expect(hashOf(study(9, 161, 'MR', 'SEG'), true, labels.slice(0, 1))).toBe(before);
  });

  it.each<[string, DicomJson]>([
    ['a label is lost', study(9, 161, 'MR', 'SEG')],
    ['an object of somebody else came', study(11, 163, 'MR', 'SEG', 'SR')],
    ['a slice came', study(10, 163, 'MR', 'SEG', 'SR')],
    ['another modality came', study(10, 162, 'MR', 'SEG', 'SR', 'PT')],
  ])('differs where %s', (_, row) => {
    expect(hashOf(row, true, labels)).not.toBe(before);
  });

  it('differs where the study has to be looked into now', () => {
    expect(hashOf(study(8, 160, 'MR'), false, [])).not.toBe(before);
  });

  it('moves with the labels on a server that does not count', () => {
    const uncounted: DicomJson = { '0020000D': { vr: 'UI', Value: ['1.2'] } };
    expect(hashOf(uncounted, true, labels)).not.toBe(hashOf(uncounted, true, labels.slice(1)));
    expect(hashOf(uncounted, true, labels)).toBe(hashOf(uncounted, true, [...labels]));
  });
});
