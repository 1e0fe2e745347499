import type { LocationWord } from '../location/location-words.js';
import type { Span } from '../text/span.js';
import { joins, runOf, wordAt, type ReportText, type TokenRun } from './report-text.js';
import { inside, type Mentions } from './mentions.js';
import { toPart, type Part, type Timed } from './part.js';
import type { Statement } from './statements.js';
import { cutsAtNouns, shareTail } from './listed-lesions.js';
import { withListed } from './listed-sizes.js';
import { AND, PLURAL } from './words.js';

/** Reads a statement as parts, one for each lesion that it describes. */
export function toParts(report: ReportText, statement: Statement, mentions: Mentions): Part[] {
  const whole = toPart(report, statement, mentions);
  const nouns = whole.labels.length === 0 ? cutsAtNouns(report, whole) : [];
  const plural = nouns.length === 0 ? distribute(report, whole) : null;
  if (plural) return plural;
  const named = nouns.length > 0 ? nouns : whole.labels.length > 1 ? cutsAtLabels(report, whole) : [];
  const edges = [statement.from, ...named, statement.to];
  // Between two labels, too, a lesion may be told by its place: "Lesion 1, PI-RADS 4; left apex, PI-RADS 3; lesion 3, …".
  if (nouns.length === 0)
    edges.push(...edges.slice(1).flatMap((to, k) => cutsAtCategories(report, whole, runOf(report, edges[k]!, to))));
  edges.sort((a, b) => a - b);
  if (edges.length === 2) return [whole];
  const [first, ...others] = edges
    .slice(1)
    .map((to, index) => toPart(report, statement, mentions, runOf(report, edges[index]!, to)));
  // "In the transition zone, a nodule on the right … and one on the left": the zone that leads is the zone of all.
  const leading = first!.words.find((word) => word.zone);
  const leads =
    leading !== undefined &&
    (report.shadow[leading.end] === ',' ||
      (leading.start - statement.start < 40 && /^(?:in|im|within|en|dans|au)$/.test(wordAt(report, statement.from)))) &&
    !first!.sizes.some(({ start }) => start < leading.start);
  // "In the right PZ there are two foci: …": the side that leads is the side of all as well.
  const head = leads ? first!.words.filter(({ start, zone, sides }) => start <= leading.start && (zone ?? sides)) : [];
  const parts = [
    first!,
    ...others.map((part) => {
      if (part.words.some(({ zone }) => zone)) return part;
      const sided = part.words.some(({ sides }) => sides);
      return { ...part, words: [...part.words, ...head.filter(({ zone }) => zone !== undefined || !sided)] };
    }),
  ];
  return nouns.length > 0 ? shareTail(report, parts) : parts;
}

const isSeparator = (report: ReportText, at: number): boolean =>
  /^[,;.|\n]$/.test(wordAt(report, at)) || joins(report, at);

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, k) => from + k);

