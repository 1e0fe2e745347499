import { describe, expect, it } from '@jest/globals';
import { extractReport } from '../extraction/extract-report.js';
import type { PatientEvidence, ReportEvidence, StudyEvidence, TargetEvidence } from './evidence.js';
import { matchPatient } from './match-patient.js';

const RADIOLOGY = `MRI PROSTATE
FINDINGS:
Lesion 1: 12 mm lesion in the left posterolateral peripheral zone, mid gland. PI-RADS 4.
Lesion 2: 9 mm lesion in the right anterior transition zone, apex. PI-RADS 3.
IMPRESSION: PI-RADS 4 lesion left mid peripheral zone.`;
const PATHOLOGY = `PATHOLOGIC DIAGNOSIS:
A. LEFT PERIPHERAL ZONE POSTEROLATERAL MID (TARGET 1): Prostatic adenocarcinoma, Gleason score 4+3=7 (Grade Group 3), involving 2 of 3 cores.
B. RIGHT BASE: Benign prostatic tissue.`;

const study = (given: Partial<StudyEvidence> = {}): StudyEvidence => ({
  studyInstanceUid: '1.2.3',
  studyDate: '2024-03-01',
  accessionNumber: 'A1',
  mayShowProstate: true,
  isGuidance: false,
  axialT2: { seriesInstanceUid: '1.2.3.4', middleXLps: 0 },
  axialT2Reason: 'axial T2',
  namesProstate: true,
  axialT2InFrame: { '1.2.9': { seriesInstanceUid: '1.2.3.4', middleXLps: 0 } },
  frameOfSeries: { '1.2.3.4': '1.2.9' },
  ...given,
});
const report = (id: string, kind: 'radiology' | 'pathology', given: Partial<ReportEvidence> = {}): ReportEvidence => ({
  id,
  effectiveDate: kind === 'radiology' ? '2024-03-01' : '2024-04-10',
  issuedAt: '2024-03-02T08:00:00.000Z',
  accessionNumbers: kind === 'radiology' ? ['A1'] : ['P77'],
  isAccessionShared: false,
  studyInstanceUids: [],
  textSha256: id,
  extraction: extractReport(kind, kind === 'radiology' ? RADIOLOGY : PATHOLOGY),
  ...given,
});
const target = (given: Partial<TargetEvidence> = {}): TargetEvidence => ({
  id: 't1',
  procedureDate: '2024-04-10',
  label: 'LPZplMid',
  pointLps: [20, 30, -40],
  frameOfReferenceUid: null,
  referenceSeriesUid: null,
  ...given,
});
const evidence = (given: Partial<PatientEvidence> = {}): PatientEvidence => ({
  studies: [study()],
  radiology: [report('rad', 'radiology')],
  pathology: [report('path', 'pathology')],
  targets: [target()],
  ...given,
});

const match = (given: Partial<PatientEvidence> = {}) => matchPatient(evidence(given), { mrWindowDays: 365 });
/** The lesion label of the target, or the reason why it has none. */
const outcome = (given: Partial<PatientEvidence> = {}) => {
  const { matched, exclusions } = match(given);
  return matched[0]?.lesion.label ?? exclusions.find(({ entity }) => entity === 'target')?.reason;
};
const later = (days: number) => new Date(Date.parse('2024-03-01') + days * 86_400_000).toISOString().slice(0, 10);

