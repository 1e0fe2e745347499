import { firstFrom, type Span } from '../text/span.js';
import { runOf, type ReportText, type TokenRun } from './report-text.js';
import { matchesOf } from '../text/matches.js';

export interface Cell extends Span {
  readonly text: string;
}

/** One line of a text and its cells; none where the line has no columns. */
export interface TableLine extends Span {
  readonly cells: readonly Cell[];
}

/** Cuts a folded text into lines, and lines written with bars, tabs, semicolons or aligned by spaces into cells. */
export function toTableLines(shadow: string): TableLine[] {
  const lines: TableLine[] = [];
  const columns = SEMICOLONS.test(shadow) ? /[|\t;]| {2,}\S/ : /[|\t]| {2,}\S/;
  for (let start = 0; start <= shadow.length;) {
    const stop = shadow.indexOf('\n', start);
    const end = stop < 0 ? shadow.length : stop;
    const line = shadow.slice(start, Math.min(end, start + 600));
    lines.push({ start, end, cells: columns.test(line.trim()) ? cellsOf(shadow, start, end) : [] });
    start = end + 1;
  }
  return lines;
}

function cellsOf(shadow: string, start: number, end: number): Cell[] {
  const line = shadow.slice(start, end);
  const pattern = line.includes('|')
    ? /\|/g
    : line.includes('\t')
      ? /\t/g
      : / {2,}\S/.test(line.trim())
        ? / {2,}/g
        : /;/g;
  const cells: Cell[] = [];
  let from = 0;
  const add = (to: number): void => {
    const raw = line.slice(from, to);
    const lead = /^\s*/.exec(raw)?.[0].length ?? 0;
    const text = raw.trim();
    cells.push({ text, start: start + from + lead, end: start + from + lead + text.length });
  };
  for (const match of matchesOf(line, pattern)) {
    if (match.index + match[0].length > 0 && !(match.index === 0 && /^\s/.test(match[0]) && match[0] !== '\t'))
      add(match.index);
    from = match.index + match[0].length;
  }
  add(line.length);
  // The bars at both ends of a line enclose no cell.
  if (line.trimStart().startsWith('|')) cells.shift();
  if (cells.at(-1)?.text === '' && line.trimEnd().endsWith('|')) cells.pop();
  return cells;
}

/** A line of names between semicolons, without a number or a colon: the heading of a table exported from elsewhere. */
const SEMICOLONS = /(?:^|\n)(?:t2|[^\n;:.\d])*;(?:t2|[^\n;:.\d])*;(?:t2|[^\n:.\d])*\n/;
/** Whether a text has columns at all. */
export const hasColumns = (shadow: string): boolean => /[|\t]|\S {2,}\S/.test(shadow) || SEMICOLONS.test(shadow);

/** A line that only rules off (`|---|---|`). */
export const isRule = (cells: readonly Cell[]): boolean => cells.every((cell) => /^[-=+: ]*$/.test(cell.text));

/** The tokens of a cell. */
export function cellRun(report: ReportText, cell: Cell): TokenRun {
  const from = firstFrom(report.tokens, cell.start);
  let to = from;
  while (to < report.tokens.length && report.tokens[to]!.end <= cell.end) to++;
  return runOf(report, from, to);
}

/** The year that a heading or a row names; null where it names none. */
export function yearIn(text: string): number | null {
  const year = /\b(?:19|20)\d\d\b/.exec(text);
  return year ? Number(year[0]) : null;
}
