import type { DicomJson } from '../../src/modules/dicomweb/dicom-json.js';
import { isSuperseded, patientKeys } from '../../src/modules/ingest/fhir/identity.js';
import { ofIssuer } from '../../src/modules/ingest/study-index.service.js';
import { ACCEPT } from '../../src/modules/matching/match-targets.js';
import { UNDESCRIBED, WEIGHTS } from '../../src/modules/matching/weights.js';
import { identityCases, type IdentityCase } from '../fixtures/matching-cohort/identity-cases.js';
import { matchingCohort } from '../fixtures/matching-cohort/matching-cohort.js';
import { type Measured, type Row, rounded } from './bench-result.js';
import { assignBiopsy, type Biopsy, biopsiesOf, fitWeights } from './matching-fit.js';
import { evidenceOf, type Judged, judge, matchOf, TARGET_VERDICTS } from './matching-outcome.js';
import { cpuSecondsOf } from './rounds.js';

/** Weights come from the first half of one cohort, figures from another. */
const FIT = { seed: 1, patients: 6000 };
const TEST = { seed: 2027, patients: 2000 };
const IDENTITY = { seed: 2, cases: 300 };

/**
 * The generated cohort from reports as text to links: wrong and missing links, reasons, and whether a probability is a
 * frequency.
 */
export async function matchingBench(): Promise<Measured> {
  process.stderr.write('fitting weights\n');
  const training = matchingCohort(FIT.seed, FIT.patients).slice(0, FIT.patients / 2);
  const { weights, undescribed } = fitWeights(training.flatMap((one) => biopsiesOf(one, evidenceOf(one))));

  process.stderr.write('matching\n');
  const cases = matchingCohort(TEST.seed, TEST.patients).map((one) => ({ one, evidence: evidenceOf(one) }));
  const judged: Judged[] = [];
  const seconds = await cpuSecondsOf(() => {
    for (const { one, evidence } of cases) judged.push(...judge(one, matchOf(evidence)));
  });
  const biopsies = cases.flatMap(({ one, evidence }) => biopsiesOf(one, evidence));
  const candidates = candidatesOf(biopsies);
  const best = reliability(candidates.filter(({ isBest }) => isBest));
  const all = reliability(candidates);
  const identity = identityCases(IDENTITY.seed, IDENTITY.cases);

  const count = (entity: Judged['entity'], test: (one: Judged) => boolean) =>
    judged.filter((one) => one.entity === entity && test(one)).length;
  const percent = (part: number, whole: number) => (100 * part) / whole;
  const linkedOf = (entity: Judged['entity']) => {
    const right = count(entity, ({ verdict, required }) => verdict === 'right' && required);
    return percent(right, right + count(entity, ({ verdict }) => verdict === 'missed'));
  };
  const rightReasons = judged.filter(({ verdict }) => verdict === 'right drop').length;
  const wrongReasons = judged.filter(({ verdict }) => verdict === 'wrong reason').length;

  const verdicts = (['target', 'lesion', 'specimen'] as const).map((entity): Row => ({
    what: `${entity}s`,
    ...Object.fromEntries(TARGET_VERDICTS.map((verdict) => [verdict, count(entity, (one) => one.verdict === verdict)])),
  }));
  const fitted = Object.entries(weights).map(([finding, weight]): Row => ({
    what: finding,
    used: WEIGHTS[finding as keyof typeof WEIGHTS],
    fitted: rounded(weight),
  }));
  return {
    rows: [
      ...verdicts,
      ...all.bins.map((bin) => ({ what: `every candidate, ${bin.what}`, ...bin.row })),
      ...best.bins.map((bin) => ({ what: `best candidate, ${bin.what}`, ...bin.row })),
      ...fitted,
      { what: 'undescribed', used: UNDESCRIBED, fitted: rounded(undescribed) },
    ],
    rates: { patientsPerSecond: cases.length / seconds },
    totals: {
      patients: cases.length,
      targets: count('target', () => true),
      targetLinks: count('target', isLinked),
      wrongTargetLinks: count('target', isWrong),
      ofTheseAsWrongRecordsSay: count('target', ({ verdict }) => verdict === 'misled'),
      leftToAPerson: count('target', ({ reason }) => reason === 'ambiguous'),
      linkedOfLinkablePercent: linkedOf('target'),
      rightReasonPercent: percent(rightReasons, rightReasons + wrongReasons),
      specimenLinks: count('specimen', isLinked),
      wrongSpecimenLinks: count('specimen', isWrong),
      linkedOfLinkableSpecimensPercent: linkedOf('specimen'),
      brier: best.brier,
      calibrationError: best.error,
      calibrationErrorOfAllCandidates: all.error,
      identityCases: identity.length,
      wrongIdentities: identity.filter((one) => !isRight(one)).length,
    },
    ratios: {},
    goals: {
      wrongTargetLinks: { atMost: 0 },
      linkedOfLinkablePercent: { atLeast: 98 },
      rightReasonPercent: { atLeast: 100 },
      wrongSpecimenLinks: { atMost: 0 },
      linkedOfLinkableSpecimensPercent: { atLeast: 98 },
      calibrationError: { atMost: 0.02 },
      calibrationErrorOfAllCandidates: { atMost: 0.02 },
      wrongIdentities: { atMost: 0 },
    },
    notes: [
      `Weights are fitted on patients 0 to ${FIT.patients / 2 - 1} of seed ${FIT.seed}; all else is of seed ${TEST.seed}.`,
      `Links are made from a probability of ${ACCEPT.agreeing} on, or ${ACCEPT.disagreeing} where words disagree, at least ${ACCEPT.timesTheNext} times that of the next; the bins hold candidates whether linked or left to a person.`,
      'As wrong records say: to a lesion that name and point fit as the report describes it, where they do not fit the true one. They are wrong links like the others.',
      'Whether a number is shared by patients of several issuers is asked of the database and given here.',
    ],
  };
}