describe('matchPatient', () => {
  it('ties target, study, report, lesion and specimen, and gives the rest a reason', () => {
    const { matched, links, exclusions } = match();
    expect(matched).toHaveLength(1);
    expect(matched[0]!.lesion.label).toBe('1');
    expect(matched[0]!.specimens.map(({ specimen }) => specimen.label)).toEqual(['A']);
    expect(links.map(({ kind }) => kind).sort()).toEqual([
      'lesion-specimen',
      'study-report',
      'target-lesion',
      'target-study',
    ]);
    expect(exclusions.map(({ entity, entityKey, reason }) => `${entity} ${entityKey} ${reason}`)).toEqual([
      'lesion rad/lesions/1 no-target',
      'specimen path/specimens/1 no-matching-target',
    ]);
  });

  it.each<[string, Partial<PatientEvidence>, string]>([
    ['no study', { studies: [] }, 'no-study'],
    ['an MR after the biopsy', { studies: [study({ studyDate: '2024-05-01' })] }, 'no-mr-before-biopsy'],
    ['an MR too long before', { studies: [study({ studyDate: '2023-01-01' })] }, 'no-mr-before-biopsy'],
    ['an MR without a date', { studies: [study({ studyDate: null })] }, 'no-mr-before-biopsy'],
    ['needle guidance only', { studies: [study({ isGuidance: true, axialT2: null })] }, 'no-mr-before-biopsy'],
    ['a knee', { studies: [study({ mayShowProstate: false, accessionNumber: 'K' })] }, 'no-prostate-mr'],
    ['no axial T2', { studies: [study({ axialT2: null })] }, 'no-axial-t2'],
    ['no report', { radiology: [] }, 'no-report'],
    [
      'a report of another day',
      { radiology: [report('rad', 'radiology', { accessionNumbers: [], effectiveDate: later(9) })] },
      'no-report',
    ],
    [
      'a report of another study by its UID',
      { radiology: [report('rad', 'radiology', { studyInstanceUids: ['9.9'] })] },
      'no-report',
    ],
    [
      'a report by accession, whatever its date',
      { radiology: [report('rad', 'radiology', { effectiveDate: later(60) })] },
      '1',
    ],
    [
      'a report by UID, whatever its accession',
      { radiology: [report('rad', 'radiology', { studyInstanceUids: ['1.2.3'], accessionNumbers: ['Z'] })] },
      '1',
    ],
    [
      'a report by an accession number that another patient has, too',
      { radiology: [report('rad', 'radiology', { isAccessionShared: true })] },
      'accession-shared',
    ],
    [
      'a report by UID, though another patient has its accession number',
      { radiology: [report('rad', 'radiology', { studyInstanceUids: ['1.2.3'], isAccessionShared: true })] },
      '1',
    ],
    [
      'a report by date',
      { radiology: [report('rad', 'radiology', { accessionNumbers: [], effectiveDate: later(-1) })] },
      '1',
    ],
    [
      'two reports that fit equally and differ',
      {
        radiology: [
          report('a', 'radiology'),
          report('b', 'radiology', { extraction: extractReport('radiology', RADIOLOGY.replace('12 mm', '17 mm')) }),
        ],
      },
      'ambiguous',
    ],
    [
      'two reports, the newer one counts',
      { radiology: [report('a', 'radiology'), report('b', 'radiology', { issuedAt: '2024-03-05T00:00:00.000Z' })] },
      '1',
    ],
    ['a name on the other side of its point', { targets: [target({ label: 'RPZplMid' })] }, 'side-contradiction'],
    [
      'a place that no lesion has',
      { targets: [target({ label: 'RPZplMid', pointLps: [-5, 30, -40] })] },
      'no-matching-lesion',
    ],
  ])('%s', (_name, given, expected) => {
    expect(outcome(given)).toBe(expected);
  });

  it('takes the nearest MR before the biopsy, and an MR of the biopsy day only without an earlier one', () => {
    const studies = [
      study({ studyInstanceUid: '1', studyDate: '2023-09-01', accessionNumber: 'X' }),
      study(),
      study({ studyInstanceUid: '2', studyDate: '2024-04-10', accessionNumber: 'Y' }),
    ];
    expect(match({ studies }).matched[0]!.study.studyInstanceUid).toBe('1.2.3');
    expect(match({ studies: [study({ studyDate: '2024-04-10' })] }).matched[0]!.study.studyInstanceUid).toBe('1.2.3');
  });

  it('never takes the first of two studies of a day, but the one with a report of its own', () => {
    const twin = study({ studyInstanceUid: '7.7', accessionNumber: 'B2' });
    expect(match({ studies: [study(), twin] }).matched[0]!.study.studyInstanceUid).toBe('1.2.3');
    expect(outcome({ studies: [study({ accessionNumber: null }), { ...twin, accessionNumber: null }] })).toBe(
      'ambiguous-study',
    );
  });

  // A rescan some days later ran under the accession number of the first visit, and got the report of it.
  it('does not guess between two studies under one accession number, unless the report names one', () => {
    const rescan = study({ studyInstanceUid: '7.7', studyDate: later(6) });
    expect(outcome({ studies: [study(), rescan] })).toBe('ambiguous-study');
    const radiology = [report('rad', 'radiology', { studyInstanceUids: ['7.7'] })];
    expect(match({ studies: [study(), rescan], radiology }).matched[0]!.study.studyInstanceUid).toBe('7.7');
    expect(match({ studies: [study(), { ...rescan, axialT2: null }] }).matched[0]!.study.studyInstanceUid).toBe(
      '1.2.3',
    );
  });

  it('believes a target that names its series or frame of reference', () => {
    const old = study({
      studyInstanceUid: '5',
      studyDate: '2020-01-01',
      accessionNumber: 'A1',
      axialT2InFrame: { '5.9': { seriesInstanceUid: '5.6', middleXLps: 0 } },
      frameOfSeries: { '5.5': '5.9', '5.6': '5.9', '5.7': '5.1' },
    });
    const studies = [study({ accessionNumber: 'other' }), old];
    expect(match({ studies, targets: [target({ referenceSeriesUid: '5.5' })] }).matched[0]!.study).toBe(old);
    expect(match({ studies, targets: [target({ frameOfReferenceUid: '5.9' })] }).matched[0]!.study).toBe(old);
    expect(match({ studies, targets: [target({ referenceSeriesUid: '5.5' })] }).matched[0]!.seriesInstanceUid).toBe(
      '5.6',
    );
    expect(outcome({ studies, targets: [target({ frameOfReferenceUid: '4.4' })] })).toBe('other-frame-of-reference');
    expect(outcome({ studies, targets: [target({ referenceSeriesUid: '5.7' })] })).toBe('other-frame-of-reference');
  });

  it('takes the T2 of the frame that the target names, not the one that the study would give', () => {
    const repeated = study({
      axialT2InFrame: {
        '1.2.9': { seriesInstanceUid: '1.2.3.4', middleXLps: 0 },
        '1.2.8': { seriesInstanceUid: '1.2.3.5', middleXLps: 0 },
      },
      frameOfSeries: { '1.2.3.4': '1.2.9', '1.2.3.5': '1.2.8' },
    });
    const { matched } = match({ studies: [repeated], targets: [target({ frameOfReferenceUid: '1.2.8' })] });
    expect(matched[0]!.seriesInstanceUid).toBe('1.2.3.5');
  });

  it('passes over a later pelvis MR without a report, but not over one that names the prostate', () => {
    const later = study({ studyInstanceUid: '6', studyDate: '2024-03-20', accessionNumber: 'B', namesProstate: false });
    expect(match({ studies: [study(), later] }).matched[0]!.study.studyInstanceUid).toBe('1.2.3');
    expect(outcome({ studies: [study(), { ...later, namesProstate: true }] })).toBe('no-report');
  });

  it('takes a study of whatever region its headers say, when its own prostate report says otherwise', () => {
    expect(outcome({ studies: [study({ mayShowProstate: false })] })).toBe('1');
  });

  it('prefers the report with lesions to an addendum of its own, and takes the same report twice as one', () => {
    const addendum = report('add', 'radiology', {
      issuedAt: '2024-05-01T00:00:00.000Z',
      extraction: extractReport('radiology', 'ADDENDUM: MRI prostate reviewed in conference. No change.'),
    });
    expect(outcome({ radiology: [report('rad', 'radiology'), addendum] })).toBe('1');
    expect(outcome({ radiology: [report('a', 'radiology'), report('b', 'radiology')] })).toBe('1');
  });

  it('leaves pathology of another biopsy alone', () => {
    const far = report('path', 'pathology', { effectiveDate: '2024-09-01' });
    expect(match({ pathology: [far] }).matched[0]!.specimens).toEqual([]);
  });

  // Cores of the second biopsy, taken within a month of the first, ended up on the label of the first.
  it('gives pathology to the nearest biopsy before it, not to every one within a month', () => {
    const again = target({ id: 't2', procedureDate: '2024-04-28' });
    const given = {
      targets: [target(), again],
      pathology: [report('path', 'pathology', { effectiveDate: '2024-04-29' })],
    };
    expect(match(given).matched.map(({ specimens }) => specimens.length)).toEqual([0, 1]);
    const early = { ...given, pathology: [report('path', 'pathology', { effectiveDate: '2024-04-20' })] };
    expect(match(early).matched.map(({ specimens }) => specimens.length)).toEqual([1, 0]);
  });

  // Targets of one biopsy on two MRs: "TARGET 1" fits lesion 1 of either report, and was tied to both.
  it('ties a specimen to lesions of one report at most', () => {
    const older = study({
      studyInstanceUid: '5',
      studyDate: '2023-09-01',
      accessionNumber: 'B',
      axialT2InFrame: { '5.9': { seriesInstanceUid: '5.6', middleXLps: 0 } },
      frameOfSeries: { '5.6': '5.9' },
    });
    const radiology = [report('rad', 'radiology'), report('old', 'radiology', { accessionNumbers: ['B'] })];
    const targets = [target(), target({ id: 't2', frameOfReferenceUid: '5.9' })];
    const { matched, links, exclusions } = match({ studies: [study(), older], radiology, targets });
    expect(matched.map(({ report: { id }, specimens }) => [id, specimens.length])).toEqual([
      ['rad', 0],
      ['old', 0],
    ]);
    expect(links.filter(({ kind }) => kind === 'lesion-specimen')).toEqual([]);
    expect(matched.flatMap(({ sentences }) => sentences).join()).not.toContain('specimen');
    expect(exclusions.filter(({ entity }) => entity === 'specimen').map(({ reason }) => reason)).toEqual([
      'no-matching-target',
      'no-matching-target',
    ]);
  });

  it('is a function of the evidence, not of its order', () => {
    const targets = [
      target(),
      target({ id: 't2', label: 'RTZaApex' }),
      target({ id: 't3', label: 'F-1', procedureDate: '2024-06-01' }),
    ];
    const studies = [study(), study({ studyInstanceUid: '0.1', studyDate: '2023-10-01', accessionNumber: 'Q' })];
    const radiology = [
      report('rad', 'radiology'),
      report('rad0', 'radiology', { accessionNumbers: ['Q'], effectiveDate: '2023-10-01' }),
    ];
    const forwards = match({ targets, studies, radiology });
    const backwards = match({
      targets: targets.toReversed(),
      studies: studies.toReversed(),
      radiology: radiology.toReversed(),
    });
    expect(backwards).toEqual(forwards);
  });
});
