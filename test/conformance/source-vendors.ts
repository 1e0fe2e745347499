import type { DicomJson } from '../../src/modules/dicomweb/dicom-json.js';
import { elements } from './source-series.js';

/** Decimals as text, as some servers give them; `digits` is how the vendor rounds. */
const spelled = (header: DicomJson, tag: string, digits: number): DicomJson => ({
  [tag]: { vr: 'DS', Value: (header[tag]?.Value ?? []).map((value) => String(Number(Number(value).toFixed(digits)))) },
});

/** How the vendors, or what lies between scanner and archive, write the headers of the same series. */
export const VENDORS: Record<string, (header: DicomJson) => DicomJson> = {
  /** DS of full length as JSON numbers. */
  siemens: (header) => ({ ...header, ...elements({ '00080070': ['LO', 'SIEMENS'] }) }),
  /** Rounded to six decimals, text, a Latin-1 source, no position reference, study id a number. */
  ge: (header) => ({
    ...header,
    ...spelled(header, '00200032', 6),
    ...spelled(header, '00200037', 6),
    ...elements({
      '00080005': ['CS', 'ISO_IR 100'],
      '00080070': ['LO', 'GE MEDICAL SYSTEMS'],
      '00200010': ['SH', '12345'],
      '00201040': ['LO', 'NA'],
    }),
  }),
  /** Twelve decimals, a time with fractions, an issuer of the patient id, names in three scripts. */
  philips: (header) => ({
    ...header,
    ...spelled(header, '00200032', 10),
    ...spelled(header, '00200037', 12),
    ...elements({
      '00080070': ['LO', 'Philips Medical Systems'],
      '00080031': ['TM', '102030.123456'],
      '00100010': ['PN', { Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' }],
      '00100021': ['LO', 'HOSP'],
    }),
  }),
  /** What de-identification leaves: empty type 2 attributes, no thickness, lossy compression on the way. */
  deidentified: (header) => ({
    ...Object.fromEntries(
      Object.entries(header).filter(([tag]) => !['00180050', '0008103E', '00081030'].includes(tag)),
    ),
    ...elements({
      '00080090': ['PN'],
      '00100010': ['PN', null],
      '00100030': ['DA'],
      '00100040': ['CS'],
      '00200010': ['SH'],
      '00120062': ['CS', 'YES'],
      '00120063': ['LO', 'Basic Profile'],
      '00282110': ['CS', '01'],
      '00282112': ['DS', 12.5],
      '00282114': ['CS', 'ISO_10918_1'],
    }),
  }),
};