/** Stands before a label that follows what is said of its lesion. */
const INTRODUCES_LABEL = /^(?:\(|for|fur|voor|pour|para|in|bei|bij)$/;

/** "Lesion 1: …, lesion 2: …" is cut before the second label; "… (lesion 1), … (lesion 2)" behind the first. */
function cutsAtLabels(report: ReportText, part: Part): number[] {
  const { labels, run } = part;
  const first = labels[0]!;
  const speaks = (from: number, to: number): boolean => {
    const span = runOf(report, from, to);
    return [part.categories, part.sizes, part.words, part.references].some(
      (said) => inside<Span>(said, span).length > 0,
    );
  };
  const cuts: number[] = [];
  const trailing = speaks(run.from, first.from) && INTRODUCES_LABEL.test(wordAt(report, first.from - 1));
  const lead = runOf(report, run.from, first.from);
  const placesLead = [part.categories, part.sizes].every((values) => inside<Span>(values, lead).length === 0);
  for (let k = 1; k < labels.length; k++) {
    const [before, label] = [labels[k - 1]!, labels[k]!];
    if (label.labels.every((name) => before.labels.includes(name))) continue;
    if (trailing) {
      let at = before.to;
      // "PI-RADS 4 (lesion 1, 9 mm) and …": what the bracket holds is of its lesion.
      for (let close = at; wordAt(report, before.from - 1) === '(' && close < label.from; close++)
        if (wordAt(report, close) === ')') at = close;
      const ends = range(at, label.from).filter((stop) => isSeparator(report, stop));
      // "In the left apex (lesion 1) a 9 mm focus, PI-RADS 4, in the right base (lesion 2) …": places lead, values follow.
      const cut =
        ends.find((stop) => wordAt(report, stop) === ';') ??
        (placesLead
          ? ends.findLast((stop) => inside(part.words, runOf(report, stop + 1, label.from)).length > 0)
          : ends[0]);
      if (cut !== undefined) cuts.push(cut + 1);
    } else if (
      isSeparator(report, label.from - 1) &&
      speaks(label.to, labels[k + 1]?.from ?? run.to) &&
      speaks(before.to, label.from)
    )
      cuts.push(label.from);
  }
  return cuts;
}

/** A second category with a place of its own begins a second lesion, at the separator between the two. */
function cutsAtCategories(report: ReportText, part: Part, run: TokenRun): number[] {
  const current = inside(part.categories, run).filter(
    (category) => category.time === 'now' && !category.final && category.exam !== 'surely',
  );
  if (current.length < 2) return [];
  const cuts: number[] = [];
  let from = run.from;
  // "Left apex, PI-RADS 4; lesion 2, PI-RADS 3": a label tells a lesion as well as a place does.
  const placed = (span: TokenRun): boolean =>
    inside(part.words, span).some((word) => word.sides ?? word.zone ?? word.levels) ||
    inside<Span>(part.labels, span).length > 0;
  for (let k = 1; k < current.length; k++) {
    const [before, category] = [current[k - 1]!, current[k]!];
    const to = current[k + 1]?.from ?? run.to;
    // Where the category closes a description the cut lies right behind it; where it opens one, before the next.
    const candidates: number[] = [];
    for (let at = before.to; at < category.from; at++) if (isSeparator(report, at)) candidates.push(at + 1);
    // "With EPE and invasion of the vesicles, also …": the conjunction joins what is said of the first.
    const joins = (at: number): boolean =>
      part.invasions.some(({ start, end }) => start < report.tokens[at - 1]!.start && report.tokens[at]!.end <= end);
    const strength = (at: number): number =>
      wordAt(report, at - 1) === ';' ? 0 : !AND.test(wordAt(report, at - 1)) ? 2 : joins(at) ? 3 : 1;
    candidates.sort((a, b) => strength(a) - strength(b) || a - b);
    const cut = candidates.find(
      (at) =>
        placed(runOf(report, from, at)) &&
        placed(runOf(report, at, to)) &&
        !sameWords(part, runOf(report, from, at), runOf(report, at, to)),
    );
    if (cut === undefined) continue;
    cuts.push(cut);
    from = cut;
  }
  return cuts;
}

const key = (words: readonly LocationWord[]): string =>
  words
    .map((word) => [word.sides, word.zone, word.levels].join())
    .sort()
    .join('|');
/** The same place; "left posterior TZ" and "left anterior TZ" are two. */
function sameWords(part: Part, a: TokenRun, b: TokenRun): boolean {
  const [one, other] = [inside(part.words, a), inside(part.words, b)];
  const positions = [one, other].map((words) =>
    [...new Set(words.flatMap((word) => word.positions ?? []))].sort().join(),
  );
  return key(one) === key(other) && (positions.includes('') || positions[0] === positions[1]);
}

const COUNT: ReadonlyMap<string, number> = new Map(
  Object.entries({
    two: 2,
    both: 2,
    zwei: 2,
    beide: 2,
    twee: 2,
    deux: 2,
    dos: 2,
    ambas: 2,
    three: 3,
    drei: 3,
    drie: 3,
    trois: 3,
    tres: 3,
  }),
);

/** How many lesions a statement in the plural names, or 0. */
export function lesionCount(report: ReportText, part: Part): number {
  const listed = part.labels.find((label) => label.labels.length > 1 && !label.merged);
  if (listed) return listed.labels.length;
  for (let i = part.run.from; i < part.run.to; i++) {
    const count = COUNT.get(wordAt(report, i));
    if (!count) continue;
    for (let j = i + 1; j < Math.min(i + 9, part.run.to); j++) if (PLURAL.test(wordAt(report, j))) return count;
  }
  return 0;
}

/** "There are lesions in the left PZ apex and the right TZ base.": two sides, and behind each a zone or level of its own. */
function isTwoPlaces(report: ReportText, part: Part): boolean {
  const sides = part.words.filter((word) => word.sides);
  const [left, right] = sides;
  if (sides.length !== 2 || !left || !right || left.crossing || right.crossing || left.sides![0] === right.sides![0])
    return false;
  const behind = (from: number, to: number): string =>
    key(part.words.filter((word) => word.start >= from && word.start < to && (word.zone ?? word.levels)));
  const [first, second] = [behind(left.end, right.start), behind(right.end, part.run.end)];
  return (
    first !== '' &&
    second !== '' &&
    first !== second &&
    range(part.run.from, part.run.to).some((at) => PLURAL.test(wordAt(report, at)))
  );
}

/** "Lesions 1 and 2, left and right apex, both PI-RADS 4, 7 and 9 mm respectively": the k-th of each list to the k-th. */
function distribute(report: ReportText, part: Part): Part[] | null {
  if (part.categories.length < 2 && part.sizes.length === 0 && part.words.length < 2) return null;
  const count = lesionCount(report, part) || (isTwoPlaces(report, part) ? 2 : 0);
  if (count < 2) return null;
  const listed = part.labels.find((label) => label.labels.length === count);
  const sides = part.words.filter((word) => word.sides && !word.crossing);
  const sizes = part.sizes.filter((size) => size.time === 'now');
  const current = part.categories.filter((category) => category.time === 'now' && category.exam !== 'surely');
  const all = withListed(report, sizes, part.categories);
  const pairs = current.length === count || all.length === count || sides.length === count;
  if (!pairs || (!listed && sides.length !== count && current.length === count)) return null;
  if (!listed && cutsAtCategories(report, part, part.statement).length > 0) return null;
  const share = <T>(list: readonly T[], k: number): T[] => (list.length === count ? [list[k]!] : [...list]);
  const fields = (k: number): LocationWord[] => {
    const levels = part.words.filter((word) => word.levels && !word.sides && !word.zone);
    const zones = part.words.filter((word) => word.zone && !word.sides);
    const rest = part.words.filter((word) => !sides.includes(word) && !levels.includes(word) && !zones.includes(word));
    // "Left mid PZ and right anterior apex TZ": the position stands with its own side.
    const [next, last] = [sides[k + 1], sides[k]];
    const own = rest.filter((word) => last && word.start > last.start && !(next && word.start > next.start));
    // "Postero-lateral": one place in two words, and both have it.
    const compound = rest.some((word, at) => at > 0 && word.start - rest[at - 1]!.end <= 1);
    const apart =
      sides.length === count && part.words.some(({ start }) => start > sides[0]!.start && start < sides[1]!.start);
    return [
      ...share(sides, k),
      ...share(zones, k),
      ...share(levels, k),
      ...(apart && rest.length < count ? own : compound ? rest : share(rest, k)),
    ];
  };
  return Array.from({ length: count }, (_, k) => ({
    ...part,
    labels: listed ? [{ ...listed, labels: [listed.labels[k]!] }] : [],
    categories: share(current, k),
    sizes: share(all, k),
    words: fields(k),
    references: share(part.references, k),
  }));
}

const THEY = /^(?:they|these|sie|diese|ze|zij|elles|ils|estas|ellas|respectively|jeweils)$/;
const RESPECTIVELY = /\b(?:respectively|respektive|respectievelijk|respectivement|respectivamente)\b/;

/** "They measure 9 and 14 mm and are PI-RADS 4 and 3, respectively.": the k-th of each list, for lesions told before. */
export function shareInTurn(report: ReportText, part: Part, told: () => readonly unknown[]): Part[] | null {
  if (part.sizes.length + part.categories.length === 0 || part.labels.length + part.words.length > 0) return null;
  const { statement } = part;
  if (
    !THEY.test(wordAt(report, statement.from)) &&
    !RESPECTIVELY.test(report.shadow.slice(statement.start, statement.end))
  )
    return null;
  const sizes = withListed(report, part.sizes.filter(isNow), part.categories);
  const categories = part.categories.filter(isNow);
  const count = told().length;
  if (count < 2) return null;
  if (sizes.length !== count && categories.length !== count) return null;
  const share = <T>(list: readonly T[], k: number): T[] => (list.length === count ? [list[k]!] : list.slice(0, 1));
  return Array.from({ length: count }, (_, k) => ({
    ...part,
    sizes: share(sizes, k),
    categories: share(categories, k),
  }));
}
const isNow = ({ time }: Timed<unknown>): boolean => time === 'now';
