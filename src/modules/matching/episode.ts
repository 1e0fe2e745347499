import { isDeepStrictEqual } from 'node:util';
import type { Refusal } from '../reasons.js';
import { type AxialT2, daysBetween, type ReportEvidence, type StudyEvidence, type TargetEvidence } from './evidence.js';

/**
 * Which MR study a biopsy was planned on: the nearest diagnostic one before it, within the window. What a target file
 * states itself (reference series, frame of reference) goes before any date.
 */
export interface StudyChoice {
  study: StudyEvidence;
  /** The series that carries the label: of the target's own frame of reference where it names one. */
  axialT2: AxialT2;
  confidence: number;
  sentence: string;
}

/** A refusal, and where several fit equally well what a person may choose from. */
export interface Undecided<Choice> extends Refusal {
  readonly candidates?: Choice[];
}

export function chooseStudy(
  target: TargetEvidence,
  studies: StudyEvidence[],
  radiology: ReportEvidence[],
  windowDays: number,
): StudyChoice | Undecided<StudyChoice> {
  if (studies.length === 0) return { refused: 'no-study', detail: 'no MR study of this patient' };
  const stated = chooseStated(target, studies);
  if (stated !== null) return stated;

  const dated = studies.flatMap((study) =>
    study.studyDate === null ? [] : [{ study, daysBefore: daysBetween(study.studyDate, target.procedureDate) }],
  );
  const inWindow = dated.filter(
    ({ study, daysBefore }) => daysBefore >= 0 && daysBefore <= windowDays && !study.isGuidance,
  );
  if (inWindow.length === 0) {
    const days = dated.map(({ daysBefore }) => -daysBefore).sort((a, b) => a - b);
    const detail = `biopsy ${target.procedureDate}; MR studies at day ${days.join(', ') || 'unknown'} relative to it`;
    const guidance = dated.filter(
      ({ study, daysBefore }) => study.isGuidance && daysBefore >= 0 && daysBefore <= windowDays,
    ).length;
    const needles = guidance > 0 ? `; ${guidance} of needle guidance left out` : '';
    return { refused: 'no-mr-before-biopsy', detail: `${detail}; window ${windowDays} days${needles}` };
  }
  const isReported = (study: StudyEvidence, least: number) =>
    radiology.some((report) => reportRank(report, study) >= least);
  // A prostate report of the study itself weighs more than what its headers call the region.
  const ofProstate = inWindow.filter(({ study }) => study.mayShowProstate || isReported(study, RANK.accession));
  if (ofProstate.length === 0) {
    return { refused: 'no-prostate-mr', detail: `${inWindow.length} MR studies in the window show another region` };
  }
  const diagnostic = ofProstate.flatMap(({ study, daysBefore }) =>
    study.axialT2 === null ? [] : [{ study, axialT2: study.axialT2, daysBefore }],
  );
  if (diagnostic.length === 0) {
    return { refused: 'no-axial-t2', detail: ofProstate.map(({ study }) => study.axialT2Reason).join('; ') };
  }
  // A pelvis MR for another reason stands back behind a reported prostate MR. One that names the prostate does not:
  // the biopsy may have been planned on it, and points of one exam do not fit another.
  const reported = diagnostic.filter(({ study }) => isReported(study, RANK.dateOnly));
  const relevant =
    reported.length === 0 ? diagnostic : diagnostic.filter((one) => reported.includes(one) || one.study.namesProstate);
  // An MR on the day of the biopsy may have been made during it: an earlier one goes first.
  const earlier = relevant.filter(({ daysBefore }) => daysBefore > 0);
  const candidates = earlier.length > 0 ? earlier : relevant;
  const nearestDays = Math.min(...candidates.map(({ daysBefore }) => daysBefore));
  const nearest = candidates.filter(({ daysBefore }) => daysBefore === nearestDays);
  const how = `nearest diagnostic MR, ${nearestDays} days before the biopsy`;
  if (nearest.length === 1) {
    const [only] = nearest;
    const sharing = diagnostic.filter(({ study }) => sharesAccession(study, only!.study));
    if (sharing.length === 0 || isReported(only!.study, RANK.studyUid))
      return { ...only!, confidence: 0.95, sentence: how };
    return {
      refused: 'ambiguous-study',
      detail: `${sharing.length + 1} studies under one accession number, ${nearestDays} days before and earlier`,
      candidates: [only!, ...sharing].map(({ daysBefore, ...one }) => {
        const sentence = `diagnostic MR under the same accession number, ${daysBefore} days before the biopsy`;
        return { ...one, confidence: 1, sentence };
      }),
    };
  }

  const withReport = nearest.filter(({ study }) => isReported(study, RANK.accession));
  if (withReport.length === 1) {
    return { ...withReport[0]!, confidence: 0.9, sentence: `${how}, the only one with a report` };
  }
  return {
    refused: 'ambiguous-study',
    detail: `${nearest.length} studies on the same day, ${nearestDays} days before`,
    candidates: nearest.map((one) => {
      const own = isReported(one.study, RANK.accession) ? 'with a report' : 'without a report of its own';
      return { ...one, confidence: 1, sentence: `${how}, ${own}` };
    }),
  };
}

