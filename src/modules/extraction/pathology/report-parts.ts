import type { Span } from '../text/span.js';
import { clausesOf } from './clauses.js';
import { readCores } from './cores.js';
import { readGrades, type GradeStatements } from './gleason.js';
import { toldApart } from './group-answers.js';
import { siteOf } from './keyed-site.js';
import { isPlace, judges, mixesSites, printedLabel, withoutMixtures } from './mixtures.js';
import { NO_FINDINGS, readFindings, type PartFindings, type ReadingScope } from './part-findings.js';
import { findPartMentions, type PartMention } from './part-headings.js';
import { piecesByPart, referencesIn, styleOf } from './part-references.js';
import { RANK, RANK_OF, scopeOf, type PartSource, type ReportPart, type ReportText } from './part-sources.js';
import { DIAGNOSTIC_WORD, NAMES_A_SITE } from './site-words.js';
import type { TableRow } from './specimen-table.js';
import { addRest, addSentences } from './spoken-parts.js';

/** More than any report has; the rest of such a text adds nothing. */
const MOST_MENTIONS = 1000;

export interface CollectedParts {
  readonly parts: ReportPart[];
  /** Lines below the parts that hold for all of them. */
  readonly closing: readonly Span[];
  /** Labels that the report lists with a site and of which it says nothing that could be read. */
  readonly unread: readonly string[];
}

/** Collects the parts of a report by their labels, in the order in which the diagnosis (or else the list) prints them. */
export function collectParts(report: ReportText, rows: readonly TableRow[]): CollectedParts {
  const { text, shadow, sections } = report;
  const parts = new Map<string, ReportPart>();
  const add = (label: string, source: PartSource): void => {
    const key = label.toLowerCase();
    const part = parts.get(key) ?? { label, sources: [] };
    part.sources.push(source);
    parts.set(key, part);
  };
  const found = findPartMentions(text, shadow, sections);
  const { mentions, mixing } = withoutMixtures(
    report,
    withoutSums(shadow, withoutFindingLists(shadow, found.mentions.slice(0, MOST_MENTIONS))),
    rows,
  );
  const lists = new Set(mentions.filter((mention) => isPlace(shadow, mention)));
  const listed = (mention: PartMention): boolean => lists.has(mention);
  const spoken =
    rows.some(({ findings }) => findings.diagnosis) ||
    mentions.some((mention) => RANK_OF[mention.kind] <= RANK.microscopy && !listed(mention));
  // Where no section that judges speaks of parts, a summary or an annotated list is the diagnosis.
  const places = new Set(
    mentions.filter(
      (mention) => listed(mention) && (spoken || mention.kind !== 'specimens' || !judges(shadow, mention)),
    ),
  );
  // A summary of all parts that the sections before speak of, and more, is the diagnosis too.
  const labelsOf = (wanted: (mention: PartMention) => boolean): Set<string> =>
    new Set(mentions.filter(wanted).flatMap(({ labels }) => labels.map((label) => label.toLowerCase())));
  const spokenOf = labelsOf((mention) => RANK_OF[mention.kind] <= RANK.microscopy && !listed(mention));
  const summed = labelsOf(({ kind }) => RANK_OF[kind] === RANK.summary);
  const whole = summed.size > spokenOf.size && [...spokenOf].every((label) => summed.has(label));
  const complete = ({ kind }: PartMention): boolean => whole && RANK_OF[kind] === RANK.summary;
  const titles = new Map(
    [...places].flatMap((mention) =>
      mention.labels.map((label) => [label.toLowerCase(), siteOf(shadow, mention)] as const),
    ),
  );
  for (const mention of mentions) {
    const place = places.has(mention);
    const { group } = mention;
    const site = siteOf(shadow, mention);
    const named = NAMES_A_SITE.test(shadow.slice(site.start, site.end));
    const title = named ? site : (titles.get(mention.labels[0]?.toLowerCase() ?? '') ?? site);
    const scope = scopeOf(shadow, title, mention.context, group, false);
    const findings = place
      ? readListed(shadow, mention, scope)
      : readFindings(text, shadow, mention.body, mention.title, scope, verdictOf(report, mention));
    const apart = group && !place ? gradesApart(report, mention, findings) : null;
    const told = group && !place && findings ? toldApart(report, mention, findings) : null;
    for (const label of mention.labels)
      add(label, {
        rank: place ? RANK.place : spoken && !complete(mention) ? RANK_OF[mention.kind] : RANK.diagnosis,
        labelSpan: mention.labelSpan,
        title: site,
        body: mention.body,
        context: mention.context,
        group,
        findings: findings && {
          ...findings,
          ...told?.get(label),
          ...(apart && { grades: apart.get(label) ?? NO_FINDINGS.grades }),
        },
      });
  }
  addRows(report, rows, parts, add);
  addSentences(
    report,
    parts,
    mentions.filter((mention) => !places.has(mention)).map(({ body }) => body),
    add,
  );
  addRest(report, parts, add);
  const mixed = new Set(
    mentions
      .filter((mention) => !places.has(mention) && (mixing.has(mention) || mixesSites(report, mention)))
      .flatMap(({ labels }) => labels.map((label) => label.toLowerCase())),
  );
  const ordered = inOrder([...parts].filter(([label]) => !mixed.has(label)).map(([, part]) => part));
  const read = new Set(ordered.map(({ label }) => label));
  const style = styleOf([...read]);
  const isListed = ({ label, sources }: ReportPart): boolean =>
    (read.size === 0 || styleOf([label]) === style) &&
    sources.some(({ title }) => NAMES_A_SITE.test(shadow.slice(title.start, title.end)));
  return {
    parts: ordered,
    closing: found.closing,
    unread: [...parts.values()]
      .filter((part) => !read.has(part.label) && (mixed.has(part.label.toLowerCase()) || isListed(part)))
      .map(({ label }) => label),
  };
}

