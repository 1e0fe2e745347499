import type { ExtractionParts } from '../extraction-parts.js';
import type { Evidence, Flag, Lesion, Location, Specimen } from '../extraction.js';
import { sectorsOf } from '../location/sectors.js';
import { evidenceUnder, pairLesions, pairSpecimens, touches, type Pairing } from './pairing.js';

/** Values that make sense only together are taken together. */
const LESION_VALUES: readonly (readonly (keyof Lesion)[])[] = [
  ['pirads', 'piradsRange'],
  ['likert'],
  ['subscores'],
  ['sizeMm', 'dimsMm', 'sizeComparator'],
  ['imageRefs'],
  ['epe'],
  ['svi'],
];
const SPECIMEN_VALUES: readonly (readonly (keyof Specimen)[])[] = [
  ['kind', 'targetLabel'],
  ['diagnosis'],
  ['gleason', 'isup', 'gradable'],
  ['coresPositive', 'coresTotal'],
  ['percentInvolved'],
  ['lengthMm'],
  ['percentPattern4'],
  ['perineuralInvasion'],
  ['cribriform'],
  ['intraductal'],
];
const PLACE_VALUES: readonly (readonly (keyof Location)[])[] = [['side'], ['zone'], ['levels'], ['positions']];
const REPORT_VALUES: readonly (readonly (keyof ExtractionParts)[])[] = [
  ['psaNgMl'],
  ['psaDensity'],
  ['prostateVolumeMl'],
  ['priorBiopsy'],
  ['overallPirads'],
];

const isEmpty = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0);

/**
 * Brings together what rules and model read in one report. Where both give a value and agree, it carries the evidence
 * of both; where they differ, the rules' value stands; where the rules read nothing, and did not leave it open on
 * purpose (flagged as range, conflict and the like), the model's grounded value fills in. Every difference is flagged.
 */
export function mergeReadings(rules: ExtractionParts, model: ExtractionParts): ExtractionParts {
  const merge = new Merge(rules, model);
  const report = merge.values(rules, model, REPORT_VALUES, '', '');
  const lesions = merge.entries(
    'lesions',
    pairLesions(rules, model),
    (own, other, path, otherPath) => {
      const location = merge.location(own.location, other.location, path, otherPath);
      return { ...merge.values(own, other, LESION_VALUES, path, otherPath), location };
    },
    () => true,
  );
  const specimens = merge.entries(
    'specimens',
    pairSpecimens(rules.specimens, model.specimens),
    (own, other, path, otherPath) => {
      const location = merge.location(own.location, other.location, path, otherPath);
      const kinds = own.diagnosis === other.diagnosis ? SPECIMEN_VALUES : SPECIMEN_VALUES.slice(0, 2);
      return { ...merge.values(own, other, kinds, path, otherPath), location };
    },
    // A part that the rules know under another name would be counted twice.
    () => rules.specimens.length === 0,
  );
  return { ...report, lesions, specimens, derived: derivedOf(rules, report, specimens), ...merge.notes() };
}

/** Follows both readings through a merge and keeps the evidence and flags of what was taken. */
class Merge {
  private readonly evidence: Evidence[];
  private readonly flags: Flag[];

  constructor(
    private readonly rules: ExtractionParts,
    private readonly model: ExtractionParts,
  ) {
    this.evidence = [...rules.evidence];
    this.flags = [...rules.flags];
  }

  notes(): Pick<ExtractionParts, 'evidence' | 'flags'> {
    return { evidence: this.evidence, flags: this.flags };
  }

