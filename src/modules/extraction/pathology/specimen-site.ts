import type { Specimen } from '../extraction.js';
import type { Span } from '../text/span.js';
import { matchesOf } from '../text/matches.js';

export type SpecimenKind = NonNullable<Specimen['kind']>;

export interface ReadWord<T> {
  readonly value: T;
  readonly span: Span;
}

const TARGET_NOUN =
  '(?:(?:suspicious areas?|verdachtsareale?|areas? sospechosas?|zonas? sospechosas?|zones? suspectes?)|(?:mri|mrt|irm|rm|mr|index|ziel|mri-|mrt-)?[ -]?(?:targets?|tgts?|rois?|regions? of interest|lesions?|lasion(?:en)?|laesies?|lesies?|lesion(?:es)?|herde?|zielherd|zielgebiet|zielregion|ziel(?= ?\\d)|doel(?:gebied|laesie|wit)?|afwijking(?:en)?|letsels?|cibles?|dianas?|objetivos?|blancos?|nodul[eo]s?|area of interest|ziellasion|haard))';
const TARGETED =
  /\b(?:targeted|target(?:s)?|tgts?|rois?|regions? of interest|gezielt[a-z]*|zielbiops[a-z]*|gericht[a-z]*|cibl(?:e|es|ee|ees)|dirigid[a-z]*|dianas?|mri-?guided|mrt-?gesteuert[a-z]*|in-?bore|pi-?rads|lesions?|lasion(?:en)?|herde?|laesies?|lesies?|letsels?|afwijking(?:en)?|mrt-?fusion[a-z]*|ziellasion(?:en)?|zielgebiet|blancos?(?= ?(?:\d|[a-c]\b|:))|objetivos?|(?:mri|mrt|mr|irm|rm)[- ](?:areal|area|befund|afwijking|zone|zona)s?|suspicious (?:area|region)s?|verdachtsareal[a-z]*|(?:area|zona|lesion)s? sospechosas?|zones? suspectes?|zielherd|zielregion|ziel(?= ?\d)|doel(?:gebied|laesie)?|nodulo|haard)\b/;
const SYSTEMATIC =
  /\b(?:systemat[a-z]*|sistemat[a-z]*|syst\b|random(?:ly)?|randombiopt[a-z]*|sextant[a-z]*|standard(?: template)?|template|saturation|mapping|aleatori[a-z]*|routine|zufalls[a-z]*|ungezielt[a-z]*|non-?target(?:ed)?|blind)\b/;
const RESECTION =
  /^\W*(?:the )?prosta[a-z]*(?: gland)?,? (?:with|and|et|avec|y|con|und|mit|en|met|&|\+) (?:the |les |las |both |beide[nr]? |deux |ambas )?(?:bilateral )?(?:seminal[- ]?vesic|sv\b|vesicul|samenblas|zaadbla)|prostatec?k?tom|prostat(?:o-?)?vesikulek|\bturp?\b|tur-?p\b|\btur-?prost|transur[a-z]* (?:resec|resek|prost)|transurethral[a-z]* resec|resection (?:chips|of prostate|transuret|endoscop|de (?:la )?prostat)|resecci|resektat|resektion|enu[ck]lea|\bholep\b|adenome[ck]tom|\brtup?\b|pieza (?:quirurgica|de prost)|piece operatoire|(?:cysto|zysto)prostat|chippings|prostate chips|prostataspan|copeaux/;
const OTHER_ORGAN =
  /\blymph|lymfe?klier|lymfa|\b(?:pelvic |sentinel )?nodes?\b|ganglion|ganglio|\bcurage|linfad|linfat|seminal[- ]?vesic|vesicul|samenblas|zaadbla|\bbladder|harnblase|\bblase|\bblaas|vejiga|\bvessie|rectum|rektum|recto\b|vas deferens|ductus deferens|samenleiter|neurovascular|urachus|\bbone\b|\btestis|\buretra\b|\burethra\b|apical margin|\bmargin|bladder neck|obturator|iliac/;
export const NODES = /\blymph|lymfe?klier|lymfa|\bnodes?\b|ganglion|ganglio|\bcurage|linfad|linfat|obturator|iliac/;

const read = (expression: RegExp, shadow: string, span: Span): Span | null => {
  const match = expression.exec(shadow.slice(span.start, span.end));
  return match ? { start: span.start + match.index, end: span.start + match.index + match[0].length } : null;
};

/** Where a title names a seminal vesicle. */
export const readVesicle = (shadow: string, title: Span): Span | null =>
  read(
    /seminal[- ]?vesic[a-z]*|vesicul[a-z]* semin[a-z]*|samenblas[a-z]*|zaadbla[a-z]*|vesicula seminal[a-z]*/,
    shadow,
    title,
  );

/** "Prostate and seminal vesicles": no needle takes both. */
const GLAND_AND_VESICLES =
  /\bprosta[a-z]*(?: gland)?,? ?(?:and|with|y|con|et|avec|und|mit|en|met|&|\+) (?:[a-z]+ ){0,2}(?:seminal|vesic|samenblas|zaadbla)[a-z]*/;
