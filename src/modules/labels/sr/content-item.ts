import type { DicomJson } from '../../dicomweb/dicom-json.js';
import { type Code, codeSequence, element, sequence } from '../dicom/elements.js';
import type { Slice } from '../geometry/slice-stack.js';
import type { Vec3 } from '../geometry/vector.js';
import type { Uid } from '../uid.js';

/** Content items of a structured report (PS3.3 C.17.3), by value type. */

/** How an item relates to the one that holds it (PS3.3 C.17.3.2.4). */
export type Relationship = 'CONTAINS' | 'HAS OBS CONTEXT' | 'HAS CONCEPT MOD' | 'HAS ACQ CONTEXT' | 'SELECTED FROM';

const MILLIMETRE: Code = { value: 'mm', scheme: 'UCUM', meaning: 'millimeter' };

const item = (relationship: Relationship, valueType: string, value: DicomJson, children: DicomJson[] = []) => ({
  '0040A010': element('CS', relationship),
  '0040A040': element('CS', valueType),
  ...value,
  ...(children.length > 0 && { '0040A730': sequence(...children) }),
});

const nameOf = (name: Code): DicomJson => ({ '0040A043': codeSequence(name) });

/** What a container is, whether it is an item or the whole document. */
export const containerOf = (name: Code, children: DicomJson[], templateId?: string): DicomJson => ({
  ...nameOf(name),
  '0040A050': element('CS', 'SEPARATE'), // ContinuityOfContent
  ...(templateId !== undefined && {
    // ContentTemplateSequence
    '0040A504': sequence({
      '00080105': element('CS', 'DCMR'),
      '00080118': element('UI', '1.2.840.10008.8.1.1'),
      '0040DB00': element('CS', templateId),
    }),
  }),
  '0040A730': sequence(...children),
});

export const container = (name: Code, children: DicomJson[], templateId?: string): DicomJson =>
  item('CONTAINS', 'CONTAINER', containerOf(name, children, templateId));

export const code = (relationship: Relationship, name: Code, value: Code, children: DicomJson[] = []): DicomJson =>
  item(relationship, 'CODE', { ...nameOf(name), '0040A168': codeSequence(value) }, children);

export const text = (relationship: Relationship, name: Code, value: string): DicomJson =>
  item(relationship, 'TEXT', { ...nameOf(name), '0040A160': element('UT', value) });

export const date = (relationship: Relationship, name: Code, value: string): DicomJson =>
  item(relationship, 'DATE', { ...nameOf(name), '0040A121': element('DA', value) });

export const uidReference = (relationship: Relationship, name: Code, value: Uid): DicomJson =>
  item(relationship, 'UIDREF', { ...nameOf(name), '0040A124': element('UI', value) });

export const lengthMm = (name: Code, mm: number): DicomJson =>
  item('CONTAINS', 'NUM', {
    ...nameOf(name),
    // MeasuredValueSequence
    '0040A300': sequence({ '004008EA': codeSequence(MILLIMETRE), '0040A30A': element('DS', String(mm)) }),
  });

export const image = (relationship: Relationship, { sopClassUid, sopInstanceUid }: Slice): DicomJson =>
  item(relationship, 'IMAGE', {
    '00081199': sequence({ '00081150': element('UI', sopClassUid), '00081155': element('UI', sopInstanceUid) }),
  });

/**
 * Points on a slice as column\row pairs from the outer corner of its first pixel (PS3.3 C.18.6.1.1): a polyline that
 * returns to its first point is closed.
 */
export const onSlice = (
  name: Code,
  slice: Slice,
  graphicType: 'POINT' | 'POLYLINE',
  points: readonly (readonly [column: number, row: number])[],
): DicomJson =>
  item('CONTAINS', 'SCOORD', { ...nameOf(name), ...graphic(graphicType, points) }, [image('SELECTED FROM', slice)]);

/** A point in the patient, in LPS (PS3.3 C.18.9). */
export const pointInPatient = (name: Code, frameOfReferenceUid: Uid, pointLps: Vec3): DicomJson =>
  item('CONTAINS', 'SCOORD3D', {
    ...nameOf(name),
    ...graphic('POINT', [pointLps]),
    '30060024': element('UI', frameOfReferenceUid), // ReferencedFrameOfReferenceUID
  });

/** Single precision is what FL holds; rounded here, the values are the same before and after writing. */
const graphic = (type: string, points: readonly (readonly number[])[]): DicomJson => ({
  '00700022': element('FL', ...points.flat().map(Math.fround)),
  '00700023': element('CS', type),
});
