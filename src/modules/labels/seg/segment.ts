import type { AnatomicRegion } from '../dicom/anatomic-region.js';
import type { Code } from '../dicom/elements.js';
import { beginningOf, LO_BYTES } from '../dicom/long-string.js';
import type { LesionBox } from '../geometry/lesion-box.js';
import type { Uid } from '../uid.js';

export interface SegmentFacts {
  /** 1 to 64 bytes in UTF-8, e.g. `L1 L PZpl mid · PI-RADS 4 · GG3 · 10 mm`. */
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
    const bytes = Buffer.byteLength(facts.label);
    if (bytes > LO_BYTES) throw new RangeError(`The label of a segment takes ${bytes} bytes, not up to ${LO_BYTES}`);
    requireText('tracking id', facts.tracking.id);
    if (!facts.tracking.uid) throw new RangeError('The tracking id of a segment needs a tracking UID');
    this.#facts = Object.freeze({ ...facts });
  }

  get facts(): SegmentFacts {
    return this.#facts;
  }
}

/** No backslash, which would part a value in two, no control character (PS3.5 6.2); and, here, not empty. */
function requireText(field: string, text: string): void {
  if (text.trim() === '') throw new RangeError(`The ${field} of a segment is empty`);
  if (/[\\\p{Cc}]/u.test(text))
    throw new RangeError(`The ${field} of a segment holds a backslash or a control character`);
}

/**
 * A segment label of its parts, `·` between them. What does not fit into 64 bytes is taken from the end of the
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
  const whole = clean(name);
  const room = LO_BYTES - Buffer.byteLength(rest);
  const kept =
    Buffer.byteLength(whole) <= room
      ? whole
      : `${beginningOf(whole, Math.max(0, room - Buffer.byteLength('…'))).trim()}…`;
  return `${kept}${rest}`;
}
