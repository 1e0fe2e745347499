import { describe, expect, it } from '@jest/globals';
import { type Lesion, type Location, NOWHERE } from '../extraction/extraction.js';
import { parseTargetLabel } from '../extraction/location/target-label.js';
import { matchTargets, type TargetDescription } from './match-targets.js';

const place = (given: Partial<Location>): Location => ({ ...NOWHERE, ...given });
const lesion = (label: string, location: Partial<Location>): Lesion => ({
  label,
  pirads: 4,
  piradsRange: null,
  likert: null,
  subscores: null,
  sizeMm: 10,
  dimsMm: [10],
  sizeComparator: null,
  location: place(location),
  imageRefs: [],
  epe: null,
  svi: null,
  prior: null,
});
const target = (label: string, leftOfMiddleMm: number | null = null, z = 0): TargetDescription => {
  const { location, targetNumber } = parseTargetLabel(label);
  const pointLps = [leftOfMiddleMm ?? 0, 0, z] as const;
  return { id: `${label} ${z}`, label, location, number: targetNumber, leftOfMiddleMm, pointLps };
};

const L_MID = lesion('1', { side: 'left', zone: 'PZ', levels: ['mid'], positions: ['posterior', 'lateral'] });
const R_MID = lesion('2', { side: 'right', zone: 'PZ', levels: ['mid'], positions: ['posterior', 'lateral'] });
const L_APEX = lesion('3', { side: 'left', zone: 'TZ', levels: ['apex'], positions: ['anterior'] });
const L_PM = lesion('5', { side: 'left', zone: 'PZ', levels: ['mid'], positions: ['posterior', 'medial'] });
const L_BASE = lesion('4', { side: 'left', zone: 'PZ', levels: ['base'], positions: ['posterior', 'lateral'] });

const decide = (targets: TargetDescription[], lesions: Lesion[]) =>
  matchTargets(targets, lesions).map(({ lesion: index, reason }) => (index === null ? reason : lesions[index]!.label));

