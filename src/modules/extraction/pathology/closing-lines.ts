import type { Span } from '../text/span.js';
import { clausesOf } from './clauses.js';
import { referencesIn, styleOf } from './part-references.js';
import type { PartMention } from './part-headings.js';

/**
 * Lines behind the last part that deny growth signs hold for all parts, where every part has one line and none says
 * anything of growth itself.
 */
export function closingLines(raw: string, shadow: string, mentions: readonly PartMention[]): Span | null {
  const last = mentions.at(-1);
  if (!last || mentions.length < 2) return null;
  const textOf = ({ body }: PartMention): string => shadow.slice(body.start, body.end).trimEnd();
  const text = textOf(last);
  const others = mentions.slice(0, -1).map(textOf);
  const sentences = closingSentences(raw, shadow, mentions);
  if (sentences) return sentences;
  if (!text.includes('\n')) return null;
  const gap = /\n[ \t]*\n/;
  const paragraph = others.some((other) => gap.test(other)) ? null : gap.exec(text);
  if (
    paragraph &&
    (mentions.length > 2 ||
      REPORT_WIDE.test(text.slice(paragraph.index).trimStart().replace(OWN_HEADING, '').slice(0, 200)))
  )
    return { start: last.body.start + paragraph.index, end: last.body.end };
  const named = text.lastIndexOf('\n');
  if (named >= 0 && GROWTH.test(text.slice(named)) && NAMES_PARTS.test(text.slice(named)))
    return { start: last.body.start + named, end: last.body.end };
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    const line = /^[^\n]*/.exec(text.slice(at + 1))?.[0] ?? '';
    if (GROWTH.test(line) && (ANSWERS_BY_PART.test(line) || ANSWERS_IN_TURN.test(line)))
      return { start: last.body.start + at + 1, end: last.body.end };
  }
  if (others.some((other) => other.includes('\n'))) return null;
  const body = text.slice(0, text.indexOf('\n'));
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    const line = /^[^\n]*/.exec(text.slice(at + 1))?.[0] ?? '';
    const denied = DENIED.test(line) && !/\d/.test(line) ? SIGNS.filter((sign) => sign.test(line)) : [];
    // Two signs of which no part speaks.
    if (denied.length >= 2 && !denied.some((sign) => [...others, body].some((part) => sign.test(part))))
      return { start: last.body.start + at + 1, end: last.body.end };
  }
  if (others.some((other) => GROWTH.test(other))) return null;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    const line = /^[^\n]*/.exec(text.slice(at + 1))?.[0] ?? '';
    if (GROWTH.test(text.slice(0, at))) return null;
    if (GROWTH.test(line) && DENIED.test(line) && !/\d/.test(line))
      return { start: last.body.start + at + 1, end: last.body.end };
  }
  return null;
}

/**
 * Sentences on growth at the end of a paragraph that holds several parts, where they name parts or all specimens, or
 * where no other part has such a sentence of its own.
 */
function closingSentences(raw: string, shadow: string, mentions: readonly PartMention[]): Span | null {
  const last = mentions.at(-1);
  const above = mentions.at(-2);
  if (!last || !above) return null;
  const first = /^(?:[^\n]|\n(?![ \t]*\n))*/.exec(shadow.slice(last.body.start, last.body.end))?.[0].length ?? 0;
  const clauses = sentencesIn(shadow, { start: last.body.start, end: last.body.start + first });
  let closing: Span | null = null;
  for (const clause of clauses.slice(last.summing || isRest(last) ? 0 : 1).reverse()) {
    const sentence = shadow.slice(clause.start, clause.end);
    if (!GROWTH.test(sentence) || GRADED.test(sentence)) break;
    closing = clause;
  }
  if (!closing) return null;
  const words = shadow.slice(closing.start, closing.end);
  const labels = mentions.flatMap((mention) => mention.labels.map((label) => label.toLowerCase()));
  const named =
    SPEAKS_OF_ALL.test(words) || referencesIn(raw, shadow, closing, new Set(labels), styleOf(labels)).length > 0;
  const own = (): boolean =>
    mentions
      .filter(({ body }) => body.end <= last.body.start)
      .some(({ body }) =>
        sentencesIn(shadow, body)
          .slice(1)
          .some(({ start, end }) => GROWTH.test(shadow.slice(start, end))),
      );
  const apart = !shadow.slice(above.labelSpan.end, last.labelSpan.start).includes('\n') && !own();
  return named || apart ? { start: closing.start, end: last.body.end } : null;
}

