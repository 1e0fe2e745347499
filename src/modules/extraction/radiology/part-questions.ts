import type { CategoryMention } from './category.js';
import type { Fragment } from './fragments.js';
import { fragmentPlace, hasCategory, isPlaced, placeOf } from './lesion-place.js';
import { isField, isLow, type Part, type Timed } from './part.js';
import { type ReportText, wordAt } from './report-text.js';
import { lesionCount } from './split.js';
import type { Statement } from './statements.js';
import { LESION_NOUN } from './words.js';

/** "Lesion 1" on a line, and its place on the next. */
export const isPlaceOf = (current: Fragment, part: Part): boolean =>
  current.labels.length > 0 &&
  !current.parts.some(isPlaced) &&
  part.run.end - (part.heading.at(-1)?.end ?? 0) <= 1 &&
  part.words.some((word) => word.sides ?? word.levels);

/** "Left: …" within a line. */
export const isZoneHeading = (report: ReportText, part: Part): boolean => {
  const end = part.heading.at(-1)?.end ?? 0;
  return report.shadow[end] === ':' && part.words.length >= part.heading.length;
};

/** "1. PI-RADS 5. Right mid PZ, 20 mm.": the place of an itemised category follows in its line. */
export const isPlacedBehind = (next: Part | undefined, part: Part): boolean =>
  next !== undefined &&
  Boolean(part.statement.item) &&
  !next.statement.opensLine &&
  isPlaced(next) &&
  !hasCategory(next);

/** "Other lesion: …": a noun and a colon right behind the first word. */
export const isHeaded = (report: ReportText, at: number): boolean =>
  LESION_NOUN.has(wordAt(report, at + 1)) && wordAt(report, at + 2) === ':';

export const sizeOf = (fragment: Fragment): number =>
  Math.max(
    0,
    ...fragment.parts.flatMap(({ sizes }) =>
      sizes.filter(({ time }) => time === 'now').flatMap(({ dimsMm }) => dimsMm),
    ),
  );

/** "TZ: PI-RADS 2.": the score of a zone without a lesion. */
const isScoreOfZone = ({ parts }: Fragment): boolean =>
  parts.some(({ categories }) => categories.length > 0) &&
  parts.every(
    ({ labels, sizes, categories, speaksOfLesion }) =>
      labels.length + sizes.length === 0 && !speaksOfLesion && categories.every(isLow),
  );
/** What is told is no lesion, and growth told behind it is not its own. */
export const isNoLesion = (fragment: Fragment): boolean =>
  fragment.parts.length > 0 && (fragment.parts.every(isBenign) || isScoreOfZone(fragment));

/** "In the peripheral zone …": the zone leads the sentence. */
export const leadsWithZone = (report: ReportText, part: Part): boolean => {
  const zones = part.words.filter((word) => word.zone);
  return (
    part.run.from === part.statement.from &&
    zones.length === 1 &&
    zones[0]!.start - part.run.start < 30 &&
    /^(?:in|im|within|en|dans|au|the|die|de|la|el)$/.test(wordAt(report, part.run.from))
  );
};
/** "The peripheral zone is normal." */
export const isNormal = (report: ReportText, part: Part): boolean =>
  /\b(?:normal\w*|unremarkable|unauffallig\w*|regelrecht\w*|homogen\w*|without|ohne|zonder|sans|sin|no|kein\w*|geen|pas)\b/.test(
    report.shadow.slice(part.run.start, part.run.end),
  );
const ADDED =
  /^(?:another|second|further|additional|additionally|also|addition|zusatzlich|weitere[rs]?|ferner|daneben|zweiter?s?|tweede|daarnaast|tevens|nog|autre|second|seconde|deuxieme|egalement|outre|otra|otro|segund[ao]|ademas|tambien)$/;
/** "Zusätzlich links …", "A second focus …": something is added to what was said before. */
export const isAdded = (report: ReportText, part: Part): boolean =>
  [0, 1, 2].some((step) => ADDED.test(wordAt(report, part.run.from + step)));

/** "Bilateral tumour.": it sums up lesions that are told one by one behind it. */
export const isSummary = (fragment: Fragment): boolean => {
  const { side, levels } = fragmentPlace(fragment);
  const bare = ({ labels, sizes, categories }: Part): boolean => labels.length + sizes.length + categories.length === 0;
  return side === 'bilateral' && levels.length === 0 && fragment.parts.every(bare);
};

