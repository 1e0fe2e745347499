import type { Lesion, Specimen } from '../../extraction/extraction.js';
import type { Code } from '../dicom/elements.js';
import type { Evaluation } from '../sr/report-lesion.js';
import { GRADE_GROUP, PIRADS } from './prostate-codes.js';

/** What radiology and pathology say of a lesion of the prostate, as coded questions and answers. */

/** PS3.16 CID 6328. */
const CATEGORIES: Record<string, readonly [value: string, meaning: string]> = {
  1: ['RID50296', 'PI-RADS 1 - Very low (lesion)'],
  2: ['RID50297', 'PI-RADS 2 - Low (lesion)'],
  3: ['RID50298', 'PI-RADS 3 - Intermediate (lesion)'],
  4: ['RID50299', 'PI-RADS 4 - High (lesion)'],
  5: ['RID50300', 'PI-RADS 5 - Very high (lesion)'],
  X: ['RID50323', 'PI-RADS X - Inadequate or absent (lesion)'],
};

/** SNOMED CT: the ISUP grade group and the patterns that it was given for. */
const GRADES: Record<string, readonly [value: string, gradeGroup: number]> = {
  '3 + 3': ['1279715000', 1],
  '3 + 4': ['1279714001', 2],
  '4 + 3': ['1279716004', 3],
  '4 + 4': ['1279717008', 4],
  '3 + 5': ['1279718003', 4],
  '5 + 3': ['1279719006', 4],
  '4 + 5': ['1279720000', 5],
  '5 + 4': ['1279721001', 5],
  '5 + 5': ['1279722008', 5],
};
/** These two groups have one pattern each. */
const ONLY_PATTERNS: Record<number, string> = { 2: '3 + 4', 3: '4 + 3' };
/** LOINC answer list LL5543-5: the group alone, where the patterns are not stated or differ between specimens. */
const GROUPS: Record<number, readonly [value: string, score: string]> = {
  1: ['LA30794-4', '<=6'],
  4: ['LA30797-7', '8'],
  5: ['LA30798-5', '9-10'],
};

export function prostateEvaluations(
  pirads: Lesion['pirads'],
  gradeGroup: number | null,
  specimens: readonly Pick<Specimen, 'isup' | 'gleason'>[],
): Evaluation[] {
  const grade = gradeGroup === null ? undefined : gradeOf(gradeGroup, specimens);
  return [
    ...(pirads === null ? [] : [{ question: PIRADS, answer: categoryOf(pirads) }]),
    ...(grade ? [{ question: GRADE_GROUP, answer: grade }] : []),
  ];
}

function categoryOf(pirads: NonNullable<Lesion['pirads']>): Code {
  const [value, meaning] = CATEGORIES[pirads]!;
  return { value, scheme: 'RADLEX', meaning };
}

function gradeOf(gradeGroup: number, specimens: readonly Pick<Specimen, 'isup' | 'gleason'>[]): Code | undefined {
  const stated = new Set(
    specimens
      .filter(({ isup }) => isup === gradeGroup)
      .map(({ gleason }) => `${gleason?.primary} + ${gleason?.secondary}`),
  );
  const [patterns = ''] = ONLY_PATTERNS[gradeGroup] ? [ONLY_PATTERNS[gradeGroup]] : stated.size === 1 ? stated : [];
  const grade = GRADES[patterns];
  if (grade && grade[1] === gradeGroup) {
    const score = patterns.split(' + ').reduce((sum, pattern) => sum + Number(pattern), 0);
    const meaning = `ISUP grade group ${gradeGroup} (Gleason score ${patterns} = ${score})`;
    return { value: grade[0], scheme: 'SCT', meaning };
  }
  const group = GROUPS[gradeGroup];
  if (!group) return undefined;
  const meaning = `ISUP Grade (Grade Group) ${gradeGroup} (Gleason score ${group[1]})`;
  return { value: group[0], scheme: 'LN', meaning };
}
