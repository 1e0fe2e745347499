import { cpus, totalmem } from 'node:os';

export type Row = Record<string, string | number>;

/** A figure that the project promises to reach. */
export type Goal = { readonly atLeast: number } | { readonly atMost: number };

export interface Measured {
  readonly rows: readonly Row[];
  /** Things a second. */
  readonly rates: Readonly<Record<string, number>>;
  readonly totals: Readonly<Record<string, number>>;
  /** How many times faster than the named other in the same run; for transfer floors how many times slower. */
  readonly ratios: Readonly<Record<string, number>>;
  /** By the name of the rate, total or ratio. */
  readonly goals: Readonly<Record<string, Goal>>;
  /** What a reader of the figures must know, such as a peer that is missing. */
  readonly notes: readonly string[];
}

export interface BenchResult extends Measured {
  readonly bench: string;
  readonly machine: string;
}

export function machine(): string {
  const [cpu] = cpus();
  const memoryGb = Math.round(totalmem() / 2 ** 30);
  return `${cpu?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${memoryGb} GB, Node ${process.versions.node}`;
}

/** Three significant digits, and every digit before the point. */
export const rounded = (value: number): number =>
  Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));

export function toTable({ bench, machine: on, rows, rates, totals, ratios, goals, notes }: BenchResult): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [names, ...rows.map((row) => names.map((name) => String(row[name] ?? '')))];
  const widths = names.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)));
  const table = cells.map((line) => line.map((cell, column) => cell.padStart(widths[column]!)).join('  '));
  const figures = [
    ...Object.entries(rates).map(([name, value]) => ({ name, text: `${rounded(value)}` })),
    ...Object.entries(totals).map(([name, value]) => ({ name, text: `${rounded(value)}` })),
    ...Object.entries(ratios).map(([name, value]) => ({ name, text: `${rounded(value)} times` })),
  ].map(({ name, text }) => `${name}: ${text}${goalText(goals[name])}`);
  return [`${bench} on ${on}`, '', ...table, '', ...figures, ...notes.map((note) => `note: ${note}`), ''].join('\n');
}

function goalText(goal: Goal | undefined): string {
  if (!goal) return '';
  return 'atLeast' in goal ? ` (goal: at least ${goal.atLeast})` : ` (goal: at most ${goal.atMost})`;
}
