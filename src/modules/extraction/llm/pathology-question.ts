import { z } from 'zod';

/** What a model is asked of a prostate pathology report. Quotes only: values are read from them by the rules' readers. */
const quote = z.string().nullable();

const specimen = z.object({
  label: z.string(),
  site: quote,
  diagnosis: quote,
  gleason: quote,
  gradeGroup: quote,
  notGraded: quote,
  cores: quote,
  percentInvolved: quote,
  tumourLength: quote,
  percentPattern4: quote,
  perineuralInvasion: quote,
  cribriform: quote,
  intraductal: quote,
});

export const pathologyAnswer = z.object({ specimens: z.array(specimen).max(40) });

export type PathologyAnswer = z.infer<typeof pathologyAnswer>;

/** Without examples of values: small models copy them into their answers. */
export const PATHOLOGY_INSTRUCTIONS = `The report is of tissue of the prostate.
- specimens: one entry for each part (container, specimen) that has a diagnosis, in the order of the report. A summary or a
  synoptic block that repeats the parts adds none. Clinical data, gross descriptions and grading keys state no diagnosis.
  - label: the letter or number of the part as printed, alone.
  - site: the heading that names where the part is from.
  - diagnosis: the words of the diagnosis.
  - gleason: the Gleason score, patterns and sum. gradeGroup: the ISUP or WHO grade group with its key word.
  - notGraded: the words with which grading is declined.
  - cores: how many cores hold tumour, of how many, with the word for cores.
  - percentInvolved: the share of the core or tissue that is tumour. tumourLength: its length with the unit.
  - percentPattern4: the share of Gleason pattern 4, with its key word.
  - perineuralInvasion, cribriform, intraductal: the whole statement on it, whether it affirms or denies.`;
