import type { Span } from '../text/span.js';
import { wordAt, type ReportText, type TokenRun } from './report-text.js';
import type { Statement } from './statements.js';
import { CHANGE, FROM, GONE, INSTEAD_OF, NEGATION, NEGATION_FILLER, NOW, PRIOR, PRIOR_SUBJECT, TO } from './words.js';

/**
 * When a value held: now, in an earlier exam, or probably earlier (the words allow both; it counts as current where
 * the lesion has no other value).
 */
export type Time = 'now' | 'prior' | 'probably-prior';

/** A stretch of a statement between commas, semicolons and brackets. */
interface Segment {
  readonly from: number;
  to: number;
  /** The segment that a bracket interrupts, and the one before at the same depth. */
  readonly parent: Segment | null;
  readonly previous: Segment | null;
  /** Set once known: a word before the values puts them into an earlier exam. */
  leads?: boolean;
}

const YEAR = /^(?:19|20)\d\d$/;
const DATE = /^\d{1,2}[.,]\d{1,2}[.,](?:\d\d|(?:19|20)\d\d)$/;
const COMPARED =
  /^(?:compared|comparison|since|seit|depuis|sinds|desde|vergleich|vergleichsweise|gegenuber|respecto|vergeleken|comparaison|rapport|comparacion|comparado|comparativamente|versus|vs)$/;

export function segmentsOf(report: ReportText, statement: TokenRun): Segment[] {
  const all: Segment[] = [];
  const open = (from: number, parent: Segment | null, previous: Segment | null): Segment => {
    const segment: Segment = { from, to: from, parent, previous };
    all.push(segment);
    return segment;
  };
  let current = open(statement.from, null, null);
  const stack: Segment[] = [];
  for (let i = statement.from; i < statement.to; i++) {
    const word = wordAt(report, i);
    if (word === '(' || word === '[') {
      current.to = i;
      stack.push(current);
      current = open(i + 1, current, null);
    } else if ((word === ')' || word === ']') && stack.length > 0) {
      current.to = i;
      const outer = stack.pop()!;
      current = open(i + 1, outer.parent, outer);
    } else if (
      /^[,;|]$/.test(word) ||
      (word === '-' &&
        (report.tokens[i - 1]?.end ?? 0) < report.tokens[i]!.start &&
        report.tokens[i]!.end < (report.tokens[i + 1]?.start ?? 0))
    ) {
      current.to = i;
      current = open(i + 1, current.parent, current);
    }
  }
  current.to = statement.to;
  return all;
}

function isDate(report: ReportText, at: number): boolean {
  const word = wordAt(report, at);
  if (!YEAR.test(word) && !DATE.test(word)) return false;
  return !/^(?:mm|cm|ml|s|b)$/.test(wordAt(report, at + 1)) && !/^(?:b|=)$/.test(wordAt(report, at - 1));
}

/** "Früher Kontrastmittelaufnahme", "initial enhancement": early within this exam. */
const ENHANCEMENT = /^(?:kontrast|km|anreicher|arteri|enhanc|wash|perfusion|aufnahme|rehauss|realce|aankleur)/;

/** "The previously described lesion": one that is still there; "previously described as PI-RADS 3" is of then. */
const DESCRIBED =
  /^(?:described|known|noted|seen|identified|reported|demonstrated|documented|mentioned|biopsied|characterized|beschrieben\w*|bekannt\w*|beschreven|bekende|vermelde|decrite?s?|connue?s?|descrit[ao]s?|conocid[ao]s?)$/;

