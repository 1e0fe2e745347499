import type { ExtractionParts } from '../extraction-parts.js';
import { NOWHERE, type Flag, type Lesion } from '../extraction.js';
import { EvidenceBook } from '../text/evidence.js';
import type { Language } from '../text/language.js';
import type { Span } from '../text/span.js';
import { readEarlierBiopsy, readExamValue } from './exam-quotes.js';
import { isNowhere, LesionMentions } from './lesion-mentions.js';
import { type Read, QuoteReader } from './quotes.js';
import type { RadiologyAnswer } from './radiology-question.js';

/** Turns a model's quotes from a radiology report into values with evidence; what the text does not bear is dropped. */
export function groundRadiology(
  text: string,
  shadow: string,
  language: Language,
  answer: RadiologyAnswer,
): ExtractionParts {
  const mentions = new LesionMentions(text, shadow, language);
  const evidence = new EvidenceBook();
  const reader = new QuoteReader(text, evidence);
  const exam = <T>(quote: string | null, path: string, read: (quoted: Span) => Read<T> | null): T | null =>
    reader.read(quote, path, [], read)?.value ?? null;

  const gland = {
    epe: reader.read(answer.extraprostaticExtension, '/epe', [], (quoted) => mentions.invasion(quoted, 'epe'), UNNOTED),
    svi: reader.read(answer.seminalVesicleInvasion, '/svi', [], (quoted) => mentions.invasion(quoted, 'svi'), UNNOTED),
  };
  const lesions: Lesion[] = [];
  for (const described of answer.lesions) {
    const lesion = groundLesion(described, lesions, mentions, text, reader, evidence, gland);
    if (lesion) lesions.push(lesion);
  }
  const psaNgMl = exam(answer.psa, '/psaNgMl', (quoted) => readExamValue(mentions, quoted, 'psa'));
  const prostateVolumeMl = exam(answer.prostateVolume, '/prostateVolumeMl', (quoted) =>
    readExamValue(mentions, quoted, 'volume'),
  );
  return {
    psaNgMl,
    psaDensity: exam(answer.psaDensity, '/psaDensity', (quoted) => readExamValue(mentions, quoted, 'density')),
    prostateVolumeMl,
    priorBiopsy: exam(answer.earlierBiopsy, '/priorBiopsy', (quoted) => readEarlierBiopsy(mentions, quoted)),
    overallPirads: exam(answer.categoryOfExam, '/overallPirads', (quoted) =>
      overallCategory(mentions, quoted, lesions.length === 0),
    ),
    derived: {},
    lesions,
    specimens: [],
    evidence: evidence.toList(text),
    flags: reader.flags,
  };
}

const UNNOTED = { noteEvidence: false };

/** A category beside lesions is one of theirs, unless its words say otherwise. */
function overallCategory(mentions: LesionMentions, quoted: Span, isWithoutLesions: boolean): Read<number> | null {
  const read = mentions.category(quoted);
  if (read?.value.scale !== 'pirads' || typeof read.value.value !== 'number') return null;
  if (!read.value.ofExam && !isWithoutLesions) return null;
  return { value: read.value.value, span: read.span };
}

type Gland = Record<'epe' | 'svi', Read<NonNullable<Lesion['epe']>> | null>;

