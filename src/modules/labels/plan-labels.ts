import type { DicomJson } from '../dicomweb/dicom-json.js';
import type { Exclusion, MatchedTarget } from '../matching/match-patient.js';
import { isRefusal } from '../reasons.js';
import { LESION } from './dicom/finding.js';
import { findMisplaced, type LesionBox, toLesionBox } from './geometry/lesion-box.js';
import { type SliceStack, toSliceStack } from './geometry/slice-stack.js';
import { toLabelLesion } from './label-lesion.js';
import { hasBox, type LabelLesion } from './label-segment.js';
import type { LabelKind } from './label.entity.js';
import { byLesion, type LesionTracking } from './lesion-tracking.js';
import { prostateRegion, prostateSites } from './prostate/prostate-anatomy.js';
import { PROSTATE_MRI } from './prostate/prostate-codes.js';
import { prostateEvaluations } from './prostate/prostate-evaluations.js';
import { encodeSeg } from './seg/seg-encoder.js';
import { Segment } from './seg/segment.js';
import type { ReportLesion } from './sr/report-lesion.js';
import { encodeSr } from './sr/sr-encoder.js';
import type { Uid } from './uid.js';

/** An object that the evidence supports, ready to be sent. */
export interface PlannedLabel {
  kind: LabelKind;
  logicalKey: string;
  studyInstanceUid: string;
  sourceSeriesUid: string;
  sopInstanceUid: string;
  seriesInstanceUid: string;
  contentDigest: string;
  segments: LabelLesion[];
  seg: Uint8Array;
  /** The latest version so far, from which it was planned. */
  follows: PreviousLabel | null;
}

export interface LabelPlan {
  labels: PlannedLabel[];
  /** Targets that get no box, with the reason. */
  exclusions: Exclusion[];
}

/** The latest version of a label so far. */
export interface PreviousLabel {
  version: number;
  sopInstanceUid: string;
  seriesInstanceUid: string;
  /** Whether it was ever found in the PACS. */
  wasStored: boolean;
  /** The latest version before it that was. */
  supersedes: { sopInstanceUid: string; seriesInstanceUid: string } | null;
  /** A rejection note may name it: an archive would not take the same object again (IHE RAD TF-2 4.66). */
  isRejected: boolean;
}

export interface LabelSettings {
  maxFromCentreMm: number;
  seriesNumber: number;
}

/** What stays the same over the versions of a label. */
export const logicalKeyOf = (kind: LabelKind, sourceSeriesUid: string): string =>
  kind === 'SEG' ? sourceSeriesUid : `${sourceSeriesUid}/${kind}`;

/** A lesion on its stack, with a box or, without a stated size, as a point. */
interface PlacedLesion {
  lesion: LabelLesion;
  box: LesionBox | null;
}

/**
 * What is stored for the lesions that lie on one source series: a SEG with the boxes, and beside it a structured report
 * that also has the lesions without a box.
 *
 * @param matched targets whose study's axial T2 is this series
 * @param instances metadata of all instances of the series
 * @param tracking of each lesion, by lesion key
 * @param reportNames what a report is called outside, by report id
 */
export function planLabels(
  matched: MatchedTarget[],
  instances: DicomJson[],
  tracking: Map<string, LesionTracking>,
  reportNames: Map<string, string>,
  previous: Record<LabelKind, PreviousLabel | null>,
  settings: LabelSettings,
): LabelPlan {
  const stack = toSliceStack(instances);
  const exclusions: Exclusion[] = [];
  const exclude = ({ target }: MatchedTarget, reason: Exclusion['reason'], detail: string) =>
    exclusions.push({ entity: 'target', entityKey: target.id, reason, detail });
  if (isRefusal(stack)) {
    for (const match of matched) {
      if (match.lesion.dimsMm.length > 0) exclude(match, stack.refused, stack.detail);
      else exclude(match, 'no-size', `target ${match.target.label}: no dimension`);
    }
    return { labels: [], exclusions };
  }
  const placed: PlacedLesion[] = [];
  for (const ofLesion of byLesion(matched)) {
    const onStack = ofLesion.flatMap((match): { match: MatchedTarget; box: LesionBox | null }[] => {
      const { target, lesion } = match;
      const place = {
        centerLps: target.pointLps,
        ...(target.frameOfReferenceUid !== null && { frameOfReferenceUid: target.frameOfReferenceUid }),
        maxFromCentreMm: settings.maxFromCentreMm,
      };
      const box = toLesionBox(stack, { ...place, dimsMm: lesion.dimsMm });
      if (!isRefusal(box)) return [{ match, box }];
      exclude(match, box.refused, `target ${target.label}: ${box.detail}`);
      return box.refused === 'no-size' && !findMisplaced(stack, place) ? [{ match, box: null }] : [];
    });
    if (onStack.length === 0) continue;
    const lesion = toLabelLesion(
      onStack.map(({ match }) => match),
      tracking,
      reportNames,
    );
    placed.push({ lesion, box: onStack[0]!.box });
  }
  const { study, seriesInstanceUid: sourceSeriesUid } = matched[0]!;
  const planned = (kind: LabelKind, segments: LabelLesion[], { bytes: seg, ...names }: Encoded): PlannedLabel => ({
    kind,
    logicalKey: logicalKeyOf(kind, sourceSeriesUid),
    studyInstanceUid: study.studyInstanceUid,
    sourceSeriesUid,
    ...names,
    segments,
    seg,
    follows: previous[kind],
  });
  const lesions = numbered(placed, stack);
  const segments = lesions.filter(hasBox);
  return {
    labels: [
      ...(segments.length > 0 ? [planned('SEG', segments, segOf(placed, stack, previous.SEG, settings))] : []),
      ...(lesions.length > 0 ? [planned('SR', lesions, srOf(placed, stack, previous.SR, settings))] : []),
    ],
    exclusions,
  };
}

