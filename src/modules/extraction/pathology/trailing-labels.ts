import type { Span } from '../text/span.js';
import type { Gloss, HeadingMark } from './heading-mark.js';
import { LABEL_LIST } from './part-label.js';
import { CORE_NOUN, PART_NOUN } from './pathology-words.js';
import { DIAGNOSTIC_WORD, NAMES_A_SITE } from './site-words.js';
import { matchesOf } from '../text/matches.js';

/** "Prostate, left base, needle biopsy (A): …": the label stands in brackets behind the title. */
const TRAILING = new RegExp(
  `[^\\n:;()[\\]]{4,120}(?:\\([^()\\n]{5,60}\\)(?:[^\\n:;()[\\].]|\\.(?! )){0,40})?[([](?:${PART_NOUN} (?:nr\\.? |n[°º]\\.? ?|#)?)?(${LABEL_LIST})\\.?[)\\]](?= ?(?::|- |-- |[ \\t]*\\n|$|, (?:[a-z]+ ){0,3}(?:biops|needle|core|stanz|biopt|naald|ponction|puncion)[^.;:()\\n]{0,30}:))`,
  'y',
);

const TITLED = new RegExp(`${NAMES_A_SITE.source}|\\b${CORE_NOUN}\\b`);

export function readTrailingLabel(shadow: string, section: Span, at: number): HeadingMark | null {
  const newline = shadow.indexOf('\n', at);
  const line = shadow.slice(at, Math.min(newline < 0 ? shadow.length : newline, at + 200));
  if (!line.includes(')') && !line.includes(']')) return null;
  const behind = readGlossesBehind(shadow, at);
  const [first, last] = [behind[0], behind.at(-1)];
  if (first && last && last.end <= section.end)
    return {
      printed: shadow.slice(first.label.start, first.label.end),
      start: at,
      listStart: first.label.start,
      end: last.end,
      noun: 'trailing',
      stop: ')',
      lineStart: true,
      spoken: false,
      glosses: behind,
    };
  TRAILING.lastIndex = at;
  const match = TRAILING.exec(shadow);
  const printed = match?.[1];
  if (!match || printed === undefined) return null;
  const end = at + match[0].length;
  const listStart = end - match[0].length + match[0].lastIndexOf(printed);
  const title = { start: at, end: shadow.lastIndexOf(match[0].includes('(') ? '(' : '[', listStart) };
  if (end > section.end || !TITLED.test(shadow.slice(title.start, title.end))) return null;
  return {
    printed,
    start: at,
    listStart,
    end,
    // "Remaining cores (1, 2 and 4): …": a noun alone, as before any label.
    noun: NAMES_A_SITE.test(shadow.slice(title.start, title.end)) ? 'trailing' : 'cores',
    stop: ')',
    lineStart: true,
    spoken: false,
    glosses: [],
    title,
  };
}

