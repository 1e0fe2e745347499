import type { Location } from '../extraction.js';
import type { LocationWord } from '../location/location-words.js';
import type { Span } from '../text/span.js';
import { fillFields, locationOf, type LesionReading, type Said } from './lesion-reading.js';

/** A lesion on the way to its final form: its reading, and where the report contradicts itself. */
export interface MergedLesion {
  reading: LesionReading;
  readonly conflicts: { readonly field: string; readonly spans: readonly Span[] }[];
}

export type Source = 'findings' | 'impression' | 'addendum';

export const largest = (dims: readonly number[]): number => Math.max(0, ...dims);

/** "Lesion 1 was 6 mm, PI-RADS 3": of then, where the lesion has values of now. */
function withPriorApart(earlier: LesionReading, later: LesionReading): LesionReading {
  const oldCategory = earlier.category && later.category?.perhapsPrior ? later.category : null;
  const oldSize = earlier.size && later.size?.perhapsPrior ? later.size : null;
  return {
    ...later,
    ...(oldCategory && { category: null, priorCategory: { ...oldCategory, value: oldCategory.value.pirads } }),
    ...(oldSize && { size: null, priorSize: { ...oldSize, value: largest(oldSize.value.dimsMm) } }),
  };
}

/** Takes over what a later part of the report says of a known lesion. */
export function absorb(lesion: MergedLesion, next: LesionReading, source: Source): void {
  const earlier = lesion.reading;
  const later = withPriorApart(earlier, next);
  const note = (field: string, ...said: (Said<unknown> | null)[]): void => {
    if (source === 'impression') lesion.conflicts.push({ field, spans: said.flatMap((each) => each?.spans ?? []) });
  };
  const prefer = <T>(
    field: string,
    a: Said<T> | null,
    b: Said<T> | null,
    same: (a: T, b: T) => boolean,
  ): Said<T> | null => {
    if (!a || !b) return b ?? a;
    if (same(a.value, b.value))
      return { value: source === 'findings' ? a.value : b.value, spans: [...a.spans, ...b.spans] };
    if (source === 'findings') return a;
    note(field, a, b);
    return b;
  };
  const category = prefer(
    'pirads',
    earlier.category,
    later.category,
    (a, b) => a.pirads === b.pirads && String(a.range) === String(b.range),
  );
  const size = joinSizes(earlier, later, source, note);
  lesion.reading = {
    ...earlier,
    labels: [...new Set([...earlier.labels, ...(earlier.labels.length === 0 || earlier.merged ? later.labels : [])])],
    category,
    disagreeing: source === 'findings' ? earlier.disagreeing : later.category ? later.disagreeing : earlier.disagreeing,
    size,
    likert: prefer('likert', earlier.likert, later.likert, (a, b) => a === b),
    words: joinWords(earlier, later, source, note),
    subscores: {
      t2: prefer('subscores/t2', earlier.subscores.t2, later.subscores.t2, (a, b) => a === b),
      dwi: prefer('subscores/dwi', earlier.subscores.dwi, later.subscores.dwi, (a, b) => a === b),
      dce: prefer('subscores/dce', earlier.subscores.dce, later.subscores.dce, (a, b) => a === b),
    },
    references: [
      ...earlier.references,
      ...later.references.filter(
        (next) =>
          !earlier.references.some(
            (one) => one.value.series === next.value.series && one.value.image === next.value.image,
          ),
      ),
    ],
    epe: prefer('epe', earlier.epe, later.epe, (a, b) => a === b),
    svi: prefer('svi', earlier.svi, later.svi, (a, b) => a === b),
    priorCategory: earlier.priorCategory ?? later.priorCategory,
    priorSize: earlier.priorSize ?? later.priorSize,
    suspicion: earlier.suspicion ?? later.suspicion,
    discrete: earlier.discrete || later.discrete,
  };
}

/** The same largest dimension is one measurement, and the fuller form stays; another one replaces it whole. */
function joinSizes(
  earlier: LesionReading,
  later: LesionReading,
  source: Source,
  note: (field: string, ...said: (Said<unknown> | null)[]) => void,
): LesionReading['size'] {
  const [a, b] = [earlier.size, later.size];
  if (!a || !b) return b ?? a;
  if (source === 'findings') return a;
  if (a.value.ambiguous && !b.value.ambiguous) return b;
  if (b.value.ambiguous) return a;
  const same = Math.abs(largest(a.value.dimsMm) - largest(b.value.dimsMm)) < 0.5;
  if (same)
    return b.value.dimsMm.length > a.value.dimsMm.length
      ? b
      : {
          value: { ...a.value, comparator: a.value.comparator ?? b.value.comparator },
          spans: [...a.spans, ...b.spans],
        };
  note('sizeMm', a, b);
  return b;
}

const PLACE_FIELDS = ['side', 'zone', 'levels', 'positions'] as const;

/** Field by field: the later words where the two disagree, the fuller ones where one says more of the same. */
function joinWords(
  earlier: LesionReading,
  later: LesionReading,
  source: Source,
  note: (field: string, ...said: (Said<unknown> | null)[]) => void,
): LocationWord[] {
  const [there, here] = [locationOf(earlier), locationOf(later)];
  const taken: LocationWord[] = [];
  for (const field of PLACE_FIELDS) {
    const mine = wordsOf(earlier.words, field);
    const theirs = wordsOf(later.words, field);
    const relation = compare(there[field], here[field]);
    const useLater =
      source !== 'findings' &&
      (relation === 'other' || relation === 'more') &&
      theirs.length > 0 &&
      !(theirs.every((word) => word.clock) && mine.some((word) => !word.clock));
    if (useLater && relation === 'other')
      note(`location/${field}`, { value: 0, spans: mine }, { value: 0, spans: theirs });
    taken.push(...(useLater || mine.length === 0 ? theirs : mine));
  }
  return fillFields([taken]);
}

const wordsOf = (words: readonly LocationWord[], field: (typeof PLACE_FIELDS)[number]): LocationWord[] =>
  words.filter((word) => (field === 'side' ? word.sides : field === 'zone' ? word.zone : word[field]));

function compare(a: Location[keyof Location], b: Location[keyof Location]): 'same' | 'less' | 'more' | 'other' {
  if (Array.isArray(a) && Array.isArray(b)) {
    const [known, next]: string[][] = [a, b];
    const covered = next!.every((value) => known!.includes(value));
    if (covered) return next!.length === known!.length ? 'same' : 'less';
    return known!.every((value) => next!.includes(value)) ? 'more' : 'other';
  }
  if (b === null || a === b) return 'same';
  if (a === null) return 'more';
  return 'other';
}
