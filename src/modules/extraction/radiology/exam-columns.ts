import { cellRun, isRule, type Cell, type TableLine } from './text-table.js';
import type { ReportText } from './report-text.js';
import { dateNear } from './value-date.js';
import { NOW, PRIOR } from './words.js';

/** A table with one exam a column: below its heads, each row names a value and gives it for each exam. */
export interface ExamColumns {
  readonly rows: readonly (readonly Cell[])[];
  /** Index of the column of this exam, and of the latest before it (-1 where there is none). */
  readonly now: number;
  readonly before: number;
  /** Index of the line behind the table. */
  readonly to: number;
}

/** "Change", "Verlauf": a column that compares the others. */
const COMPARES =
  /^(?:change|delta|δ|trend|difference|verlauf|anderung|differenz|verandering|verschil|verloop|evolution|variation|cambio|evolucion|comments?|remarks?|kommentar|status|units?|einheit|eenheid|unite|unidad)\b/;

const says = (list: ReadonlySet<string>, cell: Cell): boolean =>
  cell.text.split(/[^a-z']+/).some((word) => list.has(word));
/** "MAR 2024 (this exam)", "aktuell". */
const isNow = (cell: Cell): boolean =>
  says(NOW, cell) || /\b(?:this|dies[a-z]*|deze|dit|cet(?:te)?|este|esta)\b/.test(cell.text);

/** The table of exams that begins at a line; null where its heads are not exams, or do not tell which is this one. */
export function examColumnsAt(report: ReportText, lines: readonly TableLine[], at: number): ExamColumns | null {
  const head = lines[at]!.cells;
  if (head.length < 2 || head.length > 8) return null;
  let below = at + 1;
  while (below < lines.length && (lines[below]!.cells.length === 0 || isRule(lines[below]!.cells))) below++;
  const first = lines[below];
  if (!first || first.cells.length < 3) return null;
  const width = first.cells.length;
  // Where the corner is empty, its heading is one cell short.
  const exams = head.length === width - 1 ? head : head.length === width ? head.slice(1) : null;
  if (!exams) return null;
  const columns = exams.map((cell, index) => {
    const run = cellRun(report, cell);
    return {
      at: index + 1,
      cell,
      now: isNow(cell),
      prior: says(PRIOR, cell),
      date: dateNear(report, run.from, run.to),
    };
  });
  const known = columns.filter(({ now, prior, date }) => now || prior || date !== null);
  if (known.length < 2 || columns.some((column) => !known.includes(column) && !COMPARES.test(column.cell.text)))
    return null;
  const open = known.filter(({ prior }) => !prior);
  const byDate = [...open].sort((a, b) => (b.date ?? 0) - (a.date ?? 0));
  const dated = open.every(({ date }) => date !== null) && byDate[0]?.date !== byDate[1]?.date;
  const now = known.find((column) => column.now) ?? (open.length === 1 ? open[0] : dated ? byDate[0] : undefined);
  if (!now) return null;
  const before = known
    .filter((column) => column !== now)
    .reduce<(typeof known)[number] | null>(
      (latest, next) => (latest === null || (next.date ?? 0) > (latest.date ?? 0) ? next : latest),
      null,
    );
  const rows: (readonly Cell[])[] = [];
  let to = at + 1;
  for (; to < lines.length && rows.length < 60; to++) {
    const { cells } = lines[to]!;
    if (cells.length > 0 && isRule(cells)) continue;
    if (cells.length < 2) break;
    if (cells.length === width) rows.push(cells);
  }
  return rows.length < 2 ? null : { rows, now: now.at, before: before?.at ?? -1, to };
}
