import { UNSEEN } from '../text/canonical-text.js';
import type { Span } from '../text/span.js';
import { findLostLineBreaks } from './flat-text.js';
import { LABEL_LIST } from './part-label.js';
import { PART_NOUN } from './pathology-words.js';
import { findSeparators, isField, type Separator } from './key-lines.js';
import { NAMES_A_SITE } from './site-words.js';

/** The report as it is read: a shorter copy of the canonical text and its shadow, with the way back to the offsets. */
export interface ReadingText {
  readonly text: string;
  readonly shadow: string;
  readonly toCanonical: (span: Span) => Span;
}

/** A line that starts something new whatever stands above: a bullet, a part's label, a dotted leader. */
const STARTS_NEW =
  /^(?![mc]m\b)(?:#|[-*•>+_~|](?!\s?\d)(?=[\s*_~#-]|[a-z])|==|[|]|[([]?(?:[a-z]{1,2}\d{0,2}|\d{1,2}[a-z]?|[ivx]{1,5})(?:\/[\d-]+)?[.)\]:](?=\s|$)|(?:\d{1,2}|[ivx]{1,5}|[a-z])(?: ?(?:-|,|a|to|bis|t\/m|et|en|und|and|y) ?(?:\d{1,2}|[ivx]{1,5}|[a-z])){0,8} ?:(?= )|(?:[a-z]{1,2}\d{0,2}|\d{1,2}|[ivx]{1,5}) (?:-+ [a-z]|\([^()\n]{2,60}\) ?[:,])|[^\n.]{2,50}\.{3,}|[([][ x]?[)\]]|[a-z][a-z ]{2,24}\([a-z0-9]{1,4}\) ?:)/;
/** "4 through 6: right apex". */
const LISTED_LABELS = new RegExp(`^${LABEL_LIST}(?:\\s?[:)](?=\\s)|, (?:[a-z]+[ -])?${NAMES_A_SITE.source})`);
/** "6 rechts apex: …": a label without a mark, and a site. */
const BARE_LABEL = new RegExp(
  `^(?:(?:\\d{1,2}[a-z]?|[ivx]{1,5}) +|[a-z] {2,})(?:[lr]t?\\.? )?(?:prosta[a-z]*,? )?(?:(?:ant|post|lat|med|dors|ventr)[a-z]*\\.? )?${NAMES_A_SITE.source}`,
);
/** "B target 2": a capital that is no side and no article, and a site. */
const LETTERED = /^[B-KM-QS-Z](?= \S)/;
const SITE_BEHIND = new RegExp(`^ (?:[lr]t?\\.? )?${NAMES_A_SITE.source}`);
/** "4. Base G", "N°2 : biopsies": a label with a mark, and a site. */
const MARKED_SITE = new RegExp(
  `^(?:n[°º] ?\\d{1,2} ?[:.)-]|[([]?(?:[a-z]|\\d{1,2}|[ivx]{1,5})[.):\\]]{1,2}|#\\d{1,2}|\\d{1,2} -) +["(]?(?:prosta[a-z]*,? |biops[a-z]* |tercio )?${NAMES_A_SITE.source}`,
);
/** "RLB - benign", "right mid - …": a site and what is found there. */
const CODED_LINE = /^[A-Z]{2,4}\d? ?(?:[-–:=]|\.{3}) /;
const SITE_DASH = /^(?:[a-z]+[ ,]+){1,4}- /;
/** "Target II (PIRADS 3, re. mittig): …". */
const SITE_KEY = new RegExp(`^(?=[^:;\\n]{3,66}:\\s)(?:[a-z]+[ -]){0,2}${NAMES_A_SITE.source}`);
const KEY = /^(?=[a-z])[^\n:.;,(]{2,58}:/;
/** A number that goes on with a sentence: "… focus | 11 mm". */
const GOES_ON =
  /^(?:[<>~]?\d+(?:[.,]\d+)?\s?(?:%|mm\b|cm\b|of\b|\/ ?\d|\+|von\b|van\b|de\b|sur\b)|[+=]\s?\d|\((?![a-z0-9]{0,3}\)))/;
const LABELLED = new RegExp(
  `^(?:${PART_NOUN}|nr|no)\\.? (?:[a-z]\\d?|\\d{1,2}[a-z]?|[ivx]{1,5})(?: ?(?:-|,|a|to|through|bis|t\\/m|tot en met|et|en|und|and|y) ?(?:[a-z]|\\d{1,2}|[ivx]{1,5}))?(?=\\s?(?:[.:)(,-]|$))`,
);
/** Columns that pipes, tabs, semicolons or blanks part; two blanks behind a full stop part sentences. */
const COLUMNS = /\t|\||^(?:[^;]*;){3}|\S(?<![.:;!?]) {2,}(?=\S).*\S(?<![.:;!?]) {2,}(?=\S)/;
const isRow = (shadow: string, line: Line): boolean =>
  COLUMNS.test(shadow.slice(line.from, Math.min(line.to, line.from + 300)));
/** No line ends on such a word unless it wraps. */
const HANGING =
  /\b(?:of|in|the|and|or|is|with|for|to|parts?|specimens?|(?<!\b(?:high|low|haut|bas|hoch|hoog) )grade|group|score|gleason|pattern|und|oder|von|der|die|das|mit|ein|eine[rnms]?|in den|probe|stanze|gruppe|muster|en|van|de|het|een|met|groep|graad|patroon|et|du|des|la|le|les|un|une|avec|(?<!\b(?:alto|bajo) )grado|grupo|patron|del|los|las|con|y|ter(?:ti|cia)[a-z]*)$/;
/** A label with its mark. */
const LABEL_FIRST = /^(?:[a-z]\d?|\d{1,2}|[ivx]{1,5}) ?(?:[:)|]|[.-] )/;
const NAMES_PART = /^(?:parts?|specimens?|probe|stanze)$/;
/** The line ends inside "3 + 4 = 7". */
const SUM_CUT = /\d ?[+=]$/;
/** Lines longer than this are paragraphs; nobody wraps there. */
const WIDEST_WRAP = 130;

interface Line {
  readonly start: number;
  readonly end: number;
  /** First and behind the last character that is no blank; equal on an empty line. */
  readonly from: number;
  readonly to: number;
}

function linesOf(shadow: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start <= shadow.length;) {
    const newline = shadow.indexOf('\n', start);
    const end = newline < 0 ? shadow.length : newline;
    const content = shadow.slice(start, end);
    const from = start + content.length - content.trimStart().length;
    lines.push({ start, end, from, to: Math.max(from, start + content.trimEnd().length) });
    start = end + 1;
  }
  return lines;
}

