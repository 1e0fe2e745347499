import type { LocationWord } from '../location/location-words.js';
import { toLocation } from '../location/location-phrase.js';
import type { InvasionMention } from './invasion.js';
import type { CategoryMention } from './category.js';
import { isField, isLow, type Part, type Timed } from './mentions.js';
import { lesionCount } from './split.js';
import { wordAt, type ReportText } from './report-text.js';
import { ofRank } from './lesion-rank.js';
import type { Location } from '../extraction.js';
import { LESION_NOUN } from './words.js';

/** All that one place of the report says of one lesion. */
export interface Fragment {
  labels: string[];
  readonly merged: boolean;
  readonly item: string | null;
  readonly parts: Part[];
  /** The place under whose heading it stands. */
  readonly context: readonly LocationWord[];
}

export interface Fragments {
  readonly fragments: Fragment[];
  /** What is said of the whole gland. */
  readonly gland: InvasionMention[];
  /** What is denied on a line of its own behind the last lesion: of that one, or of all where none has its own word. */
  readonly closing: InvasionMention[];
  /** Categories of the exam: those that say so, and those that name no lesion at all. */
  readonly exam: { readonly mention: Timed<CategoryMention>; readonly bare: boolean }[];
}

type Place = Pick<Location, 'side' | 'zone' | 'levels'> & Partial<Pick<Location, 'positions'>>;

/** Whether two places can be one: what both name agrees. */
export function agree(a: Place, b: Place): boolean {
  if (
    a.side &&
    b.side &&
    a.side !== b.side &&
    a.side !== 'bilateral' &&
    b.side !== 'bilateral' &&
    !(a.side === 'midline' || b.side === 'midline')
  )
    return false;
  if (a.zone && b.zone && a.zone !== b.zone && !(isAnterior(a.zone) && isAnterior(b.zone))) return false;
  return a.levels.length === 0 || b.levels.length === 0 || a.levels.some((level) => b.levels.includes(level));
}
const isAnterior = (zone: string): boolean => zone === 'AFS' || zone === 'TZ';

/** Whether a place is told apart by another: all that this says is said there too. */
const names = (place: Place, known: Place): boolean =>
  agree(place, known) &&
  (place.side === null || place.side === known.side) &&
  (place.zone === null || known.zone !== null) &&
  (place.levels.length === 0 || known.levels.length > 0) &&
  (place.side !== null ||
    place.zone !== null ||
    place.levels.length > 0 ||
    (place.positions ?? []).every((position) => known.positions?.includes(position)));

const placeOf = (words: readonly LocationWord[]): Location => toLocation(words).location;
const isPlaced = (part: Part): boolean => part.words.some((word) => word.sides ?? word.zone ?? word.levels);
const hasCategory = (part: Part): boolean =>
  part.categories.some((category) => category.time !== 'prior' && category.exam !== 'surely' && !category.generic);
const fragmentPlace = (fragment: Fragment): Location => placeOf(fragment.parts.find(isPlaced)?.words ?? []);

const ANOTHER =
  /^(?:another|other|second|third|further|additional|weitere|weiterer|weiteres|zweite|zweiter|zweites|tweede|derde|andere|autre|deuxieme|seconde|troisieme|otra|otro|segunda|segundo|tercera)$/;
const FIRST = /^(?:first|erste|erster|erstes|eerste|premiere?|primera|primer)$/;
/** "Lesión secundaria: …": the adjective behind its noun. */
const ROLE_BEHIND = /^(?:indice|index|dominante?|principale?|secundari[ao]|secondaire|secundaire)$/;
const ROLE = /^(?:index|dominant|main|secondary|primary|principal|hoofd)$/;

