import { parseDecimal } from '../text/numbers.js';
import type { Lesion } from '../extraction.js';
import { CHANGE, FROM } from './words.js';
import { isGlued, nextAt, previousAt, runOf, wordAt, type ReportText, type TokenRun } from './report-text.js';

/** A length or a product of lengths, as written. */
export interface Measurement extends TokenRun {
  /** All dimensions in mm, in the order given; empty where the units cannot be told. */
  readonly dimsMm: number[];
  readonly comparator: Lesion['sizeComparator'];
  /** `1.2 x 8 mm`: which unit the first number has is open. */
  readonly ambiguous: boolean;
  /** `8–10 mm`: the upper end is taken. */
  readonly range: boolean;
}

const MILLIMETRE = /^(?:mm|millimet(?:er|re|ers|res|ern|ros?|r))$/;
const CENTIMETRE = /^(?:cm|centimet(?:er|re|ers|res|ern|ros?|r)|zentimeter)$/;
const SEPARATOR = /^(?:x|\*|by|mal|op|bij|sur|por|auf|×)$/;
const AXIS =
  /^(?:ap|tr|cc|tv|sag|trans|transverse|transversal|transversaal|axial|craniocaudal|kraniokaudal|cranio|caudal|anteroposterior|ll|sl|si|rl|lr|h|w|d|l|b|t|hx|dv|in|width|height|depth|length|long|short|axis|breit|hoch|tief|lang)$/;

const COMPARATORS: readonly [RegExp, NonNullable<Lesion['sizeComparator']>][] = [
  [/(?:<=|≤|= ?<)\s*$/, '<='],
  [/(?:>=|≥)\s*$/, '>='],
  [
    /(?:<|\b(?:less than|smaller than|below|under|kleiner(?: als)?|unter|minder dan|kleiner dan|moins de|inferieure? a|menos de|menor de|inferior a))\s*$/,
    '<',
  ],
  [
    /(?:>|\b(?:more than|greater than|larger than|exceeding|over|grosser(?: als)?|mehr als|meer dan|groter dan|plus de|superieure? a|mas de|mayor de|superior a))\s*$/,
    '>',
  ],
  [/\b(?:at least|mindestens|minstens|ten minste|au moins|al menos)\s*$/, '>='],
  [
    /(?:~|≈|\b(?:about|ap{1,2}rox[a-z]*\.?|around|roughly|circa|ca\.?|zirka|etwa|ungefahr|rund|ongeveer|environ|env\.?|unos|de unos|some|nearly|almost|fast|bijna|presque|casi))\s*(?:of|de|von|van)?\s*$/,
    '~',
  ],
];

export function comparatorBefore(
  report: ReportText,
  start: number,
): { comparator: Lesion['sizeComparator']; start: number } {
  const lead = report.shadow.slice(Math.max(0, start - 28), start);
  for (const [pattern, comparator] of COMPARATORS) {
    const match = pattern.exec(lead);
    if (match) return { comparator, start: start - lead.length + match.index };
  }
  return { comparator: null, start };
}

interface Factor {
  readonly value: number;
  readonly decimals: boolean;
  readonly unit: 'mm' | 'cm' | null;
}

/** Finds all lengths in mm and cm; a unit named in a field ("Size (mm): 12 x 8") counts for the numbers behind it. */
export function findMeasurements(report: ReportText): Measurement[] {
  const found: Measurement[] = [];
  const { tokens } = report;
  for (let i = 0; i < tokens.length; i++) {
    if (
      tokens[i]!.kind !== 'number' ||
      isDenominator(report, i) ||
      (/^(?!auf$)/.test(wordAt(report, i - 1)) && SEPARATOR.test(wordAt(report, i - 1)))
    )
      continue;
    const measurement = readMeasurement(report, i);
    if (!measurement) continue;
    found.push(measurement);
    i = measurement.to - 1;
  }
  return joinAxes(report, found);
}

/** "9/12 mm", "13 / 12 mm"; a slash between spaces parts fields ("base / 12 mm", "PI-RADS 4 / 12 mm"). */
const isDenominator = (report: ReportText, at: number): boolean =>
  wordAt(report, at - 1) === '/' &&
  (isGlued(report, at) ||
    (report.tokens[at - 2]?.kind === 'number' && (isGlued(report, at - 1) || !/^[1-5]$/.test(wordAt(report, at - 2)))));

function readMeasurement(report: ReportText, first: number): Measurement | null {
  const factors: Factor[] = [];
  let at = first;
  let to = first;
  let range = false;
  for (;;) {
    const value = parseDecimal(wordAt(report, at), report.language);
    if (value === null) break;
    const unit = unitAt(report, nextAt(report, at));
    factors.push({ value, decimals: /[.,]/.test(wordAt(report, at)), unit: unit?.unit ?? null });
    to = (unit?.last ?? at) + 1;
    const after = afterAxis(report, to);
    const separator = wordAt(report, after);
    if (
      factors.length < 4 &&
      SEPARATOR.test(separator) &&
      !(separator === '*' && report.tokens[after - 1]?.kind === 'break') &&
      !(separator === 'auf' && FROM.has(wordAt(report, first - 1))) &&
      report.tokens[afterAxis(report, after + 1)]?.kind === 'number'
    ) {
      at = afterAxis(report, after + 1);
      continue;
    }
    if (factors.length < 3 && isSlashed(report, to, value)) {
      at = to + 1;
      continue;
    }
    // `8-10 mm`, `8 bis 10 mm`: one dimension between two bounds.
    if (
      factors.length === 1 &&
      factors[0]!.unit === null &&
      /^(?:-|to|bis|tot|a)$/.test(wordAt(report, to)) &&
      unitAt(report, nextAt(report, to + 1))
    ) {
      const outcome = [2, 3, 4, 5].some((back) => CHANGE.has(wordAt(report, first - back)));
      if (outcome && FROM.has(wordAt(report, first - 1))) return readMeasurement(report, to + 1);
      const upper = parseDecimal(wordAt(report, to + 1), report.language);
      if (upper !== null && upper > value) {
        factors.pop();
        range = true;
        at = to + 1;
        continue;
      }
    }
    break;
  }
  if (factors.length === 0) return null;
  const last = factors.at(-1)!;
  const unit =
    last.unit ??
    (factors.length > 0 && factors.every((factor) => factor.unit === null) ? fieldUnit(report, first) : null);
  if (!unit) return null;
  const ambiguous = isAmbiguous(factors, unit);
  const { comparator, start } = comparatorBefore(report, report.tokens[first]!.start);
  const run = runOf(report, first, to);
  const dimsMm = factors.map(
    ({ value, unit: own }) => Math.round(value * ((own ?? unit) === 'cm' ? 10 : 1) * 1000) / 1000,
  );
  return { ...run, start: Math.min(start, run.start), dimsMm: ambiguous ? [] : dimsMm, comparator, ambiguous, range };
}

