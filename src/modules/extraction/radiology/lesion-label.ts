import { numberFromRoman, numberFromWord } from '../text/numbers.js';
import { isGlued, runOf, wordAt, type ReportText, type TokenRun } from './report-text.js';
import { LESION_NOUN, remembered } from './words.js';

/** One or more lesions named by number or letter. */
export interface LabelMention extends TokenRun {
  readonly labels: string[];
  /** "1+2": one lesion under several numbers. */
  readonly merged: boolean;
}

const STRONG_ONLY_NUMBER = /^(?:hallazgo|objetivo|index|targets?)$/;
const UNIT = /^(?:mm|cm|ml|cc|x|%|\*|of|von|by|cores?|biopsies|times|jahre?|years?|months?|weeks?|planes?)$/;

/** The label at a token ("1", "A", "II"), upper case; null where there is none. */
function labelAt(report: ReportText, at: number): string | null {
  const token = report.tokens[at];
  if (!token) return null;
  const after = wordAt(report, at + 1);
  if (token.kind === 'number') {
    if (!/^\d{1,2}$/.test(token.text) || token.text === '0') return null;
    if (UNIT.test(after) && afterCount(report, at + 1) === at + 1) return null;
    if (
      /^[.,:/-]$/.test(after) &&
      isGlued(report, at + 1) &&
      isGlued(report, at + 2) &&
      report.tokens[at + 2]?.kind === 'number'
    )
      return null;
    return String(Number(token.text));
  }
  if (token.kind !== 'word') return null;
  const written = report.text.slice(token.start, token.end);
  if (/^[a-h]$/.test(token.text) && written === written.toUpperCase()) {
    const article =
      token.text === 'a' &&
      report.tokens[at + 1]?.kind === 'word' &&
      report.text.slice(token.start - 3, token.start).toUpperCase() === report.text.slice(token.start - 3, token.start);
    return article && !/^(?:is|measures|has|in|at|and|located|shows)$/.test(after) ? null : written;
  }
  // "Läsion b: …": a small letter is no word in German, and an article elsewhere unless a mark follows.
  if (/^[a-d]$/.test(token.text) && LESION_NOUN.has(wordAt(report, at - 1)))
    return /^[:,;)=]$/.test(after) || (/^(?:de|nl)$/.test(report.language) && !(token.text === 'd' && after === '.'))
      ? written
      : null;
  if (/^(?:ii|iii|iv|vi{0,3})$/.test(token.text) && written === written.toUpperCase())
    return String(numberFromRoman(token.text));
  const value = numberFromWord(token.text);
  return value !== null &&
    value > 0 &&
    !/^(?:ein|eine|einer|einem|einen|eines|een|une?|una|uno|single)$/.test(token.text) &&
    /^[:.,\n(]?$|^(?:is|was|measures|in|at|ist|has)$/.test(after)
    ? String(value)
    : null;
}

/** Nouns that number a lesion only where they head a line or a form ("Finding 1 of 2", "Befund 1:"). */
const FORM_NOUN =
  /^(?:finding|befund|observation|bevinding|hallazgo|nodule|knoten|focus|fokus|foco|foyer|abnormality|region|area|areal|tumou?r|nodus|nodulo|anomalie|constatation|les|lsn|las|afw)$/;
const isFormNoun = remembered((word) => FORM_NOUN.test(word));
const OUT_OF = /^(?:of|von|van|sur|de|\/)$/;

/** The index behind "of 2" at a token; the token itself where there is no such thing. */
const afterCount = (report: ReportText, at: number): number =>
  OUT_OF.test(wordAt(report, at)) && /^\d{1,2}$/.test(wordAt(report, at + 1)) ? at + 2 : at;

