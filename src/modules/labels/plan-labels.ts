import type { DicomJson } from '../dicomweb/dicom-json.js';
import type { Extraction } from '../extraction/extraction.js';
import { lesionKey, type Exclusion, type MatchedTarget, specimenKey } from '../matching/match-patient.js';
import { isRefusal } from '../reasons.js';
import { LESION } from './dicom/finding.js';
import { type LesionBox, toLesionBox } from './geometry/lesion-box.js';
import { type SliceStack, toSliceStack } from './geometry/slice-stack.js';
import type { LabelSegment, Quote, SegmentTarget } from './label-segment.js';
import { byLesion, lesionName, type LesionTracking } from './lesion-tracking.js';
import { prostateLesionLabel, prostateRegion } from './prostate/prostate-anatomy.js';
import { encodeSeg } from './seg/seg-encoder.js';
import { Segment } from './seg/segment.js';
import type { Uid } from './uid.js';

/** A SEG that the evidence supports, ready to be sent. */
export interface PlannedLabel {
  logicalKey: string;
  studyInstanceUid: string;
  sourceSeriesUid: string;
  sopInstanceUid: string;
  seriesInstanceUid: string;
  contentDigest: string;
  segments: LabelSegment[];
  seg: Uint8Array;
}

export interface LabelPlan {
  label: PlannedLabel | null;
  /** Targets that get no box, with the reason. */
  exclusions: Exclusion[];
}

/** The latest version of this label so far. */
export interface PreviousLabel {
  version: number;
  sopInstanceUid: string;
  /** SOPInstanceUID of the version before it. */
  supersedes: string | null;
  /** A rejection note may name it: an archive would not take the same object again (IHE RAD TF-2 4.66). */
  isRejected: boolean;
}

export interface LabelSettings {
  maxFromCentreMm: number;
  seriesNumber: number;
}

/**
 * One SEG for all lesions that lie on one source series.
 *
 * @param matched targets whose study's axial T2 is this series
 * @param instances metadata of all instances of the series
 * @param tracking of each lesion, by lesion key
 * @param reportNames what a report is called outside, by report id
 */
export function planLabel(
  matched: MatchedTarget[],
  instances: DicomJson[],
  tracking: Map<string, LesionTracking>,
  reportNames: Map<string, string>,
  previous: PreviousLabel | null,
  settings: LabelSettings,
): LabelPlan {
  const stack = toSliceStack(instances);
  if (isRefusal(stack)) {
    return {
      label: null,
      exclusions: matched.map(({ target }) => excluded(target.id, stack.refused, stack.detail)),
    };
  }
  const exclusions: Exclusion[] = [];
  const segments: LabelSegment[] = [];
  const encoded: Segment[] = [];
  for (const ofLesion of byLesion(matched)) {
    const placed = ofLesion.flatMap((match) => {
      const { target, lesion } = match;
      const box = toLesionBox(stack, {
        centerLps: target.pointLps,
        dimsMm: lesion.dimsMm,
        ...(target.frameOfReferenceUid !== null && { frameOfReferenceUid: target.frameOfReferenceUid }),
        maxFromCentreMm: settings.maxFromCentreMm,
      });
      if (!isRefusal(box)) return [{ match, box }];
      exclusions.push(excluded(target.id, box.refused, `target ${target.label}: ${box.detail}`));
      return [];
    });
    if (placed.length === 0) continue;
    const { box } = placed[0]!;
    const segment = toLabelSegment(
      placed.map(({ match }) => match),
      box,
      stack,
      segments.length + 1,
      tracking,
      reportNames,
    );
    segments.push(segment);
    encoded.push(
      new Segment({
        label: segment.segmentLabel,
        box,
        anatomy: prostateRegion(segment.lesion.location),
        tracking: { id: segment.trackingId, uid: segment.trackingUid as Uid },
        finding: LESION,
      }),
    );
  }
  if (encoded.length === 0) return { label: null, exclusions };

  const encode = (version: number, supersedes: string | null) =>
    encodeSeg({
      stack,
      segments: encoded,
      seriesNumber: settings.seriesNumber,
      version,
      ...(supersedes !== null && { supersedes: supersedes as Uid }),
    });
  // The same content in the same version is the same object; anything else takes the place of the version before.
  let seg = encode(previous?.version ?? 1, previous?.supersedes ?? null);
  if (previous && (previous.isRejected || seg.sopInstanceUid !== previous.sopInstanceUid))
    seg = encode(previous.version + 1, previous.sopInstanceUid);
  const { study, seriesInstanceUid: sourceSeriesUid } = matched[0]!;
  return {
    label: {
      logicalKey: sourceSeriesUid,
      studyInstanceUid: study.studyInstanceUid,
      sourceSeriesUid,
      sopInstanceUid: seg.sopInstanceUid,
      seriesInstanceUid: seg.seriesInstanceUid,
      contentDigest: seg.contentDigest,
      segments,
      seg: seg.bytes,
    },
    exclusions,
  };
}