/** "A and C: carcinoma, 3+4=7 in A and 3+3=6 in C": where a group has two grades, each holds for the part it names. */
function gradesApart(
  { text, shadow }: ReportText,
  { labels, body }: PartMention,
  findings: PartFindings | null,
): Map<string, GradeStatements> | null {
  const patterns = (findings?.grades.scores ?? []).map(
    ({ primary, secondary, sum }) => `${primary}+${secondary}=${sum}`,
  );
  if (new Set(patterns).size < 2) return null;
  const known = new Set(labels.map((label) => label.toLowerCase()));
  const style = styleOf(labels);
  const grades = new Map<string, GradeStatements>();
  for (const clause of clausesOf(shadow, body))
    for (const piece of piecesByPart(text, shadow, clause, known, style)) {
      const read = readGrades(shadow, piece);
      const named = referencesIn(text, shadow, piece, known, style);
      if (read.scores.length === 1)
        for (const label of labels) if (named.includes(label.toLowerCase())) grades.set(label, read);
    }
  return grades;
}

/** What a line above several parts says of each of them. */
function verdictOf({ text, shadow }: ReportText, { verdict }: PartMention): PartFindings | null {
  const scope = { group: true, alone: false, wholeGland: false, nodes: false };
  return verdict && readFindings(text, shadow, verdict, { start: verdict.start, end: verdict.start }, scope);
}

/** A list of specimens may count the cores of each. */
function readListed(shadow: string, mention: PartMention, scope: ReadingScope): PartFindings | null {
  if ((mention.kind !== 'specimens' && mention.kind !== 'open') || scope.group || scope.nodes || scope.wholeGland)
    return null;
  const { total } = readCores(shadow, mention.body, false);
  return total && { ...NO_FINDINGS, coresTotal: total };
}

const GRADED = /\d ?\+ ?\d|gleason|isup/;

/** "Gleason 4+3=7 in 7 of 20 cores (specimens 1, 2 and 4)" grades none of them, where each has words of its own. */
function withoutSums(shadow: string, mentions: readonly PartMention[]): readonly PartMention[] {
  if (!mentions.some(({ summing, group, labels }) => summing || (group && labels.length > 2))) return mentions;
  // Where all parts stand below a heading of a summary, that is where they are judged.
  const judging = Math.max(RANK.microscopy, Math.min(...mentions.map(({ kind }) => RANK_OF[kind])));
  const own = new Set(
    mentions
      .filter(({ kind, summing, group }) => RANK_OF[kind] <= judging && !summing && !group)
      .flatMap(({ labels }) => labels.map((label) => label.toLowerCase())),
  );
  const placed = new Set(
    mentions
      .filter(
        ({ kind, group, title, body }) =>
          RANK_OF[kind] <= judging &&
          !group &&
          // "Prostatic cores" is everywhere.
          NAMES_A_SITE.test(shadow.slice(title.start, title.end).replace(/prosta+t[a-z]*/g, '')) &&
          DIAGNOSTIC_WORD.test(shadow.slice(title.end, body.end)),
      )
      .flatMap(({ labels }) => labels.map((label) => label.toLowerCase())),
  );
  const graded = new Set(
    mentions
      .filter(({ summing, group, body }) => !summing && !group && GRADED.test(shadow.slice(body.start, body.end)))
      .flatMap(({ labels }) => labels.map((label) => label.toLowerCase())),
  );
  return mentions.filter(({ summing, group, labels, body }) => {
    const judged = summing ? own : group && labels.length > 2 ? placed : null;
    // Parts described one by one above and graded together below: "2, 5 and 8. Adenocarcinoma, Gleason 4+3=7".
    const grades = !summing && group && GRADED.test(shadow.slice(body.start, body.end));
    if (grades && !labels.some((label) => graded.has(label.toLowerCase()))) return true;
    return !judged || !labels.every((label) => judged.has(label.toLowerCase()));
  });
}

