import { describe, expect, it } from '@jest/globals';
import { extractReport } from '../extraction/extract-report.js';
import { matchSpecimens } from './match-specimens.js';

const { lesions } = extractReport(
  'radiology',
  `FINDINGS:
Lesion 1: 12 mm lesion in the left posterolateral peripheral zone, mid gland. PI-RADS 4.
Lesion 2: 9 mm lesion in the right anterior transition zone, apex. PI-RADS 3.`,
);

/** Which lesion each part goes to, by the labels of both. */
function tie(parts: string, targetNumbers: (string | null)[] = [null, null]): string[] {
  const { specimens } = extractReport('pathology', `PATHOLOGIC DIAGNOSIS:\n${parts}`);
  const described = specimens.map((specimen, index) => ({ key: String(index), specimen }));
  return matchSpecimens(described, lesions, targetNumbers)
    .map(({ specimen, lesion }) => `${specimen.specimen.label}→${lesions[lesion]!.label}`)
    .sort();
}

const CANCER = 'Prostatic adenocarcinoma, Gleason score 3+4=7 (Grade Group 2), 2 of 3 cores.';

describe('matchSpecimens', () => {
  it.each([
    ['a named target', `A. TARGET 2: ${CANCER}\nB. LEFT BASE: Benign prostatic tissue.`, ['A→2']],
    ['several parts of one target', `A. TARGET 1: ${CANCER}\nB. TARGET 1: ${CANCER}`, ['A→1', 'B→1']],
    ['a named target on the wrong side', `A. RIGHT MID, TARGET 1: ${CANCER}\nB. LEFT BASE: Benign.`, []],
    [
      'a systematic part of the same place beside a target part',
      `A. TARGET 1: ${CANCER}\nB. LEFT MID PERIPHERAL ZONE: ${CANCER}`,
      ['A→1'],
    ],
  ])('%s', (_name, parts, expected) => {
    expect(tie(parts)).toEqual(expected);
  });

  it("takes the number of the lesion's own target where pathology uses that", () => {
    expect(tie(`A. TARGET 7: ${CANCER}\nB. LEFT BASE: Benign.`, ['7', null])).toEqual(['A→1']);
  });
});
