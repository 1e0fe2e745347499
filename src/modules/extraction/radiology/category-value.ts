import { numberFromRoman, numberFromWord } from '../text/numbers.js';
import { FROM, INSTEAD_OF, PRIOR, TO } from './words.js';
import { isGlued, nextAt, wordAt, type ReportText } from './report-text.js';

/** Index behind the name of the scale that begins at a token, or -1. */
export function scaleEnd(report: ReportText, at: number): number {
  const word = wordAt(report, at);
  if (/^(?:pirads?|piradsv|prads|pirds|pl?irads)$/.test(word)) return at + 1;
  if (/^p[il1]?$/.test(word)) {
    let next = at + 1;
    if (/^[-_./]$/.test(wordAt(report, next))) next++;
    if (report.tokens[next]?.kind === 'break' && next === at + 2) next++;
    if (/^(?:rads?|radsv|rds)$/.test(wordAt(report, next))) return next + 1;
    if (/^[-_]$/.test(wordAt(report, next)) && /^rads?$/.test(wordAt(report, next + 1))) return next + 2;
  }
  return -1;
}

const UNIT_AFTER =
  /^(?:mm|cm|ml|cc|x|%|weeks?|months?|years?|jahre?n?|monate?n?|maanden|jaar|mois|ans|meses|millimet\w*|centimet\w*|ng|cores?|lesions?|lasionen|tesla|o'clock|uhr|uur)$/;

/** A category value at a token: a digit, a roman numeral or a number word; null where there is none. */
export function valueAt(report: ReportText, at: number): number | 'X' | null {
  const word = wordAt(report, at);
  const after = wordAt(report, nextAt(report, at));
  if (/^[1-5]$/.test(word)) {
    if (UNIT_AFTER.test(after) && !/^(?:lesions?|lasionen)$/.test(after)) return null;
    if (
      /^[.,:]$/.test(after) &&
      isGlued(report, at + 1) &&
      isGlued(report, at + 2) &&
      report.tokens[at + 2]?.kind === 'number'
    )
      return null;
    return Number(word);
  }
  if (word === 'x') return report.tokens[nextAt(report, at)]?.kind === 'number' ? null : 'X';
  if (report.tokens[at]?.kind !== 'word') return null;
  const value = /^(?:i{1,3}|iv|v)$/.test(word) ? numberFromRoman(word) : numberFromWord(word);
  return value !== null &&
    value >= 1 &&
    value <= 5 &&
    !/^(?:ein|eine|einer|einem|einen|eines|een|une?|una|single)$/.test(word)
    ? value
    : null;
}

const OUT_OF = /^(?:\/|of|von|van|sur|sobre|de|out)$/;
const RANGE_WORD = /^(?:-|to|bis|tot|a|or|oder|of|ou|o|\/)$/;
const OR_HIGHER = /^(?:or|oder|of|ou|o|and|und|en|et|y)$/;
const HIGHER =
  /^(?:higher|greater|above|more|over|hoher|grosser|mehr|hoger|meer|groter|plus|superieur|superieure|superieures|mas|mayor|superior)$/;

export interface Tail {
  readonly to: number;
  readonly range: [number, number] | null;
  readonly threshold: boolean;
  readonly also: number[];
}

/** "PI-RADS 4, 5 and 4": the values behind the first, where at least two follow and a conjunction joins the last. */
function listedValues(report: ReportText, at: number): number[] {
  const values: number[] = [];
  let i = at;
  while (wordAt(report, i) === ',' && report.tokens[i + 1]?.kind === 'number' && valueAt(report, i + 1) !== null) {
    values.push(i + 1);
    i += 2;
  }
  if (wordAt(report, i) === ',') i++;
  if (values.length === 0 || !AND.test(wordAt(report, i)) || report.tokens[i + 1]?.kind !== 'number') return [];
  return valueAt(report, i + 1) === null ? [] : [...values, i + 1];
}

const AND = /^(?:and|und|en|et|y|e|&|bzw|respektive|respectievelijk)$/;

/** "PI-RADS 4 (previously 3)", "(2021: 3)": the index of the bare value that a bracket gives for then, or -1. */
function bracketedBefore(report: ReportText, at: number): number {
  if (wordAt(report, at) !== '(') return -1;
  const word = wordAt(report, at + 1);
  if (!PRIOR.has(word) && !INSTEAD_OF.has(word) && !/^(?:19|20)\d\d$/.test(word)) return -1;
  const value = /^[:=]$/.test(wordAt(report, at + 2)) ? at + 3 : at + 2;
  return /^[1-5]$/.test(wordAt(report, value)) && /^[),;]$/.test(wordAt(report, value + 1)) ? value : -1;
}

