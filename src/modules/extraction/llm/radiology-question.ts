import { z } from 'zod';

/** What a model is asked of a prostate MRI report. Quotes only: values are read from them by the rules' readers. */
const quote = z.string().nullable();

const lesion = z.object({
  name: quote,
  category: quote,
  size: quote,
  location: quote,
  sequenceScores: quote,
  images: quote,
  extraprostaticExtension: quote,
  seminalVesicleInvasion: quote,
});

export const radiologyAnswer = z.object({
  psa: quote,
  psaDensity: quote,
  prostateVolume: quote,
  earlierBiopsy: quote,
  categoryOfExam: quote,
  extraprostaticExtension: quote,
  seminalVesicleInvasion: quote,
  lesions: z.array(lesion).max(12),
});

export type RadiologyAnswer = z.infer<typeof radiologyAnswer>;

/** Without examples of values: small models copy them into their answers. */
export const RADIOLOGY_INSTRUCTIONS = `The report is of an MRI of the prostate.
- psa: the present serum PSA with the word PSA and its unit. psaDensity, prostateVolume: likewise, with their key word.
- earlierBiopsy: the sentence that says whether there were biopsies before and what they found.
- categoryOfExam: the PI-RADS category of the whole examination, only where the report gives one besides those of lesions.
- extraprostaticExtension, seminalVesicleInvasion at the top: a statement on the whole gland.
- lesions: each lesion, target, ROI, focus or nodule with a PI-RADS or Likert category or an explicit suspicion, once,
  in the order of the report; an empty list where there is none. Findings and impression that describe the same lesion
  are one entry; where they differ, the impression counts; an addendum counts before both. Benign nodules, cysts and
  diffuse changes are no lesions.
  - name: the words with which the report numbers it.
  - category: its PI-RADS or Likert category, from the name of the scale to the number.
  - size: its present dimensions with their unit; never those of the gland, a distance or a contact length.
  - location: the words for side, zone, level and position, in one quote.
  - sequenceScores: the scores of single sequences (T2, DWI, DCE). images: the series and image number.
  - extraprostaticExtension, seminalVesicleInvasion: a statement on this lesion.`;
