import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { DicomJson } from '../../dicomweb/dicom-json.js';
import { pickSeries } from './series-pick.js';
import { classifySeries, type SeriesInput } from './series-role.js';

// dcmjs brings no type declarations; this is the part of it that reading a header needs.
interface DcmjsElement {
  vr: string;
  Value?: unknown;
}
const { DicomMessage } = (
  createRequire(import.meta.url)('dcmjs') as {
    data: {
      DicomMessage: {
        readFile(file: ArrayBuffer, options: { untilTag: string }): { dict: Record<string, DcmjsElement> };
      };
    };
  }
).data;

/** dcmjs keeps bytes as ArrayBuffers and sequences as dictionaries; DICOM JSON wants base64 and data sets. */
function toDicomJson(dict: Record<string, DcmjsElement>): DicomJson {
  const entries = Object.entries(dict).flatMap(([tag, { vr, Value }]): [string, DicomJson[string]][] => {
    if (!Array.isArray(Value)) return [];
    const values = Value as unknown[];
    if (values[0] instanceof ArrayBuffer) {
      return [[tag, { vr, InlineBinary: Buffer.from(values[0]).toString('base64') }]];
    }
    const nested = vr === 'SQ' ? (values as Record<string, DcmjsElement>[]).map(toDicomJson) : values;
    return [[tag, { vr, Value: nested }]];
  });
  return Object.fromEntries(entries);
}

function readHeader(path: string): DicomJson {
  const bytes = readFileSync(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  return toDicomJson(DicomMessage.readFile(file, { untilTag: '7FE00010' }).dict);
}

/** The series of a folder: one folder a series. */
function readSeries(folder: string): SeriesInput {
  const files = readdirSync(folder).sort();
  return {
    id: folder.split('/').at(-1) ?? '',
    dicom: files.map((name) => readHeader(join(folder, name))),
    instances: files.length,
  };
}

const seriesFolders = (study: string): string[] =>
  readdirSync(study)
    .sort()
    .map((name) => join(study, name))
    .filter((path) => statSync(path).isDirectory());

const root = process.env.REAL_DATA_DIR;
if (!root) console.info('REAL_DATA_DIR is not set: the series of real studies are not read.');

(root ? describe : describe.skip)('real studies', () => {
  const data = root ?? '';

  it('classifies every series of a PROSTATEx study', () => {
    const answers = seriesFolders(join(data, 'dicom/prostatex/ProstateX-0218/02-18-2011')).map((folder) => {
      const { id, role, plane, bValues, calculated } = classifySeries(readSeries(folder));
      return [Number.parseInt(id, 10), [role, plane, ...bValues, ...(calculated ? ['computed'] : [])].join(' ')];
    });
    expect(Object.fromEntries(answers)).toEqual({
      1: 'LOCALIZER sagittal',
      2: 'LOCALIZER axial',
      3: 'LOCALIZER sagittal',
      4: 'T2W sagittal',
      5: 'T2W axial',
      6: 'T2W coronal',
      7: 'OTHER axial',
      8: 'DWI axial 0 100 400 800',
      9: 'ADC axial',
      10: 'DWI axial 1600 computed',
      11: 'DWI axial 0',
      12: 'ADC axial',
      13: 'DWI axial 800',
      14: 'DERIVED axial',
      17: 'DWI axial 100',
      18: 'DWI axial 500',
      19: 'DWI axial 1400',
      20: 'OTHER axial',
      21: 'ADC axial',
      23: 'OTHER axial',
      24: 'T1W axial',
      25: 'T1W axial',
      26: 'T1W axial',
      27: 'DCE axial',
      28: 'DCE axial',
    });
  });

  it('picks the series of both studies', () => {
    const pick = (study: string): (number | null)[] => {
      const { t2w, highB, adc } = pickSeries({ id: 'study', series: seriesFolders(study).map(readSeries) });
      return [t2w, highB, adc].map((id) => (id === null ? null : Number.parseInt(id, 10)));
    };
    expect(pick(join(data, 'dicom/prostatex/ProstateX-0218/02-18-2011'))).toEqual([5, 19, 21]);
    expect(pick(join(data, 'real-case/dicom/07-07-2011'))).toEqual([4, 8, 7]);
  });

  it.each([
    ['ge_dwi/i22.MRDC.1.dcm', 'DWI', [0]],
    ['ge_dwi/i24.MRDC.3.dcm', 'DWI', [1000]],
    ['philips_dwi/IM_0001.dcm', 'DWI', [0]],
    ['philips_dwi/IM_0100.dcm', 'DWI', [1000]],
    ['philips_dwi_gz/IM_0014.dcm', 'DWI', [0]],
    ['philips_dwi_gz/IM_0024.dcm', 'DWI', [1000]],
    // A b-value of 0 in the header of a T1 gradient echo.
    ['philips_enh/1301_0020.dcm', 'T1W', []],
    ['enh/Siemens_XA10_6_1.dcm', 'OTHER', []],
    ['enh/pydicom_emri_small.dcm', 'T1W', []],
  ] as const)('reads %s of another maker as %s', (path, role, bValues) => {
    const dicom = readHeader(join(data, 'dicom/vendor-diffusion', path));
    expect(classifySeries({ id: path, dicom, instances: 1 })).toMatchObject({ role, bValues });
  });
});
