import type { ExtractionParts } from '../extraction-parts.js';
import type { Flag, Lesion } from '../extraction.js';
import { toLocation } from '../location/location-phrase.js';
import { EvidenceBook } from '../text/evidence.js';
import type { Language } from '../text/language.js';
import { splitSections, type SectionKind } from '../text/sections.js';
import { anyOverlaps } from '../text/span.js';
import { readExamValues } from './exam-values.js';
import { toFragments, type Fragments } from './fragments.js';
import { findLesionTables } from './lesion-table.js';
import type { MergedLesion, Source } from './lesion-absorb.js';
import { mergeLesions } from './lesion-merge.js';
import { hasCategory } from './lesion-place.js';
import { readFragment, type Said } from './lesion-reading.js';
import { findMentions, inside } from './mentions.js';
import { readPriorBiopsy } from './prior-biopsy.js';
import { toReportText } from './report-text.js';
import { toParts } from './split.js';
import { toStatements, type Statement } from './statements.js';
import { categoryFromSubscores } from './subscores.js';
import type { InvasionMention } from './invasion.js';

const SOURCES: readonly Source[] = ['findings', 'impression', 'addendum'];
const sourceIn = ({ section }: Statement): Source | null =>
  section === 'impression' || section === 'addendum'
    ? section
    : section === 'technique' || section === 'legend' || section === 'comparison'
      ? null
      : 'findings';
/** Sections that conclude a report where they come last and none is called so. */
const CONCLUDING: ReadonlySet<SectionKind> = new Set(['comment', 'diagnosis', 'summary']);

/** Reads a prostate MRI report by rules alone. Nothing is guessed: every value has the stretch of text it stands on. */
export function readRadiologyReport(text: string, shadow: string, language: Language): ExtractionParts {
  const report = toReportText(text, shadow, language);
  const sections = splitSections(report.shadow, language);
  const statements = toStatements(report, sections);
  const mentions = findMentions(report, language);
  // Where two sections assess ("Beoordeling", then "Conclusie") and none has the findings, the last one concludes.
  const conclusion = sections.some(({ kind }) => kind === 'findings')
    ? 0
    : sections.findLastIndex(({ kind, heading }) => kind === 'impression' && heading.end > heading.start);
  const comment = sections.some(({ kind }) => kind === 'impression')
    ? -1
    : sections.findLastIndex(({ heading }) => heading.end > heading.start);
  const sourceOf = (statement: Statement): Source | null => {
    if (statement.section === 'impression' && statement.sectionAt < conclusion) return 'findings';
    return statement.sectionAt >= comment && CONCLUDING.has(statement.section) ? 'impression' : sourceIn(statement);
  };
  const tables = findLesionTables(report, statements, mentions);
  const prose = statements.filter((statement) => !anyOverlaps(tables, statement));
  const parts = prose
    .filter((statement) => sourceOf(statement) !== null)
    .flatMap((statement) => toParts(report, statement, mentions));
  const scoredIn = [
    ...tables.map(({ home }) => home),
    ...parts.filter(hasCategory).map(({ statement }) => statement),
  ].map(sourceOf);
  const scored = (source: Source): boolean =>
    scoredIn.some((earlier) => earlier !== null && SOURCES.indexOf(earlier) < SOURCES.indexOf(source));
  const grouped = SOURCES.map((source) => ({
    source,
    fragments: toFragments(
      report,
      parts.filter((part) => sourceOf(part.statement) === source),
      scored(source),
    ),
  }));
  const merge = mergeLesions(
    grouped.map(({ source, fragments }) => ({
      source,
      readings: [
        ...fragments.fragments,
        ...tables.filter((table) => sourceOf(table.home) === source).flatMap((table) => table.fragments),
      ]
        .sort((a, b) => a.parts[0]!.run.start - b.parts[0]!.run.start)
        .map(readFragment),
    })),
  );
  const closing = grouped
    .flatMap(({ fragments }) => fragments.closing)
    .filter(({ kind }) => merge.lesions.filter(({ reading }) => reading[kind] !== null).length <= 1);
  const gland = [...closing, ...grouped.flatMap(({ fragments }) => fragments.gland)].map((mention) => ({
    ...mention,
    side: toLocation(inside(mentions.words, mention)).location.side,
  }));

  const evidence = new EvidenceBook();
  const flags: Flag[] = [...merge.flags];
  const derived: Record<string, unknown> = {};
  const names = labelsOf(merge.lesions);
  const lesions = merge.lesions.map((lesion, index) => toLesion(lesion, names[index]!, index, gland, evidence, flags));

  const exam = readExamValues(report, statements);
  const biopsy = readPriorBiopsy(report, statements);
  const overall = overallOf(
    grouped.map(({ fragments }) => fragments),
    lesions.length,
  );
  if (exam.psa) evidence.add('/psaNgMl', exam.psa);
  if (exam.density) evidence.add('/psaDensity', exam.density);
  if (exam.volume) evidence.add('/prostateVolumeMl', exam.volume);
  if (biopsy) evidence.add('/priorBiopsy', biopsy);
  if (overall) evidence.add('/overallPirads', overall);
  if (exam.psa && exam.volume) {
    const density = Math.round((exam.psa.value / exam.volume.value) * 1000) / 1000;
    derived['psaDensity'] = density;
    evidence.add('/derived/psaDensity', exam.psa, 'derived');
    evidence.add('/derived/psaDensity', exam.volume, 'derived');
    if (exam.density && Math.abs(exam.density.value - density) > 0.2 * density)
      flags.push({
        code: 'conflict',
        path: '/psaDensity',
        message: 'The reported PSA density differs from PSA divided by volume by more than 20 %.',
      });
  }
  const fromSubscores = lesions.flatMap((lesion, index) => {
    const category =
      lesion.pirads === null && lesion.piradsRange === null && lesion.subscores
        ? categoryFromSubscores(lesion.location.zone, lesion.subscores)
        : null;
    return category === null ? [] : [{ index, category }];
  });
  if (fromSubscores.length > 0)
    derived['pirads'] = Object.fromEntries(fromSubscores.map(({ index, category }) => [`/lesions/${index}`, category]));
  return {
    psaNgMl: exam.psa?.value ?? null,
    psaDensity: exam.density?.value ?? null,
    prostateVolumeMl: exam.volume?.value ?? null,
    priorBiopsy: biopsy?.value ?? null,
    overallPirads: overall?.value ?? null,
    derived,
    lesions,
    specimens: [],
    evidence: evidence.toList(text),
    flags,
  };
}

