import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assign } from './assignment.js';

/** Every assignment, tried one by one. */
function bestByTrial(
  gain: (number | null)[][],
  columns: number,
  alone: number[],
  row = 0,
  used = new Set<number>(),
): number {
  if (row === gain.length) return 0;
  let best = alone[row]! + bestByTrial(gain, columns, alone, row + 1, used);
  for (let column = 0; column < columns; column++) {
    const value = gain[row]![column];
    if (value === null || value === undefined || used.has(column)) continue;
    best = Math.max(best, value + bestByTrial(gain, columns, alone, row + 1, new Set([...used, column])));
  }
  return best;
}

describe('assign', () => {
  it.each([
    ['nothing to match', [], 0, []],
    ['no columns', [[], []], 0, [null, null]],
    ['a pair not worth matching', [[-1]], 1, [null]],
    ['a forbidden pair', [[null]], 1, [null]],
    [
      'the sum decides, not the best pair',
      [
        [5, 4],
        [4, 0.5],
      ],
      2,
      [1, 0],
    ],
    ['more rows than columns', [[1], [3], [2]], 1, [null, 0, null]],
  ] as [string, (number | null)[][], number, (number | null)[]][])('%s', (_name, gain, columns, expected) => {
    expect(assign(gain, columns).columnOf).toEqual(expected);
  });

  it('finds the largest total and uses no column twice', () => {
    const cell = fc.option(fc.integer({ min: -5, max: 9 }), { nil: null });
    const matrix = fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }))
      .chain(([rows, columns]) =>
        fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }),
      );
    fc.assert(
      fc.property(matrix, fc.array(fc.integer({ min: -2, max: 5 }), { minLength: 4, maxLength: 4 }), (gain, alone) => {
        const columns = gain[0]!.length;
        const { columnOf, totalGain } = assign(gain, columns, alone);
        const used = columnOf.filter((column) => column !== null);
        expect(new Set(used).size).toBe(used.length);
        expect(totalGain).toBeCloseTo(bestByTrial(gain, columns, alone), 9);
      }),
    );
  });
});
