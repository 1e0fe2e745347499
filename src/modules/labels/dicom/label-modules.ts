import { type DicomJson, textOf } from '../../dicomweb/dicom-json.js';
import type { Uid } from '../uid.js';
import { type PixelData, writeDicomFile } from './dicom-writer.js';
import { element, type WritableDataset } from './elements.js';
import { ENCODER } from './encoder-identity.js';
import { beginningOf } from './long-string.js';

const EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

export interface LabelSeries {
  readonly sopClassUid: string;
  readonly modality: 'SEG' | 'SR' | 'KO';
  /** What the description of the series begins with. */
  readonly title: string;
  readonly seriesNumber: number;
  /** Counts the labels of this kind on the source series, from 1. */
  readonly version: number;
}

/**
 * SOP Common, Series, (Enhanced) General Equipment, and the content date (PS3.3 C.12.1, C.7.3.1, C.7.5.2). The series
 * description names the source and the version.
 */
export function labelModules(source: DicomJson, series: LabelSeries): DicomJson {
  const { date, time } = contentDateTime(source);
  const name = textOf(source, '0008103E') ?? `series ${textOf(source, '00200011') ?? ''}`.trim();
  const description = `${series.title} v${series.version} on ${name}`;
  return {
    '00080005': element('CS', 'ISO_IR 192'),
    '00080016': element('UI', series.sopClassUid),
    '00080021': element('DA', date),
    '00080023': element('DA', date),
    '00080031': element('TM', time),
    '00080033': element('TM', time),
    '00080060': element('CS', series.modality),
    '00080070': element('LO', ENCODER.name),
    '0008103E': element('LO', beginningOf(description)),
    '00081090': element('LO', ENCODER.name),
    '00181000': element('LO', ENCODER.name), // DeviceSerialNumber
    '00181020': element('LO', ENCODER.version), // SoftwareVersions
    '00200011': element('IS', String(series.seriesNumber)),
    '00200013': element('IS', '1'),
  };
}

/**
 * Series and content date of the label (type 1 for the content): those of the source, because the clock would make
 * every run another object. A source without any date gets the one that de-identification uses for "none".
 */
function contentDateTime(source: DicomJson): { date: string; time: string } {
  const [seriesDate, studyDate] = [textOf(source, '00080021'), textOf(source, '00080020')];
  if (seriesDate) return { date: seriesDate, time: textOf(source, '00080031') ?? '000000' };
  return { date: studyDate ?? '19000101', time: (studyDate && textOf(source, '00080030')) || '000000' };
}

/** The file of a label; its Pixel Data, where it has any, is left for the caller to fill. */
export function writeLabel(
  sopClassUid: string,
  sopInstanceUid: Uid,
  dataset: WritableDataset,
  pixelData?: PixelData,
): Uint8Array<ArrayBuffer> {
  const fileMeta = {
    '00020001': element('OB', [0, 1]),
    '00020002': element('UI', sopClassUid),
    '00020003': element('UI', sopInstanceUid),
    '00020010': element('UI', EXPLICIT_VR_LITTLE_ENDIAN),
    '00020012': element('UI', ENCODER.implementationClassUid),
    '00020013': element('SH', ENCODER.implementationVersionName),
  };
  return writeDicomFile(fileMeta, dataset, pixelData);
}
