import { describe, expect, it } from '@jest/globals';
import { mayBePlannedOn } from './study-window.js';

const target = { procedureDate: '2024-03-10', frameOfReferenceUid: null, referenceSeriesUid: null };

describe('mayBePlannedOn', () => {
  it.each<[string | null, boolean]>([
    ['2024-03-10', true],
    ['2024-03-11', false],
    ['2023-03-11', true],
    ['2023-03-10', false],
    [null, true],
  ])('a study of %s, with 365 days before a biopsy of 2024-03-10: %s', (studyDate, expected) => {
    expect(mayBePlannedOn(studyDate, [target], 365)).toBe(expected);
  });

  it('looks into every study where a target names its series or frame itself, and into none without targets', () => {
    expect(mayBePlannedOn('2001-01-01', [target, { ...target, referenceSeriesUid: '1.2' }], 365)).toBe(true);
    expect(mayBePlannedOn('2001-01-01', [{ ...target, frameOfReferenceUid: '1.3' }], 365)).toBe(true);
    expect(mayBePlannedOn('2024-03-10', [], 365)).toBe(false);
  });
});
