import type { Span } from '../text/span.js';

/** A part that a list names with its site. */
export interface Gloss {
  readonly label: Span;
  readonly title: Span;
  readonly end: number;
}

/** A place that looks like the heading of a part, before style and order are checked. */
export interface HeadingMark {
  readonly printed: string;
  readonly start: number;
  readonly listStart: number;
  readonly end: number;
  readonly noun: string;
  readonly stop: string;
  readonly lineStart: boolean;
  /** A sentence names the part by its noun and judges it. */
  readonly spoken: boolean;
  /** Label and site of each part, where a list gives each its own. */
  readonly glosses: readonly Gloss[];
  /** The diagnosis, where it stands before a bracket that lists the parts. */
  readonly under?: Span;
  /** The title, where it stands before the label. */
  readonly title?: Span;
  /** The number that a word stands for ("the second specimen"). */
  readonly ordinal?: number;
}
