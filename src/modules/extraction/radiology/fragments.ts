import { toLocation } from '../location/location-phrase.js';
import type { LocationWord } from '../location/location-words.js';
import type { CategoryMention } from './category.js';
import type { InvasionMention } from './invasion.js';
import { fragmentPlace, hasCategory, isPlaced, names } from './lesion-place.js';
import { ANOTHER } from './lesion-naming.js';
import { next } from './next-lesion.js';
import { ofRank } from './lesion-rank.js';
import { isField, type Part, type Timed } from './part.js';
import {
  BOTH,
  announces,
  hasContent,
  isOfBothVesicles,
  isBareScore,
  isBenign,
  isAdded,
  isForm,
  isNoLesion,
  isNormal,
  isHeaded,
  isHere,
  isOfExam,
  isPlaceOf,
  isPlacedBehind,
  isSummary,
  isUnscored,
  leadsWithZone,
  isZoneHeading,
  namesWhich,
  opens,
  sizeOf,
} from './part-questions.js';
import { type ReportText, wordAt } from './report-text.js';
import { shareInTurn } from './split.js';

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

const FIRST = /^(?:first|erste|erster|erstes|eerste|premiere?|primera|primer)$/;
/** "Lesión secundaria: …": the adjective behind its noun. */
const ROLE_BEHIND = /^(?:indice|index|dominante?|principale?|secundari[ao]|secondaire|secundaire)$/;
const ROLE = /^(?:index|dominant|main|secondary|primary|principal|hoofd)$/;

/** Of several fragments that a place fits, those that are no nodules of hyperplasia and no look of a zone. */
const ofThose = (fitting: readonly Fragment[]): readonly Fragment[] =>
  fitting.length < 2
    ? fitting
    : fitting.filter(({ parts }) => !parts.every(({ benign, diffuse }) => benign || diffuse));

/**
 * Groups the parts of a report by the lesion they describe, and sets aside what is said of the gland and the exam.
 * `scored`: an earlier section has scored the lesions, so that an overall category is the exam's.
 */