const isDescribed = (report: ReportText, at: number): boolean =>
  PRIOR.has(wordAt(report, at)) &&
  DESCRIBED.test(wordAt(report, at + 1)) &&
  !/^(?:as|at|with|als|mit|met|comme|como|,|:|\()$/.test(wordAt(report, at + 2));

const isPriorWord = (report: ReportText, at: number): boolean =>
  (PRIOR.has(wordAt(report, at)) &&
    !isDescribed(report, at) &&
    // "Outside the haemorrhage …": a place; "outside PI-RADS 4" is another reader's.
    !(wordAt(report, at) === 'outside' && /^(?:the|this|of|these|that)$/.test(wordAt(report, at + 1))) &&
    !/^(?:biops|biopt|bx|punk|treat|therap|to$|prostatect|stanz|bestral)/.test(wordAt(report, at + 1)) &&
    // "PSA 7.7 and prior negative biopsy"
    !/^biops|^biopt/.test(wordAt(report, at + 2)) &&
    ![1, 2, 3].some((ahead) => ENHANCEMENT.test(wordAt(report, at + ahead))) &&
    !/^biops/.test(wordAt(report, at - 1))) ||
  // "Baseline: 8 mm.", "(baseline 33 cc)"
  (wordAt(report, at) === 'baseline' && (wordAt(report, at + 1) === ':' || report.tokens[at + 1]?.kind === 'number')) ||
  // "8 x 5 mm (vorbestehend 7 x 5 mm)"; a "vorbestehende Läsion" is one that is still there.
  (wordAt(report, at) === 'vorbestehend' && report.tokens[at + 1]?.kind === 'number') ||
  (wordAt(report, at) === 'that' && wordAt(report, at + 1) === 'time') ||
  (wordAt(report, at) === 'il' && wordAt(report, at + 1) === 'y' && wordAt(report, at + 2) === 'a') ||
  (wordAt(report, at) === 'vor' &&
    /^(?:\d+|ein\w*|zwei|drei|sechs)$/.test(wordAt(report, at + 1)) &&
    /^(?:jahr|monat|woche)/.test(wordAt(report, at + 2)));

const comparedBefore = (report: ReportText, at: number, from: number): boolean => {
  for (let i = at - 1; i >= Math.max(from, at - 6); i--) if (COMPARED.test(wordAt(report, i))) return true;
  return false;
};

/** Decides when each value of a statement held. `peers` are all values of their kind in it, themselves among them. */
export function timesOf(
  report: ReportText,
  statement: Statement,
  values: readonly TokenRun[],
  peers: readonly TokenRun[] = values,
): Time[] {
  if (values.length === 0) return [];
  const said = report.shadow.slice(statement.start, statement.end);
  if (statement.section === 'comparison' || GONE.test(said) || PRIOR_SUBJECT.test(said))
    return values.map(() => 'prior');
  const segments = segmentsOf(report, statement);
  return values.map((value) => {
    const segment = segments.findLast((candidate) => candidate.from <= value.from && value.from < candidate.to);
    return segment ? (timeIn(report, segment, value, peers) ?? inherited(report, segment, peers)) : 'now';
  });
}

function timeIn(report: ReportText, segment: Segment, value: TokenRun, peers: readonly TokenRun[]): Time | null {
  const isPeerAt = (at: number): boolean => peers.some((peer) => peer.from === at && peer.from !== value.from);
  let changed = false;
  const behindTo = TO.has(wordAt(report, value.from - 1)) || /^(?:>|→|->)$/.test(wordAt(report, value.from - 1));
  if (NOW.has(wordAt(report, value.to))) return 'now';
  for (let i = value.from - 1; behindTo && i >= segment.from; i--)
    if (CHANGE.has(wordAt(report, i)) || FROM.has(wordAt(report, i))) return 'now';
  for (let i = value.from - 1; i >= segment.from; i--) {
    // "less than 5 mm": the comparator belongs to the value.
    if (report.tokens[i]!.start >= value.start) continue;
    const word = wordAt(report, i);
    if (CHANGE.has(word)) changed = true;
    if (NOW.has(word)) return 'now';
    if (changed && !behindTo && value.from - i <= 2) continue;
    if (isPriorWord(report, i) && !comparedBefore(report, i, segment.from)) return 'prior';
    // "The previously described PI-RADS 3 area now …": the category it had, and may still have.
    if (isDescribed(report, i) && value.from - i <= 4)
      return saysNow(report, value.to, segment.to) ? 'prior' : 'probably-prior';
    if (isDate(report, i) && !comparedBefore(report, i, segment.from)) return 'prior';
    // "Volume from contouring: 58 cc": how it was measured.
    if (word === 'from' && !changed && value.from - i === 3 && wordAt(report, i + 2) === ':') continue;
    if (INSTEAD_OF.has(word) && value.from - i <= 3 && !(word === 'from' && !changed && isDistance(report, value)))
      return /^(?:was|were|war|waren|era|etait|mesurait|media)$/.test(word) ? 'probably-prior' : 'prior';
    if (
      /^(?:von|van|de|desde)$/.test(word) &&
      i === value.from - 1 &&
      TO.has(wordAt(report, value.to)) &&
      report.tokens[value.to + 1]?.kind === 'number'
    )
      return 'prior';
  }
  for (let i = value.to; i < segment.to; i++) {
    if (isPeerAt(i)) break;
    const word = wordAt(report, i);
    if (word === '→' || (word === '-' && wordAt(report, i + 1) === '>')) return 'prior';
    if (INSTEAD_OF.has(word) && i > value.to) break;
    if (NOW.has(word)) return 'now';
    const ownCue = !peers.some((peer) => peer.from > i && peer.from <= i + 3 && peer.from !== value.from);
    if (ownCue && (isPriorWord(report, i) || isDate(report, i)) && !comparedBefore(report, i, value.to)) return 'prior';
  }
  return null;
}

function saysNow(report: ReportText, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (NOW.has(wordAt(report, i))) return true;
  return false;
}

const UNCHANGED =
  /^(?:unchanged|stable|unverandert|stationar|stabil|onveranderd|ongewijzigd|stabiel|inchangee?|estable|cambios)$/;

const isDistance = (report: ReportText, value: TokenRun): boolean => wordAt(report, value.to) === 'from';

function inherited(report: ReportText, segment: Segment, peers: readonly TokenRun[]): Time {
  const { previous, parent } = segment;
  if (previous && leadsBack(report, previous)) return 'probably-prior';
  if (!previous && parent) {
    for (let i = parent.to - 1; i >= Math.max(parent.from, parent.to - 5); i--) {
      if (NOW.has(wordAt(report, i))) return 'now';
      if (isPriorWord(report, i) || isDate(report, i)) return 'prior';
      if (peers.some((peer) => peer.to === i + 1)) break;
    }
    // "12 mm, unchanged (12 mm)": the bracket repeats the earlier value, where there is another.
    if (UNCHANGED.test(wordAt(report, parent.to - 1))) return 'probably-prior';
    return leadsBack(report, parent) ? 'probably-prior' : 'now';
  }
  return 'now';
}

/** Whether a segment opens an earlier exam for what follows: "previously PI-RADS 3, …", "in 2021, …". */
function leadsBack(report: ReportText, segment: Segment): boolean {
  if (segment.leads !== undefined) return segment.leads;
  let leads = false;
  for (let i = segment.from; i < segment.to; i++) {
    const word = wordAt(report, i);
    if (NOW.has(word)) leads = false;
    else if ((isPriorWord(report, i) || isDate(report, i)) && !comparedBefore(report, i, segment.from))
      leads = i - segment.from <= 3;
    else if (
      /^(?:was|were|from|contre|against|versus|tegen)$/.test(word) &&
      i - segment.from <= 2 &&
      /^(?:\d|pi|pirads)/.test(wordAt(report, i + 1))
    )
      leads = true;
  }
  // A bracket that closes leaves its time behind.
  if (!leads && segment.previous && wordAt(report, segment.from - 1) !== ')' && segment.to - segment.from <= 8) {
    let own = false;
    for (let i = segment.from; i < segment.to; i++) own ||= NOW.has(wordAt(report, i));
    if (!own) leads = leadsBack(report, segment.previous) && /^(?:,|;)$/.test(wordAt(report, segment.from - 1));
  }
  segment.leads = leads;
  return leads;
}

const AFTER_NEGATED =
  /^[^.,;]{0,40}?(?:\bnot (?:seen|identified|present|detected|visible|met|found|demonstrated)|\bnone\b|: ?(?:none|no|keine|geen|aucune|ninguna)\b|\babsent|\bnicht (?:nachweisbar|abgrenzbar|vorhanden|erfullt|erkennbar)|\bniet (?:aanwezig|zichtbaar|gezien)|\bnon (?:vue|retrouvee|identifiee)|\bausentes?\b)/;

/** "DCE = neg -", "EPE: no,", "EPE no;": the word answers a field and denies nothing behind it. */
const isAnswer = (report: ReportText, at: number): boolean =>
  /^(?:[:=]|dce|dwi|epe|ece|eep|svi?|sbi?|zbi?|perfusion)$/.test(wordAt(report, at - 1)) &&
  /^[-,;/|)\n]$/.test(wordAt(report, at + 1));

