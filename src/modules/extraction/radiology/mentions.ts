import type { Language } from '../text/language.js';
import { anyOverlaps, contains, firstFrom, type Span } from '../text/span.js';
import { findLocationWords, type LocationWord } from '../location/location-words.js';
import { findCategories, type CategoryMention } from './category.js';
import { findImageReferences, type ImageReference } from './image-reference.js';
import { findLabels, type LabelMention } from './lesion-label.js';
import { findMeasurements, type Measurement } from './measurement.js';
import type { ReportText } from './report-text.js';
import { findSubscores, type SubscoreMention } from './subscores.js';

/** Everything mentioned in a report, found once. */
export interface Mentions {
  readonly labels: readonly LabelMention[];
  readonly categories: readonly CategoryMention[];
  readonly measurements: readonly Measurement[];
  readonly words: readonly LocationWord[];
  readonly subscores: readonly SubscoreMention[];
  readonly references: readonly ImageReference[];
}

export function findMentions(report: ReportText, language: Language): Mentions {
  const subscores = findSubscores(report.shadow);
  const references = findImageReferences(report.shadow);
  return {
    labels: findLabels(report),
    categories: findCategories(report).filter((category) => !anyOverlaps(subscores, category)),
    measurements: findMeasurements(report),
    words: findLocationWords(report.tokens, language).filter((word) => !anyOverlaps(references, word)),
    subscores,
    references,
  };
}

/** The mentions of a sorted list that lie in a span, found by halving. */
export function inside<T extends Span>(mentions: readonly T[], span: Span): T[] {
  const found: T[] = [];
  for (let at = firstFrom(mentions, span.start); at < mentions.length && mentions[at]!.start < span.end; at++)
    if (contains(span, mentions[at]!)) found.push(mentions[at]!);
  return found;
}
