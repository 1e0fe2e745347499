import type { DicomJson } from '../../src/modules/dicomweb/dicom-json.js';
import { type Dataset, decimal, toPart10 } from '../fixtures/cohort/dataset.js';

/** A header as a file without Pixel Data, decimals in 16 characters (PS3.5 6.2) and text in UTF-8, as JSON has it. */
export function sourceFile(header: DicomJson): Uint8Array {
  const elements = Object.entries(header).map(([tag, { vr, Value = [] }]) => {
    const values = Value.map((value) => (vr === 'DS' && typeof value === 'number' ? decimal(value) : (value ?? '')));
    return [tag, { vr, Value: values }];
  });
  return toPart10({ ...(Object.fromEntries(elements) as Dataset), '00080005': { vr: 'CS', Value: ['ISO_IR 192'] } });
}
