import type { Lesion, Location } from '../extraction.js';
import { toLocation } from '../location/location-phrase.js';
import type { LocationWord } from '../location/location-words.js';
import type { Span } from '../text/span.js';
import type { Fragment } from './fragments.js';
import type { CategoryMention } from './category.js';
import type { Rank } from './lesion-rank.js';
import type { Measurement } from './measurement.js';
import type { Part, Timed } from './part.js';

/** A value and the stretches of text it stands on. */
export interface Said<T> {
  /** It may have held in an earlier exam: "was PI-RADS 3" with no other value beside it. */
  readonly perhapsPrior?: boolean;
  readonly value: T;
  readonly spans: readonly Span[];
}

export type Category = { readonly pirads: Lesion['pirads']; readonly range: [number, number] | null };
export interface Size {
  readonly dimsMm: number[];
  readonly comparator: Lesion['sizeComparator'];
  readonly ambiguous: boolean;
  readonly range: boolean;
}

/** What one fragment says of its lesion. */
export interface LesionReading {
  labels: string[];
  readonly merged: boolean;
  item: string | null;
  category: Said<Category> | null;
  /** Categories of this lesion within one fragment that contradict each other. */
  disagreeing: readonly Span[];
  likert: Said<number> | null;
  size: Said<Size> | null;
  words: LocationWord[];
  subscores: { t2: Said<number> | null; dwi: Said<number> | null; dce: Said<'+' | '-'> | null };
  references: Said<{ series: number; image: number }>[];
  epe: Said<'present' | 'absent' | 'indeterminate'> | null;
  svi: Said<'present' | 'absent' | 'indeterminate'> | null;
  priorCategory: Said<Lesion['pirads']> | null;
  priorSize: Said<number> | null;
  suspicion: Span | null;
  /** The rank by which its first words name it among the lesions told before. */
  readonly rank: Rank | null;
  /** It was there in an earlier exam and is there no more. */
  readonly gone: boolean;
  /** It is named as a lesion that is known ("the left transition zone lesion"). */
  readonly definite: boolean;
  /** It begins a paragraph. */
  readonly opensParagraph: boolean;
  /** It is described as one thing (numbered, measured, or a lesion in one place), not as a look of a zone. */
  readonly discrete: boolean;
}

const said = <T>(value: T, ...spans: Span[]): Said<T> => ({
  value,
  spans: spans.map(({ start, end }) => ({ start, end })),
});

export function readFragment(fragment: Fragment): LesionReading {
  const { parts } = fragment;
  const categories = parts.flatMap((part) => part.categories);
  const sizes = parts.flatMap((part) => part.sizes);
  const pirads = categories.filter((category) => category.scale === 'pirads');
  const chosen = choose(pirads);
  const likert = current(categories.filter((category) => category.scale === 'likert'))[0];
  const size = chooseSize(sizes);
  const priorCategory = pirads.find(
    (category) => category.time !== 'now' && category !== chosen.mention && category.value !== null,
  );
  const priorSize = sizes.find((mention) => mention.time !== 'now' && mention !== size && mention.dimsMm.length > 0);
  const firstScore = <K extends 't2' | 'dwi' | 'dce'>(key: K) => {
    const score = parts.flatMap((part) => part.subscores).find((candidate) => candidate[key] !== null);
    return score ? said(score[key]!, score) : null;
  };
  const invasions = parts.flatMap((part) => part.invasions);
  const firstInvasion = (kind: 'epe' | 'svi') => {
    const found = invasions.find((invasion) => invasion.kind === kind);
    return found ? said(found.value, found) : null;
  };
  return {
    labels: fragment.labels,
    merged: fragment.merged,
    item: fragment.item,
    category: chosen.mention
      ? {
          ...said({ pirads: chosen.mention.value, range: chosen.mention.range }, chosen.mention),
          perhapsPrior: chosen.mention.time !== 'now',
        }
      : null,
    disagreeing: chosen.disagreeing,
    likert: typeof likert?.value === 'number' ? said(likert.value, likert) : null,
    size: size
      ? {
          ...said(
            { dimsMm: size.dimsMm, comparator: size.comparator, ambiguous: size.ambiguous, range: size.range },
            size,
          ),
          perhapsPrior: size.time !== 'now',
        }
      : null,
    words: placeWords(fragment),
    subscores: { t2: firstScore('t2'), dwi: firstScore('dwi'), dce: firstScore('dce') },
    references: unique(parts.flatMap((part) => part.references)).map((reference) =>
      said({ series: reference.series, image: reference.image }, reference),
    ),
    epe: firstInvasion('epe'),
    svi: firstInvasion('svi'),
    priorCategory: priorCategory ? said(priorCategory.value, priorCategory) : null,
    priorSize: priorSize ? said(Math.max(...priorSize.dimsMm), priorSize) : null,
    rank: parts[0]?.rank ?? null,
    suspicion: parts.map((part) => part.suspicion).find((span) => span !== null) ?? null,
    definite: parts[0]?.definite ?? false,
    opensParagraph: parts[0]?.statement.opensParagraph ?? false,
    gone: parts.some((part) => part.topic === 'gone'),
    discrete:
      fragment.labels.length > 0 ||
      size !== null ||
      parts.some(
        (part) =>
          part.speaksOfLesion &&
          !part.diffuse &&
          part.words.some((word) => word.levels ?? word.sides?.some((side) => side !== 'bilateral')),
      ),
  };
}

