const PROSTATE_OR_PELVIS = /prost|pelvi|becken|bekken|bassin|mpmr|mp-mr|bpmr|bp-mr|pi-?rads/i;
const OTHER_REGION =
  /\b(knee|knie|genou|rodilla|rodill|brain|hirn|head|kopf|schadel|schädel|cranium|skull|neuro|cerebr\w*|spine|[clt]-?spine|wirbel\w*|lws|bws|hws|shoulder|schulter|epaule|hombro|ankle|foot|hand|wrist|elbow|breast|mamma|brust|sein|heart|herz|cardiac|coeur|liver|leber|foie|mrcp|kidney|niere|thorax|chest|neck|hals|orbit\w*|pituitary|hypophyse|tmj|femur|thigh)\b/i;

/**
 * Whether a study can show the prostate, by BodyPartExamined, StudyDescription and the descriptions of its series. Only
 * words that name another region speak against it; silence does not, because descriptions are often stripped.
 */
export function mayShowProstate(bodyParts: string[], descriptions: string[]): boolean {
  const texts = [...bodyParts, ...descriptions].map((text) => text.replaceAll('_', ' '));
  if (texts.some((text) => PROSTATE_OR_PELVIS.test(text))) return true;
  return !texts.some((text) => OTHER_REGION.test(text));
}

/** Whether the study was made of the prostate by its own words, not only of the pelvis around it. */
export const namesProstate = (bodyParts: string[], descriptions: string[]): boolean =>
  [...bodyParts, ...descriptions].some((text) => /prost|mp-?mr|bp-?mr|pi-?rads/i.test(text));
