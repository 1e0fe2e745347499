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

export const PATHOLOGY_INSTRUCTIONS = `The report is of tissue of the prostate.
- specimens: one entry for each part (container, specimen) that has a diagnosis, in the order of the report. A summary or a
  synoptic block that repeats the parts adds none. Clinical data, gross descriptions and grading keys state no diagnosis.
  - label: the letter or number of the part as printed, alone ("A", "3", "II").
  - site: the heading that names where the part is from ("LEFT MID, TARGET 1").
  - diagnosis: the words of the diagnosis ("Prostatic adenocarcinoma", "Benign prostatic tissue").
  - gleason: the score ("3+4=7"). gradeGroup: the ISUP or WHO grade group ("Grade Group 2").
  - notGraded: the words with which grading is declined.
  - cores: how many cores hold tumour, of how many ("2 of 3 cores").
  - percentInvolved: the share of the core or tissue that is tumour ("60%"). tumourLength: "7 mm".
  - percentPattern4: the share of Gleason pattern 4, with its key word ("pattern 4: 20%").
  - perineuralInvasion, cribriform, intraductal: the whole statement ("Perineural invasion: not identified").`;