/** What both encoders give. */
type Encoded = Pick<PlannedLabel, 'sopInstanceUid' | 'seriesInstanceUid' | 'contentDigest'> & { bytes: Uint8Array };

/** Lesions with boxes carry the number of their segment. */
function numbered(placed: PlacedLesion[], stack: SliceStack): LabelLesion[] {
  const boxed = placed.filter(({ box }) => box !== null);
  return placed.map((one) => {
    const { lesion, box } = one;
    if (!box) return lesion;
    const { centerLps, extentsMm, cornersLps, columns, rows, slices, clipped } = box;
    const covered = stack.slices.slice(slices.first, slices.last + 1);
    const sourceInstanceUids = covered.map((slice) => slice.sopInstanceUid);
    return {
      ...lesion,
      segmentNumber: 1 + boxed.indexOf(one),
      box: { centerLps, extentsMm, cornersLps, columns, rows, slices, sourceInstanceUids, clipped },
    };
  });
}

function segOf(placed: PlacedLesion[], stack: SliceStack, previous: PreviousLabel | null, settings: LabelSettings) {
  const segments = placed.flatMap(({ lesion, box }) =>
    box
      ? [
          new Segment({
            label: lesion.segmentLabel,
            box,
            anatomy: prostateRegion(lesion.lesion.location),
            tracking: trackingOf(lesion),
            finding: LESION,
          }),
        ]
      : [],
  );
  return versioned(previous, (version, supersedes) =>
    encodeSeg({
      stack,
      segments,
      seriesNumber: settings.seriesNumber,
      version,
      ...(supersedes && { supersedes: supersedes.sopInstanceUid as Uid }),
    }),
  );
}

/** In a series of its own, numbered after that of the SEG. */
function srOf(placed: PlacedLesion[], stack: SliceStack, previous: PreviousLabel | null, settings: LabelSettings) {
  const lesions = placed.map(({ lesion, box }): ReportLesion => {
    const { pirads, location, sizeMm } = lesion.lesion;
    return {
      tracking: trackingOf(lesion),
      finding: LESION,
      sites: prostateSites(location),
      sizeMm,
      evaluations: prostateEvaluations(pirads, lesion.gradeGroup, lesion.specimens),
      pointLps: lesion.target.pointLps,
      box,
    };
  });
  return versioned(previous, (version, supersedes) =>
    encodeSr({
      stack,
      lesions,
      procedure: PROSTATE_MRI,
      seriesNumber: settings.seriesNumber + 1,
      version,
      ...(supersedes && {
        supersedes: {
          sopInstanceUid: supersedes.sopInstanceUid as Uid,
          seriesInstanceUid: supersedes.seriesInstanceUid as Uid,
        },
      }),
    }),
  );
}

const trackingOf = ({ trackingId, trackingUid }: LabelLesion) => ({ id: trackingId, uid: trackingUid as Uid });

/**
 * The same content in the same version is the same object; anything else takes the place of the version before, or of the
 * last one that was stored.
 */
function versioned<T extends { sopInstanceUid: string }>(
  previous: PreviousLabel | null,
  encode: (version: number, supersedes: PreviousLabel['supersedes']) => T,
): T {
  const encoded = encode(previous?.version ?? 1, previous?.supersedes ?? null);
  return previous && (previous.isRejected || encoded.sopInstanceUid !== previous.sopInstanceUid)
    ? encode(previous.version + 1, previous.wasStored ? previous : previous.supersedes)
    : encoded;
}