/** Groups the parts of a report by the lesion they describe, and sets aside what is said of the gland and the exam. */
export function toFragments(report: ReportText, parts: readonly Part[]): Fragments {
  const fragments: Fragment[] = [];
  const gland: InvasionMention[] = [];
  let closing: InvasionMention[] = [];
  let closes = false;
  const exam: { mention: Timed<CategoryMention>; bare: boolean }[] = [];
  /** The fragments of this section by their labels. */
  const byLabel = new Map<string, Fragment>();
  let current: Fragment | null = null;
  let context: readonly LocationWord[] = [];
  let outer: readonly LocationWord[] = [];
  let section = -1;
  let sectionContextParagraph = false;
  let ranked: Fragment | null = null;
  let toldBefore = 0;
  const start = (part: Part, labels: string[], merged: boolean): Fragment => {
    const fragment: Fragment = { labels, merged, item: part.statement.item || null, parts: [], context };
    fragments.push(fragment);
    for (const name of labels) byLabel.set(name, fragment);
    return fragment;
  };
  /** The lesions of this section so far. */
  const told = (): Fragment[] =>
    fragments.filter(
      ({ parts: [first], parts }) =>
        first?.statement.sectionAt === section && !parts.every(({ benign, diffuse }) => benign || diffuse),
    );
  /** Gives what is said of a lesion by name to that lesion; false where the name fits none, or several. */
  const deliver = (part: Part, invasion: InvasionMention, current: Fragment | null): boolean => {
    const { of } = invasion;
    const bare = { ...part, labels: [], words: [], heading: [], references: [], invasions: [invasion] };
    if (of && of.labels.length > 0) {
      for (const name of of.labels) (byLabel.get(name) ?? start(bare, [name], false)).parts.push(bare);
      return true;
    }
    const ranked = of && of.rank !== null && of.words.length === 0 ? ofRank(of.rank, told(), sizeOf) : null;
    const place = of && of.words.length > 0 ? toLocation(of.words).location : null;
    const fitting = ranked
      ? [ranked]
      : place
        ? fragments.filter((fragment) => names(place, fragmentPlace(fragment)))
        : current
          ? [current]
          : [];
    if (fitting.length !== 1) return false;
    fitting[0]!.parts.push(bare);
    return true;
  };
  /** The lesion told before that a part names by its rank, and whose place it does not tell: "The larger lesion measures …". */
  const named = (part: Part): Fragment | null => {
    if (part.labels.length > 0 || isPlaced(part)) return null;
    return part.rank === null ? null : ofRank(part.rank, told(), sizeOf);
  };
  for (const [at, part] of parts.entries()) {
    const { statement } = part;
    // A bullet beside the bullets of the lesions is about all of them, be it a field or not.
    const beside = statement.item === '' && current?.parts[0]?.statement.item === '';
    // In a form, the field is the lesion's; behind prose, a line of its own is about the gland.
    const invades =
      part.invasions.length > 0 && !hasContent(part) && (beside || !isField(report, part) || !isForm(report, current));
    const opensNow = statement.opensLine && part.run.from === statement.from;
    if (opensNow) toldBefore = fragments.length;
    // Behind two lesions in one line, too, a sentence of its own may be about the gland.
    closes = opensNow ? invades : (closes || fragments.length - toldBefore > 1) && invades;
    if (statement.sectionAt !== section) {
      section = statement.sectionAt;
      current = null;
      byLabel.clear();
      context = [];
      outer = [];
    }
    const firstOfStatement = part.run.from === statement.from;
    const opensLine = statement.opensLine && firstOfStatement;
    const label = part.labels[0];
    const role =
      (opensLine || (firstOfStatement && isHeaded(report, statement.from))) &&
      (ROLE.test(wordAt(report, statement.from)) ||
        ANOTHER.test(wordAt(report, statement.from)) ||
        FIRST.test(wordAt(report, statement.from)) ||
        ROLE_BEHIND.test(wordAt(report, statement.from + 1))) &&
      part.speaksOfLesion;
    if (opensLine && label && part.heading.some((word) => word.zone)) {
      context = part.heading.filter((word) => word.zone);
      sectionContextParagraph = true;
    } else if (
      (opensLine || (firstOfStatement && isZoneHeading(report, part))) &&
      part.heading.length > 0 &&
      !label &&
      !(current !== null && isPlaceOf(current, part))
    ) {
      const alone =
        part.words.length === part.heading.length &&
        !hasCategory(part) &&
        part.sizes.length === 0 &&
        !part.speaksOfLesion;
      const zoned = part.heading.some((word) => word.zone);
      // A side stands below its zone, a level below both.
      const sided = part.heading.some((word) => word.sides);
      context = zoned
        ? part.heading
        : [...part.heading, ...(opensLine ? outer : context).filter((word) => word.zone ?? (!sided && word.sides))];
      if (alone && (zoned || sided)) outer = context;
      sectionContextParagraph = true;
      current = null;
    } else if (opensLine && statement.opensParagraph && sectionContextParagraph && !label && !statement.item) {
      context = [];
      sectionContextParagraph = false;
    }
    if (part.topic) {
      current = null;
      gland.push(...part.invasions);
      continue;
    }
    // "No suspicious lesion. PI-RADS 1.": the nodule of hyperplasia before has no part in it.
    if (part.denies && current !== null && (current.parts.every(isBenign) || (isPlaced(part) && !hasCategory(part))))
      current = null;
    if (announces(report, part)) {
      context = part.words.filter((word) => word.zone);
      current = null;
      continue;
    }
    if (BOTH.test(wordAt(report, statement.from)) && part.categories.length > 0 && !label && !isPlaced(part)) {
      const open = fragments.filter(
        (fragment) => fragment.parts[0]?.statement.sectionAt === section && !fragment.parts.some(hasCategory),
      );
      for (const fragment of open) fragment.parts.push({ ...part, sizes: [] });
      if (open.length > 0) continue;
    }
    if (part.invasions.some(({ of }) => of !== null) && part.categories.length + part.sizes.length === 0) {
      const rest = part.invasions.filter((invasion) => !deliver(part, invasion, current));
      if (rest.length === 0) {
        // What follows is no longer about one of them.
        const named = new Set(part.invasions.map(({ of }) => of));
        if (part.labels.length > 1 || named.size > 1) current = null;
        continue;
      }
      gland.push(...rest.filter(({ ofAll }) => ofAll));
    }
    if (label && label.labels.length > 1 && !label.merged) {
      // What is said of several lesions at once goes to each.
      for (const name of label.labels) {
        const each = byLabel.get(name) ?? start(part, [name], false);
        each.parts.push({ ...part, labels: [] });
      }
      current = null;
      continue;
    }
    if (label) {
      const known = label.labels.map((name) => byLabel.get(name)).find((fragment) => fragment !== undefined);
      current = known ?? start(part, [...label.labels], label.merged);
      // "EPE: lesion 3 only." names a lesion, and what follows is no longer about it.
      if (
        known &&
        part.invasions.length > 0 &&
        label.from > part.run.from + 1 &&
        isField(report, part) &&
        part.categories.length + part.sizes.length === 0
      ) {
        known.parts.push({ ...part, words: [] });
        current = null;
        continue;
      }
    } else if ((ranked = named(part))) current = ranked;
    else if (role) current = start(part, [], false);
    else if (statement.item !== null && firstOfStatement && statement.item !== '')
      current =
        opens(part) || isPlaced(part) || hasCategory(part) || part.speaksOfLesion ? start(part, [], false) : null;
    else if (
      statement.item === '' &&
      opensLine &&
      current?.labels.length === 0 &&
      isPlaced(part) &&
      hasCategory(part) &&
      current.parts.some(hasCategory)
    )
      current = start(part, [], false);
    else current = next(report, part, current, start);
    const all = part.invasions.filter((invasion) => invasion.ofAll);
    gland.push(...all);
    const bare: boolean =
      current === null ||
      (current.parts.length === 0 &&
        !isPlaced(part) &&
        !label &&
        !part.speaksOfLesion &&
        part.subscores.length === 0 &&
        !isPlacedBehind(parts[at + 1], part));
    const mine = part.categories.filter((category) => !isOfExam(category, part, current, bare));
    for (const mention of part.categories)
      if (!mine.includes(mention)) exam.push({ mention, bare: mention.exam === null });
    const own = all.length > 0 ? part.invasions.filter((invasion) => !invasion.ofAll) : part.invasions;
    if (!current || (bare && mine.length === 0)) {
      gland.push(...own);
      if (current && current.parts.length === 0) {
        current = null;
      }
    } else {
      if (closes) closing.push(...own.filter((invasion) => invasion.value === 'absent'));
      else if (hasContent(part) && !part.benign) closing = [];
      // Behind a nodule of hyperplasia, the lesion is no longer the subject.
      if (part.invasions.length > 0 && !hasContent(part) && current.parts.length > 0 && current.parts.every(isBenign))
        gland.push(...own);
      else current.parts.push({ ...part, categories: mine, invasions: own });
    }
  }
  return { fragments: fragments.filter((fragment) => fragment.parts.length > 0), gland, closing, exam };
}

