import { REASONS, type ReasonCode } from '../reasons.js';
import type { YieldRow } from './yield.repository.js';

const WIDTH = 960;
const MARGIN = 24;
const BAR_LEFT = 250;
const BAR_WIDTH = 550;

/** Sizes in pixels of the picture; the targets come first and larger. */
const LARGE = { step: 30, bar: 20, text: 16, heading: 24 };
const SMALL = { step: 21, bar: 12, text: 13, heading: 17 };
type Size = typeof LARGE;

/** One line of a funnel: what part of the bar of all it is, from zero-based `start` on. */
interface Step {
  kind: 'in' | 'dropped' | 'pending' | 'kept';
  name: string;
  title: string;
  start: number;
  count: number;
}

/**
 * The colours of Okabe and Ito, told apart with every kind of colour vision, a little darker on a light ground and lighter
 * on a dark one. Colour is never alone: every bar has its name and number.
 */
const STYLE = `
  svg { color-scheme: light dark; }
  text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: #1b1f24; }
  .ground { fill: #ffffff; } .track { fill: #eceff3; } .muted { fill: #57606a; }
  .in { fill: #57606a; } .kept { fill: #0072b2; } .pending { fill: #e69f00; } .dropped { fill: #d55e00; }
  .number { font-variant-numeric: tabular-nums; } .heading { font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .ground { fill: #0d1117; } .track { fill: #21262d; } .muted { fill: #9aa4af; }
    .in { fill: #9aa4af; } .kept { fill: #56b4e9; } .pending { fill: #e69f00; } .dropped { fill: #e8743b; }
  }`;

/**
 * The yield as a picture (SVG): for each unit a funnel from what came in over what was dropped, in the order of the
 * pipeline, down to what was kept. Needs nothing from outside, and the same rows give the same text.
 */
export function yieldSvg(rows: readonly YieldRow[]): string {
  const parts: string[] = [];
  let y = MARGIN;
  for (const [index, row] of rows.entries()) {
    const size = index === 0 ? LARGE : SMALL;
    const steps = stepsOf(row);
    parts.push(heading(row, y, size));
    y += size.heading + size.step * 0.6;
    for (const step of steps) {
      parts.push(line(step, row.in, y, size));
      y += size.step;
    }
    y += MARGIN;
  }
  const height = Math.round(y);
  const words = rows.map((row) => `${row.unit}: ${row.in} in, ${row.kept} kept`).join('; ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>Yield</title><desc>${escaped(words)}</desc>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="ground" width="${WIDTH}" height="${height}"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function stepsOf({ unit, in: total, kept, pending, dropped }: YieldRow): Step[] {
  let left = total;
  const drops = (Object.keys(REASONS) as ReasonCode[]).flatMap((reason): Step[] => {
    const count = dropped[reason] ?? 0;
    left -= count;
    return count === 0 ? [] : [{ kind: 'dropped', name: reason, title: REASONS[reason], start: left, count }];
  });
  return [
    { kind: 'in', name: 'in', title: `All ${unit} that came in.`, start: 0, count: total },
    ...drops,
    {
      kind: 'pending',
      name: 'pending',
      title: 'Not looked at yet, or still to be stored.',
      start: kept,
      count: pending,
    },
    { kind: 'kept', name: 'kept', title: KEPT[unit], start: 0, count: kept },
  ];
}

const KEPT: Record<YieldRow['unit'], string> = {
  targets: 'On a label that was stored and read back.',
  lesions: 'On a label that was stored and read back.',
  specimens: 'Tied to a lesion.',
  reports: 'Read.',
};

const heading = ({ unit, in: total, kept }: YieldRow, y: number, { heading: size }: Size): string =>
  `<text class="heading" x="${MARGIN}" y="${round(y + size * 0.8)}" font-size="${size}">${escaped(unit)}` +
  `<tspan class="muted" font-weight="400" dx="12">${kept} of ${total} kept</tspan></text>`;

function line({ kind, name, title, start, count }: Step, total: number, y: number, size: Size): string {
  const scale = total === 0 ? 0 : BAR_WIDTH / total;
  const baseline = round(y + size.bar / 2 + size.text * 0.36);
  const [x, width] = [round(BAR_LEFT + start * scale), round(count * scale)];
  const track = kind === 'dropped' ? round(start * scale) : 0;
  const bar = (className: string, left: number, wide: number) =>
    wide === 0 ? '' : `<rect class="${className}" x="${left}" y="${round(y)}" width="${wide}" height="${size.bar}"/>`;
  return (
    `<g><title>${escaped(`${count} ${name}: ${title}`)}</title>` +
    `<text x="${BAR_LEFT - 12}" y="${baseline}" font-size="${size.text}" text-anchor="end">${escaped(name)}</text>` +
    // What is left behind this step, and what it took.
    bar('track', BAR_LEFT, track) +
    bar(kind, x, count === 0 ? 0 : Math.max(width, 1.5)) +
    number('number', WIDTH - 96, String(count), baseline, size) +
    number('number muted', WIDTH - MARGIN, percent(count, total), baseline, size) +
    '</g>'
  );
}

const number = (className: string, x: number, text: string, y: number, { text: size }: Size): string =>
  `<text class="${className}" x="${x}" y="${y}" font-size="${size}" text-anchor="end">${escaped(text)}</text>`;

function percent(count: number, total: number): string {
  if (total === 0) return '';
  const share = ((100 * count) / total).toFixed(1);
  return count > 0 && share === '0.0' ? '<0.1 %' : `${share} %`;
}

const round = (pixels: number): number => Math.round(pixels * 100) / 100;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);
