import { isRefusal, type Refusal } from '../reasons.js';
import { type Candidate, judge, type Question, type Verdict } from './decision.js';
import { chooseReport, chooseStudy, type ReportChoice, type StudyChoice } from './episode.js';
import type { PatientEvidence, ReportEvidence, StudyEvidence, TargetEvidence } from './evidence.js';
import { matchTargets, type TargetDescription, type TargetMatch } from './match-targets.js';
import {
  lesionKey,
  lesionQuestion,
  reportCandidate,
  reportQuestion,
  studyCandidate,
  studyQuestion,
} from './question.js';

/** A question that a person decided or has to decide. */
export interface Review extends Question {
  /** reopened: a decision no longer fits what it rested on. */
  state: 'open' | 'decided' | 'reopened';
  /** What changed since the decision. */
  changes: string[];
}

/** The decisions of reviewers go before the rules; what the rules leave open is added to the reviews. */
export function settleStudy(
  target: TargetEvidence,
  evidence: PatientEvidence,
  windowDays: number,
  reviews: Review[],
): StudyChoice | Refusal {
  const byRules = chooseStudy(target, evidence.studies, evidence.radiology, windowDays);
  const offered = isRefusal(byRules) ? (byRules.candidates ?? []) : [byRules];
  const question = studyQuestion(target, offered, evidence.studies);
  const all = evidence.studies.map((study) => studyCandidate(study));
  const verdict = settle(question, all, offered.length > 1, evidence, reviews);
  if (verdict === null) return byRules;
  if (verdict.is !== 'chosen') return verdict.refusal;
  const study = evidence.studies.find(({ studyInstanceUid }) => studyInstanceUid === verdict.candidate.key)!;
  const axialT2 = offered.find((one) => one.study === study)?.axialT2 ?? study.axialT2;
  if (axialT2 === null) return { refused: 'no-axial-t2', detail: study.axialT2Reason };
  return { study, axialT2, confidence: 1, sentence: `the study was ${verdict.sentence}` };
}

/** The same for the report of that study. */
export function settleReport(
  target: TargetEvidence,
  study: StudyEvidence,
  evidence: PatientEvidence,
  reviews: Review[],
): ReportChoice | Refusal {
  const byRules = chooseReport(study, evidence.studies, evidence.radiology);
  const offered = isRefusal(byRules) ? (byRules.candidates ?? []) : [byRules.report];
  const question = reportQuestion(target, study, offered, evidence.radiology);
  const verdict = settle(question, evidence.radiology.map(reportCandidate), offered.length > 1, evidence, reviews);
  if (verdict === null) return byRules;
  if (verdict.is !== 'chosen') return verdict.refusal;
  const report = evidence.radiology.find(({ id }) => id === verdict.candidate.key)!;
  return { report, confidence: 1, sentence: `the report was ${verdict.sentence}` };
}

/** The same for all targets of one biopsy and the lesions of that report; the rest is assigned around what is decided. */
export function settleLesions(
  targets: TargetEvidence[],
  described: TargetDescription[],
  cores: readonly (boolean | null)[],
  study: StudyEvidence,
  report: ReportEvidence,
  evidence: PatientEvidence,
  reviews: Review[],
): TargetMatch[] {
  const { lesions } = report.extraction;
  const indexOf = ({ key }: Candidate) => lesions.findIndex((_, index) => lesionKey(report.id, index) === key);
  const byRules = matchTargets(described, lesions, cores);
  const held = byRules.map((targetMatch, i) => {
    const question = lesionQuestion(targets[i]!, study, report, targetMatch);
    const verdict = verdictOn(question, question.candidates, evidence);
    return verdict?.is === 'outdated' ? null : verdict;
  });
  const aroundDecisions = held.some((verdict) => verdict !== null)
    ? matchTargets(
        described.map((target, i) => {
          const verdict = held[i] ?? null;
          return verdict ? { ...target, decided: verdict.is === 'chosen' ? indexOf(verdict.candidate) : null } : target;
        }),
        lesions,
        cores,
      )
    : byRules;
  return aroundDecisions.map((around, i) => {
    // What is decided is shown as the rules saw it; and a decision about one target settles no question about another.
    const targetMatch = held[i] || byRules[i]!.reason === 'ambiguous' ? byRules[i]! : around;
    const question = lesionQuestion(targets[i]!, study, report, targetMatch);
    const isUncertain = targetMatch.reason === 'ambiguous';
    const verdict = settle(question, question.candidates, isUncertain, evidence, reviews);
    if (verdict === null) return targetMatch;
    if (verdict.is !== 'chosen') {
      const { refused, detail } = verdict.refusal;
      const sentence = `target ${targets[i]!.label}: ${detail}`;
      return { ...targetMatch, lesion: null, reason: refused, confidence: 0, sentence };
    }
    const sentence = `target ${targets[i]!.label} ↔ ${verdict.candidate.name}: ${verdict.sentence}`;
    return { ...targetMatch, lesion: indexOf(verdict.candidate), reason: null, confidence: 1, sentence };
  });
}

/** @returns what a reviewer said; null where the rules decide */
function settle(
  question: Question,
  all: Candidate[],
  isUncertain: boolean,
  evidence: PatientEvidence,
  reviews: Review[],
): Verdict | null {
  const verdict = verdictOn(question, all, evidence);
  const isOutdated = verdict?.is === 'outdated';
  // Where nothing is left to choose from, the rules say why.
  if (question.candidates.length === 0 && (verdict === null || isOutdated)) return null;
  const isLast = question.kind === 'lesion' || verdict?.is === 'rejected';
  const isDoubted = isLast && evidence.doubtedTargetIds?.includes(question.target.id);
  if (verdict === null && !isUncertain && !isDoubted) return null;
  const state = isOutdated ? 'reopened' : verdict === null || isDoubted ? 'open' : 'decided';
  const proposed = verdict?.is === 'chosen' ? verdict.candidate.key : question.proposed;
  reviews.push({ ...question, proposed, state, changes: isOutdated ? verdict.changes : [] });
  return verdict;
}

function verdictOn(question: Question, all: Candidate[], { decisions = [] }: PatientEvidence): Verdict | null {
  const decision = decisions.find(({ targetId, kind }) => targetId === question.target.id && kind === question.kind);
  return decision ? judge(question, decision, all) : null;
}
