import type { Span } from '../text/span.js';
import { findHeadingMarks, type HeadingMark } from './heading-marks.js';
import { ordinalOf, parseLabelList, type LabelStyle } from './part-label.js';
import type { PathologySection, PathologySectionKind } from './pathology-sections.js';
import { DIAGNOSTIC_WORD, NAMES_A_SITE } from './site-words.js';

/** One place where the report speaks of one or several parts: heading, labels, and the text up to the next heading. */
export interface PartMention {
  readonly labels: readonly string[];
  readonly labelSpan: Span;
  /** What names the site, between the label and the first diagnostic word. */
  readonly title: Span;
  /** All text of the mention behind its label. */
  readonly body: Span;
  readonly kind: PathologySectionKind;
  /** A noun stands before the label ("Part 3"). */
  readonly named: boolean;
  /** Its text holds for other parts too. */
  readonly group: boolean;
  /** A line above, without a label, that holds for this and the next parts ("SYSTEMATIC CORES:"). */
  readonly context: Span | null;
}

const MANY_ROMAN = /(?<![a-z])(?:ii|iii|iv|vi{1,3}|ix|xi{1,3}|xi?v|xvi{0,3})(?![a-z])/;

function stylesOf(printed: string, roman: boolean): LabelStyle[] {
  if (/^\d/.test(printed)) return ['number'];
  return roman && /^[ivx]/.test(printed) ? ['roman'] : ['letter'];
}

interface Placed extends HeadingMark {
  readonly labels: readonly string[];
  readonly first: number;
  readonly last: number;
  readonly style: string;
}

function place(candidate: HeadingMark, raw: string, roman: boolean): Placed | null {
  const printed = raw.slice(candidate.listStart, candidate.listStart + candidate.printed.length);
  for (const style of stylesOf(candidate.printed, roman)) {
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
        style: `${candidate.noun === '' ? (candidate.stop === ')' ? ')' : '') : 'noun'}${style}${small}`,
      };
    }
  }
  return null;
}

/**
 * The parts of one section. The first heading fixes the style (letters, numbers, roman numerals, with or without a
 * noun); others are sub-items or prose. Labels must rise; inside a line only the next label counts.
 */
function headingsOf(
  raw: string,
  shadow: string,
  section: Span,
  candidates: readonly HeadingMark[],
  roman: boolean,
): Placed[] {
  const placed: Placed[] = [];
  const seen = new Set<string>();
  for (const candidate of candidates) {
    const heading = place(candidate, raw, roman);
    if (!heading) continue;
    const previous = placed.at(-1) ?? null;
    const first = placed[0];
    if (first && !sameStyle(heading, first)) continue;
    const repeats = heading.labels.some((label) => seen.has(label));
    const restarts = heading.lineStart && heading.first === placed[0]?.first;
    if (previous && heading.first <= previous.last && !restarts && (repeats || !heading.lineStart)) continue;
    if (!heading.lineStart) {
      const next = previous
        ? heading.first > previous.last && heading.first - previous.last <= 1
        : heading.first >= 1 && heading.first < 2;
      if (!next && !(heading.noun !== '' && heading.labels.length >= 1 && heading.stop !== '')) continue;
      const listed = previous !== null && /[;,]/.test(shadow[heading.start - 2] ?? '');
      if (heading.noun === '' && heading.stop === '' && heading.labels.length < 2 && !listed) continue;
    }
    const ahead = shadow.slice(heading.end, Math.min(section.end, heading.end + 220));
    if (!NAMES_A_SITE.test(ahead) && !DIAGNOSTIC_WORD.test(ahead)) continue;
    placed.push(heading);
    if (restarts) seen.clear();
    for (const label of heading.labels) seen.add(label);
  }
  return placed;
}

const sameStyle = (a: Placed, b: Placed): boolean =>
  a.style === b.style ||
  (a.style.replace(/^(?:noun|\))/, '') === b.style.replace(/^(?:noun|\))/, '') &&
    (a.style.startsWith('noun') || b.style.startsWith('noun')) &&
    a.lineStart &&
    b.lineStart &&
    /part|specimen/.test(a.noun + b.noun));

/** Where the title of a part ends: at the last colon, dash or dotted leader before the first diagnostic word. */
function titleOf(shadow: string, start: number, end: number): Span {
  const limit = Math.min(end, start + 260);
  const word = DIAGNOSTIC_WORD.exec(shadow.slice(start, limit));
  const until = word ? start + word.index : limit;
  const head = shadow.slice(start, until);
  const breaks = [
    ...head.matchAll(
      /:(?=\s|$)|\.{3,}|\s-{1,2}\s|\n[ \t]*(?:\n|[-*•])|(?<!\b(?:re|li|lat|med|post|ant|dors|ventr|bds|nr|no|bas|dch|izq|prost|st|approx|ca))\.(?=\s)|\||\)\s*(?=\n)/g,
    ),
  ];
  for (const found of breaks) {
    const title = head.slice(0, found.index + (found[0].startsWith(')') ? 1 : 0));
    if (NAMES_A_SITE.test(title)) {
      // A second piece of the title may follow on the same line: "Target 1: left mid PZ: …".
      const rest = /^[ \t]*([^\n:]{3,90}?)(?::|\.{3,}|\n|$)/.exec(head.slice(found.index + found[0].length));
      const more =
        found[0] !== '.' &&
        !/\n/.test(found[0]) &&
        rest?.[1] !== undefined &&
        NAMES_A_SITE.test(rest[1]) &&
        !PLACED.test(title);
      return { start, end: start + (more ? found.index + found[0].length + (rest?.[0].length ?? 0) : title.length) };
    }
  }
  return { start, end: until };
}

