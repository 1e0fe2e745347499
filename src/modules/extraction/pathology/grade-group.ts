import type { Flag, Specimen } from '../extraction.js';
import type { Span } from '../text/span.js';
import type { GleasonScore, GradeGroup, GradeStatements, ReadNumber } from './gleason.js';

/** What the grade statements of one part come to. */
export interface Grade {
  readonly gleason: NonNullable<Specimen['gleason']> | null;
  readonly gleasonSpan: Span | null;
  readonly tertiary: ReadNumber | null;
  readonly isup: { readonly value: number; readonly span: Span; readonly derived: boolean } | null;
  /** The grade groups that a bare sum of 7 leaves open. */
  readonly candidates: readonly number[];
  readonly flag: { readonly code: Flag['code']; readonly message: string } | null;
  /** All words that the flag stands on. */
  readonly spans: readonly Span[];
}

/** ISUP grade group of a Gleason score (ISUP 2014 consensus); null where the sum of 7 is bare. */
export function gradeGroupOf(score: Pick<GleasonScore, 'primary' | 'secondary' | 'sum' | 'suffix'>): number | null {
  const { primary, secondary, suffix } = score;
  const sum = primary !== null && secondary !== null ? primary + secondary : score.sum;
  if (sum === null) return null;
  if (sum <= 6) return 1;
  if (sum >= 9) return 5;
  if (sum === 8) return 4;
  if (primary !== null && secondary !== null) return primary > secondary ? 3 : 2;
  return suffix === 'a' ? 2 : suffix === 'b' ? 3 : null;
}

const higher = (a: GleasonScore, b: GleasonScore): number =>
  (gradeGroupOf(b) ?? 2.5) - (gradeGroupOf(a) ?? 2.5) || (b.primary === null ? 0 : 1) - (a.primary === null ? 0 : 1);

/** Brings the scores and groups of one part together. Cores graded one by one count by the highest of them. */
export function settleGrade(statements: GradeStatements): Grade | null {
  const score = [...statements.scores].sort(higher)[0] ?? null;
  const group = [...statements.groups].sort((a, b) => (b.upper ?? b.value) - (a.upper ?? a.value))[0] ?? null;
  if (!score && !group) return null;
  const spans = [...(score ? [score.span] : []), ...(group ? [group.span] : [])];
  const verdict = judge(score, group);
  return {
    gleason: score && {
      primary: score.primary,
      secondary: score.secondary,
      tertiary: score.tertiary?.value ?? null,
      sum: score.sum ?? (score.primary === null || score.secondary === null ? null : score.primary + score.secondary),
    },
    gleasonSpan: score?.span ?? null,
    tertiary: score?.tertiary ?? null,
    isup: null,
    candidates: [],
    flag: null,
    spans,
    ...verdict,
  };
}

function judge(score: GleasonScore | null, group: GradeGroup | null): Partial<Grade> {
  if (group?.upper !== null && group?.upper !== undefined && group.upper !== group.value)
    return { flag: { code: 'range', message: 'The grade group is printed as a range.' } };
  const { primary = null, secondary = null, sum = null, suffix = null } = score ?? {};
  if (primary !== null && secondary !== null) {
    if (sum !== null && sum !== primary + secondary)
      return { flag: { code: 'arithmetic', message: 'The Gleason patterns do not add up to the printed sum.' } };
    if (suffix !== null && primary + secondary === 7 && (suffix === 'a') !== primary < secondary)
      return { flag: { code: 'conflict', message: 'The Gleason patterns and the suffix of the sum disagree.' } };
  }
  const derived = score ? gradeGroupOf(score) : null;
  const open = score !== null && derived === null;
  if (group && (open ? group.value !== 2 && group.value !== 3 : derived !== null && derived !== group.value))
    return { flag: { code: 'conflict', message: 'The stated grade group and the Gleason patterns disagree.' } };
  if (group) return { isup: { value: group.value, span: group.span, derived: false } };
  if (score && derived !== null) return { isup: { value: derived, span: score.span, derived: true } };
  return { candidates: [2, 3], flag: { code: 'ambiguous', message: 'A Gleason sum of 7 without its patterns.' } };
}
