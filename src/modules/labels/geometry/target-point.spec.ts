import { describe, expect, it } from '@jest/globals';
import { toLps } from './target-point.js';

describe('toLps', () => {
  it('keeps LPS', () => {
    expect(toLps([25.7457, 31.8707, -38.511], 'LPS')).toEqual([25.7457, 31.8707, -38.511]);
  });
  it('negates x and y of RAS, and leaves z', () => {
    expect(toLps([-25.7457, -31.8707, -38.511], 'RAS')).toEqual([25.7457, 31.8707, -38.511]);
  });
  it('makes no negative zero', () => {
    expect(toLps([0, 0, 0], 'RAS')).toEqual([0, 0, 0]);
  });
});
