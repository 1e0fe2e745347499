import type { Span } from '../text/span.js';
import { clausesOf } from './clauses.js';
import type { ReadNumber } from './gleason.js';
import { readPerineuralCode, readSigns, type Sign } from './growth-signs.js';
import { NO_FINDINGS, readFindings, type PartFindings } from './part-findings.js';
import type { LabelStyle } from './part-label.js';
import { referencesIn, styleOf } from './part-references.js';
import type { PathologySection } from './pathology-sections.js';
import { RANK, type PartSource, type ReportPart, type ReportText } from './part-sources.js';
import { readSpecimenKind } from './specimen-site.js';

const ASSERTIVE =
  /\b(?:no se (?:observ|identif|aprecia|evidenc|reconoc|ve)|nicht (?:nachweis|erkennbar|vorhanden)|kein[a-z]* (?:nachweis|perineur|[ck]ribri|intradu)|geen (?:perineur|[ck]ribri|intradu)|pas d|absence d|niet (?:gezien|aanwezig)|ausencia|in (?:any|all|no|none) (?:of )?(?:the )?(?:part|core|specimen|biops|sample)|throughout|(?:is|was|are) (?:not )?(?:identified|seen|present|found)|not identified|absent|in kein|in geen|in alle|dans (?:aucun|tou)|en (?:ningun|todos))/;
const THEORY =
  /\b(?:associated|prognos|literature|recommend|defined|according|studies|may be|risk|significance|assozi|laut|selon la|segun la|classification|reference)\b/;

export const isCarcinoma = (part: ReportPart): boolean =>
  part.sources.some((source) => source.rank < RANK.place && source.findings?.diagnosis?.value === 'adenocarcinoma');

/** More than any report has; the rest of such a text adds nothing. */
const MOST_SECTIONS = 500;

interface Scope {
  readonly report: ReportText;
  readonly parts: readonly ReportPart[];
  readonly known: ReadonlySet<string>;
  readonly style: LabelStyle;
  readonly carcinomas: Set<ReportPart>;
  readonly resections: readonly ReportPart[];
}

/** Adds what synoptic blocks, summaries and comments say of parts that the parts themselves leave open. */
export function addReportStatements(report: ReportText, parts: readonly ReportPart[]): void {
  const known = new Set(parts.map((part) => part.label.toLowerCase()));
  const scope: Scope = {
    report,
    parts,
    known,
    style: styleOf([...known]),
    carcinomas: new Set(parts.filter(isCarcinoma)),
    resections: parts.filter((part) =>
      part.sources.some((source) => readSpecimenKind(report.shadow, source.title)?.value === 'resection'),
    ),
  };
  // Rows of tables are blanked in the text; they do not make a section one that speaks of its parts in turn.
  const own = parts
    .flatMap((part) => part.sources.map(({ labelSpan }) => labelSpan))
    .filter(({ start, end }) => end > start && /\S/.test(report.shadow.slice(start, end)))
    .map(({ start }) => start)
    .sort((a, b) => a - b);
  const judging = new Set(
    parts.flatMap(({ sources }) =>
      sources.filter(({ rank }) => rank < RANK.comment).map(({ labelSpan }) => labelSpan.start),
    ),
  );
  let next = 0;
  for (const section of report.sections.slice(0, MOST_SECTIONS)) {
    while (next < own.length && own[next]! < section.start) next++;
    const first = own[next] ?? Infinity;
    const spoken = first < section.end;
    const [only] = parts;
    // The microscopy of a single part needs no label.
    if (section.kind === 'microscopy' && !spoken && only && parts.length === 1)
      push(
        only,
        readFindings(
          report.text,
          report.shadow,
          section,
          { start: section.start, end: section.start },
          { group: false, alone: true, wholeGland: scope.resections.includes(only), nodes: false },
        ),
        section,
        RANK.microscopy,
      );
    if (section.kind === 'synoptic' && !spoken) addSynoptic(scope, section);
    else if (
      ['diagnosis', 'summary', 'comment', 'open', 'microscopy'].includes(section.kind) &&
      (!spoken || section.kind === 'summary')
    )
      addSentences(scope, section);
    // A comment between two parts is of the one above it.
    else if (section.kind === 'diagnosis' || (section.kind === 'comment' && !judging.has(first)))
      addSentences(scope, { ...section, end: first });
  }
}

