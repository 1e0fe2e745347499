import type { Span } from '../text/span.js';
import { LABEL_LIST, ordinalOf, parseLabelList, type LabelStyle } from './part-label.js';
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
  /** Its text holds for other parts too. */
  readonly group: boolean;
  /** A line above, without a label, that holds for this and the next parts ("SYSTEMATIC CORES:"). */
  readonly context: Span | null;
}

/** Nouns that stand before a part's label, folded ("ß" is "s"). */
export const PART_NOUN =
  '(?:parts?|specimens?|samples?|containers?|jars?|vials?|bottles?|pots?|cores?|sites?|biopsy|biopsies|biopsia|needles?|pass|slides?|cassettes?|' +
  'stanzen?|stanzbiopsien?|proben?|gefase?n?|rohrchen|praparate?n?|flaschchen|einsendung(?:en)?|material|entnahme(?:ort|stelle)?n?|lokalisation(?:en)?|zylinder|becher|topf|' +
  'biopten|biopt|potjes?|potten|materiaal|inzending(?:en)?|preparaat|preparaten|monsters?|naald(?:en)?|buis|buizen|flesje|' +
  'prelevements?|flacons?|carottes?|biopsies?|echantillons?|lames?|fioles?|' +
  'frascos?|muestras?|cilindros?|botes?|recipientes?|tubos?|piezas?|vial(?:es)?|envases?|tarros?|localizacion(?:es)?)';

const HEAD = new RegExp(
  `(?:(?<noun>${PART_NOUN})(?![a-z])\\s*(?:(?:nr|no|n[°º]|num|number)\\.?\\s*|#\\s*)?:?\\s*|(?<mark>(?:nr|no|n[°º])\\.?\\s+|#\\s*))?` +
    `(?<open>[([])?(?<list>${LABEL_LIST})(?<block>\\s?/\\s?[a-z]?\\d{1,2}(?:-\\d{1,2})?)?(?<close>[)\\]])?` +
    `(?<stop>\\s?[.:)\\]|]{1,2}(?=\\s|$)|\\s-{1,2}(?=\\s)|\\s?-(?=\\s)|,(?=\\s)|\\t|[ ]{2,}(?=\\S)|(?=\\s?\\()|(?=\\s*\\n)|(?= [a-z]))`,
  'y',
);

/** Where a heading may stand: at the start of a line, or (more strictly) behind the end of a sentence. */
const PLACE = /(?:^|\n)[ \t]*(?:[-*•>+][ \t]*)?|[.;:)\]?!] {1,4}| {3,}/g;

/** "A (right base), B (right mid): benign": several parts, each with its site. */
const GLOSSED = new RegExp(
  `(?:[ivx]{1,5}|\\d{1,2}[a-z]?|[a-z]\\d{0,2}) ?\\([^()\\n]{2,60}\\)(?:(?:,|;| and| und| et| y| en| &){1,2} ?(?:[ivx]{1,5}|\\d{1,2}[a-z]?|[a-z]\\d{0,2}) ?\\([^()\\n]{2,60}\\)){1,30}(?= ?[:.-])`,
  'y',
);
const GLOSS = /([a-z0-9]{1,5}) ?\(([^()\n]{2,60})\)/g;

interface Candidate {
  readonly printed: string;
  readonly start: number;
  readonly listStart: number;
  readonly end: number;
  readonly noun: string;
  readonly stop: string;
  readonly bracketed: boolean;
  readonly lineStart: boolean;
  /** Label and site of each part, where a list gives each its own. */
  readonly glosses: readonly { readonly label: Span; readonly title: Span }[];
}

