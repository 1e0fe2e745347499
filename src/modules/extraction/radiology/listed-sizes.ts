import { anyOverlaps } from '../text/span.js';
import { findMeasurements } from './measurement.js';
import type { Part } from './part.js';
import { runOf, wordAt, type ReportText } from './report-text.js';
import { AND } from './words.js';

/** The sizes of a statement; of several that share a unit, all ("7, 9 and 12 mm"). */
export function withListed(
  report: ReportText,
  sizes: Part['sizes'],
  categories: Part['categories'],
): Part['sizes'][number][] {
  const [only] = sizes;
  if (sizes.length !== 1 || !only) return [...sizes];
  const listed: Part['sizes'][number][] = [only];
  for (let next = listedSize(report, only.from, true); next; next = listedSize(report, listed[0]!.from, false)) {
    // "PI-RADS 4, 7 and 12 mm"
    if (anyOverlaps(categories, next)) break;
    listed.unshift({ ...only, ...next });
  }
  return listed;
}

/** The number before "and" (or, further on, before a comma) in "7, 9 and 12 mm", which borrows the unit of `at`. */
function listedSize(
  report: ReportText,
  at: number,
  last: boolean,
): Pick<Part['sizes'][number], 'from' | 'to' | 'start' | 'end' | 'dimsMm'> | null {
  // "8 bzw. 10 mm"
  const joiner = wordAt(report, at - 1) === '.' && wordAt(report, at - 2) === 'bzw' ? at - 2 : at - 1;
  const joins = last ? AND.test(wordAt(report, joiner)) : wordAt(report, joiner) === ',';
  if (!joins || report.tokens[joiner - 1]?.kind !== 'number') return null;
  const unit = findMeasurements({
    ...report,
    tokens: [report.tokens[joiner - 1]!, ...report.tokens.slice(unitBehind(report, at), unitBehind(report, at) + 1)],
  })[0];
  if (!unit) return null;
  return { ...runOf(report, joiner - 1, joiner), dimsMm: unit.dimsMm };
}

/** The index of the unit behind a number of a list. */
function unitBehind(report: ReportText, at: number): number {
  let i = at + 1;
  while (i < at + 10 && !/^(?:mm|cm)$/.test(wordAt(report, i))) i++;
  return i;
}