const headsForm = (report: ReportText, at: number): boolean => {
  if (!isFormNoun(wordAt(report, at))) return false;
  const number = /^[#.]$/.test(wordAt(report, at + 1)) ? at + 2 : at + 1;
  if (!/^\d{1,2}$|^[a-h]$/.test(wordAt(report, number))) return false;
  const behind = wordAt(report, number + 1);
  // "…, PI-RADS 4. Nodule #2: …"
  if (at > 0 && report.tokens[at - 1]?.kind !== 'break')
    return /^[.;]$/.test(wordAt(report, at - 1)) && /^[:=]$/.test(behind);
  return afterCount(report, number + 1) > number + 1 || /^(?:[:=()\n]|-|)$/.test(behind);
};

/** "Row 1 is …": the lesion of a line in the table, where a sentence begins with it. */
const namesRow = (report: ReportText, at: number): boolean =>
  /^(?:row|zeile|rij|ligne|fila|renglon)$/.test(wordAt(report, at)) &&
  report.tokens[at + 1]?.kind === 'number' &&
  /^(?:[.;:\n(-]|and|und|en|et|y|)$/.test(wordAt(report, at - 1));

/** Finds lesions named in words: "Lesion 1", "Herd Nr. 2", "ROI2", "[1]", "Läsionen 1 und 2", "Afwijking 1+2". */
export function findLabels(report: ReportText): LabelMention[] {
  const found: LabelMention[] = [];
  const heads = new Set<LabelMention>();
  const { tokens } = report;
  for (let i = 0; i < tokens.length; i++) {
    const word = tokens[i]!.text;
    const head = letterHead(report, i);
    const bracket = head ?? bracketLabel(report, i) ?? numberSign(report, i);
    if (head) heads.add(head);
    if (bracket) {
      found.push(bracket);
      i = bracket.to - 1;
      continue;
    }
    if (!LESION_NOUN.has(word) && !headsForm(report, i) && !namesRow(report, i)) continue;
    // "Region of interest (ROI) 1"
    let at = word === 'roi' && wordAt(report, i - 1) === '(' && wordAt(report, i + 1) === ')' ? i + 2 : i + 1;
    // "Lesion (1)", "Herd Nr. 1", "Lesion #1", "lesion no. 2", "target-1"
    while (
      (/^(?:#|no|nr|nummer|number|num|n|numero|id|°|º|\(|-|_|roi|target|lesion)$/.test(wordAt(report, at)) ||
        (wordAt(report, at) === ':' && /^(?:no|nr|nummer|number|num|numero|id|#)$/.test(wordAt(report, at - 1))) ||
        (at === i + 1 && wordAt(report, at) === '.' && /^(?:les|lsn|las|afw)$/.test(word))) &&
      at < i + 4
    )
      at += wordAt(report, at + 1) === '.' ? 2 : 1;
    const first = labelAt(report, at);
    if (first === null || (STRONG_ONLY_NUMBER.test(word) && !/\d/.test(first) && word !== 'target')) continue;
    const labels = [first];
    let to = afterCount(report, at + 1);
    let merged = false;
    for (;;) {
      const joiner = wordAt(report, to);
      const next = /^(?:\+|&|,|\/|and|und|en|et|y|e)$/.test(joiner) ? labelAt(report, to + 1) : null;
      if (next === null || labels.includes(next) || (/^[:]$/.test(wordAt(report, to + 2)) === true && joiner === ','))
        break;
      // "PI-RADS 4 for lesion 1 and 3 for lesion 2": the number is a score.
      if (/^(?:for|fur|voor|pour|para|\()$/.test(wordAt(report, to + 2)) && LESION_NOUN.has(wordAt(report, to + 3)))
        break;
      // "lesion 1, 2 cm" is excluded by labelAt; a letter behind a number begins something else.
      if (/\d/.test(next) !== /\d/.test(first)) break;
      if (joiner === '+' || joiner === '/') merged = true;
      labels.push(next);
      to += 2;
    }
    if (wordAt(report, to) === ')' && wordAt(report, at - 1) === '(') to++;
    found.push({ ...runOf(report, i, to), labels, merged });
    i = to - 1;
  }
  // "A: PI-RADS 4." scores a lesion that is called so elsewhere.
  const named = new Set(found.filter((label) => !heads.has(label)).flatMap(({ labels }) => labels));
  const scored = [...heads].filter((head) => isSurelyLesion(report, head));
  return found.filter(
    (label) =>
      !heads.has(label) ||
      label.labels.every(
        (name) => named.has(name) || scored.some((other) => other !== label && other.labels.includes(name)),
      ),
  );
}

/** "T1: left apex …, PI-RADS 4": a target, where a line on the T1 images would name no category. */
function isScored(report: ReportText, at: number): boolean {
  const line = report.tokens[at]!.start;
  const stop = report.shadow.indexOf('\n', line);
  const said = report.shadow.slice(line, Math.min(stop < 0 ? report.shadow.length : stop, line + 300));
  return /rads/.test(said) && /\d ?[mc]m/.test(said);
}

/** "Key images: #1 …, #2 …": a number sign behind a mark or a conjunction, where no other noun is numbered. */
function numberSign(report: ReportText, at: number): LabelMention | null {
  if (wordAt(report, at) !== '#' || !isGlued(report, at + 1)) return null;
  if (!/^(?:[.,;:(]|and|und|en|et|y|for|fur|voor|pour|para|in|of|)$/.test(wordAt(report, at - 1))) return null;
  const label = report.tokens[at + 1]?.kind === 'number' ? labelAt(report, at + 1) : null;
  return label === null ? null : { ...runOf(report, at, at + 2), labels: [label], merged: false };
}

const SCALE = /^(?:pi|pirads|likert)$/;
const isLetter = (report: ReportText, at: number): boolean => /^[a-h]$/.test(wordAt(report, at));

/** "A: PI-RADS 4. B: PI-RADS 3.", "B and C: no EPE": letters that begin a sentence, before a colon. */
function letterHead(report: ReportText, at: number): LabelMention | null {
  if (!isLetter(report, at) || !/^(?:[.;,:\n]|)$/.test(wordAt(report, at - 1))) return null;
  let to = at + 1;
  while (/^(?:,|&|and|und|en|et|y)$/.test(wordAt(report, to)) && isLetter(report, to + 1)) to += 2;
  if (!/^[:=]$/.test(wordAt(report, to))) return null;
  const labels = [];
  for (let i = at; i < to; i += 2) labels.push(wordAt(report, i).toUpperCase());
  return { ...runOf(report, at, to), labels, merged: false };
}

/** A letter is surely a lesion's where it is scored, or where its line lists lesions by letters, from A on. */
function isSurelyLesion(report: ReportText, { to, start }: LabelMention): boolean {
  if (SCALE.test(wordAt(report, to + 1))) return true;
  const { shadow } = report;
  const stop = shadow.indexOf('\n', start);
  return LETTERED.test(shadow.slice(shadow.lastIndexOf('\n', start) + 1, stop < 0 ? shadow.length : stop));
}
const LETTERED = /(?:^|[.;,:] *)a ?[:=] [^\n]*\d ?[mc]m\b[^\n]*[.;] *b ?[:=] /;

/** `[1]` and `L1:` at the start of a line. */
function bracketLabel(report: ReportText, at: number): LabelMention | null {
  // Nearly every token: none of what follows begins with a longer one.
  if (wordAt(report, at).length !== 1) return null;
  if (
    wordAt(report, at) === 'l' &&
    isGlued(report, at + 1) &&
    /^[1-9]$/.test(wordAt(report, at + 1)) &&
    SCALE.test(wordAt(report, /^[:=-]$/.test(wordAt(report, at + 2)) ? at + 3 : at + 2))
  )
    return { ...runOf(report, at, at + 2), labels: [wordAt(report, at + 1)], merged: false };
  if (!/^[[lt]$/.test(wordAt(report, at))) return null;
  const lineStart = at === 0 || report.tokens[at - 1]?.kind === 'break' || /^[-*•]$/.test(wordAt(report, at - 1));
  if (!lineStart) return null;
  if (wordAt(report, at) === '[' && wordAt(report, at + 2) === ']') {
    const label = labelAt(report, at + 1);
    return label === null ? null : { ...runOf(report, at, at + 3), labels: [label], merged: false };
  }
  if (
    (wordAt(report, at) === 'l' || (wordAt(report, at) === 't' && isScored(report, at))) &&
    isGlued(report, at + 1) &&
    /^[1-9]$/.test(wordAt(report, at + 1)) &&
    /^[:(-]$/.test(wordAt(report, at + 2))
  )
    return { ...runOf(report, at, at + 2), labels: [wordAt(report, at + 1)], merged: false };
  return null;
}
