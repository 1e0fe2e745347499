import { positionsOf, STRONG, WEAK } from '../location/place-lexicon.js';
import { wordAt, type ReportText, type TokenRun } from './report-text.js';
import { LESION_NOUN, NEGATION } from './words.js';

type Run = Pick<TokenRun, 'from' | 'to'>;

/** A few words at most: a value, or a place. */
const LONGEST = 16;
const VALUE =
  /^(?:(?:ca|approx|circa|env)?\.? ?[<>~]? ?\d[\d., x*by]* ?(?:[cm]m)?(?: ?x ?\d[\d.,]* ?[cm]m){0,2}|(?:pi-?rads|likert)[a-z0-9 .:-]{0,24} ?[1-5](?: ?\/ ?5)?) ?(?:\([^()]{0,40}\))?\.?$/;
const PLACE_LINK =
  /^(?:[,/-]|to|and|in|at|of|the|zone|gland|level|peripher[a-z]*|transition[a-z]*|central|fibromuscular|stroma|bis|und|im|am|tot|en|naar|a|au|et|la|el|y|perifere|periferica|transicion)$/;

/** "8 x 6 mm.", "PI-RADS v2.1 category 4.", "Lesion: 9 mm.": a value and no word of what has it. */
function isValue(report: ReportText, { from, to }: Run): boolean {
  if (to - from > LONGEST) return false;
  const named = LESION_NOUN.has(wordAt(report, from)) && /^[:=]$/.test(wordAt(report, from + 1));
  const first = report.tokens[named ? from + 2 : from];
  return first !== undefined && VALUE.test(report.shadow.slice(first.start, report.tokens[to - 1]!.end));
}

/** "PZ right posterolateral base.": a place and nothing of it. */
const isPlace = (report: ReportText, { from, to }: Run): boolean =>
  to - from <= LONGEST &&
  report.tokens
    .slice(from, wordAt(report, to - 1) === '.' ? to - 1 : to)
    .every(({ text }) => STRONG.has(text) || WEAK.has(text) || PLACE_LINK.test(text) || positionsOf(text) !== null);

const tellsPlace = ({ tokens }: ReportText, { from, to }: Run): boolean => {
  const said = tokens.slice(from, to);
  return said.some(({ text }) => STRONG.has(text)) && !said.some(({ text }) => NEGATION.has(text));
};

/** "1) 8 mm. Left posterior TZ, mid.", "PZ right mid. 14 mm.": of two bits of one line, the value is of the place. */
export const isTelegram = (report: ReportText, first: Run, second: Run): boolean =>
  (isValue(report, first) && tellsPlace(report, second)) || (isPlace(report, first) && isValue(report, second));
