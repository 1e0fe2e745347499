import type { Span } from '../text/span.js';
import type { PartMention } from './part-headings.js';

/**
 * Lines behind the last part that deny growth signs hold for all parts, where every part has one line and none says
 * anything of growth itself.
 */
export function closingLines(shadow: string, mentions: readonly PartMention[]): Span | null {
  const last = mentions.at(-1);
  if (!last || mentions.length < 2) return null;
  const textOf = ({ body }: PartMention): string => shadow.slice(body.start, body.end).trimEnd();
  const text = textOf(last);
  const others = mentions.slice(0, -1).map(textOf);
  if (!text.includes('\n')) return null;
  const gap = /\n[ \t]*\n/;
  const paragraph = others.some((other) => gap.test(other)) ? null : gap.exec(text);
  if (paragraph && (mentions.length > 2 || REPORT_WIDE.test(text.slice(paragraph.index).trimStart().slice(0, 200))))
    return { start: last.body.start + paragraph.index, end: last.body.end };
  const named = text.lastIndexOf('\n');
  if (named >= 0 && GROWTH.test(text.slice(named)) && NAMES_PARTS.test(text.slice(named)))
    return { start: last.body.start + named, end: last.body.end };
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    const line = /^[^\n]*/.exec(text.slice(at + 1))?.[0] ?? '';
    if (GROWTH.test(line) && ANSWERS_BY_PART.test(line)) return { start: last.body.start + at + 1, end: last.body.end };
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

/** A paragraph of its own below parts of one paragraph each. */
const REPORT_WIDE =
  /^\s*(?:total|overall|in total|gesamt|insgesamt|totaal|en total|highest|maximum)|^\s*[^\n]*(?:perineur|perinerv|nervenscheid|[ck]ribri|intraduct|intradukt|\b(?:pni|epn|ipn|idc)\b)/;
const NAMES_PARTS =
  /\b(?:in|im|en|dans|bei)(?: [a-z]+)? (?:[ivx]{1,5}|[a-h]|\d{1,2})(?:(?:,| and| und| en| et| y) (?:[ivx]{1,5}|[a-h]|\d{1,2})){0,6}\s*\.?\s*$/;
/** "Perineural invasion: present in 4, not identified in 2." */
const ANSWERS_BY_PART =
  /\b(?:in|im|en|dans|bei) (?:[ivx]{1,5}|[a-h]|\d{1,2})(?:(?:,| and| und| en| et| y) (?:[ivx]{1,5}|[a-h]|\d{1,2})){0,6}[,;][^.\n]*\b(?:in|im|en|dans|bei) (?:[ivx]{1,5}|[a-h]|\d{1,2})\b/;
const DENIED =
  /\b(?:no|not|without|absen[a-z]*|negativ[a-z]*|kein[a-z]*|nicht|ohne|geen|niet|zonder|afwezig|pas|sans|aucun[a-z]*|sin|ausen[a-z]*|ningun[a-z]*)\b/;
const GROWTH = /\bpn ?[01+]|perineur|perinerv|nervenscheid|[ck]ribri|intraduct|intradukt|\b(?:pni|epn|ipn|idc)\b/;

const SIGNS = [
  /\bpn ?[01+-]|peri-?ner|peri-?neur|nervenscheid|\b(?:pni|epn|ipn)\b/,
  /[ck]ribri/,
  /intra-?du[ck]t|\bidc\b/,
];
