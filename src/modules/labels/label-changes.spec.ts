import { describe, expect, it } from '@jest/globals';
import { NOWHERE } from '../extraction/extraction.js';
import { changesBetween } from './label-changes.js';
import type { LabelSegment } from './label-segment.js';

const target = { id: 't1', label: 'LPZ', procedureDate: '2024-04-10', pointLps: [1, 2, 3] as const };
const segment = (given: Partial<LabelSegment> = {}): LabelSegment => ({
  segmentNumber: 1,
  segmentLabel: 'L1 L PZ mid · PI-RADS 3 · 10 mm',
  trackingId: 'LPZ · 2024-04-10',
  trackingUid: '2.25.1',
  lesion: {
    key: 'r1/lesions/0',
    reportId: 'r1',
    report: 'DiagnosticReport/a',
    label: '1',
    pirads: 3,
    sizeMm: 10,
    dimsMm: [10],
    location: { ...NOWHERE, side: 'left', zone: 'PZ', levels: ['mid'] },
    quotes: [],
  },
  target,
  furtherTargets: [],
  specimens: [],
  gradeGroup: null,
  box: {
    centerLps: [1, 2, 3],
    extentsMm: [10, 10, 10],
    cornersLps: [],
    columns: { first: 1, last: 9 },
    rows: { first: 1, last: 9 },
    slices: { first: 3, last: 5 },
    sourceInstanceUids: [],
    clipped: false,
  },
  isReviewed: false,
  confidence: 1,
  sentences: [],
  ...given,
});
const lesion = (given: Partial<LabelSegment['lesion']>) => ({ lesion: { ...segment().lesion, ...given } });
const specimen = {
  key: 'p1/specimens/0',
  reportId: 'p1',
  report: 'DiagnosticReport/p',
  label: 'A',
  diagnosis: 'adenocarcinoma' as const,
  isup: 3,
  gleason: null,
  quotes: [],
};

const lines = (before: LabelSegment[], after: LabelSegment[]) =>
  changesBetween(before, after).map(({ lesion, what, from, to }) => `${lesion} ${what}: ${from} -> ${to}`);

describe('changesBetween', () => {
  it.each<[string, Partial<LabelSegment>, string[]]>([
    ['PI-RADS', lesion({ pirads: 4 }), ['1 pirads: 3 -> 4']],
    ['PI-RADS that is no longer stated', lesion({ pirads: null }), ['1 pirads: 3 -> null']],
    ['size', lesion({ dimsMm: [16, 9] }), ['1 size: 10 mm -> 16 x 9 mm']],
    [
      'place',
      lesion({ location: { ...NOWHERE, side: 'left', zone: 'TZ', positions: ['anterior'] } }),
      ['1 location: left PZ mid -> left TZ anterior'],
    ],
    [
      'pathology that came',
      { gradeGroup: 3, specimens: [specimen] },
      ['1 grade group: null -> 3', '1 specimens: null -> A of DiagnosticReport/p: adenocarcinoma, GG 3'],
    ],
    ['name', lesion({ label: 'A' }), ['A name: 1 -> A']],
    [
      'sectors',
      lesion({ location: { ...segment().lesion.location, sectors: ['L PZpl mid'] } }),
      ['1 location: left PZ mid -> left PZ mid (L PZpl mid)'],
    ],
    [
      'a target that moved',
      { target: { ...target, id: 't2', pointLps: [4, 2, 3] } },
      ['1 targets: LPZ of 2024-04-10 at 1.0, 2.0, 3.0 -> LPZ of 2024-04-10 at 4.0, 2.0, 3.0'],
    ],
    [
      'a further target',
      { furtherTargets: [{ ...target, id: 't2', procedureDate: '2025-01-01' }] },
      [
        '1 targets: LPZ of 2024-04-10 at 1.0, 2.0, 3.0 -> LPZ of 2024-04-10 at 1.0, 2.0, 3.0; LPZ of 2025-01-01 at 1.0, 2.0, 3.0',
      ],
    ],
    [
      'an amended report',
      lesion({ reportId: 'r2' }),
      ['1 report: DiagnosticReport/a, stored as r1 -> DiagnosticReport/a, stored as r2'],
    ],
    [
      'the box alone',
      { box: { ...segment().box, slices: { first: 3, last: 6 } } },
      ['1 box: 1-9 x 1-9 x 3-5 -> 1-9 x 1-9 x 3-6'],
    ],
    ['the tracking UID alone', { trackingUid: '2.25.2' }, ['1 tracking: 2.25.1 -> 2.25.2']],
    ['nothing that the evidence says', { confidence: 0.9 }, ['null encoding: null -> null']],
  ])('%s', (_, after, expected) => {
    expect(lines([segment()], [segment(after)])).toEqual(expected);
  });

  it('a lesion that is new, and one that is gone', () => {
    const second = segment({ trackingUid: '2.25.2', segmentLabel: 'L2 R TZ', ...lesion({ label: '2' }) });
    expect(lines([segment()], [segment(), second])).toEqual(['2 lesion: null -> L2 R TZ']);
    expect(lines([segment(), second], [segment()])).toEqual(['2 lesion: L2 R TZ -> null']);
  });

  it('goes by tracking UIDs where lesions are numbered anew', () => {
    const other = segment({ trackingUid: '2.25.2', ...lesion({ label: '2', pirads: 5 }) });
    const renumbered = [{ ...other, ...lesion({ label: '1', pirads: 5 }) }, segment(lesion({ label: '2' }))];
    expect(lines([segment(), other], renumbered)).toEqual(['1 name: 2 -> 1', '2 name: 1 -> 2']);
  });

  it('tells a Gleason score that changed under the same grade group', () => {
    const of = (primary: number, secondary: number) => {
      const gleason = { primary, secondary, tertiary: null, sum: primary + secondary };
      return segment({ specimens: [{ ...specimen, isup: 5, gleason }] });
    };
    expect(lines([of(4, 5)], [of(5, 4)])).toEqual([
      '1 specimens: A of DiagnosticReport/p: adenocarcinoma, Gleason 4+5, GG 5 -> A of DiagnosticReport/p: adenocarcinoma, Gleason 5+4, GG 5',
    ]);
  });
});
