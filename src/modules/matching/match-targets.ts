import type { Lesion, Location } from '../extraction/extraction.js';
import type { ReasonCode } from '../reasons.js';
import { assign, type Assignment } from './assignment.js';
import { locationAgreement, sidesContradict } from './location-agreement.js';

/** A target as the words of its label and its place relative to the middle of the image describe it. */
export interface TargetDescription {
  id: string;
  label: string;
  location: Location;
  pointLps: readonly [number, number, number];
  /** The number or letter that the label gives the target or lesion ("Target 1", "ROI B"), if any. */
  number: string | null;
  /** Distance of the point from the middle of the image towards the patient's left, mm; null where not known. */
  leftOfMiddleMm: number | null;
  /** Index of the lesion that a reviewer chose, null where all were rejected; absent where nobody decided. */
  decided?: number | null;
}

/** A lesion that a target could belong to, with what speaks for and against it. */
export interface LesionCandidate {
  /** Index into the lesions. */
  lesion: number;
  /** 0 to 1, of this pair for itself: those of one target need not add up to 1. */
  probability: number;
  /** Reads as one plain sentence. */
  sentence: string;
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
  /** Every lesion that is not ruled out, the likeliest first: what a person may choose from. */
  candidates: LesionCandidate[];
}

/** Prior log-odds that an arbitrary target and an arbitrary lesion of one episode belong together. */
const PRIOR = -1;
const SAME_NUMBER = 4;
const OTHER_NUMBER = -1;
/** What a reviewer chose; more than all else together. */
const DECIDED = 20;
/** No other lesion is left that the target could belong to, and no other target elsewhere that could belong to it. */
const ONLY_PAIR = 2;
/**
 * Prostate protocols centre the image on the gland, give or take a centimetre. A point farther to one side than that
 * says which side it is on; if target name or lesion say the other, left and right were confused somewhere.
 */
