import type { CategoryMention } from './category.js';
import type { Fragment } from './fragments.js';
import { agree, fragmentPlace, hasCategory, isPlaced, placeOf } from './lesion-place.js';
import { isField, isLow, type Part, type Timed } from './part.js';
import { ANOTHER } from './lesion-naming.js';
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

/** It tells how a zone looks, scored 1 or 2, and no lesion in it. */
const isLook = ({ parts }: Fragment): boolean =>
  parts.some(({ diffuse }) => diffuse) &&
  parts.every(({ labels, sizes, categories }) => labels.length + sizes.length === 0 && categories.every(isLow));

/** "A patchy area, PI-RADS 2. A focus of 6 mm, PI-RADS 3": a measured lesion behind an area that is neither measured nor suspicious. */
const outranks = (part: Part, { parts }: Fragment): boolean =>
  part.sizes.length > 0 &&
  part.categories.some((category) => category.time === 'now' && !isLow(category)) &&
  parts.some(({ categories }) => categories.length > 0) &&
  parts.every(({ labels, sizes, categories }) => labels.length + sizes.length === 0 && categories.every(isLow));

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

const ANAPHOR =
  /^(?:it|this|these|the|es|er|sie|dies\w*|der|die|das|het|de|deze|dit|il|elle|la|le|cette|cet|ce|esta|este|dicha|se) (?:(?:lesion|focus|nodule|area|mass|tumou?r|herd|lasion|lasie|knoten|laesie|letsel|afwijking|haard|nodus|foyer|nodulo|foco)\w* )?(?!(?:in|at|on|of|im|am|der|des|links|rechts|left|right|van|aan|op|dans|en|de|du|a|del)\b)[a-z]{3,}/;

/** "The lesion crosses the midline", "It extends …": still about the lesion before, whatever place is named. */
const goesOn = (report: ReportText, part: Part): boolean =>
  part.labels.length + part.categories.length + part.sizes.length === 0 &&
  part.run.from === part.statement.from &&
  ANAPHOR.test(report.shadow.slice(part.statement.start, part.statement.start + 60)) &&
  part.words.some((word) => word.crossing);

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

/** "Herd rechts apikal (PI-RADS 4). Knoten der Transitionszone rechts (PI-RADS 3).": a zone and a category not told yet. */
function isToldAnew(report: ReportText, part: Part, current: Fragment): boolean {
  const category = part.categories.find(isNow);
  const known = current.parts.flatMap(({ categories }) => categories).filter(isNow);
  return (
    part.run.from === part.statement.from &&
    part.speaksOfLesion &&
    current.parts[0]?.speaksOfLesion === true &&
    current.parts.every(({ labels }) => labels.length === 0) &&
    !THIS.test(wordAt(report, part.statement.from)) &&
    part.words.some(({ zone }) => zone) &&
    !current.parts.some(({ words }) => words.some(({ zone }) => zone)) &&
    category !== undefined &&
    !category.generic &&
    known.length > 0 &&
    known.every(({ value, scale }) => scale === category.scale && value !== category.value)
  );
}
/** "No extension at this site.", "It abuts the capsule; no EPE.": of the lesion at hand alone. */
export const isHere = (report: ReportText, { start, end }: Statement): boolean =>
  /^(?:it|er|sie|es|hij|zij|elle|il) |\b(?:here|at this (?:site|level|point|location)|hier|an dieser stelle|in diesem bereich|hierbij|op dit niveau|ter plaatse|ici|a ce niveau|a cet endroit|aqui|a este nivel|en esta zona)\b/.test(
    report.shadow.slice(start, end),
  );

