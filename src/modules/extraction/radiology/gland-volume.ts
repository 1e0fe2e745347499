import { parseDecimal } from '../text/numbers.js';
import { psaUnitEnd, type Candidate } from './exam-value.js';
import { isGlued, runOf, wordAt, type ReportText } from './report-text.js';
import { timesOf } from './scope.js';
import type { Statement } from './statements.js';

const VOLUME_UNIT = /^(?:mls?|ccs?|cm3|ccm|milliliters?|millilitres?|cubic)$/;

/** The index behind a unit of volume at a token, or -1. */
function volumeUnitEnd(report: ReportText, at: number): number {
  const hyphened = wordAt(report, at) === '-' && isGlued(report, at) && isGlued(report, at + 1);
  const i = report.tokens[at]?.kind === 'break' || hyphened ? at + 1 : at;
  const word = wordAt(report, i);
  if (
    word === 'cm' &&
    isGlued(report, i + 1) &&
    (wordAt(report, i + 1) === '3' || (wordAt(report, i + 1) === '^' && wordAt(report, i + 2) === '3'))
  )
    return wordAt(report, i + 1) === '3' ? i + 2 : i + 3;
  if (word === 'cubic' && /^cent/.test(wordAt(report, i + 1))) return i + 2;
  return VOLUME_UNIT.test(word) && !(wordAt(report, i + 1) === '/' && isGlued(report, i + 1)) ? i + 1 : -1;
}

const GLAND_NOUN =
  /\b(?:[a-z]*vol|[a-z]*volum\w*|prostat\w*|prostaat\w*|gland|drusen?\w*|druese|glande|glandula|klier|organ|orgaan|pv|gv|bph|p(?=\.)|volum\w*|size|groesse|grose|grosse)\b/;
/** "A 52 mL gland". */
const GLAND_BEHIND = /^[ -]?(?:prostat|prostaat|gland|drus|glande)/;
const NOT_GLAND =
  /\b(?:bladder|blase|blaas\w*|vessie|vejiga|residual|restharn|residu|residuo|coil|spule|perfluor\w*|gadol\w*|gado\w*|contrast\w*|kontrast\w*|buscopan|injection|injektion|enema|(?:lesion|tumou?r|target|tz|transition(?:al)? zone|lasions?|herd|laesie) ?-?vol[a-z]*|volume? (?:tumoral|lesionn?el|lesional)|abscess|collection|hydrocele|cyst)\b/;

/** "Volume (mL) = L x W x H x 0.52: 47": the unit stands with the name, the number behind the last colon. */
const FORMULA =
  /\b[a-z]*vol(?:ume|umen)?\b[^.;]{0,30}[([](?:in )?(?:ml|cc|cm3|ccm)[)\]](?:(?:[^;|]{0,40})?[:=|] ?| {2,})$/;
/** "Vol 71." and "Volume: 47": nothing but the name before the number. */
const ALONE =
  /(?:^|[-.,;(|] ?)(?:prostat[a-z]* |prostaat|prostata|gland |drusen?)?-?vol(?:ume|umen)?\.?(?: (?:prostatique|prostatico))? ?[:=]? ?$/;

export function readVolumes(report: ReportText, statements: readonly Statement[]): (Candidate & { named: boolean })[] {
  const found: (Candidate & { named: boolean })[] = [];
  for (const statement of statements) {
    if (statement.section === 'technique' || statement.section === 'legend' || statement.section === 'comparison')
      continue;
    const named = report.shadow.slice(statement.start, statement.end).includes('vol');
    const values: (Omit<Candidate, 'time'> & { named: boolean })[] = [];
    for (let i = statement.from; i < statement.to; i++) {
      const token = report.tokens[i]!;
      const before = (): string =>
        report.shadow.slice(Math.max(statement.start, token.start - 90), token.start).replaceAll('\n', ' ');
      if (token.kind !== 'number') continue;
      const value = parseDecimal(token.text, report.language);
      const unit = volumeUnitEnd(report, i + 1);
      if (unit < 0 && !named) continue;
      if (
        value === null ||
        /^[x*×]$/.test(wordAt(report, i - 1)) ||
        (wordAt(report, i - 1) === '/' && wordAt(report, i - 2) !== 'g') ||
        psaUnitEnd(report, i + 1) > 0
      )
        continue;
      const lead = unit < 0 ? before() : '';
      const fielded = unit < 0 && !/^[x*×%]$/.test(wordAt(report, i + 1)) && (FORMULA.test(lead) || ALONE.test(lead));
      if ((unit < 0 && !fielded) || value < 5 || value > 600) continue;
      if (unit < 0 && !/^(?:[-.,;)]|\n|)$/.test(wordAt(report, i + 1))) continue;
      // "Prostate MRI. 45 cc.": a volume that is a sentence of its own.
      const isBare = statement.to - statement.from <= 4;
      const above = report.shadow.slice(Math.max(0, statement.start - 40), statement.start);
      const unitEnd = report.tokens[(unit > 0 ? unit : i + 1) - 1]!.end;
      if (
        !(
          GLAND_NOUN.test(before()) ||
          (isBare && GLAND_NOUN.test(above)) ||
          GLAND_BEHIND.test(report.shadow.slice(unitEnd, unitEnd + 14))
        ) ||
        NOT_GLAND.test(before().slice(-60).replace(/^.*;/, '')) ||
        NOT_GLAND.test(report.shadow.slice(token.end, Math.min(statement.end, token.end + 40)))
      )
        continue;
      const to = unit > 0 ? unit : i + 1;
      values.push({
        ...runOf(report, i, to),
        value,
        said: false,
        date: null,
        statement,
        later: false,
        named: /vol/.test(before()),
      });
    }
    const times = timesOf(report, statement, values);
    values.forEach((value, k) => found.push({ ...value, time: times[k]! }));
  }
  return found;
}
