import { parseDecimal } from '../text/numbers.js';
import type { Span } from '../text/span.js';
import { isGlued, nextAt, runOf, wordAt, type ReportText, type TokenRun } from './report-text.js';
import { timesOf, type Time } from './scope.js';
import type { Statement } from './statements.js';
import { NOW } from './words.js';

export interface ExamValue extends Span {
  readonly value: number;
}

/** The exam-level numbers, each with the stretch of text that holds it. */
export interface ExamValues {
  readonly psa: ExamValue | null;
  readonly density: ExamValue | null;
  readonly volume: ExamValue | null;
}

interface Candidate extends TokenRun {
  readonly value: number;
  readonly time: Time;
  readonly said: boolean;
  readonly date: number | null;
  readonly statement: Statement;
  /** A repeat, a control or an outcome ("fell to"): the later of several. */
  readonly later: boolean;
}

const DENSITY_WORD = /^(?:density|densities|dichte|densiteit|dichtheid|densite|densidad)$/;
const RATIO =
  /^(?:velocity|doubling|kinetics|anstiegsgeschwindigkeit|verdopplungszeit|verdubbelingstijd|ratio|quotient|quotiënt|cinetique|velocidad|tiempo|nadir)$/;

/** The index behind "PSA density" that begins at a token, or -1. */
function densityEnd(report: ReportText, at: number): number {
  const word = wordAt(report, at);
  if (/^(?:psad|dpsa|psadensity|psadichte|psa-d)$/.test(word)) return at + 1;
  if (word === 'psa') {
    let i = at + 1;
    if (wordAt(report, i) === '-') i++;
    if (DENSITY_WORD.test(wordAt(report, i)) || (wordAt(report, i) === 'd' && isGlued(report, i))) return i + 1;
    return -1;
  }
  if (!DENSITY_WORD.test(word)) return -1;
  let i = at + 1;
  while (/^(?:de|du|del|la|l'|van|des|der|of)$/.test(wordAt(report, i)) && i < at + 4) i++;
  return wordAt(report, i) === 'psa' ? i + 1 : -1;
}

const CONNECTOR =
  /^(?:[:=~≈(,<>-]|is|was|of|at|to|the|current|currently|now|serum|total|level|value|measured|calculated|derived|estimated|today|ist|betragt|bei|von|auf|mit|liegt|wert|aktuell|aktuelle|aktueller|gesamt|zuletzt|ca|approximately|approx|about|van|waarde|bedraagt|nu|op|was|met|est|a|de|du|la|actuel|actuellement|total|totale|serique|mesure|mesuree|estimee|evaluee|calculee|soit|actual|es|del|con|en|total|serico|stieg|gestiegen|anstieg|elevated|rising|raised|high|increased|erhoht|erhohter|erhohtes|eleve|elevee|elevado|elevada|oplopend|verhoogd|gestegen|and|und|screening|repeat|most|recent|last|latest|ng|ml|screening|formula|gemeten|berechnet|berechnete|berekend|berekende|calculada|estimado|calculado|wordt|daarmee|somit|therefore|approximated|reported|has|risen|climbed|rise|increase|from|n|x)$/;

/** The first number behind a head, as far as only linking words lie between. */
function numberBehind(report: ReportText, at: number, limit: number): number {
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
      if (wordAt(report, close) === ')' && !report.tokens.slice(i + 1, close).some((inner) => inner.kind === 'number'))
        i = close;
      else depth++;
    } else if (!CONNECTOR.test(token.text)) return -1;
    i++;
  }
  return -1;
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const MONTH =
  /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mai|mei|maa|okt|dez|ene|abr|ago|dic|janv|fev|avr|juin|juil|aou)[a-z]*$/;
const MONTH_OF: Readonly<Record<string, number>> = {
  mai: 5,
  mei: 5,
  maa: 3,
  okt: 10,
  dez: 12,
  ene: 1,
  abr: 4,
  ago: 8,
  dic: 12,
  janv: 1,
  fev: 2,
  avr: 4,
  juin: 6,
  juil: 7,
  aou: 8,
};

/** The date that stands right behind or before a value in its bracket or phrase, as months since year 0. */
function dateNear(report: ReportText, from: number, to: number): number | null {
  let month = 0;
  for (let i = from; i < to; i++) {
    const word = wordAt(report, i);
    const named = MONTH.exec(word)?.[1];
    if (named) month = MONTH_OF[named] ?? MONTHS.indexOf(named.slice(0, 3)) + 1;
    const dotted = /^(?:\d{1,2}[.,])?(\d{1,2})[.,]((?:19|20)\d\d)$/.exec(word);
    if (dotted) return Number(dotted[2]) * 12 + Number(dotted[1]);
    if (/^(?:19|20)\d\d$/.test(word)) {
      const slash = /^[/-]$/.test(wordAt(report, i - 1)) && /^\d{1,2}$/.test(wordAt(report, i - 2));
      const usual = slash && /^[/-]$/.test(wordAt(report, i - 3)) && /^\d{1,2}$/.test(wordAt(report, i - 4));
      if (usual) {
        const [first, second] = [Number(wordAt(report, i - 4)), Number(wordAt(report, i - 2))];
        month =
          (report.language === 'en' && first <= 12 ? first : second) +
          (report.language === 'en' ? second : first) / 100;
      } else if (slash) month = Number(wordAt(report, i - 2));
      return Number(word) * 12 + month;
    }
  }
  return null;
}

const LATER =
  /\b(?:then|puis|dann|danach|daarna|luego|despues|subsequently|repeat(?:ed)?|repetition|control|recheck|most recent|latest|last|now|fell to|rose to|risen to|increased to|decreased to|climbed to|kontrolle|zuletzt|aktuell|laatste|recentste|dernier|derniere|ultim[oa])\b[^.;]{0,24}$/;

function readPsa(report: ReportText, statements: readonly Statement[]): Candidate[] {
  const found: Candidate[] = [];
  for (const [at, statement] of statements.entries()) {
    if (statement.section === 'legend' || statement.section === 'technique') continue;
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
        !/^(?:psa|ipsa|tpsa|gesamt-?psa|prostataspezifisches|psa-anstieg)$/.test(word) &&
        !(word === 'antigen' && /specific|spezifisch/.test(wordAt(report, i - 1)))
      )
        continue;
      if (/^(?:free|freies|freie|vrij|vrije|libre)$/.test(wordAt(report, i - 1))) continue;
      if (RATIO.test(wordAt(report, nextAt(report, i))) || RATIO.test(wordAt(report, i + 2))) continue;
      values.push(...valuesBehindPsa(report, statement, i));
      while (i + 1 < statement.to && wordAt(report, i + 1) !== 'psa' && densityEnd(report, i + 1) < 0) i++;
    }
    // "The PSA given above is wrong. The correct value is 11.7 ng/ml": the unit alone tells, in the sentence after.
    const before = statements[at - 1];
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
      /^[,;)]$|^(?:then|and|und|en|et|y|to|auf|naar|>|→)$/.test(wordAt(report, i - 1));
    const direct = numberBehind(report, head + 1, 9) === i;
    const yearly = /^(?:19|20)\d\d$/.test(token.text) || /^\d{1,2}[.,]\d{1,2}[.,]\d/.test(token.text);
    if (value === null || yearly || (unit < 0 && !direct && !listed) || (!linked && unit < 0)) continue;
    if (
      unit < 0 &&
      (/^(?:%|\/|-|years?|jahre?|months?|weeks?|cores?|mm|cm|ml|cc|x|fold|mal)$/.test(
        wordAt(report, nextAt(report, i)),
      ) ||
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
      said: NOW.has(wordAt(report, i - 1)),
      date: around,
      statement,
      later: LATER.test(
        report.shadow.slice(Math.max(statement.start, token.start - 60), token.start).replaceAll('\n', ' '),
      ),
    });
    i = to - 1;
  }
  return values;
}

