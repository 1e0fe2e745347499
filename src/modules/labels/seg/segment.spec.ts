import { describe, expect, it } from '@jest/globals';
import type { Uid } from '../uid.js';
import { LESION } from '../dicom/finding.js';
import { Segment, segmentLabel, type SegmentFacts } from './segment.js';

const FACTS: SegmentFacts = {
  label: 'L1 L PZpl mid · PI-RADS 4 · GG3 · 10 mm',
  box: {
    centerLps: [0, 0, 0],
    columns: { first: 0, last: 1 },
    rows: { first: 0, last: 1 },
    slices: { first: 0, last: 1 },
    cornersLps: [],
    extentsMm: [1, 1, 1],
    clipped: false,
  },
  anatomy: { region: { value: '41216001', scheme: 'SCT', meaning: 'Prostate' } },
  tracking: { id: 'lesion 1', uid: '2.25.1' as Uid },
  finding: LESION,
};

describe('Segment', () => {
  it('holds the facts of a lesion', () => {
    expect(new Segment(FACTS).facts).toEqual(FACTS);
  });

  it('takes 64 bytes', () => {
    expect(new Segment({ ...FACTS, label: 'ü'.repeat(32) }).facts.label).toHaveLength(32);
  });

  it.each<[string, Partial<SegmentFacts>, string]>([
    ['an empty label', { label: '' }, 'The label of a segment is empty'],
    ['a label of spaces', { label: '  ' }, 'The label of a segment is empty'],
    ['a label of 65 bytes', { label: `x${'ü'.repeat(32)}` }, 'The label of a segment takes 65 bytes, not up to 64'],
    ['a backslash, which would split the label', { label: 'L1\\L2' }, 'The label of a segment holds a backslash'],
    ['a line break', { label: 'L1\nL2' }, 'The label of a segment holds a backslash or a control character'],
    [
      'a tracking UID without its id',
      { tracking: { id: '', uid: '2.25.1' as Uid } },
      'The tracking id of a segment is empty',
    ],
    ['a tracking id without its UID', { tracking: { id: 'lesion 1', uid: '' as Uid } }, 'needs a tracking UID'],
  ])('refuses %s', (_name, wrong, message) => {
    expect(() => new Segment({ ...FACTS, ...wrong })).toThrow(message);
  });
});

describe('segmentLabel', () => {
  it('joins what there is', () => {
    expect(segmentLabel('L1 L PZpl mid', 'PI-RADS 4', '', '10 mm')).toBe('L1 L PZpl mid · PI-RADS 4 · 10 mm');
    expect(segmentLabel('L1')).toBe('L1');
  });

  it('cuts the name, not the facts', () => {
    const label = segmentLabel('Läsion '.repeat(12), 'PI-RADS 5', 'GG3', '23 mm');
    expect(Buffer.byteLength(label)).toBeLessThanOrEqual(64);
    expect(label).toMatch(/^Läsion Läsion .*… · PI-RADS 5 · GG3 · 23 mm$/);
    expect(() => new Segment({ ...FACTS, label })).not.toThrow();
  });

  it('makes one line of text that DICOM can hold', () => {
    expect(segmentLabel('L1\\2\n left ', 'PI-RADS\t4')).toBe('L1 2 left · PI-RADS 4');
  });
});
