import { expect, it } from '@jest/globals';
import { plainName } from './lesion-name.js';

it.each([
  ['1', '1'],
  ['Lesion 1', '1'],
  ['ROI #1', '1'],
  ['Target: B ', 'b'],
  ['Index 1', '1'],
  ['Index', 'index'],
  ['', ''],
])('calls %j %j', (label, name) => expect(plainName(label)).toBe(name));