/** "Lesion 1" on a line, and its place on the next. */
const isPlaceOf = (current: Fragment, part: Part): boolean =>
  current.labels.length > 0 &&
  !current.parts.some(isPlaced) &&
  part.run.end - (part.heading.at(-1)?.end ?? 0) <= 1 &&
  part.words.some((word) => word.sides ?? word.levels);

/** "Left: …" within a line. */
const isZoneHeading = (report: ReportText, part: Part): boolean => {
  const end = part.heading.at(-1)?.end ?? 0;
  return report.shadow[end] === ':' && part.words.length >= part.heading.length;
};

/** "1. PI-RADS 5. Right mid PZ, 20 mm.": the place of an itemised category follows in its line. */
const isPlacedBehind = (next: Part | undefined, part: Part): boolean =>
  next !== undefined &&
  Boolean(part.statement.item) &&
  !next.statement.opensLine &&
  isPlaced(next) &&
  !hasCategory(next);

/** "Other lesion: …": a noun and a colon right behind the first word. */
const isHeaded = (report: ReportText, at: number): boolean =>
  LESION_NOUN.has(wordAt(report, at + 1)) && wordAt(report, at + 2) === ':';

const sizeOf = (fragment: Fragment): number =>
  Math.max(
    0,
    ...fragment.parts.flatMap(({ sizes }) =>
      sizes.filter(({ time }) => time === 'now').flatMap(({ dimsMm }) => dimsMm),
    ),
  );

