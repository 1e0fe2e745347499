import { numberFromWord } from '../text/numbers.js';
import { isGlued, runOf, wordAt, type ReportText, type TokenRun } from './report-text.js';
import { readTail, scaleEnd, valueAt } from './category-value.js';
import { LESION_NOUN } from './words.js';

/** A PI-RADS or Likert category as written somewhere in the report, whomever it concerns. */
export interface CategoryMention extends TokenRun {
  readonly scale: 'pirads' | 'likert';
  readonly value: number | 'X' | null;
  /** `4-5`, `3 or 4`. */
  readonly range: [number, number] | null;
  /** `≥ 3`, `3 or higher`: a threshold names no category of anything. */
  readonly threshold: boolean;
  /** The words call it the category of the exam ("overall", "highest", "of this study"). */
  readonly exam: 'surely' | 'maybe' | null;
  /** "Category: 4", without the name of the scale. */
  readonly generic: boolean;
  /** "upgraded to 4": it replaces what the same statement says before. */
  readonly final: boolean;
}

const set = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/).filter(Boolean));

const CATEGORY_WORD =
  set(`category categories cat score scores scoring assessment classification class grade level rating suspicion kategorie kategorien
  klasse einstufung beurteilung einschatzung oordeel bewertung klassifikation categorie klasse beoordeling score classificatie classe cotation niveau categoria clasificacion puntuacion grado
  kat gesamtkategorie gesamtscore gesamtbewertung totaalscore`);
const EXAM_SURELY =
  set(`exam examination study highest maximum patient untersuchung onderzoek examen estudio hochste hochster hochsten hoogste maximal
  maximale maximaal maxima maximo max gesamtkategorie gesamtuntersuchung exploracion patientenebene whole eleve elevee alto alta`);
const EXAM_MAYBE = set(
  `overall global globale globaal gesamt gesamtscore gesamtbewertung gesamtbeurteilung total totale totaal insgesamt totaalscore eindscore algemene algehele general final`,
);
const FILLER = set(`is of to as a an the for this at on in v version vers according criteria using steering committee
  fur diese dieser der die das des von mit nach als im in ist gemass version entsprechend
  voor deze dit van het de is volgens versie cette de la le du des l' d' l est selon version en
  esta del el segun es con equals equal plus mas assigned given scored grading lesion suggested`);

/** Steps over a version ("v2.1", "2.1", "version 2", "(2019)") at a token. */
function afterVersion(report: ReportText, at: number): number {
  let i = at;
  if (/^(?:v|vers|version|versie|ver)$/.test(wordAt(report, i))) {
    i++;
    if (wordAt(report, i) === '.') i++;
    return /^[12](?:[.,]\d)?$/.test(wordAt(report, i)) ? i + 1 : at;
  }
  if (/^2[.,][01]$/.test(wordAt(report, i)) || /^20[12]\d$/.test(wordAt(report, i))) return i + 1;
  return at;
}

/** Steps over "(complete only where there is no lesion)" before a colon. */
function afterRemark(report: ReportText, at: number): number {
  if (wordAt(report, at) !== '(') return at;
  let close = at + 1;
  while (close < at + 12 && report.tokens[close]?.kind === 'word') close++;
  return wordAt(report, close) === ')' && wordAt(report, close + 1) === ':' ? close + 1 : at;
}

const STARTS =
  /^(?:p[il1]?|pr|pirads?|piradsv|prads|pirds|pl?irads|likert|likertskala|likertscore|ucla|institution\w*|suspicion|level|index|degree|upgraded|downgraded|reclassified|hochgestuft|heraufgestuft|herabgestuft|opgewaardeerd|afgewaardeerd|surclassee?|reclassee?|reclasificad[ao])$/;
const starts = new Map<string, boolean>();

/** Whether a category may begin with a word; most words are known from before. */
function mayStart(word: string): boolean {
  let may = starts.get(word);
  if (may === undefined) {
    may = STARTS.test(word) || CATEGORY_WORD.has(word) || EXAM_MAYBE.has(word);
    if (starts.size < 5_000) starts.set(word, may);
  }
  return may;
}

