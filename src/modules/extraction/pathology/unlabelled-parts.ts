import type { Span } from '../text/span.js';
import { readFindings } from './part-findings.js';
import type { PathologySection, PathologySectionKind } from './pathology-sections.js';
import { RANK, scopeOf, type PartSource, type ReportPart, type ReportText } from './part-sources.js';
import { LEVEL, NO_SITE, PLACE_WORD } from './judged-sites.js';
import { readSpecimenKind } from './specimen-site.js';
import { DIAGNOSTIC_WORD, NAMES_A_SITE } from './site-words.js';
import { matchesOf } from '../text/matches.js';

/** "Right base: benign", "- Linker Lappen: …": a site with a colon or dotted leader at the start of a line. */
const SITE_LINE =
  /(?:^|(?<=[.;] {1,2}))[ \t]*(?:[-*•>+][ \t]*)?(?:(?:[ivx]{1,4}|\d{1,2}|[a-z])[.):/]{1,2}[ \t]+)?(?=[a-z"'])((?:\([^()\n]{1,60}\)|[^\n:.|()]|(?<=\b(?:re|li|lat|med|post|ant|apik|bas|dch[ao]?|izq|izda|nr|no|syst))\.){2,90}?)[ \t]*(?::|,(?= (?:benign|benin|adeno|hg-?pin|asap|atypi|neg|no (?:tumou?r|malig|evid|carc)|[ck]ar[cz]in|kein|geen|tumor(?:frei|vrij)|absence|pas de|sin (?:tumor|malig|evid)))|\.{3,}|[ \t]-{1,2}(?= )|[)=](?= )| {3,}|$)(?=\s|$)/gm;
/** A finding, or at least how many cores hold tumour. */
const JUDGES = new RegExp(`${DIAGNOSTIC_WORD.source}|\\b\\d{1,2} ?/ ?\\d{1,2}\\b`);
const CODE = /^[bma][dg]$/;

export const JUDGING: ReadonlySet<PathologySectionKind> = new Set(['diagnosis', 'open', 'microscopy']);

/** Parts that the report names by their site alone; they get running numbers. At least two must be found. */
export function findSiteLines(report: ReportText): ReportPart[] {
  const { text, shadow } = report;
  const diagnoses = report.sections.filter((section) => section.kind === 'diagnosis');
  const open = diagnoses.length > 0 ? diagnoses : report.sections.filter((section) => JUDGING.has(section.kind));
  const sections = [...open, ...report.sections.filter(({ kind }) => kind === 'synoptic' || kind === 'summary')];
  for (const section of sections) {
    const heads: { title: Span; end: number }[] = [];
    for (const match of matchesOf(shadow.slice(section.start, section.end), SITE_LINE)) {
      const name = match[1] ?? '';
      const start = section.start + match.index + match[0].indexOf(name);
      if (
        (PLACE_WORD.test(name) || LEVEL.test(name)) &&
        (NAMES_A_SITE.test(name) || CODE.test(name)) &&
        !NO_SITE.test(name) &&
        !DIAGNOSTIC_WORD.test(name)
      )
        heads.push({ title: { start, end: start + name.length }, end: section.start + match.index + match[0].length });
    }
    const bodies = heads.map((head, index) => ({
      ...head,
      said: { start: head.end, end: heads[index + 1]?.title.start ?? section.end },
    }));
    // Nodes and vesicles alone are what stands beside a gland.
    if (heads.every(({ title }) => readSpecimenKind(shadow, title)?.value === 'other')) continue;
    const judged = bodies.filter(({ said }) => /[a-z0-9]/.test(shadow.slice(said.start, said.end)));
    if (judged.length < 2 || !judged.every(({ said }) => JUDGES.test(shadow.slice(said.start, said.end)))) continue;
    let context: Span | null = null;
    const parts: ReportPart[] = [];
    for (const one of bodies) {
      const { title } = one;
      const body = { start: title.start, end: one.said.end };
      // "Lobe droit :" with nothing behind it holds for the sites below.
      if (!judged.includes(one)) context = title;
      else if (context === null && !PLACE_WORD.test(shadow.slice(title.start, title.end))) return [];
      else
        parts.push({
          label: String(parts.length + 1),
          sources: [
            {
              rank: RANK.diagnosis,
              labelSpan: title,
              title,
              context,
              group: false,
              findings: readFindings(text, shadow, body, title, scopeOf(shadow, title, context, false, false)),
            },
          ],
        });
    }
    return parts;
  }
  return [];
}

const ORDER: readonly (readonly PathologySectionKind[])[] = [
  ['diagnosis'],
  ['open'],
  ['microscopy'],
  ['synoptic'],
  ['summary'],
];

/** A report without parts is one specimen, labelled 1. */
export function readSoleSpecimen(report: ReportText): ReportPart[] {
  const { text, shadow, sections } = report;
  const hasDiagnosis = sections.some((section) => section.kind === 'diagnosis' || section.kind === 'synoptic');
  const named = sections.find(
    (section) =>
      section.kind === 'specimens' &&
      (NAMES_A_SITE.test(shadow.slice(section.start, section.end)) || readSpecimenKind(shadow, section) !== null),
  );
  const sources: PartSource[] = [];
  for (const kinds of ORDER)
    for (const section of sections) {
      if (!kinds.includes(section.kind) || (section.kind === 'open' && hasDiagnosis)) continue;
      const title = titleOf(shadow, section);
      const whole = named
        ? { start: named.start, end: named.end }
        : { start: Math.min(section.heading.start, section.start), end: Math.min(section.end, section.start + 1500) };
      const scope = scopeOf(shadow, readable(shadow, title, whole), null, false, true);
      const findings = readFindings(text, shadow, section, { start: section.start, end: section.start }, scope);
      sources.push({
        rank: sources.length + 1,
        labelSpan: title,
        title: NAMES_A_SITE.test(shadow.slice(title.start, title.end)) ? title : whole,
        context: named ?? null,
        group: false,
        findings,
      });
    }
  const found = sources.filter(({ findings }) => findings?.diagnosis || findings?.ungraded);
  return found.length > 0
    ? [{ label: '1', sources: [...found, ...sources.filter((source) => !found.includes(source))] }]
    : [];
}

const readable = (shadow: string, title: Span, whole: Span): Span =>
  readSpecimenKind(shadow, title)?.value === 'resection' ? title : whole;

function titleOf(shadow: string, section: PathologySection): Span {
  const text = shadow.slice(section.start, Math.min(section.end, section.start + 400));
  const word = DIAGNOSTIC_WORD.exec(text);
  const lead = /^\s*/.exec(text)?.[0].length ?? 0;
  return {
    start: section.start + lead,
    end: section.start + Math.max(lead, word?.index ?? Math.min(text.length, 160)),
  };
}
