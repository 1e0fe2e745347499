import type { ExtractionParts } from '../extraction-parts.js';
import type { Flag } from '../extraction.js';

const REPORT_VALUES = ['psaNgMl', 'psaDensity', 'prostateVolumeMl', 'priorBiopsy', 'overallPirads'] as const;
/** What names or sorts an entry rather than stating a value of it. */
const NAMES: ReadonlySet<string> = new Set(['label', 'kind']);

/**
 * Drops every value that no evidence covers, with a flag. A path counts as covered by evidence of itself, of what holds
 * it (`/lesions/0/subscores`) or of what it holds.
 */
export function dropUngrounded(parts: ExtractionParts): ExtractionParts {
  const own = new Set(parts.evidence.map(({ path }) => path));
  const flags: Flag[] = [...parts.flags];
  let holders: ReadonlySet<string> | undefined;
  const holds = (path: string): boolean => {
    if (own.has(path)) return true;
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
      if (own.has(path.slice(0, at))) return true;
    return (holders ??= holdersOf(own)).has(path);
  };
  const ground = <T extends object>(entry: T, path: string): T => {
    const kept = { ...entry } as Record<string, unknown>;
    for (const key of Object.keys(entry)) {
      const value = kept[key];
      const empty = value === null || (Array.isArray(value) && value.length === 0);
      if (empty || NAMES.has(key)) continue;
      if (key === 'location') kept[key] = ground(value as object, `${path}/${key}`);
      else if (!holds(`${path}/${key}`)) {
        kept[key] = Array.isArray(value) ? [] : null;
        flags.push({
          code: 'ungrounded',
          path: `${path}/${key}`,
          message: 'The value has no quote in the report and was dropped.',
        });
      }
    }
    return kept as T;
  };
  const report = Object.fromEntries(
    REPORT_VALUES.map((key) => [key, parts[key] === null || holds(`/${key}`) ? parts[key] : null]),
  ) as Pick<ExtractionParts, (typeof REPORT_VALUES)[number]>;
  return {
    ...parts,
    ...report,
    lesions: parts.lesions.map((lesion, index) => ground(lesion, `/lesions/${index}`)),
    specimens: parts.specimens.map((specimen, index) => ground(specimen, `/specimens/${index}`)),
    flags,
  };
}

/** The paths of what holds a value that has evidence. */
function holdersOf(paths: ReadonlySet<string>): Set<string> {
  const holders = new Set<string>();
  for (const path of paths)
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) holders.add(path.slice(0, at));
  return holders;
}
