import type { Lesion, Location } from '../extraction.js';
import { toLocation } from '../location/location-phrase.js';
import type { LocationWord } from '../location/location-words.js';
import { findMentions } from '../radiology/mentions.js';
import { toPart, type Part } from '../radiology/part.js';
import { toReportText, type ReportText } from '../radiology/report-text.js';
import { toStatements, type Statement } from '../radiology/statements.js';
import type { Language } from '../text/language.js';
import { splitSections } from '../text/sections.js';
import { contains, overlaps, spanOver, type Span } from '../text/span.js';
import type { Read } from './quotes.js';

/** Sections that state no finding of this examination. */
const NO_FINDINGS: ReadonlySet<Statement['section']> = new Set(['technique', 'legend', 'comparison']);

export interface ReadCategory {
  readonly scale: 'pirads' | 'likert';
  readonly value: number | 'X' | null;
  readonly range: [number, number] | null;
  /** The words call it the category of the exam. */
  readonly ofExam: boolean;
}

export interface ReadSize {
  readonly dimsMm: number[];
  readonly comparator: Lesion['sizeComparator'];
  readonly ambiguous: boolean;
  readonly range: boolean;
}

const holds = (quoted: Span, mention: Span): boolean => contains(quoted, mention) || contains(mention, quoted);

/**
 * What the rules' readers find in a quoted stretch of a radiology report, in the light of the whole sentence and
 * section around it: what is denied, supposed, of an earlier exam, in a legend is not there.
 */
export class LesionMentions {
  readonly report: ReportText;
  readonly statements: Statement[];
  private readonly parts: Part[];

  constructor(
    readonly text: string,
    shadow: string,
    language: Language,
  ) {
    this.report = toReportText(text, shadow, language);
    this.statements = toStatements(this.report, splitSections(this.report.shadow, language)).filter(
      (statement) => !NO_FINDINGS.has(statement.section),
    );
    const mentions = findMentions(this.report, language);
    this.parts = this.statements.map((statement) => toPart(this.report, statement, mentions));
  }

  private partsAt(quoted: Span): Part[] {
    return this.parts.filter((part) => overlaps(part.run, quoted));
  }

  /** Null where the quote holds none that counts now, or several that differ. */
  category(quoted: Span): Read<ReadCategory> | null {
    const found = this.partsAt(quoted)
      .flatMap((part) => part.categories)
      .filter((category) => category.time === 'now' && holds(quoted, category));
    const [first] = found;
    if (!first || found.some(({ value, range }) => value !== first.value || String(range) !== String(first.range)))
      return null;
    const { scale, value, range, exam } = first;
    return { value: { scale, value, range, ofExam: exam !== null }, span: first };
  }

  size(quoted: Span): Read<ReadSize> | null {
    const found = this.partsAt(quoted)
      .flatMap((part) => part.sizes)
      .filter((size) => size.time === 'now' && holds(quoted, this.withoutComparator(size)));
    const [first] = found;
    if (!first) return null;
    const largest = Math.max(...first.dimsMm);
    const fuller = found.find(({ dimsMm }) => dimsMm.length > first.dimsMm.length && Math.max(...dimsMm) === largest);
    return { value: fuller ?? first, span: fuller ?? first };
  }

  private withoutComparator(size: Span & { from: number }): Span {
    return { start: this.report.tokens[size.from]?.start ?? size.start, end: size.end };
  }

  location(quoted: Span): Read<ReturnType<typeof toLocation>> | null {
    const words: LocationWord[] = this.partsAt(quoted)
      .flatMap((part) => part.words)
      .filter((word) => contains(quoted, word));
    return words.length === 0 ? null : { value: toLocation(words), span: spanOver(words) };
  }

  subscores(quoted: Span): Read<NonNullable<Lesion['subscores']>> | null {
    const found = this.partsAt(quoted)
      .flatMap((part) => part.subscores)
      .filter((score) => holds(quoted, score));
    if (found.length === 0) return null;
    const first = <K extends 't2' | 'dwi' | 'dce'>(key: K) => found.find((score) => score[key] !== null)?.[key] ?? null;
    return { value: { t2: first('t2'), dwi: first('dwi'), dce: first('dce') }, span: spanOver(found) };
  }

  images(quoted: Span): Read<Lesion['imageRefs']> | null {
    const found = this.partsAt(quoted)
      .flatMap((part) => part.references)
      .filter((reference) => contains(quoted, reference));
    if (found.length === 0) return null;
    return { value: found.map(({ series, image }) => ({ series, image })), span: spanOver(found) };
  }

  invasion(quoted: Span, kind: 'epe' | 'svi'): Read<NonNullable<Lesion['epe']>> | null {
    const found = this.partsAt(quoted)
      .flatMap((part) => part.invasions)
      .find((invasion) => invasion.kind === kind && overlaps(quoted, invasion));
    return found ? { value: found.value, span: found } : null;
  }

  /** The number or letter of a lesion that the quote names, or that itemises the statement it stands in. */
  label(quoted: Span): Read<string> | null {
    const parts = this.partsAt(quoted);
    const named = parts.flatMap((part) => part.labels).find((label) => holds(quoted, label));
    if (named) return { value: named.labels.join('+'), span: named };
    const bare = /^\W*(\d{1,2}|[A-H])\W*$/.exec(this.text.slice(quoted.start, quoted.end))?.[1];
    return bare === undefined ? null : { value: bare, span: quoted };
  }

  itemAt(quoted: Span): string | null {
    return this.partsAt(quoted).find((part) => part.statement.item)?.statement.item ?? null;
  }

  /** Whether a statement at the stretch calls something suspicious. */
  isSuspicious(quoted: Span): boolean {
    return this.partsAt(quoted).some((part) => part.suspicion !== null && part.topic === null);
  }
}

export const isNowhere = ({ side, zone, levels, positions }: Location): boolean =>
  side === null && zone === null && levels.length === 0 && positions.length === 0;
