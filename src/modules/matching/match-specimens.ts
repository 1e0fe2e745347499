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
  const aimed = specimens.filter(isAimed);
  const matches = aimed.flatMap((specimen) => matchAimed(specimen, lesions, targetNumbers) ?? []);
  if (matches.length < aimed.length) return matches;
  const isBare = (index: number) => matches.every((match) => match.lesion !== index);
  const systematic = specimens
    .filter(({ specimen }) => specimen.kind === 'systematic')
    .flatMap((specimen) => matchSystematic(specimen, lesions, isBare) ?? []);
  return [...matches, ...systematic];
}

const isAimed = ({ specimen }: SpecimenDescription) => specimen.kind !== 'systematic' && specimen.kind !== 'other';

/** Below this probability cores are of another lesion. */
const UNLIKELY = 0.05;

/**
 * For each lesion whether cores were aimed at it by what pathology says, whatever the targets are called: false where all
 * aimed specimens are of other lesions, null where that is not known.
 */
export function aimedCores(specimens: SpecimenDescription[], lesions: Lesion[]): (boolean | null)[] {
  const aimed = specimens.filter(isAimed).map((described) => {
    const match = matchAimed(described, lesions, []);
    const isNamed = described.specimen.targetLabel !== null || targetPirads(described) !== null;
    return { match, chances: match === null && !isNamed ? byPlace(described, lesions) : null };
  });
  return lesions.map((_, index) => {
    if (aimed.some(({ match }) => match?.lesion === index)) return true;
    const isOfAnother = aimed.every(({ match, chances }) => match !== null || (chances && chances[index]! < UNLIKELY));
    return aimed.length > 0 && isOfAnother ? false : null;
  });
}

/** For each lesion the probability that the specimen is of it by the words for their places. */
function byPlace({ specimen }: SpecimenDescription, lesions: Lesion[]): number[] {
  // What is not said to be aimed at a target may as well come from anywhere.
  const prior = specimen.kind === 'target' ? priorLogOdds(lesions.length) : -Math.log(lesions.length);
  return shares(
    lesions.map(({ location }) => {
      const findings = compareLocations(specimen.location, location);
      return findings === null ? -Infinity : prior + logOddsOf(findings);
    }),
  );
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
  const chances = byPlace(described, lesions);
  const [best, next] = possible.toSorted((a, b) => chances[b.index]! - chances[a.index]!);
  if (best === undefined || chances[best.index]! < ACCEPT.disagreeing) return null;
  if (next && chances[best.index]! < ACCEPT.timesTheNext * chances[next.index]!) return null;
  return tie(best.index, chances[best.index]!, inWords(best.findings));
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
