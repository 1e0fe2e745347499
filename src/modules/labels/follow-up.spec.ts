import { describe, expect, it } from '@jest/globals';
import { NOWHERE, type Location } from '../extraction/extraction.js';
import { type ExamLesion, firstAppearances } from './follow-up.js';

const LPZ_MID: Location = { ...NOWHERE, side: 'left', zone: 'PZ', levels: ['mid'], positions: ['posterior'] };

/** A lesion `key` in the exam of a year, in a frame of reference of that year unless another is given. */
const lesion = (key: string, year: number, given: Partial<ExamLesion> = {}): ExamLesion => ({
  key,
  studyInstanceUid: `1.2.${year}`,
  studyDate: `${year}-05-01`,
  location: LPZ_MID,
  pointLps: [10, 20, 30],
  frameOfReferenceUid: `1.9.${year}`,
  ...given,
});
const place = (given: Partial<Location>) => ({ location: { ...LPZ_MID, ...given } });
const SHARED = { frameOfReferenceUid: '1.9' };

describe('firstAppearances', () => {
  it.each<[string, Partial<ExamLesion>, Partial<ExamLesion>, boolean]>([
    ['the same words', {}, {}, true],
    ['other sides', {}, place({ side: 'right' }), false],
    ['a side against the midline', {}, place({ side: 'midline' }), false],
    ['other zones', {}, place({ zone: 'TZ' }), false],
    ['other levels', {}, place({ levels: ['apex'] }), false],
    ['a level in common', {}, place({ levels: ['base', 'mid'] }), true],
    ['other positions', {}, place({ positions: ['anterior'] }), false],
    ['a position that one leaves open', {}, place({ positions: [] }), true],
    ['a side that one leaves open', {}, place({ side: null }), false],
    ['a zone that one leaves open', {}, place({ zone: null }), false],
    ['a level that one leaves open', {}, place({ levels: [] }), false],
    ['far apart in other frames, which says nothing', {}, { pointLps: [90, 20, 30] }, true],
    ['one frame, 10 mm apart', SHARED, { ...SHARED, pointLps: [10, 26, 38] }, true],
    ['one frame, 11 mm apart', SHARED, { ...SHARED, pointLps: [10, 20, 41] }, false],
    ['one frame, near, with words left open', SHARED, { ...SHARED, location: NOWHERE }, true],
    ['one frame, near, other sides', SHARED, { ...SHARED, ...place({ side: 'right' }) }, false],
    [
      'no frame stated is no common frame',
      { frameOfReferenceUid: '' },
      { frameOfReferenceUid: '', location: NOWHERE },
      false,
    ],
    ['no date of the earlier exam', { studyDate: null }, {}, false],
    ['no date of the later exam', {}, { studyDate: null }, false],
  ])('%s', (_, earlier, later, isSame) => {
    const firsts = firstAppearances([lesion('a', 2020, earlier), lesion('b', 2021, later)]);
    expect(Object.fromEntries(firsts)).toEqual({ a: 'a', b: isSame ? 'a' : 'b' });
  });

  it('follows a lesion over three exams, by what the latest says', () => {
    const lesions = [
      lesion('a', 2020, place({ levels: ['base'] })),
      lesion('b', 2021, place({ levels: ['base', 'mid'] })),
      lesion('c', 2022, place({ levels: ['mid'] })),
    ];
    expect([...firstAppearances(lesions).values()]).toEqual(['a', 'a', 'a']);
  });

  it('takes none of two that fit, on either side', () => {
    const twoBefore = [lesion('a', 2020), lesion('b', 2020), lesion('c', 2021)];
    expect(Object.fromEntries(firstAppearances(twoBefore))).toEqual({ a: 'a', b: 'b', c: 'c' });
    const twoAfter = [lesion('a', 2020), lesion('b', 2021), lesion('c', 2021)];
    expect(Object.fromEntries(firstAppearances(twoAfter))).toEqual({ a: 'a', b: 'b', c: 'c' });
  });

  it('keeps two lesions of one exam apart, and a lesion that an exam does not show', () => {
    const right = place({ side: 'right' });
    const lesions = [lesion('a', 2020), lesion('b', 2020, right), lesion('c', 2021, right), lesion('d', 2022)];
    expect(Object.fromEntries(firstAppearances(lesions))).toEqual({ a: 'a', b: 'b', c: 'b', d: 'a' });
  });

  it('goes by the dates of the exams, not by the order in which they came', () => {
    const lesions = [lesion('c', 2022), lesion('a', 2020), lesion('b', 2021)];
    const expected = { a: 'a', b: 'a', c: 'a' };
    expect(Object.fromEntries(firstAppearances(lesions))).toEqual(expected);
    expect(Object.fromEntries(firstAppearances(lesions.toReversed()))).toEqual(expected);
  });

  it('takes two studies of one day by their UIDs', () => {
    const sameDay = { studyDate: '2020-05-01' };
    const lesions = [lesion('b', 2021, sameDay), lesion('a', 2020, sameDay)];
    expect(Object.fromEntries(firstAppearances(lesions))).toEqual({ a: 'a', b: 'a' });
  });
});
