import type { Extraction, Lesion, Specimen } from '../extraction/extraction.js';
import { plainName } from './lesion-name.js';
import { compareLocations, inWords } from './location-agreement.js';
import { ACCEPT } from './match-targets.js';
import { logOddsOf, priorLogOdds, shares } from './weights.js';

/** A specimen as a part of one pathology report. */
export interface SpecimenDescription {
  key: string;
  specimen: Specimen;
  extraction: Pick<Extraction, 'derived'>;
}

export interface SpecimenMatch {
  specimen: SpecimenDescription;
  /** Index into the lesions. */
  lesion: number;
  confidence: number;
  sentence: string;
}

/** Of what names its lesion: a number is seldom mistaken, a score that only one lesion has a little more often. */
const CONFIDENCE = { named: 0.97, pirads: 0.95, systematic: 0.6 };

/**
 * Ties the specimens of a biopsy to lesions, many to one. A named target goes before a named PI-RADS score, and that
 * before any likeness. Systematic cores were aimed at nothing: they count for a lesion on their side and level, if it is
 * the only one there and has no targeted cores, and only where all targeted cores found their lesion.
 *
 * @param targetNumbers for each lesion the number in the label of its biopsy target, which pathology may use instead
 */
export function matchSpecimens(
  specimens: SpecimenDescription[],
  lesions: Lesion[],
  targetNumbers: (string | null)[],
): SpecimenMatch[] {
  const aimed = specimens.filter(({ specimen }) => specimen.kind !== 'systematic' && specimen.kind !== 'other');
  const matches = aimed.flatMap((specimen) => matchAimed(specimen, lesions, targetNumbers) ?? []);
  if (matches.length < aimed.length) return matches;
  const isBare = (index: number) => matches.every((match) => match.lesion !== index);
  const systematic = specimens
    .filter(({ specimen }) => specimen.kind === 'systematic')
    .flatMap((specimen) => matchSystematic(specimen, lesions, isBare) ?? []);
  return [...matches, ...systematic];
}

function matchAimed(
  described: SpecimenDescription,
  lesions: Lesion[],
  targetNumbers: (string | null)[],
): SpecimenMatch | null {
  const { specimen } = described;
  const possible = lesions.flatMap((lesion, index) => {
    const findings = compareLocations(specimen.location, lesion.location);
    return findings === null ? [] : [{ lesion, index, findings }];
  });
  const tie = (lesion: number, confidence: number, why: string): SpecimenMatch => {
    const sentence = `specimen ${specimen.label} ↔ lesion ${lesions[lesion]!.label}: ${why}`;
    return { specimen: described, lesion, confidence, sentence };
  };

  if (specimen.targetLabel !== null) {
    const wanted = plainName(specimen.targetLabel);
    const isNamed = (index: number) =>
      [lesions[index]!.label, targetNumbers[index]].some((label) => label != null && plainName(label) === wanted);
    const named = possible.filter(({ index }) => isNamed(index));
    if (named.length === 1) return tie(named[0]!.index, CONFIDENCE.named, `named target ${wanted}`);
    // It names a lesion, but on the other side: one of the two is mistaken.
    if (named.length === 0 && lesions.some((_, index) => isNamed(index))) return null;
  }
  const pirads = targetPirads(described);
  if (pirads !== null && lesions.some((lesion) => lesion.pirads !== null)) {
    const scored = possible.filter(({ lesion }) => lesion.pirads === pirads);
    return scored.length === 1 ? tie(scored[0]!.index, CONFIDENCE.pirads, `the only one of PI-RADS ${pirads}`) : null;
  }
  // What is not said to be aimed at a target may as well come from anywhere.
  const prior = specimen.kind === 'target' ? priorLogOdds(lesions.length) : -Math.log(lesions.length);
  const probabilities = shares(possible.map(({ findings }) => prior + logOddsOf(findings)));
  const best = probabilities.indexOf(Math.max(...probabilities));
  if (best < 0 || probabilities[best]! < ACCEPT.disagreeing) return null;
  return tie(possible[best]!.index, probabilities[best]!, inWords(possible[best]!.findings));
}

/** The PI-RADS score that the part's heading gives its target. */
function targetPirads({ specimen, extraction }: SpecimenDescription): number | null {
  const { targetPirads: byPart } = extraction.derived;
  return (byPart as Record<string, number> | undefined)?.[specimen.label] ?? null;
}

function matchSystematic(
  described: SpecimenDescription,
  lesions: Lesion[],
  isBare: (lesion: number) => boolean,
): SpecimenMatch | null {
  const { label, location } = described.specimen;
  const here = lesions.flatMap((lesion, index) => {
    const findings = compareLocations(location, lesion.location) ?? [];
    return findings.includes('same side') && findings.includes('same level') && isBare(index) ? [index] : [];
  });
  if (here.length !== 1) return null;
  const lesion = here[0]!;
  const sentence = `specimen ${label} ↔ lesion ${lesions[lesion]!.label}: systematic, same side, level`;
  return { specimen: described, lesion, confidence: CONFIDENCE.systematic, sentence };
}