/** The exam's category: the last one that says so; one that names no lesion counts where there is none or in the impression. */
function overallOf(
  all: readonly Fragments[],
  lesionCount: number,
): { value: number; start: number; end: number } | null {
  const candidates = all.flatMap((fragments, source) => fragments.exam.map((entry) => ({ ...entry, source })));
  const usable = candidates.filter(
    ({ mention, bare, source }) =>
      mention.scale === 'pirads' &&
      mention.time !== 'prior' &&
      typeof mention.value === 'number' &&
      !(mention.generic && bare) &&
      (!bare || source > 0 || lesionCount === 0),
  );
  const chosen = usable.filter(({ bare }) => !bare).at(-1) ?? usable.at(-1);
  return chosen && typeof chosen.mention.value === 'number'
    ? { value: chosen.mention.value, start: chosen.mention.start, end: chosen.mention.end }
    : null;
}

/** The labels as the report gives them; where it gives none, the running number, if it is free. */
function labelsOf(lesions: readonly MergedLesion[]): string[] {
  const taken = new Set<string>();
  const named = lesions.map(({ reading }) => (reading.labels.length > 0 ? reading.labels.join('+') : reading.item));
  const result: string[] = [];
  named.forEach((name, index) => {
    let label = name !== null && name !== '' && !taken.has(name) ? name : String(index + 1);
    for (let number = 1; taken.has(label); number++) label = String(number);
    taken.add(label);
    result.push(label);
  });
  return result;
}

