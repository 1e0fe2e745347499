import { bValuesInHeaders, type BValueFinding } from './b-value.js';
import { planeOf, type PlaneFinding } from './plane.js';
import type { SeriesHeaders } from './series-headers.js';
import * as say from './series-words.js';

export type SeriesRole = 'T2W' | 'DWI' | 'ADC' | 'DCE' | 'T1W' | 'LOCALIZER' | 'DERIVED' | 'OTHER';

/** What one rule found, and the headers or words that it rests on. */
export interface Finding {
  role: SeriesRole;
  because: string;
}

export interface Evidence {
  headers: SeriesHeaders;
  /** The words that may speak about the role: the description, and the protocol name where the description is silent. */
  words: string;
  /** No word names a role. */
  silent: boolean;
  headerBValues: BValueFinding;
  plane: PlaneFinding;
}

const ROLE_WORDS = [
  say.LOCALIZER,
  say.THREE_PLANES,
  say.ADC,
  say.EXPONENTIAL,
  say.DERIVED,
  say.NOT_ANATOMY,
  say.DIFFUSION,
  say.DYNAMIC,
  say.T1,
  say.T2,
  say.BALANCED,
];
const namesRole = (words: string): boolean => words !== '' && ROLE_WORDS.some((pattern) => pattern.test(words));

export function gatherEvidence(headers: SeriesHeaders): Evidence {
  const { description, protocol } = headers;
  const words = namesRole(description) ? description : `${description} ${protocol}`.trim();
  return {
    headers,
    words,
    silent: !namesRole(words),
    headerBValues: bValuesInHeaders(headers.frames),
    plane: planeOf(headers.frames, `${protocol} ${description}`),
  };
}

/** The finding if the words match, with the words that did. */
export function saidIn(words: string, pattern: RegExp, role: SeriesRole, besides = ''): Finding | undefined {
  const match = pattern.exec(words);
  return match ? { role, because: `${besides}the description says "${match[0].trim()}"` } : undefined;
}

/** The finding if ImageType or FrameType matches, with the value that did. */
export function typedAs({ imageType }: SeriesHeaders, pattern: RegExp, role: SeriesRole): Finding | undefined {
  const match = pattern.exec(imageType);
  return match ? { role, because: `ImageType says ${match[0].replaceAll('\\', ' ').trim()}` } : undefined;
}
