import type { Location } from '../extraction/extraction.js';
import { sectorRelation } from './prostate-sectors.js';
import type { Finding } from './weights.js';

export const LEVEL_ORDER = ['base', 'mid', 'apex'] as const;

/** Left against right is a contradiction; bilateral and midline are compatible with either side. */
export const sidesContradict = (a: Location['side'], b: Location['side']): boolean =>
  (a === 'left' && b === 'right') || (a === 'right' && b === 'left');

/**
 * What two descriptions of a place have in common and where they differ; what one of them leaves open is no finding.
 * Null where they contradict each other in side, which no likeness can outweigh.
 */
export function compareLocations(a: Location, b: Location): Finding[] | null {
  if (sidesContradict(a.side, b.side)) return null;
  const findings: Finding[] = [];
  if (a.side !== null && a.side === b.side) findings.push('same side');
  const sector = sectorRelation(a, b);
  if (sector !== null) findings.push(SECTOR_FINDINGS[sector]);
  if (a.levels.length > 0 && b.levels.length > 0) findings.push(levelFinding(a.levels, b.levels));
  return findings;
}

const SECTOR_FINDINGS = {
  'same sector': 'same sector',
  'same zone': 'same zone',
  fits: 'fitting position',
  touching: 'neighbouring sector',
  apart: 'other sector',
} as const;

function levelFinding(a: Location['levels'], b: Location['levels']): Finding {
  const distances = a.flatMap((x) => b.map((y) => Math.abs(LEVEL_ORDER.indexOf(x) - LEVEL_ORDER.indexOf(y))));
  return (['same level', 'neighbouring level', 'other level'] as const)[Math.min(...distances)]!;
}

/** What is said first of what two descriptions have in common. */
const ORDER = ['number', 'number of too many', 'side', 'side of the point', 'zone', 'level', 'position'];

/** `same side, zone, level, position; neighbouring level`: what speaks for it, then what against. */
export function inWords(findings: readonly Finding[]): string {
  const same = findings
    .flatMap((finding) => (finding === 'same sector' ? ['same zone', 'same position'] : [finding]))
    .flatMap((words) => (words.startsWith('same ') ? [words.slice('same '.length)] : []))
    .sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
  const parts = [
    ...(same.length > 0 ? [`same ${same.join(', ')}`] : []),
    ...findings.filter((finding) => !finding.startsWith('same ')),
  ];
  return parts.length > 0 ? parts.join('; ') : 'nothing to compare';
}