describe('matchTargets', () => {
  it.each<[string, TargetDescription[], Lesion[], (string | null)[]]>([
    ['words that agree', [target('LPZplMid')], [R_MID, L_MID, L_APEX], ['1']],
    ['no lesion at all', [target('LPZplMid')], [], ['no-lesion-described']],
    ['the other side only', [target('RPZplMid')], [L_MID, L_APEX], ['side-contradiction']],
    ['a number goes before nothing', [target('Target 3')], [L_MID, R_MID, L_APEX], ['3']],
    ['a number does not go before the side', [target('Target 1 right')], [L_MID], ['side-contradiction']],
    ['junk, but nothing else to choose', [target('MarkupsFiducial_1-1')], [L_MID], ['1']],
    ['junk, and two to choose from', [target('F-1')], [L_MID, R_MID], ['ambiguous']],
    ['junk, but the point is clearly on the left', [target('F-1', 18)], [L_MID, R_MID], ['1']],
    ['junk near the middle says nothing', [target('F-1', 3)], [L_MID, R_MID], ['ambiguous']],
    ['sides alone, one each', [target('Right'), target('Left')], [L_MID, R_MID], ['2', '1']],
    [
      'all at once',
      [target('LTZaApex'), target('RPZplMid'), target('LPZplMid')],
      [L_MID, R_MID, L_APEX],
      ['3', '2', '1'],
    ],
    [
      'the same words twice',
      [target('LPZplMid'), target('LPZplMid')],
      [L_MID, { ...L_MID, label: '9' }],
      ['ambiguous', 'ambiguous'],
    ],
    ['more targets than lesions', [target('LPZplMid'), target('LTZaApex')], [L_MID], ['1', 'no-matching-lesion']],
    [
      'midline goes with either side',
      [target('LPZplMid')],
      [lesion('M', { side: 'midline', zone: 'PZ', levels: ['mid'] })],
      ['M'],
    ],
    [
      'a number that only one of two twins has',
      [target('Target 9 LPZplMid')],
      [L_MID, { ...L_MID, label: '9' }],
      ['9'],
    ],
    ['a number against the sector', [target('ROI 1 LPZpmMid')], [L_MID, L_PM], ['ambiguous']],
    ['a sector that touches, and nothing else to choose', [target('LPZpmMid')], [L_MID], ['1']],
    [
      'a level that touches and another number, and nothing else to choose',
      [target('Target 1 LPZplApex')],
      [
        { ...L_MID, label: '2' },
        { ...R_MID, label: '1' },
      ],
      ['ambiguous'],
    ],
    ['a sector that touches, between two lesions', [target('LTZpMid')], [L_MID, L_PM], ['ambiguous']],
    [
      'all fits one lesion, but a slip of the level may come from the next',
      [target('LPZplBase')],
      [L_MID, L_BASE],
      ['ambiguous'],
    ],
    ['all fits one lesion, and no single slip comes from the next', [target('LPZplBase')], [L_BASE, L_PM], ['4']],
    [
      'a number of a lesion on the other side of the point: no number follows the report',
      [target('ROI 1', 18), target('ROI 2', 20)],
      [L_MID, { ...R_MID, label: '2' }, { ...L_PM, label: '3' }],
      ['ambiguous', 'ambiguous'],
    ],
    ['the level is left out between neighbours', [target('LPZpl')], [L_MID, L_BASE], ['ambiguous']],
    [
      'more numbers than lesions: they may be counted on their own',
      [target('Target 1'), target('Target 2'), target('Target 3')],
      [L_MID, L_PM],
      ['ambiguous', 'ambiguous', 'ambiguous'],
    ],
    ['a number that no lesion bears', [target('Target 1', 20), target('Target 2', -2)], [L_MID], ['1', 'ambiguous']],
    [
      'letters as numbers',
      [target('ROI B')],
      [
        { ...L_MID, label: 'A' },
        { ...R_MID, label: 'B' },
      ],
      ['B'],
    ],
    ['nothing agrees', [target('LTZaBase')], [L_MID, L_APEX, R_MID], ['no-matching-lesion']],
  ])('%s', (_name, targets, lesions, expected) => {
    expect(decide(targets, lesions)).toEqual(expected);
  });

  it('says in one sentence what a link rests on, and what came next', () => {
    const [match] = matchTargets([target('LPZplMid')], [L_MID, L_APEX, R_MID]);
    expect(match!.sentence).toMatch(
      /^target LPZplMid ↔ lesion 1: same side, zone, level, position; next best 0\.\d\d$/,
    );
    expect(match!.confidence).toBeGreaterThan(0.9);
  });

  it('names every lesion that is not ruled out as a candidate, the likeliest first', () => {
    const twin = { ...L_MID, label: '9' };
    const [match] = matchTargets([target('LPZplMid')], [R_MID, L_APEX, L_MID, twin]);
    expect(match!.reason).toBe('ambiguous');
    expect(match!.candidates.map(({ lesion: index }) => index)).toEqual([2, 3, 1]);
    expect(match!.candidates[0]!.probability).toBeGreaterThan(match!.candidates[2]!.probability);
    expect(match!.candidates[2]!.sentence).toMatch(
      /^target LPZplMid ↔ lesion 3: same side; other sector; neighbouring level$/,
    );
    expect(matchTargets([target('RPZplMid')], [L_MID])[0]!.candidates).toEqual([]);
  });

  it('gives the candidates of a target probabilities that leave room for none of them', () => {
    const [match] = matchTargets([target('LPZ')], [L_MID, L_BASE, L_PM]);
    const sum = match!.candidates.reduce((total, { probability }) => total + probability, 0);
    expect(match!.candidates).toHaveLength(3);
    expect(sum).toBeGreaterThan(0.97);
    expect(sum).toBeLessThan(1);
    expect(match!.sentence).toMatch(/^target LPZ ↔ lesion \d: same side, zone: only 0\.\d\d; next best 0\.\d\d$/);
  });

  it('ties several targets to a lesion as far as it and the error of points reach', () => {
    const at = (...z: number[]) => z.map((one) => target('LPZplMid', 20, one));
    expect(decide(at(0, 15), [L_MID])).toEqual(['1', '1']);
    const [first, second] = matchTargets(at(0, 30), [L_MID]);
    expect([first!.reason, second!.reason]).toEqual(['ambiguous', 'ambiguous']);
    expect(second!.sentence).toBe('target LPZplMid: 30 mm from target LPZplMid of lesion 1, which reaches 16 mm');
    const [barely] = matchTargets(at(0, 16.3), [L_MID]);
    expect(barely!.sentence).toMatch(/17 mm from .* reaches 16 mm$/);
  });

  it('leaves what a reviewer decided, and asks about the others', () => {
    const near = target('LPZplMid');
    const far = target('LPZplMid', null, 30);
    expect(decide([{ ...far, decided: 0 }, near], [L_MID, R_MID])).toEqual(['1', 'ambiguous']);
    const both = [near, far].map((one) => ({ ...one, decided: 0 }));
    expect(decide(both, [L_MID, R_MID])).toEqual(['1', '1']);
  });

  it('asks for half of that where a name does not say where in the gland, or says something else', () => {
    const beside = (label: string, z: number) => decide([target('LPZplMid', 20, 0), target(label, 20, z)], [L_MID]);
    expect(beside('F-2', 10)).toEqual(['1', '1']);
    expect(beside('F-2', 12)).toEqual(['1', 'no-matching-lesion']);
    expect(beside('LPZpmMid', 10)).toEqual(['1', '1']);
    expect(beside('LPZpmMid', 12)).toEqual(['1', 'no-matching-lesion']);
    expect(decide([target('F-1', 20, 0), target('F-2', 20, 12)], [L_MID])).toEqual(['ambiguous', 'ambiguous']);
  });

  it('asks a person about a lesion that pathology has no targeted cores of, though it has those of another', () => {
    const lesions = [L_MID, R_MID];
    const withCores = (cores: (boolean | null)[]) => matchTargets([target('Target 1', 18)], lesions, cores)[0]!;
    expect(withCores([true, false])).toMatchObject({ lesion: 0, reason: null });
    expect(withCores([null, true])).toMatchObject({ lesion: 0, reason: null });
    expect(withCores([false, true])).toMatchObject({ lesion: null, reason: 'ambiguous' });
    expect(withCores([false, true]).sentence).toMatch(/; but pathology has targeted cores of other lesions alone$/);
  });

  it('asks a person where targets share a lesion and cores are of one on the side of no target', () => {
    const shared = [target('LPZplMid', 5, 0), target('LPZplMid', -5, 8)];
    const reasons = (targets: TargetDescription[], cores: (boolean | null)[]) =>
      matchTargets(targets, [L_MID, R_MID], cores).map(({ reason }) => reason);
    expect(reasons(shared, [true, true])).toEqual(['ambiguous', 'ambiguous']);
    expect(reasons(shared, [true, null])).toEqual([null, null]);
    expect(reasons([...shared, target('RPZplMid', -20)], [true, true])).toEqual([null, null, null]);
    expect(reasons(shared.slice(0, 1), [true, true])).toEqual([null]);
  });

  it('does not depend on the order of targets or lesions', () => {
    const targets = [target('LTZaApex'), target('RPZplMid'), target('F-1', 20)];
    const lesions = [L_MID, R_MID, L_APEX];
    const pairs = (ts: TargetDescription[], ls: Lesion[]) =>
      matchTargets(ts, ls)
        .map(({ target: one, lesion: index, reason }) => `${one.id} ${index === null ? reason : ls[index]!.label}`)
        .sort();
    expect(pairs(targets.toReversed(), lesions.toReversed())).toEqual(pairs(targets, lesions));
  });
});
