import type { Span } from '../text/span.js';
import { clausesOf } from './clauses.js';
import { readCores } from './cores.js';
import { readDiagnosis, readUngraded, type ReadDiagnosis } from './diagnosis.js';
import { readGrades, type GradeStatements, type ReadNumber } from './gleason.js';
import { readPerineuralCode, readSigns, type Sign } from './growth-signs.js';
import { readLength, readShares } from './tumour-extent.js';

/** What one stretch of the report says of one part, each value with the words it stands on. */
export interface PartFindings {
  readonly diagnosis: ReadDiagnosis | null;
  readonly grades: GradeStatements;
  readonly ungraded: Span | null;
  readonly coresPositive: ReadNumber | null;
  readonly coresTotal: ReadNumber | null;
  readonly coresAtLeast: boolean;
  readonly percentInvolved: ReadNumber | null;
  readonly percentPattern4: ReadNumber | null;
  readonly lengthMm: ReadNumber | null;
  readonly signs: readonly Sign[];
}

export const NO_FINDINGS: PartFindings = {
  diagnosis: null,
  grades: { scores: [], groups: [] },
  ungraded: null,
  coresPositive: null,
  coresTotal: null,
  coresAtLeast: false,
  percentInvolved: null,
  percentPattern4: null,
  lengthMm: null,
  signs: [],
};

export interface ReadingScope {
  /** The stretch speaks of several parts at once, so that counts and totals belong to none of them. */
  readonly group: boolean;
  /** A prostatectomy or resection: no cores, and lengths only of the tumour. */
  readonly wholeGland: boolean;
  /** Lymph nodes: n/m is no count of cores. */
  readonly nodes: boolean;
  /** The part is the whole report, so that its "highest" grade is the part's. */
  readonly alone: boolean;
}

export const EACH = /\b(?:each|jeweils|je \d|elk|chacune?|cada un[oa])\b/;

export const RESPECTIVELY =
  /\b(?:respectively|respectivement|respectivamente|respectievelijk|beziehungsweise|bzw|resp)\b/;

/** Longer stretches than any part of a real report are cut. */
const LONGEST_PART = 20_000;

/**
 * Reads all that a stretch of the folded text says of a part. `title` names the site and holds no finding. `shared` is
 * what a line above says of several parts; it holds where the stretch gives no diagnosis of its own.
 */
export function readFindings(
  text: string,
  shadow: string,
  body: Span,
  title: Span,
  scope: ReadingScope,
  shared: PartFindings | null = null,
): PartFindings {
  const end = Math.min(body.end, body.start + LONGEST_PART);
  const after = { start: Math.min(Math.max(body.start, title.end), end), end };
  const whole = { start: body.start, end };
  const clauses = clausesOf(shadow, after);
  const own = readGrades(shadow, whole, scope.alone);
  const spoken = readDiagnosis(shadow, clauses);
  const inherits = shared !== null && spoken === null && own.scores.length + own.groups.length === 0;
  const grades = inherits ? shared.grades : own;
  const named = inherits ? shared.diagnosis : spoken;
  const score = grades.scores[0] ?? grades.groups[0];
  // A grade speaks for itself: only carcinoma is graded.
  const diagnosis: ReadDiagnosis | null =
    named?.value !== 'adenocarcinoma' && score ? { value: 'adenocarcinoma', span: score.span } : named;
  const malignant = diagnosis?.value === 'adenocarcinoma' || diagnosis?.value === 'other-malignancy';
  // "Two cores each" of several benign parts counts for every one of them.
  const each = scope.group && !malignant && EACH.test(shadow.slice(body.start, end));
  const cores =
    (scope.group && !each) || scope.nodes || scope.wholeGland
      ? { positive: null, total: null, atLeast: false }
      : readCores(shadow, whole, malignant);
  const read = scope.nodes || (diagnosis && !malignant) ? null : readShares(shadow, whole);
  // "4 mm and 2 mm respectively": one value for each part of the group.
  const apart = scope.group && RESPECTIVELY.test(shadow.slice(body.start, end));
  const code = readPerineuralCode(text, after);
  // "0/2" and nothing else: no core holds tumour.
  const none = diagnosis === null && cores.positive?.value === 0 ? cores.positive : null;
  return {
    diagnosis: none ? { value: 'benign', span: none.span, counted: true } : diagnosis,
    grades,
    ungraded: readUngraded(shadow, after),
    coresPositive: malignant || cores.positive?.value === 0 || diagnosis === null ? cores.positive : null,
    coresTotal: cores.total,
    coresAtLeast: cores.atLeast,
    percentInvolved: (malignant || diagnosis === null) && !apart ? (read?.percentInvolved ?? null) : null,
    percentPattern4: apart ? null : (read?.percentPattern4 ?? null),
    lengthMm:
      (malignant || diagnosis === null) && !apart ? readLength(shadow, clauses, scope.wholeGland, scope.group) : null,
    signs: [...clauses.flatMap((clause) => readSigns(shadow, clause)), ...(code ? [code] : [])],
  };
}