export const isBenign = (part: Part): boolean => part.benign;
export const BOTH = /^(?:both|all|each|beide|alle|jeweils|allebei|les|ambas|ambos|todas|toutes)$/;

/** "Within the peripheral zone there are two abnormalities.": what follows describes them, one by one. */
export const announces = (report: ReportText, part: Part): boolean =>
  part.labels.length + part.categories.length + part.sizes.length + part.subscores.length === 0 &&
  part.suspicion === null &&
  part.words.some((word) => word.zone) &&
  !part.words.some((word) => word.levels ?? word.positions) &&
  lesionCount(report, part) > 1;

export const hasContent = (part: Part): boolean =>
  part.labels.length + part.categories.length + part.sizes.length + part.words.length + part.subscores.length > 0;

/** "SB: keine Infiltration bds.": a side that both vesicles have is no place of a lesion. */
export function isOfBothVesicles(part: Part): boolean {
  const { side, zone, levels, positions } = placeOf(part.words);
  return (
    part.invasions.length > 0 &&
    part.invasions.every(({ kind, value }) => kind === 'svi' && value === 'absent') &&
    part.labels.length + part.categories.length + part.sizes.length + part.subscores.length === 0 &&
    side === 'bilateral' &&
    zone === null &&
    levels.length + positions.length === 0
  );
}

/** "PI-RADS 5.": a category and nothing else. */
export const isBareScore = (part: Part): boolean =>
  part.categories.length === 1 &&
  part.categories.every(({ exam, time }) => exam === null && time === 'now') &&
  part.labels.length + part.sizes.length + part.words.length === 0 &&
  !part.speaksOfLesion;

/** A lesion that has been described, and not scored. */
export const isUnscored = ({ parts }: Fragment): boolean =>
  parts.some(isPlaced) && !parts.some(hasCategory) && !parts.every(({ benign, diffuse }) => benign || diffuse);

export const opens = (part: Part): boolean =>
  isPlaced(part) &&
  (part.speaksOfLesion ||
    hasCategory(part) ||
    part.suspicion !== null ||
    part.sizes.some((size) => size.time === 'now') ||
    part.subscores.length > 0);

/** "Overall PI-RADS 5 (lesion 3)": the category of the exam, and of the lesion in the bracket. */
export const namesWhich = (category: Timed<CategoryMention>, { labels: [label] }: Part): boolean =>
  category.exam === 'maybe' && label !== undefined && label.from > category.from;

export function isOfExam(
  category: Timed<CategoryMention>,
  part: Part,
  current: Fragment | null,
  bare: boolean,
  scored: boolean,
): boolean {
  if (category.scale === 'likert' && current && (category.exam === null || current.parts.length > 0)) return false;
  if (category.exam === 'surely') return !(part.labels.length > 0 && !part.statement.opensParagraph);
  if (category.exam === null) return bare;
  // "Overall PI-RADS 5 (lesion 3, left anterior TZ)": the bracket says which lesion gives the exam its category.
  if (namesWhich(category, part)) return true;
  if (part.subscores.length > 0 || (isPlaced(part) && part.speaksOfLesion)) return false;
  // "Lesion 1 is the index lesion. Overall PI-RADS 4.": a sentence of its own, behind findings that score the lesion.
  if (scored && !category.generic && part.run.from === part.statement.from && part.labels.length === 0) return true;
  const open =
    current?.parts.some((known) => known.labels.length > 0 || isPlaced(known) || known.subscores.length > 0) &&
    !current.parts.some(hasCategory) &&
    !current.parts.every(isBenign) &&
    !part.statement.opensParagraph;
  return !open;
}

/** Its lesion is told in the fields of a form. */
export const isForm = (report: ReportText, current: Fragment | null): boolean =>
  current?.parts
    .slice(-12)
    .some(
      (known) =>
        known.labels.length + known.heading.length + known.invasions.length === 0 &&
        known.statement.opensLine &&
        !known.statement.item &&
        isField(report, known),
    ) ?? false;

/** "No extension at this site.", "It abuts the capsule; no EPE.": of the lesion at hand alone. */
export const isHere = (report: ReportText, { start, end }: Statement): boolean =>
  /^(?:it|er|sie|es|hij|zij|elle|il) |\b(?:here|at this (?:site|level|point|location)|hier|an dieser stelle|in diesem bereich|hierbij|op dit niveau|ter plaatse|ici|a ce niveau|a cet endroit|aqui|a este nivel|en esta zona)\b/.test(
    report.shadow.slice(start, end),
  );