/** What follows a category: "/5", a range, "or higher", a second category of a list. */
export function readTail(report: ReportText, at: number, value: number | 'X', from = at): Tail {
  const to = at + 1;
  const none: Tail = { to, range: null, threshold: false, also: [] };
  if (value === 'X') return none;
  let i = nextAt(report, at);
  if (OUT_OF.test(wordAt(report, i))) {
    let j = i + 1;
    if (wordAt(report, j) === 'of') j++;
    if (
      /^(?:5|five|funf|vijf|cinq|cinco|v)$/.test(wordAt(report, j)) &&
      !(wordAt(report, i) === 'of' && report.language === 'nl')
    ) {
      const exact = wordAt(report, i) === '/' || wordAt(report, i) !== 'de' || report.language !== 'en';
      if (exact && (wordAt(report, i) === '/' || !UNIT_AFTER.test(wordAt(report, j + 1))))
        return { ...none, to: j + 1 };
    }
  }
  if (wordAt(report, i) === '+' && isGlued(report, i) && !/^\d/.test(wordAt(report, i + 1)))
    return { ...none, to: i + 1, threshold: true };
  if (
    wordAt(report, i) === '-' &&
    scaleEnd(report, i + 1) < 0 &&
    /^(?:oder|und|of|en|or|and)$/.test(wordAt(report, i + 1))
  )
    i++;
  if (OR_HIGHER.test(wordAt(report, i)) && HIGHER.test(wordAt(report, i + 1)))
    return { ...none, to: i + 2, threshold: true };
  const earlier = bracketedBefore(report, i);
  if (earlier > 0) return { ...none, also: [earlier] };
  const arrow = wordAt(report, i) === '→' || (wordAt(report, i) === '-' && wordAt(report, i + 1) === '>');
  if (arrow && wordAt(report, i) === '-') i++;
  const joiner = wordAt(report, i);
  // "from PI-RADS 3 to 4", "PI-RADS 3 → 4": two categories, one of then and one of now.
  const changed = arrow || (TO.has(joiner) && FROM.has(wordAt(report, from - 1)));
  const listed = listedValues(report, i);
  if (listed.length > 1) return { ...none, also: listed };
  const isRange = !changed && RANGE_WORD.test(joiner);
  if (!isRange && !changed && !/^(?:and|und|en|et|y|&|bzw|respektive|respectievelijk)$/.test(joiner)) return none;
  let j = nextAt(report, i);
  if (wordAt(report, j) === '.') j++;
  const head = scaleEnd(report, j);
  if (head > 0) j = wordAt(report, head) === '-' ? head + 1 : head;
  const second = valueAt(report, j);
  if (
    typeof second !== 'number' ||
    report.tokens[j]?.kind !== 'number' ||
    (UNIT_AFTER.test(wordAt(report, nextAt(report, j))) && !(isRange && isGlued(report, j)))
  )
    return none;
  // "PI-RADS 4 - 5 lesions" counts lesions only where no hyphen or slash is glued; a range always rises.
  // "PI-RADS 3-5 lesions require biopsy": a span of the scale, and no lesion's category.
  if (isRange && second > value + 1) return { ...none, to: j + 1, threshold: true };
  if (isRange) return second > value ? { ...none, to: j + 1, range: [value, second] } : none;
  return head > 0 ? none : { ...none, also: [j] };
}
