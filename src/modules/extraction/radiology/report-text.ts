import { UNSEEN } from '../text/canonical-text.js';
import type { Language } from '../text/language.js';
import { contains, type Span } from '../text/span.js';
import { joinWrappedLines } from '../text/unwrap.js';
import { tokenize, type Token } from '../text/tokens.js';
import { withNamedFields } from './form-fields.js';
import { typedAnswers } from './form-ticks.js';
import { AND } from './words.js';

/** One report, ready to be read: every mention found in it points to its tokens by index. */
export interface ReportText {
  readonly text: string;
  readonly shadow: string;
  readonly language: Language;
  readonly tokens: readonly Token[];
}

/** A run of tokens [from, to) and the stretch of text it covers. */
export interface TokenRun extends Span {
  readonly from: number;
  readonly to: number;
}

export function toReportText(text: string, shadow: string, language: Language): ReportText {
  const readable = joinWrappedLines(closeUp(withNamedFields(typedAnswers(shadow))), text);
  return { text, shadow: readable, language, tokens: tokenize(readable) };
}

/** Moves what is not seen behind its word, as spaces, so that words read as one and begin where they began. */
function closeUp(shadow: string): string {
  if (!shadow.includes(UNSEEN)) return shadow;
  return shadow.replace(WORD_WITH_UNSEEN, (word) => word.replaceAll(UNSEEN, '').padEnd(word.length));
}
const WORD_WITH_UNSEEN = new RegExp(`[^\\s${UNSEEN}]*${UNSEEN}[^\\s]*`, 'g');

export function runOf(report: ReportText, from: number, to: number): TokenRun {
  const first = report.tokens[from];
  const last = report.tokens[to - 1];
  return { from, to, start: first?.start ?? report.text.length, end: last?.end ?? first?.start ?? report.text.length };
}

/** The folded text of the token at an index; empty outside the report. */
export const wordAt = (report: ReportText, at: number): string => report.tokens[at]?.text ?? '';

/** Whether a word joins two things of a kind; "en" does in Dutch alone. */
export const joins = (report: ReportText, at: number): boolean => {
  const word = wordAt(report, at);
  return AND.test(word) && (word !== 'en' || report.language === 'nl');
};

/** Whether nothing, not even a space, lies between a token and the one before it. */
export const isGlued = (report: ReportText, at: number): boolean =>
  at > 0 && report.tokens[at - 1]?.end === report.tokens[at]?.start;

/** The index of the next token that is no line break, and of the one before. */
export const nextAt = (report: ReportText, at: number): number =>
  report.tokens[at + 1]?.kind === 'break' && report.tokens[at + 2]?.kind !== 'break' ? at + 2 : at + 1;
export const previousAt = (report: ReportText, at: number): number =>
  report.tokens[at - 1]?.kind === 'break' && report.tokens[at - 2]?.kind !== 'break' ? at - 2 : at - 1;

export const within = <T extends Span>(mentions: readonly T[], span: Span): T[] =>
  mentions.filter((mention) => contains(span, mention));
