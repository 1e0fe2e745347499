import type { Span } from '../text/span.js';
import { PART_NOUN } from './pathology-words.js';
import { DIAGNOSTIC_WORD, NAMES_A_SITE } from './site-words.js';
import { ordinalOf } from './part-label.js';
import type { PathologySectionKind } from './pathology-sections.js';
import { matchesOf } from '../text/matches.js';

/** "Biopt 1", "Specimen A: …", "N°2 :", "B) …" at the start of a line. */
const PART_LINE = new RegExp(
  `^[ \\t]*(?:[-*•] ?)?(?:(${PART_NOUN}(?![a-z])|n[°º]|nr\\.?|no\\.?|#) ?(?:nr\\.?|no\\.?|n°|#)? ?:? ?)?[([]?(\\d{1,2}|[a-z]|[ivx]{1,5})(\\s?[.):\\]]{1,2}(?=\\s)| -{1,2}(?= )|(?=\\s*(?:[-(,"]|/(?! ?\\d)|\\n|$)))`,
  'gm',
);

/** "LESION 1 (PART A)", "Left base (2):": the label behind its title, alone on a line. */
const TITLED_LINE = new RegExp(
  `^[ \\t]*[a-z][^\\n:;()[\\]]{2,70}[([](?:${PART_NOUN} ?(?:nr\\.?|no\\.?|n°|#)? ?)?([a-z]|\\d{1,2}|[ivx]{1,5})[)\\]] ?:?[ \\t]*$`,
  'gm',
);

/** "A - left base", "1, right mid (target 1)". */
const SITE_BEHIND = /^ ?(?:[-,] |[(|])[^\n:]*/;

interface PartLine {
  readonly at: number;
  readonly shape: string;
  readonly ordinal: number;
}

function partLinesOf(shadow: string): PartLine[] {
  const lines: PartLine[] = [];
  const found = matchesOf(shadow, PART_LINE).filter(
    ({ 0: line, 1: noun, 3: stop, index }) =>
      noun !== undefined ||
      stop !== '' ||
      NAMES_A_SITE.test(SITE_BEHIND.exec(shadow.slice(index + line.length, index + line.length + 80))?.[0] ?? ''),
  );
  const labelled = [
    ...found.map(({ 1: noun = '', 2: label = '', index }) => ({ noun, label, index })),
    ...matchesOf(shadow, TITLED_LINE).map(({ 1: label = '', index }) => ({ noun: '()', label, index })),
  ].sort((a, b) => a.index - b.index);
  const roman = labelled.some(({ label }) => /^[ivx]{2}/.test(label));
  for (const { noun, label, index } of labelled) {
    const style = /\d/.test(label) ? 'number' : roman && /^[ivx]/.test(label) ? 'roman' : 'letter';
    const ordinal = ordinalOf(label, style);
    if (ordinal !== null) lines.push({ at: index, shape: `${noun.slice(0, 4)}${style}`, ordinal });
  }
  return lines;
}

/** What may stand as a field of one part, with its text on the same line. */
const FIELDS: ReadonlySet<PathologySectionKind> = new Set([
  'diagnosis',
  'microscopy',
  'summary',
  'specimens',
  'clinical',
  'gross',
]);

/** What may stand right below the name of a part, and of none but that part. */
const OWN: ReadonlySet<PathologySectionKind> = new Set(['diagnosis', 'microscopy', 'specimens', 'gross']);

interface HeadingLine {
  readonly kind: PathologySectionKind;
  readonly heading: Span;
}

/**
 * Which headings are fields of a part ("Specimen A … Diagnosis: benign … Specimen B …") and open no section: those
 * between two part lines that count on, and their likes behind the last part.
 */
export function findPartFields<Mark extends HeadingLine>(shadow: string, marks: readonly Mark[]): Set<Mark> {
  const fields = new Set<Mark>();
  const candidates = marks.filter(({ kind, heading }) => FIELDS.has(kind) && heading.end > heading.start);
  if (candidates.length === 0) return fields;
  const lines = partLinesOf(shadow);
  if (lines.length < 2) return fields;
  const phraseOf = ({ heading }: Mark): string => shadow.slice(heading.start, heading.end).replace(/[^a-z]/g, '');
  const phrases = new Set<string>();
  const counted = new Map<string, number>();
  for (const mark of candidates) counted.set(phraseOf(mark), (counted.get(phraseOf(mark)) ?? 0) + 1);
  let next = 0;
  for (const mark of candidates) {
    while (next < lines.length && lines[next]!.at <= mark.heading.start) next++;
    const [before, after] = [lines[next - 1], lines[next]];
    if (!before) continue;
    const previous = lines[next - 2];
    const counts = (from: PartLine | undefined, to: PartLine): boolean =>
      from !== undefined && from.shape === to.shape && to.ordinal - from.ordinal === 1;
    const between =
      after !== undefined && counts(before, after) && (hasText(shadow, mark) || (counted.get(phraseOf(mark)) ?? 0) > 1);
    const goesOn = after !== undefined && counts(before, after);
    const below = isRightBelow(shadow, before, mark);
    const judged = DIAGNOSTIC_WORD.test(shadow.slice(before.at, mark.heading.start));
    const behindLast =
      !goesOn &&
      counts(previous, before) &&
      ((hasText(shadow, mark) &&
        (phrases.has(phraseOf(mark)) ||
          (below && !judged && OWN.has(mark.kind) && hasFieldBelow(shadow, previous, before.at)))) ||
        (after === undefined && !below && !judged && isKeyed(shadow, mark)));
    if (!between && !behindLast) continue;
    fields.add(mark);
    phrases.add(phraseOf(mark));
  }
  return fields;
}

const KEYED = /\n[ \t]*[a-z][^\n:.]{2,45}: ?[^\n]{1,60}\n[ \t]*$/;

const hasText = (shadow: string, { heading }: Pick<HeadingLine, 'heading'>): boolean =>
  /^[^\n]*\S/.test(shadow.slice(heading.end, heading.end + 60));

/** On the line below the name of a part. */
const isRightBelow = (shadow: string, { at }: PartLine, { heading }: Pick<HeadingLine, 'heading'>): boolean =>
  /^[^\n]*\n[ \t]*(?:[-*•][ \t]*)?$/.test(shadow.slice(at, heading.start));

const hasFieldBelow = (shadow: string, line: PartLine | undefined, next: number): boolean =>
  line !== undefined &&
  /^\s*[^\n]*\n[ \t]*(?:[-*•][ \t]*)?[a-z][^\n:]{2,45}:/.test(shadow.slice(line.at, Math.min(next, line.at + 300)));

/** A key with its value, right below another one. */
const isKeyed = (shadow: string, { heading }: HeadingLine): boolean =>
  hasText(shadow, { heading }) && KEYED.test(shadow.slice(Math.max(0, heading.start - 140), heading.start));
