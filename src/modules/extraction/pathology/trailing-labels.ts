import type { Span } from '../text/span.js';
import type { Gloss, HeadingMark } from './heading-mark.js';
import { LABEL_LIST } from './part-label.js';
import { CORE_NOUN, PART_NOUN } from './pathology-words.js';
import { NAMES_A_SITE } from './site-words.js';

/** "Prostate, left base, needle biopsy (A): …": the label stands in brackets behind the title. */
const TRAILING = new RegExp(
  `[^\\n:;()[\\]]{4,120}(?:\\([^()\\n]{5,60}\\)[^\\n:;()[\\]]{0,40})?[([](?:${PART_NOUN} (?:nr\\.? |n[°º]\\.? ?|#)?)?(${LABEL_LIST})\\.?[)\\]](?= ?(?::|- |-- |\\n|$|, (?:[a-z]+ ){0,3}(?:biops|needle|core|stanz|biopt|naald|ponction|puncion)[^.;:()\\n]{0,30}:))`,
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
    noun: 'trailing',
    stop: ')',
    lineStart: true,
    spoken: false,
    glosses: [],
    title,
  };
}

/** "Left base (A), left mid (B) and right base (D): benign": each site before its label. */
const GLOSSED_BEHIND = new RegExp(
  `(?:prosta[a-z]*,? (?:[a-z ]{3,30}, )?)?(?:[^\\n:;()[\\],]{3,60} ?\\((?:${PART_NOUN} (?:nr\\.? |n[°º] ?|#)?)?[a-z0-9]{1,4}\\)(?:, ?| and | und | en | et | y | & |, and )?){2,30}(?= ?(?::|-|\\.{3}|\\.?\\s*(?:\\n|$)))`,
  'y',
);
const GLOSS_BEHIND = /([^:;()[\],]{3,60}?) ?\((?:[a-z]+\.? (?:nr\.? |n[°º] ?|#)?)?([a-z0-9]{1,4})\)/g;

function readGlossesBehind(shadow: string, at: number): Gloss[] {
  GLOSSED_BEHIND.lastIndex = at;
  const list = GLOSSED_BEHIND.exec(shadow)?.[0] ?? '';
  const glosses = [...list.matchAll(GLOSS_BEHIND)].map((gloss) => {
    const start = at + gloss.index;
    const end = start + gloss[0].length;
    const label = gloss[2] ?? '';
    return {
      label: { start: end - 1 - label.length, end: end - 1 },
      title: { start, end: start + (gloss[1]?.length ?? 0) },
      end,
    };
  });
  return glosses.every(({ title }) => TITLED.test(shadow.slice(title.start, title.end))) ? glosses : [];
}
