import { anatomy, localizer } from './anatomy-rules.js';
import { bValuesOf, diffusion, isComputed } from './diffusion-rules.js';
import { mapOrProduct, noAnatomy, nonImage } from './map-rules.js';
import type { Plane } from './plane.js';
import { IN_BORE, isBiopsy } from './remark-words.js';
import { gatherEvidence, type Evidence, type Finding, type SeriesRole } from './series-evidence.js';
import { readSeriesHeaders, type SeriesHeaders, type SeriesInput } from './series-headers.js';

export type { SeriesRole } from './series-evidence.js';
export type { SeriesInput } from './series-headers.js';

export interface SeriesClassification {
  id: string;
  /** What the pixels are. */
  role: SeriesRole;
  /** Null: several planes, or nothing says. */
  plane: Plane | null;
  /** s/mm², sorted; on DWI only, those of the images themselves. */
  bValues: number[];
  /** Computed b-value; DWI only. */
  calculated: boolean;
  /** Needle guidance, template, in-bore planning or control: never a source for labels. */
  intraprocedural: boolean;
  /** One sentence: the headers or words that it rests on. */
  reason: string;
}

/** Role, plane and b-values of one series: headers first, words last. Never throws. */
export const classifySeries = (input: SeriesInput): SeriesClassification =>
  classifyHeaders(input.id, readSeriesHeaders(input));

export function classifyHeaders(id: string, headers: SeriesHeaders): SeriesClassification {
  const evidence = gatherEvidence(headers);
  const { role, because } = roleOf(evidence);
  const isImage = nonImage(headers) === undefined;
  const calculated = role === 'DWI' && isComputed(evidence);
  return {
    id,
    role,
    plane: isImage ? evidence.plane.plane : null,
    bValues: role === 'DWI' ? bValuesOf(evidence, calculated) : [],
    calculated,
    intraprocedural: isImage && isIntraprocedural(headers),
    reason: `${role}: ${because}.`,
  };
}

/** The order is the rule: no image, maps, no anatomy, localizers, diffusion, and last the contrast of the anatomy. */
function roleOf(evidence: Evidence): Finding {
  return (
    nonImage(evidence.headers) ??
    mapOrProduct(evidence) ??
    noAnatomy(evidence) ??
    localizer(evidence) ??
    diffusion(evidence) ??
    anatomy(evidence) ?? { role: 'OTHER', because: 'neither headers nor description say what it shows' }
  );
}

const isIntraprocedural = ({ description, protocol, comments, study }: SeriesHeaders): boolean =>
  IN_BORE.test(`${description} ${protocol}`) || [description, comments, study].some(isBiopsy);
