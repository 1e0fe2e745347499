import { describe, expect, it } from '@jest/globals';
import type { ExtractionParts } from '../extraction-parts.js';
import { type Lesion, lesionSchema, NOWHERE, type Specimen } from '../extraction.js';
import { mergeReadings } from './hybrid.js';

const lesion = (given: Partial<Lesion> = {}): Lesion => ({
  label: '1',
  pirads: 4,
  piradsRange: null,
  likert: null,
  subscores: null,
  sizeMm: 12,
  dimsMm: [12],
  sizeComparator: null,
  location: { side: 'left', zone: 'PZ', levels: ['mid'], positions: [], sectors: [] },
  imageRefs: [],
  epe: null,
  svi: null,
  prior: null,
  ...given,
});

const specimen = (given: Partial<Specimen> = {}): Specimen => ({
  label: 'A',
  kind: 'target',
  targetLabel: null,
  location: NOWHERE,
  diagnosis: 'adenocarcinoma',
  gleason: { primary: 3, secondary: 4, tertiary: null, sum: 7 },
  isup: 2,
  gradable: null,
  coresPositive: 1,
  coresTotal: 3,
  percentInvolved: null,
  lengthMm: null,
  percentPattern4: null,
  perineuralInvasion: null,
  cribriform: null,
  intraductal: null,
  ...given,
});

const evidence = (source: 'rule' | 'llm', ...paths: string[]) =>
  paths.map((path, index) => ({
    path,
    start: index * 10 + (source === 'llm' ? 1000 : 0),
    end: index * 10 + 1003,
    quote: 'x',
    source,
  }));

const parts = (given: Partial<ExtractionParts>): ExtractionParts => ({
  psaNgMl: null,
  psaDensity: null,
  prostateVolumeMl: null,
  priorBiopsy: null,
  overallPirads: null,
  derived: {},
  lesions: [],
  specimens: [],
  evidence: [],
  flags: [],
  ...given,
});

const disagreements = ({ flags }: ExtractionParts) =>
  flags.filter(({ code }) => code === 'engine-disagreement').map(({ path }) => path);

