import type { Flag, Specimen } from '../extraction.js';
import { settleGrade, type Grade } from './grade-group.js';
import type { ReadNumber } from './gleason.js';
import type { SignName } from './growth-signs.js';
import type { PartFindings } from './part-findings.js';
import { readSite, type AssemblyContext, type PartSite } from './part-site.js';
import { RANK, type PartSource, type ReportPart } from './part-sources.js';

/** What the specimens of a report come to, beside the specimens themselves. */
export interface Assembly {
  readonly specimens: Specimen[];
  readonly flags: Flag[];
  readonly derived: Record<string, unknown>;
}

/** Turns the parts of a report into specimens with evidence and flags. */
export function assembleSpecimens(parts: readonly ReportPart[], context: AssemblyContext): Assembly {
  const flags: Flag[] = [];
  const candidates: Record<string, readonly number[]> = {};
  const targetPirads: Record<string, number> = {};
  const specimens = parts.map((part, index) => {
    const path = `/specimens/${index}`;
    const other = context.corrections.exchanged.get(part.label.toLowerCase());
    const from = parts.find(({ label }) => label.toLowerCase() === other) ?? part;
    const site = readSite(from, parts.length, context, path, flags, part);
    const specimen = readValues(part, site, context, path, flags, candidates);
    if (site.pirads) targetPirads[part.label] = site.pirads.value;
    return specimen;
  });
  const highest = Math.max(0, ...specimens.map((specimen) => specimen.isup ?? 0));
  return {
    specimens,
    flags,
    derived: {
      ...(highest > 0 && { highestIsup: highest }),
      ...(Object.keys(candidates).length > 0 && { isupCandidates: candidates }),
      ...(Object.keys(targetPirads).length > 0 && { targetPirads }),
    },
  };
}