const GLAND_ALONE = /^[\s"'(-]*(?:the )?prosta(?:te|ta|at)(?: gland)?[\s"').:,-]*$/;
const WEIGHT = /\b\d{2,3}(?:[.,]\d)? ?(?:g|gr|grams?|gramm|gramos?|grammes?|gram)\b/;

/** A part called nothing but "prostate" is the whole gland where the report speaks of its removal and of its weight. */
export function readWholeGland(shadow: string, title: Span): ReadWord<SpecimenKind> | null {
  if (!GLAND_ALONE.test(shadow.slice(title.start, title.end)) || !WEIGHT.test(shadow)) return null;
  return RESECTION.test(shadow) ? { value: 'resection', span: title } : null;
}

/** What kind of specimen a title says; null where it says nothing but perhaps a place. */
export function readSpecimenKind(shadow: string, title: Span): ReadWord<SpecimenKind> | null {
  const gland = read(GLAND_AND_VESICLES, shadow, title);
  if (gland) return { value: 'resection', span: gland };
  const resection = read(RESECTION, shadow, title);
  const organ = read(OTHER_ORGAN, shadow, title);
  if (resection && !(organ && organ.start < resection.start && !/prostat/.test(shadow.slice(title.start, organ.start))))
    return { value: 'resection', span: resection };
  if (
    organ &&
    !/\b(?:base|mid|apex|basis|mitte|target|roi|cible|diana|herd)\b/.test(shadow.slice(title.start, title.end))
  )
    return { value: 'other', span: organ };
  const target = read(TARGETED, shadow, title);
  const systematic = read(SYSTEMATIC, shadow, title);
  if (systematic && !(target && readTargetNumber(shadow, shadow, title)))
    return { value: 'systematic', span: systematic };
  return target && { value: 'target', span: target };
}

const NUMBERED = new RegExp(
  `\\b${TARGET_NOUN}(?:\\s(?:irm|mri|mrt|rm|lesion|target|roi))?\\s?(?:nr\\.?|no\\.?|n[°º]\\.?|num(?:ber|mer)?|#|:)?\\s?(?:(?<digits>\\d{1,2})(?![\\d.,]*\\s?(?:mm|cm|%))(?!\\d)|(?<numeral>iv|vi{0,3}|i{1,3})(?![a-z0-9'])|(?<letter>[a-h])(?![a-z0-9'])|(?<word>one|two|three|four|five|eins|zwei|drei|een|twee|drie|un|deux|trois|uno|dos|tres)(?![a-z]))|\\b(?:mri|mrt|irm|roi|target)[ -]?(?<tight>\\d{1,2})\\b|#(?<mark>\\d)\\b(?= *(?:pi-?rads|target|roi|lesion))`,
  'g',
);
const WORDS: Readonly<Record<string, string>> = {
  one: '1',
  eins: '1',
  een: '1',
  un: '1',
  uno: '1',
  two: '2',
  zwei: '2',
  twee: '2',
  deux: '2',
  dos: '2',
  three: '3',
  drei: '3',
  drie: '3',
  trois: '3',
  tres: '3',
  four: '4',
  five: '5',
};

/** The target, ROI or lesion that a title names by number or letter, as printed. */
export function readTargetNumber(raw: string, shadow: string, title: Span): ReadWord<string> | null {
  for (const match of matchesOf(shadow.slice(title.start, title.end), NUMBERED)) {
    const groups = match.groups ?? {};
    const name = groups['digits'] ?? groups['tight'] ?? groups['mark'] ?? groups['numeral'] ?? groups['letter'];
    const span = { start: title.start + match.index, end: title.start + match.index + match[0].length };
    if (groups['word'] !== undefined) return { value: WORDS[groups['word']] ?? groups['word'], span };
    if (name === undefined) continue;
    const printed = raw.slice(span.end - name.length, span.end);
    if (/\d/.test(name)) return { value: String(Number(name)), span };
    // "lésion à gauche", "lesión A NIVEL": a letter is a name only as a capital that ends its phrase.
    const closed =
      /^\s*(?:[,.:;()|\]/-]|$)/.test(shadow.slice(span.end, Math.min(title.end, span.end + 3))) ||
      span.end >= title.end;
    if (
      raw === shadow ||
      (printed === printed.toUpperCase() &&
        (closed || raw.slice(title.start, title.end) !== raw.slice(title.start, title.end).toUpperCase()))
    )
      return { value: printed.toUpperCase(), span };
  }
  return null;
}

/** "PI-RADS 5" in a title: the part is tied to the lesion of that category. */
export function readTargetPirads(shadow: string, title: Span): ReadWord<number> | null {
  const match = /\bpi-? ?rads(?: v ?2(?:\.1)?)?(?:[ :-]|score|categor(?:y|ie)|von|of){0,4}([1-5])(?!\d)/.exec(
    shadow.slice(title.start, title.end),
  );
  return match
    ? {
        value: Number(match[1]),
        span: { start: title.start + match.index, end: title.start + match.index + match[0].length },
      }
    : null;
}
