import type { Extraction } from '../extraction.js';
import { readExamValues, type ExamValues } from '../radiology/exam-values.js';
import { readPriorBiopsy } from '../radiology/prior-biopsy.js';
import { contains, overlaps, type Span } from '../text/span.js';
import type { LesionMentions } from './lesion-mentions.js';
import type { Read } from './quotes.js';

/** The statements that a quote touches: the readers see these alone, so that they cannot find the value elsewhere. */
const statementsAt = ({ statements }: LesionMentions, quoted: Span) =>
  statements.filter((statement) => overlaps(statement, quoted));

export function readExamValue(mentions: LesionMentions, quoted: Span, field: keyof ExamValues): Read<number> | null {
  const found = readExamValues(mentions.report, statementsAt(mentions, quoted))[field];
  return found && contains(quoted, found) ? { value: found.value, span: found } : null;
}

export function readEarlierBiopsy(
  mentions: LesionMentions,
  quoted: Span,
): Read<NonNullable<Extraction['priorBiopsy']>> | null {
  const found = readPriorBiopsy(mentions.report, statementsAt(mentions, quoted));
  return found && overlaps(quoted, found) ? { value: found.value, span: quoted } : null;
}
