import type { ExtractionParts } from '../extraction-parts.js';
import { NO_FINDINGS, type PartFindings } from '../pathology/part-findings.js';
import { RANK, scopeOf, type ReportPart } from '../pathology/part-sources.js';
import { assembleSpecimens } from '../pathology/specimen-assembly.js';
import { EvidenceBook } from '../text/evidence.js';
import type { Language } from '../text/language.js';
import type { Span } from '../text/span.js';
import type { PathologyAnswer } from './pathology-question.js';
import { PartMarks } from './part-marks.js';
import { QuoteReader, type Read } from './quotes.js';
import { SpecimenQuotes } from './specimen-quotes.js';

/** A part letter or number as reports print them. */
const LABEL = /^[A-Za-z]{1,2}\d{0,2}$|^\d{1,2}[A-Za-z]?$|^[IVX]{1,5}$/i;

/** Turns a model's quotes from a pathology report into specimens, put together as the rules put theirs together. */
export function groundPathology(
  text: string,
  shadow: string,
  language: Language,
  answer: PathologyAnswer,
): ExtractionParts {
  const quotes = new SpecimenQuotes(text, shadow);
  const evidence = new EvidenceBook();
  const reader = new QuoteReader(text, evidence);
  const parts: ReportPart[] = [];
  const described = answer.specimens.map((specimen) => ({ ...specimen, label: plainLabel(specimen.label) }));
  const marks = new PartMarks(text, described);
  for (const specimen of described) {
    const part = groundPart(specimen, parts.length, quotes, reader, marks);
    if (part && !parts.some(({ label }) => label.toLowerCase() === part.label.toLowerCase())) parts.push(part);
  }
  const { specimens, flags, derived } = assembleSpecimens(parts, {
    report: { text, shadow: quotes.shadow, sections: [] },
    language,
    evidence,
    corrections: { sides: new Map(), exchanged: new Map() },
  });
  return {
    psaNgMl: null,
    psaDensity: null,
    prostateVolumeMl: null,
    priorBiopsy: null,
    overallPirads: null,
    derived,
    lesions: [],
    specimens,
    evidence: evidence.toList(text),
    flags: [...flags, ...reader.flags],
  };
}

const plainLabel = (printed: string): string => printed.replace(/[^\p{L}\d]/gu, '');

/** Null where the quotes give neither a diagnosis nor a grade. */
function groundPart(
  described: PathologyAnswer['specimens'][number],
  index: number,
  quotes: SpecimenQuotes,
  reader: QuoteReader,
  marks: PartMarks,
): ReportPart | null {
  const path = `/specimens/${index}`;
  const anchors: Span[] = [];
  const read = <T>(quote: string | null, field: string, find: (quoted: Span) => Read<T> | null): T | null => {
    // The assembly notes the evidence.
    const own = (quoted: Span) => (marks.speaksOf(label, quoted) ? find(quoted) : null);
    const found = reader.read(quote, `${path}/${field}`, anchors, own, { noteEvidence: false });
    if (found && anchors.length < 3) anchors.push(found.quoted);
    return found?.value ?? null;
  };
  const { label } = described;
  const site = read(described.site, 'location', (quoted) => ({ value: quoted, span: quoted }));
  const title = site ?? { start: 0, end: 0 };
  const gleason = read(described.gleason, 'gleason', (quoted) => quotes.grades(quoted));
  const group = read(described.gradeGroup, 'isup', (quoted) => quotes.grades(quoted));
  const named = read(described.diagnosis, 'diagnosis', (quoted) => quotes.diagnosis(quoted));
  const grades = {
    scores: gleason?.scores ?? group?.scores ?? [],
    groups: [...(gleason?.groups ?? []), ...(group?.groups ?? [])],
  };
  const score = grades.scores[0] ?? grades.groups[0];
  // A grade speaks for itself: only carcinoma is graded.
  const diagnosis =
    named?.value !== 'adenocarcinoma' && score ? { value: 'adenocarcinoma' as const, span: score.span } : named;
  const ungraded = read(described.notGraded, 'gradable', (quoted) => quotes.ungraded(quoted));
  if (!LABEL.test(label) || (!diagnosis && !ungraded)) {
    reader.drop(path, 'A specimen without a label or a diagnosis that the report bears was dropped.');
    return null;
  }
  const { wholeGland, nodes } = scopeOf(quotes.shadow, title, null, false, false);
  const malignant = diagnosis?.value === 'adenocarcinoma' || diagnosis?.value === 'other-malignancy';
  const cores =
    wholeGland || nodes ? null : read(described.cores, 'coresTotal', (quoted) => quotes.cores(quoted, malignant));
  const signs = (['perineuralInvasion', 'cribriform', 'intraductal'] as const).flatMap(
    (name) => read(described[name], name, (quoted) => quotes.sign(quoted, name)) ?? [],
  );
  const findings: PartFindings = {
    ...NO_FINDINGS,
    diagnosis,
    grades,
    ungraded,
    coresPositive: cores?.positive ?? null,
    coresTotal: cores?.total ?? null,
    coresAtLeast: cores?.atLeast ?? false,
    percentInvolved: read(described.percentInvolved, 'percentInvolved', (quoted) =>
      quotes.share(quoted, 'percentInvolved'),
    ),
    percentPattern4: read(described.percentPattern4, 'percentPattern4', (quoted) =>
      quotes.share(quoted, 'percentPattern4'),
    ),
    lengthMm: read(described.tumourLength, 'lengthMm', (quoted) => quotes.length(quoted, wholeGland)),
    signs,
  };
  return {
    label,
    sources: [{ rank: RANK.diagnosis, labelSpan: title, title, context: null, group: false, findings }],
  };
}