  values<T extends object>(own: T, other: T, groups: readonly (readonly (keyof T)[])[], path: string, from: string): T {
    const merged = { ...own };
    for (const keys of groups) {
      const at = (key: keyof T) => `${path}/${String(key)}`;
      const given = keys.some((key) => !isEmpty(own[key]));
      if (keys.every((key) => isEmpty(other[key]))) continue;
      const isSame = keys.every((key) => JSON.stringify(own[key]) === JSON.stringify(other[key]));
      // Left open by the rules for a reason that the contract names.
      const isOpen = this.rules.flags.some((flag) => keys.some((key) => flag.path === at(key)));
      if (!isSame) this.differ(at(keys[0]!), given || isOpen ? 'rules' : 'model');
      if (!isSame && (given || isOpen)) continue;
      for (const key of keys) {
        merged[key] = other[key];
        this.takeEvidence(`${from}/${String(key)}`, at(key));
      }
    }
    return merged;
  }

  location(own: Location, other: Location, path: string, from: string): Location {
    const merged = this.values(own, other, PLACE_VALUES, `${path}/location`, `${from}/location`);
    const sectors = sectorsOf(merged);
    if (JSON.stringify(sectors) === JSON.stringify(own.sectors)) return { ...merged, sectors };
    for (const { start, end, quote } of evidenceUnder(this.evidence, `${path}/location`))
      this.evidence.push({ path: `${path}/location/sectors`, start, end, quote, source: 'derived' });
    return { ...merged, sectors };
  }

  /** The rules' entries in their order, then those that only the model found, if nothing of theirs is spoken for. */
  entries<K extends 'lesions' | 'specimens'>(
    list: K,
    { pairs, onlyFirst, onlySecond }: Pairing,
    join: (
      own: ExtractionParts[K][number],
      other: ExtractionParts[K][number],
      path: string,
      from: string,
    ) => ExtractionParts[K][number],
    mayAdd: () => boolean,
  ): ExtractionParts[K][number][] {
    const [own, others] = [this.rules[list], this.model[list]];
    const counterpart = new Map(pairs);
    const merged = own.map((entry, index) => {
      const at = counterpart.get(index);
      return at === undefined ? entry : join(entry, others[at]!, `/${list}/${index}`, `/${list}/${at}`);
    });
    for (const index of others.length > 0 ? onlyFirst : []) this.differ(`/${list}/${index}`, 'rules');
    for (const index of mayAdd() ? onlySecond : []) {
      const from = `/${list}/${index}`;
      if (touches(evidenceUnder(this.model.evidence, from), evidenceUnder(this.rules.evidence, `/${list}`))) continue;
      const path = `/${list}/${merged.length}`;
      const label = merged.some((entry) => entry.label === others[index]!.label)
        ? String(merged.length + 1)
        : others[index]!.label;
      merged.push({ ...others[index]!, label });
      this.takeEvidence(from, path);
      this.differ(path, 'model');
    }
    return merged;
  }

  private takeEvidence(from: string, to: string): void {
    for (const entry of evidenceUnder(this.model.evidence, from))
      this.evidence.push({ ...entry, path: to + entry.path.slice(from.length) });
    for (const flag of this.model.flags)
      if (flag.code !== 'ungrounded' && (flag.path === from || flag.path.startsWith(`${from}/`)))
        this.flags.push({ ...flag, path: to + flag.path.slice(from.length) });
  }

  private differ(path: string, taken: 'rules' | 'model'): void {
    const message =
      taken === 'rules' ? 'Rules and language model differ; the rules count.' : 'Only the language model read this.';
    this.flags.push({ code: 'engine-disagreement', path, message });
  }
}

/** What follows from the merged values; the rest is the rules'. */
function derivedOf(
  rules: ExtractionParts,
  { psaNgMl, prostateVolumeMl }: Pick<ExtractionParts, 'psaNgMl' | 'prostateVolumeMl'>,
  specimens: readonly Specimen[],
): ExtractionParts['derived'] {
  const highest = Math.max(0, ...specimens.map(({ isup }) => isup ?? 0));
  return {
    ...rules.derived,
    ...(psaNgMl !== null &&
      prostateVolumeMl !== null && { psaDensity: Math.round((psaNgMl / prostateVolumeMl) * 1000) / 1000 }),
    ...(highest > 0 && { highestIsup: highest }),
  };
}
