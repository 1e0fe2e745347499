import type { Span } from '../text/span.js';
import type { HeadingMark } from './heading-mark.js';
import { ordinalOf, parseLabelList, type LabelStyle } from './part-label.js';
import { DIAGNOSTIC_WORD, NAMES_A_SITE, PLACES_A_PART } from './site-words.js';

/** A heading whose labels fit one way of counting. */
export interface Placed extends HeadingMark {
  readonly labels: readonly string[];
  readonly first: number;
  readonly last: number;
  readonly style: string;
  /** The heading that this one stands under ("A. RIGHT" over "1. Base"); it names a place for several parts. */
  readonly over?: Span;
  /** Where the heading over the next parts begins. */
  readonly until?: number;
}

const MANY_ROMAN = /(?<![a-z])(?:ii|iii|iv|vi{1,3}|ix|xi{1,3}|xi?v|xvi{0,3})(?![a-z])/;

/** I, V and X are numerals only where a numeral of several letters heads or lists a part. */
export const countsInRoman = (candidates: readonly HeadingMark[]): boolean =>
  candidates.some(({ printed }) => MANY_ROMAN.test(printed));

function stylesOf(printed: string, roman: boolean): LabelStyle[] {
  if (/^\d/.test(printed)) return ['number'];
  return roman && /^[ivx]/.test(printed) ? ['roman'] : ['letter'];
}

/** How a label is set: bare, with a bracket, behind a noun or behind its site. */
function formOf({ noun, stop }: HeadingMark): string {
  if (noun === '') return stop === ')' ? ')' : '';
  return noun === 'trailing' ? 'behind' : 'noun';
}

function place(candidate: HeadingMark, raw: string, roman: boolean): Placed | null {
  const counted = candidate.ordinal === undefined ? null : String(candidate.ordinal);
  const printed = counted ?? raw.slice(candidate.listStart, candidate.listStart + candidate.printed.length);
  for (const style of stylesOf(counted ?? candidate.printed, roman)) {
    const labels =
      candidate.glosses.length > 0
        ? candidate.glosses.map(({ label }) => raw.slice(label.start, label.end))
        : parseLabelList(printed, style);
    const first = ordinalOf(labels?.[0] ?? '', style);
    const last = ordinalOf(labels?.at(-1) ?? '', style);
    if (labels && first !== null && last !== null) {
      const small = style === 'letter' && /^[a-z]/.test(labels[0] ?? '') ? 'small' : '';
      return {
        ...candidate,
        labels,
        first,
        last,
        style: `${formOf(candidate)}${style}${small}`,
      };
    }
  }
  return null;
}

export const sameStyle = (a: Placed, b: Placed): boolean =>
  a.style === b.style ||
  (a.style.replace(/^(?:noun|\))/, '') === b.style.replace(/^(?:noun|\))/, '') &&
    (a.style.startsWith('noun') || b.style.startsWith('noun')) &&
    a.lineStart &&
    b.lineStart &&
    /part|specimen/.test(a.noun + b.noun));

/** "Biopsie 1: rechts, 2: links": the noun stands once. */
const goesOn = (shadow: string, previous: Placed, heading: Placed): boolean =>
  !heading.lineStart &&
  previous.style.replace(/^noun/, '') === heading.style.replace(/^noun/, '') &&
  (heading.first - previous.last === 1 || fillsList(previous, heading)) &&
  heading.start - previous.end < (heading.stop === ':' ? 400 : 80) &&
  !shadow.slice(previous.end, heading.start).includes('\n');

/** "A, B and D: benign. C: …": a label that the list before left out. */
const fillsList = (list: Placed, { labels, first }: Placed): boolean =>
  labels.length === 1 && list.labels.length > 1 && first > list.first && first < list.last;

/** "Material: Probe 1: rechts, 2: links" and below it "1. …": a list of sites, then the findings without the noun. */
const beginsAnew = (shadow: string, placed: readonly Placed[], heading: Placed): boolean =>
  heading.lineStart &&
  (placed.length >= 2 || (placed[0]?.glosses.length ?? 0) >= 2) &&
  heading.first === placed[0]!.first &&
  /^(?:noun|behind)/.test(placed[0]!.style) &&
  placed[0]!.style.replace(/^(?:noun|behind)/, '') === heading.style &&
  !DIAGNOSTIC_WORD.test(shadow.slice(placed[0]!.end, heading.start));

/** "A. Left mid: four cores. A1.": a block of the part just named, and no part below it. */
const namesABlock = (shadow: string, previous: Placed, heading: Placed): boolean =>
  !heading.lineStart &&
  heading.noun === '' &&
  Number.isInteger(previous.last) &&
  heading.first > previous.last &&
  heading.first < previous.last + 1 &&
  !NAMES_A_SITE.test(/^[^\n]{0,30}/.exec(shadow.slice(heading.end))?.[0] ?? '');

