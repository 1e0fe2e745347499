import { NOWHERE, type Flag, type Location, type Specimen } from '../extraction.js';
import type { LocatedPhrase } from '../location/location-phrase.js';
import { readLocation } from '../location/location-phrase.js';
import { sectorsOf } from '../location/sectors.js';
import type { EvidenceBook } from '../text/evidence.js';
import type { Language } from '../text/language.js';
import type { Span } from '../text/span.js';
import type { CorrectedSide } from './addendum.js';
import { settleGrade, type Grade } from './grade-group.js';
import type { ReadNumber } from './gleason.js';
import type { SignName } from './growth-signs.js';
import type { PartFindings } from './part-findings.js';
import { RANK, type PartSource, type ReportPart, type ReportText } from './report-parts.js';
import {
  NODES,
  readSpecimenKind,
  readVesicle,
  readTargetNumber,
  readTargetPirads,
  type ReadWord,
  type SpecimenKind,
} from './specimen-site.js';

/** What the specimens of a report come to, beside the specimens themselves. */
export interface Assembly {
  readonly specimens: Specimen[];
  readonly flags: Flag[];
  readonly derived: Record<string, unknown>;
}

export interface AssemblyContext {
  readonly report: ReportText;
  readonly language: Language;
  readonly evidence: EvidenceBook;
  readonly correctedSides: ReadonlyMap<string, CorrectedSide>;
}