/** A block tied to one part fills that part; else its growth patterns hold for every part with carcinoma. */
function addSynoptic(scope: Scope, section: PathologySection): void {
  const { report, parts, known, style, carcinomas, resections } = scope;
  const head = { start: section.heading.start, end: Math.min(section.end, section.start + 160) };
  const named = referencesIn(report.text, report.shadow, head, known, style);
  const tied =
    named.length === 1
      ? parts.find((part) => part.label.toLowerCase() === named[0])
      : parts.length === 1
        ? parts[0]
        : resections.length === 1
          ? resections[0]
          : undefined;
  const sole = !tied && carcinomas.size === 1 ? [...carcinomas][0] : undefined;
  const part = tied ?? sole;
  if (part) {
    const wholeGland = resections.includes(part);
    const read = readFindings(
      report.text,
      report.shadow,
      section,
      { start: section.start, end: section.start },
      { group: false, alone: true, wholeGland, nodes: false },
    );
    if (tied && read.diagnosis?.value === 'adenocarcinoma') carcinomas.add(tied);
    const findings = tied
      ? read
      : { ...read, coresPositive: null, coresTotal: null, percentInvolved: null, diagnosis: null };
    push(
      part,
      findings,
      section.heading.end > section.heading.start ? section.heading : { start: section.start, end: section.start },
      RANK.summary,
    );
  }
  if (!tied) addSentences(scope, section);
}

/** "Present in D and E, absent in F": behind such a comma stands the answer for other parts. */
const TURN =
  /,\s+(?=(?:(?:but|aber|jedoch|maar|mais|pero|and|und|en|et|y) )?(?:not|nicht|niet|no|non|pas|kein[a-z]*|geen|absent[a-z]*|present[a-z]*|afwezig|aanwezig|vorhanden|ausente)\b[^,;.]{0,30}\b(?:in|im|en|dans|bei) )/g;

function turnsOf(shadow: string, clause: Span): Span[] {
  const cuts = [...shadow.slice(clause.start, clause.end).matchAll(TURN)].map(({ index }) => clause.start + index + 1);
  return [clause.start, ...cuts].map((start, index) => ({ start, end: cuts[index] ?? clause.end }));
}

const DENIES = /\b(?:not|no|absent[a-z]*|nicht|kein[a-z]*|niet|geen|pas|non|ausente)\b/;
const VERDICT = new RegExp(
  `^\\s*(?:(?:in|im|en|dans) )?[^;]{0,30}(?:${DENIES.source}|\\b(?:present[a-z]*|vorhanden|nachweisbar|aanwezig|wel)\\b)`,
);

