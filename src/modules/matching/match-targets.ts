import type { Lesion, Location } from '../extraction/extraction.js';
import type { ReasonCode } from '../reasons.js';
import { assign } from './assignment.js';
import { locationAgreement, sidesContradict } from './location-agreement.js';

/** A target as the words of its label and its place relative to the middle of the image describe it. */
export interface TargetDescription {
  id: string;
  label: string;
  location: Location;
  /** The number or letter that the label gives the target or lesion ("Target 1", "ROI B"), if any. */
  number: string | null;
  /** Distance of the point from the middle of the image towards the patient's left, mm; null where not known. */
  leftOfMiddleMm: number | null;
}

export interface TargetMatch {
  target: TargetDescription;
  /** Index into the lesions, or null with the reason. */
  lesion: number | null;
  reason: ReasonCode | null;
  /** 0 to 1 */
  confidence: number;
  /** Reads as one plain sentence. */
  sentence: string;
}

/** Prior log-odds that an arbitrary target and an arbitrary lesion of one episode belong together. */
const PRIOR = -1;
const SAME_NUMBER = 4;
const OTHER_NUMBER = -1;
/** No other lesion and no other target is left that could belong to this one. */
const ONLY_PAIR = 2;
/** The point lies clearly to one side of the middle of the image, which prostate protocols centre on the gland. */
const SIDE_OF_MIDDLE = { minMm: 10, agrees: 1.5, differs: -2.5 };
const ACCEPT_LOG_ODDS = 0.4;
/** An assignment that is better than its best alternative by less than this is not decided by the evidence. */
const MARGIN = 0.5;

interface Pair {
  logOdds: number | null;
  same: string[];
  different: string[];
}

const probability = (logOdds: number) => 1 / (1 + Math.exp(-logOdds));
const plain = (label: string) =>
  label
    .toLowerCase()
    .replace(/^(lesion|target|roi|focus|index|nr|no)?[\s.:#-]*/, '')
    .trim();

function comparePair(target: TargetDescription, lesion: Lesion): Pair {
  const { logOdds, same, different } = locationAgreement(target.location, lesion.location);
  if (logOdds === null) return { logOdds, same, different };
  let total = PRIOR + logOdds;
  if (target.number !== null) {
    const equal = plain(lesion.label) === plain(target.number);
    total += equal ? SAME_NUMBER : OTHER_NUMBER;
    (equal ? same : different).unshift('number');
  }
  const offset = target.leftOfMiddleMm;
  if (offset !== null && Math.abs(offset) >= SIDE_OF_MIDDLE.minMm && target.location.side === null) {
    const side = offset > 0 ? 'left' : 'right';
    if (lesion.location.side === side) {
      total += SIDE_OF_MIDDLE.agrees;
      same.push('side of the point');
    } else if (sidesContradict(lesion.location.side, side)) {
      total += SIDE_OF_MIDDLE.differs;
      different.push('side of the point');
    }
  }
  return { logOdds: total, same, different };
}

/** Assigns the targets of one biopsy to the lesions of the one report that describes them; each at most once. */
export function matchTargets(targets: TargetDescription[], lesions: Lesion[]): TargetMatch[] {
  const pairs = targets.map((target) => lesions.map((lesion) => comparePair(target, lesion)));
  addOnlyPairs(pairs, lesions.length);
  const gain = pairs.map((row) => row.map(({ logOdds }) => (logOdds === null ? null : logOdds - ACCEPT_LOG_ODDS)));
  const best = assign(gain, lesions.length);

  return targets.map((target, row): TargetMatch => {
    const column = best.columnOf[row]!;
    if (column === null) return unmatched(target, pairs[row]!, lesions, best.columnOf);
    const pair = pairs[row]![column]!;
    const others = gain.map((values, i) =>
      i === row ? values.map((value, j) => (j === column ? null : value)) : values,
    );
    const alternative = assign(others, lesions.length);
    const movesElsewhere = alternative.columnOf.some((other, i) => other !== null && other !== best.columnOf[i]);
    const confidence = probability(pair.logOdds!);
    const name = `target ${target.label} ↔ lesion ${lesions[column]!.label}`;
    if (movesElsewhere && best.totalGain - alternative.totalGain < MARGIN) {
      const detail = `${name}: ${words(pair)}, but another assignment fits as well`;
      return { target, lesion: null, reason: 'ambiguous', confidence, sentence: detail };
    }
    const rivals = pairs[row]!.filter((other, j) => j !== column && other.logOdds !== null).map(
      (other) => other.logOdds!,
    );
    const nextBest =
      rivals.length > 0 ? `next best ${probability(Math.max(...rivals)).toFixed(2)}` : 'no other candidate';
    return { target, lesion: column, reason: null, confidence, sentence: `${name}: ${words(pair)}; ${nextBest}` };
  });
}

/** Where everything else is ruled out, the pair that is left gains by it. */
function addOnlyPairs(pairs: Pair[][], lesionCount: number): void {
  const isOpen = (pair: Pair | undefined) => pair !== undefined && pair.logOdds !== null;
  for (const row of pairs) {
    for (let column = 0; column < lesionCount; column++) {
      const pair = row[column]!;
      if (!isOpen(pair)) continue;
      if (row.filter(isOpen).length === 1 && pairs.filter((other) => isOpen(other[column])).length === 1) {
        pair.logOdds! += ONLY_PAIR;
        pair.same.push('only candidate left');
      }
    }
  }
}

function unmatched(
  target: TargetDescription,
  row: Pair[],
  lesions: Lesion[],
  columnOf: (number | null)[],
): TargetMatch {
  const none = { target, lesion: null, confidence: 0 };
  if (lesions.length === 0) {
    return {
      ...none,
      reason: 'no-lesion-described',
      sentence: `target ${target.label}: the report describes no lesion`,
    };
  }
  if (row.every(({ logOdds }) => logOdds === null)) {
    const sides = [...new Set(lesions.map((lesion) => lesion.location.side))].join(' and ');
    const sentence = `target ${target.label} is on the ${target.location.side}, the described lesions are ${sides}`;
    return { ...none, reason: 'side-contradiction', sentence };
  }
  const [bestColumn, bestPair] = [...row.entries()]
    .filter(([, pair]) => pair.logOdds !== null)
    .sort(([, a], [, b]) => b.logOdds! - a.logOdds!)[0]!;
  const taken = columnOf.includes(bestColumn) ? ', which fits another target better' : '';
  const score = probability(bestPair.logOdds!).toFixed(2);
  const sentence = `target ${target.label}: best candidate is lesion ${lesions[bestColumn]!.label} with ${score} (${words(bestPair)})${taken}`;
  return { ...none, reason: 'no-matching-lesion', sentence };
}

function words({ same, different }: Pair): string {
  const parts = [
    ...(same.length > 0 ? [`same ${same.join(', ')}`] : []),
    ...(different.length > 0 ? [`other ${different.join(', ')}`] : []),
  ];
  return parts.length > 0 ? parts.join('; ') : 'nothing to compare';
}