/** Turns the parts of a report into specimens with evidence and flags. */
export function assembleSpecimens(parts: readonly ReportPart[], context: AssemblyContext): Assembly {
  const flags: Flag[] = [];
  const candidates: Record<string, readonly number[]> = {};
  const targetPirads: Record<string, number> = {};
  const specimens = parts.map((part, index) => {
    const path = `/specimens/${index}`;
    const site = readSite(part, parts.length, context, path, flags);
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

interface Site {
  readonly kind: SpecimenKind | null;
  readonly targetLabel: string | null;
  readonly location: Location;
  readonly nodes: boolean;
  readonly pirads: ReadWord<number> | null;
}

const fieldsOf = ({ location }: LocatedPhrase): number =>
  (location.side ? 1 : 0) +
  (location.zone ? 1 : 0) +
  (location.levels.length > 0 ? 1 : 0) +
  (location.positions.length > 0 ? 1 : 0);

/** French "médian" beside "base" and "apex" is a level, not the midline. */
function readPlace(shadow: string, title: Span, language: Language): LocatedPhrase {
  const phrase = readLocation(shadow, title, language);
  const { side, ...spans } = phrase.spans;
  const median = language === 'fr' && side && /^median/.test(shadow.slice(side.start, side.end));
  if (!median || phrase.location.side !== 'midline' || phrase.location.levels.length > 0) return phrase;
  return { location: { ...phrase.location, side: null, levels: ['mid'] }, spans: { ...spans, levels: [side] } };
}

const SAMPLING = /\b(?:systemat[a-z]*|sistemat[a-z]*|random|sextant[a-z]*|template|12[- ]?core|standard)\b/;

function readSite(part: ReportPart, count: number, context: AssemblyContext, path: string, flags: Flag[]): Site {
  const { report, language, evidence } = context;
  const { shadow, text } = report;
  const titled = part.sources.filter(
    (source) => source.title.end > source.title.start && (source.rank <= RANK.summary || source.rank === RANK.place),
  );
  const firstOf = <T>(read: (span: Span, source: PartSource) => T | null): T | null => {
    for (const source of titled) {
      const found = read(source.title, source);
      if (found !== null) return found;
    }
    return null;
  };
  const target = firstOf((title) => readTargetNumber(text, shadow, title));
  const pirads = firstOf((title) => readTargetPirads(shadow, title));
  const kindSaid =
    firstOf((title) => readSpecimenKind(shadow, title)) ??
    firstOf((_, source) => source.context && readSpecimenKind(shadow, source.context));
  const located = titled.map((source) => ({ source, phrase: readPlace(shadow, source.title, language) }));
  const best = located.reduce<(typeof located)[number] | null>(
    (most, next) => (fieldsOf(next.phrase) > (most ? fieldsOf(most.phrase) : 0) ? next : most),
    null,
  );
  const first = located.find(({ phrase }) => phrase.location.side !== null);
  const kind: ReadWord<SpecimenKind> | null =
    kindSaid ??
    systematicBy(best?.source.title ?? null, titled[0]?.title ?? part.sources[0]?.labelSpan ?? null, count, shadow);
  const whole = kind?.value === 'resection';
  let location: Location = whole || !best ? NOWHERE : best.phrase.location;
  const at = `${path}/location`;
  if (!whole && best) {
    const { spans } = best.phrase;
    if (spans.side) evidence.add(`${at}/side`, spans.side);
    if (spans.zone) evidence.add(`${at}/zone`, spans.zone);
    for (const span of spans.levels) evidence.add(`${at}/levels`, span);
    for (const span of spans.positions) evidence.add(`${at}/positions`, span);
  }
  if (!whole && location.side === null) {
    const contextual = firstOf((_, source) => (source.context ? readLocation(shadow, source.context, language) : null));
    if (contextual?.location.side && contextual.spans.side && (best || part.sources.length > 0)) {
      location = { ...location, side: contextual.location.side };
      evidence.add(`${at}/side`, contextual.spans.side);
    }
  }
  if (
    first &&
    best &&
    first.phrase.location.side !== location.side &&
    location.side !== null &&
    first.phrase.spans.side
  ) {
    flags.push({ code: 'conflict', path: `${at}/side`, message: 'The report names different sides for this part.' });
    location = { ...location, side: first.phrase.location.side };
    evidence.add(`${at}/side`, first.phrase.spans.side);
  }
  const corrected = context.correctedSides.get(part.label.toLowerCase());
  if (corrected && !whole) {
    location = { ...location, side: corrected.side };
    evidence.add(`${at}/side`, corrected.span);
  }
  const vesicle = kind?.value === 'other' ? firstOf((title) => readVesicle(shadow, title)) : null;
  if (vesicle && location.zone === null) {
    location = { ...location, zone: 'SV' };
    evidence.add(`${at}/zone`, vesicle);
  }
  location = { ...location, sectors: sectorsOf(location) };
  if (location.sectors.length > 0 && best) evidence.add(`${at}/sectors`, best.source.title, 'derived');
  const label = part.sources.find((source) => source.rank <= RANK.summary)?.labelSpan;
  if (label) evidence.add(`${path}/label`, label);
  if (kind) evidence.add(`${path}/kind`, kind.span, kindSaid ? 'rule' : 'derived');
  const targetLabel = kind?.value === 'target' ? target : null;
  if (targetLabel) evidence.add(`${path}/targetLabel`, targetLabel.span);
  const nodes =
    kind?.value === 'other' && titled.some((source) => NODES.test(shadow.slice(source.title.start, source.title.end)));
  return {
    kind: kind?.value ?? null,
    targetLabel: targetLabel?.value ?? null,
    location,
    nodes,
    pirads: kind?.value === 'target' ? pirads : null,
  };
}

/** A part that names no target is a systematic one: a place of the sextant scheme, or one of several cores. */
function systematicBy(
  place: Span | null,
  title: Span | null,
  count: number,
  shadow: string,
): ReadWord<SpecimenKind> | null {
  if (place) return { value: 'systematic', span: place };
  return title && title.end > title.start && (count > 1 || SAMPLING.test(shadow))
    ? { value: 'systematic', span: title }
    : null;
}

function readValues(
  part: ReportPart,
  site: Site,
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
    firstOf((findings) => findings.diagnosis) ?? (ungraded && { value: 'adenocarcinoma' as const, span: ungraded });
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