/** Whether the second line goes on with the first one's sentence, as a text wrapped at `width` does. */
function continues(text: string, shadow: string, line: Line, next: Line, width: number): boolean {
  if (line.to === line.from || next.to === next.from) return false;
  const last = shadow[line.to - 1] ?? '';
  const words = shadow.slice(next.from, Math.min(next.to, next.from + 70));
  const printed = text.slice(next.from, next.from + 9);
  const asked =
    last === ':' &&
    ((/^[<>~]?\d/.test(words) && !/^\d{1,2}(?: ?-|[.):]) ?[a-z]/.test(words)) ||
      /[.,] /.test(shadow.slice(line.from, line.to)));
  if (/[.:;!?|]/.test(last) && !asked) return false;
  if (isRow(shadow, next)) return false;
  if (/^[-*•] /.test(words) && shadow.startsWith(words.slice(0, 2), line.from)) return false;
  if (MARKED_SITE.test(words) || CODED_LINE.test(printed)) return false;
  const label = /^(?:[A-Z]|\d{1,2}|[IVX]{1,5})(?=, )/.exec(printed)?.[0] ?? LETTERED.exec(printed)?.[0];
  if (label !== undefined && SITE_BEHIND.test(words.slice(label.length).replace(/^,/, ''))) return false;
  const dashed = SITE_DASH.exec(words)?.[0];
  if (!/^[a-z]/.test(text.slice(next.from)) && SITE_KEY.test(words)) return false;
  if (dashed !== undefined && NAMES_A_SITE.test(dashed)) return false;
  const hanging = HANGING.exec(shadow.slice(Math.max(line.from, line.to - 24), line.to))?.[0] ?? '';
  // "DIAGNOSIS BY PART" over "Part A …" or "A: …" wraps nothing.
  const titled = LABEL_FIRST.test(words) && !/[.,;:(]/.test(shadow.slice(line.from, line.to));
  const alone = hanging.length === line.to - line.from;
  if (hanging !== '' && !(NAMES_PART.test(hanging) && (alone || titled || LABELLED.test(words)))) return true;
  if (SUM_CUT.test(shadow.slice(Math.max(line.from, line.to - 4), line.to)) && /^\d/.test(words)) return true;
  if (STARTS_NEW.test(words) || LISTED_LABELS.test(words) || BARE_LABEL.test(words) || isField(words)) return false;
  const small = /^[a-zà-ÿ]/.test(text.slice(next.from, next.from + 1));
  const cut = last === ',' || last === '(' || /[a-z]-$/.test(shadow.slice(Math.max(line.from, line.to - 2), line.to));
  if (cut || (GOES_ON.test(words) && (line.to - line.from > 45 || wraps(shadow, line, next, width)))) return true;
  if (small) return !LABELLED.test(words) && (!KEY.test(words) || wraps(shadow, line, next, width));
  return !KEY.test(words) && !LABELLED.test(words) && wraps(shadow, line, next, width);
}

