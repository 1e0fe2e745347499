import { describe, expect, it } from '@jest/globals';
import { extractReport } from '../extraction/extract-report.js';
import { aimedCores, matchSpecimens } from './match-specimens.js';

const { lesions } = extractReport(
  'radiology',
  `FINDINGS:
Lesion 1: 12 mm lesion in the left posterolateral peripheral zone, mid gland. PI-RADS 4.
Lesion 2: 9 mm lesion in the right anterior transition zone, apex. PI-RADS 3.`,
);

/** Which lesion each part goes to, by the labels of both. */
function tie(parts: string, targetNumbers: (string | null)[] = [null, null], of = lesions): string[] {
  const extraction = extractReport('pathology', `PATHOLOGIC DIAGNOSIS:\n${parts}`);
  const described = extraction.specimens.map((specimen, index) => ({ key: String(index), specimen, extraction }));
  return matchSpecimens(described, of, targetNumbers)
    .map(({ specimen, lesion }) => `${specimen.specimen.label}→${of[lesion]!.label}`)
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

  it.each([
    [
      'a PI-RADS score that one lesion has',
      `A. PI-RADS 4 LESION: ${CANCER}\nB. PI-RADS 3 LESION: Benign.`,
      ['A→1', 'B→2'],
    ],
    ['a PI-RADS score on the wrong side', `A. RIGHT PI-RADS 4 LESION: ${CANCER}\nB. LEFT BASE: Benign.`, []],
    [
      'a targeted part by its place',
      `A. TARGETED, LEFT MID PERIPHERAL ZONE: ${CANCER}\nB. RIGHT APEX: Benign.`,
      ['A→1', 'B→2'],
    ],
    [
      'systematic parts alone, by side and level',
      `A. LEFT MID: ${CANCER}\nB. LEFT BASE: Benign.\nC. RIGHT APEX: Benign.`,
      ['A→1', 'C→2'],
    ],
    [
      'systematic parts beside a targeted one that may be of any lesion',
      `A. TARGETED BIOPSY: ${CANCER}\nB. LEFT MID: ${CANCER}\nC. RIGHT APEX: Benign.`,
      [],
    ],
  ])('%s', (_name, parts, expected) => {
    expect(tie(parts)).toEqual(expected);
  });

  it('refuses a PI-RADS score that two lesions share, even if the place of one fits better', () => {
    const shared = lesions.map((lesion) => ({
      ...lesion,
      pirads: 4 as const,
      location: { ...lesion.location, side: 'left' as const },
    }));
    const parts = `A. LEFT MID PERIPHERAL ZONE, PI-RADS 4 LESION: ${CANCER}\nB. RIGHT BASE: Benign.`;
    expect(tie(parts, [null, null], shared)).toEqual([]);
  });

  it("takes the number of the lesion's own target where pathology uses that", () => {
    expect(tie(`A. TARGET 7: ${CANCER}\nB. LEFT BASE: Benign.`, ['7', null])).toEqual(['A→1']);
  });

  it('leaves a targeted part alone whose place is one slip from a second lesion', () => {
    const [first] = lesions;
    const medial = { ...first!.location, positions: ['posterior' as const, 'medial' as const] };
    const near = [first!, { ...first!, label: '3', location: medial }];
    const parts = `A. TARGETED, LEFT POSTEROLATERAL PERIPHERAL ZONE, MID: ${CANCER}`;
    expect(tie(parts, [null], lesions)).toEqual(['A→1']);
    expect(tie(parts, [null, null], near)).toEqual([]);
  });
});

describe('aimedCores', () => {
  const coresOf = (parts: string) => {
    const extraction = extractReport('pathology', `PATHOLOGIC DIAGNOSIS:\n${parts}`);
    return aimedCores(
      extraction.specimens.map((specimen, index) => ({ key: String(index), specimen, extraction })),
      lesions,
    );
  };

  it.each([
    ['one lesion named of two', `A. TARGET 1: ${CANCER}\nB. RIGHT APEX: Benign.`, [true, false]],
    ['both', `A. TARGET 1: ${CANCER}\nB. TARGET 2: Benign.`, [true, true]],
    ['a place of one alone', `A. TARGETED, LEFT MID PERIPHERAL ZONE: ${CANCER}`, [true, false]],
    ['a part that may be of any lesion', `A. TARGET 1: ${CANCER}\nB. TARGETED BIOPSY: ${CANCER}`, [true, null]],
    ['a number that no lesion has', `A. TARGET 7: ${CANCER}`, [null, null]],
    ['systematic parts alone', `A. LEFT MID: ${CANCER}\nB. RIGHT APEX: Benign.`, [null, null]],
  ])('%s', (_name, parts, expected) => {
    expect(coresOf(parts)).toEqual(expected);
  });
});
