import type { DicomJson } from '../../dicomweb/dicom-json.js';
import { type SliceStack, toDecimalString } from '../geometry/slice-stack.js';
import type { Uid } from '../uid.js';
import { element, lazySequence, sequence } from '../dicom/elements.js';
import type { Frame } from './pixel-data.js';
import { derivationImage } from './references.js';

const SEGMENT_IDENTIFICATION_SEQUENCE = 0x0062000a;
const REFERENCED_SEGMENT_NUMBER = 0x0062000b;
const PLANE_POSITION_SEQUENCE = 0x00209113;
const IMAGE_POSITION_PATIENT = 0x00200032;

/** Multi-frame Dimension module (PS3.3 C.7.6.17): frames are indexed by segment, then by position. */
export function dimensionModule(organizationUid: Uid): DicomJson {
  const index = (pointer: number, group: number, label: string): DicomJson => ({
    '00209164': element('UI', organizationUid),
    '00209165': element('AT', pointer),
    '00209167': element('AT', group),
    '00209421': element('LO', label),
  });
  return {
    '00209221': sequence({ '00209164': element('UI', organizationUid) }),
    '00209222': sequence(
      index(REFERENCED_SEGMENT_NUMBER, SEGMENT_IDENTIFICATION_SEQUENCE, 'Segment Number'),
      index(IMAGE_POSITION_PATIENT, PLANE_POSITION_SEQUENCE, 'Image Position Patient'),
    ),
  };
}

/**
 * Multi-frame Functional Groups module (PS3.3 C.7.6.16). Orientation, spacing and position repeat the source's own
 * spelling, since viewers compare them with the images. The distance of slices is measured on their positions; it also
 * serves as thickness where the source states none. The groups of the frames are made as they are read.
 */
export function functionalGroups(stack: SliceStack, frames: readonly Frame[], slices: readonly number[]) {
  const spacingDs = toDecimalString(Number(stack.sliceSpacingMm.toFixed(6)));
  const positionIndex = new Map(slices.map((slice, index) => [slice, index + 1]));
  return {
    '52009229': sequence({
      // PlaneOrientationSequence
      '00209116': sequence({ '00200037': element('DS', ...stack.orientationDs) }),
      // PixelMeasuresSequence
      '00289110': sequence({
        '00180050': element('DS', stack.sliceThicknessDs ?? spacingDs),
        '00180088': element('DS', spacingDs),
        '00280030': element('DS', ...stack.pixelSpacingDs),
      }),
    }),
    '52009230': lazySequence(function* (): Iterator<DicomJson> {
      for (const { segmentNumber, slice } of frames) {
        yield {
          ...derivationImage(stack.slices[slice]!),
          // FrameContentSequence, DimensionIndexValues
          '00209111': sequence({ '00209157': element('UL', segmentNumber, positionIndex.get(slice)!) }),
          '00209113': sequence({ '00200032': element('DS', ...stack.slices[slice]!.positionDs) }),
          '0062000A': sequence({ '0062000B': element('US', segmentNumber) }),
        };
      }
    }),
  };
}
