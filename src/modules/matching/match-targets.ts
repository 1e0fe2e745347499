import type { Lesion, Location } from '../extraction/extraction.js';
import { parseTargetLabel } from '../extraction/location/target-label.js';
import type { ReasonCode } from '../reasons.js';
import { assign } from './assignment.js';
import type { TargetEvidence } from './evidence.js';
import { plainName } from './lesion-name.js';
import { compareLocations, inWords, sidesContradict } from './location-agreement.js';
import { type Finding, logOddsOf, priorLogOdds, shares } from './weights.js';

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

/** @param middleXLps of the image, mm; null where not known */
export function describeTarget(target: TargetEvidence, middleXLps: number | null): TargetDescription {
  const { id, label, pointLps } = target;
  const { location, targetNumber } = parseTargetLabel(label);
  const leftOfMiddleMm = middleXLps === null ? null : pointLps[0] - middleXLps;
  return { id, label, pointLps, location, number: targetNumber, leftOfMiddleMm };
}

/** A lesion that a target could belong to, with what speaks for and against it. */
export interface LesionCandidate {
  /** Index into the lesions. */
  lesion: number;
  /** 0 to 1; what those of one target lack to 1 is the chance that it belongs to no described lesion. */
  probability: number;
  /** Reads as one plain sentence. */
  sentence: string;
}

export interface TargetMatch {
  target: TargetDescription;
  /** Index into the lesions, or null with the reason. */
  lesion: number | null;
  reason: ReasonCode | null;
  /** Probability of the lesion; 0 where there is none. */
  confidence: number;
  /** Reads as one plain sentence. */
  sentence: string;
  /** Every lesion that is not ruled out, the likeliest first: what a person may choose from. */
  candidates: LesionCandidate[];
}

/**
 * A link is made from this probability on; below, a person decides, unless it is likelier that no lesion is meant. Where
 * words disagree, somebody made a slip, and the next slip is nearer than it is where all agree; where two things
 * disagree, a person decides. The next best lesion has to be so many times less likely: one slip of a sector (33 times)
 * or a level (15 times) could have led to it.
 */
export const ACCEPT = { agreeing: 0.9, disagreeing: 0.97, timesTheNext: 50 };
/** What a reviewer chose; more than all else together. */
const DECIDED = 20;
/**
 * Prostate protocols centre the image on the gland, give or take a centimetre. A point farther to one side than that
 * says which side it is on; if target name or lesion say the other, left and right were confused somewhere.
 */
const SIDE_OF_MIDDLE = { saysMm: 10, contradictsMm: 15 };
/**
 * Several targets may be set into one lesion, but no farther apart than it is large, and than points are off. Where the
 * name of one does not place it there, half the size has to do: targets are aimed at the middle of a lesion, not its rim.
 */
const REACH = { leastMm: 10, pointErrorMm: 6, withoutPlace: 0.5 };
/** Of two targets that are too far apart for one lesion the first stays if its log-odds are so much better. */
const CLEAR_LEAD = 1.5;
/** A target comes into question for a lesion from this probability on. */
const LIKELY = 0.5;
/** Between lesions that fit as well, each is rather given a target of its own. */
const FURTHER_TARGET = 0.1;

interface Pair {
  /** Against belonging to no described lesion; null where that is ruled out. */
  logOdds: number | null;
  findings: readonly Finding[];
}

/**
 * What a target and a lesion have in common and where they differ; null where their sides, or the side of the point,
 * contradict each other.
 *
 * @param numbering how the targets of this biopsy are numbered; null where their numbers say nothing
 */
export function compareTarget(
  target: TargetDescription,
  lesion: Lesion,
  numbering: Numbering | null,
): Finding[] | null {
  const findings = compareLocations(target.location, lesion.location);
  if (findings === null) return null;
  const sideOfPoint = sideOf(target.leftOfMiddleMm, SIDE_OF_MIDDLE.contradictsMm);
  if ([target.location.side, lesion.location.side].some((side) => sidesContradict(side, sideOfPoint))) return null;
  const number = target.number === null || numbering === null ? null : numberFinding(target.number, lesion, numbering);
  if (number !== null) findings.unshift(number);
  const side = sideOf(target.leftOfMiddleMm, SIDE_OF_MIDDLE.saysMm);
  if (side !== null && target.location.side === null) {
    if (lesion.location.side === side) findings.push('same side of the point');
    else if (sidesContradict(lesion.location.side, side)) findings.push('other side of the point');
  }
  return findings;
}

/** The numbers of the report's lesions, and whether those of the targets follow them. */
interface Numbering {
  lesions: readonly string[];
  /** A target bears a number that no lesion has, or that of a lesion on the other side: they may count on their own. */
  isDoubtful: boolean;
}

