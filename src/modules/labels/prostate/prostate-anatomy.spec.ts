import { describe, expect, it } from '@jest/globals';
import { type Location, NOWHERE } from '../../extraction/extraction.js';
import { prostateLesionLabel, prostateRegion } from './prostate-anatomy.js';

describe('prostateRegion', () => {
  it.each<[Location['zone'], string]>([
    ['PZ', '279706003'],
    ['TZ', '399384005'],
    ['AFS', '717025007'],
    ['SV', '64739004'],
    ['CZ', '41216001'],
    ['urethra', '41216001'],
    ['extraprostatic', '41216001'],
    [null, '41216001'],
  ])('codes zone %s as %s', (zone, code) => {
    expect(prostateRegion({ zone, side: null })).toEqual({
      region: expect.objectContaining({ value: code, scheme: 'SCT' }),
    });
  });

  it.each<[Location['side'], string | undefined]>([
    ['left', '7771000'],
    ['right', '24028007'],
    ['bilateral', '51440002'],
    ['midline', undefined],
    [null, undefined],
  ])('codes side %s as %s', (side, code) => {
    expect(prostateRegion({ zone: 'PZ', side }).laterality?.value).toBe(code);
  });
});

describe('prostateLesionLabel', () => {
  const known = { name: 'L1', location: NOWHERE, pirads: null, gradeGroup: null, sizeMm: null };
  const at = (location: Partial<Location>) => ({ ...known, location: { ...NOWHERE, ...location } });

  it.each([
    [
      { ...at({ sectors: ['L PZpl mid'] }), pirads: 4, gradeGroup: 3, sizeMm: 10 },
      'L1 L PZpl mid · PI-RADS 4 · GG3 · 10 mm',
    ],
    [at({ sectors: ['R TZa base', 'R TZa mid'] }), 'L1 R TZa base + R TZa mid'],
    [at({ side: 'right', zone: 'TZ', levels: ['base', 'mid'] }), 'L1 R TZ base-mid'],
    [at({ side: 'midline', zone: 'AFS' }), 'L1 midline AFS'],
    [{ ...known, pirads: 'X' as const, sizeMm: 7.5 }, 'L1 · PI-RADS X · 7.5 mm'],
    [known, 'L1'],
  ])('%#: %s', (words, label) => {
    expect(prostateLesionLabel(words)).toBe(label);
  });
});