/** "Left base (A), left mid (B) and right base (D): benign": each site before its label. */
const GLOSSED_BEHIND = new RegExp(
  `(?:prosta[a-z]*,? (?:[a-z ]{3,30}, )?)?(?:(?:[^\\n:;()[\\],.]|\\.(?! )|(?<=\\b(?:[lr]|[lr]t|li|re|lat|med|ant|post))\\.){3,60} ?\\((?:${PART_NOUN} (?:nr\\.? |n[°º] ?|#)?)?[a-z0-9]{1,4}\\)(?:, ?| and | und | en | et | y | & |, and )?){2,30}(?= ?(?::|-|\\.{3}|\\.?\\s*(?:\\n|$)))`,
  'y',
);
const GLOSS_BEHIND = /([^:;()[\],]{3,60}?) ?\((?:[a-z]+\.? (?:nr\.? |n[°º] ?|#)?)?([a-z0-9]{1,4})\)/g;

function readGlossesBehind(shadow: string, at: number): Gloss[] {
  GLOSSED_BEHIND.lastIndex = at;
  const list = GLOSSED_BEHIND.exec(shadow)?.[0] ?? '';
  const glosses = matchesOf(list, GLOSS_BEHIND).map((gloss) => {
    const start = at + gloss.index;
    const end = start + gloss[0].length;
    const label = gloss[2] ?? '';
    return {
      label: { start: end - 1 - label.length, end: end - 1 },
      title: { start, end: start + (gloss[1]?.length ?? 0) },
      end,
    };
  });
  const isSite = ({ title: { start, end } }: Gloss): boolean =>
    TITLED.test(shadow.slice(start, end)) && !DIAGNOSTIC_WORD.test(shadow.slice(start, end));
  return glosses.every(isSite) ? glosses : [];
}

const ENCLOSED = /[([]([^()[\]\n]{1,60})[)\]]/g;
const LABELS_ALONE = new RegExp(`^(?:${PART_NOUN} ?(?:nr\\.? |n[°º]\\.? ?|#)?)?(${LABEL_LIST})\\.?$`);
/** A full stop that ends a sentence, behind no abbreviation of a site. */
const STOPS = /(?<!\b(?:[lr]|[lr]t|li|re|lat|med|ant|post))\.(?= )|[;!?]/;
/** "Target B: left mid (2)": such a colon stands within the title. */
const AIM = /\b(?:targets?|roi|lesion|lasion|laesie|herd|cible|diana|objetivo)\b[^:]{0,12}:/;
/** Words that may stand between a list of sites and the end of the sentence that has judged them. */
const JUDGED_SITES = new RegExp(
  `^ ?(?:${CORE_NOUN})?(?: (?:is|are|were|seen|identified|found|nachweisbar|gezien|aanwezig))*\\s*(?:[.;]|\\n|$)`,
);
const GROWTH_SIGN = /perineur|perinerv|[ck]ribri|intrad[ua]|lymphovas|extraprost|seminal|nervenscheid/;
const LONGEST_SENTENCE = 320;

/** "In the left base (B) there is …", "Kein Tumor links Apex und Basis (3 und 4).": a sentence that labels its sites. */
export function readSitedSentence(
  raw: string,
  shadow: string,
  section: Span,
  at: number,
  lineStart: boolean,
): HeadingMark | null {
  const text = /^[^\n]*/.exec(shadow.slice(at, Math.min(section.end, at + LONGEST_SENTENCE)))?.[0] ?? '';
  for (const group of matchesOf(text, ENCLOSED)) {
    const words = text.slice(0, group.index);
    const printed = labelsAlone(group[1] ?? '');
    const plain = words.replace(AIM, '');
    if (STOPS.test(words) || plain.includes(':')) return null;
    if (printed === undefined) continue;
    const listStart = at + group.index + group[0].lastIndexOf(printed);
    if (printed.length < 3 && /[a-z]/.test(raw[listStart] ?? '')) return null;
    const end = at + group.index + group[0].length;
    const rest = sentenceOf(shadow.slice(end, Math.min(section.end, end + 200)));
    const siteAt = judgedSiteStart(words);
    if (siteAt === null) return null;
    const judged = siteAt > 0;
    if (judged ? !JUDGED_SITES.test(shadow.slice(end, end + 60)) : shadow[end] !== ':' && !DIAGNOSTIC_WORD.test(rest))
      return null;
    if (!judged && matchesOf(rest, ENCLOSED).some((other) => labelsAlone(other[1] ?? '') !== undefined)) return null;
    return {
      printed,
      start: at,
      listStart,
      end,
      noun: 'trailing',
      stop: shadow[end] === ':' ? ':' : ')',
      lineStart,
      spoken: true,
      glosses: [],
      title: { start: at + siteAt, end: at + group.index },
      ...(judged && { under: { start: at, end: at + siteAt } }),
    };
  }
  return null;
}

/** The labels that a bracket holds and nothing else; "(3+4)" is a grade. */
const labelsAlone = (bracket: string): string | undefined =>
  bracket.includes('+') ? undefined : LABELS_ALONE.exec(bracket)?.[1];

const sentenceOf = (text: string): string => {
  const line = /^[^\n]*/.exec(text)?.[0] ?? '';
  const stop = STOPS.exec(line);
  return stop ? line.slice(0, stop.index) : line;
};

/** Where the sites begin in the words before a label: behind the verdict, if one stands before them; null without sites. */
function judgedSiteStart(words: string): number | null {
  let verdict = 0;
  for (const found of matchesOf(words, EVERY_VERDICT)) verdict = found.index + found[0].length;
  if (verdict === 0) return NAMES_A_SITE.test(words) ? 0 : null;
  if (GROWTH_SIGN.test(words)) return null;
  const rest = words.slice(verdict).replace(/^[a-z]+/, (word) => '-'.repeat(word.length));
  const site = NAMES_A_SITE.exec(rest.replace(/\bprosta[a-z]*/g, (word) => '-'.repeat(word.length)));
  return site ? verdict + site.index : null;
}

const EVERY_VERDICT = new RegExp(DIAGNOSTIC_WORD.source, 'g');
