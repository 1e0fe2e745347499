import type { Location } from '../extraction/extraction.js';

/**
 * How well two descriptions of a place agree, as log-odds that they mean the same place. What one of them leaves open
 * says nothing either way.
 */
export interface Agreement {
  /** null: they contradict each other in side, which no other likeness can outweigh. */
  logOdds: number | null;
  /** The features that agree and that differ, in words. */
  same: string[];
  different: string[];
}

const SIDE_AGREES = 1.2;
const ZONE = { agrees: 1.2, differs: -1.5 };
/** Base and apex are three to five centimetres apart; neighbouring levels are often told apart differently. */
const LEVEL = { agrees: 1.0, neighbours: -0.5, differs: -4 };
const POSITION = { agrees: 0.8, differs: -0.8 };

export const LEVEL_ORDER = ['base', 'mid', 'apex'] as const;

/** Left against right is a contradiction; bilateral and midline are compatible with either side. */
export const sidesContradict = (a: Location['side'], b: Location['side']): boolean =>
  (a === 'left' && b === 'right') || (a === 'right' && b === 'left');

export function locationAgreement(a: Location, b: Location): Agreement {
  if (sidesContradict(a.side, b.side)) return { logOdds: null, same: [], different: ['side'] };
  const same: string[] = [];
  const different: string[] = [];
  let logOdds = 0;
  const weigh = (feature: string, value: number) => {
    logOdds += value;
    if (value > 0) same.push(feature);
    else if (value < 0) different.push(feature);
  };

  if (a.side !== null && a.side === b.side) weigh('side', SIDE_AGREES);
  if (a.zone !== null && b.zone !== null) weigh('zone', a.zone === b.zone ? ZONE.agrees : ZONE.differs);
  if (a.levels.length > 0 && b.levels.length > 0) weigh('level', levelWeight(a.levels, b.levels));
  if (a.positions.length > 0 && b.positions.length > 0) {
    weigh(
      'position',
      a.positions.some((position) => b.positions.includes(position)) ? POSITION.agrees : POSITION.differs,
    );
  }
  return { logOdds, same, different };
}

function levelWeight(a: Location['levels'], b: Location['levels']): number {
  const distances = a.flatMap((x) => b.map((y) => Math.abs(LEVEL_ORDER.indexOf(x) - LEVEL_ORDER.indexOf(y))));
  return [LEVEL.agrees, LEVEL.neighbours, LEVEL.differs][Math.min(...distances)]!;
}
