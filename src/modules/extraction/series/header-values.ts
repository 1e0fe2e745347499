import type { DicomJson, DicomJsonElement } from '../../dicomweb/dicom-json.js';

/**
 * Readers for series headers. Unlike the general DICOM JSON readers they take whatever a scanner, a PACS or a
 * de-identification tool left behind (a string where an array belongs, a null element, binary where a number belongs):
 * a series must be classified all the same, so nothing here throws.
 */
export function textsIn(dataset: DicomJson, tag: string): readonly string[] {
  const values: unknown = (dataset[tag] as DicomJsonElement | null | undefined)?.Value;
  if (values === undefined) return [];
  const texts: string[] = [];
  for (const value of Array.isArray(values) ? (values as unknown[]) : [values]) {
    if (typeof value === 'number') texts.push(String(value));
    else if (typeof value === 'string') {
      for (const part of value.includes('\\') ? value.split('\\') : [value]) {
        const text = part.trim();
        if (text !== '') texts.push(text);
      }
    }
  }
  return texts;
}

export const textIn = (dataset: DicomJson, tag: string): string | undefined => textsIn(dataset, tag)[0];

export function numbersIn(dataset: DicomJson, tag: string): number[] {
  const texts = textsIn(dataset, tag);
  return texts.length === 0 ? [] : texts.map(Number).filter(Number.isFinite);
}

export const numberIn = (dataset: DicomJson, tag: string): number | undefined => numbersIn(dataset, tag)[0];

export function itemsIn(dataset: DicomJson, tag: string): DicomJson[] {
  const values: unknown = (dataset[tag] as DicomJsonElement | null | undefined)?.Value;
  if (!Array.isArray(values)) return [];
  return (values as unknown[]).filter(isDataset);
}

export const isDataset = (value: unknown): value is DicomJson =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The bytes of a binary element (OB, UN), or undefined. */
export function bytesIn(dataset: DicomJson, tag: string): Buffer | undefined {
  const inline: unknown = (dataset[tag] as DicomJsonElement | null | undefined)?.InlineBinary;
  return typeof inline === 'string' ? Buffer.from(inline, 'base64') : undefined;
}

const SHARED_FUNCTIONAL_GROUPS = '52009229';
const PER_FRAME_FUNCTIONAL_GROUPS = '52009230';

/**
 * One flat data set a frame. Enhanced multi-frame images (PS3.3 C.7.6.16) keep repetition time, echo time, orientation
 * or b-value in functional groups: shared ones first, then the frame's own over them, so that the rest of the code reads
 * both kinds of image the same way. A single-frame image is itself.
 */
export function framesOf(dataset: DicomJson): DicomJson[] {
  const perFrame = itemsIn(dataset, PER_FRAME_FUNCTIONAL_GROUPS);
  const shared = itemsIn(dataset, SHARED_FUNCTIONAL_GROUPS);
  if (perFrame.length === 0 && shared.length === 0) return [dataset];
  const base = { ...dataset };
  for (const group of shared) lift(group, base);
  if (perFrame.length === 0) return [base];
  return perFrame.map((group) => {
    const frame = Object.create(base) as DicomJson;
    lift(group, frame);
    return frame;
  });
}

/** Copies the attributes of every macro (a sequence of one item) of a functional group into the flat data set. */
function lift(group: DicomJson, into: DicomJson): void {
  for (const tag of Object.keys(group)) for (const item of itemsIn(group, tag)) Object.assign(into, item);
}
