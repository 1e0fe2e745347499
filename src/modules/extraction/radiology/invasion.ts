import type { Lesion } from '../extraction.js';
import type { Span } from '../text/span.js';
import type { ReportText } from './report-text.js';
import type { Statement } from './statements.js';

export type Invasion = NonNullable<Lesion['epe']>;

/** What a statement says of growth beyond the prostate or into the seminal vesicles. */
export interface InvasionMention extends Span {
  readonly kind: 'epe' | 'svi';
  readonly value: Invasion;
  /** The statement is about all lesions ("none of the lesions", "neither"). */
  readonly ofAll: boolean;
}

const UBER = 'u(?:e)?ber';
const EPE = new RegExp(
  [
    'extra[- ]?prostati[a-z]* (?:tumou?r )?(?:extension|growth|spread|disease|tumou?r|wachstum|ausdehnung|ausbreitung|uitbreiding|groei|extensie|involvement)',
    'extension extra[- ]?(?:prostati|capsul)[a-z]*|extensie buiten de prostaat|extra[- ]?prostatic[ao]?\\b|(?:prostata|prostaat)[- ]?uberschreit[a-z]*',
    'extra[- ]?[ck]apsul[a-z]* ?(?:extension|spread|growth|disease|wachstum|ausdehnung|ausbreitung|uitbreiding|groei|extensie|tumou?r[a-z]*)?',
    '\\b(?:epe|ece)\\b',
    `kapsel-?(?:${UBER}schreit[a-z]*|durchbruch[a-z]*|durchbrech[a-z]*|perforation|penetration|infiltration|invasion|doorbraak|doorgroei|overschrijding|penetratie|invasie)`,
    `organ-?(?:grenz[a-z]*)?${UBER}schreit[a-z]*|${UBER}schreit[a-z]* (?:der|die) (?:organgrenze|prostatakapsel|kapsel|organgrenzen)|(?:organgrenze|kapsel) (?:ist |wird )?${UBER}schritten`,
    'franchissement (?:de la capsule|capsulaire|de capsule)|effraction capsulaire|franchit la capsule|rupture capsulaire|debord[a-z]* (?:extra-?)?capsulaire',
    'capsular (?:breach|penetration|invasion|disruption)|breach of the capsule|rotura (?:de la capsula|capsular)|(?:invasion|afectacion|ruptura) capsular',
    'ausdehnung [a-z ]{0,20}die kapsel hinaus|doorgroei (?:door|van) het? ?kapsel|kapsel(?:doorbraak|overschrijding)',
    'infiltration (?:of|into) (?:the )?periprostatic fat|periprostatic (?:fat )?(?:invasion|infiltration)',
  ].join('|'),
  'g',
);
const CONFINED = /\b(?:organ[- ]?confined|organbegrenzt[a-z]*|orgaanbeperkt|organ?o-?confinad[oa])\b/g;
const VESICLE =
  /\b(?:seminal vesicles?|svs?\b(?=[ :])|samenblas[a-z]*|vesiculae? seminal[a-z]*|vesicules? seminales?|vesiculas? seminal(?:es)?|zaadblaa?[sz][a-z]*|svi)\b/;
const INVADED =
  /\b(?:svi|invasion|invades?|invaded|invading|invasive|infiltr[a-z]*|involve[a-z]*|envahi[a-z]*|ingroei[a-z]*|groei[a-z]*|doorgroei[a-z]*|invasie|befall[a-z]*|tumorbefall|einbruch|eingebrochen|samenblaseninfiltration|samenblaseninvasion|samenblasenbefall|samenblaseneinbruch|zaadblaas(?:invasie|ingroei)|invad[a-z]*|afectacion|afectad[a-z]*|afecta|compromiso|extension into|tumou?r|free of|tumorfrei|extension (?:aux|vers les)|atteinte)\b/g;