const SIDE_OF_MIDDLE = { minMm: 10, agrees: 1.5, differs: -2.5, contradictsMm: 15 };
/** Several targets may be set into one lesion, but no farther apart than it is large. */
const SMALLEST_REACH_MM = 10;
/** A further target of a lesion needs better evidence than the first. */
const FURTHER_TARGET = 0.5;
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
  const sideOfPoint = sideOf(target.leftOfMiddleMm, SIDE_OF_MIDDLE.contradictsMm);
  if ([target.location.side, lesion.location.side].some((side) => sidesContradict(side, sideOfPoint))) {
    return { logOdds: null, same: [], different: ['side of the point'] };
  }
  let total = PRIOR + logOdds;
  if (target.number !== null) {
    const equal = plain(lesion.label) === plain(target.number);
    total += equal ? SAME_NUMBER : OTHER_NUMBER;
    (equal ? same : different).unshift('number');
  }
  const side = sideOf(target.leftOfMiddleMm, SIDE_OF_MIDDLE.minMm);
  if (side !== null && target.location.side === null) {
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

const decidedPair = (isChosen: boolean): Pair => ({ logOdds: isChosen ? DECIDED : null, same: [], different: [] });

function sideOf(leftOfMiddleMm: number | null, minMm: number): 'left' | 'right' | null {
  if (leftOfMiddleMm === null || Math.abs(leftOfMiddleMm) < minMm) return null;
  return leftOfMiddleMm > 0 ? 'left' : 'right';
}

/**
 * Assigns the targets of one biopsy to the lesions of the one report that describes them, all at once. Each target goes
 * to at most one lesion; further targets of a lesion must lie within its size of the first.
 */
export function matchTargets(targets: TargetDescription[], lesions: Lesion[]): TargetMatch[] {
  const pairs = targets.map((target) =>
    lesions.map((lesion, index) =>
      target.decided === undefined ? comparePair(target, lesion) : decidedPair(target.decided === index),
    ),
  );
  addOnlyPairs(pairs, targets, lesions);
  const gain = pairs.map((row) => row.map(({ logOdds }) => (logOdds === null ? null : logOdds - ACCEPT_LOG_ODDS)));
  const best = assignShared(gain, lesions.length);

  const matches = targets.map((target, row): TargetMatch => {
    const column = best.columnOf[row]!;
    const candidates = candidatesOf(target, pairs[row]!, lesions);
    if (column === null) return { ...unmatched(target, pairs[row]!, lesions), candidates };
    const pair = pairs[row]![column]!;
    const others = gain.map((values, i) =>
      i === row ? values.map((value, j) => (j === column ? null : value)) : values,
    );
    const alternative = assignShared(others, lesions.length);
    const movesElsewhere = alternative.columnOf.some((other, i) => other !== null && other !== best.columnOf[i]);
    const confidence = probability(pair.logOdds!);
    const name = linkName(target, lesions[column]!);
    if (movesElsewhere && best.totalGain - alternative.totalGain < MARGIN) {
      const detail = `${name}: ${words(pair)}, but another assignment fits as well`;
      return { target, lesion: null, reason: 'ambiguous', confidence, sentence: detail, candidates };
    }
    const rivals = pairs[row]!.filter((other, j) => j !== column && other.logOdds !== null).map(
      (other) => other.logOdds!,
    );
    const nextBest =
      rivals.length > 0 ? `next best ${probability(Math.max(...rivals)).toFixed(2)}` : 'no other candidate';
    const sentence = `${name}: ${words(pair)}; ${nextBest}`;
    return { target, lesion: column, reason: null, confidence, sentence, candidates };
  });
  return dropDistant(matches, lesions);
}

const linkName = (target: TargetDescription, lesion: Lesion) => `target ${target.label} ↔ lesion ${lesion.label}`;

function candidatesOf(target: TargetDescription, row: Pair[], lesions: Lesion[]): LesionCandidate[] {
  return row
    .flatMap((pair, lesion): LesionCandidate[] => {
      if (pair.logOdds === null) return [];
      const sentence = `${linkName(target, lesions[lesion]!)}: ${words(pair)}`;
      return [{ lesion, probability: probability(pair.logOdds), sentence }];
    })
    .sort((a, b) => b.probability - a.probability || a.lesion - b.lesion);
}

/** As `assign`, with room for every target in every lesion: the second and further ones of a lesion at a discount. */
function assignShared(gain: (number | null)[][], lesions: number): Assignment {
  const places = gain.length;
  const shared = gain.map((row) =>
    Array.from({ length: places }, (_, place) =>
      row.map((value) => (value === null || place === 0 ? value : value - FURTHER_TARGET)),
    ).flat(),
  );
  const { columnOf, totalGain } = assign(shared, lesions * places);
  return { columnOf: columnOf.map((column) => (column === null ? null : column % lesions)), totalGain };
}

const reachMm = (lesion: Lesion) => Math.max(lesion.sizeMm ?? 0, SMALLEST_REACH_MM);
const distanceMm = (a: TargetDescription, b: TargetDescription) =>
  Math.hypot(...a.pointLps.map((value, axis) => value - b.pointLps[axis]!));

/** Of several targets of a lesion, the surest stays, and those within reach of it. */
function dropDistant(matches: TargetMatch[], lesions: Lesion[]): TargetMatch[] {
  return matches.map((match) => {
    if (match.lesion === null) return match;
    const lesion = lesions[match.lesion]!;
    const [surest] = matches
      .filter((other) => other.lesion === match.lesion)
      .sort((a, b) => b.confidence - a.confidence || (a.target.id < b.target.id ? -1 : 1));
    const apartMm = distanceMm(surest!.target, match.target);
    if (apartMm <= reachMm(lesion)) return match;
    const sentence = `target ${match.target.label}: ${apartMm.toFixed(0)} mm from target ${surest!.target.label} of lesion ${lesion.label}, which reaches ${reachMm(lesion)} mm`;
    return { ...match, lesion: null, reason: 'no-matching-lesion', confidence: 0, sentence };
  });
}

/** Where everything else is ruled out, the pair that is left gains by it. */
function addOnlyPairs(pairs: Pair[][], targets: TargetDescription[], lesions: Lesion[]): void {
  const isOpen = (pair: Pair | undefined) => pair !== undefined && pair.logOdds !== null;
  const isOnly = (row: number, column: number) =>
    isOpen(pairs[row]![column]) &&
    pairs[row]!.filter(isOpen).length === 1 &&
    targets.every(
      (other, i) => !isOpen(pairs[i]![column]) || distanceMm(other, targets[row]!) <= reachMm(lesions[column]!),
    );
  const only = pairs.map((row, i) => row.map((_, column) => isOnly(i, column)));
  only.forEach((row, i) =>
    row.forEach((is, column) => {
      if (!is) return;
      pairs[i]![column]!.logOdds! += ONLY_PAIR;
      pairs[i]![column]!.same.push('only candidate left');
    }),
  );
}

function unmatched(target: TargetDescription, row: Pair[], lesions: Lesion[]): Omit<TargetMatch, 'candidates'> {
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
    const point =
      target.leftOfMiddleMm === null
        ? ''
        : `, its point ${Math.abs(target.leftOfMiddleMm).toFixed(0)} mm ${target.leftOfMiddleMm > 0 ? 'left' : 'right'} of the middle of the image`;
    const sentence = `target ${target.label} says ${target.location.side ?? 'no side'}${point}; the described lesions are ${sides}`;
    return { ...none, reason: 'side-contradiction', sentence };
  }
  const [bestColumn, bestPair] = [...row.entries()]
    .filter(([, pair]) => pair.logOdds !== null)
    .sort(([, a], [, b]) => b.logOdds! - a.logOdds!)[0]!;
  const score = probability(bestPair.logOdds!).toFixed(2);
  const sentence = `target ${target.label}: best candidate is lesion ${lesions[bestColumn]!.label} with ${score} (${words(bestPair)})`;
  return { ...none, reason: 'no-matching-lesion', sentence };
}

function words({ same, different }: Pair): string {
  const parts = [
    ...(same.length > 0 ? [`same ${same.join(', ')}`] : []),
    ...(different.length > 0 ? [`other ${different.join(', ')}`] : []),
  ];
  return parts.length > 0 ? parts.join('; ') : 'nothing to compare';
}