/** All places in a section that look like a part's heading, before style and order are checked. */
function findCandidates(shadow: string, section: Span): Candidate[] {
  const candidates: Candidate[] = [];
  const tryAt = (at: number, lineStart: boolean): void => {
    HEAD.lastIndex = at;
    const match = HEAD.exec(shadow);
    const groups = match?.groups;
    if (!match || !groups || match.index + match[0].length > section.end) return;
    const list = groups['list'] ?? '';
    const noun = (groups['noun'] ?? groups['mark'] ?? '').trim();
    const stop = (groups['stop'] ?? '').trim();
    const several = /[^a-z0-9]/.test(list);
    const bracketed =
      shadow[match.index + match[0].length] === '(' || shadow[match.index + match[0].length + 1] === '(';
    const listStart = shadow.indexOf(list, match.index + (groups['noun'] ?? groups['mark'] ?? '').length);
    GLOSSED.lastIndex = listStart;
    const glossed = bracketed && lineStart ? GLOSSED.exec(shadow) : null;
    const glosses = [...(glossed?.[0] ?? '').matchAll(GLOSS)].map((gloss) => {
      const start = listStart + gloss.index;
      const open = start + gloss[0].indexOf('(') + 1;
      return {
        label: { start, end: start + (gloss[1]?.length ?? 0) },
        title: { start: open, end: open + (gloss[2]?.length ?? 0) },
      };
    });
    const explained =
      glossed !== null ||
      (bracketed &&
        lineStart &&
        /^\s?\([^()\n]{3,120}\)\s?(?::|-|\n|[.]{3})/.test(
          shadow.slice(match.index + match[0].length, match.index + match[0].length + 140),
        ));
    const bare =
      !explained && stop === '' && groups['close'] === undefined && !/^(?:\t| {2,})/.test(groups['stop'] ?? '');
    // Without any mark behind it, a label is a heading only where a noun or a range makes that plain.
    if (bare && !(noun !== '' ? lineStart : several && /[-/]|t\/m| (?:to|bis|tot|en|et|und|and|y) /.test(list))) return;
    if (
      bare &&
      /^(?:of|von|van|de|des|sur|out|zeig|show|were|was|ist|sind|are|is)\b/.test(
        shadow.slice(match.index + match[0].length, match.index + match[0].length + 6).trimStart(),
      )
    )
      return;
    if (stop === ',' && noun === '') return;
    if (groups['open'] !== undefined && groups['close'] === undefined && !/[)\]]/.test(stop)) return;
    if (
      stop.startsWith('-') &&
      noun === '' &&
      !/^\s*[a-z"]/.test(shadow.slice(match.index + match[0].length, match.index + match[0].length + 3))
    )
      return;
    candidates.push({
      printed: list,
      start: at,
      listStart,
      end: glossed ? listStart + glossed[0].length : match.index + match[0].length,
      noun,
      stop: groups['close'] !== undefined || /[)\]]/.test(stop) ? ')' : stop,
      bracketed: groups['open'] !== undefined,
      lineStart,
      glosses,
    });
  };
  tryAt(
    section.start +
      (/^\s*/.exec(shadow.slice(section.start, Math.min(section.end, section.start + 200)))?.[0].length ?? 0),
    true,
  );
  for (const match of shadow.slice(section.start, section.end).matchAll(PLACE)) {
    const at = section.start + match.index + match[0].length;
    if (at >= section.end) break;
    const lineStart = match.index === 0 || match[0].startsWith('\n');
    if (at > (candidates.at(-1)?.start ?? -1)) tryAt(at, lineStart);
  }
  return candidates;
}

const MANY_ROMAN = /(?<![a-z])(?:ii|iii|iv|vi{1,3}|ix|xi{1,3}|xi?v|xvi{0,3})(?![a-z])/;

function stylesOf(printed: string, roman: boolean): LabelStyle[] {
  if (/^\d/.test(printed)) return ['number'];
  return roman && /^[ivx]/.test(printed) ? ['roman'] : ['letter'];
}

interface Placed extends Candidate {
  readonly labels: readonly string[];
  readonly first: number;
  readonly last: number;
  readonly style: string;
}

function place(candidate: Candidate, raw: string, roman: boolean): Placed | null {
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
  candidates: readonly Candidate[],
  roman: boolean,
): Placed[] {
  const placed: Placed[] = [];
  for (const candidate of candidates) {
    const heading = place(candidate, raw, roman);
    if (!heading) continue;
    const previous = placed.at(-1) ?? null;
    const first = placed[0];
    if (first && !sameStyle(heading, first)) continue;
    if (
      previous &&
      heading.first <= previous.last &&
      !(heading.first <= 1 && heading.lineStart && placed[0]?.first === heading.first)
    )
      continue;
    if (!heading.lineStart) {
      const next = previous
        ? heading.first > previous.last && heading.first - previous.last <= 1
        : heading.first >= 1 && heading.first < 2;
      if (!next && !(heading.noun !== '' && heading.labels.length >= 1 && heading.stop !== '')) continue;
      if (heading.noun === '' && heading.stop === '' && heading.labels.length < 2) continue;
    }
    const ahead = shadow.slice(heading.end, Math.min(section.end, heading.end + 220));
    if (!NAMES_A_SITE.test(ahead) && !DIAGNOSTIC_WORD.test(ahead)) continue;
    placed.push(heading);
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
      return line.length < 70 &&
        CONTEXT.test(line) &&
        /^[\s*=#-]*[^:.]{3,60}(?::|\s*$)[\s*]*$/.test(line) &&
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
  const found = new Map(sections.map((section) => [section, findCandidates(shadow, section)]));
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
    fresh.forEach((heading, index) => {
      const end = fresh[index + 1]?.start ?? section.end;
      const above = index === 0 ? section.start : lineAfter(shadow, mentions.at(-1)?.title.end ?? section.start);
      context = contextAbove(shadow, above, heading.start) ?? context;
      const said = { body: { start: heading.end, end }, kind, context };
      if (heading.glosses.length > 0)
        for (const { label, title } of heading.glosses)
          mentions.push({ ...said, labels: [raw.slice(label.start, label.end)], labelSpan: label, title, group: true });
      else
        mentions.push({
          ...said,
          labels: heading.labels,
          labelSpan: { start: heading.listStart, end: heading.listStart + heading.printed.length },
          title: titleOf(shadow, heading.end, end),
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
