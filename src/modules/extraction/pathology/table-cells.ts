import type { Span } from '../text/span.js';
import { matchesOf } from '../text/matches.js';

/** A line that rules off the head of a table. */
export const RULE = /^[\s|:+=-]*[-=][\s|:+=-]*$/;

export type Separator = '|' | '\t' | ';' | 'spaces';

/** The cells of a line without the blanks around them; empty cells between pipes and tabs count. */
export function cellsOf(shadow: string, line: Span, separator: Separator): Span[] {
  const text = shadow.slice(line.start, line.end);
  const splitter = separator === 'spaces' ? /\s{2,}/g : new RegExp(`\\${separator}`, 'g');
  const cells: Span[] = [];
  let from = 0;
  const push = (to: number): void => {
    const cell = text.slice(from, to);
    const lead = cell.length - cell.trimStart().length;
    const size = cell.trim().length;
    if (size > 0 || separator !== 'spaces')
      cells.push({
        start: line.start + from + (size > 0 ? lead : 0),
        end: line.start + from + (size > 0 ? lead + size : 0),
      });
  };
  for (const match of matchesOf(text, splitter)) {
    push(match.index);
    from = match.index + match[0].length;
  }
  push(text.length);
  if (separator === '|') {
    const framed = cells[0] !== undefined && cells[0].end === cells[0].start;
    if (framed) cells.shift();
    const last = cells.at(-1);
    if (framed && last && last.end === last.start) cells.pop();
  }
  return cells;
}

export function separatorOf(line: string): Separator | null {
  if (line.includes('|') && (line.match(/\|/g) ?? []).length >= 2) return '|';
  if (line.includes('\t') && (line.match(/\t/g) ?? []).length >= 2) return '\t';
  if (line.includes(';') && /^(?:[^;]*;){3}/.test(line) && !/\S {2,}\S/.test(line)) return ';';
  if (!line.includes('  ') && !line.includes('\t')) return null;
  return (line.trim().match(/\S\s{2,}(?=\S)/g) ?? []).length >= 2 ? 'spaces' : null;
}