/** Finds every PI-RADS and Likert category, in any spelling. */
export function findCategories(report: ReportText): CategoryMention[] {
  const found: CategoryMention[] = [];
  const { tokens } = report;
  for (let i = 0; i < tokens.length; i++) {
    const word = tokens[i]!.text;
    if (tokens[i]!.kind !== 'word' || !mayStart(word)) continue;
    const pirads = scaleEnd(report, i);
    const head = pirads > 0 ? pirads : likertEnd(report, i);
    if (head > 0) {
      const scale = pirads > 0 ? 'pirads' : 'likert';
      const mentions = readScaled(report, i, head, scale);
      found.push(...mentions);
      i = Math.max(head - 1, (mentions.at(-1)?.to ?? 0) - 1);
      continue;
    }
    const short = readShort(report, i) ?? readGeneric(report, i);
    if (short) {
      found.push(short);
      i = short.to - 1;
    }
  }
  return found;
}

function likertEnd(report: ReportText, at: number): number {
  const word = wordAt(report, at);
  if (/^(?:likert|likertskala|likertscore|ucla)$/.test(word)) return at + 1;
  if (
    /^(?:institutional|institutioneller|institutionele)$/.test(word) &&
    /^(?:suspicion|score)$/.test(wordAt(report, at + 1))
  )
    return at + 1;
  if (word === 'suspicion' && /^(?:score|level|grade|index|scale)$/.test(wordAt(report, at + 1))) return at + 1;
  if (
    /^(?:level|index|degree)$/.test(word) &&
    wordAt(report, at + 1) === 'of' &&
    wordAt(report, at + 2) === 'suspicion'
  )
    return at + 3;
  return -1;
}

/** "Overall", "Gesamturteil": perhaps of the exam, perhaps of the lesion it stands with. */
const isOverall = (word: string): boolean => EXAM_MAYBE.has(word) || word.startsWith('gesamt');

function examOf(words: readonly string[]): CategoryMention['exam'] {
  if (words.some((word) => EXAM_SURELY.has(word))) return 'surely';
  return words.some(isOverall) ? 'maybe' : null;
}

/** The words before the name of the scale, as far as they belong to it. */
function leadWords(report: ReportText, at: number): string[] {
  const lead: string[] = [];
  for (let i = at - 1; i >= at - 6 && i >= 0; i--) {
    const word = wordAt(report, i);
    if (word === '-' && (lead.length === 0 || (isGlued(report, i) && isGlued(report, i + 1)))) continue;
    if (/^[.,;:()\n]$/.test(word)) {
      if (word !== ':' || lead.length > 0) break;
      continue;
    }
    if (!CATEGORY_WORD.has(word) && !FILLER.has(word) && !EXAM_SURELY.has(word) && !isOverall(word)) break;
    lead.push(word);
  }
  return lead;
}