/** It tells how a zone looks, scored 1 or 2, and no lesion in it. */
const isLook = ({ parts }: Fragment): boolean =>
  parts.some(({ diffuse }) => diffuse) &&
  parts.every(({ labels, sizes, categories }) => labels.length + sizes.length === 0 && categories.every(isLow));

const isBenign = (part: Part): boolean => part.benign;
const BOTH = /^(?:both|all|each|beide|alle|jeweils|allebei|les|ambas|ambos|todas|toutes)$/;

/** "Within the peripheral zone there are two abnormalities.": what follows describes them, one by one. */
const announces = (report: ReportText, part: Part): boolean =>
  part.labels.length + part.categories.length + part.sizes.length + part.subscores.length === 0 &&
  part.suspicion === null &&
  part.words.some((word) => word.zone) &&
  !part.words.some((word) => word.levels ?? word.positions) &&
  lesionCount(report, part) > 1;

const ANAPHOR =
  /^(?:it|this|these|the|es|er|sie|dies\w*|der|die|das|het|de|deze|dit|il|elle|la|le|cette|cet|ce|esta|este|dicha|se) (?:(?:lesion|focus|nodule|area|mass|tumou?r|herd|lasion|lasie|knoten|laesie|afwijking|haard|nodus|foyer|nodulo|foco)\w* )?(?!(?:in|at|on|of|im|am|der|des|links|rechts|left|right|van|aan|op|dans|en|de|du|a|del)\b)[a-z]{3,}/;

/** "The lesion crosses the midline", "It extends …": still about the lesion before, whatever place is named. */
const goesOn = (report: ReportText, part: Part): boolean =>
  part.labels.length + part.categories.length + part.sizes.length === 0 &&
  part.run.from === part.statement.from &&
  ANAPHOR.test(report.shadow.slice(part.statement.start, part.statement.start + 60)) &&
  part.words.some((word) => word.crossing);

const hasContent = (part: Part): boolean =>
  part.labels.length + part.categories.length + part.sizes.length + part.words.length + part.subscores.length > 0;

const opens = (part: Part): boolean =>
  isPlaced(part) &&
  (part.speaksOfLesion ||
    hasCategory(part) ||
    part.suspicion !== null ||
    part.sizes.some((size) => size.time === 'now') ||
    part.subscores.length > 0);