function dateAround(report: ReportText, statement: Statement, at: number, to: number, from: number): number | null {
  let stop = to;
  const bracket =
    wordAt(report, to) === '(' || /^(?:on|in|im|vom|am|en|op|du|le|el|del|from|von|\/|,)$/.test(wordAt(report, to));
  if (bracket) {
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

/** The index behind "ng/ml", "µg/l", "ng per mL" at a token, or -1. */
function psaUnitEnd(report: ReportText, at: number): number {
  const i = report.tokens[at]?.kind === 'break' ? at + 1 : at;
  const mass = wordAt(report, i);
  if (mass === 'ngml') return i + 1;
  if (!/^(?:ng|ug|mcg|g|µg|ngr)$/.test(mass)) return -1;
  return /^(?:\/|per|pro|p|par|por)$/.test(wordAt(report, i + 1)) && /^(?:ml|l|dl|cc)$/.test(wordAt(report, i + 2))
    ? i + 3
    : -1;
}

function choosePsa(candidates: readonly Candidate[]): Candidate | null {
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
  if (undated.length > 0) return undated.find((candidate) => candidate.later) ?? undated[0]!;
  const current = dated.filter((candidate) => candidate.time === 'now');
  if (current.length === 1) return current[0]!;
  if (dated.length > 0) return dated.reduce((latest, next) => (next.date! > latest.date! ? next : latest));
  return candidates.find((candidate) => candidate.time === 'probably-prior') ?? null;
}

const VOLUME_UNIT = /^(?:ml|cc|cm3|ccm|milliliters?|millilitres?|cubic)$/;

/** The index behind a unit of volume at a token, or -1. */
function volumeUnitEnd(report: ReportText, at: number): number {
  const i = report.tokens[at]?.kind === 'break' ? at + 1 : at;
  const word = wordAt(report, i);
  if (
    word === 'cm' &&
    isGlued(report, i + 1) &&
    (wordAt(report, i + 1) === '3' || (wordAt(report, i + 1) === '^' && wordAt(report, i + 2) === '3'))
  )
    return wordAt(report, i + 1) === '3' ? i + 2 : i + 3;
  if (word === 'cubic' && /^cent/.test(wordAt(report, i + 1))) return i + 2;
  return VOLUME_UNIT.test(word) && wordAt(report, i + 1) !== '/' ? i + 1 : -1;
}

const GLAND_NOUN =
  /\b(?:prostat\w*|prostaat\w*|gland|drusen?\w*|druese|glande|glandula|klier|organ|orgaan|volum\w*|size|groesse|grose|grosse)\b/;
/** "A 52 mL gland". */
const GLAND_BEHIND = /^[ -]?(?:prostat|prostaat|gland|drus|glande)/;
const NOT_GLAND =
  /\b(?:bladder|blase|blaas\w*|vessie|vejiga|residual|restharn|residu|residuo|coil|spule|perfluor\w*|gadol\w*|gado\w*|contrast\w*|kontrast\w*|buscopan|injection|injektion|enema|lesion volume|tumou?r volume|lasionsvolumen|tz volume|transition zone volume|transitional zone volume|abscess|collection|hydrocele|cyst)\b/;

function readVolumes(report: ReportText, statements: readonly Statement[]): (Candidate & { named: boolean })[] {
  const found: (Candidate & { named: boolean })[] = [];
  for (const statement of statements) {
    if (statement.section === 'technique' || statement.section === 'legend' || statement.section === 'comparison')
      continue;
    const values: (Omit<Candidate, 'time'> & { named: boolean })[] = [];
    for (let i = statement.from; i < statement.to; i++) {
      const token = report.tokens[i]!;
      const before = (): string =>
        report.shadow.slice(Math.max(statement.start, token.start - 90), token.start).replaceAll('\n', ' ');
      if (token.kind !== 'number') continue;
      const value = parseDecimal(token.text, report.language);
      const unit = volumeUnitEnd(report, i + 1);
      if (value === null || /^[x*/×]$/.test(wordAt(report, i - 1)) || psaUnitEnd(report, i + 1) > 0) continue;
      const fielded =
        unit < 0 &&
        /\bvol(?:ume|umen)?\.?(?: of (?:the )?(?:prostate|gland)| der prostata| prostatique| prostatico)? ?\((?:ml|cc|cm3|ccm)\) ?[:=|] ?$/.test(
          before(),
        );
      if ((unit < 0 && !fielded) || value < 5 || value > 600) continue;
      // "Prostate MRI. 45 cc.": a volume that is a sentence of its own.
      const isBare = statement.to - statement.from <= 4;
      const lead = report.shadow.slice(Math.max(0, statement.start - 40), statement.start);
      const unitEnd = report.tokens[(unit > 0 ? unit : i + 1) - 1]!.end;
      if (
        !(
          GLAND_NOUN.test(before()) ||
          (isBare && GLAND_NOUN.test(lead)) ||
          GLAND_BEHIND.test(report.shadow.slice(unitEnd, unitEnd + 14))
        ) ||
        NOT_GLAND.test(before().slice(-60)) ||
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
        named: /\bvol|volum/.test(before()),
      });
    }
    const times = timesOf(report, statement, values);
    values.forEach((value, k) => found.push({ ...value, time: times[k]! }));
  }
  return found;
}

function readDensities(report: ReportText, statements: readonly Statement[]): Candidate[] {
  const found: Candidate[] = [];
  for (const statement of statements) {
    if (statement.section === 'legend' || statement.section === 'technique' || statement.section === 'comparison')
      continue;
    for (let i = statement.from; i < statement.to; i++) {
      const head = densityEnd(report, i);
      if (head < 0) continue;
      const at = numberBehind(report, head, 9);
      i = head - 1;
      if (at < 0 || at >= statement.to) continue;
      const value = parseDecimal(wordAt(report, at), report.language);
      if (
        value === null ||
        value > 20 ||
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

function densityUnitEnd(report: ReportText, at: number): number {
  let i = psaUnitEnd(report, at);
  if (i > 0 && wordAt(report, i) === '/' && /^(?:ml|cc|cm|g)$/.test(wordAt(report, i + 1)))
    i += wordAt(report, i + 2) === '3' ? 3 : 2;
  return i;
}

/** Reads PSA (ng/mL), PSA density (ng/mL/mL) and prostate volume (mL) of this exam. */
export function readExamValues(report: ReportText, statements: readonly Statement[]): ExamValues {
  const latest = (candidates: readonly Candidate[]): Candidate | null => {
    const now = candidates.filter((candidate) => candidate.time === 'now');
    const corrected = now.filter((candidate) => candidate.statement.section === 'addendum').at(-1);
    return corrected ?? now[0] ?? candidates.find((candidate) => candidate.time === 'probably-prior') ?? null;
  };
  const volumes = readVolumes(report, statements);
  const named = volumes.filter((volume) => volume.named);
  const strip = (candidate: Candidate | null): ExamValue | null =>
    candidate ? { value: candidate.value, start: candidate.start, end: candidate.end } : null;
  return {
    psa: strip(choosePsa(readPsa(report, statements))),
    density: strip(latest(readDensities(report, statements))),
    volume: strip(latest(named.some((volume) => volume.time === 'now') ? named : volumes)),
  };
}
