import type { Span } from '../text/span.js';
import type { Time } from './scope.js';
import type { Statement } from './statements.js';
import { wordAt, type ReportText, type TokenRun } from './report-text.js';
import { CHANGE, NOW } from './words.js';

export interface ExamValue extends Span {
  readonly value: number;
}

/** One number that may be a value of the exam, and when it held. */
export interface Candidate extends TokenRun {
  readonly value: number;
  readonly time: Time;
  readonly said: boolean;
  readonly date: number | null;
  readonly statement: Statement;
  /** A repeat, a control or an outcome ("fell to"): the later of several. */
  readonly later: boolean;
}

const CONNECTOR =
  /^(?:[:=~≈(,<>-]|is|was|of|at|to|the|current|currently|now|contouring|segmentation|planimetry|serum|total|level|value|measured|calculated|derived|estimated|today|ist|betragt|bei|von|auf|mit|liegt|wert|aktuell|aktuelle|aktueller|gesamt|zuletzt|ca|approximately|approx|about|van|naar|waarde|bedraagt|nu|op|was|met|est|a|de|du|la|actuel|actuellement|total|totale|serique|mesure|mesuree|estimee|evaluee|calculee|soit|actual|es|del|con|en|total|serico|stieg|gestiegen|anstieg|elevated|rising|raised|high|increased|erhoht|erhohter|erhohtes|eleve|elevee|elevado|elevada|oplopend|verhoogd|gestegen|and|und|screening|repeat|most|recent|last|latest|ng|ml|screening|formula|gemeten|berechnet|berechnete|berekend|berekende|calculada|estimado|calculado|wordt|daarmee|somit|therefore|approximated|reported|has|risen|climbed|rise|increase|from|n|x|works?|out|comes?|calculates|computes|gives|giving|yields|yielding|stands|corresponds|corresponding|amounts|equals|thus|hence|derhalve|bijgevolg|folglich|donc|errechnet|errechnete|ergibt|sich|eine|entspricht|entsprechend|komt|uit|dus|geeft|donne|donnant|resulta|resultante|equivale|stable|stabil|stabiel|estable|unchanged|unverandert|ongewijzigd|inchange|remains|trend|history|course|kinetics|verlauf|verloop|evolution|evolucion|rechnerisch[a-z]*|ascension|ascenso|augmentation|hausse|aumento|subida|incremento|progresion|progression|elevation|elevacion|steigend[a-z]*|ansteigend[a-z]*|stijgend[a-z]*|stijging|persist[a-z]*|rising|rose|ungefahr|etwa|rund|circa|environ|aproximadamente|ongeveer|unos|around|roughly)$/;

/** Whether a word may stand between the name of a value and its number. */
const links = (report: ReportText, at: number): boolean => {
  const word = wordAt(report, at);
  return (
    CONNECTOR.test(word) ||
    CHANGE.has(word) ||
    NOW.has(word) ||
    (word === '.' && /^(?:ca|approx|env|aprox|ungef|rd)$/.test(wordAt(report, at - 1)))
  );
};

/** The index behind a comma, or behind a remark between commas ("The PSA density, not given above, is 0.25"). */
function behindAside(report: ReportText, at: number): number {
  let close = at + 1;
  while (close < at + 8 && report.tokens[close]?.kind === 'word') close++;
  const closes =
    wordAt(report, close) === ',' && /^(?:is|was|ist|war|est|es|bedraagt)$/.test(wordAt(report, close + 1));
  return closes ? close + 1 : at + 1;
}

/** The first number behind a head, as far as only linking words lie between. */
export function numberBehind(report: ReportText, at: number, limit: number): number {
  let i = at;
  let depth = 0;
  for (let steps = 0; steps < limit; steps++) {
    const token = report.tokens[i];
    if (!token) return -1;
    if (token.kind === 'number') return depth > 0 && wordAt(report, i - 1) !== '(' ? -1 : i;
    if (token.kind === 'break') {
      if (report.tokens[i + 1]?.kind === 'break') return -1;
    } else if (token.text === '(') {
      // A bracket between the head and its value ("Volume (ellipsoid formula): 35 mL") is passed over.
      let close = i + 1;
      while (close < i + 8 && wordAt(report, close) !== ')') close++;
      const closed = wordAt(report, close) === ')';
      const dated = /^[:=]$/.test(wordAt(report, close + 1)) || report.tokens[close + 1]?.kind === 'number';
      if (closed && (dated || !report.tokens.slice(i + 1, close).some((inner) => inner.kind === 'number'))) i = close;
      else depth++;
    } else if (token.text === ',') i = behindAside(report, i) - 1;
    else if (!links(report, i)) return -1;
    i++;
  }
  return -1;
}

/** The index behind "ng/ml", "µg/l", "ng per mL" at a token, or -1. */
export function psaUnitEnd(report: ReportText, at: number): number {
  const i = report.tokens[at]?.kind === 'break' ? at + 1 : at;
  const mass = wordAt(report, i);
  if (mass === 'ngml') return i + 1;
  if (!/^(?:ng|ug|mcg|g|µg|ngr)$/.test(mass)) return -1;
  return /^(?:\/|per|pro|p|par|por)$/.test(wordAt(report, i + 1)) && /^(?:ml|l|dl|cc)$/.test(wordAt(report, i + 2))
    ? i + 3
    : -1;
}
