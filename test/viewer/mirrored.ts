import { type DicomJson, itemsOf, numbersOf, textOf } from '../../src/modules/dicomweb/dicom-json.js';
import { readDataset } from '../conformance/read-back.js';
import { type Dataset, decimals, element, toPart10 } from '../fixtures/cohort/dataset.js';

/**
 * The SEG with its frames on the slices of the mirrored stack, as by a writer that counts slices from the wrong end:
 * references and positions agree with each other, so that no validator objects.
 *
 * @param slices headers of the source in the order of the normal
 */
export function mirrored(seg: Uint8Array, slices: readonly DicomJson[], seriesInstanceUid: string): Uint8Array {
  const dataset = readDataset(seg);
  const opposite = new Map(slices.map((slice, index) => [textOf(slice, '00080018')!, slices.at(-1 - index)!]));
  const mirrorReference = (reference: DicomJson): DicomJson => {
    const slice = opposite.get(textOf(reference, '00081155')!)!;
    reference['00081155'] = element('UI', textOf(slice, '00080018')) as DicomJson[string];
    return slice;
  };
  for (const series of itemsOf(dataset, '00081115')) itemsOf(series, '0008114A').forEach(mirrorReference);
  for (const frame of itemsOf(dataset, '52009230')) {
    const [derivation] = itemsOf(frame, '00089124');
    const slice = mirrorReference(itemsOf(derivation!, '00082112')[0]!);
    itemsOf(frame, '00209113')[0]!['00200032'] = decimals(...numbersOf(slice, '00200032')) as DicomJson[string];
  }
  return toPart10({
    ...(dataset as Dataset),
    '00080018': element('UI', `${seriesInstanceUid}.1`),
    '0008103E': element('LO', 'Mirrored slices'),
    '0020000E': element('UI', seriesInstanceUid),
  });
}
