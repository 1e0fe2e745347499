import { describe, expect, it } from '@jest/globals';
import { extractReport } from '../extraction/extract-report.js';
import type { Extraction } from '../extraction/extraction.js';
import type { Decision } from './decision.js';
import type { PatientEvidence, ReportEvidence, StudyEvidence, TargetEvidence } from './evidence.js';
import { matchPatient } from './match-patient.js';

/** Two lesions in the same place: nothing tells which of them the target was set into. */
const TWINS = `MRI PROSTATE
FINDINGS:
Lesion 1: 12 mm lesion in the left posterolateral peripheral zone, mid gland. PI-RADS 4.
Lesion 2: 9 mm lesion in the left posterolateral peripheral zone, mid gland. PI-RADS 3.
Lesion 3: 8 mm lesion in the right anterior transition zone, apex. PI-RADS 3.
Bones: no suspicious lesion.`;

const study = (given: Partial<StudyEvidence> = {}): StudyEvidence => ({
  studyInstanceUid: '1.2.3',
  studyDate: '2024-03-01',
  accessionNumber: 'A1',
  mayShowProstate: true,
  namesProstate: true,
  isGuidance: false,
  axialT2: { seriesInstanceUid: '1.2.3.4', middleXLps: 0 },
  axialT2Reason: 'axial T2',
  axialT2InFrame: {},
  frameOfSeries: {},
  ...given,
});
const report = (text: string, given: Partial<ReportEvidence> = {}): ReportEvidence => ({
  id: 'rad',
  effectiveDate: '2024-03-01',
  issuedAt: '2024-03-02T08:00:00.000Z',
  accessionNumbers: ['A1'],
  isAccessionShared: false,
  studyInstanceUids: [],
  textSha256: text,
  extraction: extractReport('radiology', text),
  ...given,
});
const TARGET: TargetEvidence = {
  id: 't1',
  procedureDate: '2024-04-10',
  label: 'LPZplMid',
  pointLps: [20, 30, -40],
  frameOfReferenceUid: null,
  referenceSeriesUid: null,
};
const evidence = (text = TWINS, given: Partial<PatientEvidence> = {}): PatientEvidence => ({
  studies: [study()],
  radiology: [report(text)],
  pathology: [],
  targets: [TARGET],
  ...given,
});
const match = (given: PatientEvidence) => matchPatient(given, { mrWindowDays: 365 });

/** What a reviewer decides on the first question that the evidence raises. */
function decide(
  on: PatientEvidence,
  answer: Decision['answer'],
  which: number | null,
  note: string | null = null,
): Decision {
  const { target, kind, candidates, shownDigest, sourceDigest } = match(on).reviews[0]!;
  const chosen = which === null ? null : candidates.toSorted((a, b) => (a.name < b.name ? -1 : 1))[which]!.key;
  const by = { note, reviewer: 'A. Reader', decidedAt: '2024-05-06T07:08:09.000Z' };
  return { targetId: target.id, target, kind, answer, chosen, ...by, candidates, shownDigest, sourceDigest };
}

/** The label of the linked lesion, or the reason without one; and the states of the reviews. */
function outcome(given: PatientEvidence): string {
  const { matched, exclusions, reviews } = match(given);
  const of = matched.find(({ target }) => target.id === 't1');
  const reason = exclusions.find(({ entity, entityKey }) => entity === 'target' && entityKey === 't1')?.reason;
  const result = of ? `${of.study.studyInstanceUid} ${of.lesion.label}` : reason;
  return [result, ...reviews.map(({ kind, state }) => `${kind} ${state}`)].join(', ');
}

/** As rules would read it that find another size, name and order, in the same words. */
function readOtherwise(extraction: Extraction): Extraction {
  const renumbered = extraction.evidence.map((one) => ({
    ...one,
    path: one.path.replace(/^\/lesions\/(\d)/, (_, index: string) => `/lesions/${2 - Number(index)}`),
  }));
  const lesions = extraction.lesions.map((lesion) => ({
    ...lesion,
    label: `focus ${lesion.label}`,
    pirads: 5 as const,
  }));
  return { ...extraction, lesions: lesions.reverse(), evidence: renumbered };
}

