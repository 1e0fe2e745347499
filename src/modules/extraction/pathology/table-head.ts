import type { Span } from '../text/span.js';
import { ordinalOf } from './part-label.js';
import { cellsOf, RULE, separatorOf, type Separator } from './table-cells.js';
import { columnOf, LABEL_HEAD, type Column } from './table-columns.js';

export const VALUES: ReadonlySet<Column> = new Set<Column>([
  'gleason',
  'isup',
  'total',
  'positive',
  'cores',
  'percent',
  'length',
  'diagnosis',
]);

/** What a legend says that an abbreviated head stands for ("LEN = tumour length (mm)"). */
function abbreviated(shadow: string, head: string): Column | null {
  if (!/^[a-z%]{2,6}$/.test(head)) return null;
  const meaning = new RegExp(`\\b${head} ?[=:] ?([^,;\\n]{3,45})`).exec(shadow)?.[1];
  return meaning === undefined ? null : columnOf(meaning);
}

const OF_TUMOUR = /tum|[ck]ar[cz]in|cancer|krebs|kanker|\bca\b|focus|foyer|foco/;

/** The columns of a table head; null where the line is none. */
export function readHead(
  shadow: string,
  cells: readonly Span[],
  below: number,
  separator: Separator,
): (Column | null)[] | null {
  if (cells.length < 3) return null;
  const columns = cells.map((cell, index) => {
    const head = shadow.slice(cell.start, cell.end);
    if (head.length > 45) return null;
    return index === 0 && LABEL_HEAD.test(head) ? 'label' : (columnOf(head) ?? abbreviated(shadow, head));
  });
  // Beside a column for the length of the tumour, another is that of the core.
  const lengths = columns.flatMap((column, index) => (column === 'length' ? [index] : []));
  const ofTumour = lengths.filter((index) => OF_TUMOUR.test(shadow.slice(cells[index]!.start, cells[index]!.end)));
  if (ofTumour.length > 0) for (const index of lengths) if (!ofTumour.includes(index)) columns[index] = 'ignored';
  const first = columns[0] ?? null;
  // Blanks may part a label from the site below one head.
  const free = first === 'site' ? separator !== 'spaces' || columns.lastIndexOf('site') > 0 : first !== 'label';
  if (free && (first === null || !VALUES.has(first)) && labelsBelow(shadow, below, separator)) columns[0] = 'label';
  const values = new Set(columns.filter((column) => column !== null && VALUES.has(column)));
  const named = columns.some((column) => column === 'label' || column === 'site');
  return named &&
    values.size >= 2 &&
    !cells.some((cell) => /\d\s?\+\s?\d|: ?\S/.test(shadow.slice(cell.start, cell.end)))
    ? columns
    : null;
}

/** How many rows tell what the first column of a table holds. */
const TELLING_ROWS = 4;

/** Whether the first cells of the lines below a head count on (A, B, C; 1, 2, 3; I, II), whatever stands above them. */
function labelsBelow(shadow: string, from: number, separator: Separator): boolean {
  const labels: string[] = [];
  for (let at = from; at < shadow.length && labels.length < TELLING_ROWS;) {
    const newline = shadow.indexOf('\n', at);
    const line = { start: at, end: newline < 0 ? shadow.length : newline };
    at = line.end + 1;
    const text = shadow.slice(line.start, Math.min(line.end, line.start + 400));
    if (RULE.test(text)) continue;
    const cell = separatorOf(text) === separator ? cellsOf(shadow, line, separator)[0] : undefined;
    if (!cell) break;
    labels.push(shadow.slice(cell.start, cell.end));
  }
  return (['letter', 'number', 'roman'] as const).some((style) => {
    const counted = labels.map((label) => ordinalOf(label, style));
    return (
      labels.length > 0 &&
      counted.every((value, index) => value !== null && (index === 0 || value > (counted[index - 1] ?? value)))
    );
  });
}