const NONE: ReadonlySet<string> = new Set();

/** "1: carcinoma … 3: carcinoma … Other pots: benign": inside a line a label of the list of specimens may come in any order. */
const isListed = ({ labels }: Placed, listed: ReadonlySet<string>): boolean =>
  labels.every((label) => listed.has(label.toLowerCase()));

const opensSentence = (shadow: string, { start, stop, end, title }: Placed): boolean =>
  /[.;]\s$/.test(shadow.slice(start - 2, start)) &&
  (/^[:,]$/.test(stop) || shadow[end + 1] === '(' || title !== undefined);

/** "Parts 2 and 3: benign." over "Right apex (1): carcinoma". */
const behindSite = ({ lineStart, spoken, title }: Placed): boolean => lineStart && !spoken && title !== undefined;

/** "A and B: carcinoma" over "A: 4 of 4 cores" and "B: 1 of 4 cores". */
export const isDetail = (group: Placed, { lineStart, labels, stop }: Placed): boolean =>
  lineStart &&
  stop !== '' &&
  group.labels.length > labels.length &&
  labels.every((label) => group.labels.includes(label));

const columnOf = (shadow: string, { start }: Placed): number => start - shadow.lastIndexOf('\n', start - 1) - 1;

/** "1) Left base" over "   1) benign": a line set in below the first label that names no site is an item of the part. */
const isInner = (shadow: string, first: Placed, heading: Placed): boolean =>
  heading.lineStart &&
  !isDetail(first, heading) &&
  columnOf(shadow, heading) > columnOf(shadow, first) &&
  !NAMES_A_SITE.test(/^[^\n]{0,90}/.exec(shadow.slice(heading.end))?.[0] ?? '') &&
  NAMES_A_SITE.test(/^[^\n]{0,90}/.exec(shadow.slice(first.end))?.[0] ?? '');

/**
 * The headings that count on in the style of the first one (letters, numbers, roman numerals, with or without a noun).
 * Labels must rise; inside a line only the next label counts, or one that a sentence names with its noun.
 */
function chain(
  shadow: string,
  section: Span,
  headings: readonly Placed[],
  listed: ReadonlySet<string> = NONE,
): Placed[] {
  const placed: Placed[] = [];
  const seen = new Set<string>();
  let lead: Placed | null = null;
  let group: Placed | null = null;
  for (const heading of headings) {
    const previous = placed.at(-1) ?? null;
    const anew = previous !== null && beginsAnew(shadow, placed, heading);
    const like = anew ? heading : (lead ?? placed[0]);
    const repeats = heading.labels.some((label) => seen.has(label));
    const ofList =
      previous !== null &&
      !repeats &&
      ((opensSentence(shadow, heading) && isListed(heading, listed)) || behindSite(heading));
    if (like && !sameStyle(heading, like) && !ofList && !(previous && goesOn(shadow, previous, heading))) continue;
    if (previous && namesABlock(shadow, previous, heading)) continue;
    if (placed[0] && isInner(shadow, placed[0], heading)) continue;
    const fills = previous !== null && !repeats && heading.stop === ':' && fillsList(previous, heading);
    // "B. Gleason 3+4=7, …" once more, in a paragraph of its own below the list.
    const again =
      repeats &&
      heading.lineStart &&
      heading.stop !== '' &&
      /\n[ \t]*\n[ \t]*$/.test(shadow.slice(Math.max(0, heading.start - 40), heading.start));
    const restarts = (heading.lineStart && heading.first === placed[0]?.first) || again;
    const detail = group !== null && isDetail(group, heading);
    if (
      previous &&
      heading.first <= previous.last &&
      !restarts &&
      !detail &&
      (repeats || !(heading.lineStart || heading.spoken || fills || ofList))
    )
      continue;
    if (!heading.lineStart && !heading.spoken && !fills && !ofList) {
      const next = previous
        ? heading.first > previous.last && heading.first - previous.last <= 1
        : heading.first >= 1 && heading.first < 2;
      if (!next && !(heading.noun !== '' && heading.labels.length >= 1 && heading.stop !== '')) continue;
      const enumerated =
        shadow[heading.start] === '#' ||
        / {3}$/.test(shadow.slice(Math.max(0, heading.start - 3), heading.start)) ||
        /[.;,:-]/.test(shadow[heading.start - 2] ?? '');
      if (heading.noun === '' && heading.stop === '' && heading.labels.length < 2 && !enumerated) continue;
    }
    const from = heading.glosses.length > 0 ? heading.listStart : heading.end;
    const ahead = shadow.slice(from, Math.min(section.end, heading.end + 220));
    if (!heading.title && !NAMES_A_SITE.test(ahead) && !DIAGNOSTIC_WORD.test(ahead)) continue;
    placed.push(fills ? { ...heading, last: previous.last } : heading);
    if (anew) lead = heading;
    if (heading.labels.length > 1) group = heading;
    if (restarts) seen.clear();
    for (const label of heading.labels) seen.add(label);
  }
  return placed;
}

