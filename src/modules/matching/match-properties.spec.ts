import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evidenceOf, judge, matchOf } from '../../../test/bench/matching-outcome.js';
import { matchingCohort } from '../../../test/fixtures/matching-cohort/matching-cohort.js';
import type { PatientEvidence } from './evidence.js';

/** The generated patients that have most to put in another order. */
const cases = matchingCohort(5, 200)
  .toSorted((a, b) => b.targets.length + b.studies.length - a.targets.length - a.studies.length)
  .slice(0, 30);
const patients = cases.map(evidenceOf);
const patient = fc.constantFrom(...patients);

/** The same evidence with each list in the order of these keys. */
const shuffled = (given: PatientEvidence, keys: number[]): PatientEvidence => {
  const inOrder = <T>(list: T[]): T[] =>
    list
      .map((one, i) => ({ one, key: keys[i % keys.length]! }))
      .sort((a, b) => a.key - b.key)
      .map(({ one }) => one);
  return {
    studies: inOrder(given.studies),
    radiology: inOrder(given.radiology),
    pathology: inOrder(given.pathology),
    targets: inOrder(given.targets),
  };
};
const keys = fc.array(fc.nat(1000), { minLength: 7, maxLength: 13 });

describe('matchPatient, whatever the patient', () => {
  it('does not depend on the order of studies, reports and targets', () => {
    fc.assert(
      fc.property(patient, keys, (evidence, order) => {
        expect(matchOf(shuffled(evidence, order))).toEqual(matchOf(evidence));
      }),
      { numRuns: 40 },
    );
  });

  it('gives the same after a target was withdrawn and added again', () => {
    fc.assert(
      fc.property(patient, fc.nat(), (evidence, which) => {
        const before = structuredClone(matchOf(evidence));
        const at = which % evidence.targets.length;
        const without = { ...evidence, targets: evidence.targets.toSpliced(at, 1) };
        expect(matchOf(without).matched.map(({ target }) => target.id)).not.toContain(evidence.targets[at]!.id);
        expect(matchOf({ ...without, targets: [...without.targets, evidence.targets[at]!] })).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });

  it('leaves its evidence as it was', () => {
    fc.assert(
      fc.property(patient, (evidence) => {
        const before = structuredClone(evidence);
        matchOf(evidence);
        expect(evidence).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });

  it('gives every target exactly one study, report and lesion, or exactly one reason', () => {
    for (const evidence of patients) {
      const { links, exclusions, matched } = matchOf(evidence);
      for (const { id } of evidence.targets) {
        const lesions = links.filter(({ kind, fromKey }) => kind === 'target-lesion' && fromKey === id);
        const reasons = exclusions.filter(({ entity, entityKey }) => entity === 'target' && entityKey === id);
        expect(lesions.length + reasons.length).toBe(1);
        expect(matched.filter(({ target }) => target.id === id)).toHaveLength(lesions.length);
      }
      for (const { confidence } of links) {
        expect(confidence).toBeGreaterThanOrEqual(0.6);
        expect(confidence).toBeLessThanOrEqual(1);
      }
    }
  });
});

describe('matchPatient on 600 generated patients', () => {
  const judged = matchingCohort(11, 600).flatMap((one) => judge(one, matchOf(evidenceOf(one))));
  const targets = judged.filter(({ entity }) => entity === 'target');

  it('gives every drop its reason', () => {
    expect(judged.filter(({ verdict }) => verdict === 'wrong reason')).toEqual([]);
    expect(targets.filter(({ verdict }) => verdict === 'right drop').length).toBeGreaterThan(200);
  });

  it('links no target and no specimen to a wrong lesion', () => {
    const specimens = judged.filter(({ entity }) => entity === 'specimen');
    expect([...targets, ...specimens].filter(({ verdict }) => verdict === 'wrong')).toEqual([]);
    expect(specimens.filter(({ verdict }) => verdict === 'right').length).toBeGreaterThan(500);
  });

  it('links nearly all targets that the words single out, and hardly any as wrong records say', () => {
    const of = (verdict: string) =>
      targets.filter((one) => one.verdict === verdict && (verdict !== 'right' || one.required));
    expect(of('missed').length / of('right').length).toBeLessThan(0.01);
    expect(of('misled').length / of('right').length).toBeLessThan(0.005);
  });
});
