import { overlaps } from '../text/span.js';
import { clausesOf } from './clauses.js';
import type { Sign } from './growth-signs.js';
import { readDealt, readEach } from './dealt-values.js';
import { readAnswers } from './part-answers.js';
import type { PartFindings } from './part-findings.js';
import type { PartMention } from './part-headings.js';
import { styleOf } from './part-references.js';
import type { ReportText } from './part-sources.js';
import { matchesOf } from '../text/matches.js';

type ToldApart = Pick<PartFindings, 'signs' | 'percentInvolved' | 'percentPattern4'> & Partial<PartFindings>;

/**
 * "1, 3 and 4: carcinoma. Pattern 4: 70 % (1), 10 % (3). Cribriform growth in 1.": a sentence of a group that names parts
 * speaks of these alone, and one of several shares is nobody's unless a part is named with it.
 */
export function toldApart(
  report: ReportText,
  { labels: own, among, body, title }: PartMention,
  findings: PartFindings,
): Map<string, ToldApart> | null {
  const labels = among ?? own;
  if (labels.length < 2) return null;
  const known = new Set(labels.map((label) => label.toLowerCase()));
  const style = styleOf(labels);
  const start = Math.max(body.start, title.end);
  let spokenOf: readonly Sign[] = [];
  const answers = clausesOf(report.shadow, { start, end: body.end }).flatMap((clause) => {
    const read = readAnswers(report, clause, { known, style, malignant: [], spokenOf });
    spokenOf = /[;,]\s*$/.test(report.shadow.slice(clause.start, clause.end)) ? read.open : [];
    return read.answers;
  });
  const words = report.shadow.slice(start, body.end);
  const several = new Set(matchesOf(words, /(?<!\d)\d{1,3}(?= ?%)/g).map(([share]) => share)).size > 1;
  const owned = answers.flatMap(({ signs, at }) => signs.map(() => at));
  const shared = findings.signs.filter(({ span }) => !owned.some((at) => overlaps(at, span)));
  const values = readDealt(report.shadow, { start, end: body.end }, labels);
  const each = readEach(report.shadow, { start, end: body.end });
  const dealt = answers.some(({ percentPattern4 }) => percentPattern4 !== null);
  return new Map(
    labels.map((label) => {
      const told = answers.filter((answer) => answer.labels.includes(label.toLowerCase()));
      return [
        label,
        {
          signs: [...told.flatMap(({ signs }) => signs), ...shared],
          percentInvolved: several || dealt ? null : findings.percentInvolved,
          percentPattern4:
            told.find(({ percentPattern4 }) => percentPattern4 !== null)?.percentPattern4 ??
            (several || dealt ? null : findings.percentPattern4),
          ...each,
          ...values.get(label),
        },
      ];
    }),
  );
}
