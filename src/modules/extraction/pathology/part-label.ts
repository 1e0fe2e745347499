import { numberFromRoman } from '../text/numbers.js';

/** How the parts of a report are counted. */
export type LabelStyle = 'letter' | 'number' | 'roman';

const ROMAN_DIGITS: readonly [number, string][] = [
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
];

function toRoman(value: number): string {
  let rest = value;
  let numeral = '';
  for (const [worth, letters] of ROMAN_DIGITS) for (; rest >= worth; rest -= worth) numeral += letters;
  return numeral;
}

/**
 * The place of a label in its series: B is 2, AA is 27, A2 and A.2 are 1.02, VI is 6, II.1 is 2.01, 3b and 3.2 are 3.02.
 * Null where it does not fit.
 */
export function ordinalOf(label: string, style: LabelStyle): number | null {
  const lower = label.toLowerCase();
  if (style === 'roman') {
    const match = /^([ivx]+)(?:\.(\d{1,2}))?$/.exec(lower);
    const value = numberFromRoman(match?.[1] ?? '');
    return value === null ? null : value + Number(match?.[2] ?? 0) / 100;
  }
  if (style === 'number') {
    const match = /^(\d{1,2})(?:([a-z])|\.(\d{1,2}))?$/.exec(lower);
    return match ? Number(match[1]) + (match[2] ? match[2].charCodeAt(0) - 96 : Number(match[3] ?? 0)) / 100 : null;
  }
  const match = /^(?:([a-z])\1?)(?:\.(?=\d))?(\d{0,2})$/.exec(lower);
  if (!match?.[1]) return null;
  const doubled = /^([a-z])\1/.test(lower);
  return match[1].charCodeAt(0) - 96 + (doubled ? 26 : 0) + Number(match[2] || 0) / 100;
}

/** The labels from one to another as the report would print them; null where they make no range. */
export function expandRange(first: string, last: string, style: LabelStyle): string[] | null {
  const from = ordinalOf(first, style);
  const to = ordinalOf(last, style);
  if (from === null || to === null || to <= from || to - from > 40) return null;
  const small = first === first.toLowerCase() && style !== 'number';
  const labels: string[] = [];
  if (Number.isInteger(from) && Number.isInteger(to))
    for (let value = from; value <= to; value++)
      labels.push(
        style === 'number'
          ? first.startsWith('0')
            ? String(value).padStart(first.length, '0')
            : String(value)
          : style === 'roman'
            ? toRoman(value)
            : value > 26
              ? String.fromCharCode(38 + value).repeat(2)
              : String.fromCharCode(64 + value),
      );
  else if (style === 'letter' && first[0]?.toLowerCase() === last[0]?.toLowerCase())
    for (let value = Number(first.slice(1)); value <= Number(last.slice(1)); value++)
      labels.push(`${first[0]}${value}`);
  else return null;
  return small ? labels.map((label) => label.toLowerCase()) : labels;
}

const LABEL =
  '(?:[ivx]{1,5}(?:\\.\\d{1,2})?|\\d{1,2}(?:[a-z]|\\.\\d{1,2})?|(?:aa|bb|cc|dd|ee|ff|gg|hh)|[a-z](?:\\.?\\d{1,2})?)(?![a-z0-9])';
/** Two labels with one of these between them are a range. */
const RANGE = /^(?:-|à|t\/m|t\.?m\.?|through|thru|to|bis|tot(?: en met)?|a|au|hasta|al)$/;
/** Two labels with one of these between them stand side by side. */
const LISTED = /^(?:[,;&+]|and|und|en|et|y|e|or|oder|ou)$/;
const SEPARATOR =
  '(?:\\s*-\\s*|\\s+(?:t/m|through|thru|to|bis|tot(?: en met)?|a|au|hasta|al)\\s+|\\s*(?:,|;|&|\\+)\\s*(?:(?:and|und|en|et|y|e(?!\\s+(?:a|al|hasta|y|o|u)\\s)|or|oder|ou)\\s+)?|\\s+(?:and|und|en|et|y|e|or|oder|ou)\\s+)(?:(?:(?:nr|no)(?![a-z])|n[°º]|#)\\.?\\s*)?';

/** "4. - 5.", "1), 3) and 4)": every label keeps its mark. */
const MARKED = `[.)]${SEPARATOR}(?=${LABEL}[.)])`;

/** The source of a list of labels: `A`, `1-6`, `I t/m III`, `A, B and D-F`, `4. - 5`. Captures nothing by name. */
export const LABEL_LIST = `(?:${LABEL}(?:(?:${SEPARATOR}|${MARKED})${LABEL}){0,30})`;

const TOKEN = /t\/m|tot en met|à|[a-z0-9]+(?:\.\d+)?|[-,;&+]/gi;

/** The labels that a printed list names, ranges expanded; null where it mixes styles or makes no sense. */
export function parseLabelList(printed: string, style: LabelStyle): string[] | null {
  const labels: string[] = [];
  let wanted = true;
  let range = false;
  for (const token of printed.replace(/\p{Pd}/gu, '-').match(TOKEN) ?? []) {
    const word = token.toLowerCase();
    if (/^(?:nr|no)\.?$/i.test(token) || (style === 'number' && word === 'n')) continue;
    if (!wanted && RANGE.test(word)) range = wanted = true;
    else if (!wanted && LISTED.test(word)) wanted = true;
    else if (wanted && LISTED.test(word) && word.length > 1) continue;
    else if (!wanted || ordinalOf(token, style) === null) return null;
    else {
      const run = range ? expandRange(labels.at(-1) ?? '', token, style)?.slice(1) : [token];
      if (!run) return null;
      labels.push(...run);
      wanted = range = false;
    }
  }
  return labels.length > 0 && !wanted ? labels : null;
}