describe('a question', () => {
  it('is asked where two lesions fit equally well, with what there is to choose from', () => {
    const { reviews, exclusions } = match(evidence());
    expect(reviews).toHaveLength(1);
    const [review] = reviews;
    expect(review).toMatchObject({ target: { id: 't1' }, kind: 'lesion', state: 'open', proposed: null, changes: [] });
    expect(review!.asked).toBe('Into which lesion was target LPZplMid set?');
    expect(review!.candidates.map(({ key, name, isContradicted }) => [key, name, isContradicted])).toEqual([
      ['rad/lesions/0', 'lesion 1', false],
      ['rad/lesions/1', 'lesion 2', false],
      ['rad/lesions/2', 'lesion 3', true],
    ]);
    expect(review!.candidates[0]!.sentence).toMatch(/^target LPZplMid ↔ lesion 1: same side, zone, level, position/);
    expect(review!.candidates[0]!.score).toBeCloseTo(0.5, 2);
    expect(review!.candidates[0]!.facts).toMatchObject({ sizeMm: 12, pirads: 4, side: 'left' });
    for (const { quote, start, end } of review!.candidates.flatMap(({ quotes }) => quotes))
      expect(TWINS.slice(start, end)).toBe(quote);
    expect(exclusions.find(({ entity }) => entity === 'target')?.reason).toBe('ambiguous');
  });

  it('is not asked where the rules are sure, unless a person asks', () => {
    const sure = evidence(TWINS.replace('Lesion 2: 9 mm lesion in the left', 'Lesion 2: 9 mm lesion in the right'));
    expect(outcome(sure)).toBe('1.2.3 1');
    expect(outcome({ ...sure, doubtedTargetIds: ['t1'] })).toBe('1.2.3 1, lesion open');
    expect(match({ ...sure, doubtedTargetIds: ['t1'] }).reviews[0]!.proposed).toBe('rad/lesions/0');
  });

  it('is asked of two studies of a day, and of two reports that fit one study and differ', () => {
    const studies = [study(), study({ studyInstanceUid: '7.7' })];
    expect(outcome(evidence(TWINS, { studies }))).toBe('ambiguous-study, study open');
    const radiology = [report(TWINS), report(TWINS.replace('12 mm', '17 mm'), { id: 'other' })];
    expect(outcome(evidence(TWINS, { radiology }))).toBe('ambiguous, report open');
  });
});

