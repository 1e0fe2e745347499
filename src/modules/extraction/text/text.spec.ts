import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldForMatching, toCanonicalText } from './canonical-text.js';
import { EvidenceBook } from './evidence.js';
import { detectLanguage } from './language.js';
import { findLegends } from './legend.js';
import { numberFromRoman, numberFromWord, parseDecimal } from './numbers.js';
import { splitSections } from './sections.js';
import { tokenize } from './tokens.js';
import { joinWrappedLines } from './unwrap.js';

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));

describe('canonical text', () => {
  it('has one kind of line end, no byte order mark and no control characters', () => {
    expect(toCanonicalText('\uFEFFa\r\nb\rc\fd\u2028e\u0000f\tg')).toBe('a\nb\nc\nd\ne f\tg');
  });

  it('composes accents, so that a word is one word however it was typed', () => {
    expect(toCanonicalText('pe\u0301riphe\u0301rique')).toBe('périphérique');
  });

  it('is its own canonical form', () => {
    fc.assert(fc.property(anyText, (raw) => toCanonicalText(toCanonicalText(raw)) === toCanonicalText(raw)));
  });
});

describe('the shadow for matching', () => {
  it('is plain', () => {
    expect(foldForMatching('PÉRIPHÉRIQUE – „Größe“ 12 × 8\u00A0mm ’s cm³ µg')).toBe(
      'peripherique - "grose" 12 x 8 mm \'s cm3 ug',
    );
  });

  it('has the length of the text, whatever the text', () => {
    fc.assert(fc.property(anyText, (text) => foldForMatching(text).length === text.length));
  });

  it('cuts into tokens that are its exact slices', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) =>
        tokenize(text).every((token) => text.slice(token.start, token.end) === token.text || /[A-Z]/.test(text)),
      ),
    );
  });

  it.each([
    ["zone de l'apex", ['zone', 'de', "l'", 'apex']],
    ["5 o'clock, 1,2 cm on 12.03.2024", ['5', "o'clock", ',', '1,2', 'cm', 'on', '12.03.2024']],
    ['RPZplMid'.toLowerCase(), ['rpzplmid']],
  ])('tokens of %j', (text, words) => {
    expect(tokenize(text).map((token) => token.text)).toEqual(words);
  });
});

describe('numbers', () => {
  it.each([
    ['1.2', 'en', 1.2],
    ['1,2', 'de', 1.2],
    ['0,13', 'en', 0.13],
    ['1,200', 'en', 1200],
    ['1.200', 'de', 1200],
    ['12.03.2024', 'de', null],
    ['x', 'en', null],
  ] as const)('%s in %s is %s', (numeral, language, value) => {
    expect(parseDecimal(numeral, language)).toBe(value);
  });

  it('reads words and roman numerals', () => {
    expect(['vier', 'twee', 'cinq', 'dos', 'left'].map(numberFromWord)).toEqual([4, 2, 5, 2, null]);
    expect(['IV', 'ix', 'XII', 'iiii', ''].map(numberFromRoman)).toEqual([4, 9, 12, null, null]);
  });
});

describe('language', () => {
  it.each([
    ['en', 'There is a lesion in the left peripheral zone.'],
    ['de', 'Herd der peripheren Zone links, keine Infiltration der Samenblasen.'],
    ['nl', 'Afwijking in de perifere zone links, geen ingroei in de vesiculae seminales.'],
    ['fr', 'Lésion de la zone périphérique gauche, pas d’envahissement des vésicules séminales.'],
    ['es', 'Lesión en la zona periférica izquierda, sin infiltración de las vesículas seminales.'],
    ['en', ''],
  ])('%s', (language, text) => {
    expect(detectLanguage(text)).toBe(language);
  });
});

describe('sections', () => {
  const kinds = (text: string): string[] => splitSections(foldForMatching(text)).map((section) => section.kind);

  it.each([
    ['HISTORY: PSA 5.\nFINDINGS:\nA lesion.\nIMPRESSION: One lesion.', ['clinical', 'findings', 'impression']],
    [
      'Klinische Angaben: PSA 5.\n\nBefund:\nEin Herd.\n\nBeurteilung:\nEin Herd.',
      ['clinical', 'findings', 'impression'],
    ],
    ['Verslag:\nx\nConclusie:\ny\nAddendum 03-09-2024:\nz', ['findings', 'impression', 'addendum']],
    ['RÉSULTATS :\nx\nCONCLUSION :\ny', ['findings', 'impression']],
    ['HALLAZGOS\nx\nCONCLUSIÓN\ny', ['findings', 'impression']],
    ['Exam. FINDINGS: one focus. IMPRESSION: one lesion.', ['header', 'findings', 'impression']],
  ])('%j', (text, expected) => {
    expect(kinds(text)).toEqual(expected);
  });

  it('cover the text without overlap, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        let end = 0;
        for (const { body } of splitSections(text)) {
          expect(body.start).toBeGreaterThanOrEqual(end);
          end = body.end;
        }
        return end <= text.length;
      }),
    );
  });

  it.each([
    'PI-RADS 1 - Very low\nPI-RADS 2 - Low\nPI-RADS 3 - Intermediate\nPI-RADS 4 - High\nPI-RADS 5 - Very high',
    'PI-RADS v2.1: 1 = sehr unwahrscheinlich, 2 = unwahrscheinlich, 3 = unklar, 4 = wahrscheinlich.',
    'Echelle de Likert : 1 = tres probablement benin ; 5 = tres probablement malin.',
  ])('a printed scale is a legend: %j', (scale) => {
    expect(findLegends(foldForMatching(scale))).toEqual([{ start: 0, end: scale.length }]);
  });

  it('a category with its meaning is none', () => {
    expect(findLegends('lesion 1: pi-rads 4 - high. lesion 2: pi-rads 3 - intermediate.')).toEqual([]);
  });
});

describe('wrapped lines', () => {
  it.each([
    [
      'A 12 mm focus in the left\nperipheral zone of the mid gland.',
      'A 12 mm focus in the left peripheral zone of the mid gland.',
    ],
    ['PI-RADS\n4', 'PI-RADS 4'],
    ['Size: 12 mm\nPI-RADS: 4', 'Size: 12 mm\nPI-RADS: 4'],
    ['EPE: No\nSVI: No', 'EPE: No\nSVI: No'],
    ['FINDINGS:\nnormal gland', 'FINDINGS:\nnormal gland'],
  ])('%j', (text, joined) => {
    expect(joinWrappedLines(foldForMatching(text), text)).toBe(foldForMatching(joined));
  });

  it('keep the length of the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => joinWrappedLines(text, text).length === text.length),
    );
  });
});

describe('evidence', () => {
  it('quotes the exact slice, once, and takes no empty span', () => {
    const book = new EvidenceBook();
    book.add('/psaNgMl', { start: 4, end: 7 });
    book.add('/psaNgMl', { start: 4, end: 7 });
    book.add('/psaDensity', { start: 4, end: 4 });
    expect(book.toList('PSA 6.8 ng/ml')).toEqual([
      { path: '/psaNgMl', start: 4, end: 7, quote: '6.8', source: 'rule' },
    ]);
    expect(book.has('/psaDensity')).toBe(false);
  });
});
