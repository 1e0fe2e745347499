import type { Location } from '../extraction.js';
import { toLocation } from '../location/location-phrase.js';
import type { LocationWord } from '../location/location-words.js';
import type { Fragment } from './fragments.js';
import type { Part } from './part.js';

type Place = Pick<Location, 'side' | 'zone' | 'levels'> & Partial<Pick<Location, 'positions'>>;

/** Whether two places can be one: what both name agrees. */
export function agree(a: Place, b: Place): boolean {
  if (
    a.side &&
    b.side &&
    a.side !== b.side &&
    a.side !== 'bilateral' &&
    b.side !== 'bilateral' &&
    !(a.side === 'midline' || b.side === 'midline')
  )
    return false;
  if (a.zone && b.zone && a.zone !== b.zone && !(isAnterior(a.zone) && isAnterior(b.zone))) return false;
  return a.levels.length === 0 || b.levels.length === 0 || a.levels.some((level) => b.levels.includes(level));
}
const isAnterior = (zone: string): boolean => zone === 'AFS' || zone === 'TZ';

/** Whether a place is told apart by another: all that this says is said there too. */
export const names = (place: Place, known: Place): boolean =>
  agree(place, known) &&
  (place.side === null || place.side === known.side) &&
  (place.zone === null || known.zone !== null) &&
  (place.levels.length === 0 || known.levels.length > 0) &&
  (place.side !== null ||
    place.zone !== null ||
    place.levels.length > 0 ||
    (place.positions ?? []).every((position) => known.positions?.includes(position)));

export const placeOf = (words: readonly LocationWord[]): Location => toLocation(words).location;
export const isPlaced = (part: Part): boolean => part.words.some((word) => word.sides ?? word.zone ?? word.levels);
export const hasCategory = (part: Part): boolean =>
  part.categories.some((category) => category.time !== 'prior' && category.exam !== 'surely' && !category.generic);
export const fragmentPlace = (fragment: Fragment): Location => placeOf(fragment.parts.find(isPlaced)?.words ?? []);
