import { describe, expect, it } from '@jest/globals';
import { beginningOf } from './long-string.js';

describe('beginningOf', () => {
  it.each([
    ['a text that fits', 'T2 axial', 8, 'T2 axial'],
    ['a text that is too long', 'T2 axial', 7, 'T2 axia'],
    ['two bytes a character', 'üüü', 5, 'üü'],
    ['a character outside the basic plane, which is not cut in two', 'a𝒜', 4, 'a'],
    ['no room', 'a', 0, ''],
  ])('%s', (_name, text, bytes, expected) => {
    expect(beginningOf(text, bytes)).toBe(expected);
  });

  it('keeps to what LO holds', () => {
    expect(beginningOf('ü'.repeat(64))).toBe('ü'.repeat(32));
  });
});
