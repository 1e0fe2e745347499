/** A half-open stretch [start, end) of the canonical report text, in UTF-16 code units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export const spanOver = (spans: readonly Span[]): Span => ({
  start: Math.min(...spans.map((span) => span.start)),
  end: Math.max(...spans.map((span) => span.end)),
});

export const overlaps = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;

export const contains = (outer: Span, inner: Span): boolean => outer.start <= inner.start && inner.end <= outer.end;

/** The index of the first span of a list sorted by start that begins at or behind an offset. */
export function firstFrom(sorted: readonly Span[], offset: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]!.start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether any span of a sorted list of spans that do not overlap each other overlaps this one. */
export function anyOverlaps(sorted: readonly Span[], span: Span): boolean {
  const next = firstFrom(sorted, span.start);
  return (sorted[next]?.start ?? Infinity) < span.end || (sorted[next - 1]?.end ?? -1) > span.start;
}
