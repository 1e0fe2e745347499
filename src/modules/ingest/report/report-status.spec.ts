import { expect, it } from '@jest/globals';
import { reportState } from './report-status.js';

it.each([
  ['final', 'read'],
  ['amended', 'read'],
  ['corrected', 'read'],
  ['appended', 'read'],
  ['entered-in-error', 'withdrawn'],
  ['cancelled', 'withdrawn'],
  ['registered', 'wait'],
  ['partial', 'wait'],
  ['preliminary', 'wait'],
  ['unknown', 'wait'],
  [undefined, 'wait'],
] as const)('%s: %s', (status, expected) => {
  expect(reportState(status)).toBe(expected);
});
