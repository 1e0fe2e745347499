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