/** Null where the targets bear no number that a lesion bears: then they were not named after the report. */
export function numberingOf(targets: readonly TargetDescription[], lesions: readonly Lesion[]): Numbering | null {
  const numbers = targets.flatMap(({ number }) => (number === null ? [] : [plainName(number)]));
  const ofLesions = lesions.map(({ label }) => plainName(label));
  const known = numbers.filter((number) => ofLesions.includes(number));
  if (known.length === 0) return null;
  const isMisplaced = targets.some(({ number, ...target }) => {
    const named = lesions.filter((_, index) => number !== null && ofLesions[index] === plainName(number));
    return named.length > 0 && named.every((lesion) => compareTarget({ number, ...target }, lesion, null) === null);
  });
  return { lesions: ofLesions, isDoubtful: known.length < numbers.length || isMisplaced };
}

function numberFinding(number: string, lesion: Lesion, numbering: Numbering): Finding {
  const wanted = plainName(number);
  if (!numbering.lesions.includes(wanted)) return 'number of no lesion';
  const same = plainName(lesion.label) === wanted ? 'same' : 'other';
  return numbering.isDoubtful ? `${same} number of too many` : `${same} number`;
}

function sideOf(leftOfMiddleMm: number | null, leastMm: number): 'left' | 'right' | null {
  if (leftOfMiddleMm === null || Math.abs(leftOfMiddleMm) < leastMm) return null;
  return leftOfMiddleMm > 0 ? 'left' : 'right';
}

/**
 * Assigns the targets of one biopsy to the lesions of the one report that describes them, all at once. Each target goes
 * to at most one lesion; several targets of a lesion must lie within its size.
 *
 * @param cores for each lesion whether pathology has cores that were aimed at it; null where that is not known
 */
export function matchTargets(
  targets: TargetDescription[],
  lesions: Lesion[],
  cores: readonly (boolean | null)[] = [],
): TargetMatch[] {
  const numbering = numberingOf(targets, lesions);
  const prior = priorLogOdds(lesions.length);
  const pairs = targets.map((target) =>
    lesions.map((lesion, index): Pair => {
      if (target.decided !== undefined) return { logOdds: target.decided === index ? DECIDED : null, findings: [] };
      const findings = compareTarget(target, lesion, numbering);
      if (findings === null) return { logOdds: null, findings: [] };
      return { logOdds: prior + logOddsOf(findings), findings };
    }),
  );
  const logOdds = pairs.map((row) => row.map((pair) => pair.logOdds));
  const matches = targets.map((target, row) =>
    matchOne(target, pairs[row]!, shares(gainsOf(row, logOdds, lesions.length)), lesions),
  );
  return doubtByCores(dropDistant(matches, pairs, lesions), pairs, lesions, cores);
}

/**
 * What each lesion is worth to one target against none, each time with the best assignment of all other targets; minus
 * infinity where it is ruled out.
 */
function gainsOf(row: number, logOdds: (number | null)[][], lesions: number): number[] {
  const given = (column: number | null) =>
    logOdds.map((values, i) =>
      i === row ? values.map((value, j) => (j === column && value !== null ? value + FORCED : null)) : values,
    );
  const without = bestTotal(given(null), lesions);
  return Array.from({ length: lesions }, (_, column) =>
    logOdds[row]![column] === null ? -Infinity : bestTotal(given(column), lesions) - FORCED - without,
  );
}
/** Makes sure that a pair is taken; far more than all evidence together. */
const FORCED = 1e5;

function matchOne(target: TargetDescription, row: Pair[], probabilities: number[], lesions: Lesion[]): TargetMatch {
  const name = (lesion: number) => `target ${target.label} ↔ lesion ${lesions[lesion]!.label}`;
  const candidates = row
    .flatMap(({ logOdds, findings }, lesion): LesionCandidate[] => {
      if (logOdds === null) return [];
      return [{ lesion, probability: probabilities[lesion]!, sentence: `${name(lesion)}: ${inWords(findings)}` }];
    })
    .sort((a, b) => b.probability - a.probability || a.lesion - b.lesion);
  const [first, second] = candidates;
  const none = { target, lesion: null, confidence: 0, candidates };
  if (first === undefined) return { ...none, ...ruledOut(target, lesions) };
  const { lesion, probability } = first;
  const next = second ? `next best ${second.probability.toFixed(2)}` : 'no other candidate';
  const against = disagreements(row[lesion]!);
  const accept = against === 0 ? ACCEPT.agreeing : against === 1 ? ACCEPT.disagreeing : Infinity;
  if (probability >= accept && probability >= ACCEPT.timesTheNext * (second?.probability ?? 0)) {
    return {
      target,
      lesion,
      reason: null,
      confidence: probability,
      sentence: `${first.sentence}; ${next}`,
      candidates,
    };
  }
  const sentence = `${first.sentence}: only ${probability.toFixed(2)}; ${next}`;
  const any = candidates.reduce((sum, one) => sum + one.probability, 0);
  return { ...none, reason: any < 0.5 ? 'no-matching-lesion' : 'ambiguous', sentence };
}