function addSentences(scope: Scope, section: PathologySection): void {
  const { report, parts, known, style, carcinomas } = scope;
  let spokenOf: readonly Sign[] = [];
  for (const clause of clausesOf(report.shadow, section).flatMap((whole) => turnsOf(report.shadow, whole))) {
    const words = report.shadow.slice(clause.start, clause.end);
    const code = readPerineuralCode(report.text, clause);
    const signs = [...readSigns(report.shadow, clause), ...(code ? [code] : [])];
    const shares = readPartShares(report, clause, known, style);
    const labels = [...referencesIn(report.text, report.shadow, clause, known, style), ...shares.keys()];
    // "Present in part G; not identified in part C": what is denied stands before the semicolon.
    if (signs.length === 0 && labels.length > 0 && spokenOf.length > 0 && VERDICT.test(words))
      signs.push(
        ...spokenOf.map(({ name }) => ({
          name,
          verdict: DENIES.test(words) ? ('absent' as const) : ('present' as const),
          span: clause,
        })),
      );
    spokenOf = /[;,]\s*$/.test(words) ? signs : [];
    if (labels.length > 0) {
      const findings = readFindings(
        report.text,
        report.shadow,
        clause,
        { start: clause.start, end: clause.start },
        { group: labels.length > 1, alone: false, wholeGland: false, nodes: false },
      );
      const diagnosis = section.kind === 'comment' ? null : findings.diagnosis;
      const { percentPattern4 } = findings;
      for (const part of parts) {
        const label = part.label.toLowerCase();
        if (labels.includes(label))
          push(
            part,
            {
              ...NO_FINDINGS,
              signs,
              diagnosis,
              percentPattern4: shares.get(label) ?? (labels.length > 1 ? null : percentPattern4),
            },
            clause,
            section.kind === 'comment' ? RANK.comment : RANK.summary,
          );
      }
    } else if (signs.length > 0 && (section.kind !== 'comment' || (ASSERTIVE.test(words) && !THEORY.test(words))))
      for (const part of carcinomas) push(part, { ...NO_FINDINGS, signs }, clause, RANK.comment + 1);
  }
}

const PATTERN_4 = /\b(?:pattern|muster|grade?|grado|patroon|patron|gleason|gp)[ -]?4\b/;
const SHARE_BEHIND = new RegExp(`${PATTERN_4.source}[^.;,%]{0,60}?(?<!\\d)(\\d{1,3}) ?%`);
/** "Gleason 4: B 30 %, C 10 %": a label before its share. */
const LABELLED_SHARE = /(?<=[:,;] ?)([a-z]\d?|\d{1,2}|[ivx]{1,5}) ?[:=]? ?(\d{1,3}) ?%/g;

/** "Pattern 4 amounts to 70% in part A and 10% in part D": each share belongs to the parts named before the next one. */
function readPartShares(
  { text, shadow }: ReportText,
  clause: Span,
  known: ReadonlySet<string>,
  style: LabelStyle,
): Map<string, ReadNumber> {
  const shares = new Map<string, ReadNumber>();
  const words = shadow.slice(clause.start, clause.end);
  if (!PATTERN_4.test(words)) return shares;
  for (const match of words.matchAll(LABELLED_SHARE)) {
    const [all, label = '', value] = match;
    const end = clause.start + match.index + all.length;
    if (known.has(label)) shares.set(label, { value: Number(value), span: { start: clause.start + match.index, end } });
  }
  if (shares.size > 0) return shares;
  const percents = [...words.matchAll(/(?<!\d)(\d{1,3}) ?%/g)];
  // "The pattern 4 component in specimen 2 accounts for 15%".
  const sole = percents.length === 1 ? SHARE_BEHIND.exec(words) : null;
  const [label, ...more] = sole ? referencesIn(text, shadow, clause, known, style) : [];
  if (sole && label !== undefined && more.length === 0)
    shares.set(label, {
      value: Number(sole[1]),
      span: { start: clause.start + sole.index, end: clause.start + sole.index + sole[0].length },
    });
  if (percents.length < 2) return shares;
  percents.forEach((percent, index) => {
    const start = clause.start + percent.index;
    const end = start + percent[0].length;
    const until = clause.start + (percents[index + 1]?.index ?? words.length);
    for (const label of referencesIn(text, shadow, { start: end, end: until }, known, style))
      shares.set(label, { value: Number(percent[1]), span: { start, end } });
  });
  return shares;
}

function push(part: ReportPart, findings: PartFindings, at: Span, rank: number): void {
  const source: PartSource = {
    rank,
    labelSpan: at,
    title: { start: at.start, end: at.start },
    context: null,
    group: false,
    findings,
  };
  part.sources.push(source);
}
