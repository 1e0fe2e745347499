import { UNSEEN } from './canonical-text.js';
import type { Span } from './span.js';
import { matchesOf } from './matches.js';

export type TokenKind = 'word' | 'number' | 'break' | 'mark';

export interface Token extends Span {
  readonly kind: TokenKind;
  /** The folded text; one line feed for a line break. */
  readonly text: string;
}

const TOKEN = new RegExp(
  `(?:[cdjlmnst]|qu)'(?=[a-z])|[a-z${UNSEEN}]+(?:'[a-z${UNSEEN}]+)*|\\d+(?:[.,]\\d+)*|(?<![\\da-z.,)])\\.\\d+|\\n|[^\\s]`,
  'g',
);

/**
 * Cuts a folded text into words, numbers, marks and line breaks. A decimal (`.14` too) or a dotted date is one number token, an
 * elided French article or particle (`l'`, `d'`, `n'`) a word of its own.
 */
export function tokenize(shadow: string, span: Span = { start: 0, end: shadow.length }): Token[] {
  const tokens: Token[] = [];
  const part = span.start === 0 && span.end === shadow.length ? shadow : shadow.slice(span.start, span.end);
  for (const match of matchesOf(part, TOKEN)) {
    const raw = match[0];
    const start = span.start + match.index;
    const first = raw.charCodeAt(0);
    const kind: TokenKind =
      raw === '\n'
        ? 'break'
        : (first >= 48 && first <= 57) || (first === 46 && raw.length > 1)
          ? 'number'
          : (first >= 97 && first <= 122) || raw.startsWith(UNSEEN)
            ? 'word'
            : 'mark';
    tokens.push({
      kind,
      text: raw.includes(UNSEEN) ? raw.replaceAll(UNSEEN, '') : raw,
      start,
      end: start + raw.length,
    });
  }
  return tokens;
}