const PLACED =
  /\b(?:left|right|links?|rechts|gauche|droite?|izq|der|li|re|bas[ei]|basis|mid|mitte|apex|apice|pz|tz|zp|zt|midline)\b|apik|apic|basaal|peri[fp]h|transi/;

const CONTEXT =
  /\b(?:systemat[a-z]*|random|sextant[a-z]*|target(?:s|ed)?|gezielt[a-z]*|gericht[a-z]*|fusion[a-z]*|roi|lesions?|cibl[a-z]*|dirigid[a-z]*|aleatori[a-z]*|sistemat[a-z]*|standard|mri|mrt|irm|right|left|links?|rechts|rechte[rs]?|linke[rs]?|droite?|gauche|derech[oa]|izquierd[oa])\b/;

/** The unlabelled line just above a heading that names a side or a way of sampling. */
function contextAbove(shadow: string, from: number, to: number): Span | null {
  const lines = shadow.slice(Math.max(from, to - 240), to).split('\n');
  let end = to - (lines.pop()?.length ?? 0);
  for (let line = lines.pop(); line !== undefined; line = lines.pop()) {
    const start = end - line.length - 1;
    if (/\S/.test(line))
      return line.length < 100 &&
        CONTEXT.test(line) &&
        /^[\s*=#-]*[^:.]{3,90}(?::|\s*$)[\s*]*$/.test(line) &&
        !DIAGNOSTIC_WORD.test(line)
        ? { start: Math.max(from, start), end: end - 1 }
        : null;
    end = start;
  }
  return null;
}

const lineAfter = (shadow: string, at: number): number => {
  const newline = shadow.indexOf('\n', Math.max(0, at - 1));
  return newline < 0 ? shadow.length : newline;
};

/** Finds every mention of parts in the report, in the order of the text. */
export function findPartMentions(raw: string, shadow: string, sections: readonly PathologySection[]): PartMention[] {
  const found = new Map(sections.map((section) => [section, findHeadingMarks(raw, shadow, section)]));
  // I, V and X are numerals only where a numeral of several letters heads or lists a part.
  const roman = [...found.values()].some((all) => all.some((candidate) => MANY_ROMAN.test(candidate.printed)));
  const mentions: PartMention[] = [];
  let last: Placed | null = null;
  let lastKind: PathologySectionKind = 'open';
  for (const section of sections) {
    if (section.kind === 'legend' || section.kind === 'addendum') continue;
    const fresh: Placed[] = headingsOf(raw, shadow, section, found.get(section) ?? [], roman);
    const resumed: boolean =
      last !== null &&
      fresh[0] !== undefined &&
      sameStyle(fresh[0], last) &&
      fresh[0].first > last.last &&
      fresh[0].first - last.last <= 1 &&
      PARTS.has(lastKind);
    const kind: PathologySectionKind = resumed ? lastKind : section.kind;
    let context: Span | null = resumed ? (mentions.at(-1)?.context ?? null) : null;
    const above = mentions.at(-1);
    if (resumed && above && section.kind === 'comment' && fresh[0])
      mentions.push({
        ...above,
        title: { start: section.start, end: section.start },
        body: { start: section.start, end: fresh[0].start },
        kind: 'comment',
      });
    fresh.forEach((heading, index) => {
      const end = fresh[index + 1]?.start ?? section.end;
      const from = index === 0 ? section.start : lineAfter(shadow, mentions.at(-1)?.title.end ?? section.start);
      context = contextAbove(shadow, from, heading.start) ?? context;
      const said = { body: { start: heading.end, end }, kind, context, named: heading.noun !== '' };
      if (heading.glosses.length > 0)
        for (const { label, title } of heading.glosses)
          mentions.push({
            ...said,
            labels: [raw.slice(label.start, label.end)],
            labelSpan: label,
            title,
            group: true,
          });
      else
        mentions.push({
          ...said,
          labels: heading.labels,
          labelSpan: { start: heading.listStart, end: heading.listStart + heading.printed.length },
          title: heading.title ?? titleOf(shadow, heading.end, end),
          group: heading.labels.length > 1,
        });
    });
    if (fresh.length > 0 && PARTS.has(kind)) {
      last = fresh.at(-1) ?? last;
      lastKind = kind;
    }
  }
  return mentions;
}

const PARTS: ReadonlySet<PathologySectionKind> = new Set(['diagnosis', 'microscopy', 'open']);
