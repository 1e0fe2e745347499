import type { Span } from '../text/span.js';
import { readFindings } from './part-findings.js';
import type { PathologySection, PathologySectionKind } from './pathology-sections.js';
import { RANK, scopeOf, type PartSource, type ReportPart, type ReportText } from './report-parts.js';
import { readSpecimenKind } from './specimen-site.js';
import { DIAGNOSTIC_WORD, NAMES_A_SITE } from './site-words.js';

/** "Right base: benign", "- Linker Lappen: …": a site with a colon or dotted leader at the start of a line. */
const SITE_LINE =
  /^[ \t]*(?:[-*•>+][ \t]*)?(?=[a-z"'])((?:[^\n:.|]|(?<=\b(?:re|li|lat|med|post|ant|apik|bas|dch[ao]?|izq|izda|nr|no|syst))\.){2,90}?)[ \t]*(?::|\.{3,}|\s-{1,2}(?= )|[)=](?= )| {3,}|$)(?=\s|$)/gm;
const PLACE_WORD =
  /\b(?:left|right|links?|rechts|linke[rs]?|rechte[rs]?|gauche|droite?|izquierd[oa]|derech[oa]|target \d|roi \d|herd \d|cible \d|diana \d|lesion \d|transition|midline)\b|^[lr](?:pz|tz)?[lm]?[bma][lm]?$|^[bma][dg]$|^(?:bas[ei]s?|milieu|apex|mitte) [dglr]$/;
const CODE = /^[bma][dg]$/;
/** A level alone, below a line that names the side. */
const LEVEL = /^(?:bas[ei]s?|basal|mid(?:dle|den)?|mitte|milieu|medi[oa]n?|tercio medio|apex|apice|apikal|apical)$/;
const NO_SITE =
  /gleason|isup|grade|perineural|invasion|margin|extra-?prosta|histolog|diagnos|comment|note|cores?\b.{0,12}(?:positive|involved)|percent|length|clinical|total|vesicles? (?:inv|invasion)|involvement|stage|volume|laterality|^side\b/;

const JUDGING: ReadonlySet<PathologySectionKind> = new Set(['diagnosis', 'open', 'microscopy']);

/** Parts that the report names by their site alone; they get running numbers. At least two must be found. */
export function findSiteLines(report: ReportText): ReportPart[] {
  const { text, shadow } = report;
  const judged = report.sections.filter((section) => section.kind === 'diagnosis');
  const open = judged.length > 0 ? judged : report.sections.filter((section) => JUDGING.has(section.kind));
  const sections = [...open, ...report.sections.filter(({ kind }) => kind === 'synoptic' || kind === 'summary')];
  for (const section of sections) {
    const heads: { title: Span; end: number }[] = [];
    for (const match of shadow.slice(section.start, section.end).matchAll(SITE_LINE)) {
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
      body: { start: head.end, end: heads[index + 1]?.title.start ?? section.end },
    }));
    const said = bodies.filter(({ body }) => /[a-z0-9]/.test(shadow.slice(body.start, body.end)));
    if (said.length < 2 || !said.every(({ body }) => DIAGNOSTIC_WORD.test(shadow.slice(body.start, body.end))))
      continue;
    let context: Span | null = null;
    const parts: ReportPart[] = [];
    for (const one of bodies) {
      const { title, body } = one;
      // "Lobe droit :" with nothing behind it holds for the sites below.
      if (!said.includes(one)) context = title;
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

/** A line that opens with a site and judges it. */
const JUDGED_SITE = /^[^a-z\n]{0,6}(?:[a-z]?\d{0,2}(?:\.\d)?[^a-z\n]{0,4})?([a-z][^\n]{2,60})/gm;

/** Whether several sites have lines of their own, so that one specimen would mix up what belongs to each. */
export function namesSeveralSites({ shadow, sections }: ReportText): boolean {
  const sites = new Set<string>();
  for (const section of sections) {
    if (!JUDGING.has(section.kind)) continue;
    for (const match of shadow.slice(section.start, section.end).matchAll(JUDGED_SITE)) {
      const line = match[1] ?? '';
      const word = DIAGNOSTIC_WORD.exec(line);
      const head = word ? line.slice(0, word.index) : '';
      const place = PLACE_WORD.test(head) && /(?::| -|\.{3,}| {3,}|\|)\s*$/.test(head) && !NO_SITE.test(head);
      if (place) sites.add(head.replace(/[^a-z]+/g, ' ').trim());
    }
  }
  return sites.size >= 2;
}

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
