import { z } from 'zod';
import { named } from '../../platform/http/openapi.js';
import { lesionSchema, specimenSchema } from '../extraction/extraction.js';
import { labelStateSchema } from './label-history.js';
import type { LabelView } from './labels.service.js';

const uuid = z.uuid();
const uid = z.string().describe('DICOM UID');
const pointLps = z.tuple([z.number(), z.number(), z.number()]).describe('millimetres, LPS');
const voxels = z.object({ first: z.int(), last: z.int() }).describe('zero-based, both ends included');
const segmentTarget = z.object({ id: uuid, label: z.string(), procedureDate: z.iso.date(), pointLps });
const reportWords = {
  key: z.string(),
  reportId: uuid,
  report: z.string().describe('DiagnosticReport/<id>'),
  quotes: z.array(z.object({ path: z.string().describe('JSON pointer into the extraction'), quote: z.string() })),
};

const lesionFields = {
  segmentLabel: z.string(),
  trackingId: z.string(),
  trackingUid: uid,
  lesion: lesionSchema
    .pick({ label: true, pirads: true, sizeMm: true, dimsMm: true, location: true })
    .extend(reportWords),
  target: segmentTarget,
  furtherTargets: z.array(segmentTarget),
  specimens: z.array(
    specimenSchema.pick({ label: true, diagnosis: true, isup: true, gleason: true }).extend(reportWords),
  ),
  gradeGroup: z.int().nullable().describe('highest ISUP grade group of the specimens'),
  isReviewed: z.boolean().describe('a reviewer decided the link of target and lesion'),
  confidence: z.number().min(0).max(1),
  sentences: z.array(z.string()).describe('the links in plain sentences'),
};

const segmentSchema = named(
  'LabelSegment',
  z
    .object({
      segmentNumber: z.int(),
      ...lesionFields,
      box: z.object({
        centerLps: pointLps,
        extentsMm: z.array(z.number()).length(3),
        cornersLps: z.array(pointLps),
        columns: voxels,
        rows: voxels,
        slices: voxels,
        sourceInstanceUids: z.array(uid),
        clipped: z.boolean(),
      }),
    })
    .describe('One lesion with its whole chain of evidence: report quote → lesion → target → specimen → box'),
);

const pointSchema = named(
  'LabelPoint',
  z
    .object({ segmentNumber: z.null(), ...lesionFields, box: z.null() })
    .describe('A lesion without a stated size: a point in the structured report'),
);

const objectFields = {
  id: uuid,
  state: labelStateSchema,
  version: z.int(),
  seriesInstanceUid: uid,
  sopInstanceUid: uid,
  supersededBy: uid.nullable(),
  lastOutcome: z.string().nullable(),
  attempts: z.int(),
  plannedAt: z.iso.datetime(),
  storedAt: z.iso.datetime().nullable(),
};

/** What a label looks like from outside. */
export const labelSchema: z.ZodType<LabelView> = named(
  'Label',
  z.object({
    ...objectFields,
    kind: z.enum(['SEG', 'SR']).describe('SR: a structured report of lesions that are points alone'),
    studyInstanceUid: uid,
    sourceSeriesInstanceUid: uid,
    viewerUrl: z.string().nullable().describe('by VIEWER_URL_TEMPLATE'),
    segments: z.array(segmentSchema),
    points: z.array(pointSchema),
    structuredReport: named('StructuredReport', z.object(objectFields))
      .nullable()
      .describe('beside the SEG, with PI-RADS, grade group, size and place of each lesion as codes'),
  }),
);
