import { sha256Of } from '../../platform/ids.js';
import { type Candidate, type Question, type QuestionKind, shown } from './decision.js';
import type { StudyChoice } from './episode.js';
import type { ReportEvidence, StudyEvidence, TargetEvidence } from './evidence.js';
import type { TargetMatch } from './match-targets.js';

export const lesionKey = (reportId: string, index: number) => `${reportId}/lesions/${index}`;

/** On which of these studies the target was planned. */
export function studyQuestion(target: TargetEvidence, offered: StudyChoice[], studies: StudyEvidence[]): Question {
  const candidates = offered.map(({ study, sentence }) => studyCandidate(study, sentence));
  const source = studies.map(({ studyInstanceUid, studyDate }) => [studyInstanceUid, studyDate]);
  return toQuestion(target, 'study', `On which study was target ${target.label} planned?`, candidates, [], source);
}

export const studyCandidate = (study: StudyEvidence, sentence = ''): Candidate => ({
  key: study.studyInstanceUid,
  name: `study of ${study.studyDate ?? 'unknown date'}`,
  sentence,
  score: null,
  isContradicted: false,
  facts: {
    studyInstanceUid: study.studyInstanceUid,
    studyDate: study.studyDate,
    accessionNumber: study.accessionNumber,
  },
  quotes: [],
});

/** Which of these reports tells of the study. */
export function reportQuestion(
  target: TargetEvidence,
  study: StudyEvidence,
  offered: ReportEvidence[],
  radiology: ReportEvidence[],
): Question {
  const asked = `Which report tells of the study on which target ${target.label} was planned?`;
  const source = radiology.map(({ textSha256 }) => textSha256).sort();
  return toQuestion(target, 'report', asked, offered.map(reportCandidate), [study.studyInstanceUid], source);
}

export const reportCandidate = (report: ReportEvidence): Candidate => {
  const { length } = report.extraction.lesions;
  return {
    key: report.id,
    name: `report of ${report.effectiveDate ?? 'unknown date'}`,
    sentence: `issued ${report.issuedAt ?? 'at an unknown time'}, describes ${length} ${length === 1 ? 'lesion' : 'lesions'}`,
    score: null,
    isContradicted: false,
    // Not the time of issue, which is another one of each version.
    facts: { effectiveDate: report.effectiveDate },
    quotes: report.extraction.evidence.filter(({ path }) => path.startsWith('/lesions/')).map(toQuote),
  };
};

/** Which lesion of the report the target was set into. */
export function lesionQuestion(
  target: TargetEvidence,
  study: StudyEvidence,
  report: ReportEvidence,
  { lesion: linked, candidates: offered }: TargetMatch,
): Question {
  const possible = offered.map(({ lesion, probability, sentence }) =>
    lesionCandidate(report, lesion, sentence, probability),
  );
  const contradicted = report.extraction.lesions.flatMap(({ label }, lesion) => {
    if (offered.some((one) => one.lesion === lesion)) return [];
    const sentence = `target ${target.label} and lesion ${label} are on opposite sides`;
    return [{ ...lesionCandidate(report, lesion, sentence, 0), isContradicted: true }];
  });
  const asked = `Into which lesion was target ${target.label} set?`;
  const candidates = [...possible, ...contradicted];
  const question = toQuestion(target, 'lesion', asked, candidates, [study.studyInstanceUid], [report.textSha256]);
  return linked === null ? question : { ...question, proposed: lesionKey(report.id, linked) };
}

function lesionCandidate(report: ReportEvidence, index: number, sentence: string, score: number): Candidate {
  const { label, pirads, sizeMm, dimsMm, location } = report.extraction.lesions[index]!;
  const { side, zone, levels, positions } = location;
  const pointer = `/lesions/${index}`;
  return {
    key: lesionKey(report.id, index),
    name: `lesion ${label}`,
    sentence,
    score,
    isContradicted: false,
    facts: { label, pirads, sizeMm, dimsMm, side, zone, levels, positions },
    quotes: report.extraction.evidence
      .filter(({ path }) => path === pointer || path.startsWith(`${pointer}/`))
      .map(toQuote),
  };
}

const toQuote = ({ path, quote, start, end }: Candidate['quotes'][number]) => ({ path, quote, start, end });

/** By which the likeliest candidate must lead to be proposed. */
const LEAST_LEAD = 0.05;

/**
 * @param about what the question is about besides the target
 * @param source what the candidates were read from
 */
function toQuestion(
  target: TargetEvidence,
  kind: QuestionKind,
  asked: string,
  candidates: Candidate[],
  about: unknown[],
  source: unknown[],
): Question {
  const { id, procedureDate, label, pointLps, frameOfReferenceUid, referenceSeriesUid } = target;
  const aim = [kind, id, procedureDate, label, pointLps, frameOfReferenceUid, referenceSeriesUid, ...about];
  const [first, second] = candidates;
  const isLikeliest = second === undefined || (first?.score ?? 0) >= (second.score ?? 0) + LEAST_LEAD;
  return {
    target: { id, label, procedureDate, pointLps },
    kind,
    asked,
    candidates,
    proposed: first && isLikeliest && !first.isContradicted ? first.key : null,
    // What is likelier may change with the rules; what is shown is the same in any order.
    shownDigest: sha256Of(aim, candidates.map((one) => JSON.stringify(shown(one))).sort()),
    sourceDigest: sha256Of(aim, source),
  };
}
