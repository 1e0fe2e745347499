import type { Span } from '../text/span.js';
import { readDiagnosis, type ReadDiagnosis } from './diagnosis.js';
import { readGrades, type GradeStatements, type ReadNumber } from './gleason.js';
import { OPEN, readPerineuralCode, readSigns, type Sign } from './growth-signs.js';
import { EACH, NO_FINDINGS } from './part-findings.js';
import { PART_NOUN } from './pathology-words.js';
import type { LabelStyle } from './part-label.js';
import { NAMES_THE_REST, piecesByPart, referencesIn } from './part-references.js';
import type { ReportText } from './part-sources.js';
import { readShares } from './tumour-extent.js';
import { matchesOf } from '../text/matches.js';

/** What a piece of a sentence says of the parts that it names. */
export interface PartAnswer {
  readonly labels: readonly string[];
  readonly signs: readonly Sign[];
  readonly diagnosis: ReadDiagnosis | null;
  readonly grades: GradeStatements;
  readonly percentPattern4: ReadNumber | null;
  readonly at: Span;
}

interface KnownParts {
  readonly known: ReadonlySet<string>;
  readonly style: LabelStyle;
  /** The labels of the parts with carcinoma, of which "the other parts" speaks. */
  readonly malignant: readonly string[];
  /** The signs that a sentence with a semicolon spoke of before it. */
  readonly spokenOf: readonly Sign[];
}

const DENIAL =
  '\\b(?:not|no|none|neither|nor|absent[a-z]*|negative|nicht|kein[a-z]*|fehl[a-z]*|niet|geen|afwezig|pas|non|aucun[a-z]*|ausen[a-z]*|sin|ningun[a-z]*)\\b';
const AFFIRMATION =
  '\\b(?:present[a-z]*|identified|seen|found|positive|vorhanden|nachweisbar|nachgewiesen|aanwezig|gezien|wel|positief|observ[a-z]*|identifica[a-z]*|retrouve[a-z]*)\\b';
const DENIES = new RegExp(DENIAL);
const ANSWERS = new RegExp(`${DENIAL}|${AFFIRMATION}|${OPEN.source}`);
const IN = '(?:in|im|en|dans|bei|within) ';
/** "Present in D and E, absent in F", "in B vorhanden, in C und F nicht": where the answer for other parts begins. */
const TURN = new RegExp(
  `(?:[,;] (?:(?:but|aber|jedoch|maar|mais|pero|while|and|und|en|et|y) )?|\\b(?:but|aber|jedoch|maar|mais|pero|while|and|und|en|et|y) )` +
    `(?=(?:(?:it |er |elle |es |se |il n'en |ne )?(?:is|are|was|were|ist|sind|is|zijn|est|sont) )?(?:${DENIAL}|${AFFIRMATION}|${OPEN.source})(?:[^,;.]{0,40}?\\b${IN}|[^,;.()]{0,30}?\\()|${IN}(?:[a-z]+ )?[^,;.]{1,40}?(?:${DENIAL}|${AFFIRMATION}))`,
  'g',
);

const EXCEPTS =
  /\b(?:except|ausser|mit ausnahme|bis auf|behalve|uitgezonderd|uitzondering|sauf|hormis|exception|salvo|excepto)\b/;
const turned = (sign: Sign): Sign => ({
  ...sign,
  verdict: sign.verdict === 'absent' ? 'present' : sign.verdict === 'present' ? 'absent' : 'indeterminate',
});

/** "In I and II no perineural growth, no cribriform growth": parts at the head of a sentence. */
const HEADED = new RegExp(`^\\s*${IN}`);

function turnsOf(shadow: string, clause: Span): Span[] {
  const cuts = matchesOf(shadow.slice(clause.start, clause.end), TURN).map(
    ({ index, 0: found }) => clause.start + index + found.length,
  );
  return [clause.start, ...cuts].map((start, index) => ({ start, end: cuts[index] ?? clause.end }));
}

/**
 * What a sentence says of the parts that it names ("Cribriform growth is present in A and absent in B"), piece by piece;
 * `open` are the signs of its last piece, and those of a sentence that names no part.
 */
export function readAnswers(
  report: ReportText,
  clause: Span,
  parts: KnownParts,
): { readonly answers: readonly PartAnswer[]; readonly open: readonly Sign[] } {
  const { text, shadow } = report;
  const { known, style, malignant } = parts;
  const answers: PartAnswer[] = [];
  const named = new Set<string>();
  const shares = readPartShares(report, clause, known, style);
  let open = parts.spokenOf;
  let said: Sign[] = [];
  let ahead: readonly string[] = [];
  const pieces = turnsOf(shadow, clause).flatMap((turn) => piecesByPart(text, shadow, turn, known, style));
  for (const piece of pieces) {
    const words = shadow.slice(piece.start, piece.end);
    const code = readPerineuralCode(text, piece);
    const own = [...readSigns(shadow, piece), ...(code ? [code] : [])];
    const behind = referencesIn(text, shadow, piece, known, style);
    const listed = behind.length === 0 && own.length > 0 ? ahead : behind;
    if (piece.start === clause.start && HEADED.test(words)) ahead = behind;
    const labels =
      listed.length === 0 && NAMES_THE_REST.test(words) ? malignant.filter((label) => !named.has(label)) : listed;
    for (const label of labels) named.add(label);
    // "…; not identified in part C": what is denied stands in the piece before.
    const verdict: Sign['verdict'] = OPEN.test(words) ? 'indeterminate' : DENIES.test(words) ? 'absent' : 'present';
    const told =
      own.length > 0 || labels.length === 0 || !ANSWERS.test(words)
        ? own
        : open.map(({ name }) => ({ name, verdict, span: piece }));
    if (own.length > 0 || told.length > 0) open = told;
    // "No perineural invasion except in A": A is the one that has it.
    const signs = labels.length > 0 && EXCEPTS.test(words) ? told.map(turned) : told;
    said = [...said, ...own];
    if (labels.length === 0) continue;
    const grades = readGrades(shadow, piece);
    const grade = grades.scores[0] ?? grades.groups[0];
    const diagnosis = grade ? { value: 'adenocarcinoma' as const, span: grade.span } : readDiagnosis(shadow, [piece]);
    const { percentPattern4 } = readShares(shadow, piece);
    for (const label of labels)
      answers.push({
        labels: [label],
        signs: signs.filter(
          (sign) => !own.includes(sign) || (ownersOf(report, sign, piece, known, style)?.includes(label) ?? true),
        ),
        diagnosis,
        grades,
        percentPattern4: shares.get(label) ?? (labels.length > 1 || shares.size > 0 ? null : percentPattern4),
        at: piece,
      });
  }
  const unread = [...shares].filter(([label]) => !named.has(label));
  for (const [label, percentPattern4] of unread)
    answers.push({
      labels: [label],
      signs: [],
      diagnosis: null,
      grades: NO_FINDINGS.grades,
      percentPattern4,
      at: clause,
    });
  return { answers, open: answers.length > 0 ? open : said };
}