const UNSURE_ALWAYS = new RegExp(
  [
    '(?:cannot|can not|could not|can ?not be|not|difficult to|hard to)(?: [a-z]+){0,4} (?:excluded?|exclude|ruled out|rule out)',
    'nicht(?: [a-z]+){0,4} (?:auszuschlies{1,2}en|ausschlies{1,2}en|ausgeschlos{1,2}en|ausschlies{1,2}bar)',
    'niet(?: [a-z]+){0,4} (?:uit te sluiten|uitgesloten|uitsluiten)',
    "(?:ne|n')(?: ?[a-z]+){0,4} (?:exclue?|exclure|ecartee?|ecarter|eliminee?|eliminer)",
    'no(?: [a-z]+){0,4} (?:descart[a-z]+|excluir[a-z]*|excluid[oa])',
    'cannot be (?:assessed|evaluated|determined)',
  ].join('|'),
);
const UNSURE =
  /\b(?:indeterminate|equivocal|possibl[ey]|questionabl[ey]|uncertain|unclear|suspicious|suspected|suspicion|suspect|concern[a-z]*|borderline|may be|might|fraglich[a-z]*|unsicher[a-z]*|unklar[a-z]*|mo(?:e)?glich[a-z]*|verdacht|verda(?:e)?chtig|suspekt[a-z]*|nicht eindeutig|onzeker|twijfelachtig|mogelijk[a-z]*|dubieus|verdenking|verdacht|onduidelijk|douteu[a-z]*|incertain[a-z]*|suspectee?|suspicion|equivoque|dudos[ao]|inciert[ao]|posible|sospecha|indeterminad[oa])\b/;
const NO =
  /\b(?:no|not|without|none|neither|nor|negative|absent|absence|kein[a-z]*|ohne|nicht|weder|noch|geen|niet|zonder|pas|sans|aucune?|ni|absence|sin|ningun[ao]?|tampoco|non|unremarkable|rules? out|ruled out|free of|tumorfrei|frei von|ausgeschlos{1,2}en|uitgesloten)\b/;
const ANSWER_NO =
  /^[ \t)]*(?:[:=–-][ \t]*)?(?:is |are |ist |: )?(?:no|none|not|nein|nee|non|absent[a-z]*|negati[a-z]*|kein[a-z]*|geen|niet|nicht|aucune?|pas|ausentes?|ningun[ao]|0|-|\(-\)|n)\b/;
const ANSWER_YES =
  /^[ \t)]*(?:[:=–-][ \t]*)?(?:yes|present|positi[a-z]*|ja|oui|si|presente?|vorhanden|aanwezig|definite|\+|y)\b/;
const MERELY_NAMED =
  /\b(?:risk|evaluat[a-z]*|assess[a-z]*|staging|criteria|rule out|predict[a-z]*|likelihood|question|score|grade|risiko|frage|beurteilbarkeit|risico|vraag|risque|evaluation|riesgo|valorar|definition|or definite)\b/;
const OF_ALL =
  /\b(?:neither|none of the|no lesion|both|all lesions|keiner der|keine der|beide|geen van|aucune? des|ninguna de|toutes)\b/;
const CONTRAST = /[;,]|\b(?:but|however|although|whereas|aber|jedoch|hingegen|maar|echter|mais|pero|aunque)\b/g;

/** How far a clause is followed to either side, in characters. */
const REACH = 400;
const NEXT_CONTRAST = new RegExp(CONTRAST.source);

function clauseAround(said: string, at: number): { from: number; to: number } {
  let from = 0;
  let to = said.length;
  for (const match of said.slice(Math.max(0, at - REACH), at).matchAll(CONTRAST))
    from = Math.max(0, at - REACH) + match.index + match[0].length;
  const next = said.slice(at, at + REACH).search(NEXT_CONTRAST);
  if (next >= 0) to = at + next;
  return { from, to };
}

