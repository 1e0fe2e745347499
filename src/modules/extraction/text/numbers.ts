import type { Language } from './language.js';

const WORDS: Readonly<Record<Language, readonly string[]>> = {
  en: ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'],
  de: ['null', 'eins', 'zwei', 'drei', 'vier', 'funf', 'sechs', 'sieben', 'acht', 'neun', 'zehn', 'elf', 'zwolf'],
  nl: ['nul', 'een', 'twee', 'drie', 'vier', 'vijf', 'zes', 'zeven', 'acht', 'negen', 'tien', 'elf', 'twaalf'],
  fr: ['zero', 'un', 'deux', 'trois', 'quatre', 'cinq', 'six', 'sept', 'huit', 'neuf', 'dix', 'onze', 'douze'],
  es: ['cero', 'uno', 'dos', 'tres', 'cuatro', 'cinco', 'seis', 'siete', 'ocho', 'nueve', 'diez', 'once', 'doce'],
};
const OTHER_WORDS: Readonly<Record<string, number>> = {
  ein: 1,
  eine: 1,
  einem: 1,
  einen: 1,
  einer: 1,
  eines: 1,
  une: 1,
  una: 1,
  un: 1,
  single: 1,
  fuenf: 5,
  zwoelf: 12,
  zwo: 2,
};
const byWord = new Map<string, number>(Object.entries(OTHER_WORDS));
for (const words of Object.values(WORDS)) words.forEach((word, value) => byWord.set(word, value));

/** The value of a number word (nought to twelve, folded) in any of the five languages; null for another word. */
export const numberFromWord = (word: string): number | null => byWord.get(word) ?? null;

const ROMAN: readonly [string, number][] = [
  ['x', 10],
  ['ix', 9],
  ['v', 5],
  ['iv', 4],
  ['i', 1],
];

/** The value of a roman numeral up to 39 (folded or not); null where it is none. `iiii` is none. */
export function numberFromRoman(numeral: string): number | null {
  const lower = numeral.toLowerCase();
  if (!/^(?=.)x{0,3}(?:ix|iv|v?i{0,3})$/.test(lower)) return null;
  let rest = lower;
  let value = 0;
  for (const [letters, worth] of ROMAN)
    while (rest.startsWith(letters)) {
      value += worth;
      rest = rest.slice(letters.length);
    }
  return value;
}

/**
 * Reads a plain numeral. A comma or point with three digits after it groups thousands where the language writes its
 * decimals with the other mark (`1,200` in English, `1.200` in the others); else it is the decimal mark, since reports
 * mix both. Null where the token is no single number (a date, `1.2.3`).
 */
export function parseDecimal(numeral: string, language: Language): number | null {
  const grouped = language === 'en' ? /^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/ : /^[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$/;
  if (grouped.test(numeral))
    return Number(language === 'en' ? numeral.replaceAll(',', '') : numeral.replaceAll('.', '').replace(',', '.'));
  return /^(?:\d+(?:[.,]\d+)?|\.\d+)$/.test(numeral) ? Number(numeral.replace(',', '.')) : null;
}
