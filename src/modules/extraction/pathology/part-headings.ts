import type { Span } from '../text/span.js';
import { closingLines } from './closing-lines.js';
import type { HeadingMark } from './heading-mark.js';
import { findHeadingMarks } from './heading-marks.js';
import { bySentence } from './group-sentences.js';
import { bySite } from './listed-sites.js';
import { findOrdinalMarks } from './ordinal-marks.js';
import { referencesIn, styleOf } from './part-references.js';
import { countsInRoman, isDetail, sameStyle, seriesOf, type Placed } from './part-series.js';
import type { PathologySection, PathologySectionKind } from './pathology-sections.js';
import { lineAfter, siteField, titleOf } from './part-title.js';
import { DIAGNOSTIC_WORD, NAMES_A_SITE } from './site-words.js';

/** One place where the report speaks of one or several parts: heading, labels, and the text up to the next heading. */
export interface PartMention {
  readonly labels: readonly string[];
  /** All parts that the text is told of, where each has a site of its own. */
  readonly among?: readonly string[];
  readonly labelSpan: Span;
  /** What names the site, between the label and the first diagnostic word. */
  readonly title: Span;
  /** All text of the mention behind its label. */
  readonly body: Span;
  readonly kind: PathologySectionKind;
  /** A noun stands before the label ("Part 3"). */
  readonly named: boolean;
  /** A sentence that judges several parts and names them in a bracket behind. */
  readonly summing: boolean;
  /** Its text holds for other parts too. */
  readonly group: boolean;
  /** A line above, without a label, that holds for this and the next parts ("SYSTEMATIC CORES:"). */
  readonly context: Span | null;
  /** A line above that gives this and the next parts their diagnosis ("Benign:"), where they have none of their own. */
  readonly verdict: Span | null;
}

