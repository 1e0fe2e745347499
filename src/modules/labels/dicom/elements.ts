import type { DicomJson, DicomJsonElement } from '../../dicomweb/dicom-json.js';

/** A coded concept (PS3.3 8.1). */
export interface Code {
  readonly value: string;
  readonly scheme: 'SCT' | 'DCM' | 'LN' | 'RADLEX' | 'UCUM' | 'RFC5646';
  readonly meaning: string;
}

/** A data set to write. A large sequence may make its items one by one, each time that it is read. */
export type WritableDataset = Readonly<Record<string, { readonly vr: string; readonly Value?: Iterable<unknown> }>>;

export const element = (vr: string, ...values: unknown[]): DicomJsonElement => ({ vr, Value: values });

export const sequence = (...items: DicomJson[]): DicomJsonElement => element('SQ', ...items);

/** A sequence whose items are made while it is read, so that they are never all in memory. */
export const lazySequence = (items: () => Iterator<DicomJson>) => ({ vr: 'SQ', Value: { [Symbol.iterator]: items } });

/** A code sequence of one item, with what else the item holds. */
export const codeSequence = ({ value, scheme, meaning }: Code, more: DicomJson = {}): DicomJsonElement =>
  sequence({
    '00080100': element('SH', value),
    '00080102': element('SH', scheme),
    '00080104': element('LO', meaning),
    ...more,
  });

/** The tags of a data set in ascending order. Nearly all are so as they come, and sorting costs more than looking. */
export function tagsInOrder(dataset: WritableDataset): string[] {
  const tags = Object.keys(dataset);
  return tags.every((tag, index) => index === 0 || tags[index - 1]! < tag) ? tags : tags.sort();
}
