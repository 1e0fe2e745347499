import type { PathologySection, PathologySectionKind } from './pathology-sections.js';
import { collectParts, type CollectedParts } from './report-parts.js';
import { type ReportText } from './part-sources.js';
import type { TableRow } from './specimen-table.js';

/** Sections that a misread heading may have opened over the diagnoses, from the likeliest on. */
const DOUBTED: readonly ReadonlySet<PathologySectionKind>[] = [
  new Set(['comment', 'specimens']),
  new Set(['comment', 'specimens', 'summary', 'synoptic', 'clinical', 'gross']),
];

const judged = ({ parts }: CollectedParts): number =>
  parts.filter(({ sources }) => sources.some(({ findings }) => findings?.diagnosis)).length;

/**
 * Finds the parts with the sections as their headings tell. Where that leaves listed parts without a finding, the
 * doubtful sections are read as diagnoses too, and the reading that judges more parts wins; clinical data and gross
 * descriptions only where nothing else speaks of a part.
 */
export function searchParts(report: ReportText, rows: readonly TableRow[]): CollectedParts {
  let best = collectParts(report, rows);
  for (const doubted of DOUBTED) {
    const strict = doubted.has('gross');
    if (strict ? best.parts.length > 0 || best.unread.length < 2 : best.parts.length > 0 && best.unread.length === 0)
      continue;
    if (!report.sections.some(({ kind }) => doubted.has(kind))) continue;
    const found = collectParts({ ...report, sections: relax(report.sections, doubted) }, rows);
    if (judged(found) >= 2 && judged(found) > judged(best) && holds(found, best)) best = found;
  }
  return best;
}

const relax = (
  sections: readonly PathologySection[],
  doubted: ReadonlySet<PathologySectionKind>,
): readonly PathologySection[] =>
  sections.map((section) => (doubted.has(section.kind) ? { ...section, kind: 'open' } : section));

/** A wider reading may add parts, never lose one. */
function holds(wider: CollectedParts, known: CollectedParts): boolean {
  const labels = new Set(wider.parts.map(({ label }) => label));
  return known.parts.every(({ label }) => labels.has(label));
}