/** Whether a category is denied ("no PI-RADS 4 or 5 lesion", "PI-RADS 4–5: none"). */
export function isNegated(report: ReportText, statement: Statement, value: TokenRun, placed: boolean): boolean {
  for (let i = value.from - 1; i >= Math.max(statement.from, value.from - 22); i--) {
    const token = report.tokens[i]!;
    if (NEGATION.has(token.text)) return !isAnswer(report, i);
    if (token.kind === 'break' || token.kind === 'number' || /^[-/≥<>='"“]$/.test(token.text)) continue;
    if (
      token.text === ',' &&
      (report.tokens[i - 1]?.kind === 'number' ||
        /^(?:rads|lesions?|lesiones|lasionen|afwijkingen)$/.test(wordAt(report, i - 1)))
    )
      continue;
    // "No evidence of a highly suspicious lesion (PI-RADS 4 or 5)"; "no suspicious lesion (PI-RADS 1)" denies no category.
    if (token.text === '(' && /[3-5]/.test(report.shadow.slice(value.start, value.end))) continue;
    if (!NEGATION_FILLER.has(token.text) && !/^(?:rads|i{1,3}|iv|v)$/.test(token.text)) break;
  }
  return !placed && AFTER_NEGATED.test(report.shadow.slice(value.end, statement.end));
}

/** "if", "unless": what the sentence supposes is no finding. */
export function isSupposed(report: ReportText, statement: Statement, value: TokenRun): boolean {
  for (let i = statement.from; i < value.from; i++) {
    const word = wordAt(report, i);
    if (/^(?:if|unless|wenn|falls|sofern|indien|mocht)$/.test(word)) return true;
    if (word === 'si' && (i === statement.from || wordAt(report, i - 1) === ',')) return true;
  }
  return /^[^.;]{0,30}\b(?:if|unless|wenn|falls|indien)\b/.test(report.shadow.slice(value.end, statement.end));
}

const CORRECTED_FROM =
  /(?:\bnot|\bnicht|\bniet|\bpas|\bno|\binstead of|\brather than|\bstatt|\banstatt|\bin plaats van|\bau lieu de|\ben lugar de|\bet non|\by no|\ben niet|\bund nicht)(?: (?:the|on|in|at|der|die|am|im|auf|de|la|le|el|l'|het|den|dem|a|au|en|op|an|bij|side|seite|lado|cote|zijde))*[ "']*$/;

/** "12 mm, not 21 mm", "35 ml in plaats van 53 ml": the value is the one that was wrong. */
export const isCorrected = (report: ReportText, statement: Statement, value: Span): boolean =>
  CORRECTED_FROM.test(report.shadow.slice(Math.max(statement.start, value.start - 30), value.start));