export function toFragments(report: ReportText, parts: readonly Part[], scored = false): Fragments {
  const fragments: Fragment[] = [];
  const gland: InvasionMention[] = [];
  let closing: InvasionMention[] = [];
  const vesicles: InvasionMention[] = [];
  let closes = false;
  const exam: { mention: Timed<CategoryMention>; bare: boolean }[] = [];
  /** The fragments of this section by their labels. */
  const byLabel = new Map<string, Fragment>();
  let current: Fragment | null = null;
  /** The lesion without a category that a statement on an organ interrupts. */
  let unscored: Fragment | null = null;
  let context: readonly LocationWord[] = [];
  let outer: readonly LocationWord[] = [];
  let outerAlone = false;
  /** The zone with which a sentence of the line began, for what is added to it behind a full stop. */
  let leading: readonly LocationWord[] = [];
  /** That sentence opens the line and speaks of no lesion: the line is about the zone. */
  let leadsLine = false;
  /** The line speaks of a lesion told before, by its label. */
  let passing = false;
  let section = -1;
  let sectionContextParagraph = false;
  /** That place heads the line of one lesion ("1. Left PZ, apex: 9 mm"), and no line behind it. */
  let headsLesion = false;
  let ranked: Fragment | null = null;
  let toldBefore = 0;
  /** The lesion that the statement at hand has named last. */
  let subject: Fragment | null = null;
  const start = (part: Part, labels: string[], merged: boolean): Fragment => {
    const zoned = part.words.some((word) => word.zone);
    const carried = leading.length > 0 && !zoned && (leadsLine || isAdded(report, part)) ? leading : context;
    const item = part.statement.item || null;
    const fragment: Fragment = { labels, merged, item, parts: [], context: carried };
    fragments.push(fragment);
    for (const name of labels) byLabel.set(name, fragment);
    if (labels.length === 0 && item !== null && !byLabel.has(item)) byLabel.set(item, fragment);
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
      for (const name of of.labels) {
        subject = byLabel.get(name) ?? start(bare, [name], false);
        subject.parts.push(bare);
      }
      return true;
    }
    const ranked =
      of && of.rank !== null && of.words.length === 0 ? ofRank(of.rank, told(), sizeOf, subject ?? current) : null;
    const place = of && of.words.length > 0 ? toLocation(of.words).location : null;
    const fitting = ranked
      ? [ranked]
      : place
        ? ofThose(fragments.filter((fragment) => names(place, fragmentPlace(fragment))))
        : current
          ? [current]
          : [];
    if (fitting.length !== 1) return false;
    subject = fitting[0]!;
    subject.parts.push(bare);
    return true;
  };
  /** The lesion told before that a part names by its rank, and whose place it does not tell: "The larger lesion measures …". */
  const named = (part: Part): Fragment | null => {
    if (part.labels.length > 0 || isPlaced(part)) return null;
    return part.rank === null ? null : ofRank(part.rank, told(), sizeOf, current);
  };
  for (const [at, part] of parts.entries()) {
    const { statement } = part;
    // A bullet beside the bullets of the lesions is about all of them, be it a field or not.
    const beside = statement.item === '' && current?.parts[0]?.statement.item === '';
    // In a form, the field is the lesion's; behind prose, a line of its own is about the gland.
    const invades =
      part.invasions.length > 0 &&
      (!hasContent(part) || isOfBothVesicles(part)) &&
      (beside ||
        !isField(report, part) ||
        !isForm(report, current) ||
        part.invasions.every(({ kind }) => kind === 'svi'));
    const opensNow = statement.opensLine && part.run.from === statement.from && parts[at - 1]?.statement !== statement;
    if (opensNow) {
      toldBefore = fragments.length;
      passing = false;
      leading = [];
    }
    // Behind two lesions in one line, too, a sentence of its own may be about the gland.
    closes = opensNow ? invades : (closes || passing || fragments.length - toldBefore > 1) && invades;
    if (statement.sectionAt !== section) {
      section = statement.sectionAt;
      current = null;
      unscored = null;
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
      // "Right half", alone on its line: the side of the zones below it.
      const within = zoned && !sided && outer.length > 0 && !outer.some((word) => word.zone) && outerAlone;
      context = zoned
        ? [...part.heading, ...(within ? outer : [])]
        : [...part.heading, ...(opensLine ? outer : context).filter((word) => word.zone ?? (!sided && word.sides))];
      if (alone && (zoned || sided) && !within) {
        outer = context;
        outerAlone = /^(?: [a-z]+)?[: ]*$/.test(report.shadow.slice(part.heading.at(-1)!.end, statement.end));
      }
      headsLesion = !alone && (Boolean(statement.item) || (zoned && (hasCategory(part) || part.sizes.length > 0)));
      sectionContextParagraph = true;
      current = null;
    } else if (opensLine && headsLesion) {
      context = outer;
    } else if (opensLine && statement.opensParagraph && sectionContextParagraph && !label && !statement.item) {
      context = [];
      sectionContextParagraph = false;
    }
    if (part.topic) {
      if (part.topic === 'organ' && current !== null) unscored = isUnscored(current) ? current : null;
      // "The right vesicle is infiltrated." within what is said of a lesion: it is that lesion that grows there.
      if (current !== null && !opensLine && part.invasions.some(({ value }) => value !== 'absent'))
        current.parts.push(part);
      else gland.push(...part.invasions);
      current = null;
      continue;
    }
    // "A tumour of 32 mm … The right vesicle is infiltrated. PI-RADS 5.": the organ stood between the lesion and its score.
    if (part.denies || hasContent(part) || part.speaksOfLesion) {
      if (current === null && unscored !== null && isBareScore(part)) current = unscored;
      unscored = null;
    }
    // "No suspicious lesion. PI-RADS 1.": the nodule of hyperplasia before has no part in it.
    if (part.denies && current !== null && (current.parts.every(isBenign) || (isPlaced(part) && !hasCategory(part))))
      current = null;
    if (announces(report, part)) {
      context = part.words.filter((word) => word.zone);
      current = null;
      continue;
    }
    const inTurn = shareInTurn(report, part, told);
    if (inTurn) {
      told().forEach((fragment, k) => fragment.parts.push(inTurn[k]!));
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
      subject = null;
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
      passing =
        known !== undefined && opensLine && part.words.length + part.categories.length + part.sizes.length === 0;
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
    else {
      if (current !== null && isSummary(current))
        context = current.parts.flatMap(({ words }) => words).filter((word) => word.zone);
      current = next(report, part, current, start);
    }
    if (leadsWithZone(report, part)) {
      leading = part.denies || isNormal(report, part) ? [] : part.words.filter((word) => word.zone);
      leadsLine = opensLine && !part.speaksOfLesion;
    }
    const all = part.invasions.filter((invasion) => invasion.ofAll);
    gland.push(...all);
    const bare: boolean =
      current === null ||
      (current.parts.length === 0 &&
        !isPlaced(part) &&
        !label &&
        !part.speaksOfLesion &&
        part.subscores.length === 0 &&
        !isPlacedBehind(parts[at + 1], part) &&
        !(scored && statement.section === 'addendum'));
    const ofExam = part.categories.filter((category) => isOfExam(category, part, current, bare, scored));
    const mine = part.categories.filter((category) => !ofExam.includes(category) || namesWhich(category, part));
    for (const mention of ofExam) exam.push({ mention, bare: mention.exam === null });
    const own = all.length > 0 ? part.invasions.filter((invasion) => !invasion.ofAll) : part.invasions;
    if (!current || (bare && mine.length === 0)) {
      gland.push(...own);
      if (current && current.parts.length === 0) {
        current = null;
      }
    } else {
      // "Keine Samenblaseninfiltration.": a sentence of its own is about the organ, wherever it stands.
      if (firstOfStatement && !hasContent(part) && !isField(report, part))
        vesicles.push(...own.filter(({ kind, value }) => kind === 'svi' && value === 'absent'));
      if (closes && !isHere(report, statement)) closing.push(...own.filter((invasion) => invasion.value === 'absent'));
      else if (hasContent(part) && !part.benign && !isOfBothVesicles(part)) closing = [];
      // Behind a nodule of hyperplasia, the lesion is no longer the subject.
      if (part.invasions.length > 0 && !hasContent(part) && isNoLesion(current)) gland.push(...own);
      else current.parts.push({ ...part, categories: mine, invasions: own });
    }
  }
  return {
    fragments: fragments.filter((fragment) => fragment.parts.length > 0),
    gland,
    closing: [...closing, ...vesicles],
    exam,
  };
}
