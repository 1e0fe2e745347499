import { describe, expect, it } from '@jest/globals';
import type { Specimen } from '../../extraction/extraction.js';
import { prostateEvaluations } from './prostate-evaluations.js';

const specimen = (isup: Specimen['isup'], primary: number | null, secondary: number | null) => ({
  isup,
  gleason: { primary, secondary, tertiary: null, sum: null },
});
const answersOf = (...input: Parameters<typeof prostateEvaluations>) =>
  prostateEvaluations(...input).map(({ question, answer }) => [question.value, answer.value, answer.scheme]);

describe('prostateEvaluations', () => {
  it.each([
    [1, 'RID50296'],
    [2, 'RID50297'],
    [3, 'RID50298'],
    [4, 'RID50299'],
    [5, 'RID50300'],
    ['X', 'RID50323'],
  ] as const)('codes PI-RADS %s by CID 6328', (pirads, value) => {
    expect(answersOf(pirads, null, [])).toEqual([['130560', value, 'RADLEX']]);
  });

  it.each([
    [1, 3, 3, '1279715000'],
    [2, 3, 4, '1279714001'],
    [3, 4, 3, '1279716004'],
    [4, 4, 4, '1279717008'],
    [4, 3, 5, '1279718003'],
    [4, 5, 3, '1279719006'],
    [5, 4, 5, '1279720000'],
    [5, 5, 4, '1279721001'],
    [5, 5, 5, '1279722008'],
  ] as const)('codes grade group %s of Gleason %s + %s', (isup, primary, secondary, value) => {
    const specimens = [specimen(1, 3, 3), specimen(isup, primary, secondary)];
    expect(answersOf(null, isup, specimens)).toEqual([['94734-1', value, 'SCT']]);
  });

  it('codes groups 2 and 3 without their patterns, since each has one', () => {
    expect(answersOf(null, 2, [{ isup: 2, gleason: null }])).toEqual([['94734-1', '1279714001', 'SCT']]);
    expect(answersOf(null, 3, [])).toEqual([['94734-1', '1279716004', 'SCT']]);
  });

  it.each<[string, number, ReturnType<typeof specimen>[], string]>([
    ['not stated', 1, [], 'LA30794-4'],
    ['not stated', 4, [specimen(4, null, null)], 'LA30797-7'],
    ['of two specimens and differ', 4, [specimen(4, 4, 4), specimen(4, 3, 5)], 'LA30797-7'],
    ['of another group', 5, [specimen(5, 4, 4)], 'LA30798-5'],
    ['unusual', 1, [specimen(1, 2, 3)], 'LA30794-4'],
  ])('codes the group alone where patterns are %s', (_words, gradeGroup, specimens, value) => {
    expect(answersOf(null, gradeGroup, specimens)).toEqual([['94734-1', value, 'LN']]);
  });

  it('says nothing of what no report says', () => {
    expect(prostateEvaluations(null, null, [])).toEqual([]);
  });

  it('has meanings that fit a LO', () => {
    for (const gradeGroup of [1, 2, 3, 4, 5])
      for (const { question, answer } of prostateEvaluations('X', gradeGroup, []))
        expect(Math.max(question.meaning.length, answer.meaning.length)).toBeLessThanOrEqual(64);
  });
});