describe('mergeReadings', () => {
  it('keeps the evidence of both where they agree', () => {
    const rules = parts({
      psaNgMl: 5,
      lesions: [lesion()],
      evidence: evidence('rule', '/psaNgMl', '/lesions/0/pirads'),
    });
    const model = parts({
      psaNgMl: 5,
      lesions: [lesion()],
      evidence: evidence('llm', '/psaNgMl', '/lesions/0/pirads'),
    });
    const merged = mergeReadings(rules, model);
    expect(merged).toMatchObject({ psaNgMl: 5, lesions: [lesion()], flags: [] });
    for (const path of ['/psaNgMl', '/lesions/0/pirads'])
      expect(merged.evidence.filter((entry) => entry.path === path).map(({ source }) => source)).toEqual([
        'rule',
        'llm',
      ]);
  });

  it('keeps what the rules read, and flags what differs', () => {
    const rules = parts({ psaNgMl: 5, lesions: [lesion()] });
    const model = parts({ psaNgMl: 6, lesions: [lesion({ sizeMm: 9, dimsMm: [9] })] });
    const merged = mergeReadings(rules, model);
    expect(merged).toMatchObject({ psaNgMl: 5, lesions: [lesion()] });
    expect(disagreements(merged)).toEqual(['/psaNgMl', '/lesions/0/sizeMm']);
  });

  it('fills in what the rules did not read, with the evidence and the sectors of it', () => {
    const bare = lesion({ sizeMm: null, dimsMm: [], location: { ...NOWHERE, side: 'left', zone: 'PZ' } });
    const fuller = lesion({
      location: { ...NOWHERE, side: 'left', zone: 'PZ', levels: ['mid'], positions: ['medial'] },
    });
    const merged = mergeReadings(
      parts({ lesions: [bare] }),
      parts({
        lesions: [fuller],
        evidence: evidence('llm', '/lesions/0/sizeMm', '/lesions/0/dimsMm', '/lesions/0/location/levels'),
      }),
    );
    expect(merged.lesions).toMatchObject([
      { sizeMm: 12, dimsMm: [12], location: { levels: ['mid'], sectors: ['L PZpm mid'] } },
    ]);
    expect(merged.evidence.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/lesions/0/sizeMm', '/lesions/0/location/levels', '/lesions/0/location/sectors']),
    );
    expect(disagreements(merged)).toEqual([
      '/lesions/0/location/levels',
      '/lesions/0/location/positions',
      '/lesions/0/sizeMm',
    ]);
  });

  it('leaves open what the rules left open for a reason', () => {
    const flags = [{ code: 'conflict' as const, path: '/specimens/0/isup', message: 'x' }];
    const merged = mergeReadings(
      parts({ specimens: [specimen({ isup: null })], flags }),
      parts({ specimens: [specimen()] }),
    );
    expect(merged.specimens[0]!.isup).toBeNull();
    expect(disagreements(merged)).toEqual(['/specimens/0/gleason']);
  });

  it('does not miss what the model did not read', () => {
    const empty = lesion({ sizeMm: null, dimsMm: [], location: NOWHERE });
    const merged = mergeReadings(parts({ lesions: [lesion()] }), parts({ lesions: [empty] }));
    expect(merged).toMatchObject({ lesions: [lesion()], flags: [] });
  });

  it('pairs lesions by what they are, whatever their order and names', () => {
    const right = lesion({ label: '2', sizeMm: 7, dimsMm: [7], pirads: 3, location: { ...NOWHERE, side: 'right' } });
    const merged = mergeReadings(
      parts({ lesions: [lesion(), right] }),
      parts({ lesions: [{ ...right, label: '1', epe: 'absent' }, lesion({ label: '2' })] }),
    );
    expect(merged.lesions.map(({ label, epe }) => [label, epe])).toEqual([
      ['1', null],
      ['2', 'absent'],
    ]);
  });

  it('adds a lesion of which the rules read no word, under a name that is free', () => {
    const other = lesion({ location: { ...NOWHERE, side: 'right' }, sizeMm: 5, dimsMm: [5], pirads: 3 });
    const model = parts({ lesions: [other], evidence: evidence('llm', '/lesions/0/pirads') });
    const none = mergeReadings(parts({}), model);
    expect(none.lesions).toEqual([other]);
    expect(disagreements(none)).toEqual(['/lesions/0']);
    const rules = parts({
      lesions: [lesion()],
      evidence: [{ ...evidence('rule', '/lesions/0/pirads')[0]!, start: 0, end: 3 }],
    });
    const merged = mergeReadings(rules, model);
    expect(merged.lesions.map(({ label }) => label)).toEqual(['1', '2']);
    expect(merged.evidence.map(({ path }) => path)).toContain('/lesions/1/pirads');
    expect(disagreements(merged)).toEqual(['/lesions/0', '/lesions/1']);
  });

  it('adds no lesion made of words that are those of another', () => {
    const other = lesion({ location: { ...NOWHERE, side: 'right' }, sizeMm: 5, dimsMm: [5], pirads: 3 });
    const words = { start: 0, end: 9, quote: 'x', path: '/lesions/0/pirads' };
    const merged = mergeReadings(
      parts({ lesions: [lesion()], evidence: [{ ...words, source: 'rule' }] }),
      parts({
        lesions: [other, lesion()],
        evidence: [
          { ...words, source: 'llm' },
          { ...words, path: '/lesions/1/pirads', source: 'llm' },
        ],
      }),
    );
    expect(merged.lesions).toHaveLength(1);
  });

  it('takes of another diagnosis nothing that depends on it', () => {
    const benign = specimen({ diagnosis: 'benign', gleason: null, isup: null, coresPositive: 0 });
    const merged = mergeReadings(
      parts({ specimens: [benign] }),
      parts({ specimens: [specimen({ percentInvolved: 40 })] }),
    );
    expect(merged.specimens).toEqual([benign]);
    expect(disagreements(merged)).toEqual(['/specimens/0/diagnosis']);
  });

  it('computes anew what follows from the values', () => {
    const merged = mergeReadings(
      parts({ psaNgMl: 5, specimens: [specimen({ gleason: null, isup: null })] }),
      parts({ prostateVolumeMl: 50, specimens: [specimen()] }),
    );
    expect(merged.derived).toEqual({ psaDensity: 0.1, highestIsup: 2 });
  });

  it('gives what the contract allows', () => {
    const merged = mergeReadings(parts({ lesions: [lesion()] }), parts({ lesions: [lesion({ epe: 'present' })] }));
    expect(() => lesionSchema.parse(merged.lesions[0])).not.toThrow();
  });
});
