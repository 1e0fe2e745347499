import { parseDecimal } from '../text/numbers.js';
import { densityEnd } from './psa-density.js';
import { numberBehind, psaUnitEnd, type Candidate } from './exam-value.js';
import { isGlued, nextAt, runOf, wordAt, type ReportText } from './report-text.js';
import { timesOf } from './scope.js';
import type { Statement } from './statements.js';
import { dateNear } from './value-date.js';
import { CHANGE, NOW, TO } from './words.js';

const RATIO =
  /^(?:velocity|doubling|kinetics|anstiegsgeschwindigkeit|verdopplungszeit|verdubbelingstijd|ratio|quotient|quotiënt|cinetique|velocidad|tiempo|nadir)$/;

const LATER =
  /\b(?:then|puis|dann|danach|daarna|luego|despues|subsequently|repeat(?:ed)?|repetition|control|recheck|most recent|latest|last|now|fell to|rose to|risen to|increased to|decreased to|climbed to|kontrolle|zuletzt|aktuell|laatste|recentste|dernier|derniere|ultim[oa])\b[^.;]{0,24}$/;

/** "PSA trend 4.1, 5.2, 6.3": told in the order of time. */
const SERIES = /^(?:trend|kinetics|verlauf|verloop|evolution|evolucion|course)$/;

const YEAR = /^(?:19|20)\d\d$/;

const PSA_WORD = /psa|antigen|\ba(?:pe|ps)\b/;

export function readPsa(report: ReportText, statements: readonly Statement[]): Candidate[] {
  const found: Candidate[] = [];
  for (const [at, statement] of statements.entries()) {
    if (statement.section === 'legend' || statement.section === 'technique') continue;
    const before = statements[at - 1];
    const inside = PSA_WORD.test(report.shadow.slice(statement.start, statement.end));
    if (!inside && !(before && PSA_WORD.test(report.shadow.slice(before.start, before.end)))) continue;
    const values: Omit<Candidate, 'time'>[] = [];
    for (let i = statement.from; i < statement.to; i++) {
      if (densityEnd(report, i) > 0) {
        i = densityEnd(report, i) - 1;
        // "PSA density" ends the talk of PSA in this statement until it is named again.
        while (i + 1 < statement.to && !/^(?:psa|ipsa)$/.test(wordAt(report, i + 1)) && densityEnd(report, i + 1) < 0)
          i++;
        continue;
      }
      const word = wordAt(report, i);
      if (
        !/^(?:psa|ape|aps|ipsa|tpsa|gesamt-?psa|prostataspezifisches|psa-anstieg)$/.test(word) &&
        !(word === 'antigen' && /specific|spezifisch/.test(wordAt(report, i - 1))) &&
        !(/^(?:especifico|specifique)$/.test(word) && /^prosta/.test(wordAt(report, i - 1)))
      )
        continue;
      if (/^(?:free|freies|freie|vrij|vrije|libre)$/.test(wordAt(report, i - 1))) continue;
      if (RATIO.test(wordAt(report, nextAt(report, i))) || RATIO.test(wordAt(report, i + 2))) {
        // "PSA nadir 0.3, now 2.6 ng/mL"
        let now = i + 1;
        while (now < statement.to && !NOW.has(wordAt(report, now))) now++;
        if (now < statement.to) values.push(...valuesBehindPsa(report, statement, now));
        i = now;
        continue;
      }
      values.push(...valuesBehindPsa(report, statement, i));
      while (i + 1 < statement.to && wordAt(report, i + 1) !== 'psa' && densityEnd(report, i + 1) < 0) i++;
    }
    // "The PSA given above is wrong. The correct value is 11.7 ng/ml": the unit alone tells, in the sentence after.
    if (
      values.length === 0 &&
      before?.sectionAt === statement.sectionAt &&
      /\bpsa\b/.test(report.shadow.slice(before.start, before.end))
    )
      values.push(
        ...valuesBehindPsa(report, statement, statement.from - 1).filter(
          (value) => psaUnitEnd(report, value.from + 1) > 0,
        ),
      );
    const times = timesOf(report, statement, values);
    values.forEach((value, k) => found.push({ ...value, time: times[k]! }));
  }
  return found;
}

