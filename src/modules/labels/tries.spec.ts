import { describe, expect, it } from '@jest/globals';
import { isLastTry, waitAfter } from './tries.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const settings = { maxTries: 20, giveUpAfterMs: 7 * DAY_MS, removal: 'keep', orthancUrl: undefined } as const;

describe('waitAfter', () => {
  it.each([
    [0, undefined, 1000],
    [1000, undefined, 2000],
    [3000, undefined, 4000],
    [3000, 60_000, 60_000],
    [3000, 10, 4000],
    [3 * DAY_MS, undefined, HOUR_MS],
    [0, 2 * HOUR_MS, HOUR_MS],
  ])('tried for %d ms, Retry-After %s: %d ms', (triedForMs, retryAfterMs, expected) => {
    expect(waitAfter({ tries: 1, triedForMs }, retryAfterMs)).toBe(expected);
  });
});

describe('isLastTry', () => {
  it.each([
    ['a first try', 1, 0, false, false],
    ['the last but one', 19, 6 * DAY_MS, false, false],
    ['as often as allowed', 20, 0, false, true],
    ['as often as allowed, without a connection', 20, 0, true, false],
    ['as long as allowed', 2, 7 * DAY_MS, false, true],
    ['as long as allowed, without a connection', 0, 7 * DAY_MS, true, true],
  ])('%s', (_, tries, triedForMs, isOutage, expected) => {
    expect(isLastTry(settings, { tries, triedForMs }, isOutage)).toBe(expected);
  });
});
