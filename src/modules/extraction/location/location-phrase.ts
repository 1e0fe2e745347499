import type { Location } from '../extraction.js';
import type { Language } from '../text/language.js';
import type { Span } from '../text/span.js';
import { tokenize } from '../text/tokens.js';
import { findLocationWords, type LocationWord } from './location-words.js';
import { sectorsOf } from './sectors.js';

export interface LocatedPhrase {
  readonly location: Location;
  /** Where each part of the location is said. */
  readonly spans: { readonly side?: Span; readonly zone?: Span; readonly levels: Span[]; readonly positions: Span[] };
}

const LEVELS = ['base', 'mid', 'apex'] as const;
const POSITIONS = ['anterior', 'posterior', 'medial', 'lateral'] as const;

/** Joins place words to one location. Clock positions fill in only what no word says. */
export function toLocation(words: readonly LocationWord[]): LocatedPhrase {
  const spoken = words.filter((word) => !word.clock);
  const clocks = words.filter((word) => word.clock);
  const sided = spoken.some((word) => word.sides) ? spoken.filter((word) => word.sides) : clocks;
  const side = sideOf(sided);
  const zoned = spoken.find((word) => word.zone);
  const levelled = spoken.filter((word) => word.levels);
  const positioned = spoken.some((word) => word.positions?.length)
    ? spoken.filter((word) => word.positions?.length)
    : clocks;
  const parts = {
    side,
    zone: zoned?.zone ?? null,
    levels: LEVELS.filter((level) => levelled.some((word) => word.levels?.includes(level))),
    positions: POSITIONS.filter((position) => positioned.some((word) => word.positions?.includes(position))),
  };
  const sideWord = sided.find((word) => word.sides?.some((named) => named === side)) ?? sided[0];
  return {
    location: { ...parts, sectors: sectorsOf(parts) },
    spans: {
      ...(sideWord &&
        side && { side: pick(side === 'bilateral' && !sideWord.sides?.includes('bilateral') ? sided : [sideWord]) }),
      ...(zoned && { zone: pick([zoned]) }),
      levels: levelled.map((word) => pick([word])),
      positions: parts.positions.length > 0 ? positioned.map((word) => pick([word])) : [],
    },
  };
}

const pick = (words: readonly Span[]): Span => ({
  start: Math.min(...words.map((word) => word.start)),
  end: Math.max(...words.map((word) => word.end)),
});

function sideOf(words: readonly LocationWord[]): Location['side'] {
  const named = new Set(words.flatMap((word) => word.sides ?? []));
  if (named.has('bilateral') || (named.has('left') && named.has('right'))) return 'bilateral';
  if (named.has('left')) return 'left';
  if (named.has('right')) return 'right';
  return named.has('midline') ? 'midline' : null;
}

/** Reads the place that a stretch of the folded text names, in words, abbreviations, codes or clock positions. */
export function readLocation(shadow: string, span: Span, language: Language): LocatedPhrase {
  return toLocation(findLocationWords(tokenize(shadow, span), language));
}
