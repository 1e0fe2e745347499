import { describe, expect, it } from '@jest/globals';
import type { DiagnosticReport, Identifier, Patient, ServiceRequest } from '@medplum/fhirtypes';
import { accessionNumbers, isSuperseded, patientKeys, patientMerges, studyUids } from './identity.js';

const V2 = 'http://terminology.hl7.org/CodeSystem/v2-0203';
const typed = (code: string, value: string, system?: string, typeSystem: string | undefined = V2): Identifier => ({
  ...(system ? { system } : {}),
  value,
  type: { coding: [{ code, ...(typeSystem ? { system: typeSystem } : {}) }] },
});
const patient = (...identifier: Identifier[]): Patient => ({ resourceType: 'Patient', identifier });

describe('patientKeys', () => {
  const systems = { 'http://a/mrn': 'HOSP-A', 'urn:oid:1.2.3': 'HOSP-B', 'http://c/mrn': '' };
  it.each<[string, Record<string, string>, Identifier[], [string, string][]]>([
    ['a configured system', systems, [{ system: 'http://a/mrn', value: '17' }], [['HOSP-A', '17']]],
    [
      'leading zeros and inner spaces stay, outer spaces go',
      systems,
      [{ system: 'http://a/mrn', value: ' 00 17 ' }],
      [['HOSP-A', '00 17']],
    ],
    ['an OID with or without urn:oid:', systems, [{ system: '1.2.3', value: '5' }], [['HOSP-B', '5']]],
    ['the configuration without urn:oid:', { '1.2.3': 'B' }, [{ system: 'urn:oid:1.2.3', value: '5' }], [['B', '5']]],
    ['a PACS without issuer', systems, [{ system: 'http://c/mrn', value: '5' }], [['', '5']]],
    ['other systems, even typed MR', systems, [typed('MR', '5', 'http://x')], []],
    ['a system that only begins alike', systems, [{ system: 'http://a/mrn2', value: '5' }], []],
    [
      'several, each once',
      systems,
      [
        { system: 'http://a/mrn', value: '1' },
        { system: 'http://a/mrn', value: '1' },
        { system: 'http://c/mrn', value: '2' },
      ],
      [
        ['HOSP-A', '1'],
        ['', '2'],
      ],
    ],
    ['an old number', systems, [{ system: 'http://a/mrn', value: '1', use: 'old' }], []],
    ['no value', systems, [{ system: 'http://a/mrn' }, { system: 'http://a/mrn', value: '  ' }], []],
    ['nothing configured: typed MR', {}, [typed('MR', '1', 'http://x'), typed('SS', '2')], [['', '1']]],
    [
      'nothing configured: table 0203 by OID, or without system',
      {},
      [typed('MR', '1', undefined, 'urn:oid:2.16.840.1.113883.18.108'), typed('MR', '2', undefined, '')],
      [
        ['', '1'],
        ['', '2'],
      ],
    ],
    [
      'nothing configured: MR of another table',
      {},
      [typed('MR', '1', undefined, 'http://other'), typed('SS', '2')],
      [],
    ],
    ['nothing configured: the only identifier', {}, [{ value: '0007' }], [['', '0007']]],
    ['nothing configured: two untyped ones', {}, [{ value: '1' }, { value: '2' }], []],
    ['no identifier', {}, [], []],
  ])('%s', (_name, map, identifiers, expected) => {
    expect(patientKeys(patient(...identifiers), map)).toMatchObject(
      expected.map(([issuer, patientId]) => ({ issuer, patientId })),
    );
  });

  it('tells the system of a number, the first in order of several', () => {
    const record = patient(typed('MR', '1', 'urn:oid:1.2'), typed('MR', '1', '1.10'), typed('MR', '2'));
    expect(patientKeys(record, {})).toEqual([
      { issuer: '', patientId: '2', system: '' },
      { issuer: '', patientId: '1', system: '1.10' },
    ]);
  });
});

describe('merged records', () => {
  it('names both directions and knows who is superseded', () => {
    const merged: Patient = {
      resourceType: 'Patient',
      link: [
        { type: 'replaced-by', other: { reference: 'Patient/new' } },
        { type: 'replaces', other: { reference: 'Patient/older' } },
        { type: 'seealso', other: { reference: 'Patient/else' } },
      ],
    };
    expect(patientMerges(merged)).toEqual({ replacedBy: ['Patient/new'], replaces: ['Patient/older'] });
    expect(isSuperseded(merged)).toBe(true);
    expect(isSuperseded({ resourceType: 'Patient', active: false })).toBe(true);
    expect(
      isSuperseded({ resourceType: 'Patient', link: [{ type: 'replaces', other: { reference: 'Patient/1' } }] }),
    ).toBe(false);
  });
});

describe('accessionNumbers', () => {
  const report: DiagnosticReport = { resourceType: 'DiagnosticReport', status: 'final', code: {} };
  const order = (...identifier: Identifier[]): ServiceRequest => ({
    resourceType: 'ServiceRequest',
    status: 'completed',
    intent: 'order',
    subject: {},
    identifier,
  });

  it('puts the stated ones first, each with its system, each once', () => {
    const found = accessionNumbers(
      [
        order(
          { value: 'PL1', system: 'http://placer' },
          typed('ACSN', 'A1', 'http://acc'),
          typed('ACSN', 'A1', 'http://acc'),
        ),
      ],
      {
        ...report,
        identifier: [{ value: ' R1 ', system: 'http://ris' }],
        basedOn: [{ identifier: typed('ACSN', 'A2') }],
      },
      [
        {
          resourceType: 'ImagingStudy',
          status: 'available',
          subject: {},
          identifier: [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' }, typed('ACSN', 'A3')],
        },
      ],
    );
    expect(found.map(({ value, system, stated }) => [value, system, stated])).toEqual([
      ['A1', 'http://acc', true],
      ['A3', undefined, true],
      ['A2', undefined, true],
      ['PL1', 'http://placer', false],
      ['R1', 'http://ris', false],
    ]);
  });

  it('takes a configured system as stating it', () => {
    expect(accessionNumbers([order({ value: 'X', system: 'urn:oid:1.2' })], report, [], ['1.2'])[0]?.stated).toBe(true);
  });
});

describe('studyUids', () => {
  it.each<[string, Identifier | Identifier[] | undefined, string[]]>([
    ['as the standard has it', [{ system: 'urn:dicom:uid', value: 'urn:oid:1.2.840.1' }], ['1.2.840.1']],
    ['without urn:oid:', [{ system: 'urn:dicom:uid', value: '1.2.840.1' }], ['1.2.840.1']],
    ['without its system', [{ value: 'urn:oid:1.2.840.1' }], ['1.2.840.1']],
    ['in a reference', { system: 'urn:dicom:uid', value: 'urn:oid:1.2' }, ['1.2']],
    ['not a UID', [{ system: 'urn:dicom:uid', value: 'urn:oid:abc' }, { system: 'urn:dicom:uid' }], []],
    ['another identifier', [{ system: 'http://acc', value: '1.2.3' }], []],
    ['none', undefined, []],
  ])('%s', (_name, identifier, expected) => {
    expect(studyUids({ identifier } as Parameters<typeof studyUids>[0])).toEqual(expected);
  });
});
