import type { Extraction, Lesion, Specimen } from '../extraction/extraction.js';
import { isRefusal, type ReasonCode } from '../reasons.js';
import { pathologyOf, type ReportChoice, type StudyChoice } from './episode.js';
import type { PatientEvidence, ReportEvidence, StudyEvidence, TargetEvidence } from './evidence.js';
import type { ExcludedEntity } from './exclusion.entity.js';
import type { LinkKind } from './link.entity.js';
import { aimedCores, matchSpecimens } from './match-specimens.js';
import { describeTarget } from './match-targets.js';
import { lesionKey } from './question.js';
import { type Review, settleLesions, settleReport, settleStudy } from './settle.js';

/** A target with the lesion, study and specimens that it belongs to: all that a label needs but the box. */
export interface MatchedTarget {
  target: TargetEvidence;
  study: StudyEvidence;
  seriesInstanceUid: string;
  report: ReportEvidence;
  lesionIndex: number;
  lesion: Lesion;
  specimens: { reportId: string; extraction: Extraction; index: number; specimen: Specimen }[];
  /** A reviewer chose or accepted the lesion, and nobody doubts it since. */
  isReviewed: boolean;
  /** Product of the confidences along the chain, 0 to 1. */
  confidence: number;
  /** The chain in plain sentences. */
  sentences: string[];
}

export interface Link {
  kind: LinkKind;
  fromKey: string;
  toKey: string;
  confidence: number;
  sentence: string;
}

export interface Exclusion {
  entity: ExcludedEntity;
  entityKey: string;
  reason: ReasonCode;
  detail: string;
}

export interface PatientMatch {
  matched: MatchedTarget[];
  links: Link[];
  exclusions: Exclusion[];
  reviews: Review[];
}

export { lesionKey };
export const specimenKey = (reportId: string, index: number) => `${reportId}/specimens/${index}`;

/** All targets of one biopsy that point at one study and its report. */
interface Episode {
  procedureDate: string;
  members: { target: TargetEvidence; studyChoice: StudyChoice; reportChoice: ReportChoice }[];
}

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

/** A function of the evidence alone: the order in which it is given does not change the result. */
export function matchPatient(given: PatientEvidence, options: { mrWindowDays: number }): PatientMatch {
  const evidence: PatientEvidence = {
    ...given,
    studies: [...given.studies].sort((a, b) => (a.studyInstanceUid < b.studyInstanceUid ? -1 : 1)),
    radiology: [...given.radiology].sort(byId),
    pathology: [...given.pathology].sort(byId),
    targets: [...given.targets].sort(byId),
  };
  const match: PatientMatch = { matched: [], links: [], exclusions: [], reviews: [] };
  const episodes = new Map<string, Episode>();
  for (const target of evidence.targets) {
    const studyChoice = settleStudy(target, evidence, options.mrWindowDays, match.reviews);
    if (isRefusal(studyChoice)) {
      exclude(match, 'target', target.id, studyChoice.refused, studyChoice.detail);
      continue;
    }
    const { study, confidence, sentence } = studyChoice;
    const reportChoice = settleReport(target, study, evidence, match.reviews);
    if (isRefusal(reportChoice)) {
      exclude(match, 'target', target.id, reportChoice.refused, reportChoice.detail);
      continue;
    }
    match.links.push({ kind: 'target-study', fromKey: target.id, toKey: study.studyInstanceUid, confidence, sentence });
    const key = `${target.procedureDate} ${studyChoice.axialT2.seriesInstanceUid} ${reportChoice.report.id}`;
    const episode = episodes.get(key) ?? { procedureDate: target.procedureDate, members: [] };
    episode.members.push({ target, studyChoice, reportChoice });
    episodes.set(key, episode);
  }
  for (const episode of episodes.values()) matchEpisode(episode, evidence, match);
  dropDisputedSpecimens(match);
  excludeTheRest(evidence, match);
  return match;
}

