import type { Flag } from '../extraction.js';
import type { ExtractionParts } from '../extraction-parts.js';
import { EvidenceBook } from '../text/evidence.js';
import type { Language } from '../text/language.js';
import type { Span } from '../text/span.js';
import { addAddenda } from './addendum.js';
import { toReadingText } from './reading-text.js';
import { withoutTemplateText } from './template-text.js';
import { splitPathologyReport } from './pathology-sections.js';
import { addReportStatements } from './report-statements.js';
import { searchParts } from './part-search.js';
import type { ReportText } from './part-sources.js';
import { assembleSpecimens } from './specimen-assembly.js';
import { findSpokenParts } from './spoken-parts.js';
import { findSpecimenTables } from './specimen-table.js';
import { findTransposedTables } from './transposed-table.js';
import { hasGap, labelledByCommas, namesSeveralParts } from './mixed-parts.js';
import { findSiteLines, readSoleSpecimen } from './unlabelled-parts.js';

/** Far longer than any report; what lies behind is not read, and flagged. */
const MOST_READ = 400_000;
const MOST_ROWS = 500;
const TOO_LONG: Flag = {
  code: 'incomplete',
  path: '/specimens',
  message: `Only the first ${MOST_READ} characters of the report were read.`,
};

const UNREAD: Flag = {
  code: 'incomplete',
  path: '/specimens',
  message: 'The report lists parts whose findings could not be read.',
};

/**
 * Reads a pathology report of the prostate into one specimen per part. Clinical data, gross descriptions and printed
 * grading keys make no values; grades of the whole case make no values of a part. Values stand on exact quotes.
 *
 * @param text the canonical text
 * @param shadow its folded shadow, of the same length
 */
export function readPathologyReport(text: string, shadow: string, language: Language): ExtractionParts {
  const plain = toReadingText(text.slice(0, MOST_READ), shadow.slice(0, MOST_READ));
  const readable = withoutTemplateText(plain.shadow);
  const transposed = findTransposedTables(readable);
  const upright = withoutTables(readable, transposed);
  const tables = findSpecimenTables(upright);
  const body = withoutTables(upright, tables);
  const report: ReportText = { text: plain.text, ...splitPathologyReport(plain.text, body) };
  const rows = [...transposed, ...tables].flatMap((table) => table.rows ?? []).slice(0, MOST_ROWS);
  const searched = searchParts(report, rows);
  const torn = transposed.some((table) => table.rows === null);
  let parts = searched.parts;
  const commas = labelledByCommas(report);
  if (parts.length === 0 && !commas) {
    // Fewer sites than the labels of the list: the text speaks of labels that were not read.
    const sites = findSiteLines(report);
    if (sites.length >= searched.unread.length) parts = sites;
  }
  if (parts.length === 0 && !commas && searched.unread.length === 0) parts = findSpokenParts(report);
  // One specimen of a report that lists several would mix up what belongs to each.
  const several =
    parts.length === 0 && (torn || commas || searched.unread.length >= 2 || namesSeveralParts(report, language));
  const unread =
    torn || several || (searched.parts.length > 0 && (searched.unread.length > 0 || hasGap(searched.parts)));
  if (parts.length === 0 && !several) parts = readSoleSpecimen(report);
  const closing = searched.closing.map((span) => ({
    ...span,
    kind: 'summary' as const,
    heading: { ...span, end: span.start },
  }));
  addReportStatements({ ...report, sections: [...report.sections, ...closing] }, parts);
  const corrections = addAddenda(report, parts, language);
  const evidence = new EvidenceBook();
  const { specimens, flags, derived } = assembleSpecimens(parts, {
    report: { ...report, shadow: readable },
    language,
    evidence,
    corrections,
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
    evidence: evidence.toList(plain.text).map((entry) => {
      const { start, end } = plain.toCanonical(entry);
      return { ...entry, start, end, quote: text.slice(start, end) };
    }),
    flags: [...flags, ...(unread ? [UNREAD] : []), ...(text.length > MOST_READ ? [TOO_LONG] : [])],
  };
}

function withoutTables(shadow: string, tables: readonly { readonly table: Span }[]): string {
  let text = '';
  let at = 0;
  for (const { table } of tables) {
    text += shadow.slice(at, table.start) + shadow.slice(table.start, table.end).replace(/[^\n]/g, ' ');
    at = table.end;
  }
  return text + shadow.slice(at);
}