describe('a decision', () => {
  const first = decide(evidence(), 'choose', 0, 'seen on ADC');
  const rejected = decide(evidence(), 'reject', null);
  const amended = TWINS.replace('12 mm', '16 mm');

  it('makes a link of full confidence, whose sentence names it', () => {
    const { matched, links } = match({ ...evidence(), decisions: [first] });
    const sentence = 'target LPZplMid ↔ lesion 1: chosen by A. Reader on 2024-05-06; seen on ADC';
    expect(links).toContainEqual(
      expect.objectContaining({ kind: 'target-lesion', toKey: 'rad/lesions/0', confidence: 1, sentence }),
    );
    expect(matched[0]!.sentences).toContain(sentence);
  });

  it('that rejects says so in the reason', () => {
    expect(match({ ...evidence(), decisions: [rejected] }).exclusions).toContainEqual({
      entity: 'target',
      entityKey: 't1',
      reason: 'rejected-in-review',
      detail: 'target LPZplMid: rejected by A. Reader on 2024-05-06',
    });
  });

  it.each<[string, Decision, PatientEvidence, string]>([
    ['chosen, nothing changed', first, evidence(), '1.2.3 1, lesion decided'],
    ['the other one chosen', decide(evidence(), 'choose', 1), evidence(), '1.2.3 2, lesion decided'],
    ['rejected, nothing changed', rejected, evidence(), 'rejected-in-review, lesion decided'],
    [
      'the opposite side chosen, which no rule would link',
      decide(evidence(), 'choose', 2, 'left and right were confused'),
      evidence(),
      '1.2.3 3, lesion decided',
    ],
    [
      'amended where nothing was shown, as a new version',
      first,
      evidence(TWINS, { radiology: [report(TWINS.replace('no suspicious', 'no other suspicious'), { id: 'rad2' })] }),
      '1.2.3 1, lesion decided',
    ],
    [
      'read and weighed by other rules',
      first,
      evidence(TWINS, { radiology: [{ ...report(TWINS), extraction: readOtherwise(report(TWINS).extraction) }] }),
      '1.2.3 focus 1, lesion decided',
    ],
    [
      'rejected, and other rules would be sure',
      rejected,
      evidence(TWINS, {
        radiology: [report(TWINS, { extraction: extractReport('radiology', TWINS.replace(/^Lesion 2.*$/m, '')) })],
      }),
      'rejected-in-review, lesion decided',
    ],
    ['amended where it was shown', first, evidence(amended), 'ambiguous, lesion reopened'],
    ['rejected and amended', rejected, evidence(amended), 'ambiguous, lesion reopened'],
    [
      'a further lesion described',
      first,
      evidence(TWINS.replace('Bones:', 'Lesion 4: 7 mm lesion in the left peripheral zone, base. PI-RADS 3.\nBones:')),
      'ambiguous, lesion reopened',
    ],
    [
      'rejected, and after an amendment the rules would be sure',
      rejected,
      evidence(amended.replace(/^Lesion 2.*$/m, '')),
      'ambiguous, lesion reopened',
    ],
    [
      'the target moved',
      first,
      evidence(TWINS, { targets: [{ ...TARGET, pointLps: [21, 30, -40] }] }),
      'ambiguous, lesion reopened',
    ],
    [
      'the report of another study',
      first,
      evidence(TWINS, { studies: [study({ studyInstanceUid: '4.5.6' })] }),
      'ambiguous, lesion reopened',
    ],
    ['the report withdrawn', first, evidence(TWINS, { radiology: [] }), 'no-report'],
  ])('%s', (_name, decision, given, expected) => {
    expect(outcome({ ...given, decisions: [decision] })).toBe(expected);
  });

  it('that holds no longer says what changed', () => {
    const { reviews, exclusions } = match({ ...evidence(amended), decisions: [first] });
    expect(reviews[0]!.changes).toEqual(['lesion 1: size in mm 12 → 16, diameters in mm 12 → 16']);
    expect(exclusions.find(({ entity }) => entity === 'target')!.detail).toBe(
      'target LPZplMid: chosen by A. Reader on 2024-05-06; seen on ADC; this holds no longer: lesion 1: size in mm 12 → 16, diameters in mm 12 → 16',
    );
    const gone = match({ ...evidence(TWINS.replace(/^Lesion 2.*$/m, '')), decisions: [first] });
    expect(gone.reviews[0]!.changes).toEqual(['lesion 2 is gone']);
    const targets = [{ ...TARGET, pointLps: [23, 34, -40] as const }];
    const moved = match({ ...evidence(TWINS, { targets }), decisions: [first] });
    expect(moved.reviews[0]!.changes).toEqual(['the target moved by 5.0 mm']);
  });

  it('holds again when the evidence is again what it was', () => {
    expect(outcome({ ...evidence(amended), decisions: [first] })).toBe('ambiguous, lesion reopened');
    expect(outcome({ ...evidence(), decisions: [first] })).toBe('1.2.3 1, lesion decided');
  });

  it('leaves the other targets to the rules, which work around it', () => {
    const other = { ...TARGET, id: 't2', label: 'F-1', pointLps: [21, 30, -40] as const };
    const two = evidence(TWINS, { targets: [TARGET, other] });
    const { matched, reviews } = match({ ...two, decisions: [first] });
    expect(matched.filter(({ target }) => target.id === 't1').map(({ lesion }) => lesion.label)).toEqual(['1']);
    expect(reviews.find(({ target }) => target.id === 't1')?.state).toBe('decided');
    const alike = { ...TARGET, id: 't2', pointLps: [20, 30, -38] as const };
    const both = match({ ...evidence(TWINS, { targets: [TARGET, alike] }), decisions: [first] });
    expect(both.reviews.map(({ target, state }) => [target.id, state])).toEqual([
      ['t1', 'decided'],
      ['t2', 'open'],
    ]);
    const far = { ...TARGET, id: 't2', label: 'LPZplMid', pointLps: [20, 30, 40] as const };
    const apart = match({ ...evidence(TWINS, { targets: [TARGET, far] }), decisions: [first] });
    expect(apart.matched.find(({ target }) => target.id === 't2')?.lesion.label).not.toBe('1');
  });

  it('of a study or a report goes before the rules, and later questions come up', () => {
    const studies = [study(), study({ studyInstanceUid: '7.7' })];
    const twoStudies = evidence(TWINS, { studies });
    const ofStudy = decide(twoStudies, 'choose', 1);
    expect(outcome({ ...twoStudies, decisions: [ofStudy] })).toBe('ambiguous, study decided, lesion open');
    // A third MR that matters to nobody; a nearer one, which the reviewer has not seen.
    const knee = study({ studyInstanceUid: '9', mayShowProstate: false, accessionNumber: 'K' });
    const nearer = study({ studyInstanceUid: '8', studyDate: '2024-04-01' });
    const with3 = (third: StudyEvidence) => ({ ...twoStudies, studies: [...studies, third], decisions: [ofStudy] });
    expect(outcome(with3(knee))).toBe('ambiguous, study decided, lesion open');
    expect(outcome(with3(nearer))).toBe('ambiguous-study, study reopened');
    expect(outcome({ ...twoStudies, studies: [study()], decisions: [ofStudy] })).toBe(
      'ambiguous-study, study reopened',
    );
    expect(outcome({ ...twoStudies, decisions: [decide(twoStudies, 'reject', null)] })).toBe(
      'rejected-in-review, study decided',
    );

    const radiology = [report(TWINS), report(TWINS.replace('12 mm', '17 mm'), { id: 'other' })];
    const twoReports = evidence(TWINS, { radiology });
    const { candidates, ...question } = match(twoReports).reviews[0]!;
    const ofReport = { ...decide(twoReports, 'choose', 0), ...question, chosen: 'other', candidates };
    const both = match({ ...twoReports, decisions: [ofReport] });
    expect(both.links.find(({ kind }) => kind === 'target-study')).toBeDefined();
    expect(both.reviews.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['report decided', 'lesion open']);
    expect(both.reviews[1]!.candidates[0]!.key).toMatch(/^other\//);
    // The same text in a new version.
    const reissued = radiology.map((one) => ({ ...one, id: `${one.id} 2`, issuedAt: '2024-03-09T08:00:00.000Z' }));
    const later = match({ ...twoReports, radiology: reissued, decisions: [ofReport] });
    expect(later.reviews.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['report decided', 'lesion open']);
    expect(later.reviews[1]!.candidates[0]!.key).toMatch(/^other 2\//);
  });

  it('does not depend on the order in which anything is given', () => {
    const studies = [study(), study({ studyInstanceUid: '7.7' })];
    const given = evidence(TWINS, { studies });
    const decisions = [decide(given, 'choose', 1), first];
    expect(match({ ...given, studies: studies.toReversed(), decisions: decisions.toReversed() })).toEqual(
      match({ ...given, decisions }),
    );
  });
});