const excluded = (targetId: string, reason: Exclusion['reason'], detail: string): Exclusion => ({
  entity: 'target',
  entityKey: targetId,
  reason,
  detail,
});

function toLabelSegment(
  ofLesion: MatchedTarget[],
  box: LesionBox,
  stack: SliceStack,
  segmentNumber: number,
  tracking: Map<string, LesionTracking>,
  reportNames: Map<string, string>,
): LabelSegment {
  const match = ofLesion[0]!;
  const { target, lesion, report, lesionIndex } = match;
  const keyOf = ({ reportId, index }: { reportId: string; index: number }) => specimenKey(reportId, index);
  const specimens = [
    ...new Map(ofLesion.flatMap((one) => one.specimens.map((part) => [keyOf(part), part] as const))).values(),
  ];
  const gradeGroup = highestIsup(specimens);
  const key = lesionKey(report.id, lesionIndex);
  const { id: trackingId, uid: trackingUid } = tracking.get(key)!;
  return {
    segmentNumber,
    segmentLabel: prostateLesionLabel({
      name: lesionName(lesion.label),
      location: lesion.location,
      pirads: lesion.pirads,
      gradeGroup,
      sizeMm: lesion.sizeMm,
    }),
    trackingId,
    trackingUid,
    lesion: {
      key,
      reportId: report.id,
      report: reportNames.get(report.id) ?? report.id,
      label: lesion.label,
      pirads: lesion.pirads,
      sizeMm: lesion.sizeMm,
      dimsMm: lesion.dimsMm,
      location: lesion.location,
      quotes: quotesOf(report.extraction, `/lesions/${lesionIndex}`),
    },
    target: toSegmentTarget(target),
    furtherTargets: ofLesion.slice(1).map((one) => toSegmentTarget(one.target)),
    specimens: specimens.map(({ reportId, index, specimen, extraction }) => ({
      key: specimenKey(reportId, index),
      reportId,
      report: reportNames.get(reportId) ?? reportId,
      label: specimen.label,
      diagnosis: specimen.diagnosis,
      isup: specimen.isup,
      gleason: specimen.gleason,
      quotes: quotesOf(extraction, `/specimens/${index}`),
    })),
    gradeGroup,
    box: {
      centerLps: box.centerLps,
      extentsMm: box.extentsMm,
      cornersLps: box.cornersLps,
      columns: box.columns,
      rows: box.rows,
      slices: box.slices,
      sourceInstanceUids: stack.slices
        .slice(box.slices.first, box.slices.last + 1)
        .map((slice) => slice.sopInstanceUid),
      clipped: box.clipped,
    },
    confidence: match.confidence,
    sentences: [...new Set(ofLesion.flatMap(({ sentences }) => sentences))],
  };
}

const toSegmentTarget = ({ id, label, procedureDate, pointLps }: MatchedTarget['target']): SegmentTarget => ({
  id,
  label,
  procedureDate,
  pointLps,
});

function highestIsup(specimens: MatchedTarget['specimens']): number | null {
  const grades = specimens.flatMap(({ specimen }) => specimen.isup ?? []);
  return grades.length > 0 ? Math.max(...grades) : null;
}

function quotesOf({ evidence }: Extraction, pointer: string): Quote[] {
  return evidence
    .filter(({ path }) => path === pointer || path.startsWith(`${pointer}/`))
    .map(({ path, quote }) => ({ path, quote }));
}
