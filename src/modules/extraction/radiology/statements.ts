import type { Section, SectionKind } from '../text/sections.js';
import { isGlued, runOf, type ReportText, type TokenRun } from './report-text.js';
import { isTelegram } from './telegram.js';
import { LESION_NOUN } from './words.js';

/** One sentence, list item or line of a section. */
export interface Statement extends TokenRun {
  readonly section: SectionKind;
  /** Counts the sections, so that two statements are known to stand in the same one. */
  readonly sectionAt: number;
  /** It begins a line. */
  readonly opensLine: boolean;
  /** An empty line, or the beginning of the section, precedes it. */
  readonly opensParagraph: boolean;
  /** The number or letter that itemises it ("2." → "2"), not part of the run. */
  readonly item: string | null;
}

/** Longer than any sentence: text without full stops is cut here, so that no later step meets a page as one sentence. */
const LONGEST = 160;

const ABBREVIATION = new Set(
  `les lsn las afw re li ca neg pos approx max min nr no num vs bzw inkl incl ev evtl ggf resp klin z n d h i v u a st dr prof fig ser se im img abb bds sog usw etc
  s o ant post lat med dors ventr lt rt dcha izq izda dcho dt gche sup inf bijv mw dhr m t w p vol cat kat tr ap p ej aprox env mittl mittlr apik
  ventrol dorsol dorsom posterol posterom zentr moy ggfs`
    .split(/\s+/)
    .filter(Boolean),
);

/** Cuts the bodies of the sections into statements, in the order of the text. */
export function toStatements(report: ReportText, sections: readonly Section[]): Statement[] {
  const statements: Statement[] = [];
  let at = 0;
  const { tokens } = report;
  sections.forEach((section, sectionAt) => {
    const { start, end } = section.body;
    while (at < tokens.length && tokens[at]!.start < start) at++;
    let stop = at;
    while (stop < tokens.length && tokens[stop]!.start < end) stop++;
    let from = at;
    let breaks = 2;
    let item: string | null = null;
    let opensLine = true;
    const close = (to: number): void => {
      if (to > from) {
        const value = statements.at(-1);
        // "1) 8 mm. Left posterior TZ. PI-RADS 3.": the value is of what stands behind it in the line.
        if (!opensLine && value?.opensLine && isTelegram(report, value, { from, to })) {
          statements[statements.length - 1] = { ...value, ...runOf(report, value.from, to) };
          item = null;
          return;
        }
        statements.push({
          ...runOf(report, from, to),
          section: section.kind,
          sectionAt,
          opensLine,
          opensParagraph: breaks >= 2,
          item,
        });
        breaks = 0;
        opensLine = false;
      }
      item = null;
    };
    for (let i = at; i < stop; i++) {
      const token = tokens[i]!;
      if (token.kind === 'break') {
        close(i);
        breaks++;
        opensLine = true;
        from = i + 1;
        continue;
      }
      if (from === i && item === null && opensLine) {
        const marker = itemMarker(report, i);
        if (marker) {
          item = marker.label;
          i = marker.last;
          from = i + 1;
          continue;
        }
      }
      if (isSentenceEnd(report, i) || i - from >= LONGEST) {
        close(i + 1);
        from = i + 1;
      }
    }
    close(stop);
    at = stop;
  });
  return statements;
}

/** `1.`, `2)`, `(3)`, `-`, `•` at the start of a line; the label is empty for a bullet. */
function itemMarker(report: ReportText, at: number): { label: string; last: number } | null {
  const { tokens } = report;
  const [first, second, third] = [tokens[at], tokens[at + 1], tokens[at + 2]];
  if (!first) return null;
  if (/^[-*•·▪►>–]$/.test(first.text) && second && second.kind !== 'break' && !isGlued(report, at + 1))
    return { label: '', last: at };
  if (first.text === '(' && /^\d{1,2}$/.test(second?.text ?? '') && third?.text === ')')
    return { label: second!.text, last: at + 2 };
  if (
    (/^\d{1,2}$/.test(first.text) || /^[a-h]$/.test(first.text)) &&
    /^[.)/]$/.test(second?.text ?? '') &&
    isGlued(report, at + 1) &&
    third &&
    third.kind !== 'break' &&
    !isGlued(report, at + 2)
  )
    return { label: report.text.slice(first.start, first.end), last: at + 1 };
  // "A - right PZ, 9 mm"
  if (
    /^[a-h]$/.test(first.text) &&
    report.text[first.start] !== first.text &&
    /^[-–]$/.test(second?.text ?? '') &&
    !isGlued(report, at + 1) &&
    third &&
    third.kind !== 'break' &&
    !isGlued(report, at + 2)
  )
    return { label: report.text.slice(first.start, first.end), last: at + 1 };
  if (first.text === '#' && /^\d{1,2}$/.test(second?.text ?? ''))
    return { label: second!.text, last: /^[.:)]$/.test(third?.text ?? '') ? at + 2 : at + 1 };
  return null;
}

function isSentenceEnd(report: ReportText, at: number): boolean {
  const { tokens } = report;
  const token = tokens[at]!;
  if (token.text === '!' || token.text === '?') return true;
  if (token.text !== '.') return false;
  const after = tokens[at + 1];
  if (!after || after.start === token.end) return false;
  const before = tokens[at - 1];
  if (!before || before.kind === 'break') return false;
  const label = /^[a-h]$/.test(before.text) && LESION_NOUN.has(tokens[at - 2]?.text ?? '');
  if (before.kind !== 'word' || label) return true;
  // "EPE: no." ends; "lesion no. 2" does not.
  if (before.text === 'no' && after.kind !== 'number') return true;
  return !ABBREVIATION.has(before.text) && !before.text.endsWith('vol');
}