/** Null where nothing makes it a lesion: no category and no suspicion that the text bears, or one listed before. */
function groundLesion(
  described: RadiologyAnswer['lesions'][number],
  earlier: readonly Lesion[],
  mentions: LesionMentions,
  text: string,
  reader: QuoteReader,
  evidence: EvidenceBook,
  gland: Gland,
): Lesion | null {
  const path = `/lesions/${earlier.length}`;
  const own = new EvidenceBook();
  const ownReader = new QuoteReader(text, own);
  const anchors: Span[] = [];
  const read = <T>(
    quote: string | null,
    field: string,
    find: (quoted: Span) => Read<T> | null,
    noteEvidence = true,
  ) => {
    const found = ownReader.read(quote, `${path}/${field}`, anchors, find, { noteEvidence });
    if (found) anchors.push(found.quoted);
    return found;
  };
  // The most telling words first: they say which of several equal quotes is meant.
  const name = read(described.name, 'label', (quoted) => mentions.label(quoted), false);
  const located = read(described.location, 'location', (quoted) => mentions.location(quoted), false);
  const size = read(described.size, 'sizeMm', (quoted) => mentions.size(quoted), false);
  const category = read(described.category, 'pirads', (quoted) => mentions.category(quoted), false);
  const subscores = read(described.sequenceScores, 'subscores', (quoted) => mentions.subscores(quoted));
  const images = read(described.images, 'imageRefs', (quoted) => mentions.images(quoted));
  const invasionOf = (kind: 'epe' | 'svi', quote: string | null) =>
    read(quote, kind, (quoted) => mentions.invasion(quoted, kind))?.value ?? fromGland(gland, kind, path, own);
  const epe = invasionOf('epe', described.extraprostaticExtension);
  const svi = invasionOf('svi', described.seminalVesicleInvasion);

  const { scale, value, range } = category?.value ?? { scale: null, value: null, range: null };
  const graded = value !== null || range !== null;
  if (!graded && !anchors.some((anchor) => mentions.isSuspicious(anchor))) {
    reader.drop(path, 'A lesion without a category or a suspicion that the report bears was dropped.');
    return null;
  }
  const flags: Flag[] = [];
  if (graded) own.add(`${path}/${scale === 'likert' ? 'likert' : range ? 'piradsRange' : 'pirads'}`, category!.span);
  if (range) flags.push({ code: 'range', path: `${path}/pirads`, message: 'The category is given as a range.' });
  const dimsMm = size?.value.dimsMm ?? [];
  if (size) for (const field of ['sizeMm', 'dimsMm']) own.add(`${path}/${field}`, size.span);
  if (size?.value.comparator) own.add(`${path}/sizeComparator`, size.span);
  if (size?.value.ambiguous)
    flags.push({ code: 'ambiguous', path: `${path}/sizeMm`, message: 'The unit of one dimension is open.' });
  if (size?.value.range)
    flags.push({
      code: 'range',
      path: `${path}/sizeMm`,
      message: 'The size is given as a range; the upper end is taken.',
    });
  if (located) noteLocation(own, `${path}/location`, located.value);

  const label = name?.value ?? anchors.map((anchor) => mentions.itemAt(anchor)).find((item) => item) ?? '';
  const taken = earlier.some((lesion) => lesion.label === label);
  const lesion: Lesion = {
    label: label === '' || taken ? String(earlier.length + 1) : label,
    pirads: scale === 'pirads' ? value : null,
    piradsRange: scale === 'pirads' ? range : null,
    likert: scale === 'likert' && typeof value === 'number' ? value : null,
    subscores: subscores?.value ?? null,
    sizeMm: dimsMm.length > 0 ? Math.max(...dimsMm) : null,
    dimsMm,
    sizeComparator: dimsMm.length > 0 ? (size?.value.comparator ?? null) : null,
    location: located?.value.location ?? NOWHERE,
    imageRefs: images?.value ?? [],
    epe,
    svi,
    prior: null,
  };
  if (earlier.some((other) => saysTheSame(other, lesion))) return null;
  for (const { path: at, start, end, source } of own.toList(text))
    evidence.add(at, { start, end }, source === 'derived' ? 'derived' : 'rule');
  reader.flags.push(...flags, ...ownReader.flags);
  return lesion;
}

/** What is said of the whole gland holds for every lesion. */
function fromGland(gland: Gland, kind: 'epe' | 'svi', path: string, evidence: EvidenceBook): Lesion['epe'] {
  const said = gland[kind];
  if (said) evidence.add(`${path}/${kind}`, said.span);
  return said?.value ?? null;
}

function noteLocation(
  evidence: EvidenceBook,
  path: string,
  { location, spans }: NonNullable<ReturnType<LesionMentions['location']>>['value'],
): void {
  if (spans.side) evidence.add(`${path}/side`, spans.side);
  if (spans.zone) evidence.add(`${path}/zone`, spans.zone);
  for (const span of spans.levels) evidence.add(`${path}/levels`, span);
  for (const span of spans.positions) evidence.add(`${path}/positions`, span);
  if (location.sectors.length > 0)
    for (const span of [spans.side, spans.zone, ...spans.levels, ...spans.positions])
      if (span) evidence.add(`${path}/sectors`, span, 'derived');
}

/** A model that lists a lesion from the findings and again from the impression says the same twice. */
function saysTheSame(a: Lesion, b: Lesion): boolean {
  const place = ({ side, zone, levels }: Lesion['location']) => JSON.stringify([side, zone, levels]);
  return (
    a.pirads === b.pirads &&
    a.likert === b.likert &&
    (a.sizeMm === b.sizeMm || a.sizeMm === null || b.sizeMm === null) &&
    (place(a.location) === place(b.location) || isNowhere(a.location) || isNowhere(b.location))
  );
}
