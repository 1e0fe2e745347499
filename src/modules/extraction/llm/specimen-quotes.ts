import { clausesOf } from '../pathology/clauses.js';
import { readCores } from '../pathology/cores.js';
import { readDiagnosis, readUngraded, type ReadDiagnosis } from '../pathology/diagnosis.js';
import { readGrades, type GradeStatements, type ReadNumber } from '../pathology/gleason.js';
import { readPerineuralCode, readSigns, type Sign, type SignName } from '../pathology/growth-signs.js';
import { splitPathologySections, type PathologySectionKind } from '../pathology/pathology-sections.js';
import { withoutTemplateText } from '../pathology/template-text.js';
import { readLength, readShares } from '../pathology/tumour-extent.js';
import { contains, overlaps, spanOver, type Span } from '../text/span.js';
import type { Read } from './quotes.js';

/** Sections that state no finding. */
const NO_FINDINGS: ReadonlySet<PathologySectionKind> = new Set(['clinical', 'gross', 'legend']);

/**
 * What the rules' readers find in a quoted stretch of a pathology report, in the light of the clause around it: what is
 * denied, of an earlier biopsy, in a grading key or an order to the reader is not there.
 */
export class SpecimenQuotes {
  readonly shadow: string;
  private readonly silent: Span[];

  constructor(
    readonly text: string,
    shadow: string,
  ) {
    this.shadow = withoutTemplateText(shadow);
    this.silent = splitPathologySections(text, this.shadow).filter(({ kind }) => NO_FINDINGS.has(kind));
  }

  /** The clauses of the lines that a quote touches; none where no finding can stand. */
  private clausesAt(quoted: Span): Span[] {
    if (this.silent.some((span) => overlaps(span, quoted))) return [];
    const start = this.shadow.lastIndexOf('\n', quoted.start - 1) + 1;
    const lineEnd = this.shadow.indexOf('\n', quoted.end);
    const end = lineEnd < 0 ? this.shadow.length : lineEnd;
    return clausesOf(this.shadow, { start, end }).filter((clause) => overlaps(clause, quoted));
  }

  /** Reads the clauses around the quote, and keeps what stands in the quote. */
  private inClauses<T>(quoted: Span, read: (clauses: Span[], stretch: Span) => T | null): T | null {
    const clauses = this.clausesAt(quoted);
    return clauses.length === 0 ? null : read(clauses, spanOver(clauses));
  }

  diagnosis(quoted: Span): Read<ReadDiagnosis> | null {
    const found = this.inClauses(quoted, (clauses) => readDiagnosis(this.shadow, clauses));
    return found && overlaps(quoted, found.span) ? { value: found, span: found.span } : null;
  }

  grades(quoted: Span): Read<GradeStatements> | null {
    return this.inClauses(quoted, (_clauses, stretch) => {
      const said = readGrades(this.shadow, stretch);
      const scores = said.scores.filter(({ span }) => overlaps(quoted, span));
      const groups = said.groups.filter(({ span }) => overlaps(quoted, span));
      return scores.length + groups.length === 0 ? null : { value: { scores, groups }, span: quoted };
    });
  }

  ungraded(quoted: Span): Read<Span> | null {
    const found = this.inClauses(quoted, (_clauses, stretch) => readUngraded(this.shadow, stretch));
    return found && overlaps(quoted, found) ? { value: found, span: found } : null;
  }

  cores(quoted: Span, malignant: boolean): Read<ReturnType<typeof readCores>> | null {
    const found = this.inClauses(quoted, (_clauses, stretch) => readCores(this.shadow, stretch, malignant));
    const counts = [found?.positive, found?.total].filter((count) => count !== null && count !== undefined);
    return found && counts.some(({ span }) => overlaps(quoted, span))
      ? { value: found, span: spanOver(counts.map(({ span }) => span)) }
      : null;
  }

  share(quoted: Span, field: 'percentInvolved' | 'percentPattern4'): Read<ReadNumber> | null {
    return inQuote(
      quoted,
      this.inClauses(quoted, (_clauses, stretch) => readShares(this.shadow, stretch)[field]),
    );
  }

  length(quoted: Span, wholeGland: boolean): Read<ReadNumber> | null {
    return inQuote(
      quoted,
      this.inClauses(quoted, (clauses) => readLength(this.shadow, clauses, wholeGland, false)),
    );
  }

  sign(quoted: Span, name: SignName): Read<Sign> | null {
    const found = this.inClauses(quoted, (clauses, stretch) => {
      const code = name === 'perineuralInvasion' ? readPerineuralCode(this.text, stretch) : null;
      const signs = [...clauses.flatMap((clause) => readSigns(this.shadow, clause)), ...(code ? [code] : [])];
      return signs.find((sign) => sign.name === name && overlaps(quoted, sign.span)) ?? null;
    });
    return found && { value: found, span: found.span };
  }
}

const inQuote = (quoted: Span, found: ReadNumber | null): Read<ReadNumber> | null =>
  found && (contains(quoted, found.span) || contains(found.span, quoted)) ? { value: found, span: found.span } : null;
