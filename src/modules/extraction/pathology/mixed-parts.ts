import type { Language } from '../text/language.js';
import { readLocation } from '../location/location-phrase.js';
import { clausesOf } from './clauses.js';
import { PART_NOUN } from './pathology-words.js';
import { readFindings } from './part-findings.js';
import { ordinalOf } from './part-label.js';
import { styleOf } from './part-references.js';
import type { ReportPart, ReportText } from './part-sources.js';
import { DIAGNOSTIC_WORD } from './site-words.js';
import { readSpecimenKind } from './specimen-site.js';
import { judgedSites } from './judged-sites.js';
import { JUDGING } from './unlabelled-parts.js';
import { matchesOf } from '../text/matches.js';

const NAMED_PART = new RegExp(
  `\\b(?!slide|cassette|lame|block|level|pass)${PART_NOUN} ?(?:nr\\.? |n[°º] ?|#)?(\\d{1,2})(?![\\d/%]|[.,:]\\d| ?(?:mm|cm|of|von|van|sur|de)\\b)`,
  'g',
);

/** Sentences that judge different places differently, or name several parts by number. */
function judgesApart(report: ReportText, language: Language): boolean {
  const { text, shadow } = report;
  const outcomes = new Map<string, string>();
  const labels = new Set<string>();
  for (const section of report.sections) {
    if (!JUDGING.has(section.kind)) continue;
    for (const clause of clausesOf(shadow, {
      start: section.start,
      end: Math.min(section.end, section.start + 20_000),
    })) {
      const words = shadow.slice(clause.start, clause.end);
      if (!DIAGNOSTIC_WORD.test(words)) continue;
      for (const match of matchesOf(words, NAMED_PART)) labels.add(match[1] ?? '');
      const { side, levels } = readLocation(shadow, clause, language).location;
      if (side !== 'left' && side !== 'right' && levels.length !== 1) continue;
      const title = { start: clause.start, end: clause.start };
      const { diagnosis, grades } = readFindings(text, shadow, clause, title, {
        group: true,
        alone: false,
        wholeGland: false,
        nodes: false,
      });
      const [score] = grades.scores;
      if (diagnosis)
        outcomes.set(`${side} ${levels.join()}`, `${diagnosis.value} ${score?.primary}+${score?.secondary}`);
    }
  }
  return labels.size >= 2 || (outcomes.size >= 2 && new Set(outcomes.values()).size >= 2);
}

const LISTED = /^[ \t]*([A-Z]|\d{1,2}|[IVX]{1,5})(?=[ \t.):/-])[^\n]*/gm;

/** Lines that count on from the first label, three or more of them judged: parts, however their labels are written. */
function countsOn({ text, shadow, sections }: ReportText): boolean {
  return sections.some((section) => {
    let [next, judged] = [1, 0];
    for (const match of matchesOf(text.slice(section.start, section.end), LISTED)) {
      const label = match[1] ?? '';
      const at = section.start + match.index;
      if (ordinalOf(label, styleOf([label])) !== next && ordinalOf(label, 'roman') !== next) continue;
      next++;
      if (DIAGNOSTIC_WORD.test(shadow.slice(at, at + match[0].length))) judged++;
    }
    return JUDGING.has(section.kind) && judged >= 3;
  });
}

/** "Right base (A), right mid (B), left base (C)": labels that count on, however they are printed. */
function labelsInBrackets({ text, sections }: ReportText): boolean {
  return sections.some(({ kind, start, end }) => {
    if (kind === 'legend' || kind === 'clinical') return false;
    const found = matchesOf(
      text.slice(start, end),
      /\(([A-Z])\)|(?<=[;:\n] ?)([A-Z]) ?=|(?<=[;:,\n] ?)([A-Z]) \((?=[a-z])/g,
    );
    const labels = new Set([...found].map((match) => match[1] ?? match[2] ?? match[3]));
    return labels.has('A') && labels.has('B') && labels.has('C');
  });
}

/** "A, target 1, right mid: …", "B, right base, and C, right mid: …": which words are of which label is not sure. */
export function labelledByCommas({ text }: ReportText): boolean {
  const labels = new Set(matchesOf(text, /^[ \t]*([A-Z]), (?=[a-z])/gm).map((match) => match[1]));
  return labels.has('A') && labels.size >= 3;
}

/** Whether a report without labelled parts speaks of several, so that one specimen would mix up what belongs to each. */
export function namesSeveralParts(report: ReportText, language: Language): boolean {
  const { shadow } = report;
  const judging = report.sections.filter(({ kind }) => JUDGING.has(kind));
  const sites = new Set(judging.flatMap((section) => [...judgedSites(shadow, section).keys()]));
  const whole = report.sections.some((section) => readSpecimenKind(shadow, section)?.value === 'resection');
  return sites.size >= 2 || labelsInBrackets(report) || (!whole && (countsOn(report) || judgesApart(report, language)));
}

/** Whether labels are left out at the head or in the middle of the count ("1, 2, 4", "D, E"). */
export function hasGap(parts: readonly ReportPart[]): boolean {
  const style = styleOf(parts.map(({ label }) => label));
  const counted = new Set(parts.map(({ label }) => Math.floor(ordinalOf(label, style) ?? NaN)));
  const [least, most] = [Math.min(...counted), Math.max(...counted)];
  return Number.isFinite(most) && (most - least + 1 > counted.size || least > 1);
}