function polarity(said: string, head: { from: number; to: number }): Invasion | null {
  const clause = clauseAround(said, head.from);
  const before = said.slice(clause.from, head.from).replace(/\([^)]*\)/g, ' ');
  const bracket = said.indexOf('(', head.to);
  const after = said.slice(
    head.to,
    bracket > 0 && bracket < clause.to && !/^\s*\(\s*[+-]/.test(said.slice(head.to, bracket + 3)) ? bracket : clause.to,
  );
  const whole = `${before} ${said.slice(head.from, head.to)} ${after}`;
  if (UNSURE_ALWAYS.test(whole) || UNSURE_ALWAYS.test(said.slice(clause.from, clause.to))) return 'indeterminate';
  if (ANSWER_NO.test(after)) return 'absent';
  if (ANSWER_YES.test(after)) return 'present';
  const no = NO.exec(before);
  const unsure = UNSURE.exec(whole);
  if (no && /\bnot? (?:definite|certain)/.test(before) && unsure) return 'indeterminate';
  if (no && !(unsure && unsure.index < no.index)) return 'absent';
  if (unsure) return 'indeterminate';
  if (NO.test(after)) return 'absent';
  if (carriesNegation(said, clause.from, before)) return 'absent';
  return MERELY_NAMED.test(whole) ? null : 'present';
}

/** "No extraprostatic extension, seminal vesicle invasion or adenopathy": the denial runs through the list. */
function carriesNegation(said: string, clauseFrom: number, before: string): boolean {
  if (clauseFrom === 0 || said[clauseFrom - 1] !== ',' || before.trim().split(/\s+/).filter(Boolean).length > 2)
    return false;
  const earlier = said.slice(Math.max(0, clauseFrom - REACH), clauseFrom - 1);
  return (
    NO.test(earlier.slice(earlier.lastIndexOf(';') + 1)) &&
    /\b(?:or|nor|oder|noch|of|ou|ni|o|and|und|en|et|y)\b/.test(said.slice(clauseFrom))
  );
}

/** Finds what a statement says of extraprostatic extension and of seminal vesicle invasion. */
export function findInvasions(report: ReportText, statement: Statement): InvasionMention[] {
  const said = report.shadow.slice(statement.start, statement.end).replaceAll('\n', ' ');
  const found: InvasionMention[] = [];
  const ofAll = OF_ALL.test(said);
  const add = (kind: 'epe' | 'svi', value: Invasion | null, from: number, to: number): void => {
    if (value) found.push({ kind, value, ofAll, start: statement.start + from, end: statement.start + to });
  };
  for (const match of said.matchAll(EPE)) {
    const head = { from: match.index, to: match.index + match[0].length };
    const value = polarity(said, head);
    const clause = clauseAround(said, head.from);
    add('epe', value, trimmedStart(said, clause.from), clause.to);
  }
  for (const match of said.matchAll(CONFINED))
    add(
      'epe',
      NO.test(said.slice(Math.max(0, match.index - 12), match.index)) ? null : 'absent',
      match.index,
      match.index + match[0].length,
    );
  const vesicle = VESICLE.exec(said);
  if (vesicle)
    for (const match of said.matchAll(INVADED)) {
      const head = { from: match.index, to: match.index + match[0].length };
      const clause = clauseAround(said, head.from);
      const own = said.slice(clause.from, clause.to);
      const near =
        VESICLE.test(own) ||
        (clause.from > vesicle.index &&
          clause.from - (vesicle.index + vesicle[0].length) < 60 &&
          !/\b(?:extra|capsul|kapsel|rectum|bladder|blase|node|knoten)/.test(own));
      if (
        !near ||
        (new RegExp(EPE.source).test(
          own.slice(Math.max(0, match.index - clause.from - 30), match.index - clause.from + match[0].length),
        ) === true &&
          !VESICLE.test(own.slice(Math.max(0, match.index - clause.from - 25))))
      )
        continue;
      if (/^(?:tumou?r)$/.test(match[0]) && !NO.test(own)) continue;
      const value = /^(?:free of|tumorfrei)$/.test(match[0]) ? 'absent' : polarity(said, head);
      add(
        'svi',
        value,
        trimmedStart(said, Math.min(clause.from, vesicle.index)),
        Math.max(clause.to, vesicle.index + vesicle[0].length),
      );
      break;
    }
  return found;
}

const trimmedStart = (said: string, from: number): number => from + (/^\s*/.exec(said.slice(from))?.[0].length ?? 0);
