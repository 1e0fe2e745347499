import type { TargetEntity } from './target.entity.js';

/** What one file says, or said, of the targets of one patient and one biopsy. */
export type KnownTarget = Pick<
  TargetEntity,
  | 'id'
  | 'label'
  | 'xLps'
  | 'yLps'
  | 'zLps'
  | 'frameOfReferenceUid'
  | 'referenceSeriesUid'
  | 'sourceName'
  | 'withdrawnBecause'
>;
export type GivenTarget = Omit<KnownTarget, 'withdrawnBecause'>;

/** stays-withdrawn: a person withdrew it, and the file does not know that. */
export type ImportResult = 'imported' | 'corrected' | 'unchanged' | 'stays-withdrawn';

export interface TargetChanges {
  /** Of each given target, in their order. */
  results: ImportResult[];
  /** Active targets that end: `by` takes the place, or null where the file names none in its place. */
  ended: { id: string; by: string | null }[];
  /** Active targets that another source named last, and that this one knows as well: it may correct them from now on. */
  adopted: string[];
}

/**
 * What becomes of the targets of one patient, biopsy and source when the source is read again. The same point is the same
 * target. Another point under a label that the source has dropped is that target, corrected; a point without a label is
 * always a further one. Of several with one label, each new point takes the place of the nearest.
 *
 * @param known all targets of this patient and biopsy, withdrawn ones and those of other sources included
 * @param given in the order of the file, all of one source; one point may be there twice
 * @param replace whether the file is complete: what it names no more is withdrawn
 */
export function targetChanges(known: KnownTarget[], given: GivenTarget[], replace: boolean): TargetChanges {
  const knownById = new Map(known.map((target) => [target.id, target]));
  const named = new Set(given.map(({ id }) => id));
  const source = given[0]?.sourceName;
  const dropped = new Set(
    known.filter((one) => one.withdrawnBecause === null && one.sourceName === source && !named.has(one.id)),
  );
  const seen = new Set<string>();
  const ended: TargetChanges['ended'] = [];
  const adopted: string[] = [];
  const results = given.map((target): ImportResult => {
    const same = knownById.get(target.id);
    if (seen.has(target.id)) return 'unchanged';
    seen.add(target.id);
    if (same?.withdrawnBecause === 'by-hand') return 'stays-withdrawn';
    if (same?.withdrawnBecause === null) {
      const isOwn = same.sourceName === target.sourceName;
      const isEqual = refersToTheSame(same, target);
      if (!isOwn && isEqual) adopted.push(same.id);
      return isOwn && !isEqual ? 'corrected' : 'unchanged';
    }
    const old = nearest(
      [...dropped].filter(({ label }) => label !== '' && label === target.label),
      target,
    );
    if (!old) return 'imported';
    dropped.delete(old);
    ended.push({ id: old.id, by: target.id });
    return 'corrected';
  });
  if (replace) ended.push(...[...dropped].map(({ id }) => ({ id, by: null })));
  return { results, ended, adopted };
}

/** Of the same point: what it refers to may be corrected by its own source. */
const refersToTheSame = (known: KnownTarget, given: GivenTarget): boolean =>
  known.frameOfReferenceUid === given.frameOfReferenceUid && known.referenceSeriesUid === given.referenceSeriesUid;

function nearest(targets: KnownTarget[], to: GivenTarget): KnownTarget | undefined {
  const distance = ({ xLps, yLps, zLps }: KnownTarget) => Math.hypot(xLps - to.xLps, yLps - to.yLps, zLps - to.zLps);
  return targets.toSorted((a, b) => distance(a) - distance(b) || (a.id < b.id ? -1 : 1))[0];
}
