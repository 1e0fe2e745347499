import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { extractJsonl, extractReport, RULES_ENGINE } from './extract-report.js';
import { extractionSchema, type Extraction } from './extraction.js';
import { toCanonicalText } from './text/canonical-text.js';

const REPORT = `HISTORY: PSA 6.8 ng/mL, biopsy naive.

FINDINGS:
Prostate volume: 45 mL. PSA density: 0.15.
Lesion 1: Left peripheral zone, posterolateral, mid gland, 14 x 9 mm (series 5, image 12), PI-RADS 4. No extraprostatic extension.
Lesion 2: Right transition zone, anterior, apex, 1.1 cm, PI-RADS 3.

IMPRESSION:
1. Lesion 1, PI-RADS 4.
2. Lesion 2, PI-RADS 3.`;

/** Pieces of reports in any order, which reach deeper into the rules than random letters do. */
const PIECES = [
  'PI-RADS ',
  '4',
  '-',
  '5',
  ' mm',
  ' x ',
  '1.2',
  ' cm',
  'Lesion ',
  '1',
  ': ',
  'left ',
  'PZ ',
  'apex',
  ', ',
  '. ',
  '\n',
  '\n\n',
  '(',
  ')',
  ' and ',
  'no ',
  'EPE',
  'seminal vesicle invasion',
  'IMPRESSION: ',
  'ADDENDUM: ',
  '|',
  '\t',
  '2021',
  'was ',
  'PSA ',
  'ng/ml',
  'volume ',
  '50 ml',
  'Herd ',
  'rechts ',
  'respectively',
  '[x] ',
  'T2/DWI/DCE ',
  '3/3/+',
  'é',
  '\u0301',
  '½',
  '𝟜',
  '\u0000',
];
const reportLike = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join(''));
const anyText = fc.oneof(reportLike, fc.string({ unit: 'binary', maxLength: 300 }));
const kinds = fc.constantFrom('radiology' as const, 'pathology' as const);

const valuesOf = ({ psaNgMl, psaDensity, prostateVolumeMl, priorBiopsy, overallPirads, lesions }: Extraction) => ({
  psaNgMl,
  psaDensity,
  prostateVolumeMl,
  priorBiopsy,
  overallPirads,
  lesions,
});

describe('any text', () => {
  it('gives a valid extraction whose quotes are exact, and never fails', () => {
    fc.assert(
      fc.property(kinds, anyText, (kind, raw) => {
        const extraction = extractReport(kind, raw);
        expect(extractionSchema.safeParse(extraction).error).toBeUndefined();
        const text = toCanonicalText(raw);
        for (const { start, end, quote } of extraction.evidence) expect(text.slice(start, end)).toBe(quote);
      }),
      { numRuns: 400 },
    );
  });

  it('gives the same values twice', () => {
    fc.assert(
      fc.property(
        reportLike,
        (raw) => JSON.stringify(extractReport('radiology', raw)) === JSON.stringify(extractReport('radiology', raw)),
      ),
    );
  });
});

