import type { Flag, Location } from '../extraction.js';
import { absorb, largest, type MergedLesion, type Source } from './lesion-absorb.js';
import { agree } from './lesion-place.js';
import { ofRank } from './lesion-rank.js';
import { locationOf, type Category, type LesionReading } from './lesion-reading.js';

export interface Merge {
  readonly lesions: MergedLesion[];
  readonly flags: Flag[];
}

/** How many lesions a reading is compared with; no report has so many, and the time stays linear. */
const COMPARED = 48;

const isLesion = (reading: LesionReading): boolean =>
  !reading.gone &&
  ((reading.category !== null && (reading.discrete || !isLow(reading.category.value))) ||
    reading.likert !== null ||
    (reading.suspicion !== null && isInGland(reading)) ||
    hasSubscores(reading));
/** A side alone may be of any organ. */
const isInGland = ({ labels, words }: LesionReading): boolean =>
  (labels.length > 0 && words.length > 0) || words.some(({ zone, levels, positions }) => zone ?? levels ?? positions);
/** Described in the findings without a category, which the impression may add. */
const mayBecomeOne = (reading: LesionReading): boolean =>
  reading.labels.length > 0 || (reading.words.length > 0 && reading.size !== null);
/** PI-RADS 1 and 2 are also given to zones without any lesion. */
const isLow = ({ pirads }: Category): boolean => pirads === 1 || pirads === 2;
const hasSubscores = ({ subscores, words, labels }: LesionReading): boolean =>
  (subscores.t2 !== null || subscores.dwi !== null) && (words.length > 0 || labels.length > 0);

/**
 * Joins what the findings, the impression and the addenda say: each lesion once. The impression wins over the findings
 * with a flag, an addendum wins over both without.
 */
export function mergeLesions(
  sources: readonly { readonly source: Source; readonly readings: readonly LesionReading[] }[],
): Merge {
  const lesions: MergedLesion[] = [];
  const flags: Flag[] = [];
  for (const { source, readings } of sources) {
    // An addendum corrects what is a lesion by now, and no nodule measured beside it.
    const before = lesions.filter(({ reading }) => source !== 'addendum' || isLesion(reading));
    const taken = new Set<MergedLesion>();
    const left: LesionReading[] = [];
    for (const reading of readings) {
      if (reading.gone || (source === 'impression' && sumsUp(reading, before))) continue;
      const known = findKnown(reading, before.slice(-COMPARED), taken, source);
      if (known) {
        taken.add(known);
        absorb(known, reading, source);
        continue;
      }
      // A table and the prose beside it, or a later statement on a lesion by its number.
      const recent = left.slice(-COMPARED);
      const twin =
        recent.find((earlier) => isTwin(earlier, reading)) ??
        scoredBehind(recent, reading) ??
        recalled(recent, reading) ??
        toldAgain(recent, reading) ??
        numbered(recent, reading);
      if (twin && source === 'findings') left[left.indexOf(twin)] = joined(twin, reading);
      else left.push(reading);
    }
    const open = before.filter((lesion) => !taken.has(lesion));
    for (const reading of left) {
      // One lesion of the findings and one of the impression are left over and share a value: the same, described differently.
      const [only] = open;
      if (source === 'addendum') {
        if (before.length === 1 && (only || !isLesion(reading))) absorb(before[0]!, reading, source);
        else if (
          before.length > 1 &&
          (reading.category !== null || reading.size !== null || reading.words.length > 0) &&
          !isLesionOfItsOwn(reading)
        )
          flags.push({
            code: 'ambiguous',
            path: '/lesions',
            message: 'An addendum corrects a lesion, but not clearly which one.',
          });
        else if (isLesion(reading)) lesions.push({ reading, conflicts: [] });
      } else if (
        source === 'impression' &&
        only &&
        open.length === 1 &&
        left.length === 1 &&
        isLesion(reading) &&
        sharesValue(only.reading, reading)
      )
        absorb(only, reading, source);
      else if (isLesion(reading) || (source === 'findings' && mayBecomeOne(reading)))
        lesions.push({ reading, conflicts: [] });
    }
  }
  return { lesions: lesions.filter((lesion) => isLesion(lesion.reading)), flags };
}

