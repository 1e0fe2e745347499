import type { Location } from '../extraction/extraction.js';

/**
 * The sectors of PI-RADS v2.1 on one side and level, with the words for where each lies and the sectors it touches. The
 * map is that of the mid gland; seminal vesicles and urethra are no neighbours of anything here.
 */
const SECTORS = {
  PZa: { zone: 'PZ', depth: 'anterior', width: null, touches: ['PZpl', 'TZa'] },
  PZpl: { zone: 'PZ', depth: 'posterior', width: 'lateral', touches: ['PZa', 'PZpm', 'TZp'] },
  PZpm: { zone: 'PZ', depth: 'posterior', width: 'medial', touches: ['PZpl', 'TZp', 'CZ'] },
  TZa: { zone: 'TZ', depth: 'anterior', width: null, touches: ['TZp', 'AFS', 'PZa'] },
  TZp: { zone: 'TZ', depth: 'posterior', width: null, touches: ['TZa', 'PZpm', 'PZpl', 'CZ'] },
  AFS: { zone: 'AFS', depth: 'anterior', width: null, touches: ['TZa'] },
  CZ: { zone: 'CZ', depth: 'posterior', width: null, touches: ['PZpm', 'TZp'] },
} as const;
type Sector = keyof typeof SECTORS;
const ALL = Object.keys(SECTORS) as Sector[];

/**
 * How two places lie to each other within a level: in the same sector, in the same zone or a place that may be the same
 * where one says no more, in sectors that touch, or apart. Null where one of them says nothing of it.
 */
export type SectorRelation = 'same sector' | 'same zone' | 'fits' | 'touching' | 'apart';

export function sectorRelation(a: Location, b: Location): SectorRelation | null {
  const [first, second] = [sectorsOf(a), sectorsOf(b)];
  if (first.length === ALL.length || second.length === ALL.length) return null;
  if (first.length === 0 || second.length === 0) return a.zone === b.zone ? 'same zone' : 'apart';
  if (first.some((sector) => second.includes(sector))) {
    if (first.length === 1 && second.length === 1) return 'same sector';
    return a.zone !== null && b.zone !== null ? 'same zone' : 'fits';
  }
  return first.some((sector) => SECTORS[sector].touches.some((other) => second.includes(other))) ? 'touching' : 'apart';
}

/** The sectors that the words leave open. */
function sectorsOf({ zone, positions }: Location): Sector[] {
  const allows = (word: Location['positions'][number] | null, ...axis: Location['positions']) =>
    word === null || positions.includes(word) || !axis.some((other) => positions.includes(other));
  return ALL.filter((sector) => {
    const { zone: own, depth, width } = SECTORS[sector];
    return (
      (zone === null || zone === own) && allows(depth, 'anterior', 'posterior') && allows(width, 'medial', 'lateral')
    );
  });
}