/** One order may come to several studies, and an accession number does not say which of them the report is about. */
const sharesAccession = (study: StudyEvidence, other: StudyEvidence): boolean =>
  study !== other && study.accessionNumber !== null && study.accessionNumber === other.accessionNumber;

/** The study and series that the target's own words name; null where it names none. */
function chooseStated(target: TargetEvidence, studies: StudyEvidence[]): StudyChoice | Undecided<StudyChoice> | null {
  const { referenceSeriesUid } = target;
  const ofSeries = studies.find((study) => referenceSeriesUid !== null && referenceSeriesUid in study.frameOfSeries);
  const frame = ofSeries ? ofSeries.frameOfSeries[referenceSeriesUid!]! : target.frameOfReferenceUid;
  if (frame === null) return null;
  if (frame === '') return { refused: 'no-frame-of-reference', detail: 'the series that the target names states none' };
  const name = ofSeries ? 'a series' : 'the frame of reference';
  const inFrame = (ofSeries ? [ofSeries] : studies).filter((study) => study.axialT2InFrame[frame] !== undefined);
  const sentence = `the target names ${name} of this study`;
  const choices = inFrame.map((study) => ({ study, axialT2: study.axialT2InFrame[frame]!, confidence: 1, sentence }));
  if (choices.length === 1) return choices[0]!;
  if (choices.length > 1) {
    return { refused: 'ambiguous-study', detail: `${choices.length} studies share the frame`, candidates: choices };
  }
  return {
    refused: 'other-frame-of-reference',
    detail: `no diagnostic axial T2 in the frame that the target names, in ${studies.length} studies`,
  };
}

const RANK = { none: 0, dateOnly: 1, date: 2, accession: 3, studyUid: 4 } as const;
const RANK_WORDS = [
  '',
  'patient and date; the accession numbers differ',
  'patient and date',
  'accession number',
  'ImagingStudy reference',
];
const RANK_CONFIDENCE = [0, 0.6, 0.85, 0.98, 1];
/**
 * A report is dated at the exam or up to a few days later, when it was dictated; the day before where a server writes
 * UTC for a hospital east of Greenwich.
 */
const REPORT_DELAY_DAYS = { least: -1, most: 3 };

function reportRank(report: ReportEvidence, study: StudyEvidence): number {
  const rank = statedRank(report, study);
  // Whose report it is, is in doubt: only what names the study itself is believed.
  return report.isAccessionShared && rank < RANK.studyUid ? RANK.none : rank;
}