/** "Bilateral peripheral zone lesions, PI-RADS 4": of two lesions told before, one on each side, and no third. */
function sumsUp(reading: LesionReading, lesions: readonly MergedLesion[]): boolean {
  const here = locationOf(reading);
  if (here.side !== 'bilateral' || reading.labels.length > 0 || reading.size !== null) return false;
  const sides = lesions.map((lesion) => locationOf(lesion.reading)).filter((there) => agree(there, here));
  return (
    ['left', 'right'].every((side) => sides.some((there) => there.side === side)) &&
    sides.every(({ side }) => side === 'left' || side === 'right')
  );
}

/** Two readings of one section that are surely of one lesion: the same number, or the same in every respect. */
function isTwin(earlier: LesionReading, reading: LesionReading): boolean {
  if (earlier.labels.length > 0 && reading.labels.length > 0)
    return earlier.labels.some((label) => reading.labels.includes(label));
  // Two items of one list.
  if (earlier.item && reading.item && earlier.item !== reading.item) return false;
  return (
    (earlier.labels.length > 0 || reading.labels.length > 0 ? earlier.size !== null : false) &&
    similarity(earlier, reading) >= 9
  );
}

/** The one lesion measured before and not scored, whose place a score without a size repeats (a letter without headings). */
function scoredBehind(earlier: readonly LesionReading[], reading: LesionReading): LesionReading | undefined {
  if (reading.category === null || reading.size !== null || reading.item !== null || reading.labels.length > 0) return;
  const open = earlier.filter(
    (known) =>
      known.category === null && known.likert === null && known.size !== null && similarity(known, reading) >= 4,
  );
  return open.length === 1 ? open[0] : undefined;
}

