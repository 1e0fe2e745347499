import { describe, expect, it } from '@jest/globals';
import type { YieldRow } from './yield.repository.js';
import { yieldSvg } from './yield-svg.js';

const targets: YieldRow = {
  unit: 'targets',
  in: 591,
  kept: 105,
  pending: 12,
  dropped: { 'store-rejected': 10, 'no-study': 400, ambiguous: 63, 'outside-volume': 1 },
};
const nothing: YieldRow = { unit: 'reports', in: 0, kept: 0, pending: 0, dropped: {} };

/** Class, left edge and width of each bar, in the order drawn. */
const barsOf = (svg: string) =>
  [...svg.matchAll(/<rect class="(in|dropped|pending|kept)" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g)].map(
    ([, kind, x, width]) => ({ kind, x: Number(x), width: Number(width) }),
  );
const textsOf = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text);

describe('yieldSvg', () => {
  it('leads from all that came in, step by step in the order of the pipeline, to what was kept', () => {
    const bars = barsOf(yieldSvg([targets]));
    expect(bars.map(({ kind }) => kind)).toEqual(['in', 'dropped', 'dropped', 'dropped', 'dropped', 'pending', 'kept']);
    const [all, ...steps] = bars;
    // Each step begins where the one before ended; the narrowest is drawn a little wider, so that it is seen.
    let end = all!.x + all!.width;
    for (const { x, width } of steps) {
      expect(Math.abs(x + width - end)).toBeLessThan(2);
      end = x;
    }
    expect(steps.at(-1)).toMatchObject({ kind: 'kept', x: all!.x });
    expect(steps.at(-1)!.width / all!.width).toBeCloseTo(105 / 591, 3);
  });

  it('names each step with its number and share', () => {
    expect(textsOf(yieldSvg([targets])).slice(1)).toEqual(
      [
        ['in', '591', '100.0 %'],
        ['no-study', '400', '67.7 %'],
        ['ambiguous', '63', '10.7 %'],
        ['outside-volume', '1', '0.2 %'],
        ['store-rejected', '10', '1.7 %'],
        ['pending', '12', '2.0 %'],
        ['kept', '105', '17.8 %'],
      ].flat(),
    );
  });

  it('draws no bars where nothing came in', () => {
    expect(barsOf(yieldSvg([nothing]))).toEqual([]);
    expect(yieldSvg([nothing])).not.toContain('NaN');
  });

  it('takes nothing from outside, and the same rows give the same text', () => {
    const svg = yieldSvg([targets, nothing]);
    expect(svg).toBe(yieldSvg([structuredClone(targets), structuredClone(nothing)]));
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:|<script|@import|url\(|href/);
  });

  it('lets no text out of its place', () => {
    const odd = { ...targets, unit: '<b>"&' as YieldRow['unit'] };
    expect(yieldSvg([odd])).toContain('&lt;b&gt;&quot;&amp;');
    expect(yieldSvg([odd])).not.toContain('<b>');
  });
});
