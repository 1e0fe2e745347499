/** Which of the lesions told before is meant: by its place in the order (from 0), by its size, or as the other of two. */
export type Rank = number | 'last' | 'other' | 'largest' | 'smallest';

const NOUN =
  '(?:lesions?|targets?|rois?|focus|nodules?|area|tumou?r|herd[a-z]*|lasion|laesion|befund|afwijking|letsel|laesie|haard|cible|foyer|nodulo|diana|foco|hallazgo)';
const LARGE =
  '(?:larger|largest|bigger|biggest|dominant|index|main|gro(?:e)?s{1,2}er[a-z]*|gro(?:e)?s{1,2}te[a-z]*|grotere|grootste|dominante[a-z]*)';
const SMALL = '(?:smaller|smallest|satellite|kleiner[a-z]*|kleinste[a-z]*)';
const ORDER: readonly [Rank, string][] = [
  [
    'largest',
    `${LARGE}(?: of the two)?(?: [a-z-]+)? ${NOUN}|plus (?:grande|grosse|volumineuse) ${NOUN}|mayor ${NOUN}|${NOUN} (?:la )?(?:plus (?:grande|grosse|volumineuse)|dominante|principale?|mayor|indice|index)`,
  ],
  [
    'smallest',
    `${SMALL}(?: of the two)?(?: [a-z-]+)? ${NOUN}|plus petite ${NOUN}|menor ${NOUN}|${NOUN} (?:la )?(?:plus petite|menor)`,
  ],
  [0, `(?:first|1st|erste[a-z]*|erstgenannte[a-z]*|eerste|premiere?|primera?)(?: [a-z-]+)? ${NOUN}|the former`],
  [
    1,
    `(?:second|2nd|secondary|zweite[a-z]*|tweede|deuxieme|seconde|segunda?)(?: [a-z-]+)? ${NOUN}|${NOUN} (?:secondaire|secundaria)`,
  ],
  [2, `(?:third|3rd|dritte[a-z]*|derde|troisieme|tercera?)(?: [a-z-]+)? ${NOUN}`],
  [
    'other',
    `(?:the other|d(?:er|ie|as|en|em) andere[nrsm]?|(?:de|het) andere|l'autre|la otra|el otro)(?: [a-z-]+)? ${NOUN}`,
  ],
  ['last', `the latter|letztere[a-z]*|laatstgenoemde|(?:cette|la) derniere|esta ultima`],
];
const RANKS = ORDER.map(([rank, words]): [Rank, RegExp] => [rank, new RegExp(`\\b(?:${words})\\b`)]);
const MAY_RANK =
  /\b(?:larg|bigg|domin|index|main|gro(?:e)?s|grot|groo|plus|mayor|menor|small|satel|klein|first|second|third|\dst|\dnd|\drd|erst|zweit|dritt|eerste|tweede|derde|premi|deux|trois|prim|segun|secun|terc|form|latter|other|ander|autre|otr[ao]|letzt|laatst|derni|ultim|princip|indice)/;

/** The rank that a clause (folded) names its lesion by; null where it names none. */
export function findRank(clause: string): Rank | null {
  if (!MAY_RANK.test(clause)) return null;
  return RANKS.find(([, pattern]) => pattern.test(clause))?.[0] ?? null;
}

/**
 * The lesion of a rank among those told in order; null where there are not two, or two share the size. `subject` is the
 * lesion spoken of last, beside which one of two is the other.
 */
export function ofRank<T>(
  rank: Rank,
  lesions: readonly T[],
  sizeOf: (lesion: T) => number,
  subject: T | null = null,
): T | null {
  if (lesions.length < 2) return null;
  if (rank === 'other')
    return lesions.length === 2 && subject && lesions.includes(subject)
      ? lesions.find((lesion) => lesion !== subject)!
      : null;
  if (typeof rank === 'number') return lesions[rank] ?? null;
  if (rank === 'last') return lesions.at(-1)!;
  const sizes = lesions.map(sizeOf).sort((a, b) => (rank === 'largest' ? b - a : a - b));
  const found = lesions.filter((lesion) => sizeOf(lesion) === sizes[0]);
  return sizes[0] === 0 || found.length > 1 ? null : found[0]!;
}