/** The headings of the parts of one section. */
export function seriesOf(
  raw: string,
  shadow: string,
  section: Span,
  candidates: readonly HeadingMark[],
  roman: boolean,
  listed: ReadonlySet<string>,
): Placed[] {
  const all = candidates.map((candidate) => place(candidate, raw, roman)).filter((heading) => heading !== null);
  const found = chain(shadow, section, all, listed);
  // A letter of an abbreviation may come first: the count that goes on is the list.
  const longer =
    found.length === 1
      ? chain(
          shadow,
          section,
          all.filter((one) => one.style !== found[0]?.style),
        )
      : [];
  const outer = longer.length > 1 ? longer : found;
  const first = outer[0];
  if (!first || all.length === outer.length) return withoutHeads(shadow, outer);
  const others = all.filter((one) => one.lineStart && one.start > first.start && !sameStyle(one, first));
  const inner = chain(shadow, section, others);
  return nest(shadow, section, outer, inner) ?? withoutHeads(shadow, outer);
}

const LONGEST_HEAD = 160;

/** Whether what stands between a heading and the first one below it names a place at most. */
const isHead = (shadow: string, heading: Placed, below: Placed): boolean =>
  below.start - heading.end < LONGEST_HEAD && !DIAGNOSTIC_WORD.test(shadow.slice(heading.end, below.start));

const headOf = (shadow: string, heading: Placed, below: Placed): Span => ({
  start: heading.start,
  end: heading.start + shadow.slice(heading.start, below.start).trimEnd().length,
});

/** "I - LOBE DROIT" over "1) Base": the inner headings are the parts, where each has a finding and a place of its own. */
function nest(shadow: string, section: Span, outer: readonly Placed[], inner: readonly Placed[]): Placed[] | null {
  if (inner.length < 2) return null;
  const parts: Placed[] = [];
  let [placed, judged] = [0, 0];
  for (const [index, heading] of outer.entries()) {
    const end = outer[index + 1]?.start ?? section.end;
    const below = inner.filter(({ start }) => start > heading.start && start < end);
    if (!below[0]) {
      parts.push(heading);
      continue;
    }
    if (!isHead(shadow, heading, below[0])) return null;
    const over = headOf(shadow, heading, below[0]);
    const listed = new Set(heading.labels);
    for (const [at, part] of below.entries()) {
      const own = shadow.slice(part.end, below[at + 1]?.start ?? end);
      const word = DIAGNOSTIC_WORD.exec(own);
      if (word) judged++;
      if (
        PLACES_A_PART.test(own.slice(0, word?.index ?? 80)) ||
        (listed.size > 1 && part.labels.every((label) => listed.has(label)))
      )
        placed++;
      parts.push({ ...part, over, until: end });
    }
  }
  if (placed * 2 < inner.length || judged * 2 < inner.length) return null;
  const printed = inner.flatMap(({ labels }) => labels);
  if (new Set(printed).size === printed.length) return parts;
  // Numbers that begin anew under each heading are told apart by its label.
  return parts.map((part) => {
    const head = outer.find(({ start }) => start === part.over?.start);
    return head ? { ...part, labels: part.labels.map((label) => joinLabels(head.labels[0] ?? '', label)) } : part;
  });
}

const joinLabels = (outer: string, inner: string): string =>
  /\d/.test(outer) !== /\d/.test(inner) && !/^[IVX]+$/.test(outer) ? outer + inner : `${outer}.${inner}`;

/** "1. Right side" over "1.1 Base": the first is no part. */
function withoutHeads(shadow: string, headings: readonly Placed[]): Placed[] {
  const parts: Placed[] = [];
  let head: Placed | null = null;
  let over: Span | undefined;
  headings.forEach((heading, index) => {
    const below = headings[index + 1];
    const heads =
      below && below.first > heading.first && below.first < heading.first + 1 && heading.labels.length === 1;
    if (heads && Number.isInteger(heading.first) && isHead(shadow, heading, below)) {
      head = heading;
      over = headOf(shadow, heading, below);
      const last = parts.pop();
      if (last) parts.push({ ...last, until: heading.start });
    } else {
      if (head && Math.floor(heading.first) !== head.first) [head, over] = [null, undefined];
      parts.push(over ? { ...heading, over } : heading);
    }
  });
  return parts;
}
