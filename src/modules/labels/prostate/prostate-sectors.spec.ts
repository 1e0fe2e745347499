import { describe, expect, it } from '@jest/globals';
import { type Location, NOWHERE } from '../../extraction/extraction.js';
import { sectorsOf } from '../../extraction/location/sectors.js';
import { prostateSites } from './prostate-anatomy.js';
import { prostateSector } from './prostate-sectors.js';

const SIDES = ['left', 'right'] as const;
const LEVELS = ['base', 'mid', 'apex'] as const;
const POSITIONS: Location['positions'][] = [
  ['anterior'],
  ['posterior', 'lateral'],
  ['posterior', 'medial'],
  ['posterior'],
];
const ZONES = ['PZ', 'TZ', 'CZ', 'AFS', 'SV', 'urethra'] as const;

/** Every sector that the extraction can name. */
const named = new Set(
  ZONES.flatMap((zone) =>
    SIDES.flatMap((side) =>
      LEVELS.flatMap((level) =>
        POSITIONS.flatMap((positions) => sectorsOf({ zone, side, levels: [level], positions })),
      ),
    ),
  ),
);

describe('prostateSector', () => {
  it('has a code of its own for each of the 41 sectors', () => {
    const codes = [...named].map((sector) => prostateSector(sector)?.region.value);
    expect(named.size).toBe(41);
    expect(codes).not.toContain(undefined);
    expect(new Set(codes).size).toBe(41);
  });

  it.each([
    ['R PZpl mid', '716921007', 'Right posterolateral middle peripheral zone of prostate', '24028007'],
    ['L PZpm base', '836427009', 'Left posteromedial basal peripheral zone of prostate', '7771000'],
    ['L TZa apex', '716931000', 'Left anterior apical transition zone of prostate', '7771000'],
    ['R CZ base', '716900007', 'Central zone of right half prostate', '24028007'],
    ['R AFS base', '716892006', 'Right basal anterior fibromuscular stroma of prostate', '24028007'],
    ['L SV', '42320003', 'Left seminal vesicle', '7771000'],
    ['US', '717027004', 'Male external urethral sphincter', undefined],
  ])('codes %s by CID 6304', (sector, value, meaning, side) => {
    expect(prostateSector(sector)).toMatchObject({ region: { value, scheme: 'SCT', meaning } });
    expect(prostateSector(sector)?.laterality?.value).toBe(side);
  });

  it.each(['', 'PZpl mid', 'L PZ mid', 'L CZ apex', 'X PZpl mid', 'L toString'])('knows no sector %p', (sector) => {
    expect(prostateSector(sector)).toBeUndefined();
  });

  it('has meanings that fit a LO', () => {
    for (const sector of named) expect(prostateSector(sector)!.region.meaning.length).toBeLessThanOrEqual(64);
  });
});

describe('prostateSites', () => {
  it('are the sectors, where the words determine them', () => {
    const sites = prostateSites({ ...NOWHERE, side: 'left', zone: 'PZ', sectors: ['L PZpl mid', 'L PZpl apex'] });
    expect(sites.map(({ region }) => region.value)).toEqual(['716922000', '716939003']);
  });

  it('are the zone and the side otherwise', () => {
    const sites = prostateSites({ ...NOWHERE, side: 'right', zone: 'TZ' });
    expect(sites).toMatchObject([{ region: { value: '399384005' }, laterality: { value: '24028007' } }]);
  });
});
