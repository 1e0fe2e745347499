import { numberFromRoman } from '../text/numbers.js';
import type { Span } from '../text/span.js';
import { matchesOf } from '../text/matches.js';

/** A number read from the text with the words it stands on. */
export interface ReadNumber {
  readonly value: number;
  readonly span: Span;
}

/** A Gleason score as printed: two patterns, a sum, or both. */
export interface GleasonScore {
  readonly primary: number | null;
  readonly secondary: number | null;
  readonly sum: number | null;
  /** German 7a and 7b. */
  readonly suffix: 'a' | 'b' | null;
  readonly tertiary: ReadNumber | null;
  readonly span: Span;
}

/** A stated grade group; `upper` is set where a range is printed ("Grade Group 2-3"). */
export interface GradeGroup extends ReadNumber {
  readonly upper: number | null;
}

export interface GradeStatements {
  readonly scores: readonly GleasonScore[];
  readonly groups: readonly GradeGroup[];
}

const SHARE = '(?: ?\\( ?(?:ca\\.? ?)?[<>~]?\\d{1,3}(?:-\\d{1,3})? ?% ?\\))?';
/** `3+4=7`, `3 (60%) + 4 (40%) = 7a`, `3 +4 is 7`, `3+3, score of 6`, `4+3+5`. */
const PAIR = new RegExp(
  `(?<![\\d.,+/])([1-5])${SHARE} ?\\+ ?(?:gleason ?)?(?:(?:pattern|grade?|muster|patroon|graad|grado|patron) )?([1-5])(?![\\d%])(?! ?mm)${SHARE}` +
    `(?:(?: ?\\)? ?(?:=|\\bis\\b|,?\\s*\\(?(?:gleason )?(?:score|sum|total|summe|suma|somme|for a (?:total|combined)?)(?: ?(?:score|of|total|von|van|de|is))* ?[:=]?)\\s*)(1\\d|\\d)(?![\\d%.,]\\d|\\d| ?[+%]) ?([ab](?![a-z]))?)?` +
    `(?: ?\\+ ?([345])(?![\\d%]))?`,
  'g',
);
/** A sum in front of the pair: `7 (3+4)`, `7a [3+4`, `7 = 3+4`. */
const SUM_BEFORE = /(?<![\d.,+/-])(10|[6-9]) ?([ab])?\s*(?:=|[([]\s*(?:gleason\s*)?|: ?)$/;
const GRADED =
  /(?:gleason|score|grad(?:e|o|ing|us)?|\bgs\b|muster|pattern|patroon|patron|isup|carcinom|karzinom|\bca\b)[^.;\n]{0,40}$/;
/** A bare sum: "Gleason score 7", "GS 7a", "score de Gleason: 8". */
const SUM_ALONE =
  /(?:\bgleason(?:'?s)?(?:[ -]?(?:score|sum(?:me|a)?|somme|total|gesamt(?:score|summe)?|grade|grading|graad|grad))*|\bgs|\btotal gleason score|\bpuntuacion(?: de)? gleason|\bscore de gleason)(?:\s(?:of|von|van|de|is|total|maximal|combined))? ?[:=]? ?\(?(10|[6-9])(?!\d|[.,]\d| ?[+%]|\/10\d| ?mm) ?([ab](?![a-z]))?/g;
/** `7a` alone, as German tables print it. */
const LETTERED_SUM = /(?<![\d.,+=/a-z] ?)\b(7) ?([ab])\b(?! ?[.)] ?[a-z])/g;
const PRIMARY =
  /\b(?:primar[a-z]*|primair[e]?|major|dominant|predominant|most common|vorherrschende[sr]?|haufigstes?)\s(?:gleason[- ]?)?(?:pattern|grade?|muster|patroon|patron|grado|graad|gleason)(?:[- ]?(?:grade|pattern))? ?[:=]? ?\(?([1-5])(?!\d| ?[+%])|\bgleason primar[a-z]* (?:pattern|grade) ?[:=]? ?([1-5])|\b(?:pattern|grade|muster|patroon|patron|grado) (?:primair[e]?|primari[oa]|primary) ?[:=]? ?([1-5])|\bprim[a-z]* ?[:=]? ?([1-5])(?=[,;/ ]{1,3}(?:and |und |en |et |y )?se[ck])/;
const SECONDARY =
  /\b(?:se[ck]und[a-z]*|second(?:aire)?|secondary|minor|zweithaufigstes?)\s(?:gleason[- ]?)?(?:pattern|grade?|muster|patroon|patron|grado|graad|gleason)(?:[- ]?(?:grade|pattern))? ?[:=]? ?\(?([1-5])(?!\d| ?[+%])|\bgleason secondar[a-z]* (?:pattern|grade) ?[:=]? ?([1-5])|\b(?:pattern|grade|muster|patroon|patron|grado) (?:second(?:aire)?|secundair|secundari[oa]|secondary|sekundar) ?[:=]? ?([1-5])|\bse[ck](?:on|un)d[a-z]* ?[:=]? ?([1-5])(?![\d%]| ?(?:of|mm|cm))/;
const TERTIARY =
  /\bter(?:ti|cia)[a-z]* ?(?:\([a-z ]+\) )?(?:gleason[- ]?)?(?:high[- ]grade )?(?:pattern|grade?|muster|patroon|patron|grado|graad|component|komponente|gleason)*(?:[- ]?(?:grade|pattern|muster))? ?[:=]? ?\(?(?:is |of |gleason )*([1-5])(?!\d| ?[+%])|\b(?:pattern|grade|muster|patroon|patron|grado|grad) ?([345]) ?\(?(?:as )?(?:ter(?:ti|cia)a)|\b(?:pattern|grade|muster|patroon|patron|grado) ter(?:ti|cia)[a-z]* ?[:=]? ?([1-5])/;
/** "Gleason pattern 3 and 4", where no score is printed. */
const TWO_PATTERNS =
  /\b(?:gleason )?(?:patterns?|grades?|muster|patronen|patroon|patron(?:es)?|grados?)\s(?:gleason )?([345]) ?(?:and|und|en|et|y|&) ?(?:(?:pattern|grade|muster|patroon|patron|grado) )?([345])(?![\d%+])/;

const GROUP_HEAD =
  '(?:\\bisup|\\bwho|\\bgrade? ?-?(?:group|gruppe|groep|grp)s?|\\bgradgruppen?|\\bgraad ?groep(?:en)?|\\bgraduierungsgruppe|\\bprognos[a-z]*[- ](?:grade? ?)?(?:group|gruppe|groep|score)|\\bprognosegruppe|\\bgroupes? (?:de )?(?:grade|pronosti[a-z]+|isup|gleason)|\\bgrupos? (?:de )?(?:grados?|pronosti[a-z]+|isup|gleason)|\\bepstein|\\bggg?(?=[ :]?[1-5iv])|\\bgrados? isup|\\bgrade isup)';
const GROUP_FILL =
  '(?:\\((?! ?(?:gleason )?(?:grade|pattern|muster|patroon|grado|graad|grad|patron) ?4 ?[:=%0-9])|[\\s:=#)[\\]/-]|isup|who|oms|wgo|iap|grade?|grado|graad|group|gruppe|groep|groupe|grupo|gradgruppe|graadgroep|grading|nach|volgens|selon|segun|per|score|categor(?:y|ie)|is|of|de|du|pronostique|pronostico|prognostic|prognostische|epstein|(?:20(?:0[4-9]|1\\d|2\\d)))';
const GROUP = new RegExp(
  `${GROUP_HEAD}${GROUP_FILL}{0,12}? ?(?<![\\d.])([1-5]|iv|v|i{1,3})(?![\\d%a-z]|[.,]\\d| ?\\+| ?(?:mm|cm|cores)|(?: ?/ ?| (?:of|von|van|sur|de|out of) (?:[a-z]{2,3} )?)\\d{1,2} (?:core|biop|carot|cil|cyl|stanz|zyl|frag|prelev|taco))(?: ?(?:-|to|bis|or|oder|ou|o) ?(?:grade group |gg ?)?([1-5])(?![\\d%+/]| ?(?:cores|biops|mm)| (?:of|von|van|sur|des?|der) ))?`,
  'g',
);
const MAY_GROUP = /isup|who|gra[ad]|gr(?:o?u|oe)p|gg|prognos|epstein/;
/** "groupe 2 de l'ISUP". */
const GROUP_OF =
  /\bgr(?:ou|u)p(?:[eo]|pe)?\s([1-5])\s(?:de l'|de la |del? |of |der |van |nach |selon )?(?:la |the )?(?:isup|who|oms)/g;
/** "(3+4=7, group 2)": a bare group counts only right behind a score. */
const BARE_GROUP = /^[\s,;()[\]=-]{0,4}(?:gr(?:ou|u)p(?:[eo]|pe)?|groep|gruppe|gr)\.? ?([1-5])(?![\d%])/;

const EARLIER =
  /\b(?:prior|previous(?:ly)?|earlier|history of|known|outside (?:biopsy|report)|initial(?:ly)?|formerly|originally|old|vorbefund|fruher[a-z]*|vorbekannt[a-z]*|bekannt[a-z]*|z\.? ?n\.?|eerder[a-z]*|voorheen|vorige|bekend|antecedents?|biopsies? anterieures?|anterieurement|connu|precedent[a-z]*|previ[oa]s?|previamente|conocido|instead of|rather than|not|statt|anstatt|anstelle|nicht|in plaats van|niet|et non|au lieu de|y no|en lugar de|en vez de|downgraded from|upgraded from)\b[^.;\n]{0,50}$/;
const REPORT_LEVEL =
  /\b(?:highest|global|composite|worst|maximal|overall|hochste[rsnm]?|gesamt[a-z]*|hoogste|globale?|plus eleve|mas alto|maxim[oa])\b[^.;\n]{0,40}$/;

const numberAt = (digits: string | undefined): number | null =>
  digits === undefined ? null : (numberFromRoman(digits) ?? Number(digits));

/** A number found by an expression with alternative groups. */
function readFirst(expression: RegExp, shadow: string, offset: number): ReadNumber | null {
  const match = expression.exec(shadow);
  const digits = match?.slice(1).find((group) => group !== undefined);
  return match && digits !== undefined
    ? { value: Number(digits), span: { start: offset + match.index, end: offset + match.index + match[0].length } }
    : null;
}

/**
 * Reads every Gleason score and grade group in a stretch of the folded text. Grades of earlier biopsies, withdrawn ones
 * ("not 3+4") and, unless `whole` is set, grades of the whole case ("highest", "global") are left out.
 */
export function readGrades(shadow: string, span: Span, whole = false): GradeStatements {
  const text = shadow.slice(span.start, span.end);
  const dropped = (at: number): boolean => {
    const before = text.slice(Math.max(0, at - 90), at);
    return EARLIER.test(before) || (!whole && REPORT_LEVEL.test(before));
  };
  const at = (index: number, length: number): Span => ({ start: span.start + index, end: span.start + index + length });
  const scores: GleasonScore[] = [];
  const groups: GradeGroup[] = [];
  const tertiary = /ter(?:ti|cia)/.test(text) ? readFirst(TERTIARY, text, span.start) : null;
  for (const match of text.includes('+') ? matchesOf(text, PAIR) : []) {
    const before = text.slice(Math.max(0, match.index - 60), match.index);
    const [primary, secondary] = [Number(match[1]), Number(match[2])];
    const named =
      GRADED.test(before) ||
      match[3] !== undefined ||
      /^ ?\)? ?=/.test(text.slice(match.index + match[0].length, match.index + match[0].length + 4));
    if (!named && Math.min(primary, secondary) < 3) continue;
    if (/(?:pi-?rads|likert|lesions?|targets?|herde?|afwijking(?:en)?|parts?|nr\.?|blocks?)\s*$/.test(before)) continue;
    if (dropped(match.index)) continue;
    const lead = match[3] === undefined ? SUM_BEFORE.exec(before) : null;
    const start = lead ? match.index - lead[0].length : match.index;
    const third =
      match[5] ?? /^ ?\(?(?:with )?(?:tertiary |t)([45])\)/.exec(text.slice(match.index + match[0].length))?.[1];
    scores.push({
      primary,
      secondary,
      sum: numberAt(match[3] ?? lead?.[1]),
      suffix: suffixOf(match[4] ?? lead?.[2]),
      tertiary: third === undefined ? tertiary : { value: Number(third), span: at(match.index, match[0].length + 12) },
      span: at(start, match.index + match[0].trimEnd().length - start),
    });
    const bare = BARE_GROUP.exec(text.slice(match.index + match[0].length, match.index + match[0].length + 20));
    if (bare?.[1])
      groups.push({ value: Number(bare[1]), upper: null, span: at(match.index + match[0].length, bare[0].length) });
  }
  for (const match of MAY_GROUP.test(text) ? [...matchesOf(text, GROUP_OF), ...matchesOf(text, GROUP)] : []) {
    const value = numberAt(match[1]);
    const known = groups.some(
      (group) =>
        group.span.start <= span.start + match.index + match[0].length && group.span.end >= span.start + match.index,
    );
    if (value !== null && !dropped(match.index) && !known)
      groups.push({ value, upper: numberAt(match[2]), span: at(match.index, match[0].trimEnd().length) });
  }
  if (scores.length === 0) scores.push(...readLooseScores(text, span.start, dropped, tertiary));
  return { scores, groups };
}

const suffixOf = (letter: string | undefined): 'a' | 'b' | null => (letter === 'a' || letter === 'b' ? letter : null);

/** Scores without a printed pair: named patterns, a bare sum, 7a and 7b. */
function readLooseScores(
  text: string,
  offset: number,
  dropped: (at: number) => boolean,
  tertiary: ReadNumber | null,
): GleasonScore[] {
  const primary = readFirst(PRIMARY, text, offset);
  const secondary = primary && readFirst(SECONDARY, text, offset);
  const sums = [...matchesOf(text, SUM_ALONE), ...matchesOf(text, LETTERED_SUM)].filter(
    (match) => !dropped(match.index),
  );
  if (primary && secondary)
    return [
      {
        primary: primary.value,
        secondary: secondary.value,
        sum: sums[0]?.[1] === undefined ? null : Number(sums[0][1]),
        suffix: suffixOf(sums[0]?.[2]),
        tertiary,
        span: {
          start: Math.min(primary.span.start, secondary.span.start),
          end: Math.max(primary.span.end, secondary.span.end),
        },
      },
    ];
  const two = sums.length === 0 ? TWO_PATTERNS.exec(text) : null;
  if (two && !dropped(two.index))
    return [
      {
        primary: Number(two[1]),
        secondary: Number(two[2]),
        sum: null,
        suffix: null,
        tertiary,
        span: { start: offset + two.index, end: offset + two.index + two[0].length },
      },
    ];
  return sums.map((match) => ({
    primary: null,
    secondary: null,
    sum: Number(match[1]),
    suffix: suffixOf(match[2]),
    tertiary,
    span: { start: offset + match.index, end: offset + match.index + match[0].trimEnd().length },
  }));
}