const GROWTH_FIRST =
  /^ ?(?:no |keine? |geen |pas d[e'] ?|sin )?(?:perineur|perinerv|engainement|invasi|[ck]ribri|intra-?du[ck]t|\b(?:pni|epn|ipn|idc)\b)/;

/** The lines behind the last detail of a group that name its parts again ("Cribriform growth in A, not in B."). */
function restOf(raw: string, shadow: string, labels: readonly string[], body: Span): Span | null {
  const newline = shadow.indexOf('\n', body.start);
  const rest = { start: newline, end: body.end };
  const known = new Set(labels.map((label) => label.toLowerCase()));
  return newline >= 0 && newline < body.end && referencesIn(raw, shadow, rest, known, styleOf(labels)).length > 0
    ? rest
    : null;
}

const CONTEXT =
  /\b(?:systemat[a-z]*|random|sextant[a-z]*|target(?:s|ed)?|gezielt[a-z]*|gericht[a-z]*|fusion[a-z]*|roi|lesions?|cibl[a-z]*|dirigid[a-z]*|aleatori[a-z]*|sistemat[a-z]*|standard|mri|mrt|irm|right|left|links?|rechts|(?:rechte|linke)(?:[rs]|rzijde|rkant)?|(?:links|rechts)zijdig[a-z]*|droite?|gauche|derech[oa]|izquierd[oa])\b/;

/** "1 à 3, zone de transition droite": a part of its own. */
const LABELLED_LINE =
  /^\s*(?:\d{1,2}|[ivx]{1,5}|[a-z])(?: ?(?:-|a|to|bis|t\/m|tot en met|et|en|und|and|y) ?(?:\d{1,2}|[ivx]{1,5}|[a-z]))?, /;

interface LineAbove extends Span {
  /** Such a line names a side or a way of sampling, or a diagnosis of all parts below it. */
  readonly says: 'place' | 'diagnosis';
}

/** The unlabelled line just above a heading that holds for this and the next parts. */
function lineAbove(shadow: string, from: number, to: number): LineAbove | null {
  const lines = shadow.slice(Math.max(from, to - 240), to).split('\n');
  let end = to - (lines.pop()?.length ?? 0);
  for (let line = lines.pop(); line !== undefined; line = lines.pop()) {
    const start = end - line.length - 1;
    if (/\S/.test(line)) {
      const at = { start: Math.max(from, start), end: end - 1 };
      if (DIAGNOSTIC_WORD.test(line))
        return start >= from && /^[^.;|]{5,150}:[\s*]*$/.test(line.replace(/\.(?=\d)/g, ' '))
          ? { ...at, says: 'diagnosis' }
          : null;
      return line.length < 100 &&
        CONTEXT.test(line) &&
        !LABELLED_LINE.test(line) &&
        /^[\s*=#-]*[^:.]{3,90}(?::|\s*$)[\s*]*$/.test(line)
        ? { ...at, says: 'place' }
        : null;
    }
    end = start;
  }
  return null;
}

/** "Links: I basis: …; II mid: …": the side of the parts that its line lists. */
function sideAhead(shadow: string, from: number, heading: Placed): Span | null {
  const line = heading.lineStart
    ? null
    : /(?:^|\n)[ \t]*([^\n:.;]{2,40}):[ \t]*$/.exec(shadow.slice(from, heading.start));
  const words = line?.[1] ?? '';
  if (!line || !SIDE_ONLY.test(words)) return null;
  const start = from + line.index + line[0].indexOf(words);
  return { start, end: start + words.length };
}

const SIDE_ONLY =
  /^(?:prosta[a-z]* |lobul?[eo] |lobe |biops[a-z]* |biopten |stanzen )?(?:right|left|links?|rechts|rechte|linke|droite?|gauche|derech[oa]|izquierd[oa])(?: (?:side|lobe|seite|lappen|zijde|kwab))?$/;

/** "#3 left lateral and #4 left medial: benign": the first has no words of its own. */
const LISTED_ON = /^(?:[^\n]|\n(?! *\n))*(?:[,;&+]|\b(?:and|und|en|et|y))\s*$/;

function isListedOn(shadow: string, heading: Placed, next: Placed | undefined): boolean {
  if (!next || next.start <= heading.end) return false;
  const between = shadow.slice(heading.end, next.start);
  // "A. Right base:", "B. Right mid:" and one verdict below them.
  if (next.lineStart)
    return /^[^\n]{3,80}:\s*\n[ \t]*$/.test(between) && NAMES_A_SITE.test(between) && !DIAGNOSTIC_WORD.test(between);
  return !next.lineStart && between.length < 120 && LISTED_ON.test(between) && !DIAGNOSTIC_WORD.test(between);
}

/** The parts of one section, each with its text. */
function mentionsOf(
  raw: string,
  shadow: string,
  section: PathologySection,
  kind: PathologySectionKind,
  fresh: readonly Placed[],
  inherited: Span | null,
): PartMention[] {
  const judging = PARTS.has(kind);
  let context = inherited;
  let verdict: Span | null = null;
  let titleEnd = section.start;
  const above = fresh.map((heading, index) => {
    const from = index === 0 ? section.start : lineAfter(shadow, titleEnd);
    titleEnd =
      heading.title?.end ?? titleOf(shadow, heading.end, fresh[index + 1]?.start ?? section.end, heading.spoken).end;
    return lineAbove(shadow, from, heading.over?.start ?? heading.start);
  });
  const endOf = (index: number): number => {
    const next = fresh[index + 1];
    const over = next?.over && next.over !== fresh[index]?.over ? next.over.start : section.end;
    return Math.min(
      fresh[index]?.until ?? section.end,
      over,
      above[index + 1]?.start ?? next?.start ?? section.end,
      section.end,
    );
  };
  let told: Placed | null = null;
  return fresh.flatMap((heading, index): PartMention[] => {
    if (heading.labels.length > 1) told = heading;
    const detailed: Placed | null = told && isDetail(told, heading) ? told : null;
    let last = index;
    while (judging && isListedOn(shadow, fresh[last]!, fresh[last + 1])) last++;
    const line = above[index];
    const side = sideAhead(shadow, index === 0 ? section.start : fresh[index - 1]!.end, heading);
    if (side) context = side;
    if (line?.says === 'place') [context, verdict] = [line, null];
    if (line?.says === 'diagnosis') verdict = judging ? line : null;
    if (heading.under) verdict = heading.under;
    const end = endOf(last);
    const field = heading.title && last === index ? siteField(shadow, heading.end, end) : null;
    const said = {
      body: { start: fresh[last]!.end, end },
      kind,
      context: (field && heading.title) ?? heading.over ?? context,
      verdict,
      named: heading.noun !== '',
      summing: heading.under !== undefined,
    };
    if (heading.glosses.length > 0) {
      const untitled = { start: said.body.start, end: said.body.start };
      const whole = { ...said, labels: heading.labels, labelSpan: untitled, title: untitled, group: true };
      return bySentence(raw, shadow, whole).flatMap((mention) =>
        heading.glosses.flatMap(({ label, title }) => {
          const printed = raw.slice(label.start, label.end);
          return mention.labels.includes(printed) ? [{ ...mention, labels: [printed], labelSpan: label, title }] : [];
        }),
      );
    }
    const rest = detailed && restOf(raw, shadow, detailed.labels, said.body);
    return [
      ...(rest
        ? [
            {
              ...said,
              labels: detailed.labels,
              labelSpan: rest,
              title: { ...rest, end: rest.start },
              body: rest,
              group: true,
            },
          ]
        : []),
      {
        ...said,
        ...(rest && { body: { ...said.body, end: rest.start } }),
        labels: heading.labels,
        labelSpan: { start: heading.listStart, end: heading.listStart + heading.printed.length },
        title:
          field ??
          heading.title ??
          // A detail of a group whose site stands elsewhere.
          (detailed && GROWTH_FIRST.test(shadow.slice(heading.end, heading.end + 40))
            ? { start: heading.end, end: heading.end }
            : null) ??
          titleOf(
            shadow,
            heading.end,
            last > index ? fresh[index + 1]!.start : Math.max(heading.end, end),
            heading.spoken || kind === 'comment',
          ),
        group:
          heading.labels.length > 1 || last > index || (index > 0 && isListedOn(shadow, fresh[index - 1]!, heading)),
      },
    ].flatMap((mention) => bySentence(raw, shadow, mention).flatMap((part) => bySite(shadow, part)));
  });
}

/** Labels that begin anew below a line for another side get running numbers, or two parts would be taken for one. */
function renumbered(shadow: string, mentions: readonly PartMention[]): PartMention[] {
  const places = new Map<string, string>();
  const place = ({ context }: PartMention): string => (context ? shadow.slice(context.start, context.end) : '');
  const anew = mentions.some((mention) =>
    mention.labels.some((label) => {
      const known = places.get(label);
      places.set(label, known ?? place(mention));
      return known !== undefined && known !== place(mention);
    }),
  );
  if (!anew) return [...mentions];
  let next = 1;
  return mentions.map((mention) => ({ ...mention, labels: mention.labels.map(() => String(next++)) }));
}

export interface FoundMentions {
  readonly mentions: readonly PartMention[];
  /** Lines below the parts that hold for all of them. */
  readonly closing: readonly Span[];
}

function marksOf(raw: string, shadow: string, section: PathologySection): HeadingMark[] {
  const counted = findOrdinalMarks(shadow, section);
  const marks = findHeadingMarks(raw, shadow, section);
  return counted.length > 0 ? [...marks, ...counted].sort((a, b) => a.start - b.start) : marks;
}

/** Finds every mention of parts in the report, in the order of the text. */
export function findPartMentions(raw: string, shadow: string, sections: readonly PathologySection[]): FoundMentions {
  const found = new Map(sections.map((section) => [section, marksOf(raw, shadow, section)]));
  const roman = [...found.values()].some(countsInRoman);
  const mentions: PartMention[] = [];
  const closing: Span[] = [];
  const listed = new Set<string>();
  let last: Placed | null = null;
  let lastKind: PathologySectionKind = 'open';
  for (const section of sections) {
    if (section.kind === 'legend' || section.kind === 'addendum') continue;
    const candidates = (found.get(section) ?? []).filter(
      ({ spoken, stop }) => !spoken || stop === ':' || PARTS.has(section.kind),
    );
    const fresh = seriesOf(raw, shadow, section, candidates, roman, listed);
    if (section.kind === 'specimens')
      for (const { labels } of fresh) for (const label of labels) listed.add(label.toLowerCase());
    const resumed: boolean =
      last !== null &&
      fresh[0] !== undefined &&
      sameStyle(fresh[0], last) &&
      fresh[0].first > last.last &&
      fresh[0].first - last.last <= 1 &&
      PARTS.has(lastKind);
    const kind: PathologySectionKind = resumed ? lastKind : section.kind;
    const above = mentions.at(-1);
    if (resumed && above && section.kind === 'comment' && fresh[0])
      mentions.push({
        ...above,
        title: { start: section.start, end: section.start },
        body: { start: section.start, end: fresh[0].start },
        kind: 'comment',
      });
    const inherited = resumed ? (above?.context ?? null) : null;
    const own = renumbered(shadow, mentionsOf(raw, shadow, section, kind, fresh, inherited));
    const rest = PARTS.has(kind) || kind === 'synoptic' ? closingLines(raw, shadow, own) : null;
    if (rest) {
      closing.push(rest);
      for (const [index, part] of own.entries())
        if (part.body.end > rest.start) own[index] = { ...part, body: { ...part.body, end: rest.start } };
    }
    mentions.push(...own);
    if (fresh.length > 0 && PARTS.has(kind)) {
      last = fresh.at(-1) ?? last;
      lastKind = kind;
    }
  }
  return { mentions, closing };
}

const PARTS: ReadonlySet<PathologySectionKind> = new Set(['diagnosis', 'microscopy', 'open']);
