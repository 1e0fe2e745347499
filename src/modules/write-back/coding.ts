import type { CodeableConcept } from '@medplum/fhirtypes';
import type { Code } from '../labels/dicom/elements.js';

/** What FHIR R4 calls the coding schemes of DICOM (FHIR R4, 4.3.0 external code systems). */
const SYSTEMS: Record<Code['scheme'], string> = {
  SCT: 'http://snomed.info/sct',
  DCM: 'http://dicom.nema.org/resources/ontology/DCM',
  LN: 'http://loinc.org',
  RADLEX: 'http://www.radlex.org',
  UCUM: 'http://unitsofmeasure.org',
  RFC5646: 'urn:ietf:bcp:47',
};

/** One concept in one or several coding schemes. */
export function concept(text: string, ...codes: Code[]): CodeableConcept {
  const coding = codes.map(({ scheme, value, meaning }) => ({
    system: SYSTEMS[scheme],
    code: value,
    display: meaning,
  }));
  return { ...(coding.length > 0 && { coding }), text };
}

/** A code of FHIR's own terminology (terminology.hl7.org). */
export const hl7Concept = (system: string, code: string): CodeableConcept => ({
  coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }],
});