/** How many of the things that could be compared speak against it. */
const disagreements = ({ findings }: Pair): number =>
  findings.filter((finding) => !finding.startsWith('same ') && finding !== 'fitting position').length;

/** What the best assignment is worth, with room in every lesion for one target, and for further ones at a discount. */
function bestTotal(logOdds: (number | null)[][], lesions: number): number {
  const asFurther = logOdds.map((row) => Math.max(0, ...row.map((value) => (value ?? -Infinity) - FURTHER_TARGET)));
  return assign(logOdds, lesions, asFurther).totalGain;
}

const reachMm = ({ sizeMm }: Lesion, share: number) =>
  Math.max(sizeMm ?? 0, REACH.leastMm) * share + REACH.pointErrorMm;
const distanceMm = (a: TargetDescription, b: TargetDescription) =>
  Math.hypot(...a.pointLps.map((value, axis) => value - b.pointLps[axis]!));

/** The name says more of its place than the side, and nothing that speaks against the lesion. */
const isPlaced = ({ location }: TargetDescription, pair: Pair): boolean =>
  (location.zone !== null || location.levels.length > 0 || location.positions.length > 0) && disagreements(pair) === 0;

/**
 * Of targets that are too far apart for the one lesion that is likely for each, none is linked without a clear lead. What
 * a reviewer decided stays, and is not taken for evidence against the others: they are asked about.
 */
function dropDistant(matches: TargetMatch[], pairs: Pair[][], lesions: Lesion[]): TargetMatch[] {
  return matches.map((match, row): TargetMatch => {
    const { target, lesion: index } = match;
    if (index === null || target.decided !== undefined) return match;
    const lesion = lesions[index]!;
    const own = pairs[row]![index]!;
    const [rival] = matches
      .flatMap(({ target: other, candidates: [best] }, i) => {
        if (best?.lesion !== index || best.probability < LIKELY) return [];
        const pair = pairs[i]![index]!;
        const isWide = isPlaced(target, own) && isPlaced(other, pair);
        const reach = reachMm(lesion, isWide ? 1 : REACH.withoutPlace);
        const apartMm = distanceMm(target, other);
        return apartMm > reach ? [{ other, reach, apartMm, lead: own.logOdds! - pair.logOdds! }] : [];
      })
      .sort((a, b) => a.lead - b.lead || (a.other.id < b.other.id ? -1 : 1));
    if (rival === undefined || rival.lead >= CLEAR_LEAD) return match;
    const { other, reach, apartMm, lead } = rival;
    const sentence = `target ${target.label}: ${Math.ceil(apartMm)} mm from target ${other.label} of lesion ${lesion.label}, which reaches ${reach} mm`;
    const reason = lead <= -CLEAR_LEAD && other.decided === undefined ? 'no-matching-lesion' : 'ambiguous';
    return { ...match, lesion: null, reason, confidence: 0, sentence };
  });
}

/**
 * Pathology may know better: of a lesion that it has no targeted cores of, though it has those of others; and where it has
 * some of a lesion that every target is ruled out for by its side. Then left and right may be mistaken in a name, and one
 * of the targets that share a lesion may be the one that is wanted there.
 */
function doubtByCores(
  matches: TargetMatch[],
  pairs: Pair[][],
  lesions: Lesion[],
  cores: readonly (boolean | null)[],
): TargetMatch[] {
  const bare = lesions.find((_, index) => cores[index] && pairs.every((row) => row[index]!.logOdds === null));
  return matches.map((match): TargetMatch => {
    if (match.lesion === null) return match;
    const doubt = (why: string): TargetMatch => {
      const sentence = `${match.candidates[0]!.sentence}; but ${why}`;
      return { ...match, lesion: null, reason: 'ambiguous', confidence: 0, sentence };
    };
    if (cores[match.lesion] === false) return doubt('pathology has targeted cores of other lesions alone');
    const isShared = matches.filter(({ lesion }) => lesion === match.lesion).length > 1;
    if (!bare || !isShared) return match;
    return doubt(
      `it is not alone there, and no target is on the side of lesion ${bare.label}, which has targeted cores`,
    );
  });
}

/** Why no lesion is left to choose from. */
function ruledOut(target: TargetDescription, lesions: Lesion[]): { reason: ReasonCode; sentence: string } {
  const name = `target ${target.label}`;
  if (lesions.length === 0)
    return { reason: 'no-lesion-described', sentence: `${name}: the report describes no lesion` };
  const sides = [...new Set(lesions.map((lesion) => lesion.location.side))].join(' and ');
  const point =
    target.leftOfMiddleMm === null
      ? ''
      : `, its point ${Math.abs(target.leftOfMiddleMm).toFixed(0)} mm ${target.leftOfMiddleMm > 0 ? 'left' : 'right'} of the middle of the image`;
  const sentence = `${name} says ${target.location.side ?? 'no side'}${point}; the described lesions are ${sides}`;
  return { reason: 'side-contradiction', sentence };
}