/** All PSA values of a statement behind its first "PSA": with a unit anywhere, without one right behind the word. */
function valuesBehindPsa(report: ReportText, statement: Statement, head: number): Omit<Candidate, 'time'>[] {
  const values: Omit<Candidate, 'time'>[] = [];
  let linked = true;
  for (let i = head + 1; i < statement.to; i++) {
    const token = report.tokens[i]!;
    if (wordAt(report, i) === 'psa' || densityEnd(report, i) > 0) break;
    if (
      /^(?:volum\w*|reference|ref|referenz|normal|norm|cut|threshold|free|freies|freier|fpsa|vrij|libre|velocity|doubling|gleason|gland|prostata|prostate|prostaat|prostatavolumen)$/.test(
        token.text,
      )
    ) {
      if (/^(?:reference|ref|referenz|normal|norm|cut|threshold|free|freies|freier|fpsa|vrij|libre)$/.test(token.text))
        linked = false;
      else break;
    }
    if (token.kind !== 'number') continue;
    const value = parseDecimal(token.text, report.language);
    const unit = psaUnitEnd(report, i + 1);
    const listed =
      values.length > 0 &&
      /[.,]\d/.test(token.text) &&
      (NOW.has(wordAt(report, i - 1)) ||
        isOfNow(report, i - 2) ||
        (wordAt(report, i - 1) === '-' && wordAt(report, i - 2) === ')') ||
        /^[,;)]$|^(?:repeat|repeated|then|puis|dann|danach|daarna|luego|despues|and|und|en|et|y|a|to|auf|naar|is|ist|>|→)$/.test(
          wordAt(report, i - 1),
        ));
    // "PSA 01/2024: 4.8; 01/2025: 5.3"
    const headed =
      wordAt(report, i - 1) === ':' && YEAR.test(wordAt(report, i - 2)) && /^\d{1,3}(?:[.,]\d+)?$/.test(token.text);
    const direct = numberBehind(report, head + 1, 9) === i;
    const yearly = YEAR.test(token.text) || /^\d{1,2}[.,]\d{1,2}[.,]\d/.test(token.text);
    if (value === null || yearly || (unit < 0 && !direct && !listed && !headed) || (!linked && unit < 0)) continue;
    if (
      unit < 0 &&
      ((wordAt(report, i + 1) === '/' && isGlued(report, i + 1)) ||
        /^(?:%|years?|jahre?|months?|weeks?|meses|mes|mois|maanden|monaten?|wochen|weken|semaines|semanas|anos|ans|jaar|cores?|mm|cm|ml|cc|x|fold|mal)$/.test(
          wordAt(report, nextAt(report, i)),
        ) ||
        (wordAt(report, i + 1) === '-' && report.tokens[i + 2]?.kind === 'number') ||
        wordAt(report, i - 1) === '/')
    )
      continue;
    if (/^\/$/.test(wordAt(report, unit)) && /^(?:yr|year|jahr|jaar|an)$/.test(wordAt(report, unit + 1))) continue;
    if (!linked) {
      linked = true;
      continue;
    }
    const to = unit > 0 ? unit : i + 1;
    const around = dateAround(report, statement, i, to, values.at(-1)?.to ?? head);
    values.push({
      ...runOf(report, i, to),
      value,
      said: NOW.has(wordAt(report, i - 1)) || isOfNow(report, to) || isOfNow(report, i - 2),
      date: around,
      statement,
      later:
        // "3.9 to 6.3"
        (values.at(-1)?.to === i - 1 && TO.has(wordAt(report, i - 1))) ||
        // "fell to 3.7", "ist auf 3,7 ng/ml gefallen"
        (TO.has(wordAt(report, i - 1)) && [0, 1, 2].some((step) => CHANGE.has(wordAt(report, to + step)))) ||
        (values.length > 0 && [1, 2].some((ahead) => SERIES.test(wordAt(report, head + ahead)))) ||
        LATER.test(report.shadow.slice(Math.max(statement.start, token.start - 60), token.start).replaceAll('\n', ' ')),
    });
    i = to - 1;
  }
  return values;
}

/** "7.1 this month", "6,2 diese Woche", "5.9 today". */
const isOfNow = (report: ReportText, at: number): boolean =>
  NOW.has(wordAt(report, at)) ||
  (/^(?:this|dies\w*|deze|dit|ce|cette|este|esta)$/.test(wordAt(report, at)) &&
    /^(?:week|month|year|woche|monat|jahr|maand|jaar|semaine|mois|annee|semana|mes|ano)$/.test(wordAt(report, at + 1)));

function dateAround(report: ReportText, statement: Statement, at: number, to: number, from: number): number | null {
  let stop = to;
  const bracket =
    wordAt(report, to) === '(' || /^(?:on|in|im|vom|am|en|op|du|le|el|del|from|von|\/|,)$/.test(wordAt(report, to));
  if (bracket && !(wordAt(report, to) === '(' && psaUnitEnd(report, to + 2) > 0)) {
    while (stop < Math.min(statement.to, to + 10) && !/^[);]$/.test(wordAt(report, stop))) {
      if (stop > to + 1 && wordAt(report, stop) === ',') break;
      stop++;
    }
    const behind = dateNear(report, to, stop);
    if (behind !== null) return behind;
  }
  let begin = at;
  while (
    begin > Math.max(from, at - 9) &&
    !/^[;,]$/.test(wordAt(report, begin - 1)) &&
    wordAt(report, begin - 1) !== ')'
  )
    begin--;
  return dateNear(report, begin, at);
}

export function choosePsa(candidates: readonly Candidate[]): Candidate | null {
  const corrected = candidates.filter(
    (candidate) => candidate.statement.section === 'addendum' && candidate.time === 'now',
  );
  if (corrected.length > 0) return corrected.at(-1)!;
  const now = candidates.filter(
    (candidate) => candidate.time === 'now' && candidate.statement.section !== 'comparison',
  );
  const said = now.find((candidate) => candidate.said);
  if (said) return said;
  const dated = candidates.filter((candidate) => candidate.date !== null);
  const undated = now.filter((candidate) => candidate.date === null);
  if (undated.length > 0) return undated.findLast((candidate) => candidate.later) ?? undated[0]!;
  const current = dated.filter((candidate) => candidate.time === 'now');
  if (current.length === 1 && dated.length === 1) return current[0]!;
  if (dated.length > 0) return dated.reduce((latest, next) => (next.date! > latest.date! ? next : latest));
  return candidates.find((candidate) => candidate.time === 'probably-prior') ?? null;
}
