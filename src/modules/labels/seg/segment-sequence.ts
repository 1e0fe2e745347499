import type { DicomJson } from '../../dicomweb/dicom-json.js';
import { ENCODER } from '../dicom/encoder-identity.js';
import { type Code, codeSequence, element, sequence } from '../dicom/elements.js';
import type { Segment } from './segment.js';

const MORPHOLOGICALLY_ABNORMAL: Code = {
  value: '49755003',
  scheme: 'SCT',
  meaning: 'Morphologically Abnormal Structure',
};
/** CID 7162 knows no box drawn around a target that a person set; what the person did is nearest. */
const MANUAL_PROCESSING: Code = { value: '123109', scheme: 'DCM', meaning: 'Manual Processing' };

/**
 * Colours that stand out on grey and are all in the sRGB gamut, as CIELab with D50 white scaled to 16 bits (PS3.3
 * C.10.7.1.1). From sRGB (230,60,50), (240,200,40), (40,190,210), (210,70,190), (70,190,80), (80,120,240).
 */
const COLOURS = [
  [34729, 49596, 45013],
  [53960, 33997, 52529],
  [46124, 24256, 27373],
  [35303, 49569, 24071],
  [44943, 19636, 44265],
  [34362, 37010, 15953],
] as const;

/** One item of the Segment Sequence (PS3.3 C.8.20.2). */
export function segmentItem({ facts }: Segment, index: number): DicomJson {
  const { label, anatomy, tracking, finding } = facts;
  return {
    '00082218': codeSequence(
      anatomy.region,
      anatomy.laterality && { '00082220': codeSequence(anatomy.laterality) }, // AnatomicRegionModifierSequence
    ),
    '00620003': codeSequence(MORPHOLOGICALLY_ABNORMAL), // SegmentedPropertyCategoryCodeSequence
    '00620004': element('US', index + 1), // SegmentNumber
    '00620005': element('LO', label), // SegmentLabel
    '00620007': sequence({
      // SegmentationAlgorithmIdentificationSequence
      '0066002F': codeSequence(MANUAL_PROCESSING),
      '00660031': element('LO', ENCODER.version),
      '00660036': element('LO', ENCODER.name),
    }),
    '00620008': element('CS', 'SEMIAUTOMATIC'), // SegmentAlgorithmType
    '00620009': element('LO', ENCODER.name), // SegmentAlgorithmName
    '0062000D': element('US', ...COLOURS[index % COLOURS.length]!), // RecommendedDisplayCIELabValue
    '0062000F': codeSequence(finding), // SegmentedPropertyTypeCodeSequence
    '00620020': element('UT', tracking.id),
    '00620021': element('UI', tracking.uid),
  };
}