function statedRank(report: ReportEvidence, study: StudyEvidence): number {
  if (report.studyInstanceUids.includes(study.studyInstanceUid)) return RANK.studyUid;
  if (report.studyInstanceUids.length > 0) return RANK.none;
  const { accessionNumber } = study;
  if (accessionNumber !== null && report.accessionNumbers.includes(accessionNumber)) return RANK.accession;
  if (study.studyDate === null || report.effectiveDate === null) return RANK.none;
  const delay = daysBetween(study.studyDate, report.effectiveDate);
  if (delay < REPORT_DELAY_DAYS.least || delay > REPORT_DELAY_DAYS.most) return RANK.none;
  return accessionNumber !== null && report.accessionNumbers.length > 0 ? RANK.dateOnly : RANK.date;
}

export interface ReportChoice {
  report: ReportEvidence;
  confidence: number;
  sentence: string;
}

/** The radiology report of a study: by reference, then accession, then patient and date where nothing contradicts. */
export function chooseReport(
  study: StudyEvidence,
  studies: StudyEvidence[],
  radiology: ReportEvidence[],
): ReportChoice | Undecided<ReportEvidence> {
  const ranked = radiology
    .map((report) => ({ report, rank: reportRank(report, study) }))
    .filter(({ report, rank }) => {
      if (rank === RANK.none) return false;
      if (rank >= RANK.accession) return true;
      // A date alone decides nothing where another study fits this report as well or better.
      return studies.every((other) => other === study || reportRank(report, other) === RANK.none);
    });
  if (ranked.length === 0) {
    const doubtful = radiology.filter((report) => report.isAccessionShared && statedRank(report, study) > RANK.none);
    if (doubtful.length > 0) {
      const detail = `${doubtful.length} radiology reports would fit by accession number or date`;
      return { refused: 'accession-shared', detail };
    }
    return {
      refused: 'no-report',
      detail: `${radiology.length} radiology reports of this patient, none of this study`,
    };
  }
  const bestRank = Math.max(...ranked.map(({ rank }) => rank));
  const best = ranked.filter(({ rank }) => rank === bestRank).map(({ report }) => report);
  // An addendum that is a report of its own names no lesion; the same report may come by two interfaces.
  const withLesions = best.filter(({ extraction }) => extraction.lesions.length > 0);
  const telling = withLesions.length > 0 ? withLesions : best;
  const newest = telling.filter(({ issuedAt }) => telling.every((other) => (issuedAt ?? '') >= (other.issuedAt ?? '')));
  const differs = ({ extraction }: ReportEvidence) =>
    !isDeepStrictEqual(extraction.lesions, newest[0]!.extraction.lesions);
  if (newest.some(differs)) {
    const detail = `${newest.length} radiology reports fit the study equally`;
    return { refused: 'ambiguous', detail, candidates: newest };
  }
  return {
    report: newest[0]!,
    confidence: RANK_CONFIDENCE[bestRank]!,
    sentence: `report of the study by ${RANK_WORDS[bestRank]}`,
  };
}

/** Collection is on the day of the biopsy; where only the day of issue is known, it follows within a month. */
const PATHOLOGY_WINDOW_DAYS = { before: 1, after: 30 };

/**
 * The pathology reports of a biopsy: those of the nearest day, as several parts may be reported apart; none that another
 * biopsy of the patient lies nearer before.
 *
 * @param procedureDates of all biopsies of the patient
 */
export function pathologyOf(
  procedureDate: string,
  pathology: ReportEvidence[],
  procedureDates: string[],
): ReportEvidence[] {
  const dated = pathology
    .flatMap((report) => {
      if (report.effectiveDate === null) return [];
      const days = daysBetween(procedureDate, report.effectiveDate);
      const daysAfterOthers = procedureDates.map((other) => daysBetween(other, report.effectiveDate!));
      const isAnothers = daysAfterOthers.some((other) => other >= 0 && other < Math.abs(days));
      return isAnothers ? [] : [{ report, days }];
    })
    .filter(({ days }) => days >= -PATHOLOGY_WINDOW_DAYS.before && days <= PATHOLOGY_WINDOW_DAYS.after);
  const nearest = Math.min(...dated.map(({ days }) => Math.abs(days)));
  return dated.filter(({ days }) => Math.abs(days) === nearest).map(({ report }) => report);
}
