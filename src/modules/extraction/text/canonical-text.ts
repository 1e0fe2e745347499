/**
 * The one text that offsets point into: no byte order mark, accents composed (NFC), every kind of line end is one line
 * feed, and other control characters are spaces. Nothing else changes, so that a quote reads as it was written.
 */
export function toCanonicalText(raw: string): string {
  return raw
    .replace(/^\uFEFF/, '')
    .normalize('NFC')
    .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
    .replace(/\p{Cc}/gu, (control) => (control === '\n' || control === '\t' ? control : ' '));
}

/** Stands in the shadow for what is not seen (combining accents, soft hyphens, zero-width marks); tokens drop it. */
export const UNSEEN = '\u0300';

const PLAIN: Readonly<Record<string, string>> = {
  ß: 's',
  æ: 'a',
  œ: 'o',
  ø: 'o',
  ı: 'i',
  ł: 'l',
  '×': 'x',
  '✕': 'x',
  '✗': 'x',
  '☒': '☒',
  '‹': '<',
  '›': '>',
  '¹': '1',
  '²': '2',
  '³': '3',
  '⁻': '-',
  '−': '-',
  µ: 'u',
  μ: 'u',
  '：': ':',
  '，': ',',
  '（': '(',
  '）': ')',
};

function fold(character: string): string {
  const lower = character.toLowerCase();
  const known = PLAIN[lower];
  if (known) return known;
  if (/[\p{Zs}]/u.test(character)) return ' ';
  if (/[\p{Mn}\u00AD\u200B-\u200F\u2060\uFEFF]/u.test(character)) return UNSEEN;
  if (/\p{Pd}/u.test(character)) return '-';
  if (/[\u2018-\u201B\u00B4\u02BC\u2032`]/.test(character)) return "'";
  if (/[\u201C-\u201F\u00AB\u00BB\u2033]/.test(character)) return '"';
  const base = lower.normalize('NFD').charAt(0);
  return /[a-z]/.test(base) ? base : lower.length === character.length ? lower : character;
}

const folded = new Map<string, string>();

/**
 * The shadow of a text for matching: lower case, accents off, odd spaces, dashes and quotes plain. It has the same
 * length as the text, so an offset in one is the same offset in the other.
 */
export function foldForMatching(text: string): string {
  return text.replace(/[A-Z]+|[^\x00-\x7F]|`/g, (part) => {
    if (part.charCodeAt(0) < 128 && part !== '`') return part.toLowerCase();
    let plain = folded.get(part);
    if (plain === undefined) folded.set(part, (plain = fold(part)));
    return plain;
  });
}
