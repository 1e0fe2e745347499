import { NOWHERE, type Flag, type Location } from '../extraction.js';
import { readLocation, type LocatedPhrase } from '../location/location-phrase.js';
import { sectorsOf } from '../location/sectors.js';
import type { EvidenceBook } from '../text/evidence.js';
import type { Language } from '../text/language.js';
import type { Span } from '../text/span.js';
import type { Corrections } from './addendum.js';
import { RANK, type PartSource, type ReportPart, type ReportText } from './part-sources.js';
import {
  NODES,
  readSpecimenKind,
  readTargetNumber,
  readTargetPirads,
  readVesicle,
  readWholeGland,
  type ReadWord,
  type SpecimenKind,
} from './specimen-site.js';

/** What every part of a report is read with. */
export interface AssemblyContext {
  readonly report: ReportText;
  readonly language: Language;
  readonly evidence: EvidenceBook;
  readonly corrections: Corrections;
}

/** Where a part comes from, and how it was taken. */
export interface PartSite {
  readonly kind: SpecimenKind | null;
  readonly targetLabel: string | null;
  readonly location: Location;
  readonly nodes: boolean;
  readonly pirads: ReadWord<number> | null;
}

const fieldsOf = ({ location }: LocatedPhrase): number =>
  (location.side ? 1 : 0) +
  (location.zone ? 1 : 0) +
  (location.levels.length > 0 ? 1 : 0) +
  (location.positions.length > 0 ? 1 : 0);

