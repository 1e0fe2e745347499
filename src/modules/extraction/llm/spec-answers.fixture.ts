import type { PathologyAnswer } from './pathology-question.js';
import type { RadiologyAnswer } from './radiology-question.js';

/** Answers in which everything is null but what a test names. */
export const lesionAnswer = (
  given: Partial<RadiologyAnswer['lesions'][number]>,
): RadiologyAnswer['lesions'][number] => ({
  name: null,
  category: null,
  size: null,
  location: null,
  sequenceScores: null,
  images: null,
  extraprostaticExtension: null,
  seminalVesicleInvasion: null,
  ...given,
});

export const radiologyAnswerOf = (given: Partial<RadiologyAnswer>): RadiologyAnswer => ({
  psa: null,
  psaDensity: null,
  prostateVolume: null,
  earlierBiopsy: null,
  categoryOfExam: null,
  extraprostaticExtension: null,
  seminalVesicleInvasion: null,
  lesions: [],
  ...given,
});

export const specimenAnswer = (
  given: Partial<PathologyAnswer['specimens'][number]> & { label: string },
): PathologyAnswer['specimens'][number] => ({
  site: null,
  diagnosis: null,
  gleason: null,
  gradeGroup: null,
  notGraded: null,
  cores: null,
  percentInvolved: null,
  tumourLength: null,
  percentPattern4: null,
  perineuralInvasion: null,
  cribriform: null,
  intraductal: null,
  ...given,
});