function readScaled(
  report: ReportText,
  from: number,
  head: number,
  scale: CategoryMention['scale'],
): CategoryMention[] {
  const lead = leadWords(report, from);
  const between: string[] = [];
  let threshold = false;
  /** "PI-RADS lesion 1: 4": a label stands between the name and the value. */
  let labelled = false;
  let i = head;
  for (let steps = 0; steps < 16; steps++) {
    if (report.tokens[i]?.kind === 'break') {
      // "Size,PI-RADS" heads a column, and the next line begins with a number of its own.
      if (/^[,;]$/.test(wordAt(report, from - 1)) && isGlued(report, from)) break;
      if (report.tokens[i + 1]?.kind === 'break') break;
      i++;
      continue;
    }
    const version = Math.max(afterVersion(report, i), afterRemark(report, i));
    if (version > i) {
      // "PI-RADS (exam): 4"
      between.push(...report.tokens.slice(i, version).flatMap(({ kind, text }) => (kind === 'word' ? [text] : [])));
      i = version;
      continue;
    }
    // "PI-RADS 2.1" is followed by its category; a bare "PI-RADS v2" was a version too.
    const value = valueAt(report, i);
    if (
      value !== null &&
      !(
        between.length > 0 &&
        typeof value === 'number' &&
        report.tokens[i]?.kind === 'word' &&
        numberFromWord(wordAt(report, i)) === 1
      )
    ) {
      const tail = readTail(report, i, value, from);
      const exam = examOf([...lead, ...between, ...trailWords(report, tail.to)]);
      const first = mention(report, labelled ? i : from, tail.to, scale, tail.range ? null : value, {
        range: tail.range,
        threshold: threshold || tail.threshold,
        exam,
      });
      const also = [...tail.also, ...(tail.range ? [] : listedBehind(report, tail.to))];
      return [first, ...also.map((at) => mention(report, at, at + 1, scale, valueAt(report, at), { exam, threshold }))];
    }
    const word = wordAt(report, i);
    if (/^(?:≥|≤|<|>)$/.test(word)) threshold = true;
    else if (
      LESION_NOUN.has(word) &&
      /^(?:\d|[a-h])$/.test(wordAt(report, i + 1)) &&
      /^[:=-]$/.test(wordAt(report, i + 2))
    ) {
      labelled = true;
      i++;
    } else if (
      /^[:=\-([#*"_>|/™®]$/.test(word) ||
      (word === '.' && !report.tokens[i + 1]?.text.match(/^\n/) && isGlued(report, i + 1))
    ) {
      if (word === '/' && scale === 'pirads' && !/^[1-5]$/.test(wordAt(report, i + 1))) break;
    } else if (CATEGORY_WORD.has(word) || FILLER.has(word) || EXAM_SURELY.has(word) || EXAM_MAYBE.has(word))
      between.push(word);
    else if ((word === ')' || word === ']') && version === i && i > head) {
      // the end of "(v2.1)"
    } else break;
    i++;
  }
  const before = valueBefore(report, from);
  return before ? [mention(report, before.from, head, scale, before.value, { exam: examOf(lead) })] : [];
}

/** The index behind a lesion and its label at a token ("lesion 2", "Herd B"), or -1. */
const labelEnd = (report: ReportText, at: number): number =>
  LESION_NOUN.has(wordAt(report, at)) && /^(?:\d{1,2}|[a-h])$/.test(wordAt(report, at + 1)) ? at + 2 : -1;

const OF_LESION = /^(?:\(|for|fur|voor|pour|para)$/;

/** "PI-RADS: lesion 1: 4, lesion 2: 3", "PI-RADS: 4 (lesion 1), 3 (lesion 2)": the further values, each with its label. */
function listedBehind(report: ReportText, from: number): number[] {
  const values: number[] = [];
  for (let at = from; values.length < 12;) {
    const behind = OF_LESION.test(wordAt(report, at)) ? labelEnd(report, at + 1) : -1;
    if (behind > 0 && wordAt(report, at) !== '(') at = behind;
    else if (behind > 0) {
      const bracket = behind;
      at = bracket;
      while (at < bracket + 8 && wordAt(report, at) !== ')') at++;
      at++;
    }
    while (/^(?:[,;/\n]|and|und|en|et|y)$/.test(wordAt(report, at))) at++;
    const label = labelEnd(report, at);
    let value = label > 0 ? label : at;
    if (label > 0 && /^[:=-]$/.test(wordAt(report, label))) value++;
    if (valueAt(report, value) === null || report.tokens[value]?.kind !== 'number') break;
    const named = label > 0 || (OF_LESION.test(wordAt(report, value + 1)) && labelEnd(report, value + 2) > 0);
    if (!named) break;
    values.push(value);
    at = value + 1;
  }
  return values;
}

/** "PI-RADS 4 overall", "PI-RADS 4 for the examination". */
function trailWords(report: ReportText, at: number): string[] {
  const trail: string[] = [];
  for (let i = at; i < at + 4; i++) {
    const word = wordAt(report, i);
    if (report.tokens[i]?.kind !== 'word') break;
    trail.push(word);
  }
  return /^(?:overall|for|fur|voor|pour|para|de|del|der|of|van|global|globale|gesamt)$/.test(trail[0] ?? '')
    ? trail
    : [];
}

/** "category 4 according to PI-RADS", "score of 4 on the PI-RADS scale". */
function valueBefore(report: ReportText, head: number): { from: number; value: number | 'X' } | null {
  for (let i = head - 1; i >= Math.max(0, head - 6); i--) {
    const word = wordAt(report, i);
    if (/^[.;,\n]$/.test(word)) return null;
    if (!/^[1-5x]$|^(?:iv|i{1,3}|v)$/.test(word)) continue;
    let j = i - 1;
    while (/^(?::|=|of|von|van|de|a)$/.test(wordAt(report, j))) j--;
    const value = valueAt(report, i);
    return value !== null && CATEGORY_WORD.has(wordAt(report, j)) ? { from: j, value } : null;
  }
  return null;
}

/** `P4`, `PR 4`, `PR-4`, `PI 4` in capitals. */
function readShort(report: ReportText, at: number): CategoryMention | null {
  const word = wordAt(report, at);
  if (!/^(?:p|pr)$/.test(word)) return null;
  const token = report.tokens[at]!;
  if (report.text.slice(token.start, token.end) !== word.toUpperCase()) return null;
  const next = word === 'pr' && wordAt(report, at + 1) === '-' ? at + 2 : at + 1;
  if (word === 'p' && !isGlued(report, next)) return null;
  const value = valueAt(report, next);
  if (typeof value !== 'number' || report.tokens[next]?.kind !== 'number') return null;
  if (isGlued(report, at)) return null;
  return mention(report, at, next + 1, 'pirads', value, {});
}

const OTHER_SCORE =
  /^(?:gleason|ipss|qual|pi|precise|quality|motion|t2|t2w|t2wi|dwi|adc|dce|w|wi|isup|grade|who|asa|image|artefact|sexual|2|2w|psa|tnm)$/;

/** "Category: 4", "Overall score 5", "upgraded to 4": a category whose scale is not named. */
function readGeneric(report: ReportText, at: number): CategoryMention | null {
  const word = wordAt(report, at);
  let i = at + 1;
  const final =
    /^(?:upgraded|downgraded|reclassified|hochgestuft|heraufgestuft|herabgestuft|opgewaardeerd|afgewaardeerd|surclassee?|reclassee?|reclasificad[ao])$/.test(
      word,
    );
  if (final) {
    if (wordAt(report, i) === 'from' && valueAt(report, i + 1) !== null) i += 2;
    if (!/^(?:to|auf|naar|en|a|como)$/.test(wordAt(report, i))) return null;
    i++;
    if (CATEGORY_WORD.has(wordAt(report, i))) i++;
    const value = valueAt(report, i);
    if (typeof value !== 'number' || report.tokens[i]?.kind !== 'number') return null;
    return mention(report, i, readTail(report, i, value).to, 'pirads', value, { generic: true, final: true });
  }
  const overall = EXAM_MAYBE.has(word);
  if (!CATEGORY_WORD.has(word) && !overall) return null;
  const previous = wordAt(report, at - 1);
  if (OTHER_SCORE.test(previous) || (previous === '-' && OTHER_SCORE.test(wordAt(report, at - 2)))) return null;
  while (CATEGORY_WORD.has(wordAt(report, i))) i++;
  const colon = /^[:=]$/.test(wordAt(report, i));
  if (colon) i++;
  const value = valueAt(report, i);
  if (typeof value !== 'number' || report.tokens[i]?.kind !== 'number') return null;
  const tail = readTail(report, i, value);
  const outOfFive = tail.to > i + 1 && !tail.range;
  if (
    !colon &&
    !outOfFive &&
    // "…, score 4."
    !(word === 'score' && /^[,;(-]$/.test(previous) && /^(?:[.,;)]|\n|)$/.test(wordAt(report, i + 1))) &&
    !overall &&
    word !== 'category' &&
    word !== 'kategorie' &&
    word !== 'categorie' &&
    word !== 'categoria'
  )
    return null;
  const exam = examOf([word, ...leadWords(report, at)]);
  const scale = word === 'suspicion' ? 'likert' : 'pirads';
  return mention(report, at, tail.to, scale, tail.range ? null : value, {
    range: tail.range,
    threshold: tail.threshold,
    exam,
    generic: true,
  });
}

function mention(
  report: ReportText,
  from: number,
  to: number,
  scale: CategoryMention['scale'],
  value: number | 'X' | null,
  more: Partial<Pick<CategoryMention, 'range' | 'threshold' | 'exam' | 'generic' | 'final'>>,
): CategoryMention {
  return {
    ...runOf(report, from, to),
    scale,
    value,
    range: null,
    threshold: false,
    exam: null,
    generic: false,
    final: false,
    ...more,
  };
}
