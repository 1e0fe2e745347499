import { overlaps, type Span } from '../text/span.js';
import { clausesOf } from './clauses.js';
import { readCores } from './cores.js';
import { readFindings, type PartFindings } from './part-findings.js';
import { LABEL_LIST, parseLabelList, type LabelStyle } from './part-label.js';
import { detailsIn, labelsIn, piecesByPart, referencesIn, styleOf, THE_REST } from './part-references.js';
import { RANK, RANK_OF, type PartSource, type ReportPart, type ReportText } from './part-sources.js';
import { DIAGNOSTIC_WORD } from './site-words.js';
import { readLength, readShares } from './tumour-extent.js';

/** A diagnosis in sentences that name parts of the list which nothing else judges: "Adenocarcinoma in parts A and C." */
export function addSentences(
  report: ReportText,
  parts: ReadonlyMap<string, ReportPart>,
  bodies: readonly Span[],
  add: (label: string, source: PartSource) => void,
): void {
  const known = new Set(
    [...parts].filter(([, { sources }]) => sources.every(({ rank }) => rank > RANK.microscopy)).map(([label]) => label),
  );
  if (known.size === 0) return;
  addReferences(report, parts, known, styleOf([...parts.keys()]), bodies, add);
}

/** Parts that only sentences name, with their noun: "Adenocarcinoma in specimens 2 and 4. Benign in specimens 1 and 3." */
export function findSpokenParts(report: ReportText): ReportPart[] {
  const named = namedParts(report);
  if (named.length < 2) return [];
  const parts = new Map<string, ReportPart>();
  const add = (label: string, source: PartSource): void => {
    const part = parts.get(label) ?? { label: label.toUpperCase(), sources: [] };
    part.sources.push(source);
    parts.set(label, part);
  };
  addReferences(report, parts, new Set(named), styleOf(named), [], add);
  return [...parts.values()];
}

function namedParts(report: ReportText): string[] {
  const labels: string[] = [];
  for (const section of report.sections)
    if (section.kind === 'diagnosis' || section.kind === 'open')
      for (const clause of clausesOf(report.shadow, section))
        if (DIAGNOSTIC_WORD.test(report.shadow.slice(clause.start, clause.end)))
          labels.push(...labelsIn(report.text, report.shadow, clause));
  return [...new Set(labels)];
}

function addReferences(
  report: ReportText,
  parts: ReadonlyMap<string, ReportPart>,
  known: ReadonlySet<string>,
  style: LabelStyle,
  bodies: readonly Span[],
  add: (label: string, source: PartSource) => void,
): void {
  for (const section of report.sections) {
    if (section.kind !== 'diagnosis' && section.kind !== 'open') continue;
    const clauses = clausesOf(report.shadow, section).flatMap((clause) =>
      piecesByPart(report.text, report.shadow, clause, known, style, true),
    );
    for (const clause of clauses) {
      if (bodies.some((body) => overlaps(body, clause))) continue;
      const labels = referencesIn(report.text, report.shadow, clause, known, style, true);
      const group = labels.length > 1;
      if (labels.length === 0 || !DIAGNOSTIC_WORD.test(report.shadow.slice(clause.start, clause.end))) continue;
      const title = { start: clause.start, end: clause.start };
      const findings = readFindings(report.text, report.shadow, clause, title, {
        group,
        alone: false,
        wholeGland: false,
        nodes: false,
      });
      // Two grades for several parts: which has which is not told.
      if (group && new Set(findings.grades.scores.map(({ primary, secondary }) => `${primary}+${secondary}`)).size > 1)
        continue;
      const details = detailsIn(report.shadow, clause);
      for (const label of labels)
        add(parts.get(label)?.label ?? label, {
          rank: RANK.diagnosis,
          labelSpan: parts.get(label)?.sources[0]?.labelSpan ?? clause,
          title,
          context: null,
          group,
          findings: details.size > 0 && group ? withDetails(report.shadow, findings, details.get(label)) : findings,
        });
    }
  }
}

/** What a sentence says of several parts, and what the bracket behind one of them says of this one. */
function withDetails(shadow: string, shared: PartFindings, bracket: Span | undefined): PartFindings {
  const malignant = shared.diagnosis?.value === 'adenocarcinoma';
  const cores = bracket && readCores(shadow, bracket, malignant);
  const shares = bracket && malignant ? readShares(shadow, bracket) : null;
  return {
    ...shared,
    coresPositive: cores?.positive ?? null,
    coresTotal: cores?.total ?? null,
    coresAtLeast: cores?.atLeast ?? false,
    percentInvolved: shares?.percentInvolved ?? null,
    percentPattern4: shares?.percentPattern4 ?? null,
    lengthMm: bracket && malignant ? readLength(shadow, [bracket], false, false) : null,
  };
}

const IN_BRACKET = new RegExp(`^ ?\\((?:[a-z.°]+ )?(${LABEL_LIST})\\)`, 'i');

/** "Remaining cores: benign" speaks of every listed part that nothing else judges. */
export function addRest(
  report: ReportText,
  parts: ReadonlyMap<string, ReportPart>,
  add: (label: string, source: PartSource) => void,
): void {
  const open = [...parts.values()].filter((part) =>
    part.sources.every(
      ({ rank, findings }) => rank === RANK.place || (findings && !findings.diagnosis && !findings.ungraded),
    ),
  );
  if (open.length === 0 || open.length === parts.size) return;
  for (const section of report.sections) {
    if (RANK_OF[section.kind] > RANK.summary) continue;
    for (const clause of clausesOf(report.shadow, section)) {
      const match = THE_REST.exec(report.shadow.slice(clause.start, clause.end));
      if (!match) continue;
      const labelSpan = { start: clause.start + match.index, end: clause.start + match.index + match[0].length };
      const body = { start: labelSpan.end, end: clause.end };
      const title = { start: body.start, end: body.start };
      const findings = readFindings(report.text, report.shadow, body, title, {
        group: true,
        alone: false,
        wholeGland: false,
        nodes: false,
      });
      if (!findings.diagnosis) continue;
      // "Los restantes frascos (2-4 y 6)": the bracket tells which.
      const printed = IN_BRACKET.exec(report.text.slice(body.start, clause.end))?.[1] ?? '';
      const told = parseLabelList(printed, styleOf([...parts.keys()]))?.map((label) => label.toLowerCase());
      for (const part of told ? open.filter(({ label }) => told.includes(label.toLowerCase())) : open)
        add(part.label, {
          rank: RANK.diagnosis,
          labelSpan: part.sources[0]?.labelSpan ?? labelSpan,
          title,
          context: null,
          group: true,
          findings,
        });
      return;
    }
  }
}