function readValues(
  part: ReportPart,
  site: PartSite,
  context: AssemblyContext,
  path: string,
  flags: Flag[],
  candidates: Record<string, readonly number[]>,
): Specimen {
  const { evidence } = context;
  const sources = part.sources.filter(
    (source): source is PartSource & { findings: PartFindings } => source.findings !== null,
  );
  const firstOf = <T>(read: (findings: PartFindings) => T | null): T | null => {
    for (const source of sources) {
      const found = read(source.findings);
      if (found !== null) return found;
    }
    return null;
  };
  const put = (field: string, found: ReadNumber | null): number | null => {
    if (found) evidence.add(`${path}/${field}`, found.span);
    return found?.value ?? null;
  };
  const ungraded = firstOf((findings) => findings.ungraded);
  const diagnosis =
    firstOf(({ diagnosis: said }) => (said?.counted && said.value === 'benign' ? null : said)) ??
    firstOf((findings) => findings.diagnosis) ??
    (ungraded && { value: 'adenocarcinoma' as const, span: ungraded });
  if (diagnosis) evidence.add(`${path}/diagnosis`, diagnosis.span);
  const malignant = diagnosis?.value === 'adenocarcinoma' || diagnosis?.value === 'other-malignancy';
  const grade = diagnosis?.value === 'adenocarcinoma' ? readGrade(sources, path, flags) : null;
  if (grade?.gleason && grade.gleasonSpan) evidence.add(`${path}/gleason`, grade.gleasonSpan);
  if (grade?.tertiary) evidence.add(`${path}/gleason/tertiary`, grade.tertiary.span);
  if (grade?.isup) evidence.add(`${path}/isup`, grade.isup.span, grade.isup.derived ? 'derived' : 'rule');
  if (grade && grade.candidates.length > 0) candidates[part.label] = grade.candidates;
  const declined = malignant && ungraded !== null && !grade;
  if (declined && ungraded) evidence.add(`${path}/gradable`, ungraded);
  const counted = !site.nodes && site.kind !== 'resection';
  const total = counted ? firstOf((findings) => findings.coresTotal) : null;
  let positive = counted && (malignant || diagnosis === null) ? firstOf((findings) => findings.coresPositive) : null;
  if (counted && total && diagnosis && !malignant && diagnosis.value !== 'insufficient') {
    const none = firstOf((findings) => (findings.coresPositive?.value === 0 ? findings.coresPositive : null));
    if (!none) for (const span of [diagnosis.span, total.span]) evidence.add(`${path}/coresPositive`, span, 'derived');
    positive = none ?? { value: 0, span: { start: 0, end: 0 } };
  }
  if (positive && total && positive.value > total.value) positive = null;
  if (positive && sources.some((source) => source.findings.coresAtLeast && source.findings.coresPositive === positive))
    flags.push({
      code: 'incomplete',
      path: `${path}/coresPositive`,
      message: 'The report counts at least so many cores.',
    });
  const number = (read: (findings: PartFindings) => ReadNumber | null): ReadNumber | null =>
    malignant && !site.nodes ? firstOf(read) : null;
  const sign = (name: SignName): Specimen['perineuralInvasion'] => {
    if (!malignant) return null;
    for (const { findings } of sources) {
      const said = findings.signs.filter((one) => one.name === name);
      const found =
        said.find((one) => one.verdict === 'present') ?? said.find((one) => one.verdict === 'indeterminate') ?? said[0];
      if (!found) continue;
      evidence.add(`${path}/${name}`, found.span);
      return found.verdict;
    }
    return null;
  };
  return {
    label: part.label,
    kind: site.kind,
    targetLabel: site.targetLabel,
    location: site.location,
    diagnosis: diagnosis?.value ?? null,
    gleason: grade?.gleason ?? null,
    isup: grade?.isup?.value ?? null,
    gradable: declined ? false : null,
    coresPositive: put('coresPositive', positive),
    coresTotal: put('coresTotal', total),
    percentInvolved: put(
      'percentInvolved',
      number((findings) => findings.percentInvolved),
    ),
    lengthMm: put(
      'lengthMm',
      number((findings) => findings.lengthMm),
    ),
    percentPattern4: put(
      'percentPattern4',
      number((findings) => findings.percentPattern4),
    ),
    perineuralInvasion: sign('perineuralInvasion'),
    cribriform: sign('cribriform'),
    intraductal: sign('intraductal'),
  };
}

/**
 * The grade of a part: the first source that grades it, completed by later ones where they agree. A source that
 * disagrees is flagged and does not change the value.
 */
function readGrade(
  sources: readonly { readonly rank: number; readonly findings: PartFindings }[],
  path: string,
  flags: Flag[],
): Grade | null {
  const graded = sources.filter(
    ({ findings }) => findings.grades.scores.length > 0 || findings.grades.groups.length > 0,
  );
  const [first, ...others] = graded;
  if (!first) return null;
  let statements = first.findings.grades;
  let grade = settleGrade(statements);
  for (const other of others) {
    const more = {
      scores: statements.scores.some((score) => score.primary !== null)
        ? statements.scores
        : [...other.findings.grades.scores],
      groups: statements.groups.length > 0 ? statements.groups : [...other.findings.grades.groups],
    };
    const completed = settleGrade(more);
    if (completed && (!completed.flag || completed.flag.code === grade?.flag?.code))
      [statements, grade] = [more, completed];
    const rival = settleGrade(other.findings.grades);
    const known = flags.some((flag) => flag.path === `${path}/isup`);
    if (!known && first.rank !== RANK.addendum && grade?.isup && rival?.isup && rival.isup.value !== grade.isup.value)
      flags.push({
        code: 'conflict',
        path: `${path}/isup`,
        message: 'Another section of the report grades this part differently.',
      });
  }
  if (grade?.flag)
    flags.push({
      code: grade.flag.code,
      path: `${path}/${grade.flag.code === 'arithmetic' ? 'gleason' : 'isup'}`,
      message: grade.flag.message,
    });
  return grade;
}
