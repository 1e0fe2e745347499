import type { Extraction } from '../extraction.js';
import { readExamValues, type ExamValues } from '../radiology/exam-values.js';
import { readPriorBiopsy } from '../radiology/prior-biopsy.js';
import { runOf } from '../radiology/report-text.js';
import { timesOf } from '../radiology/scope.js';
import { contains, overlaps, type Span } from '../text/span.js';
import type { LesionMentions } from './lesion-mentions.js';
import type { Read } from './quotes.js';

/** The statements that a quote touches: the readers see these alone, so that they cannot find the value elsewhere. */
const statementsAt = ({ statements }: LesionMentions, quoted: Span) =>
  statements.filter((statement) => overlaps(statement, quoted));

export function readExamValue(mentions: LesionMentions, quoted: Span, field: keyof ExamValues): Read<number> | null {
  const { report, statements, text } = mentions;
  const at = statementsAt(mentions, quoted);
  const found = readExamValues(report, at)[field];
  if (!found) return null;
  const digits = /^\D*[\d.,]*\d/.exec(text.slice(found.start, found.end))?.[0].length ?? 0;
  if (!contains(quoted, { start: found.start, end: found.start + digits })) return null;
  // An earlier value stands only where the report as a whole has no later one.
  const from = report.tokens.findIndex(({ start }) => start === found.start);
  const run = runOf(report, from, from + 1);
  const isEarlier = at.some(
    (statement) => contains(statement, found) && timesOf(report, statement, [run])[0] !== 'now',
  );
  if (isEarlier && readExamValues(report, statements)[field]?.start !== found.start) return null;
  return { value: found.value, span: found };
}

export function readEarlierBiopsy(
  mentions: LesionMentions,
  quoted: Span,
): Read<NonNullable<Extraction['priorBiopsy']>> | null {
  const found = readPriorBiopsy(mentions.report, statementsAt(mentions, quoted));
  return found && overlaps(quoted, found) ? { value: found.value, span: quoted } : null;
}
