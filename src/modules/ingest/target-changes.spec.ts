import { describe, expect, it } from '@jest/globals';
import { type GivenTarget, type KnownTarget, targetChanges } from './target-changes.js';

/** `T1@10`: the label, and x in millimetres; both make its id, as they do in the database. */
function given(name: string, more: Partial<GivenTarget> = {}): GivenTarget {
  const [label = '', x = '0'] = name.split('@');
  return {
    id: name,
    label,
    xLps: Number(x),
    yLps: 0,
    zLps: 0,
    frameOfReferenceUid: null,
    referenceSeriesUid: null,
    sourceName: 'a.fcsv',
    ...more,
  };
}
const known = (name: string, more: Partial<KnownTarget> = {}): KnownTarget => ({
  ...given(name),
  withdrawnBecause: null,
  ...more,
});
const elsewhere = (name: string) => known(name, { sourceName: 'b.fcsv' });
const withdrawn = (name: string, withdrawnBecause: KnownTarget['withdrawnBecause']) =>
  known(name, { withdrawnBecause });

describe('targetChanges', () => {
  it.each<[string, KnownTarget[], GivenTarget[], string[], string[]]>([
    ['a first import', [], [given('T1@0'), given('T2@5')], ['imported', 'imported'], []],
    ['the same again', [known('T1@0'), known('T2@5')], [given('T2@5'), given('T1@0')], ['unchanged', 'unchanged'], []],
    ['another coordinate', [known('T1@0'), known('T2@5')], [given('T1@1')], ['corrected'], ['T1@0 by T1@1']],
    ['a further target', [known('T1@0')], [given('T1@0'), given('T2@5')], ['unchanged', 'imported'], []],
    ['two of one label in one file', [], [given('T@0'), given('T@9')], ['imported', 'imported'], []],
    [
      'one of two of one label',
      [known('T@0'), known('T@9')],
      [given('T@0'), given('T@8')],
      ['unchanged', 'corrected'],
      ['T@9 by T@8'],
    ],
    [
      'two of one label, both moved',
      [known('T@0'), known('T@9')],
      [given('T@8'), given('T@1')],
      ['corrected', 'corrected'],
      ['T@9 by T@8', 'T@0 by T@1'],
    ],
    ['a further one of the same label', [known('T@0')], [given('T@0'), given('T@9')], ['unchanged', 'imported'], []],
    ['one point twice in a file', [], [given('T@0'), given('T@0')], ['imported', 'unchanged'], []],
    ['points without label', [known('@0')], [given('@1')], ['imported'], []],
    ['the point of another file', [elsewhere('T1@0')], [given('T1@0')], ['unchanged'], []],
    ['another point than another file’s', [elsewhere('T1@0')], [given('T1@1')], ['imported'], []],
    [
      'back to what it was',
      [withdrawn('T1@0', 'replaced'), known('T1@1')],
      [given('T1@0')],
      ['corrected'],
      ['T1@1 by T1@0'],
    ],
    ['back after it was missing', [withdrawn('T1@0', 'missing')], [given('T1@0')], ['imported'], []],
    ['withdrawn by a person', [withdrawn('T1@0', 'by-hand')], [given('T1@0')], ['stays-withdrawn'], []],
    ['corrected after a person withdrew it', [withdrawn('T1@0', 'by-hand')], [given('T1@1')], ['imported'], []],
    ['another frame of reference', [known('T1@0')], [given('T1@0', { frameOfReferenceUid: '1.2' })], ['corrected'], []],
    [
      'another frame by another file',
      [elsewhere('T1@0')],
      [given('T1@0', { frameOfReferenceUid: '1.2' })],
      ['unchanged'],
      [],
    ],
  ])('%s', (_name, before, file, results, ended) => {
    const changes = targetChanges(before, file, false);
    expect(changes.results).toEqual(results);
    expect(changes.ended.map(({ id, by }) => `${id} by ${by}`)).toEqual(ended);
  });

  it('lets the source that named a point last correct it', () => {
    const first = [known('T1@0'), known('T2@5')];
    const again = [given('T1@0'), given('T2@5')].map((one) => ({ ...one, sourceName: 'b.mrk.json' }));
    const { adopted } = targetChanges(first, again, false);
    expect(adopted).toEqual(['T1@0', 'T2@5']);
    const now = first.map((one) => ({ ...one, sourceName: 'b.mrk.json' }));
    const corrected = [{ ...given('T1@1'), sourceName: 'b.mrk.json' }, again[1]!];
    expect(targetChanges(now, corrected, false)).toMatchObject({
      results: ['corrected', 'unchanged'],
      ended: [{ id: 'T1@0', by: 'T1@1' }],
      adopted: [],
    });
    const elsewhereInFrame = [{ ...again[0]!, frameOfReferenceUid: '1.2' }];
    expect(targetChanges(first, elsewhereInFrame, false).adopted).toEqual([]);
  });

  it('withdraws what the file names no more only where the file is complete, and nothing of other files', () => {
    const before = [known('T1@0'), known('T2@5'), known('@7'), elsewhere('T3@9'), withdrawn('T4@9', 'by-hand')];
    expect(targetChanges(before, [given('T1@1')], true).ended).toEqual([
      { id: 'T1@0', by: 'T1@1' },
      { id: 'T2@5', by: null },
      { id: '@7', by: null },
    ]);
  });
});