function toLesion(
  merged: MergedLesion,
  label: string,
  index: number,
  gland: readonly OfGland[],
  evidence: EvidenceBook,
  flags: Flag[],
): Lesion {
  const { reading } = merged;
  const path = `/lesions/${index}`;
  const note = (field: string, said: Said<unknown> | null): void =>
    said?.spans.forEach((span) => evidence.add(`${path}/${field}`, span));
  const flag = (code: Flag['code'], field: string, message: string): void => {
    flags.push({ code, path: `${path}/${field}`, message });
  };
  const located = toLocation(reading.words);
  const { spans } = located;
  if (spans.side) evidence.add(`${path}/location/side`, spans.side);
  if (spans.zone) evidence.add(`${path}/location/zone`, spans.zone);
  spans.levels.forEach((span) => evidence.add(`${path}/location/levels`, span));
  spans.positions.forEach((span) => evidence.add(`${path}/location/positions`, span));
  if (located.location.sectors.length > 0)
    reading.words.forEach((word) => evidence.add(`${path}/location/sectors`, word, 'derived'));

  const size = reading.size?.value ?? null;
  const dimsMm = size?.dimsMm ?? [];
  if (dimsMm.length > 0) {
    note('sizeMm', reading.size);
    note('dimsMm', reading.size);
    if (size?.comparator) note('sizeComparator', reading.size);
    if (Math.max(...dimsMm) > 100) flag('implausible', 'sizeMm', 'The size is larger than a prostate usually is.');
    if (size?.range) flag('range', 'sizeMm', 'The size is given as a range; the upper end is taken.');
  } else if (size?.ambiguous) {
    note('sizeMm', reading.size);
    flag('ambiguous', 'sizeMm', 'The unit of one dimension is open.');
  }
  const category = reading.category?.value ?? null;
  if (category?.range) {
    note('piradsRange', reading.category);
    flag('range', 'pirads', 'The category is given as a range.');
  } else if (category) note('pirads', reading.category);
  if (reading.disagreeing.length > 0) {
    flag('conflict', 'pirads', 'The report gives this lesion different categories.');
    reading.disagreeing.forEach((span) => evidence.add(`${path}/pirads`, span));
  }
  for (const conflict of merged.conflicts) {
    flag('conflict', conflict.field, 'The impression differs from the findings; the impression counts.');
    conflict.spans.forEach((span) => evidence.add(`${path}/${conflict.field}`, span));
  }
  note('likert', reading.likert);
  const { t2, dwi, dce } = reading.subscores;
  note('subscores/t2', t2);
  note('subscores/dwi', dwi);
  note('subscores/dce', dce);
  reading.references.forEach((reference, at) => note(`imageRefs/${at}`, reference));
  const epe = reading.epe ?? ofGland(gland, 'epe', located.location.side);
  const svi = reading.svi ?? ofGland(gland, 'svi', located.location.side);
  note('epe', epe);
  note('svi', svi);
  note('prior/pirads', reading.priorCategory);
  note('prior/sizeMm', reading.priorSize);
  return {
    label,
    pirads: category?.pirads ?? null,
    piradsRange: category?.range ?? null,
    likert: reading.likert?.value ?? null,
    subscores: t2 || dwi || dce ? { t2: t2?.value ?? null, dwi: dwi?.value ?? null, dce: dce?.value ?? null } : null,
    sizeMm: dimsMm.length > 0 ? Math.max(...dimsMm) : null,
    dimsMm,
    sizeComparator: dimsMm.length > 0 ? (size?.comparator ?? null) : null,
    location: located.location,
    imageRefs: reading.references.map((reference) => reference.value),
    epe: epe?.value ?? null,
    svi: svi?.value ?? null,
    prior:
      reading.priorCategory || reading.priorSize
        ? { pirads: reading.priorCategory?.value ?? null, sizeMm: reading.priorSize?.value ?? null }
        : null,
  };
}

/** Growth told without a lesion, and the side on which it is. */
type OfGland = InvasionMention & { readonly side: Lesion['location']['side'] };

const OPPOSITE: Readonly<Record<string, string>> = { left: 'right', right: 'left' };

/** What is said of the whole gland; the last word on it counts. Growth on one side is no lesion's of the other. */
function ofGland(
  gland: readonly OfGland[],
  kind: 'epe' | 'svi',
  side: OfGland['side'],
): Said<InvasionMention['value']> | null {
  const ofKind = gland.filter((invasion) => invasion.kind === kind);
  const fitting = ofKind.filter((invasion) => side === null || OPPOSITE[side] !== invasion.side);
  // What is denied on one side alone is denied of a lesion on the other where nothing else is said.
  const last = fitting.at(-1) ?? ofKind.findLast(({ value }) => value === 'absent');
  return last ? { value: last.value, spans: [{ start: last.start, end: last.end }] } : null;
}