function matchEpisode(episode: Episode, evidence: PatientEvidence, match: PatientMatch): void {
  const { members, procedureDate } = episode;
  const targets = members.map(({ target }) => target);
  const { studyChoice, reportChoice } = members[0]!;
  const { study, axialT2 } = studyChoice;
  const { report } = reportChoice;
  const { lesions } = report.extraction;
  addLink(match, {
    kind: 'study-report',
    fromKey: study.studyInstanceUid,
    toKey: report.id,
    confidence: reportChoice.confidence,
    sentence: reportChoice.sentence,
  });

  const described = targets.map((target) => describeTarget(target, axialT2.middleXLps));
  const specimens = specimensOf(procedureDate, evidence);
  const cores = aimedCores(specimens, lesions);
  const targetMatches = settleLesions(targets, described, cores, study, report, evidence, match.reviews);
  const targetNumbers = lesions.map(
    (_, index) => targetMatches.find(({ lesion }) => lesion === index)?.target.number ?? null,
  );
  const specimenMatches = matchSpecimens(specimens, lesions, targetNumbers);
  for (const { specimen, lesion, confidence, sentence } of specimenMatches) {
    addLink(match, {
      kind: 'lesion-specimen',
      fromKey: lesionKey(report.id, lesion),
      toKey: specimen.key,
      confidence,
      sentence,
    });
  }

  targetMatches.forEach((targetMatch, i) => {
    const { target, studyChoice: ofStudy, reportChoice: ofReport } = members[i]!;
    const { lesion, confidence, sentence } = targetMatch;
    if (lesion === null) {
      exclude(match, 'target', target.id, targetMatch.reason!, sentence);
      return;
    }
    addLink(match, {
      kind: 'target-lesion',
      fromKey: target.id,
      toKey: lesionKey(report.id, lesion),
      confidence,
      sentence,
    });
    const own = specimenMatches.filter((specimenMatch) => specimenMatch.lesion === lesion);
    match.matched.push({
      target,
      study,
      seriesInstanceUid: axialT2.seriesInstanceUid,
      report,
      lesionIndex: lesion,
      lesion: lesions[lesion]!,
      specimens: own.map(({ specimen }) => specimens.find(({ key }) => key === specimen.key)!),
      isReviewed: match.reviews.some(
        (review) => review.target.id === target.id && review.kind === 'lesion' && review.state === 'decided',
      ),
      confidence: ofStudy.confidence * ofReport.confidence * confidence,
      sentences: [ofStudy.sentence, ofReport.sentence, sentence, ...own.map((specimen) => specimen.sentence)],
    });
  });
}

/** The parts of all pathology reports of a biopsy. */
export function specimensOf(procedureDate: string, { pathology, targets }: PatientEvidence) {
  const procedureDates = targets.map((target) => target.procedureDate);
  return pathologyOf(procedureDate, pathology, procedureDates).flatMap(({ id, extraction }) =>
    extraction.specimens.map((specimen, index) => ({
      key: specimenKey(id, index),
      reportId: id,
      extraction,
      index,
      specimen,
    })),
  );
}

/** Where targets of one biopsy lie on several MRs, a specimen that fits lesions of two reports says nothing of either. */
function dropDisputedSpecimens(match: PatientMatch): void {
  const ties = match.links.filter(({ kind }) => kind === 'lesion-specimen');
  const reportOf = ({ fromKey }: Link) => fromKey.slice(0, fromKey.lastIndexOf('/lesions/'));
  const disputed = ties.filter((tie) =>
    ties.some((other) => other.toKey === tie.toKey && reportOf(other) !== reportOf(tie)),
  );
  match.links = match.links.filter((link) => !disputed.includes(link));
  for (const one of match.matched) {
    one.specimens = one.specimens.filter(({ reportId, index }) =>
      disputed.every(({ toKey }) => toKey !== specimenKey(reportId, index)),
    );
    one.sentences = one.sentences.filter((sentence) => disputed.every((tie) => tie.sentence !== sentence));
  }
}

/** Lesions and specimens that no link uses. */
function excludeTheRest(evidence: PatientEvidence, match: PatientMatch): void {
  const keysOf = (kind: LinkKind) =>
    new Set(match.links.filter((link) => link.kind === kind).map(({ toKey }) => toKey));
  const aimedAt = keysOf('target-lesion');
  const tied = keysOf('lesion-specimen');
  for (const { id, extraction } of evidence.radiology) {
    extraction.lesions.forEach((lesion, index) => {
      if (aimedAt.has(lesionKey(id, index))) return;
      exclude(
        match,
        'lesion',
        lesionKey(id, index),
        'no-target',
        `lesion ${lesion.label}: no biopsy target was tied to it`,
      );
    });
  }
  for (const { id, extraction } of evidence.pathology) {
    extraction.specimens.forEach((specimen, index) => {
      if (tied.has(specimenKey(id, index))) return;
      const detail = `specimen ${specimen.label}: no lesion was tied to it`;
      exclude(match, 'specimen', specimenKey(id, index), 'no-matching-target', detail);
    });
  }
}

function exclude(
  match: PatientMatch,
  entity: ExcludedEntity,
  entityKey: string,
  reason: ReasonCode,
  detail: string,
): void {
  match.exclusions.push({ entity, entityKey, reason, detail });
}

function addLink(match: PatientMatch, link: Link): void {
  const { kind, fromKey, toKey } = link;
  const isKnown = match.links.some(
    (other) => other.kind === kind && other.fromKey === fromKey && other.toKey === toKey,
  );
  if (!isKnown) match.links.push(link);
}
