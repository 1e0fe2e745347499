import type { LesionBox } from '../geometry/lesion-box.js';
import type { Uid } from '../uid.js';
import type { Code } from './elements.js';

/** Where in the body something lies (PS3.3 10.5, CID 244 for the side). */
export interface AnatomicRegion {
  readonly region: Code;
  readonly laterality?: Code;
}

export const LEFT: Code = { value: '7771000', scheme: 'SCT', meaning: 'Left' };
export const RIGHT: Code = { value: '24028007', scheme: 'SCT', meaning: 'Right' };
export const BILATERAL: Code = { value: '51440002', scheme: 'SCT', meaning: 'Bilateral' };

/** What a segment shows (CID 7159). A neoplasm is claimed only where pathology proves it. */
export const LESION: Code = { value: '52988006', scheme: 'SCT', meaning: 'Lesion' };
export const PRIMARY_NEOPLASM: Code = { value: '86049000', scheme: 'SCT', meaning: 'Neoplasm, Primary' };

export interface SegmentFacts {
  /** 1 to 64 characters, e.g. `L1 L PZpl mid · PI-RADS 4 · GG3 · 10 mm`. */
  readonly label: string;
  readonly box: LesionBox;
  readonly anatomy: AnatomicRegion;
  /** The name and the UID of the lesion over all versions and exams; one without the other says nothing. */
  readonly tracking: { readonly id: string; readonly uid: Uid };
  readonly finding: Code;
}

/**
 * A lesion as a SEG carries it. Text that DICOM cannot hold is refused here, not by the PACS; its number is its place
 * in the list that is encoded, so numbers run from 1 without gaps (PS3.3 C.8.20.2.2).
 *
 * @throws RangeError naming the field
 */
export class Segment {
  readonly #facts: SegmentFacts;

  constructor(facts: SegmentFacts) {
    requireText('label', facts.label);
    requireText('tracking id', facts.tracking.id);
    if (!facts.tracking.uid) throw new RangeError('The tracking id of a segment needs a tracking UID');
    this.#facts = Object.freeze({ ...facts });
  }

  get facts(): SegmentFacts {
    return this.#facts;
  }
}

const MAX_CHARACTERS = 64;

/** LO (PS3.5 6.2): at most 64 characters, no backslash, no control character; and, here, not empty. */
function requireText(field: string, text: string): void {
  const characters = [...text].length;
  if (text.trim() === '') throw new RangeError(`The ${field} of a segment is empty`);
  if (characters > MAX_CHARACTERS)
    throw new RangeError(`The ${field} of a segment has ${characters} characters, not up to 64`);
  if (/[\\\p{Cc}]/u.test(text))
    throw new RangeError(`The ${field} of a segment holds a backslash or a control character`);
}

/**
 * A segment label of its parts, `·` between them. What does not fit into 64 characters is taken from the end of the
 * first part, the name, because the others are what a reader looks for.
 */
export function segmentLabel(name: string, ...facts: string[]): string {
  const clean = (text: string) =>
    text
      .replace(/[\\\p{Cc}]+/gu, ' ')
      .replace(/\s+/g, ' ')
      .trim();
  const rest = facts
    .map(clean)
    .filter(Boolean)
    .map((fact) => ` · ${fact}`)
    .join('');
  const characters = [...clean(name)];
  const room = MAX_CHARACTERS - [...rest].length;
  const kept =
    characters.length <= room
      ? characters.join('')
      : `${characters
          .slice(0, Math.max(0, room - 1))
          .join('')
          .trim()}…`;
  return `${kept}${rest}`;
}
