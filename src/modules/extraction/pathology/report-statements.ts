import { overlaps, type Span } from '../text/span.js';
import { clausesOf } from './clauses.js';
import type { Sign } from './growth-signs.js';
import { PATTERN_4, readAnswers } from './part-answers.js';
import { NO_FINDINGS, readFindings, type PartFindings } from './part-findings.js';
import type { LabelStyle } from './part-label.js';
import { referencesIn, styleOf } from './part-references.js';
import type { PathologySection } from './pathology-sections.js';
import { RANK, type PartSource, type ReportPart, type ReportText } from './part-sources.js';
import { readSpecimenKind } from './specimen-site.js';

const ASSERTIVE =
  /\b(?:no se (?:observ|identif|aprecia|evidenc|reconoc|ve)|nicht (?:nachweis|erkennbar|vorhanden)|kein[a-z]* (?:nachweis|perineur|[ck]ribri|intradu)|geen (?:perineur|[ck]ribri|intradu)|pas d|absence d|niet (?:gezien|aanwezig)|ausencia|in this (?:case|material|biopsy|series|specimen)|in (?:any|all|no|none) (?:of )?(?:the )?(?:part|core|specimen|biops|sample)|throughout|(?:is|was|are) (?:not )?(?:identified|seen|present|found)|not identified|absent|in kein|in geen|in alle|in beiden?\b|in both|dans les deux|en ambos|dans (?:aucun|tou)|en (?:ningun|todos))|^[\s:*-]*(?:no|sin|kein[a-z]*|geen|sans|aucun[a-z]*|ningun[a-z]*) /;
const THEORY =
  /\b(?:associated|prognos|literature|recommend|defined|according|studies|may be|risk|significance|assozi|laut|selon la|segun la|classification|reference)\b/;

export const isCarcinoma = (part: ReportPart): boolean =>
  part.sources.some((source) => source.rank < RANK.place && source.findings?.diagnosis?.value === 'adenocarcinoma');

const isGraded = (part: ReportPart): boolean =>
  part.sources.some(({ findings }) => findings && findings.grades.scores.length + findings.grades.groups.length > 0);

/** Only its count of cores judges the part. */
const isCounted = (part: ReportPart): boolean =>
  part.sources.every(({ findings }) => !findings?.diagnosis || findings.diagnosis.counted === true);

/** "On the right side only": said of some of the parts. */
const namesOneSide = (words: string): boolean =>
  /\b(?:left|links|linke[rnsm]?|gauche|izquierd[oa])\b/.test(words) !==
  /\b(?:right|rechts|rechte[rnsm]?|droite?|derech[oa])\b/.test(words);

/** More than any report has; the rest of such a text adds nothing. */
const MOST_SECTIONS = 500;

interface Scope {
  readonly report: ReportText;
  readonly parts: readonly ReportPart[];
  readonly known: ReadonlySet<string>;
  readonly style: LabelStyle;
  readonly carcinomas: Set<ReportPart>;
  /** Stretches that belong to one part, from the first line of the report on. */
  readonly bodies: readonly Span[];
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
    bodies: parts.flatMap((part) =>
      part.sources.flatMap(({ body, group, rank }) => (body && !group && rank < RANK.comment ? [body] : [])),
    ),
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
    else if (
      section.kind === 'diagnosis' ||
      section.kind === 'microscopy' ||
      (section.kind === 'comment' && !judging.has(first))
    )
      addSentences(scope, { ...section, end: first });
  }
}

/** Such a block speaks of the whole case, though it names the part with its grade. */
const HIGHEST = /\b(?:highest|overall|worst|hochste[a-z]*|hoogste|plus eleve|mas alto)\b/;

/** A block tied to one part fills that part; else its growth patterns hold for every part with carcinoma. */
function addSynoptic(scope: Scope, section: PathologySection): void {
  const { report, parts, known, style, carcinomas, resections } = scope;
  const head = { start: section.heading.start, end: Math.min(section.end, section.start + 160) };
  const named = HIGHEST.test(report.shadow.slice(head.start, section.start))
    ? []
    : referencesIn(report.text, report.shadow, head, known, style);
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

function addSentences(scope: Scope, section: PathologySection): void {
  const { report, parts, known, style, carcinomas, bodies } = scope;
  const malignant = [...carcinomas].map(({ label }) => label.toLowerCase());
  let spokenOf: readonly Sign[] = [];
  for (const clause of withShares(report.shadow, clausesOf(report.shadow, section))) {
    const { answers, open } = readAnswers(report, clause, { known, style, malignant, spokenOf });
    const words = report.shadow.slice(clause.start, clause.end);
    spokenOf = /[;,]\s*$/.test(words) ? open : [];
    const rank = section.kind === 'comment' ? RANK.comment : RANK.summary;
    for (const { labels, signs, diagnosis, grades, percentPattern4, at } of answers)
      for (const part of parts)
        if (labels.includes(part.label.toLowerCase())) {
          const judged = {
            ...((section.kind !== 'comment' || isCounted(part)) && { diagnosis }),
            ...(carcinomas.has(part) && !isGraded(part) && { grades }),
          };
          push(part, { ...NO_FINDINGS, signs, percentPattern4, ...judged }, at, rank);
        }
    if (
      answers.length === 0 &&
      open.length > 0 &&
      !(section.kind === 'summary' && bodies.some((body) => overlaps(body, clause))) &&
      !(carcinomas.size > 1 && namesOneSide(words)) &&
      (section.kind !== 'comment' || (ASSERTIVE.test(words) && !THEORY.test(words)))
    )
      for (const part of carcinomas) push(part, { ...NO_FINDINGS, signs: open }, clause, RANK.comment + 1);
  }
}

/** "Grade 4: pot 4: 10 %; pot 5: 60 %": a semicolon that parts the shares of two parts cuts nothing. */
function withShares(shadow: string, clauses: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const clause of clauses) {
    const last = joined.at(-1);
    const goesOn =
      last &&
      /;\s*$/.test(shadow.slice(last.start, last.end)) &&
      ONE_SHARE.test(shadow.slice(clause.start, clause.end)) &&
      PATTERN_4.test(shadow.slice(last.start, last.end));
    if (goesOn) joined[joined.length - 1] = { start: last.start, end: clause.end };
    else joined.push(clause);
  }
  return joined;
}

/** A label and its share, and nothing else. */
const ONE_SHARE = /^\s*(?:[a-z]+ )?(?:[a-z]\d?|\d{1,2}|[ivx]{1,5}) ?[:=(]? ?\d{1,3} ?%\)?\s*[.;]?\s*$/;

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
