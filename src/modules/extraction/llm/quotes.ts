import type { Flag } from '../extraction.js';
import type { EvidenceBook } from '../text/evidence.js';
import type { Span } from '../text/span.js';

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
  for (const match of text.matchAll(pattern)) {
    found.push({ start: match.index, end: match.index + match[0].length });
    if (found.length === MOST_OCCURRENCES) break;
  }
  return found;
}

const gap = (a: Span, b: Span): number => Math.max(0, a.start - b.end, b.start - a.end);

/** The occurrences by how near they are to what the same entry quotes elsewhere. */
export function byNearness(occurrences: readonly Span[], anchors: readonly Span[]): Span[] {
  const distance = (span: Span): number => Math.min(...anchors.map((anchor) => gap(span, anchor)));
  return anchors.length === 0
    ? [...occurrences]
    : [...occurrences].sort((a, b) => distance(a) - distance(b) || a.start - b.start);
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
    for (const quoted of byNearness(occurrences, anchors)) {
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
