import type { DicomJson } from '../../dicomweb/dicom-json.js';
import type { SeriesInput } from './series-headers.js';

/** A composed header, in the words of a scanner console; what is left out is left out of the header. */
export interface HeaderSketch {
  maker?: string;
  /** ImageType, backslash-joined. */
  type?: string;
  description?: string;
  protocol?: string;
  study?: string;
  comments?: string;
  /** ScanningSequence, backslash-joined. */
  scanning?: string;
  sequence?: string;
  options?: string;
  tr?: number;
  te?: number;
  ti?: number;
  flip?: number;
  echoTrain?: number;
  threeD?: boolean;
  thickness?: number;
  spacing?: number;
  pixel?: number;
  matrix?: number;
  plane?: 'axial' | 'sagittal' | 'coronal';
  /** DiffusionBValue (0018,9087). */
  b?: number;
  agent?: string;
  time?: string;
  number?: number;
  more?: DicomJson;
}

const ORIENTATION = {
  axial: [1, 0, 0, 0, 0.95, -0.31],
  sagittal: [0, 1, 0, 0, 0, -1],
  coronal: [1, 0, 0, 0, -0.31, -0.95],
};

export function headerOf(sketch: HeaderSketch): DicomJson {
  const header: DicomJson = {};
  const put = (tag: string, vr: string, value: string | number | readonly number[] | undefined): void => {
    if (value === undefined) return;
    header[tag] = {
      vr,
      Value: typeof value === 'object' ? [...value] : typeof value === 'string' ? value.split('\\') : [value],
    };
  };
  put('00080060', 'CS', 'MR');
  put('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.4');
  put('00080008', 'CS', sketch.type);
  put('00080032', 'TM', sketch.time);
  put('00080070', 'LO', sketch.maker);
  put('00081030', 'LO', sketch.study);
  put('0008103E', 'LO', sketch.description);
  put('00180010', 'LO', sketch.agent);
  put('00180020', 'CS', sketch.scanning);
  put('00180022', 'CS', sketch.options);
  put('00180023', 'CS', sketch.threeD === undefined ? undefined : sketch.threeD ? '3D' : '2D');
  put('00180024', 'SH', sketch.sequence);
  put('00180050', 'DS', sketch.thickness);
  put('00180080', 'DS', sketch.tr);
  put('00180081', 'DS', sketch.te);
  put('00180082', 'DS', sketch.ti);
  put('00180088', 'DS', sketch.spacing ?? sketch.thickness);
  put('00180091', 'IS', sketch.echoTrain);
  put('00181030', 'LO', sketch.protocol);
  put('00181314', 'DS', sketch.flip);
  put('00189087', 'FD', sketch.b);
  put('00200011', 'IS', sketch.number);
  put('00200037', 'DS', sketch.plane && ORIENTATION[sketch.plane]);
  put('00204000', 'LT', sketch.comments);
  put('00280010', 'US', sketch.matrix);
  put('00280011', 'US', sketch.matrix);
  put('00280030', 'DS', sketch.pixel === undefined ? undefined : [sketch.pixel, sketch.pixel]);
  return { ...header, ...sketch.more };
}

export const seriesOf = (id: string, sketch: HeaderSketch | HeaderSketch[], instances = 24): SeriesInput => ({
  id,
  dicom: Array.isArray(sketch) ? sketch.map(headerOf) : headerOf(sketch),
  instances,
});
