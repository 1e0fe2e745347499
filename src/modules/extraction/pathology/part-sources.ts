import type { Span } from '../text/span.js';
import type { PartFindings, ReadingScope } from './part-findings.js';
import type { PathologySection, PathologySectionKind } from './pathology-sections.js';
import { NODES, readSpecimenKind } from './specimen-site.js';

/** Where a part's values come from; the lower the rank, the more it is believed. */
export const RANK = { addendum: 0, diagnosis: 1, microscopy: 2, summary: 3, comment: 4, place: 9 } as const;

/** One stretch that speaks of a part. */
export interface PartSource {
  readonly rank: number;
  readonly labelSpan: Span;
  readonly title: Span;
  readonly context: Span | null;
  /** All that the stretch says below a heading of its own. */
  readonly body?: Span;
  /** The stretch speaks of several parts together. */
  readonly group: boolean;
  /** Null where it only names the place. */
  readonly findings: PartFindings | null;
}

export interface ReportPart {
  readonly label: string;
  readonly sources: PartSource[];
}

export const RANK_OF: Readonly<Record<PathologySectionKind, number>> = {
  diagnosis: RANK.diagnosis,
  open: RANK.diagnosis,
  microscopy: RANK.microscopy,
  summary: RANK.summary,
  synoptic: RANK.summary,
  comment: RANK.comment,
  addendum: RANK.addendum,
  specimens: RANK.place,
  clinical: RANK.place,
  gross: RANK.place,
  legend: RANK.place,
};

export interface ReportText {
  readonly text: string;
  readonly shadow: string;
  readonly sections: readonly PathologySection[];
}

export function scopeOf(
  shadow: string,
  title: Span,
  context: Span | null,
  group: boolean,
  alone: boolean,
): ReadingScope {
  const kind = readSpecimenKind(shadow, title) ?? (context && readSpecimenKind(shadow, context));
  return {
    group,
    alone,
    wholeGland: kind?.value === 'resection',
    nodes: kind?.value === 'other' && NODES.test(shadow.slice(title.start, title.end)),
  };
}
