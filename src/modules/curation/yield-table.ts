import type { ExclusionRow, YieldRow } from './yield.repository.js';

/** The yield as a table for a terminal: each unit with its numbers, and below it what was dropped and why. */
export function yieldTable(rows: YieldRow[]): string {
  const line = (name: string, ...numbers: (number | string)[]) =>
    `${name.padEnd(28)}${numbers.map((number) => String(number).padStart(10)).join('')}`;
  return [
    line('', 'in', 'kept', 'pending', 'dropped'),
    ...rows.flatMap(({ unit, in: total, kept, pending, dropped }) => {
      const reasons = Object.entries(dropped).sort(([, a], [, b]) => b - a);
      const sum = reasons.reduce((all, [, count]) => all + count, 0);
      return [
        line(unit, total, kept, pending, sum),
        ...reasons.map(([reason, count]) => line(`  ${reason}`, '', '', '', count)),
      ];
    }),
  ].join('\n');
}

const COLUMNS = ['entity', 'entityKey', 'issuer', 'mrn', 'reason', 'explanation', 'detail'] as const;

export const csvHeader = (): string => COLUMNS.map(csvCell).join(',');
export const csvLine = (row: ExclusionRow): string => COLUMNS.map((column) => csvCell(row[column] ?? '')).join(',');

/** RFC 4180; a cell that a spreadsheet would take for a formula is made text. */
export function csvCell(value: string): string {
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
