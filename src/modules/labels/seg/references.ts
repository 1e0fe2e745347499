import type { DicomJson } from '../../dicomweb/dicom-json.js';
import type { Slice, SliceStack } from '../geometry/slice-stack.js';
import { type Code, codeSequence, element, sequence } from '../dicom/elements.js';

const SEGMENTATION: Code = { value: '113076', scheme: 'DCM', meaning: 'Segmentation' };
const SOURCE_IMAGE: Code = {
  value: '121322',
  scheme: 'DCM',
  meaning: 'Source image for image processing operation',
};

const instanceReference = ({ sopClassUid, sopInstanceUid }: Slice): DicomJson => ({
  '00081150': element('UI', sopClassUid),
  '00081155': element('UI', sopInstanceUid),
});

/** Common Instance Reference module (PS3.3 C.12.2): the source instances that frames refer to. Viewers start here. */
export function commonInstanceReference(stack: SliceStack, slices: readonly number[]): DicomJson {
  return {
    '00081115': sequence({
      '0008114A': sequence(...slices.map((index) => instanceReference(stack.slices[index]!))),
      '0020000E': element('UI', stack.seriesUid),
    }),
  };
}

/** Derivation Image macro (PS3.3 C.7.6.16.2.6): the image that a frame was drawn on, voxel for voxel. */
export function derivationImage(slice: Slice): DicomJson {
  return {
    '00089124': sequence({
      '00082112': sequence({
        ...instanceReference(slice),
        '0028135A': element('CS', 'YES'), // SpatialLocationsPreserved
        '0040A170': codeSequence(SOURCE_IMAGE),
      }),
      '00089215': codeSequence(SEGMENTATION),
    }),
  };
}
