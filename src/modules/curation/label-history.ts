import { z } from 'zod';
import { named } from '../../platform/http/openapi.js';
import { CHANGES, changesBetween, type LabelChange } from '../labels/label-changes.js';
import type { EndReason, LabelEntity, LabelRemoval, LabelState } from '../labels/label.entity.js';
import { REASONS, type ReasonCode } from '../reasons.js';

/** One version of a label, and what became of it. */
export interface LabelVersion {
  id: string;
  version: number;
  state: LabelState;
  sopInstanceUid: string;
  seriesInstanceUid: string;
  plannedAt: string;
  storedAt: string | null;
  endedAt: string | null;
  removal: LabelRemoval | null;
  removedAt: string | null;
  changes: LabelChange[];
  endedBecause: EndReason[];
}

/** @param versions of one label, the oldest first */
export const toHistory = (versions: LabelEntity[]): LabelVersion[] =>
  versions.map((label, index) => ({
    id: label.id,
    version: label.version,
    state: label.state,
    sopInstanceUid: label.sopInstanceUid,
    seriesInstanceUid: label.seriesInstanceUid,
    plannedAt: label.plannedAt.toISOString(),
    storedAt: label.storedAt?.toISOString() ?? null,
    endedAt: label.endedAt?.toISOString() ?? null,
    removal: label.removal,
    removedAt: label.removedAt?.toISOString() ?? null,
    changes: index === 0 ? [] : changesBetween(versions[index - 1]!.segments, label.segments),
    endedBecause: label.endedBecause,
  }));

export const labelStateSchema = z.enum([
  'planned',
  'sending',
  'unknown',
  'stored',
  'rejected',
  'failed',
  'superseded',
  'retracted',
]);
const removalSchema = z.enum(['rejecting', 'rejected', 'deleting', 'deleted', 'other-content', 'failed']);
const reasons = Object.keys(REASONS) as ReasonCode[];

export const labelVersionSchema: z.ZodType<LabelVersion> = named(
  'LabelVersion',
  z
    .object({
      id: z.uuid(),
      version: z.int(),
      state: labelStateSchema,
      sopInstanceUid: z.string().describe('DICOM UID'),
      seriesInstanceUid: z.string().describe('DICOM UID'),
      plannedAt: z.iso.datetime(),
      storedAt: z.iso.datetime().nullable(),
      endedAt: z.iso.datetime().nullable().describe('when it was superseded or retracted'),
      removal: removalSchema.nullable().describe('of its object from the PACS, by LABEL_REMOVAL; null: left there'),
      removedAt: z.iso.datetime().nullable(),
      changes: z
        .array(
          z.object({
            lesion: z.string().nullable().describe('by its name in the report; null: the label as a whole'),
            trackingUid: z.string().nullable(),
            what: z.enum(CHANGES),
            from: z.string().nullable(),
            to: z.string().nullable(),
          }),
        )
        .describe('what it says otherwise than the version before'),
      endedBecause: z
        .array(
          z.object({
            target: z.string().describe('label of the target'),
            reason: z.enum([...reasons, 'target-gone']),
            detail: z.string(),
          }),
        )
        .describe('of a retracted version: why each of its targets supports it no more'),
    })
    .describe('One version of a label, and what became of it'),
);