/** `12/9 mm`: a slash within a product, where both numbers are lengths (`4/5` is a score and `1/2 cm` a half). */
function isSlashed(report: ReportText, at: number, before: number): boolean {
  if (wordAt(report, at) !== '/' || !isGlued(report, at) || !isGlued(report, at + 1)) return false;
  const behind = parseDecimal(wordAt(report, at + 1), report.language);
  const unit = unitAt(report, nextAt(report, at + 1))?.unit;
  return (
    behind !== null &&
    unit !== undefined &&
    Math.min(before, behind) >= (unit === 'mm' ? 3 : 0.3) &&
    !(unit === 'cm' && Number.isInteger(before))
  );
}

/** A unit at a token; a square or a cube of it (mm², cm³) is none. */
function unitAt(report: ReportText, at: number): { unit: 'mm' | 'cm'; last: number } | null {
  // "a 13-mm lesion"
  if (wordAt(report, at) === '-' && isGlued(report, at) && isGlued(report, at + 1)) at++;
  const text = wordAt(report, at);
  const unit = MILLIMETRE.test(text) ? 'mm' : CENTIMETRE.test(text) ? 'cm' : null;
  if (!unit) return null;
  if (isGlued(report, at + 1) && /^[23^/]$/.test(wordAt(report, at + 1))) return null;
  return { unit, last: at };
}

/** Steps over "(AP)", "AP", "(transverse)" behind or before a number. */
function afterAxis(report: ReportText, at: number): number {
  let i = report.tokens[at]?.kind === 'break' ? at + 1 : at;
  if (wordAt(report, i) === '(') {
    for (let j = i + 1; j < i + 5; j++) {
      if (wordAt(report, j) === ')') return j + 1;
      if (report.tokens[j]?.kind === 'number') break;
    }
    return i;
  }
  while (AXIS.test(wordAt(report, i)) && i < at + 3) i++;
  return report.tokens[i]?.kind === 'break' ? i + 1 : i;
}

/** `Size (mm): 12 x 8`, `Dimensions (cm) = …`: the unit that the field names. */
function fieldUnit(report: ReportText, at: number): 'mm' | 'cm' | null {
  let i = previousAt(report, at);
  if (AXIS.test(wordAt(report, i))) i--;
  if (!/^[:=|]$/.test(wordAt(report, i))) return null;
  for (let j = i - 1; j >= i - 4; j--) {
    if (!/^[()[\]]$/.test(wordAt(report, j))) {
      if (/^[([]$|^in$/.test(wordAt(report, j - 1))) return unitAt(report, j)?.unit ?? null;
      return null;
    }
  }
  return null;
}

/** One unit at the end of a product in which one number looks like cm and another like mm. */
function isAmbiguous(factors: readonly Factor[], unit: 'mm' | 'cm'): boolean {
  if (factors.length < 2 || factors.slice(0, -1).some((factor) => factor.unit !== null)) return false;
  const values = factors.map((factor) => factor.value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const mixed =
    factors.some((factor) => factor.decimals && factor.value < 4) &&
    factors.some((factor) => !factor.decimals && factor.value >= 4);
  return mixed && most / least >= (unit === 'mm' ? 2.5 : 5);
}

/** "12 mm AP, 8 mm transverse and 10 mm craniocaudal" is one measurement of three dimensions. */
function joinAxes(report: ReportText, found: readonly Measurement[]): Measurement[] {
  const joined: Measurement[] = [];
  for (const next of found) {
    const previous = joined.at(-1);
    const between = previous ? report.shadow.slice(previous.end, next.start) : '';
    const axis =
      /^[ \t]*\(?(?:ap|tr|cc|transvers\w*|anteroposterior|anterior-posterior|cranio-?caudal|kranio-?kaudal|tv|long axis|in length|axial)\)?[ \t]*(?:,|and|und|en|et|y|;|x)?[ \t]*(?:(?:and|und|en|et|y)[ \t]+)?$/;
    const lead =
      /^[ \t]*(?:,|;|and|und|en|et|y|\/)[ \t]*(?:ap|tr|cc|transvers\w*|cranio-?caudal|kranio-?kaudal|tv)[: =]*$/;
    if (
      previous &&
      next.dimsMm.length === 1 &&
      previous.dimsMm.length > 0 &&
      previous.dimsMm.length < 3 &&
      !next.ambiguous &&
      (axis.test(between) || lead.test(between))
    )
      joined[joined.length - 1] = {
        ...previous,
        to: next.to,
        end: next.end,
        dimsMm: [...previous.dimsMm, ...next.dimsMm],
      };
    else joined.push(next);
  }
  return joined;
}