/** Numbered findings of one specimen ("1. Adenocarcinoma … 2. Perineural invasion …") are no parts. */
function withoutFindingLists(shadow: string, mentions: readonly PartMention[]): PartMention[] {
  const placed = new Set(
    mentions
      .filter((mention) => {
        const { start, end } = siteOf(shadow, mention);
        return NAMES_A_SITE.test(shadow.slice(start, end));
      })
      .flatMap((mention) => mention.labels.map((label) => label.toLowerCase())),
  );
  const kinds = new Set(mentions.map((mention) => mention.kind));
  const listed = new Set<PartMention>();
  for (const kind of kinds) {
    const all = mentions.filter((mention) => mention.kind === kind);
    const numbers = all.every(
      (mention) => /^\d/.test(mention.labels[0] ?? '') && !mention.named && !mention.group && !mention.context,
    );
    const lost = all.filter((mention) => !mention.labels.some((label) => placed.has(label.toLowerCase())));
    if (numbers && lost.length * 2 > all.length) all.forEach((mention) => listed.add(mention));
  }
  return mentions.filter((mention) => !listed.has(mention));
}

/** A letter, number or numeral, or the code of a site in capitals ("RBL"), perhaps behind a noun. */
const ROW_LABEL = /^(?:[A-Za-zÀ-ÿ#.]+ ?)?(?:[A-Za-z]{1,2}\d{0,2}|\d{1,2}[A-Za-z]?|[IVXivx]{1,5}|[A-Z]{2,5}\d?)$/;

function addRows(
  report: ReportText,
  rows: readonly TableRow[],
  parts: ReadonlyMap<string, ReportPart>,
  add: (label: string, source: PartSource) => void,
): void {
  const judged = new Set(
    [...parts].filter(([, part]) => part.sources.some(({ rank }) => rank <= RANK.microscopy)).map(([key]) => key),
  );
  const inTable = new Set(rows.map((row) => printedLabel(report, row).toLowerCase()));
  const repeated = rows.some((row) => judged.has(printedLabel(report, row).toLowerCase()));
  // A table that holds all parts which the text speaks of is where they stand.
  const complete = [...judged].every((label) => inTable.has(label));
  const whole = repeated && complete && inTable.size >= judged.size;
  rows.forEach((row, index) => {
    const printed = printedLabel(report, row);
    if (row.label && !ROW_LABEL.test(printed)) return;
    if (!row.label && !row.site) return;
    if (repeated && !complete && !parts.has(printed.toLowerCase())) return;
    const at = row.label ?? row.site ?? row.row;
    const label =
      printed === ''
        ? String(index + 1)
        : printed.replace(/^(?:nr\.?|no\.?|#|part|specimen|probe|stanze|gef[aä]ß|pot(?:je)?|frasco|flacon)\s*/i, '');
    const source: PartSource = {
      rank: judged.has(printed.toLowerCase()) ? RANK.summary : RANK.diagnosis,
      labelSpan: at,
      title: row.site ?? { start: at.end, end: at.end },
      context: null,
      group: false,
      findings: row.findings,
    };
    add(label, source);
    // The text judges some of the parts; their order is that of the table.
    if (whole) add(label, { ...source, rank: RANK.place, findings: null });
  });
}

/** Parts in the order of the first stretch that judges them; what is only listed is no specimen. */
function inOrder(parts: readonly ReportPart[]): ReportPart[] {
  const best = (part: ReportPart): number => Math.min(...part.sources.map((source) => source.rank));
  const judged = parts.filter(
    (part) => best(part) <= RANK.microscopy && part.sources.some((source) => source.findings !== null),
  );
  const placeOf = (part: ReportPart): number | undefined =>
    part.sources.find(({ rank, labelSpan }) => rank === RANK.place && labelSpan.end > labelSpan.start)?.labelSpan.start;
  // Sentences name parts in any order; the list of specimens has theirs.
  const listed = judged.every((part) => placeOf(part) !== undefined);
  const first = (part: ReportPart): number =>
    (listed ? placeOf(part) : undefined) ??
    Math.min(...part.sources.filter((source) => source.rank === best(part)).map((source) => source.labelSpan.start));
  return judged
    .map((part) => ({ label: part.label, sources: [...part.sources].sort((a, b) => a.rank - b.rank) }))
    .map((part, index) => ({ part, index, at: first(part) }))
    .sort((a, b) => a.at - b.at || a.index - b.index)
    .map(({ part }) => part);
}