/** The mentions that hold now; where none does, those that probably held earlier but may hold now. */
function current<T>(mentions: readonly Timed<T>[]): Timed<T>[] {
  const now = mentions.filter((mention) => mention.time === 'now');
  return now.length > 0 ? now : mentions.filter((mention) => mention.time === 'probably-prior');
}

function choose(mentions: readonly Timed<CategoryMention>[]): {
  mention: Timed<CategoryMention> | null;
  disagreeing: Span[];
} {
  const all = current(mentions);
  const named = all.some((mention) => !mention.generic)
    ? all.filter((mention) => !mention.generic || mention.final)
    : all;
  if (named.length === 0) return { mention: null, disagreeing: [] };
  // "overall", "final" and "upgraded to" sum up what was said before; else the last word counts.
  const summed = named.filter((mention) => mention.final || mention.exam !== null).at(-1);
  const mention = summed ?? named.at(-1)!;
  const same = (other: CategoryMention): boolean =>
    other.value === mention.value && String(other.range) === String(mention.range);
  return { mention, disagreeing: summed ? [] : named.filter((other) => !same(other)) };
}

/** The first size that holds now; one that repeats its largest dimension with more dimensions is the fuller form. */
function chooseSize(mentions: readonly Timed<Measurement>[]): Timed<Measurement> | null {
  const all = current(mentions);
  const first = all.find((mention) => !mention.comparator || mention.comparator === '~') ?? all[0];
  if (!first) return null;
  const fuller = all.find(
    (mention) =>
      mention.dimsMm.length > first.dimsMm.length && Math.max(...mention.dimsMm) === Math.max(...first.dimsMm),
  );
  return fuller ?? first;
}

const FIELDS = ['sides', 'zone', 'levels', 'positions'] as const;

/** The place words, field by field from the statement that tells it first; what heads the paragraph fills in last. */
function placeWords(fragment: Fragment): LocationWord[] {
  const strong = (part: Part): boolean =>
    part.labels.length > 0 ||
    part.speaksOfLesion ||
    part.categories.length > 0 ||
    part.sizes.length > 0 ||
    part.heading.length > 0;
  const ranked = [...fragment.parts.filter(strong), ...fragment.parts.filter((part) => !strong(part))].map(
    (part) => part.words,
  );
  return fillFields([...ranked, fragment.context]);
}

/** Joins lists of words: each field is taken from the first list that has it in words, else from a clock position. */
export function fillFields(lists: readonly (readonly LocationWord[])[]): LocationWord[] {
  const chosen: LocationWord[] = [];
  for (const field of FIELDS) {
    const has = (word: LocationWord): boolean =>
      field === 'zone' ? word.zone !== undefined : (word[field]?.length ?? 0) > 0;
    const list =
      lists.find((words) => words.some((word) => has(word) && !word.clock)) ?? lists.find((words) => words.some(has));
    for (const word of list ?? []) if (has(word)) chosen.push(only(word, field));
  }
  return chosen;
}

function only(word: LocationWord, field: (typeof FIELDS)[number]): LocationWord {
  const { start, end, clock, crossing } = word;
  return { start, end, ...(clock && { clock }), ...(crossing && { crossing }), [field]: word[field] };
}

const unique = <T extends { series: number; image: number }>(references: readonly T[]): T[] =>
  references.filter(
    (reference, at) =>
      references.findIndex((other) => other.series === reference.series && other.image === reference.image) === at,
  );

export function locationOf({ words }: LesionReading): Location {
  let location = locations.get(words);
  if (!location) locations.set(words, (location = toLocation(words).location));
  return location;
}
/** Readings are compared with many others. */
const locations = new WeakMap<readonly LocationWord[], Location>();
