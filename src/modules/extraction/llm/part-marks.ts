import type { Span } from '../text/span.js';
import { findQuote } from './quotes.js';
import { matchesOf } from '../text/matches.js';

/**
 * Tells whether a stretch speaks of a part: the last label at the start of a line, or site, in front of it is the part's.
 * Models quote rightly but lay a neighbour's words to a part that says less.
 */
export class PartMarks {
  private readonly marks: { start: number; label: string }[];

  constructor(text: string, parts: readonly { label: string; site: string | null }[]) {
    this.marks = parts
      .flatMap(({ label, site }) => [
        ...labelsAt(text, label).map((start) => ({ start, label })),
        ...(site === null ? [] : findQuote(text, site).map(({ start }) => ({ start, label }))),
      ])
      .sort((a, b) => a.start - b.start);
  }

  speaksOf(label: string, { end }: Span): boolean {
    const last = this.marks.findLast(({ start }) => start < end);
    return !last || this.marks.some((mark) => mark.start === last.start && mark.label === label);
  }
}

/** `A.`, `(B)`, `3:`, `Part C -` at the start of a line. */
function labelsAt(text: string, label: string): number[] {
  if (label === '') return [];
  const line = new RegExp(`^[^\\p{L}\\d\\n]*(?:\\p{L}+\\s+)?${label}\\s*[.):\\]–-]`, 'gimu');
  return matchesOf(text, line).map(({ index }) => index);
}
