import { AFS, APEX, BASE, CZ, LEFT, MID, MIDLINE, PZ, RIGHT, TZ, type PlaceMeaning } from './place-lexicon.js';

const CODE_PARTS: readonly [RegExp, PlaceMeaning][] = [
  [/^(?:left|l)/, LEFT],
  [/^(?:right|r)/, RIGHT],
  [/^(?:midline|ml)/, MIDLINE],
  [/^(?:pz|zp|peripheral)/, PZ],
  [/^(?:tz|zt|transition|cg)/, TZ],
  [/^(?:cz|zc)/, CZ],
  [/^(?:afs|afms|as)/, AFS],
  [/^(?:base|bas)/, BASE],
  [/^(?:mid|m)/, MID],
  [/^(?:apex|apx|ap)/, APEX],
  [/^(?:pl)/, { positions: ['posterior', 'lateral'] }],
  [/^(?:pm)/, { positions: ['posterior', 'medial'] }],
  [/^(?:anterior|ant|a)/, { positions: ['anterior'] }],
  [/^(?:posterior|post|p)/, { positions: ['posterior'] }],
  [/^(?:lateral|lat)/, { positions: ['lateral'] }],
  [/^(?:medial|med)/, { positions: ['medial'] }],
  [/^b/, BASE],
];

interface CodePart {
  readonly meaning: PlaceMeaning;
  readonly letters: number;
}

/** `rpzplmid`, `rantbase`, `midlineantmid`: all parts of a code in any order, the whole word used up; null otherwise. */
export function readLocationCode(word: string): PlaceMeaning | null {
  const known = codes.get(word);
  if (known !== undefined) return known;
  const code = decode(word);
  if (codes.size < 20_000) codes.set(word, code);
  return code;
}

/** Words decoded before; most words of a report are words of every report. */
const codes = new Map<string, PlaceMeaning | null>();

function decode(word: string): PlaceMeaning | null {
  if (word.length > 24) return null;
  const walk = (rest: string, seen: readonly CodePart[]): readonly CodePart[] | null => {
    if (rest === '') return seen;
    if (seen.length >= 7) return null;
    for (const [part, meaning] of CODE_PARTS) {
      const match = part.exec(rest);
      if (
        !match ||
        (meaning.sides && seen.some((other) => other.meaning.sides)) ||
        (meaning.zone && seen.some((other) => other.meaning.zone))
      )
        continue;
      const whole = walk(rest.slice(match[0].length), [...seen, { meaning, letters: match[0].length }]);
      if (whole) return whole;
    }
    return null;
  };
  const parts = walk(word, []);
  if (!parts) return null;
  const merged = mergeMeanings(parts.map((part) => part.meaning));
  const fields = Object.keys(merged).length;
  // Single letters mean a level or a position only in a code that names its zone; "as" is a zone only with a side.
  const spelt = parts.every(({ meaning, letters }) => meaning.sides !== undefined || letters >= 3);
  const known =
    merged.zone === 'AFS' ? merged.sides !== undefined || /^afm?s/.test(word) : merged.zone !== undefined || spelt;
  return fields >= 2 && known ? merged : null;
}

function mergeMeanings(parts: readonly PlaceMeaning[]): PlaceMeaning {
  const sides = [...new Set(parts.flatMap((part) => part.sides ?? []))];
  const levels = [...new Set(parts.flatMap((part) => part.levels ?? []))];
  const positions = [...new Set(parts.flatMap((part) => part.positions ?? []))];
  const zone = parts.find((part) => part.zone)?.zone;
  return {
    ...(sides.length > 0 && { sides }),
    ...(zone && { zone }),
    ...(levels.length > 0 && { levels }),
    ...(zone !== 'AFS' && positions.length > 0 && { positions }),
  };
}
