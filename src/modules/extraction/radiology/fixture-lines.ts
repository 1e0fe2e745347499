import type { Lesion } from '../extraction.js';

export const SHORT: Readonly<Record<string, string>> = { absent: '-', present: '+', indeterminate: '?' };
/** For tests: one line for a lesion: category, dimensions, place, growth beyond the gland and into the vesicles. */
export function lineOf({ pirads, likert, dimsMm, location, epe, svi }: Lesion): string {
  const place = [location.side, location.zone, location.levels.join('+'), location.positions.join('+')].filter(Boolean);
  const growth = [epe && `epe${SHORT[epe]}`, svi && `svi${SHORT[svi]}`].filter(Boolean);
  return [likert === null ? pirads : `likert ${likert}`, dimsMm.join('x') || '-', ...place, ...growth].join(' ');
}