const isWrong = ({ verdict }: Judged) => verdict === 'wrong' || verdict === 'misled';
const isLinked = (one: Judged) => one.verdict === 'right' || isWrong(one);

const EDGES = [0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.99, 1.01];

interface Candidate {
  readonly probability: number;
  /** 1 if it is the lesion that was aimed at, else 0. */
  readonly right: number;
  /** The likeliest one of its target. */
  readonly isBest: boolean;
}

/** Every lesion that is not ruled out for a target, linked or not. */
const candidatesOf = (biopsies: readonly Biopsy[]): Candidate[] =>
  biopsies.flatMap((biopsy) =>
    assignBiopsy(biopsy).flatMap(({ candidates }, i) =>
      candidates.map(({ lesion, probability }, rank) => ({
        probability,
        right: Number(biopsy.truth[i] === lesion),
        isBest: rank === 0,
      })),
    ),
  );

interface Bin {
  readonly what: string;
  readonly row: { n: number; stated: number; shareRight: number };
}

/** Candidates in bins of their probability: how many there are, and the share that is right. */
function reliability(candidates: readonly Candidate[]): { bins: Bin[]; brier: number; error: number } {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const bins = EDGES.slice(0, -1).flatMap((from, i) => {
    const inside = candidates.filter(({ probability }) => probability >= from && probability < EDGES[i + 1]!);
    if (inside.length === 0) return [];
    const stated = mean(inside.map(({ probability }) => probability));
    return [{ from, n: inside.length, stated, right: mean(inside.map(({ right }) => right)) }];
  });
  return {
    bins: bins.map(({ from, n, stated, right }) => ({
      what: `probability from ${from}`,
      row: { n, stated: Number(stated.toFixed(3)), shareRight: Number(right.toFixed(3)) },
    })),
    brier: mean(candidates.map(({ probability, right }) => (probability - right) ** 2)),
    error: bins.reduce((sum, { n, stated, right }) => sum + (n / candidates.length) * Math.abs(stated - right), 0),
  };
}

/** An archive that answers a search by PatientID with those whose number is the same text. */
function isRight({ patient, systems, isShared, rows, own, superseded }: IdentityCase): boolean {
  const text = (row: DicomJson, tag: string) => String(row[tag]?.Value?.[0] ?? '');
  const found = patientKeys(patient, systems).flatMap(({ patientId, issuer }) => {
    const answer = rows.filter((row) => text(row, '00100020') === patientId);
    return ofIssuer(answer, issuer, isShared).map((row) => text(row, '0020000D'));
  });
  return JSON.stringify(found.toSorted()) === JSON.stringify(own.toSorted()) && isSuperseded(patient) === superseded;
}
