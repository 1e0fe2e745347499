import type { Span } from '../text/span.js';
import { NAMES_A_SITE } from './site-words.js';
import { readRow, type TableRow } from './specimen-table.js';
import { cellsOf, RULE, separatorOf, type Separator } from './table-cells.js';
import { columnOf, type Column } from './table-columns.js';
import { VALUES } from './table-head.js';

/** A table whose columns are parts and whose rows are kinds of values. */
export interface TransposedTable {
  readonly table: Span;
  /** One for each column; null where the lines do not have the same columns, so that no value has a sure owner. */
  readonly rows: TableRow[] | null;
}

interface Line extends Span {
  readonly text: string;
  readonly kind: Separator | null;
}

const LABEL = /^(?:[a-z]+\.? ?)?(?:[a-z]\d?|\d{1,2}|[ivx]{1,5})$/;

/** The cells of every line of a block; pipes at the very ends of all lines frame the table. */
function gridOf(shadow: string, lines: readonly Line[], kind: Separator): Span[][] {
  if (kind === 'spaces') return lines.map((line) => cellsOf(shadow, line, kind));
  const framed = [/^\s*\|/, /\|\s*$/].map((edge) => kind === '|' && lines.every(({ text }) => edge.test(text)));
  return lines.map((line) => {
    const cells: Span[] = [];
    let at = line.start;
    for (const cell of line.text.split(kind)) {
      const lead = cell.length - cell.trimStart().length;
      const start = cell.trim() === '' ? at : at + lead;
      cells.push({ start, end: start + cell.trim().length });
      at += cell.length + 1;
    }
    return cells.slice(framed[0] ? 1 : 0, framed[1] ? -1 : undefined);
  });
}

function readBlock(shadow: string, lines: readonly Line[], kind: Separator): TransposedTable | null {
  const [head, ...body] = gridOf(shadow, lines, kind);
  const slice = ({ start, end }: Span): string => shadow.slice(start, end);
  const names = body.map((cells) =>
    cells[0] && cells[0].end - cells[0].start < 46 ? columnOf(slice(cells[0])) : null,
  );
  const values = new Set(names.filter((name) => name !== null && VALUES.has(name)));
  if (!head || values.size < 2 || names.filter((name) => name !== null).length * 2 < names.length) return null;
  const first = head[0] ? slice(head[0]) : '';
  const cornered =
    first === '' || (columnOf(first) !== null && !NAMES_A_SITE.test(first)) || head.length === body[0]?.length;
  const parts = head.slice(cornered ? 1 : 0);
  const isPart = (cell: Span): boolean => LABEL.test(slice(cell)) || NAMES_A_SITE.test(slice(cell));
  if (parts.length < 2 || !parts.every(isPart)) return null;
  const table = { start: lines[0]!.start, end: lines.at(-1)!.end };
  if (!body.every((cells) => cells.length === parts.length + 1)) return { table, rows: null };
  const name: Column = parts.every((cell) => LABEL.test(slice(cell))) ? 'label' : 'site';
  const rows = parts.map((part, index) => {
    const cells = [part, ...body.map((line) => line[index + 1]!)];
    const columns = [name, ...names].map((column, at) => ({ column, cell: at === 0 ? part : body[at - 1]![0]! }));
    return readRow(shadow, { ...part, cells }, columns, index, kind);
  });
  const read = rows.filter((row) => row !== null);
  return { table, rows: read.length === rows.length ? read : null };
}

/** Finds the tables whose first line names parts, by label or site, and whose first column names values. */
export function findTransposedTables(shadow: string): TransposedTable[] {
  const tables: TransposedTable[] = [];
  let block: Line[] = [];
  let kind: Separator | null = null;
  const close = (): void => {
    const found = kind && block.length >= 3 ? readBlock(shadow, block, kind) : null;
    if (found) tables.push(found);
    block = [];
    kind = null;
  };
  for (let at = 0; at <= shadow.length;) {
    const newline = shadow.indexOf('\n', at);
    const end = newline < 0 ? shadow.length : newline;
    const text = end - at > 400 ? '' : shadow.slice(at, end);
    const line = { start: at, end, text, kind: separatorOf(text) };
    at = end + 1;
    if (RULE.test(text) && block.length > 0) continue;
    if (line.kind === null || (kind !== null && line.kind !== kind)) close();
    if (line.kind === null) continue;
    kind = line.kind;
    block.push(line);
  }
  close();
  return tables;
}