describe('a report', () => {
  const values = valuesOf(extractReport('radiology', REPORT));

  it('is read', () => {
    expect(values).toMatchObject({
      psaNgMl: 6.8,
      psaDensity: 0.15,
      prostateVolumeMl: 45,
      priorBiopsy: 'none',
      overallPirads: null,
    });
    expect(values.lesions.map(({ label, pirads, dimsMm, epe }) => [label, pirads, dimsMm, epe])).toEqual([
      ['1', 4, [14, 9], 'absent'],
      ['2', 3, [11], null],
    ]);
  });

  it('keeps a quote for every value, which holds its number', () => {
    const { evidence } = extractReport('radiology', REPORT);
    const quotesOf = (path: string): string[] =>
      evidence.filter((entry) => entry.path === path).map((entry) => entry.quote);
    expect(quotesOf('/psaNgMl')).toEqual(['6.8 ng/mL']);
    expect(quotesOf('/lesions/0/sizeMm')).toEqual(['14 x 9 mm']);
    expect(quotesOf('/lesions/0/location/side')).toEqual(['Left']);
    expect(quotesOf('/lesions/1/pirads')).toEqual(['PI-RADS 3', 'PI-RADS 3']);
  });

  it.each<[string, (text: string) => string]>([
    ['in upper case', (text) => text.toUpperCase()],
    ['with other line ends', (text) => text.replaceAll('\n', '\r\n')],
    ['wrapped at 60 characters', (text) => text.replace(/(?![^\n]{1,60}$)([^\n]{1,60}) /gm, '$1\n')],
    ['with decomposed accents and hard spaces', (text) => text.normalize('NFD').replaceAll(' mm', '\u00A0mm')],
    [
      'with a printed scale behind it',
      (text) => `${text}\n\nPI-RADS 1: very low, 2: low, 3: intermediate, 4: high, 5: very high.`,
    ],
    [
      'with other things measured',
      (text) =>
        text.replace(
          'IMPRESSION',
          'Bladder: wall 6 mm. Lymph nodes: 8 mm left iliac node. Slice thickness 3 mm.\n\nIMPRESSION',
        ),
    ],
    ['with another spelling', (text) => text.replaceAll('PI-RADS', 'PIRADS').replaceAll(' x ', ' × ')],
  ])('has the same values %s', (_, change) => {
    expect(valuesOf(extractReport('radiology', change(REPORT)))).toEqual(values);
  });

  it('names the rules that read it', () => {
    expect(extractReport('radiology', REPORT).engine).toEqual(RULES_ENGINE);
    expect(RULES_ENGINE.rulesetHash).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('JSON lines', () => {
  it('are answered in order, a bad one with its error', async () => {
    async function* lines() {
      yield JSON.stringify({ id: 'a', kind: 'radiology', text: 'PSA 5.1 ng/ml' });
      yield 'not json';
      yield JSON.stringify({ id: 'c', kind: 'cardiology', text: '' });
      yield JSON.stringify({ id: 'd', kind: 'pathology', text: '' });
    }
    const answers: Record<string, unknown>[] = [];
    for await (const line of extractJsonl(lines())) answers.push(JSON.parse(line) as Record<string, unknown>);
    expect(answers.map(({ id, error }) => [id, typeof error])).toEqual([
      ['a', 'undefined'],
      [null, 'string'],
      ['c', 'string'],
      ['d', 'undefined'],
    ]);
    expect(answers[0]).toMatchObject({ extraction: { psaNgMl: 5.1 } });
    expect(answers[2]?.['error']).toContain('kind');
  });
});

const casesDir = process.env['REAL_DATA_DIR'] ? join(process.env['REAL_DATA_DIR'], '..', 'cases') : '';

(existsSync(casesDir) ? describe : describe.skip)('gold cases (skipped where REAL_DATA_DIR/../cases is absent)', () => {
  const cases = ['rad-en.jsonl', 'multi.jsonl']
    .map((name) => join(casesDir, name))
    .filter(existsSync)
    .flatMap((file) => readFileSync(file, 'utf8').split('\n').filter(Boolean))
    .map((line) => JSON.parse(line) as { id: string; kind: string; text: string; gold: Partial<Extraction> })
    .filter(({ kind }) => kind === 'radiology');

  it.each(cases.map((each) => [each.id, each] as const))('%s', (_, { text, gold }) => {
    const read = extractReport('radiology', text);
    const { lesions = [], psaNgMl, psaDensity, prostateVolumeMl, priorBiopsy } = gold;
    expect(read).toMatchObject({ psaNgMl, psaDensity, prostateVolumeMl, priorBiopsy });
    expect(read.lesions).toHaveLength(lesions.length);
    lesions.forEach(({ label, pirads, dimsMm, location }) => {
      const found = read.lesions.find((lesion) => lesion.label === label);
      expect(found).toMatchObject({ pirads, dimsMm });
      expect([found?.location.side, found?.location.zone, found?.location.levels]).toEqual([
        location.side,
        location.zone,
        location.levels,
      ]);
    });
  });
});