/** The one lesion told with its earlier values alone, of which a definite lesion in its place gives those of now. */
function recalled(earlier: readonly LesionReading[], reading: LesionReading): LesionReading | undefined {
  if (!reading.definite || reading.labels.length > 0 || (reading.size === null && reading.category === null)) return;
  const known = earlier.filter(
    ({ category, size, likert, priorCategory, priorSize }) =>
      category === null && size === null && likert === null && (priorCategory ?? priorSize) !== null,
  );
  const fitting = known.filter((each) => similarity(each, reading) >= 4);
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** "1. Left apex, 12 mm.", and in another section "Lesion 1: no EPE.": nothing but the number tells which lesion it is. */
function numbered(earlier: readonly LesionReading[], reading: LesionReading): LesionReading | undefined {
  if (reading.words.length > 0 || reading.size !== null) return;
  const same = earlier.filter(({ labels, item }) => labels.length === 0 && item && reading.labels.includes(item));
  return same.length === 1 ? same[0] : undefined;
}

/** The one measured lesion that a score without a size names again, in a report whose conclusion has no heading. */
function toldAgain(earlier: readonly LesionReading[], reading: LesionReading): LesionReading | undefined {
  if (reading.category === null || reading.size !== null || reading.item !== null || reading.labels.length > 0) return;
  const here = locationOf(reading);
  if (
    here.side === null ||
    here.zone === null ||
    !(reading.definite || (reading.opensParagraph && here.levels.length + here.positions.length > 0))
  )
    return;
  const same = earlier.filter((known) => {
    const there = locationOf(known);
    return (
      known.size !== null &&
      known.category?.value.pirads === reading.category?.value.pirads &&
      there.side === here.side &&
      there.zone === here.zone &&
      here.levels.every((level) => there.levels.includes(level)) &&
      here.positions.every((position) => there.positions.includes(position))
    );
  });
  return same.length === 1 ? same[0] : undefined;
}

function joined(earlier: LesionReading, later: LesionReading): LesionReading {
  const lesion: MergedLesion = { reading: earlier, conflicts: [] };
  absorb(lesion, later, 'findings');
  return lesion.reading;
}

const isLesionOfItsOwn = (reading: LesionReading): boolean =>
  reading.category !== null && reading.size !== null && reading.words.length > 1;

function sharesValue(a: LesionReading, b: LesionReading): boolean {
  const [there, here] = [locationOf(a), locationOf(b)];
  const sameSize = a.size !== null && b.size !== null && largest(a.size.value.dimsMm) === largest(b.size.value.dimsMm);
  const sameCategory =
    a.category !== null && b.category !== null && a.category.value.pirads === b.category.value.pirads;
  const samePlace =
    there.zone !== null && there.zone === here.zone && there.levels.some((level) => here.levels.includes(level));
  return sameReference(a, b) || [sameSize, sameCategory, samePlace].filter(Boolean).length >= 2;
}

const sameReference = (a: LesionReading, b: LesionReading): boolean =>
  a.references.some((one) =>
    b.references.some((other) => one.value.series === other.value.series && one.value.image === other.value.image),
  );

/** The lesion that a reading describes: by its label, else by place, images, size and category. */
function findKnown(
  reading: LesionReading,
  lesions: readonly MergedLesion[],
  taken: ReadonlySet<MergedLesion>,
  source: Source,
): MergedLesion | null {
  if (reading.labels.length > 0) {
    const labelled = lesions.find((lesion) => lesion.reading.labels.some((label) => reading.labels.includes(label)));
    if (labelled) return labelled;
    // "1. Lesion: …" in the findings, "Lesion 1" in the impression.
    const numbered = lesions.filter(
      ({ reading: { labels, item } }) => labels.length === 0 && item && reading.labels.includes(item),
    );
    if (numbered.length === 1) return numbered[0]!;
    if (lesions.some((lesion) => lesion.reading.labels.length > 0)) return null;
  }
  if (source === 'addendum' && reading.rank !== null && reading.labels.length === 0) {
    const ranked = ofRank(reading.rank, lesions, (lesion) => largest(lesion.reading.size?.value.dimsMm ?? []));
    if (ranked) return ranked;
  }
  if (source === 'findings' && reading.labels.length === 0 && reading.item !== null) return null;
  const scored = lesions
    .filter((lesion) => !taken.has(lesion) || reading.labels.length === 0)
    .map((lesion) => ({ lesion, score: similarity(lesion.reading, reading, source === 'addendum') }))
    .filter(({ score }) => score > 0)
    .sort(
      (a, b) =>
        b.score - a.score ||
        Number(isLesion(b.lesion.reading)) - Number(isLesion(a.lesion.reading)) ||
        Number(taken.has(a.lesion)) - Number(taken.has(b.lesion)),
    );
  const best = scored[0];
  // Two lesions that an addendum fits alike: neither is surely the one it corrects.
  if (source === 'addendum' && best && scored[1]?.score === best.score) return null;
  if (!best) return lesions.length === 1 && source !== 'findings' && reading.words.length === 0 ? lesions[0]! : null;
  if (source === 'findings' && (best.score < 5 || (taken.has(best.lesion) === false && best.score < 5))) return null;
  if (taken.has(best.lesion) && source === 'impression' && isLesion(reading) && best.score < 5) return null;
  return best.lesion;
}

/** How well a reading fits a lesion; what an addendum says otherwise is what it corrects, and no reason against it. */
function similarity(known: LesionReading, reading: LesionReading, corrects = false): number {
  const [there, here] = [locationOf(known), locationOf(reading)];
  if (sameReference(known, reading)) return 10;
  if (!agree(there, here)) return corrects ? unlessOneField(there, here) : 0;
  let score = 0;
  const placed = reading.words.length > 0;
  if (there.side && there.side === here.side) score += 2;
  if (there.zone && there.zone === here.zone) score += 2;
  if (there.levels.some((level) => here.levels.includes(level))) score += 2;
  const shared = there.positions.filter((position) => here.positions.includes(position)).length;
  score += shared;
  if (shared === 0 && there.positions.length > 0 && here.positions.length > 0) score -= 1;
  const sizes =
    known.size && reading.size ? largest(known.size.value.dimsMm) - largest(reading.size.value.dimsMm) : null;
  if (sizes !== null) score += Math.abs(sizes) < 0.5 ? 2 : corrects ? 0 : -1;
  if (known.category && reading.category)
    score += known.category.value.pirads === reading.category.value.pirads ? 1 : corrects ? 0 : -1;
  if (!placed)
    return sizes !== null && Math.abs(sizes) < 0.5
      ? score
      : known.category && reading.category && known.category.value.pirads === reading.category.value.pirads
        ? 1
        : 0;
  return score >= 1 ? score : 0;
}

/** "The peripheral zone lesion at the apex is on the LEFT": of side, zone and level one is corrected, and two tell the lesion. */
function unlessOneField(there: Location, here: Location): number {
  const same = [
    there.side !== null && there.side === here.side,
    there.zone !== null && there.zone === here.zone,
    there.levels.some((level) => here.levels.includes(level)),
  ].filter(Boolean).length;
  return same === 2 ? 4 : 0;
}
