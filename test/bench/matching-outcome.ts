import { toStudyEvidence } from '../../src/modules/curation/study-evidence.js';
import { extractReport } from '../../src/modules/extraction/extract-report.js';
import type { PatientEvidence, ReportEvidence } from '../../src/modules/matching/evidence.js';
import { lesionKey, matchPatient, type PatientMatch, specimenKey } from '../../src/modules/matching/match-patient.js';
import { sha256Of } from '../../src/platform/ids.js';
import type { ReasonCode } from '../../src/modules/reasons.js';
import type { MatchingCase } from '../fixtures/matching-cohort/matching-cohort.js';

export const MR_WINDOW_DAYS = 365;

/** What the steps before matching make of a patient: the reports read by the rules, the series picked by their headers. */
export function evidenceOf({ studies, reports, targets }: MatchingCase): PatientEvidence {
  const read = ({ text, kind, ...report }: MatchingCase['reports'][number]): ReportEvidence => ({
    ...report,
    textSha256: sha256Of(text),
    extraction: extractReport(kind, text),
  });
  return {
    studies: studies.map(({ study, series }) => toStudyEvidence(study, [...series])),
    radiology: reports.filter(({ kind }) => kind === 'radiology').map(read),
    pathology: reports.filter(({ kind }) => kind === 'pathology').map(read),
    targets: [...targets],
  };
}

export const TARGET_VERDICTS = ['right', 'wrong', 'misled', 'missed', 'unsure', 'right drop', 'wrong reason'] as const;
/**
 * `misled`: the wrong lesion, as the records name it themselves: they fit it without a slip, and not the true one.
 * `missed`: no link, or none to the right study, where one is required. `unsure`: no link where none is required.
 * `wrong reason`: dropped as it must be, but for another reason.
 */
export type TargetVerdict = (typeof TARGET_VERDICTS)[number];

export interface Judged {
  readonly entity: 'target' | 'specimen' | 'lesion';
  readonly key: string;
  readonly verdict: TargetVerdict;
  readonly required: boolean;
  readonly reason: ReasonCode | null;
  readonly sentence: string;
}

export function judge(one: MatchingCase, match: PatientMatch): Judged[] {
  return [...judgeTargets(one, match), ...judgeSpecimens(one, match), ...judgeLesions(one, match)];
}

const reasonOf = (match: PatientMatch, entity: string, key: string) =>
  match.exclusions.find((exclusion) => exclusion.entity === entity && exclusion.entityKey === key);

function judgeTargets({ targets, gold }: MatchingCase, match: PatientMatch): Judged[] {
  return targets.map(({ id }): Judged => {
    const wanted = gold.targets[id]!;
    const found = match.matched.find(({ target }) => target.id === id);
    const excluded = reasonOf(match, 'target', id);
    const reason = excluded?.reason ?? null;
    const sentence = found?.sentences.join(' | ') ?? excluded?.detail ?? '';
    const required = wanted.kind === 'drop' || (wanted.kind === 'link' && wanted.linkable);
    const as = (verdict: TargetVerdict): Judged => ({ entity: 'target', key: id, verdict, required, reason, sentence });
    if (!found) {
      if (wanted.kind === 'drop') return as(reason === wanted.reason ? 'right drop' : 'wrong reason');
      return as(required ? 'missed' : 'unsure');
    }
    if (wanted.kind === 'drop') return as('wrong');
    if (found.report.id === wanted.report && isMisled(wanted, found.lesionIndex)) return as('misled');
    if (wanted.kind === 'undescribed') return as('wrong');
    const isRight =
      found.study.studyInstanceUid === wanted.study &&
      found.report.id === wanted.report &&
      found.lesionIndex === wanted.lesion &&
      found.lesion.dimsMm.length > 0 === wanted.hasSize;
    return as(isRight ? 'right' : 'wrong');
  });
}

const isMisled = ({ fitting, ...gold }: { fitting: readonly number[]; lesion?: number }, lesion: number): boolean =>
  fitting.includes(lesion) && (gold.lesion === undefined || !fitting.includes(gold.lesion));

function judgeSpecimens({ gold }: MatchingCase, match: PatientMatch): Judged[] {
  return Object.entries(gold.specimens).map(([key, wanted]): Judged => {
    const [reportId = '', index] = key.split('/');
    const entityKey = specimenKey(reportId, Number(index));
    const found = match.links.filter(({ kind, toKey }) => kind === 'lesion-specimen' && toKey === entityKey);
    const reason = reasonOf(match, 'specimen', entityKey)?.reason ?? null;
    const sentence = found.map((link) => link.sentence).join(' | ');
    const required = wanted.kind === 'drop' || wanted.linkable;
    const as = (verdict: TargetVerdict): Judged => ({ entity: 'specimen', key, verdict, required, reason, sentence });
    if (wanted.kind === 'drop') {
      if (found.length > 0) return as('wrong');
      return as(reason === 'no-matching-target' ? 'right drop' : 'wrong reason');
    }
    if (found.length === 0) return as(required ? 'missed' : 'unsure');
    const lesions = found.map(({ fromKey }) => fromKey);
    if (lesions.every((key) => key === lesionKey(wanted.report, wanted.lesion))) return as('right');
    const isAsTold = lesions.every((key) =>
      wanted.fitting.some((index) => key === lesionKey(wanted.report, index) && isMisled(wanted, index)),
    );
    return as(isAsTold ? 'misled' : 'wrong');
  });
}

/** A lesion that no target must or may be tied to has to say so; more or fewer lesions than were told is wrong. */
function judgeLesions({ gold }: MatchingCase, match: PatientMatch): Judged[] {
  return Object.entries(gold.lesions).flatMap(([reportId, count]) => {
    const aimed = Object.values(gold.targets).filter((target) => target.kind === 'link' && target.report === reportId);
    return Array.from({ length: count }, (_, index): Judged => {
      const entityKey = lesionKey(reportId, index);
      const reason = reasonOf(match, 'lesion', entityKey)?.reason ?? null;
      const isLinked = match.links.some(({ kind, toKey }) => kind === 'target-lesion' && toKey === entityKey);
      const own = aimed.filter((target) => target.kind === 'link' && target.lesion === index);
      const required = own.length === 0 || own.some((target) => target.kind === 'link' && target.linkable);
      const as = (verdict: TargetVerdict): Judged => ({
        entity: 'lesion',
        key: entityKey,
        verdict,
        required,
        reason,
        sentence: '',
      });
      if (isLinked) return as(own.length > 0 ? 'right' : 'wrong');
      if (reason !== 'no-target') return as('wrong reason');
      return as(own.length === 0 ? 'right drop' : required ? 'missed' : 'unsure');
    });
  });
}

export const matchOf = (evidence: PatientEvidence): PatientMatch =>
  matchPatient(evidence, { mrWindowDays: MR_WINDOW_DAYS });
