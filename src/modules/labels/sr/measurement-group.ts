import type { DicomJson } from '../../dicomweb/dicom-json.js';
import type { AnatomicRegion } from '../dicom/anatomic-region.js';
import type { Code } from '../dicom/elements.js';
import { LATERALITY, LONG_AXIS } from '../dicom/finding.js';
import type { SliceStack } from '../geometry/slice-stack.js';
import { code, container, lengthMm, onSlice, pointInPatient, text, uidReference } from './content-item.js';
import { type ReportLesion, slicesOf } from './report-lesion.js';
import { columnAndRow, rectangle } from './slice-coordinates.js';

const MEASUREMENT_GROUP: Code = { value: '125007', scheme: 'DCM', meaning: 'Measurement Group' };
const TRACKING_ID: Code = { value: '112039', scheme: 'DCM', meaning: 'Tracking Identifier' };
const TRACKING_UID: Code = { value: '112040', scheme: 'DCM', meaning: 'Tracking Unique Identifier' };
const FINDING: Code = { value: '121071', scheme: 'DCM', meaning: 'Finding' };
const FINDING_SITE: Code = { value: '363698007', scheme: 'SCT', meaning: 'Finding Site' };
const IMAGE_REGION: Code = { value: '111030', scheme: 'DCM', meaning: 'Image Region' };
const GEOMETRIC_PURPOSE: Code = { value: '130400', scheme: 'DCM', meaning: 'Geometric purpose of region' };
const BOUNDED_BY: Code = { value: '75958009', scheme: 'SCT', meaning: 'Bounded by' };
const REPRESENTATIVE_POINT: Code = { value: '128140', scheme: 'DCM', meaning: 'Representative point' };

/**
 * What is known of one lesion, in the order of TID 1411 (a box: a rectangle on each of its slices) or of TID 1410 (a
 * point on the nearest slice). Both templates are extensible: the exact target in patient coordinates is added, and to
 * a box also the target on its slice (PS3.16 TID 1410, 1411, 1419).
 */
export function measurementGroup(stack: SliceStack, lesion: ReportLesion): DicomJson {
  const { tracking, finding, sites, sizeMm, evaluations, pointLps, box } = lesion;
  const slices = slicesOf(stack, lesion);
  const nearest = slices[0]!;
  const point = (name: Code) => onSlice(name, nearest, 'POINT', [columnAndRow(stack, nearest, pointLps)]);
  return container(
    MEASUREMENT_GROUP,
    [
      text('HAS OBS CONTEXT', TRACKING_ID, tracking.id),
      uidReference('HAS OBS CONTEXT', TRACKING_UID, tracking.uid),
      code('CONTAINS', FINDING, finding),
      code('CONTAINS', GEOMETRIC_PURPOSE, box ? BOUNDED_BY : REPRESENTATIVE_POINT),
      ...(box
        ? [
            ...slices.map((slice) => onSlice(IMAGE_REGION, slice, 'POLYLINE', rectangle(stack, slice, box))),
            point(REPRESENTATIVE_POINT),
          ]
        : [point(IMAGE_REGION)]),
      pointInPatient(REPRESENTATIVE_POINT, stack.frameOfReferenceUid, pointLps),
      ...sites.map(findingSite),
      ...(sizeMm === null ? [] : [lengthMm(LONG_AXIS, sizeMm)]),
      ...evaluations.map(({ question, answer }) => code('CONTAINS', question, answer)),
    ],
    box ? '1411' : '1410',
  );
}

const findingSite = ({ region, laterality }: AnatomicRegion): DicomJson =>
  code('HAS CONCEPT MOD', FINDING_SITE, region, laterality ? [code('HAS CONCEPT MOD', LATERALITY, laterality)] : []);
