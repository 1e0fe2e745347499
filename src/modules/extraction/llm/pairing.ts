import type { Evidence, Lesion, Location, Specimen } from '../extraction.js';

/** Which entry of one list is which of another, by index; what has no counterpart is in neither. */
export interface Pairing {
  readonly pairs: readonly (readonly [number, number])[];
  readonly onlyFirst: readonly number[];
  readonly onlySecond: readonly number[];
}

function pairBy(first: number, second: number, likeness: (i: number, j: number) => number): Pairing {
  const all = Array.from({ length: first }, (_, i) =>
    Array.from({ length: second }, (_, j) => ({ i, j, score: likeness(i, j) })),
  )
    .flat()
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.i - b.i || a.j - b.j);
  const [usedFirst, usedSecond] = [new Set<number>(), new Set<number>()];
  const pairs: [number, number][] = [];
  for (const { i, j } of all) {
    if (usedFirst.has(i) || usedSecond.has(j)) continue;
    usedFirst.add(i);
    usedSecond.add(j);
    pairs.push([i, j]);
  }
  const rest = (length: number, used: ReadonlySet<number>) =>
    Array.from({ length }, (_, index) => index).filter((index) => !used.has(index));
  return {
    pairs: pairs.sort((a, b) => a[0] - b[0]),
    onlyFirst: rest(first, usedFirst),
    onlySecond: rest(second, usedSecond),
  };
}

const sameName = (a: { label: string }, b: { label: string }): boolean =>
  a.label.toLowerCase() === b.label.toLowerCase();

function placeLikeness(a: Location, b: Location): number {
  const sides = a.side !== null && b.side !== null ? (a.side === b.side ? 2 : -4) : 0;
  const zones = a.zone !== null && b.zone !== null ? (a.zone === b.zone ? 1 : -1) : 0;
  const levels = a.levels.some((level) => b.levels.includes(level)) ? 1 : 0;
  return sides + zones + levels;
}

/** The same lesion by its size, category, place and name, and by the words that it was read from. */
export function pairLesions(
  first: { lesions: readonly Lesion[]; evidence: readonly Evidence[] },
  second: { lesions: readonly Lesion[]; evidence: readonly Evidence[] },
): Pairing {
  return pairBy(first.lesions.length, second.lesions.length, (i, j) => {
    const [a, b] = [first.lesions[i]!, second.lesions[j]!];
    const sharesWords = touches(
      evidenceUnder(first.evidence, `/lesions/${i}`),
      evidenceUnder(second.evidence, `/lesions/${j}`),
    );
    return (
      (sharesWords ? 3 : 0) +
      (a.sizeMm !== null && a.sizeMm === b.sizeMm ? 2 : 0) +
      (a.pirads !== null && a.pirads === b.pirads ? 1 : 0) +
      (sameName(a, b) ? 1 : 0) +
      placeLikeness(a.location, b.location) -
      1
    );
  });
}

/** Parts of a specimen are known by their labels alone. */
export const pairSpecimens = (first: readonly Specimen[], second: readonly Specimen[]): Pairing =>
  pairBy(first.length, second.length, (i, j) => (sameName(first[i]!, second[j]!) ? 1 : 0));

export const evidenceUnder = (evidence: readonly Evidence[], path: string): Evidence[] =>
  evidence.filter((entry) => entry.path === path || entry.path.startsWith(`${path}/`));

/** Whether two sets of evidence stand on some of the same words; statements on the whole gland tell nothing. */
export const touches = (a: readonly Evidence[], b: readonly Evidence[]): boolean => {
  const own = (entry: Evidence) => !/\/(?:epe|svi)$/.test(entry.path);
  return a.filter(own).some((x) => b.filter(own).some((y) => x.start < y.end && y.start < x.end));
};
