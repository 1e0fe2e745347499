import { describe, expect, it } from '@jest/globals';
import { extractReport } from '../extraction/extract-report.js';
import type { PatientEvidence, ReportEvidence, StudyEvidence, TargetEvidence } from '../matching/evidence.js';
import { matchPatient } from '../matching/match-patient.js';
import { trackLesions } from './lesion-tracking.js';

const TEXT = `MRI PROSTATE
FINDINGS:
Lesion 1: 12 mm lesion in the left posterolateral peripheral zone, mid gland. PI-RADS 4.
Lesion 2: 9 mm lesion in the right anterior transition zone, apex. PI-RADS 3.`;

const study = (year: number): StudyEvidence => ({
  studyInstanceUid: `1.2.${year}`,
  studyDate: `${year}-03-01`,
  accessionNumber: `A${year}`,
  mayShowProstate: true,
  isGuidance: false,
  axialT2: { seriesInstanceUid: `1.2.${year}.4`, middleXLps: 0 },
  axialT2Reason: 'axial T2',
  namesProstate: true,
  axialT2InFrame: {},
  frameOfSeries: { [`1.2.${year}.4`]: `1.9.${year}` },
});
const report = (year: number, id = `rad-${year}`): ReportEvidence => ({
  id,
  effectiveDate: `${year}-03-01`,
  issuedAt: null,
  accessionNumbers: [`A${year}`],
  isAccessionShared: false,
  studyInstanceUids: [],
  textSha256: id,
  extraction: extractReport('radiology', TEXT),
});
const LEFT = { label: 'LPZplMid', pointLps: [20, 30, -40] as const };
const RIGHT = { label: 'RTZaApex', pointLps: [-20, 0, -60] as const };
const target = (year: number, id: string, given: Pick<TargetEvidence, 'label' | 'pointLps'>): TargetEvidence => ({
  id,
  procedureDate: `${year}-04-10`,
  frameOfReferenceUid: null,
  referenceSeriesUid: null,
  ...given,
});

const track = (given: Partial<PatientEvidence>) => {
  const evidence = { studies: [study(2020)], radiology: [report(2020)], pathology: [], targets: [], ...given };
  return trackLesions(matchPatient(evidence, { mrWindowDays: 100 }).matched);
};
const uids = (given: Partial<PatientEvidence>) => [...track(given).values()].map(({ uid }) => uid);

describe('trackLesions', () => {
  it('names two lesions of an exam apart', () => {
    const names = track({ targets: [target(2020, 't1', LEFT), target(2020, 't2', RIGHT)] });
    expect([...names.keys()]).toEqual(['rad-2020/lesions/0', 'rad-2020/lesions/1']);
    expect([...names.values()].map(({ id }) => id)).toEqual(['LPZplMid · 2020-04-10', 'RTZaApex · 2020-04-10']);
    expect(new Set([...names.values()].map(({ uid }) => uid)).size).toBe(2);
  });

  it('keeps the name when the target is moved and when the report is amended', () => {
    const before = uids({ targets: [target(2020, 't1', LEFT)] });
    expect(before).toHaveLength(1);
    expect(uids({ targets: [target(2020, 't9', { ...LEFT, pointLps: [23, 30, -40] })] })).toEqual(before);
    expect(uids({ targets: [target(2020, 't1', LEFT)], radiology: [report(2020, 'amended')] })).toEqual(before);
  });

  // The id followed the number of the lesion, the UID the target: the ids changed owners.
  it('keeps id and UID together when the report numbers its lesions the other way round', () => {
    const targets = [target(2020, 't1', LEFT), target(2020, 't2', RIGHT)];
    const words = (given: Partial<PatientEvidence>) =>
      [...track({ targets, ...given }).values()].map(({ id, uid }) => `${id} ${uid}`).sort();
    const renumbered = TEXT.replace('Lesion 1', 'Lesion 3')
      .replace('Lesion 2', 'Lesion 1')
      .replace('Lesion 3', 'Lesion 2');
    const amended = { ...report(2020), extraction: extractReport('radiology', renumbered) };
    expect(words({ radiology: [amended] })).toEqual(words({}));
  });

  it('does not take two lesions for one because their targets share a label', () => {
    const label = 'Target';
    const targets = [target(2020, 't1', { ...LEFT, label }), target(2020, 't2', { ...RIGHT, label })];
    const both = [...track({ targets }).values()];
    expect(both.map(({ id }) => id)).toEqual(['Target · 2020-04-10 · t1', 'Target · 2020-04-10 · t2']);
    expect(both[0]!.uid).not.toBe(both[1]!.uid);
  });

  it('gives a lesion of a follow-up exam the name of the earlier one, in whatever order the exams came', () => {
    const studies = [study(2020), study(2022)];
    const radiology = [report(2020), report(2022)];
    const targets = [target(2020, 't1', LEFT), target(2022, 't2', LEFT), target(2022, 't3', RIGHT)];
    const names = track({ studies, radiology, targets });
    expect([...names.values()].map(({ id }) => id)).toEqual(
      expect.arrayContaining(['LPZplMid · 2020-04-10', 'LPZplMid · 2020-04-10', 'RTZaApex · 2022-04-10']),
    );
    expect(names.get('rad-2022/lesions/0')).toEqual(names.get('rad-2020/lesions/0'));
    const reversed = track({
      studies: studies.toReversed(),
      radiology: radiology.toReversed(),
      targets: targets.toReversed(),
    });
    expect(Object.fromEntries(reversed)).toEqual(Object.fromEntries(names));
    const alone = track({ studies: [study(2022)], radiology: [report(2022)], targets: [target(2022, 't2', LEFT)] });
    expect([...alone.values()].map(({ id }) => id)).toEqual(['LPZplMid · 2022-04-10']);
  });
});
