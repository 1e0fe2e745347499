import type { Span } from '../text/span.js';
import { PART_NOUN } from './pathology-words.js';
import { matchesOf } from '../text/matches.js';

/** Points after these words end no sentence. */
const ABBREVIATION =
  /(?:\b(?:max|min|ca|approx|nr|no|vs|incl|resp|bzw|z|b|d|h|o|st|dr|fig|cf|ex|etc|env|aprox|inkl|evtl|ggf|re|li|bds|lat|med|post|ant|gg|num|n|[vuzig]\.a|z\.n|d\.h))$/;
/** Before a number only: "Perineural invasion: no. Cribriform …" is an answer. */
const NUMBER_SIGN = /\b(?:no|n)$/;
/** "… in part D." ends a sentence all the same. */
const PART_NAMED = new RegExp(
  `\\b${PART_NOUN} (?:[a-z](?:, ?| ?- ?| ?& ?| (?:and|und|en|et|y|to|bis) )){0,12}[a-z]$|\\b(?:in|im|en|dans|bei|and|und|et|y|only|nur) [a-z]$`,
);
/** A line that starts something new: a bullet, a "key: value" pair, a dotted leader, a part heading. */
const FRESH_LINE =
  /^[ \t]*(?:[-*•>+]|(?!(?:ja|no|si|yes|oui|non|nee)\b)[([]?[a-z0-9]{1,3}[.)\]](?=[ \t])|[a-z]{0,14} ?\d{1,2} - [a-z]|[^\n:.;]{2,58}:|[^\n.]{2,50}\.{3,}|$)/;

/** A line that ends with the answer to what it names, and words that would go on with it. */
const ANSWERED =
  /\b(?:identified|seen|present|absent|found|detected|excluded|indeterminate|equivocal|negative|positive|involved|nachweisbar|vorhanden|nachgewiesen|aanwezig|afwezig|gezien|aangetoond|presente?s?|absente?s?|ausente|observad[oa]|identificad[oa])\s*$/;
const GOES_ON =
  /^\s*(?:[^a-z\s]|(?:in|im|en|dans|at|and|und|et|y|or|oder|but|aber|for|with|mit|met|con|avec|by|within|only|focally|which)\b)/;

function abbreviates(shadow: string, start: number, at: number): boolean {
  const before = shadow.slice(Math.max(start, at - 8), at);
  return ABBREVIATION.test(before) && (!NUMBER_SIGN.test(before) || /^\. ?\d/.test(shadow.slice(at, at + 3)));
}

/**
 * Cuts a stretch into clauses: at full stops, semicolons, pipes and lines that start something new. A sentence that merely
 * wraps over a line stays whole. Decimal points, abbreviations and dotted leaders cut nothing.
 */
export function clausesOf(shadow: string, span: Span): Span[] {
  const clauses: Span[] = [];
  const cut = /[.;!?](?=\s|$)|(?<= )\|(?= )|\n| {3,}(?=[a-z][^:\n]{2,40}:)/g;
  let start = span.start;
  const push = (end: number): void => {
    if (end > start && /\S/.test(shadow.slice(start, end))) clauses.push({ start, end });
    start = end;
  };
  for (const match of matchesOf(shadow.slice(span.start, span.end), cut)) {
    const at = span.start + match.index;
    if (match[0] === '\n') {
      const answered = ANSWERED.test(shadow.slice(Math.max(start, at - 24), at));
      if (
        (answered && !GOES_ON.test(shadow.slice(at + 1, at + 30))) ||
        FRESH_LINE.test(shadow.slice(at + 1, Math.min(at + 70, span.end)).split('\n', 1)[0] ?? '')
      )
        push(at + 1);
    } else if (
      match[0].startsWith(' ') ||
      match[0] !== '.' ||
      (shadow[at - 1] !== '.' &&
        (!abbreviates(shadow, start, at) || PART_NAMED.test(shadow.slice(Math.max(start, at - 60), at))))
    )
      push(at + 1);
  }
  push(span.end);
  return clauses;
}
