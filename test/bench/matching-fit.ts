import type { Lesion } from '../../src/modules/extraction/extraction.js';
import type { PatientEvidence } from '../../src/modules/matching/evidence.js';
import { specimensOf } from '../../src/modules/matching/match-patient.js';
import { aimedCores } from '../../src/modules/matching/match-specimens.js';
import {
  compareTarget,
  describeTarget,
  numberingOf,
  type TargetDescription,
  type TargetMatch,
  matchTargets,
} from '../../src/modules/matching/match-targets.js';
import type { Finding } from '../../src/modules/matching/weights.js';
import type { MatchingCase, TargetGold } from '../fixtures/matching-cohort/matching-cohort.js';

/** The targets of one biopsy whose study and report are given, with the lesions of that report. */
export interface Biopsy {
  readonly targets: readonly TargetDescription[];
  readonly lesions: Lesion[];
  /** For each lesion whether pathology has cores that were aimed at it; null where that is not known. */
  readonly cores: readonly (boolean | null)[];
  /** For each target its lesion; null where it was aimed at none of them. */
  readonly truth: readonly (number | null)[];
  /** For each target whether a link is required. */
  readonly linkable: readonly boolean[];
}

/** The biopsies of a patient as assignment meets them; only those that come so far by the gold. */
export function biopsiesOf({ targets, gold }: MatchingCase, evidence: PatientEvidence): Biopsy[] {
  const days = Map.groupBy(targets, ({ procedureDate }) => procedureDate);
  return [...days.values()].flatMap((ofDay) => {
    const golds = ofDay.map(({ id }) => gold.targets[id]!);
    const linked = golds.find((one) => one.kind === 'link');
    if (!linked) return [];
    const study = evidence.studies.find(({ studyInstanceUid }) => studyInstanceUid === linked.study)!;
    const { lesions } = evidence.radiology.find(({ id }) => id === linked.report)!.extraction;
    const described = ofDay.map((target) => describeTarget(target, study.axialT2?.middleXLps ?? null));
    const cores = aimedCores(specimensOf(ofDay[0]!.procedureDate, evidence), lesions);
    return [{ targets: described, lesions, cores, truth: golds.map(lesionOf), linkable: golds.map(isLinkable) }];
  });
}

const lesionOf = (gold: TargetGold) => (gold.kind === 'link' ? gold.lesion : null);
const isLinkable = (gold: TargetGold) => gold.kind === 'link' && gold.linkable;

/** Findings that exclude each other: what is compared is how often each is found where any of them could be. */
const FEATURES: readonly (readonly Finding[])[] = [
  ['same side'],
  ['same sector', 'same zone', 'fitting position', 'neighbouring sector', 'other sector'],
  ['same level', 'neighbouring level', 'other level'],
  ['same number', 'other number', 'same number of too many', 'other number of too many', 'number of no lesion'],
  ['same side of the point', 'other side of the point'],
];

/** How many patients on the lesions are taken from that a target was not aimed at. */
const STRANGERS = 6;

/**
 * Weights from a cohort: the findings of each target and its lesion, against those of the same target and lesions of
 * other patients, which stand for a place anywhere; for numbers, which mean something within a report alone, those of
 * targets that were aimed at nothing in it. Half a count is added to each finding, so that none is taken for impossible.
 */
export function fitWeights(biopsies: readonly Biopsy[]): { weights: Record<Finding, number>; undescribed: number } {
  const alike = new Map<Finding | 'contradiction', number>();
  const apart = new Map<Finding | 'contradiction', number>();
  const count = (into: typeof alike, findings: readonly (Finding | 'contradiction')[]) =>
    findings.forEach((finding) => into.set(finding, (into.get(finding) ?? 0) + 1));
  let targets = 0;
  let undescribed = 0;
  biopsies.forEach(({ targets: described, lesions, truth }, index) => {
    const numbering = numberingOf(described, lesions);
    const strangers = biopsies.slice(index + 1, index + 1 + STRANGERS).flatMap((other) => other.lesions);
    described.forEach((target, i) => {
      targets += 1;
      const own = truth[i]!;
      if (own === null) {
        undescribed += 1;
        for (const lesion of lesions) count(apart, numberFindings(compareTarget(target, lesion, numbering)));
        return;
      }
      count(alike, compareTarget(target, lesions[own]!, numbering) ?? ['contradiction']);
      for (const lesion of strangers) count(apart, compareTarget(target, lesion, null) ?? ['contradiction']);
    });
  });
  const weights = Object.fromEntries(
    FEATURES.flatMap((feature) =>
      feature.map((finding) => {
        const group = feature.length === 1 ? [finding, 'contradiction' as const] : feature;
        const share = (counts: typeof alike) => {
          const all = group.reduce((sum, one) => sum + (counts.get(one) ?? 0), 0);
          return ((counts.get(finding) ?? 0) + 0.5) / (all + 0.5 * group.length);
        };
        return [finding, Math.log(share(alike) / share(apart))] as const;
      }),
    ),
  ) as Record<Finding, number>;
  return { weights, undescribed: undescribed / targets };
}

const numberFindings = (findings: Finding[] | null) => (findings ?? []).filter((finding) => finding.includes('number'));

export const assignBiopsy = ({ targets, lesions, cores }: Biopsy): TargetMatch[] =>
  matchTargets([...targets], lesions, cores);
