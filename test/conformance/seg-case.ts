import type { DicomJson } from '../../src/modules/dicomweb/dicom-json.js';
import { type LesionPlace, toLesionBox } from '../../src/modules/labels/geometry/lesion-box.js';
import { type SliceStack, toSliceStack } from '../../src/modules/labels/geometry/slice-stack.js';
import { prostateLesionLabel, prostateRegion } from '../../src/modules/labels/prostate/prostate-anatomy.js';
import { LESION } from '../../src/modules/labels/dicom/finding.js';
import { Segment } from '../../src/modules/labels/seg/segment.js';
import { uidFrom } from '../../src/modules/labels/uid.js';
import { isRefusal, type Refusal } from '../../src/modules/reasons.js';

function unless<T>(result: T | Refusal): T {
  if (isRefusal(result)) throw new Error(`${result.refused}: ${result.detail}`);
  return result;
}

export const getStack = (instances: readonly DicomJson[]): SliceStack => unless(toSliceStack(instances));

/** Segment number `number` of a stack, with a label of its own. */
export function segmentAt(stack: SliceStack, place: LesionPlace, number = 1): Segment {
  const location = {
    side: (['left', 'right', 'bilateral', 'midline'] as const)[(number - 1) % 4]!,
    zone: (['PZ', 'TZ', 'AFS', 'SV', 'CZ'] as const)[(number - 1) % 5]!,
    levels: ['mid' as const],
    positions: [],
    sectors: [],
  };
  return new Segment({
    label: prostateLesionLabel({ name: `L${number}`, location, pirads: 4, gradeGroup: 3, sizeMm: place.dimsMm[0]! }),
    box: unless(toLesionBox(stack, place)),
    anatomy: prostateRegion(location),
    tracking: { id: `lesion ${number}`, uid: uidFrom('tracking', String(number)) },
    finding: LESION,
  });
}