/** "The lesion extends …", "it reaches …": the lesion told before, and no other that lies somewhere. */
const REFERS =
  /^(?:(?:it|this|these|es|er|sie|dies\w*|deze|dit|il|elle|cette|cet|ce|esta|este|dicha|se)\b|(?:the|der|die|das|het|de|la|le|l'|el) ?(?:lesion|focus|nodule|area|mass|tumou?r|herd|lasion|laesie|knoten|letsel|afwijking|haard|nodus|foyer|nodulo|foco)\b(?! (?:in|at|on|of|im|am|der|des|links|rechts|left|right|van|aan|op|dans|en|de|du|a|del)\b))/;

/** A place in another zone, with a category or a size beside those of the lesion before. */
function isToldInFull(report: ReportText, part: Part, current: Fragment): boolean {
  const zone = placeOf(part.words).zone;
  if (!(part.speaksOfLesion || hasCategory(part)) || zone === null || zone === (fragmentPlace(current).zone ?? zone))
    return false;
  if (REFERS.test(report.shadow.slice(part.run.start, part.run.start + 60))) return false;
  const [size, known] = [part.sizes.find(isNow), current.parts.flatMap(({ sizes }) => sizes).find(isNow)];
  return (
    (hasCategory(part) && current.parts.some(hasCategory)) ||
    (size !== undefined && known !== undefined && size.dimsMm[0] !== known.dimsMm[0])
  );
}

/** Lines, or parts of a sentence, of which each tells a lesion by its place (or label) and its category. */
function isToldInTurn(report: ReportText, part: Part, current: Fragment): boolean {
  const last = current.parts.at(-1);
  const scores = ({ categories }: Part): boolean =>
    categories.some((category) => isNow(category) && !category.generic && !category.final && category.exam === null);
  if (!last || !scores(last) || !scores(part) || !(isPlaced(last) || last.labels.length > 0)) return false;
  const { statement } = part;
  if (last.statement === statement) return part.run.from > statement.from;
  return (
    statement.section === 'impression' &&
    statement.opensLine &&
    last.statement.opensLine &&
    part.run.from === statement.from &&
    part.speaksOfLesion &&
    !isField(report, part) &&
    !THIS.test(wordAt(report, statement.from))
  );
}
const THIS = /^(?:the|this|der|die|das|dies\w*|de|het|deze|dit|le|la|l'|cette|ce|el|esta|este)$/;

const isNow = ({ time }: { readonly time: Timed<unknown>['time'] }): boolean => time === 'now';

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

/** "The size should read 18 mm", "lire 18 mm": a correction that names no lesion. */
const isOfSize = (said: string): boolean =>
  /\b(?:size|measur\w*|diameter|dimensions?|read|gro(?:e)?s{1,2}e|durchmesser|mis{1,2}t|afmeting\w*|grootte|meet|taille|mesur\w*|lire|diametre|tamano|mide|diametro|leer)\b/.test(
    said,
  );

/** Which fragment a part without label or number belongs to. */
export function next(
  report: ReportText,
  part: Part,
  current: Fragment | null,
  start: (part: Part, labels: string[], merged: boolean) => Fragment,
): Fragment | null {
  const { statement } = part;
  const opening = opens(part);
  // "On review the lesion measures 12 mm.": an addendum need not name the place again.
  const corrects =
    statement.section === 'addendum' &&
    part.sizes.some(isNow) &&
    (part.speaksOfLesion || isOfSize(report.shadow.slice(part.run.start, part.run.end)));
  if (!current)
    return corrects ||
      opening ||
      (hasCategory(part) && (part.speaksOfLesion || isPlaced(part))) ||
      part.subscores.length > 0
      ? start(part, [], false)
      : hasCategory(part)
        ? start(part, [], false)
        : null;
  if (goesOn(report, part)) return current;
  if (part.listed && opening) return start(part, [], false);
  // "Both peripheral zones streaky, PI-RADS 2": the look of a zone, behind a lesion that has its category.
  if (part.diffuse && hasCategory(part) && isPlaced(part) && current.parts.some(hasCategory)) return null;
  if (opening && part.speaksOfLesion && (isLook(current) || outranks(part, current))) return start(part, [], false);
  if (opening && (isToldAnew(report, part, current) || isToldInTurn(report, part, current)))
    return start(part, [], false);
  const benign = current.parts.length > 0 && current.parts.every(isBenign);
  // "BPH nodules up to 21 mm. I see two lesions.": no longer the nodules.
  if (benign && part.speaksOfLesion && !hasContent(part) && !part.benign && !THIS.test(wordAt(report, statement.from)))
    return null;
  // A nodule of hyperplasia beside the lesion, and the lesion beside it, are two things.
  if (
    opening &&
    (!isField(report, part) || (benign && part.speaksOfLesion)) &&
    (benign
      ? !part.benign && (part.speaksOfLesion || hasCategory(part) || (statement.opensLine && part.sizes.some(isNow)))
      : part.benign)
  )
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
  if (hasCategory(part) && isSummary(current) && placeOf(part.words).side !== 'bilateral')
    return start(part, [], false);
  const agrees = agree(placeOf(part.words), fragmentPlace(current));
  const another = part.another || [0, 1].some((step) => ANOTHER.test(wordAt(report, statement.from + step)));
  if (agrees && !another && !isToldInFull(report, part, current)) return current;
  // "New: right mid TZ, a 13 mm nodule": told in full, it is no field of the lesion before.
  if (field && !hasCategory(part) && !(part.speaksOfLesion && part.sizes.length > 0)) return current;
  if (opening) return start(part, [], false);
  // Another place, and no lesion: what follows is no longer about the lesion before.
  return part.words.some((word) => word.zone) && !hasCategory(part) && part.run.from === statement.from
    ? null
    : current;
}
