import type { Code } from '../dicom/elements.js';

/** What is asked of an exam, a lesion or a specimen of the prostate, in structured reports and FHIR observations alike. */

/** Of the exam, biparametric or multiparametric. */
export const PROSTATE_MRI: Code = { value: '75691003', scheme: 'SCT', meaning: 'MRI of prostate' };

/** DICOM's word, answered from PS3.16 CID 6328, and that of SNOMED CT. */
export const PIRADS: Code = { value: '130560', scheme: 'DCM', meaning: 'PI-RADS Localized Abnormality Assessment' };
export const PIRADS_CATEGORY: Code = { value: '1345044005', scheme: 'SCT', meaning: 'PI-RADS category' };

export const GRADE_GROUP: Code = { value: '94734-1', scheme: 'LN', meaning: 'Prostate cancer grade group' };
export const GRADE_FINDING: Code = {
  value: '385377005',
  scheme: 'SCT',
  meaning: 'Gleason grade finding for prostatic cancer',
};
export const GLEASON_SCORE: Code = { value: '372278000', scheme: 'SCT', meaning: 'Gleason score' };
