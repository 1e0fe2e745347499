import type { Evidence } from '../extraction.js';
import type { Span } from './span.js';

/** Collects which stretch of the text each value stands on. */
export class EvidenceBook {
  private readonly known = new Set<string>();
  private readonly entries: { path: string; span: Span; source: 'rule' | 'derived' }[] = [];

  /** `path` is a JSON pointer to the value, such as `/lesions/0/pirads`. An empty span is no evidence. */
  add(path: string, span: Span, source: 'rule' | 'derived' = 'rule'): void {
    const key = `${path} ${span.start} ${span.end}`;
    if (span.end <= span.start || this.known.has(key)) return;
    this.known.add(key);
    this.entries.push({ path, span: { start: span.start, end: span.end }, source });
  }

  has(path: string): boolean {
    return this.entries.some((entry) => entry.path === path);
  }

  /** The entries with their exact quotes of the canonical text, in the order they were added. */
  toList(text: string): Evidence[] {
    return this.entries.map(({ path, span, source }) => ({
      path,
      start: span.start,
      end: span.end,
      quote: text.slice(span.start, span.end),
      source,
    }));
  }
}
