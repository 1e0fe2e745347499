/**
 * What each finding is worth, as log-odds that two descriptions mean the same lesion: the natural logarithm of how often
 * it is found where they do, over how often where they do not. Fitted; docs/matching.md says from what and how.
 */
export const WEIGHTS = {
  'same side': 0.8,
  'same sector': 1.7,
  'same zone': 0.8,
  'fitting position': 0.6,
  'neighbouring sector': -1.8,
  'other sector': -6.2,
  'same level': 1,
  'neighbouring level': -1.7,
  'other level': -6,
  'same number': 2.6,
  'other number': -3,
  'number of no lesion': -2.9,
  /** Where the targets bear more numbers than the report has lesions, they may count on their own. */
  'same number of too many': 1.8,
  'other number of too many': 0.3,
  'same side of the point': 0.3,
  'other side of the point': -5.2,
} as const;

export type Finding = keyof typeof WEIGHTS;

/** Share of targets that were aimed at something which the report does not describe. */
export const UNDESCRIBED = 0.02;

export const logOddsOf = (findings: readonly Finding[]): number =>
  findings.reduce((sum, finding) => sum + WEIGHTS[finding], 0);

/** Before anything is compared: one of so many lesions against none of them. */
export const priorLogOdds = (lesions: number): number => Math.log((1 - UNDESCRIBED) / UNDESCRIBED / lesions);

/** The probabilities of alternatives by their log-odds against the last one, "none of them", which is left out. */
export function shares(logOdds: readonly number[]): number[] {
  const top = Math.max(0, ...logOdds);
  const odds = logOdds.map((value) => Math.exp(value - top));
  const total = odds.reduce((sum, value) => sum + value, Math.exp(-top));
  return odds.map((value) => value / total);
}