/** "SYSTEMATIC BIOPSIES" over the next parts. */
const SAMPLING =
  /^(?:[a-z]+ )?(?:systemat|sistemat|target|random|sextant|gezielt|gericht|cibl|dirigid|aleator|fusion)[a-z]*(?: [a-z]+){0,2}:?$/;

/** The next word would not have fitted on the line. */
function wraps(shadow: string, line: Line, next: Line, width: number): boolean {
  if (next.to - next.from < 50 && SAMPLING.test(shadow.slice(next.from, next.to))) return false;
  const word = /^\S+/.exec(shadow.slice(next.from, next.from + 40))?.[0].length ?? 0;
  return line.to - line.start + 1 + word > width;
}

/** The width at which a text is wrapped: its longest line, where several come close to it; else 0 for none. */
function wrapWidth(lines: readonly Line[]): number {
  const sizes = lines.map((line) => line.to - line.start).filter((size) => size >= 40);
  const longest = Math.max(0, ...sizes.slice(0, 5000));
  return longest > WIDEST_WRAP || sizes.filter((size) => size > longest - 12).length < 2 ? Infinity : longest;
}

/**
 * Prepares a report for reading: drops unseen characters, joins lines that merely wrap, and closes the empty lines of a
 * text that has one after every line. `isFixed` tells the lines of tables, which stay as they are.
 */
export function toReadingText(canonical: string, shadowText: string): ReadingText {
  const lost = findLostLineBreaks(canonical, shadowText);
  const text = withBreaks(canonical, lost);
  const shadow = withBreaks(shadowText, lost);
  const kept: number[] = [];
  let [readText, readShadow] = ['', ''];
  const keep = (start: number, end: number): void => {
    let from = start;
    for (let at = start; at <= end; at++) {
      if (at < end && shadow[at] !== UNSEEN) {
        kept.push(at);
        continue;
      }
      readText += text.slice(from, at);
      readShadow += shadow.slice(from, at);
      from = at + 1;
    }
  };
  const all = linesOf(shadow);

  const full = all.filter((line) => line.to > line.from);
  const doubled = full.length >= 4 && isDoubleSpaced(all);
  const isEmpty = (line: Line | undefined): boolean => line !== undefined && line.to === line.from;
  const lines = doubled
    ? all.filter((line, index) => !isEmpty(line) || (isEmpty(all[index - 1]) && !isEmpty(all[index - 2])))
    : all;
  const width = wrapWidth(lines);
  let joined = false;
  lines.forEach((line, index) => {
    const next = lines[index + 1];
    const joins = next !== undefined && continues(text, shadow, line, next, width);
    keep(joined ? line.from : line.start, joins ? line.to : line.end);
    joined = joins;
    if (!next) return;
    kept.push(line.end);
    readText += joins ? ' ' : '\n';
    readShadow += joins ? ' ' : '\n';
  });
  const separators = findSeparators(readShadow);
  const places = separators.length === 0 ? kept : placesWithColons(kept, separators);
  const toCanonical = ({ start, end }: Span): Span => {
    let stop = (places[end - 1] ?? -1) + 1;
    while (stop < shadow.length && shadow[stop] === UNSEEN) stop++;
    return { start: places[start] ?? shadow.length, end: stop };
  };
  return {
    text: withColons(readText, separators),
    shadow: withColons(readShadow, separators),
    toCanonical,
  };
}

function withColons(text: string, separators: readonly Separator[]): string {
  let [read, at] = ['', 0];
  for (const { start, end } of separators) {
    read += `${text.slice(at, start)}: `;
    at = end;
  }
  return read + text.slice(at);
}

function placesWithColons(kept: readonly number[], separators: readonly Separator[]): number[] {
  const places: number[] = [];
  let at = 0;
  for (const { start, end } of separators) {
    for (; at < start; at++) places.push(kept[at]!);
    places.push(kept[start]!, kept[end - 1]!);
    at = end;
  }
  for (; at < kept.length; at++) places.push(kept[at]!);
  return places;
}

function withBreaks(text: string, breaks: readonly number[]): string {
  if (breaks.length === 0) return text;
  const characters = text.split('');
  for (const at of breaks) characters[at] = '\n';
  return characters.join('');
}

/** Nearly every line is followed by one empty line, as some converters write. */
function isDoubleSpaced(lines: readonly Line[]): boolean {
  let [single, paired] = [0, 0];
  for (let index = 0; index + 1 < lines.length; index++) {
    const line = lines[index]!;
    if (line.to === line.from) continue;
    if (lines[index + 1]!.to > lines[index + 1]!.from) single++;
    else paired++;
  }
  return single * 8 < paired;
}