/** "LM", "RLB": side, perhaps lateral or medial, and level; nothing else stands in the title. */
const SEXTANT_CODE = /^[\s"'([]*([lr])(?:pz)?([lm])?([bma])([lm])?[\s"')\].:,-]*$/;
const LEVEL_OF: Readonly<Record<string, Location['levels']>> = { b: ['base'], m: ['mid'], a: ['apex'] };

/** French "BD", "MG": level and side. */
const LEVEL_SIDE_CODE = /^[\s"'([]*([bma])([dg])[\s"')\].:,-]*$/;

function readSextantCode(shadow: string, title: Span): LocatedPhrase | null {
  const words = shadow.slice(title.start, title.end);
  const match = SEXTANT_CODE.exec(words);
  const french = match ? null : LEVEL_SIDE_CODE.exec(words);
  if (!match && !french) return null;
  const [, side = '', before, level = '', behind] = match ?? [];
  const position = before ?? behind;
  if (french)
    return {
      location: {
        ...NOWHERE,
        side: french[2] === 'g' ? 'left' : 'right',
        levels: LEVEL_OF[french[1] ?? ''] ?? [],
      },
      spans: { side: title, levels: [title], positions: [] },
    };
  return {
    location: {
      ...NOWHERE,
      side: side === 'l' ? 'left' : 'right',
      levels: LEVEL_OF[level] ?? [],
      positions: position === undefined ? [] : [position === 'l' ? 'lateral' : 'medial'],
    },
    spans: { side: title, levels: [title], positions: position === undefined ? [] : [title] },
  };
}

/** "L syst", "re lat Mitte": a lone letter that opens a title is its side. */
const LEADING_SIDE = /^[\s"'(]*(?:(l|li|lt)|(r|re|rt|ld(?=\s+(?:base|medi[ao]|apex))))\.?(?=\s+[a-z]|[\s"'):.,-]*$)/;

/** "Biopsien re. (3 Stück)": the side ends the title or stands before a bracket. */
const LAST_SIDE = /(?<=[a-z0-9] |^\s*)(?:(li|lt|gche?|gau)|(re|rt|dr?te?))\.?(?=\s*(?:[(,:;)]|$))/;

function withLeadingSide(shadow: string, title: Span, phrase: LocatedPhrase): LocatedPhrase {
  const match = phrase.location.side === null ? LEADING_SIDE.exec(shadow.slice(title.start, title.end)) : null;
  const found = match ?? (phrase.location.side === null ? LAST_SIDE.exec(shadow.slice(title.start, title.end)) : null);
  if (!found) return phrase;
  const end = title.start + found.index + found[0].length;
  const letters = found[1] ?? found[2] ?? '';
  const start = title.start + found.index + found[0].lastIndexOf(letters);
  return {
    location: { ...phrase.location, side: found[1] === undefined ? 'right' : 'left' },
    spans: { ...phrase.spans, side: { start, end } },
  };
}

const GERMAN_PLACE = /\b(?:re|li|basis|mitte|rechts|links)\b/;

/** A title that is nothing but a level, in words that mean something else elsewhere. */
const LONE_LEVEL = /^[\s"'(,.-]*(medi[oa]|milieu|median[ae]?|midden|moyen(?:ne)?|tercio medio)[\s"'):.,-]*$/;

function readLoneLevel(shadow: string, title: Span): LocatedPhrase | null {
  const match = LONE_LEVEL.exec(shadow.slice(title.start, title.end));
  if (!match?.[1]) return null;
  const start = title.start + match[0].indexOf(match[1]);
  return {
    location: { ...NOWHERE, levels: ['mid'] },
    spans: { levels: [{ start, end: start + match[1].length }], positions: [] },
  };
}

/** The place that a title names: in words, as the code of a sextant, or in the terms of French reports. */
function readPlace(shadow: string, title: Span, language: Language): LocatedPhrase {
  const code = readSextantCode(shadow, title) ?? readLoneLevel(shadow, title);
  if (code) return code;
  // A report in shorthand has few words to tell its language by.
  const spoken = language === 'en' && GERMAN_PLACE.test(shadow.slice(title.start, title.end)) ? 'de' : language;
  return frenchLevels(shadow, title, spoken, withLeadingSide(shadow, title, readLocation(shadow, title, spoken)));
}

/** French "médian" beside "base" and "apex" is a level, not the midline; so is "milieu". */
function frenchLevels(shadow: string, title: Span, language: Language, phrase: LocatedPhrase): LocatedPhrase {
  if (language !== 'fr') return phrase;
  const { levels } = phrase.location;
  const middle = levels.includes('mid') ? null : /\bmilieu\b(?: ([dg])\b)?/.exec(shadow.slice(title.start, title.end));
  if (middle) {
    const start = title.start + middle.index;
    const end = start + middle[0].length;
    const letter = phrase.location.side === null ? middle[1] : undefined;
    return {
      location: {
        ...phrase.location,
        ...(letter !== undefined && { side: letter === 'd' ? 'right' : 'left' }),
        levels: (['base', 'mid', 'apex'] as const).filter((level) => level === 'mid' || levels.includes(level)),
      },
      spans: {
        ...phrase.spans,
        ...(letter !== undefined && { side: { start: end - 1, end } }),
        levels: [...phrase.spans.levels, { start, end: start + 'milieu'.length }],
      },
    };
  }
  const sided = /\bmedian[ae]?\b/.exec(shadow.slice(title.start, title.end));
  if (sided && phrase.location.levels.length === 0 && /^(?:left|right)$/.test(phrase.location.side ?? '')) {
    const start = title.start + sided.index;
    const levels = [{ start, end: start + sided[0].length }];
    return {
      location: {
        ...phrase.location,
        levels: ['mid'],
        positions: phrase.location.positions.filter((one) => one !== 'medial'),
      },
      spans: { ...phrase.spans, levels },
    };
  }
  const { side, ...spans } = phrase.spans;
  const median = side && /^median/.test(shadow.slice(side.start, side.end));
  if (!median || phrase.location.side !== 'midline' || phrase.location.levels.length > 0) return phrase;
  return { location: { ...phrase.location, side: null, levels: ['mid'] }, spans: { ...spans, levels: [side] } };
}

const SAMPLING = /\b(?:systemat[a-z]*|sistemat[a-z]*|random|sextant[a-z]*|template|12[- ]?core|standard)\b/;

/**
 * Reads kind, target and place of a part from its titles, the list of specimens and the lines above. `owner` is the part
 * that comes from there, where two labels were exchanged.
 */
export function readSite(
  part: ReportPart,
  count: number,
  context: AssemblyContext,
  path: string,
  flags: Flag[],
  owner: ReportPart = part,
): PartSite {
  const { report, language, evidence } = context;
  const { shadow, text } = report;
  const titled = part.sources.filter(
    (source) => source.title.end > source.title.start && (source.rank <= RANK.summary || source.rank === RANK.place),
  );
  const firstOf = <T>(read: (span: Span, source: PartSource) => T | null): T | null => {
    for (const source of titled) {
      const found = read(source.title, source);
      if (found !== null) return found;
    }
    return null;
  };
  const target =
    firstOf((title) => readTargetNumber(text, shadow, title)) ??
    firstOf((_, source) => source.context && readTargetNumber(text, shadow, source.context));
  const pirads = firstOf((title) => readTargetPirads(shadow, title));
  const kindSaid =
    firstOf((title) => readSpecimenKind(shadow, title)) ??
    firstOf((_, source) => source.context && readSpecimenKind(shadow, source.context));
  const located = titled.map((source) => ({ source, phrase: readPlace(shadow, source.title, language) }));
  const most = (phrases: typeof located): (typeof located)[number] | null =>
    phrases.reduce<(typeof located)[number] | null>(
      (best, next) => (fieldsOf(next.phrase) > (best ? fieldsOf(best.phrase) : 0) ? next : best),
      null,
    );
  // "ROI 1, right apex" in a line of its own above "Vial A: …" places the parts below it.
  const best =
    most(located) ??
    most(
      titled.flatMap((source) =>
        source.context ? [{ source, phrase: readPlace(shadow, source.context, language) }] : [],
      ),
    );
  const first = located.find(({ phrase }) => phrase.location.side !== null);
  const kind: ReadWord<SpecimenKind> | null =
    kindSaid ??
    (part.sources.some(({ findings }) => findings?.coresTotal)
      ? null
      : firstOf((title) => readWholeGland(shadow, title))) ??
    systematicBy(best?.source.title ?? null, titled[0]?.title ?? part.sources[0]?.labelSpan ?? null, count, shadow);
  const whole = kind?.value === 'resection';
  let location: Location = whole || !best ? NOWHERE : best.phrase.location;
  const at = `${path}/location`;
  if (!whole && best) {
    const { spans } = best.phrase;
    if (spans.side) evidence.add(`${at}/side`, spans.side);
    if (spans.zone) evidence.add(`${at}/zone`, spans.zone);
    for (const span of spans.levels) evidence.add(`${at}/levels`, span);
    for (const span of spans.positions) evidence.add(`${at}/positions`, span);
  }
  if (!whole && location.side === null) {
    const contextual = firstOf((_, source) => (source.context ? readLocation(shadow, source.context, language) : null));
    if (contextual?.location.side && contextual.spans.side && (best || part.sources.length > 0)) {
      const { zone, positions } = contextual.location;
      location = { ...location, side: contextual.location.side };
      evidence.add(`${at}/side`, contextual.spans.side);
      if (location.zone === null && zone && contextual.spans.zone) {
        location = { ...location, zone };
        evidence.add(`${at}/zone`, contextual.spans.zone);
      }
      if (location.positions.length === 0 && positions.length > 0) {
        location = { ...location, positions };
        for (const span of contextual.spans.positions) evidence.add(`${at}/positions`, span);
      }
    }
  }
  if (
    first &&
    best &&
    first.phrase.location.side !== location.side &&
    location.side !== null &&
    first.phrase.spans.side
  ) {
    flags.push({ code: 'conflict', path: `${at}/side`, message: 'The report names different sides for this part.' });
    location = { ...location, side: first.phrase.location.side };
    evidence.add(`${at}/side`, first.phrase.spans.side);
  }
  const corrected = context.corrections.sides.get(owner.label.toLowerCase());
  if (corrected && !whole) {
    location = { ...location, side: corrected.side };
    evidence.add(`${at}/side`, corrected.span);
  }
  const vesicle = kind?.value === 'other' ? firstOf((title) => readVesicle(shadow, title)) : null;
  if (vesicle && location.zone === null) {
    location = { ...location, zone: 'SV' };
    evidence.add(`${at}/zone`, vesicle);
  }
  location = { ...location, sectors: sectorsOf(location) };
  if (location.sectors.length > 0 && best) evidence.add(`${at}/sectors`, best.source.title, 'derived');
  const label = owner.sources.find((source) => source.rank <= RANK.summary)?.labelSpan;
  if (label) evidence.add(`${path}/label`, label);
  if (kind) evidence.add(`${path}/kind`, kind.span, kindSaid ? 'rule' : 'derived');
  const targetLabel = kind?.value === 'target' ? target : null;
  if (targetLabel) evidence.add(`${path}/targetLabel`, targetLabel.span);
  const nodes =
    kind?.value === 'other' && titled.some((source) => NODES.test(shadow.slice(source.title.start, source.title.end)));
  return {
    kind: kind?.value ?? null,
    targetLabel: targetLabel?.value ?? null,
    location,
    nodes,
    pirads: kind?.value === 'target' ? pirads : null,
  };
}

/** A part that names no target is a systematic one: a place of the sextant scheme, or one of several cores. */
function systematicBy(
  place: Span | null,
  title: Span | null,
  count: number,
  shadow: string,
): ReadWord<SpecimenKind> | null {
  if (place) return { value: 'systematic', span: place };
  return title && title.end > title.start && (count > 1 || SAMPLING.test(shadow))
    ? { value: 'systematic', span: title }
    : null;
}
