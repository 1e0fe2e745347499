import { numberOf, textOf, type DicomJson } from './dicom-json.js';

const SOP_INSTANCE_UID = '00080018';
const SERIES_INSTANCE_UID = '0020000E';
const INSTANCE_NUMBER = '00200013';
export const NUMBER_OF_SERIES_RELATED_INSTANCES = '00201209';

/** One row a series: the headers of its first instance, with the number of its instances. */
export function seriesOf(metadata: readonly DicomJson[]): DicomJson[] {
  const bySeries = Map.groupBy(metadata, (row) => textOf(row, SERIES_INSTANCE_UID) ?? '');
  return [...bySeries.values()].map((instances) => ({
    ...instances[0],
    [NUMBER_OF_SERIES_RELATED_INSTANCES]: { vr: 'IS', Value: [instances.length] },
  }));
}

/** The row of the lowest InstanceNumber: servers answer in no fixed order. */
export function firstOf(metadata: DicomJson[]): DicomJson {
  const key = (row: DicomJson) =>
    [numberOf(row, INSTANCE_NUMBER) ?? Infinity, textOf(row, SOP_INSTANCE_UID) ?? ''] as const;
  return metadata.reduce((first, row) => (isBefore(key(row), key(first)) ? row : first));
}

const isBefore = (a: readonly [number, string], b: readonly [number, string]): boolean =>
  a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
