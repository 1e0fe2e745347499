/**
 * The DICOM JSON model (PS3.18 Annex F): tags as eight upper-case hex digits, each with its VR and its values.
 * Values of numeric VRs may arrive as numbers or as strings, depending on the server; the readers below take both.
 */
export interface DicomJsonElement {
  vr: string;
  Value?: unknown[];
  InlineBinary?: string;
  BulkDataURI?: string;
}
export type DicomJson = Record<string, DicomJsonElement>;

/** First value as trimmed text, or undefined where the element is absent or empty. Person names give the alphabetic form. */
export function textOf(dataset: DicomJson, tag: string): string | undefined {
  return textsOf(dataset, tag)[0];
}

/** All values as trimmed text; a backslash-joined value counts as several. */
export function textsOf(dataset: DicomJson, tag: string): string[] {
  return (dataset[tag]?.Value ?? [])
    .flatMap((value) => {
      if (value === null || value === undefined) return [];
      if (typeof value === 'object') return [(value as { Alphabetic?: string }).Alphabetic ?? ''];
      return String(value).split('\\');
    })
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

/** First value as a finite number, or undefined. */
export function numberOf(dataset: DicomJson, tag: string): number | undefined {
  return numbersOf(dataset, tag)[0];
}

/** All values as finite numbers; what is not a number is left out. */
export function numbersOf(dataset: DicomJson, tag: string): number[] {
  return textsOf(dataset, tag)
    .map(Number)
    .filter((value) => Number.isFinite(value));
}

/** The items of a sequence; empty where it is absent. */
export function itemsOf(dataset: DicomJson, tag: string): DicomJson[] {
  return (dataset[tag]?.Value ?? []).filter((item): item is DicomJson => typeof item === 'object' && item !== null);
}