function isOfExam(category: Timed<CategoryMention>, part: Part, current: Fragment | null, bare: boolean): boolean {
  if (category.scale === 'likert' && current && (category.exam === null || current.parts.length > 0)) return false;
  if (category.exam === 'surely') return !(part.labels.length > 0 && !part.statement.opensParagraph);
  if (category.exam === null) return bare;
  if (part.subscores.length > 0 || (isPlaced(part) && part.speaksOfLesion)) return false;
  const open =
    current?.parts.some((known) => known.labels.length > 0 || isPlaced(known) || known.subscores.length > 0) &&
    !current.parts.some(hasCategory) &&
    !part.statement.opensParagraph;
  return !open;
}

/** A line with a size and a category of its own, other than those of the lesion before. */
function differs(part: Part, current: Fragment): boolean {
  const [size, category] = [part.sizes.find(isNow), part.categories.find(isNow)];
  if (!size || !category || category.generic || !part.speaksOfLesion) return false;
  const recent = current.parts.slice(-12);
  const known = recent.flatMap(({ categories }) => categories).filter(isNow);
  return (
    known.length > 0 &&
    !known.some(({ value, range }) => value === category.value && String(range) === String(category.range)) &&
    recent.some(({ sizes }) => sizes.some((other) => isNow(other) && other.dimsMm[0] !== size.dimsMm[0]))
  );
}
const isNow = ({ time }: { readonly time: Timed<unknown>['time'] }): boolean => time === 'now';

/** Its lesion is told in the fields of a form. */
const isForm = (report: ReportText, current: Fragment | null): boolean =>
  current?.parts
    .slice(-12)
    .some(
      (known) =>
        known.labels.length === 0 && known.heading.length === 0 && known.statement.opensLine && isField(report, known),
    ) ?? false;

/** Which fragment a part without label or number belongs to. */
function next(
  report: ReportText,
  part: Part,
  current: Fragment | null,
  start: (part: Part, labels: string[], merged: boolean) => Fragment,
): Fragment | null {
  const { statement } = part;
  const opening = opens(part);
  if (!current)
    return opening || (hasCategory(part) && (part.speaksOfLesion || isPlaced(part))) || part.subscores.length > 0
      ? start(part, [], false)
      : hasCategory(part)
        ? start(part, [], false)
        : null;
  if (goesOn(report, part)) return current;
  if (opening && part.speaksOfLesion && isLook(current)) return start(part, [], false);
  const benign = current.parts.length > 0 && current.parts.every(isBenign);
  // A nodule of hyperplasia beside the lesion, and the lesion beside it, are two things.
  if (opening && !isField(report, part) && (benign ? !part.benign && part.speaksOfLesion : part.benign))
    return start(part, [], false);
  if (part.run.from === statement.from && statement.opensLine && differs(part, current) && !isField(report, part))
    return start(part, [], false);
  const paragraph = statement.opensParagraph && part.run.from === statement.from;
  const field = isField(report, part);
  if (paragraph && part.invasions.length > 0 && !opening) return null;
  if (paragraph && !field) {
    if (current.labels.length === 0) return opening || hasCategory(part) ? start(part, [], false) : null;
    if (opening && (hasCategory(part) || !agree(placeOf(part.words), fragmentPlace(current))))
      return start(part, [], false);
    if (!opening && !hasCategory(part) && part.subscores.length === 0)
      return part.sizes.length > 0 && !isPlaced(part) ? current : null;
  }
  if (!isPlaced(part) || current.parts.length === 0) return current;
  const agrees = agree(placeOf(part.words), fragmentPlace(current));
  if (agrees && !(ANOTHER.test(wordAt(report, statement.from)) || ANOTHER.test(wordAt(report, statement.from + 1))))
    return current;
  if (field && !hasCategory(part)) return current;
  if (opening) return start(part, [], false);
  // Another place, and no lesion: what follows is no longer about the lesion before.
  return part.words.some((word) => word.zone) && !hasCategory(part) && part.run.from === statement.from
    ? null
    : current;
}
