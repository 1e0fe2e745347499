import { clausesOf } from './clauses.js';
import { judgedSites } from './judged-sites.js';
import type { PartMention } from './part-headings.js';
import { labelsIn, referencesIn, styleOf } from './part-references.js';
import { RANK, RANK_OF, scopeOf, type ReportText } from './part-sources.js';
import { DIAGNOSTIC_WORD } from './site-words.js';
import type { TableRow } from './specimen-table.js';

/** Under a heading that only lists the parts, some reports print the findings too. */
export const judges = (shadow: string, mention: PartMention): boolean =>
  DIAGNOSTIC_WORD.test(shadow.slice(mention.body.start, Math.min(mention.body.end, mention.body.start + 600)));

/** A list of parts without findings, or one that stands under a heading that makes no findings. */
export const isPlace = (shadow: string, mention: PartMention): boolean =>
  RANK_OF[mention.kind] === RANK.place ||
  (mention.kind === 'open' &&
    !DIAGNOSTIC_WORD.test(shadow.slice(mention.body.start, Math.min(mention.body.end, mention.body.start + 600))));

/** The label of a row as printed, without its mark. */
export const printedLabel = ({ text }: ReportText, { label }: TableRow): string =>
  label ? text.slice(label.start, label.end).replace(/[.):\s]+$/, '') : '';

/** "Cores 1-6. Core 2: adenocarcinoma": what is said of several labels together is true of one of them. */
function mixesLabels({ text, shadow }: ReportText, { group, labels, body }: PartMention): boolean {
  if (!group || !/[ck]ar[cz]ino|gleason|cancer/.test(shadow.slice(body.start, body.end))) return false;
  const known = new Set(labels.map((label) => label.toLowerCase()));
  const named = new Set(
    clausesOf(shadow, body)
      .filter(({ start, end }) => !TELLS_A_DETAIL.test(shadow.slice(start, end)))
      .flatMap((clause) => [
        ...labelsIn(text, shadow, clause),
        ...referencesIn(text, shadow, clause, known, styleOf(labels)),
      ]),
  );
  const own = labels.filter((label) => named.has(label.toLowerCase()));
  return own.length > 0 && own.length < labels.length;
}

/** How much of the tumour is of pattern 4 or how it grows, in the parts that the sentence names, or which of them is the worst. */
const TELLS_A_DETAIL =
  /\b(?:highest|worst|overall|maxim[a-z]*|hochste[rsnm]?|hoogste|plus eleve|mas alto)\b|^(?!.*(?:adeno|\d ?\+ ?\d|benign)).*(?:\b(?:pattern|muster|grade?|grado|graad|patroon|patron)[ -]?4\b|peri-?neur|peri-?nerv|nervenscheid|\b(?:pni|epn|ipn)\b|[ck]ribr?i|intra-?du[ck]t)/s;

/**
 * What a sentence leaves open for several parts ("Parts B and D positive. Highest grade in D."), a row or a line of their
 * own tells; it then holds for the others alone. `mixing` are those that are left with labels.
 */
export function withoutMixtures(
  report: ReportText,
  mentions: readonly PartMention[],
  rows: readonly TableRow[],
): { readonly mentions: readonly PartMention[]; readonly mixing: ReadonlySet<PartMention> } {
  const { shadow } = report;
  const mixtures = new Set(mentions.filter((mention) => mixesLabels(report, mention)));
  const mixing = new Set<PartMention>();
  if (mixtures.size === 0) return { mentions, mixing };
  const told = new Set([
    ...rows.map((row) => printedLabel(report, row).toLowerCase()),
    ...mentions
      .filter((mention) => !mention.group && !isPlace(shadow, mention) && judges(shadow, mention))
      .flatMap(({ labels }) => labels.map((label) => label.toLowerCase())),
  ]);
  const left = mentions.flatMap((mention) => {
    if (!mixtures.has(mention)) return [mention];
    const labels = mention.labels.filter((label) => !told.has(label.toLowerCase()));
    if (labels.length === 0) return [];
    const rest = labels.length < mention.labels.length ? { ...mention, labels } : mention;
    mixing.add(rest);
    return [rest];
  });
  return { mentions: left, mixing };
}

/** Several sites with judged lines of their own under one label: no value has a sure owner. */
export function mixesSites({ shadow }: ReportText, { title, body, context }: PartMention): boolean {
  const { wholeGland, nodes } = scopeOf(shadow, title, context, false, false);
  if (wholeGland || nodes) return false;
  const oneLine = !shadow.slice(title.start, title.end).includes('\n');
  const start = oneLine ? Math.max(body.start, title.end) : body.start;
  const sites = judgedSites(shadow, { start, end: body.end });
  // A diagnosis before the first of them is the part's own; the lines give its cores.
  return sites.size >= 2 && !DIAGNOSTIC_WORD.test(shadow.slice(start, Math.min(...sites.values())));
}
