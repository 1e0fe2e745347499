import type { Location } from '../../extraction/extraction.js';
import { type AnatomicRegion, BILATERAL, LEFT, RIGHT } from '../dicom/anatomic-region.js';
import type { Code } from '../dicom/elements.js';
import { segmentLabel } from '../seg/segment.js';
import { prostateSector } from './prostate-sectors.js';

/** What is known of the prostate when a lesion of it becomes a segment. Encoder and geometry know no organ. */

const PROSTATE: Code = { value: '41216001', scheme: 'SCT', meaning: 'Prostate' };

/** CID 6300 and 6302; what has no code of its own lies in the prostate as a whole. */
const ZONES: Partial<Record<NonNullable<Location['zone']>, Code>> = {
  PZ: { value: '279706003', scheme: 'SCT', meaning: 'Peripheral zone of the prostate' },
  TZ: { value: '399384005', scheme: 'SCT', meaning: 'Transition zone of the prostate' },
  AFS: { value: '717025007', scheme: 'SCT', meaning: 'Anterior fibromuscular stroma of prostate' },
  SV: { value: '64739004', scheme: 'SCT', meaning: 'Seminal Vesicle' },
};

const SIDES: Partial<Record<NonNullable<Location['side']>, Code>> = { left: LEFT, right: RIGHT, bilateral: BILATERAL };

/** The coded region of a location; a midline lesion has no laterality. */
export function prostateRegion({ zone, side }: Pick<Location, 'zone' | 'side'>): AnatomicRegion {
  const laterality = side === null ? undefined : SIDES[side];
  const region = (zone === null ? undefined : ZONES[zone]) ?? PROSTATE;
  return laterality ? { region, laterality } : { region };
}

/** Where a report finds a lesion: its sectors where the words determine them, else its zone. */
export function prostateSites({ sectors, zone, side }: Pick<Location, 'sectors' | 'zone' | 'side'>): AnatomicRegion[] {
  const coded = sectors.flatMap((sector) => prostateSector(sector) ?? []);
  return coded.length > 0 ? coded : [prostateRegion({ zone, side })];
}

const SIDE_LETTERS = { left: 'L', right: 'R', bilateral: 'L+R', midline: 'midline' } as const;

/** The words for a location: its sectors where they are determined, else side, zone and levels: `L PZpl mid`, `R TZ base`. */
function placeOf({ sectors, side, zone, levels }: Location): string {
  if (sectors.length > 0) return sectors.join(' + ');
  return [side && SIDE_LETTERS[side], zone, levels.join('-')].filter(Boolean).join(' ');
}

export interface LesionWords {
  /** `L1`, or what the report calls it. */
  readonly name: string;
  readonly location: Location;
  readonly pirads: number | 'X' | null;
  /** ISUP grade group. */
  readonly gradeGroup: number | null;
  readonly sizeMm: number | null;
}

/** `L1 L PZpl mid · PI-RADS 4 · GG3 · 10 mm`; what is not known is left out. */
export function prostateLesionLabel({ name, location, pirads, gradeGroup, sizeMm }: LesionWords): string {
  return segmentLabel(
    `${name} ${placeOf(location)}`,
    pirads === null ? '' : `PI-RADS ${pirads}`,
    gradeGroup === null ? '' : `GG${gradeGroup}`,
    sizeMm === null ? '' : `${sizeMm} mm`,
  );
}
