import type { Span } from '../text/span.js';
import { clausesOf } from './clauses.js';
import { readCores } from './cores.js';
import type { ReadNumber } from './gleason.js';
import { EACH, RESPECTIVELY, type PartFindings } from './part-findings.js';
import { CORE_NOUN, DECIMAL, decimal, PART_NOUN } from './pathology-words.js';
import { matchesOf } from '../text/matches.js';

type Dealt = Partial<Pick<PartFindings, 'coresPositive' | 'coresTotal' | 'percentInvolved' | 'lengthMm'>>;

const LABEL = '([a-z]\\d?|\\d{1,2}|[ivx]{1,5})';
const CORES =
  /(?<![\d.,/+=])(\d{1,2}) ?(?:\/|(?:out )?of\b|von\b|van\b|sur\b|de\b) ?(\d{1,2})(?![\d/%+]|[.,]\d| ?(?:mm|cm|%))/g;
const PERCENT = new RegExp(`(?<![\\d.,/])(${DECIMAL}) ?%`, 'g');
const LENGTH = new RegExp(`(?<![\\d.,/])(${DECIMAL}) ?mm\\b`, 'g');
/** "1 of 3 cores (pot 1)", "9 mm in A": the label behind its value; a bare number behind "in" may count cores. */
const BEHIND = new RegExp(
  `^(?: ${CORE_NOUN})? ?(?:[([](?:${PART_NOUN} (?:nr\\.? |n[°º] ?)?)?${LABEL}[)\\]]|(?:in|im|en|dans|bei|for|fur|voor|pour) (?:(?:${PART_NOUN}) (?:nr\\.? |n[°º] ?)?${LABEL}|([a-z]|[ivx]{1,5}))(?![a-z0-9']))`,
);
/** "B 0/3, D: 0/6": the label before its value. */
const AHEAD = new RegExp(
  `(?:^|[(,;:]|\\b(?:and|und|en|et|y|in|im|dans)) ?(?:${PART_NOUN} (?:nr\\.? |n[°º] ?)?)?${LABEL} ?[:=(]? ?$`,
);
const PATTERN_4 = /\b(?:pattern|muster|grade?|grado|graad|patroon|patron|gleason|gp)[ -]?4\b/;
const GRADED = /\b(?:gleason|isup|grade ?group)\b/;

/** The values of one kind in a clause by the part that each belongs to; null where that is not told. */
function dealtIn(words: string, kind: RegExp, labels: readonly string[]): Map<string, RegExpExecArray> | null {
  const values = matchesOf(words, kind);
  if (values.length === 0) return null;
  const known = (label: string | undefined): string | null => labels.find((one) => one.toLowerCase() === label) ?? null;
  const deal = (ownerOf: (value: RegExpExecArray) => string | null): Map<string, RegExpExecArray> | null => {
    const owned = values.flatMap((value) => {
      const owner = ownerOf(value);
      return owner === null ? [] : [[owner, value] as const];
    });
    return owned.length === values.length ? new Map(owned) : null;
  };
  const behind = deal((value) => {
    const found = BEHIND.exec(words.slice(value.index + value[0].length));
    return known(found?.slice(1).find((label) => label !== undefined));
  });
  if (behind) return behind;
  const ahead = deal((value) => known(AHEAD.exec(words.slice(Math.max(0, value.index - 40), value.index))?.[1]));
  if (ahead) return ahead;
  return RESPECTIVELY.test(words) && values.length === labels.length
    ? new Map(labels.map((label, index) => [label, values[index]!]))
    : null;
}

/**
 * What a text on several parts gives to each of them: "1 of 3 (pot 1), 2 of 3 (pot 3)", "B 0/3, D 0/6", "15 % and 40 %
 * respectively", "1 of 2 cores in each pot". A kind of value that is dealt belongs to no part but the one it is dealt to.
 */
export function readDealt(shadow: string, body: Span, labels: readonly string[]): Map<string, Dealt> {
  const dealt = new Map<string, Dealt>(labels.map((label) => [label, {}]));
  const give = (kind: RegExp, clause: Span, read: (value: RegExpExecArray, span: Span) => Dealt, none: Dealt): void => {
    const values = dealtIn(shadow.slice(clause.start, clause.end), kind, labels);
    if (!values) return;
    for (const label of labels) {
      const value = values.get(label);
      const start = clause.start + (value?.index ?? 0);
      const own = value ? read(value, { start, end: start + value[0].length }) : none;
      dealt.set(label, { ...none, ...dealt.get(label), ...(value && own) });
    }
  };
  const number = (digits: string | undefined, span: Span): ReadNumber => ({ value: decimal(digits ?? ''), span });
  for (const clause of clausesOf(shadow, body)) {
    const words = shadow.slice(clause.start, clause.end);
    if (!/\d/.test(words)) continue;
    give(
      CORES,
      clause,
      (value, span) => ({ coresPositive: number(value[1], span), coresTotal: number(value[2], span) }),
      { coresPositive: null, coresTotal: null },
    );
    if (!PATTERN_4.test(words) && !GRADED.test(words))
      give(PERCENT, clause, (value, span) => ({ percentInvolved: number(value[1], span) }), { percentInvolved: null });
    give(LENGTH, clause, (value, span) => ({ lengthMm: number(value[1], span) }), { lengthMm: null });
  }
  return dealt;
}

/** "One of two cores in each pot": what a clause of several parts counts for every one of them. */
export function readEach(shadow: string, body: Span): Dealt {
  for (const clause of clausesOf(shadow, body)) {
    if (!EACH.test(shadow.slice(clause.start, clause.end))) continue;
    const { positive, total } = readCores(shadow, clause, true);
    if (positive && total) return { coresPositive: positive, coresTotal: total };
  }
  return {};
}
