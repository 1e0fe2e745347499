import type { Fragment } from './fragments.js';
import { agree, fragmentPlace, hasCategory, isPlaced, placeOf } from './lesion-place.js';
import { isField, isLow, type Part, type Timed } from './part.js';
import { ANOTHER } from './lesion-naming.js';
import { hasContent, isBenign, isSummary, opens } from './part-questions.js';
import { type ReportText, wordAt } from './report-text.js';

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

const ANAPHOR =
  /^(?:it|this|these|the|es|er|sie|dies\w*|der|die|das|het|de|deze|dit|il|elle|la|le|cette|cet|ce|esta|este|dicha|se) (?:(?:lesion|focus|nodule|area|mass|tumou?r|herd|lasion|lasie|knoten|laesie|letsel|afwijking|haard|nodus|foyer|nodulo|foco)\w* )?(?!(?:in|at|on|of|im|am|der|des|links|rechts|left|right|van|aan|op|dans|en|de|du|a|del)\b)[a-z]{3,}/;

/** "The lesion crosses the midline", "It extends …": still about the lesion before, whatever place is named. */
const goesOn = (report: ReportText, part: Part): boolean =>
  part.labels.length + part.categories.length + part.sizes.length === 0 &&
  part.run.from === part.statement.from &&
  ANAPHOR.test(report.shadow.slice(part.statement.start, part.statement.start + 60)) &&
  part.words.some((word) => word.crossing);

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
