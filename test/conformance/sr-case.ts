import type { DicomJson } from '../../src/modules/dicomweb/dicom-json.js';
import { LESION } from '../../src/modules/labels/dicom/finding.js';
import type { SliceStack } from '../../src/modules/labels/geometry/slice-stack.js';
import { PROSTATE_MRI } from '../../src/modules/labels/prostate/prostate-codes.js';
import { prostateEvaluations } from '../../src/modules/labels/prostate/prostate-evaluations.js';
import type { Segment } from '../../src/modules/labels/seg/segment.js';
import { encodeSr, type EncodedSr } from '../../src/modules/labels/sr/sr-encoder.js';
import type { ReportLesion } from '../../src/modules/labels/sr/report-lesion.js';
import { uidFrom } from '../../src/modules/labels/uid.js';
import { getStack } from './seg-case.js';
import { pointAt, type SegExample } from './seg-matrix.js';

/** The lesion of a segment as a report has it. */
export function reportLesion({ facts }: Segment, sizeMm: number): ReportLesion {
  const { tracking, finding, anatomy, box } = facts;
  const evaluations = prostateEvaluations(4, 3, []);
  return { tracking, finding, sites: [anatomy], sizeMm, evaluations, pointLps: box.centerLps, box };
}

/** A lesion without a size, somewhere off the middle. */
export const pointLesion = (instances: readonly DicomJson[]): ReportLesion => ({
  tracking: { id: 'point', uid: uidFrom('tracking', 'point') },
  finding: LESION,
  sites: [],
  sizeMm: null,
  evaluations: prostateEvaluations('X', null, []),
  pointLps: pointAt(instances, [0.4, 0.6, 0.33]),
  box: null,
});

export const encodeReport = (stack: SliceStack, lesions: readonly ReportLesion[]): EncodedSr =>
  encodeSr({ stack, lesions, procedure: PROSTATE_MRI, seriesNumber: 9001, version: 1 });

/** The report of the lesions of an example, and of one that is a point. */
export function reportOf({ instances, lesions }: SegExample, segments: readonly Segment[]): EncodedSr {
  const boxes = segments.map((segment, index) => reportLesion(segment, Math.max(...lesions[index]!.dimsMm)));
  return encodeReport(getStack(instances.toReversed()), [...boxes, pointLesion(instances)]);
}
