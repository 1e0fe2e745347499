import { parseDecimal } from '../text/numbers.js';
import { numberBehind, psaUnitEnd, type Candidate } from './exam-value.js';
import { isGlued, runOf, wordAt, type ReportText } from './report-text.js';
import { timesOf } from './scope.js';
import type { Statement } from './statements.js';
import { NEGATION } from './words.js';

const DENSITY_WORDS = new Set(['density', 'densities', 'dichte', 'densiteit', 'dichtheid', 'densite', 'densidad']);
const PSA_DENSITY_WORDS = new Set(['psad', 'dpsa', 'psadensity', 'psadichte', 'psa-d']);
/** The index behind "PSA density" that begins at a token, or -1. */
export function densityEnd(report: ReportText, at: number): number {
  const word = wordAt(report, at);
  if (PSA_DENSITY_WORDS.has(word)) return at + 1;
  if (word === 'psa') {
    let i = at + 1;
    if (wordAt(report, i) === '-') i++;
    if (wordAt(report, i) === '/' && /^(?:prostat[a-z]*)?-?vol/.test(wordAt(report, i + 1)))
      return /^(?:ratio|quotient|index|verhaltnis)$/.test(wordAt(report, i + 3)) ? i + 4 : i + 2;
    if (DENSITY_WORDS.has(wordAt(report, i)) || (wordAt(report, i) === 'd' && isGlued(report, i))) return i + 1;
    return -1;
  }
  if (!DENSITY_WORDS.has(word)) return -1;
  let i = at + 1;
  while (/^(?:de|du|del|la|l'|d'|van|des|der|of)$/.test(wordAt(report, i)) && i < at + 4) i++;
  if (/^antigen/.test(wordAt(report, i)) && /^espec/.test(wordAt(report, i + 2))) return i + 3;
  return /^(?:psa|ape|aps)$/.test(wordAt(report, i)) ? i + 1 : -1;
}

const OTHER_DENSITY =
  /^(?:bone|proton|tissue|signal|spin|optical|cell|breast|knochen|protonen|bot|osseuse|osea|dental)$/;

/** "Density 0.24.", "D 0,16" beside PSA or volume; -1 where the density is of something else. */
function bareDensityEnd(report: ReportText, statement: Statement, at: number): number {
  const word = wordAt(report, at);
  const letter = word === 'd' && (at === statement.from || /^[,;(.]$/.test(wordAt(report, at - 1)));
  if (!letter && (!DENSITY_WORDS.has(word) || OTHER_DENSITY.test(wordAt(report, at - 1)))) return -1;
  const start = report.tokens[at]!.start;
  if (!/\bpsa|vol|\d ?(?:ml|cc|cm3|ccm)\b/.test(report.shadow.slice(Math.max(0, start - 90), start))) return -1;
  if (letter && !/^0[.,]\d/.test(wordAt(report, at + (/^[:=]$/.test(wordAt(report, at + 1)) ? 2 : 1)))) return -1;
  return at + 1;
}

export function readDensities(report: ReportText, statements: readonly Statement[]): Candidate[] {
  const found: Candidate[] = [];
  for (const statement of statements) {
    if (statement.section === 'legend' || statement.section === 'technique' || statement.section === 'comparison')
      continue;
    if (!/psa|aps|dens|dicht|\bd\b/.test(report.shadow.slice(statement.start, statement.end))) continue;
    for (let i = statement.from; i < statement.to; i++) {
      const named = densityEnd(report, i);
      const head = named < 0 ? bareDensityEnd(report, statement, i) : named;
      if (head < 0) continue;
      const linked = numberBehind(report, head, 9);
      const at = linked < 0 && named > 0 ? looseDensity(report, statement, head) : linked;
      if (named < 0 && !/^[0-2][.,]\d{1,3}$/.test(wordAt(report, at))) continue;
      i = head - 1;
      if (at < 0 || at >= statement.to) continue;
      const value = parseDecimal(wordAt(report, at), report.language);
      if (
        value === null ||
        value > 20 ||
        /^[<>]$/.test(wordAt(report, at - 1)) ||
        /^(?:%|mm|x)$/.test(wordAt(report, at + 1)) ||
        /^(?:19|20)\d\d$/.test(wordAt(report, at))
      )
        continue;
      const unit = densityUnitEnd(report, at + 1);
      const run = runOf(report, at, unit > 0 ? unit : at + 1);
      found.push({
        ...run,
        value,
        said: false,
        date: null,
        statement,
        later: false,
        time: timesOf(report, statement, [run])[0]!,
      });
    }
  }
  return found;
}

/** "The PSA density is accordingly high at 0.42": the first number behind the name, if nothing but a density looks like it. */
function looseDensity(report: ReportText, statement: Statement, head: number): number {
  for (let i = head; i < Math.min(statement.to, head + 10); i++) {
    const { kind, text } = report.tokens[i]!;
    if (kind === 'number') return /^0?[.,]\d{2,3}$/.test(text) ? i : -1;
    if (
      /^(?:[;:(?]|should|must|could|would|may|can|sollte|soll|muss|kann|moet|kan|zou|doit|peut|devrait|debe|puede|threshold|limit|cut|above|below|over|under|uber|unter|boven|onder|superieure?|inferieure?|superior|inferior|schwelle|grenzwert|grens|seuil|umbral|psa)$/.test(
        text,
      ) ||
      NEGATION.has(text)
    )
      return -1;
  }
  return -1;
}

function densityUnitEnd(report: ReportText, at: number): number {
  let i = psaUnitEnd(report, at);
  if (i > 0 && wordAt(report, i) === '/' && /^(?:ml|cc|cm|g)$/.test(wordAt(report, i + 1)))
    i += wordAt(report, i + 2) === '3' ? 3 : 2;
  return i;
}