/** What is left of a group behind sentences on some of its parts. */
const isRest = ({ group, title }: PartMention): boolean => group && title.end === title.start;

const sentencesIn = (shadow: string, body: Span): Span[] => {
  const sentences: { start: number; end: number }[] = [];
  for (const clause of clausesOf(shadow, body)) {
    const open = sentences.at(-1);
    if (open && !/[.!?]\s*$/.test(shadow.slice(open.start, open.end))) open.end = clause.end;
    else sentences.push({ ...clause });
  }
  return sentences;
};

/** "Not identified in any specimen." */
const SPEAKS_OF_ALL =
  /\b(?:in|im|en|dans) (?:any|all|none|each|this material|kein[a-z]*|allen?|samtlich[a-z]*|geen|aucun[a-z]*|tou[ts][a-z]*|ningun[a-z]*|tod[oa]s)\b|\bthroughout\b/;

/** A paragraph of its own below parts of one paragraph each. */
const REPORT_WIDE =
  /^\s*(?:total|overall|in total|gesamt|insgesamt|totaal|en total|highest|maximum)|^\s*[^\n]*(?:perineur|perinerv|nervenscheid|[ck]ribr?i|intraduct|intradukt|\b(?:pni|epn|ipn|idc)\b)/;
/** "Further features:" on a line of its own. */
const OWN_HEADING = /^[a-z][a-z ]{3,50}:?[ \t]*\n/;
const NAMES_PARTS =
  /\b(?:in|im|en|dans|bei)(?: [a-z]+)? (?:[ivx]{1,5}|[a-h]|\d{1,2})(?:(?:,| and| und| en| et| y) (?:[ivx]{1,5}|[a-h]|\d{1,2})){0,6}\s*\.?\s*$/;
/** "Perineural invasion: in 2 present, in 1 not seen", "Pattern 4: 10 % (1), 60 % (2)": answers for more parts than one. */
const LABEL =
  '(?:[ivx]{1,5}|[a-h]|\\d{1,2})(?![a-z0-9]| ?(?:[/%]|(?:of|von|van|sur|de|core|stan|biop|car|cil|zyl|frag|punc|prel|mm)))';
const ANSWERS_IN_TURN = new RegExp(
  `\\b(?:in|im|en|dans|bei) ${LABEL}[^.,;\\n]{1,40}[,;][^.\\n]{0,40}?\\b(?:in|im|en|dans|bei) ${LABEL}|\\d ?% \\(${LABEL}\\)[^.\\n]{1,30}\\d ?% \\(${LABEL}\\)`,
);
/** "Perineural invasion: present in 4, not identified in 2." */
const ANSWERS_BY_PART =
  /\b(?:in|im|en|dans|bei) (?:[ivx]{1,5}|[a-h]|\d{1,2})(?:(?:,| and| und| en| et| y) (?:[ivx]{1,5}|[a-h]|\d{1,2})){0,6}[,;][^.\n]*\b(?:in|im|en|dans|bei) (?:[ivx]{1,5}|[a-h]|\d{1,2})\b/;
const DENIED =
  /\b(?:no|not|without|absen[a-z]*|negativ[a-z]*|kein[a-z]*|nicht|ohne|geen|niet|zonder|afwezig|pas|sans|aucun[a-z]*|sin|ausen[a-z]*|ningun[a-z]*)\b/;
const GROWTH = /\bpn ?[01+]|perineur|perinerv|nervenscheid|[ck]ribr?i|intraduct|intradukt|\b(?:pni|epn|ipn|idc)\b/;

const GRADED = /gleason|\bgg ?\d|\bisup|grade ?gr|\d ?\+ ?\d/;

const SIGNS = [
  /\bpn ?[01+-]|peri-?ner|peri-?neur|nervenscheid|\b(?:pni|epn|ipn)\b/,
  /[ck]ribr?i/,
  /intra-?du[ck]t|\bidc\b/,
];