/** "In D, E and F carcinoma with cribriform glands in E": the parts named behind a sign are those that have it. */
function ownersOf(
  { text, shadow }: ReportText,
  { span }: Sign,
  piece: Span,
  known: ReadonlySet<string>,
  style: LabelStyle,
): string[] | null {
  const phrase = /^[^,;]*/.exec(shadow.slice(span.start, piece.end))?.[0] ?? '';
  const refer = (end: number): string[] => referencesIn(text, shadow, { start: span.start, end }, known, style);
  return refer(span.start + phrase.length).length > 0 ? refer(piece.end) : null;
}

export const PATTERN_4 = /\b(?:pattern|muster|grade?|grado|graad|patroon|patron|gleason|gp)[ -]?4\b/;
const SHARE_BEHIND = new RegExp(`${PATTERN_4.source}[^.;,%]{0,60}?(?<!\\d)(\\d{1,3}) ?%`);
/** "Gleason 4: B 30 %, pot 5 10 %": a label before its share. */
const LABELLED_SHARE = new RegExp(
  `(?<=[:,;] ?|\\b(?:and|und|en|et|y) )(?:${PART_NOUN} )?([a-z]\\d?|\\d{1,2}|[ivx]{1,5})(?: ?[:=] ?| ?\\(| | (?:is|ist|est|etwa|about|ca\\.) )[<>~≤≥]? ?(\\d{1,3}) ?%`,
  'g',
);

/** "Pattern 4: 10 % (1), 60 % (pot 2)": a label behind its share. */
const SHARE_OF_LABEL = new RegExp(`(?<!\\d)(\\d{1,3}) ?% \\((?:${PART_NOUN} )?([a-z]\\d?|\\d{1,2}|[ivx]{1,5})\\)`, 'g');

/** "Pattern 4 amounts to 70% in part A and 10% in part D": each share belongs to the parts named before the next one. */
function readPartShares(
  { text, shadow }: ReportText,
  clause: Span,
  known: ReadonlySet<string>,
  style: LabelStyle,
): Map<string, ReadNumber> {
  const shares = new Map<string, ReadNumber>();
  const words = shadow.slice(clause.start, clause.end);
  if (!PATTERN_4.test(words)) return shares;
  for (const match of matchesOf(words, LABELLED_SHARE)) {
    const [all, label = '', value] = match;
    const end = clause.start + match.index + all.length;
    if (known.has(label)) shares.set(label, { value: Number(value), span: { start: clause.start + match.index, end } });
  }
  for (const match of matchesOf(words, SHARE_OF_LABEL)) {
    const [all, value, label = ''] = match;
    const end = clause.start + match.index + all.length;
    if (known.has(label)) shares.set(label, { value: Number(value), span: { start: clause.start + match.index, end } });
  }
  if (shares.size > 0) return shares;
  const percents = matchesOf(words, /(?<!\d)(\d{1,3}) ?%/g);
  const refer = (start: number, end: number): string[] => referencesIn(text, shadow, { start, end }, known, style);
  // "The pattern 4 component in specimen 2 accounts for 15%".
  const sole = percents.length === 1 ? SHARE_BEHIND.exec(words) : null;
  const [label, ...more] = sole ? refer(clause.start, clause.end) : [];
  if (sole && label !== undefined && (more.length === 0 || EACH.test(words)))
    for (const one of [label, ...more])
      shares.set(one, {
        value: Number(sole[1]),
        span: { start: clause.start + sole.index, end: clause.start + sole.index + sole[0].length },
      });
  if (percents.length < 2) return shares;
  const startOf = (index: number): number => clause.start + (percents[index]?.index ?? words.length);
  const endOf = (index: number): number =>
    index < 0 ? clause.start : clause.start + percents[index]!.index + percents[index]![0].length;
  // The parts stand before their shares where none stands behind the last one.
  const before = refer(endOf(percents.length - 1), clause.end).length === 0;
  percents.forEach((percent, index) => {
    const labels = before ? refer(endOf(index - 1), startOf(index)) : refer(endOf(index), startOf(index + 1));
    for (const one of labels)
      shares.set(one, { value: Number(percent[1]), span: { start: startOf(index), end: endOf(index) } });
  });
  return shares;
}
