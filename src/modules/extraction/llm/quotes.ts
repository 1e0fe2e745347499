import type { Flag } from '../extraction.js';
import type { EvidenceBook } from '../text/evidence.js';
import type { Span } from '../text/span.js';
import { matchesOf } from '../text/matches.js';

/** Longer than any sentence that states one value. */
const LONGEST_QUOTE = 1000;
const MOST_OCCURRENCES = 100;

/**
 * Every stretch of the canonical text that reads as the quote. It is taken literally, except that any run of white
 * space equals any other: models straighten line breaks.
 */
export function findQuote(text: string, quote: string): Span[] {
  const words = quote.normalize('NFC').trim().split(/\s+/);
  if (words[0] === '' || quote.length > LONGEST_QUOTE) return [];
  const pattern = new RegExp(words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('\\s+'), 'g');
  const found: Span[] = [];
  for (const match of matchesOf(text, pattern)) {
    found.push({ start: match.index, end: match.index + match[0].length });
    if (found.length === MOST_OCCURRENCES) break;
  }
  return found;
}

/**
 * The occurrences by how near they are to what the same entry quotes elsewhere: on the same line first, and rather behind
 * it than before it, where the entry before ends.
 */
export function byNearness(text: string, occurrences: readonly Span[], anchors: readonly Span[]): Span[] {
  if (anchors.length === 0) return [...occurrences];
  const distance = (span: Span, anchor: Span): number => {
    const [first, second] = span.start < anchor.start ? [span, anchor] : [anchor, span];
    const otherLine = text.slice(first.end, second.start).includes('\n') ? text.length * 2 : 0;
    const gap = Math.max(0, second.start - first.end);
    return otherLine + (first === span ? 2 * gap + 1 : gap);
  };
  const nearest = (span: Span): number => Math.min(...anchors.map((anchor) => distance(span, anchor)));
  return [...occurrences].sort((a, b) => nearest(a) - nearest(b) || a.start - b.start);
}

export interface Read<T> {
  readonly value: T;
  /** The words that hold the value, within or around the quote. */
  readonly span: Span;
}

/** Turns quotes into values: finds them, has them read, and notes the evidence; what cannot be grounded is dropped. */
export class QuoteReader {
  readonly flags: Flag[] = [];

  constructor(
    private readonly text: string,
    private readonly evidence: EvidenceBook,
  ) {}

  /**
   * The value that the quote holds, read at the occurrence nearest to the anchors that holds any.
   * @param path where the evidence belongs, unless the reader of the value notes it itself
   */
  read<T>(
    quote: string | null,
    path: string,
    anchors: readonly Span[],
    reader: (span: Span) => Read<T> | null,
    options: { noteEvidence: boolean } = { noteEvidence: true },
  ): (Read<T> & { readonly quoted: Span }) | null {
    if (quote === null || quote.trim() === '') return null;
    const occurrences = findQuote(this.text, quote);
    for (const quoted of byNearness(this.text, occurrences, anchors)) {
      const read = reader(quoted);
      if (!read) continue;
      if (options.noteEvidence) this.evidence.add(path, read.span);
      return { ...read, quoted };
    }
    this.drop(
      path,
      occurrences.length === 0 ? 'The quote is not in the report.' : 'The quote holds no such value of this report.',
    );
    return null;
  }

  drop(path: string, message: string): void {
    this.flags.push({ code: 'ungrounded', path, message });
  }
}
