import type { Location } from '../extraction.js';

/**
 * The PI-RADS v2.1 sectors (of 41) that a location determines: side, zone and level must be known, and the position
 * where the zone has several sectors at a level. Empty where anything is open; the midline is no side of a sector.
 */
export function sectorsOf(location: Omit<Location, 'sectors'>): string[] {
  const { side, zone, levels } = location;
  if (zone === 'urethra') return ['US'];
  const sides = side === 'left' ? ['L'] : side === 'right' ? ['R'] : side === 'bilateral' ? ['R', 'L'] : [];
  if (zone === 'SV') return sides.map((letter) => `${letter} SV`);
  const parts =
    zone === 'PZ' ? peripheralParts(location.positions) : zone === 'TZ' ? transitionParts(location.positions) : [''];
  if (zone === null || zone === 'extraprostatic') return [];
  // The central zone lies at the base alone.
  const at = zone === 'CZ' ? ['base'] : levels;
  return at.flatMap((level) => sides.flatMap((letter) => parts.map((part) => `${letter} ${zone}${part} ${level}`)));
}

function peripheralParts(positions: Location['positions']): string[] {
  const has = (position: Location['positions'][number]): boolean => positions.includes(position);
  if (has('anterior')) return has('posterior') ? [] : ['a'];
  return [...(has('posterior') && has('lateral') ? ['pl'] : []), ...(has('medial') ? ['pm'] : [])];
}

function transitionParts(positions: Location['positions']): string[] {
  return [...(positions.includes('anterior') ? ['a'] : []), ...(positions.includes('posterior') ? ['p'] : [])];
}
