import { parseDecimal } from '../text/numbers.js';
import type { Span } from '../text/span.js';
import { examColumnsAt } from './exam-columns.js';
import type { ExamValue } from './exam-value.js';
import type { ReportText } from './report-text.js';
import { cellRun, hasColumns, isRule, toTableLines, type Cell } from './text-table.js';
import { NOW, PRIOR } from './words.js';

/** A table of PSA, volume and density, one exam a row: what the current row says. */
export interface ExamTable extends Span {
  readonly psa: ExamValue | null;
  readonly volume: ExamValue | null;
  readonly density: ExamValue | null;
}

type Field = 'psa' | 'volume' | 'density';

const FIELDS: readonly [Field, RegExp][] = [
  ['density', /^(?:psad|psa[- ]?d|psa[- ]?(?:density|dichte|densiteit)|dens\w*(?: (?:de|du|del) psa)?|dichte)$/],
  ['psa', /^(?:t?psa|psa total)$/],
  ['volume', /^(?:prostat\w* ?|prostaat ?|gland ?)?vol(?:ume|umen)?\.?(?: prostat\w*)?$/],
];
const RANGE: Readonly<Record<Field, readonly [number, number]>> = {
  psa: [0, 10_000],
  volume: [5, 600],
  density: [0, 20],
};

const fieldOf = ({ text }: Cell): Field | null => {
  const name = text.replace(/[([,].*$/, '').trim();
  return FIELDS.find(([, pattern]) => pattern.test(name))?.[0] ?? null;
};

/** Finds tables headed by at least two of PSA, volume and density, or with an exam a column. */
export function findExamTables(report: ReportText): ExamTable[] {
  if (!hasColumns(report.shadow) || !/vol|psad|dens|dichte/.test(report.shadow)) return [];
  const lines = toTableLines(report.shadow);
  const tables: ExamTable[] = [];
  for (let at = 0; at < lines.length; at++) {
    const head = lines[at]!;
    const exams = examColumnsAt(report, lines, at);
    if (exams) {
      const named = exams.rows.map((row) => fieldOf(row[0]!));
      if (named.every((field) => field === null)) continue;
      const current = exams.rows.map((row) => row[exams.now]!);
      tables.push(toExamTable(report, { start: head.start, end: lines[exams.to - 1]!.end }, named, current));
      at = exams.to - 1;
      continue;
    }
    const fields = head.cells.map(fieldOf);
    if (fields.filter((field) => field !== null).length < 2) continue;
    const rows: (readonly Cell[])[] = [];
    let to = at + 1;
    for (; to < lines.length && rows.length < 30; to++) {
      const { cells } = lines[to]!;
      if (cells.length > 0 && isRule(cells)) continue;
      if (cells.length < 2 || cells.length > head.cells.length) break;
      rows.push(cells);
    }
    const row = currentRow(rows);
    if (!row) continue;
    tables.push(toExamTable(report, { start: head.start, end: lines[to - 1]!.end }, fields, row));
    at = to - 1;
  }
  return tables;
}

function toExamTable(
  report: ReportText,
  { start, end }: Span,
  fields: readonly (Field | null)[],
  row: readonly Cell[],
): ExamTable {
  const read = (field: Field): ExamValue | null => {
    const cell = row[fields.indexOf(field)];
    const value = cell ? numberIn(report, cell, field) : null;
    return cell && value !== null ? { value, start: cell.start, end: cellRun(report, cell).end } : null;
  };
  return { start, end, psa: read('psa'), volume: read('volume'), density: read('density') };
}

/** The row that is called current, else the one of the latest date, else the only one. */
function currentRow(rows: readonly (readonly Cell[])[]): readonly Cell[] | null {
  const named = rows.find((row) => row.some(({ text }) => text.split(/[^a-z']+/).some((word) => NOW.has(word))));
  if (named) return named;
  const open = rows.filter((row) => !row.some(({ text }) => text.split(/[^a-z]+/).some((word) => PRIOR.has(word))));
  const dated = open.flatMap((row) => {
    const date = dateOf(row[0]?.text ?? '');
    return date === null ? [] : [{ row, date }];
  });
  if (dated.length === open.length && dated.length > 0)
    return dated.reduce((latest, next) => (next.date > latest.date ? next : latest)).row;
  return open.length === 1 ? open[0]! : null;
}

/** Months since year 0 of `2025-04`, `04/2025`, `3.4.2025`, `2025`. */
function dateOf(text: string): number | null {
  const match = /\b((?:19|20)\d\d)(?:[-/.](\d{1,2}))?|/.exec(text);
  if (!match?.[1]) return null;
  const before = /(\d{1,2})[-/.](?:19|20)\d\d/.exec(text);
  return Number(match[1]) * 12 + Number(match[2] ?? before?.[1] ?? 0);
}

function numberIn(report: ReportText, cell: Cell, field: Field): number | null {
  const match = /^(\d+(?:[.,]\d+)?)(?: ?(?:ng|ug|ml|cc|cm3|ccm)\b[a-z/0-9]*)?$/.exec(cell.text);
  const value = match ? parseDecimal(match[1]!, report.language) : null;
  const [least, most] = RANGE[field];
  return value !== null && value >= least && value <= most ? value : null;
}
