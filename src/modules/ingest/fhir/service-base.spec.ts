import { describe, expect, it } from '@jest/globals';
import { ServiceBase } from './service-base.js';

const base = new ServiceBase('https://fhir.hosp.local/fhir');

describe('addresses of the service', () => {
  it.each([
    ['Patient/1', 'https://fhir.hosp.local/fhir/Patient/1'],
    ['https://fhir.hosp.local/fhir/Patient/1', 'https://fhir.hosp.local/fhir/Patient/1'],
    ['https://FHIR.hosp.local:443/fhir?page=2', 'https://fhir.hosp.local/fhir?page=2'],
    ['/fhir/Patient/1#x', 'https://fhir.hosp.local/fhir/Patient/1'],
    ['?page=2', 'https://fhir.hosp.local/fhir/?page=2'],
  ])('%s', (address, expected) => {
    expect(base.resolve(address).href).toBe(expected);
  });

  it('counts a bare query from the page', () => {
    expect(base.resolve('?page=2', new URL('https://fhir.hosp.local/fhir/Patient?a=1')).href).toBe(
      'https://fhir.hosp.local/fhir/Patient?page=2',
    );
  });

  it('takes a base at the root, with or without slash', () => {
    for (const url of ['http://h:1', 'http://h:1/'])
      expect(new ServiceBase(url).resolve('Patient/1').href).toBe('http://h:1/Patient/1');
  });
});

describe('addresses of others', () => {
  it.each([
    'https://fhir.hosp.local.evil.com/fhir/Patient/1',
    'https://fhir.hosp.local@evil.com/fhir/Patient/1',
    'https://evil.com/https://fhir.hosp.local/fhir/Patient/1',
    'https://fhir.hosp.local:8443/fhir/Patient/1',
    'http://fhir.hosp.local/fhir/Patient/1',
    'https://me@fhir.hosp.local/fhir/Patient/1',
    'https://:pass@fhir.hosp.local/fhir/Patient/1',
    'https://fhir.hosp.local/fhir-admin/Patient/1',
    'https://fhir.hosp.local/fhir/../admin',
    'https://fhir.hosp.local/fhir/%2E%2e/admin',
    'https://fhir.hosp.local\\@evil.com/fhir/x',
    '//evil.com/fhir/x',
    '/\\evil.com/fhir/x',
    'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0',
    'javascript:alert(1)',
    'data:text/plain,x',
    'https://[',
  ])('%s', (address) => {
    expect(() => base.resolve(address)).toThrow(/leaves the configured FHIR server/);
  });
});
