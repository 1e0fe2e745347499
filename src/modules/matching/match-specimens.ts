import type { Lesion, Specimen } from '../extraction/extraction.js';
import { locationAgreement } from './location-agreement.js';

/** A specimen as a part of one pathology report. */
export interface SpecimenDescription {
  key: string;
  specimen: Specimen;
}

export interface SpecimenMatch {
  specimen: SpecimenDescription;
  /** Index into the lesions. */
  lesion: number;
  confidence: number;
  sentence: string;
}

/** Words alone tie a specimen to a lesion from about side + zone + level on. */
const ACCEPT_LOG_ODDS = 2;
const MARGIN = 0.5;
const probability = (logOdds: number) => 1 / (1 + Math.exp(-logOdds));
const plain = (label: string) =>
  label
    .toLowerCase()
    .replace(/^(lesion|target|roi|focus|nr|no)?[\s.:#-]*/, '')
    .trim();

/**
 * Ties the specimens of a biopsy to lesions, many to one. A named target goes before any likeness; systematic cores are
 * only taken for a lesion whose targets have none of their own, because they were not aimed at it.
 *
 * @param targetNumbers for each lesion the number in the label of its biopsy target, which pathology may use instead
 */
export function matchSpecimens(
  specimens: SpecimenDescription[],
  lesions: Lesion[],
  targetNumbers: (string | null)[],
): SpecimenMatch[] {
  const aimed = specimens.filter(({ specimen }) => specimen.kind !== 'systematic' && specimen.kind !== 'other');
  const matches = aimed.flatMap((specimen) => matchOne(specimen, lesions, targetNumbers) ?? []);
  const covered = new Set(matches.map(({ lesion }) => lesion));
  const systematic = specimens
    .filter(({ specimen }) => specimen.kind === 'systematic')
    .flatMap((specimen) => matchOne(specimen, lesions, targetNumbers) ?? [])
    .filter(({ lesion }) => !covered.has(lesion));
  return [...matches, ...systematic];
}

function matchOne(
  described: SpecimenDescription,
  lesions: Lesion[],
  targetNumbers: (string | null)[],
): SpecimenMatch | null {
  const { specimen } = described;
  const name = (lesion: number) => `specimen ${specimen.label} ↔ lesion ${lesions[lesion]!.label}`;
  const scored = lesions.map((lesion, index) => ({ index, ...locationAgreement(specimen.location, lesion.location) }));
  const possible = scored.filter(({ logOdds }) => logOdds !== null);

  if (specimen.targetLabel !== null) {
    const wanted = plain(specimen.targetLabel);
    const named = possible.filter(({ index }) => {
      const names = [lesions[index]!.label, targetNumbers[index]];
      return names.some((label) => label !== null && label !== undefined && plain(label) === wanted);
    });
    if (named.length === 1) {
      const lesion = named[0]!.index;
      return { specimen: described, lesion, confidence: 0.97, sentence: `${name(lesion)}: named target ${wanted}` };
    }
  }
  const best = [...possible].sort((a, b) => b.logOdds! - a.logOdds!);
  const [first, second] = best;
  if (!first || first.logOdds! < ACCEPT_LOG_ODDS) return null;
  if (second && first.logOdds! - second.logOdds! < MARGIN) return null;
  return {
    specimen: described,
    lesion: first.index,
    confidence: probability(first.logOdds! - 1),
    sentence: `${name(first.index)}: same ${first.same.join(', ')}`,
  };
}
