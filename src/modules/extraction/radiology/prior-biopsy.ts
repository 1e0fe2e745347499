import type { Extraction } from '../extraction.js';
import type { Span } from '../text/span.js';
import type { ReportText } from './report-text.js';
import type { Statement } from './statements.js';

export interface PriorBiopsy extends Span {
  readonly value: NonNullable<Extraction['priorBiopsy']>;
}

const BIOPSY =
  /\b(?:[a-z]*biops[a-z]*|bx|[a-z]*biopt[a-z]*|punktion|proben?entnahmen?|gewebeprob[a-z]*|[a-z]*stanze[a-z]*|cores|zylinder[a-z]*|trus-?biops[a-z]*|carottes)\b/;
const NAIVE = new RegExp(
  [
    '(?:biops(?:y|ie)|bx)[- ]?(?:naive|naiv[a-z]*)|naif de (?:toute )?biopsie|(?:naiv[a-z]*|virgin) (?:to|for|de|fur) biops[a-z]*|biopsie?naif|biopt-?naief|biopsie-?naief',
    '\\b(?:no|never|without|not had (?:a|any)|has not|had no|none|not) (?:[a-z-]+ ){0,4}(?:biops[a-z]*|bx)\\b',
    '^naiv[a-z]*\\.?$|\\b(?:bx|biops[a-z]*|biopt[a-z]*) (?:has |is |ist |wurde |werd )?(?:bisher |bislang |bis dato |tot nu toe )?(?:not|never|nie|nicht|noch nicht|nooit|nog niet|non|jamais|no|nunca) (?:yet |been |encore |gedaan |realizada )?(?:done|performed|taken|yet|erfolgt|durchgefuhrt|verricht|gedaan|faites?|realisees?|realizadas?|hecha)',
    '(?:bx|biops[a-z]*)(?: history| hx| results?)? ?(?:: ?|is |was |has |have )?(?:(?:bisher|bislang|bis dato|so far|to date|tot nu toe|a ce jour|hasta ahora|hasta la fecha) )?(?:none|never|naive|not (?:yet |been )?(?:yet )?(?:performed|done|taken)|no\\b|n\\/p|nil|keine|geen|aucune|ninguna)',
    '(?:kein[a-z]*|ohne|nie|noch nicht|bislang nicht|bisher nicht|nicht) (?:[a-z.-]+ ){0,4}(?:[a-z-]*biops[a-z]*|stanze[a-z]*|(?:prostata-?)?punktion|gestanzt|punktiert)|kein[a-z]* (?:vor|prostata|stanz)-?biops[a-z]*|unbiopsiert',
    '(?:geen|niet|nooit|zonder|nog niet) (?:[a-z.-]+ ){0,4}(?:biops[a-z]*|[a-z]*biopt[a-z]*|gebiopteerd)|biopten: geen',
    "(?:pas|jamais|sans|aucune?|absence) (?:[a-z'-]+ ){0,5}biops[a-z]*|biops[a-z]*(?: [a-z]+){0,2} ?: ?(?:aucune?|non|neant|jamais)\\b",
    '(?:sin|no|nunca|ninguna) (?:[a-z-]+ ){0,4}biops[a-z]*|biops[a-z]*(?: [a-z]+){0,2} ?: ?(?:no|ninguna|nunca)\\b',
    '(?:biops[a-z]*|bx)\\b[a-z ]{0,40}\\b(?:declined|refused|abgelehnt|verweigert|geweigerd|afgewezen|refusee?s?|rechazad[ao]s?|rehusad[ao]s?)|\\b(?:declined|refused|declines|lehnt|weigert|weigerde|refuse|rechaza|rechazo)\\b[a-z ]{0,24}\\b(?:biops[a-z]*|bx)',
    'biopsy not yet|(?:never|niemals|jamais|nunca) (?:been )?biops[a-z]*',
  ].join('|'),
);
const CANCER =
  /\b(?:gleason|gl ?\d ?\+|isup ?(?:grade|grad|graad)?[- ]?(?:group)? ?[1-5]|grade group ?[1-5]|gg ?[1-5]|[345] ?\+ ?[345]|[a-z]*(?:carcinoo?m|karzinom)[a-z]*|cancer|pca|malignan[a-z]*|malign[a-z]*|positiv[a-z]*|positief|positieve|tumor(?:nachweis|befall)?|kanker)\b/;
const BENIGN =
  /\b(?:negativ[a-z]*|negatief|negatieve|neg|nad|o\. ?b\.?|unauffallig[a-z]*|ohne befund|ras|b\.? ?a\. ?b|benign[a-z]*|benigne|benin[a-z]*|gutartig[a-z]*|goedaardig[a-z]*|(?:no|ohne|zonder|sans|sin|geen|kein) (?:malign[a-z]*|ca|cancer|tumou?r|karzinom[a-z]*|carcinoom)|no (?:evidence of )?(?:malignancy|cancer|carcinoma|tumou?r)|without (?:evidence of )?(?:cancer|malignancy|carcinoma)|ohne (?:tumor|karzinom|malign|nachweis)[a-z]*|kein[a-z]* (?:tumor|karzinom|malign|anhalt)[a-z]*|tumorfrei|geen (?:maligniteit|carcinoom|tumor|kanker)|zonder (?:maligniteit|carcinoom)|sans (?:cancer|malignite|signe)|pas de (?:cancer|malignite|lesion maligne)|sin (?:malignidad|cancer|evidencia|tumor|carcinoma)|prostatitis only|(?:chroni[a-z]* )?(?:inflammat[a-z]*|entzundung[a-z]*|ontsteking[a-z]*|inflamacion)(?: chroni[a-z]*| cronica)?|hgpin|asap|(?:no|not|without|free of|negative for|kein[a-z]*|ohne|nicht|geen|zonder|sans|pas|absence|sin|ausencia)(?: [a-z']+){0,4} (?:malign[a-z]*|maligniteit|cancer|carcinom[a-z]*|[a-z]*karzinom[a-z]*|[a-z]*carcinoom|tumou?r[a-z]*|neoplas[a-z]*|kanker))\b/;
const RELATIVE =
  /\b(?:father|brother|family|vater|bruder|familie|familien[a-z]*|pere|frere|familial[a-z]*|padre|hermano|familiar(?:es)?|vader|broer)\b/;
const ADVICE =
  /\b(?:recommend[a-z]*|suggest[a-z]*|advise[a-z]*|advice|advies|aanbevolen|empfohlen|empfehl[a-z]*|propos[a-z]*|recom[a-z]*|se aconseja|conseill[a-z]*|consider|planned|geplant|gepland|prevue|prevista|targeted biopsy is|gezielte biopsie|gerichte biopten|biopsies ciblees sont|before biopsy|prior to biopsy|vor biopsie|for biopsy|planning)\b/;
const SURVEILLANCE = /\b(?:surveillance|aktive[rn]? uberwachung|actief volgen|surveillance active|vigilancia activa)\b/;

/** "Frage nach Karzinom": what the exam is to answer. */
const ASKED =
  /\bv\. ?a\.|\b(?:concern|suspicion|suspected|query|question|exclude|rule out|[a-z]*verdacht|frage|ausschluss|abklarung|verdenking|vraag|uitsluiten|recherche|eliminer|sospecha|descartar)\b/;

/** Cancer that was known before the exam. */
const KNOWN =
  /\b(?:(?:known|biopsy[- ]proven|(?:newly )?diagnosed|established|treated|(?:very )?low[- ]risk|intermediate[- ]risk|high[- ]risk|bekannt[a-z]*|gesichert[a-z]*|bekend[a-z]*|bewezen|connu)(?: [a-z]+){0,2} (?:adeno)?(?:cancer|carcinom[a-z]*|carcinoom|pca|prostatakarzinom|prostaatcarcinoom|prostaatkanker|karzinom)|prostaatcarcinoom bekend|(?:cancer|adenocarcinome?|carcinoma)(?: de)?(?: la)?(?: prostat[ae])? (?:connu|conocido|prouve|confirme|conocida))\b/;

/** "Pas de cible biopsique", "no target for biopsy", "biopsy is not indicated": of a biopsy to come. */
const PLANNED =
  /\bcibles? (?:a )?biopsi[a-z]*|\b(?:target|lesion|diana)s? (?:for|to|para) (?:a |be )?biops[a-z]*|\bbiopsy targets?\b|\b(?:no|not|nicht|kein[a-z]*|niet|geen|pas|non)\b[a-z' ]{0,40}\b(?:indicated|required|necessary|needed|indiquee?s?|necessaires?|indicadas?|necesarias?|notwendig|erforderlich|indiziert|nodig|geindiceerd)\b|\b(?:no|kein[a-z]*|geen|pas d[e']?|sin|sans|aucune) ?(?:[a-z]+ )?(?:indication|indikation|indicatie|indicacion|need|reden|grund|anlass|raison|necesidad|notwendigkeit|noodzaak)\b/;
/** "Prior biopsy: not known", "biopsies non renseignées": the report does not say. */
const UNKNOWN =
  /\b(?:not (?:known|stated|documented|provided|available|specified|recorded)|unknown|no (?:information|details)|unbekannt|nicht (?:bekannt|angegeben|dokumentiert)|keine (?:naheren )?(?:angaben?|informationen)|onbekend|niet (?:bekend|vermeld|gekend)|non (?:renseigne|precise|connue?|communique|documente)e?s?|inconnue?s?|desconocid[ao]s?|no (?:consta[n]?|se conocen?|especificad[ao]s?|documentad[ao]s?))\b/;
const NEGATOR =
  /\b(?:no|not|none|never|nil|without|naive|kein[a-z]*|nein|nie|niemals|nicht|ohne|geen|nee|niet|nooit|zonder|pas|non|jamais|aucune?|sans|neant|sin|nunca|ninguna?)\b|: ?0\b/;
/** A clause on biopsies that denies and names no outcome ("Eerder biopt: geen", "first MRI, biopsies not done so far"). */
const isDenied = (said: string): boolean =>
  said
    .replace(/\([^)]*\)/g, ' ')
    .split(/[,;]|\b(?:but|aber|maar|mais|pero|and|und|en|et|y)\b/)
    .some((clause) => BIOPSY.test(clause) && NEGATOR.test(clause) && !OUTCOME.test(clause));
const OUTCOME =
  /\b(?:result|report|available|avail|verf|befund|verslag|resultat|resultad|disponib|beschikbaar|known|bekannt|bekend|given|stated|provided|recorded|documented|angegeben|dokumentiert|opgegeven|vermeld|renseign|precis|indiquee?s?\b|consta|details?|haem|hem|einblut|bloed|hamorr|artefa)/;

/** Blanks the clauses on the family ("brother with prostate cancer"). */
const withoutRelatives = (said: string): string =>
  RELATIVE.test(said)
    ? said.replace(/[^,;.]+/g, (clause) => (RELATIVE.test(clause) ? ' '.repeat(clause.length) : clause))
    : said;

/** What the report says of earlier biopsies: cancer in any of them outweighs a negative one. */
export function readPriorBiopsy(report: ReportText, statements: readonly Statement[]): PriorBiopsy | null {
  const found: PriorBiopsy[] = [];
  statements.forEach((statement, at) => {
    if (statement.section === 'legend' || statement.section === 'impression' || statement.section === 'technique')
      return;
    const said = withoutRelatives(report.shadow.slice(statement.start, statement.end).replaceAll('\n', ' '));
    const span = { start: statement.start, end: statement.end };
    const known = statement.section === 'clinical' && KNOWN.test(said);
    const names =
      known ||
      /\bknown (?:gg ?[1-5]|gleason|isup|grade group)\b/.test(said) ||
      BIOPSY.test(said) ||
      SURVEILLANCE.test(said) ||
      /^naiv/.test(said);
    // "The biopsy of May 2020. All cores benign": the outcome may follow in the next sentence.
    const before = statements[at - 1];
    const follows =
      before !== undefined &&
      before.sectionAt === statement.sectionAt &&
      /biops|biopt/.test(report.shadow.slice(before.start, before.end)) &&
      !NAIVE.test(report.shadow.slice(before.start, before.end)) &&
      !/^(?:dre|dru|rt|tr|psa|palpat|tastbefund|toucher|tacto)\b/.test(said) &&
      statement.section === 'clinical';
    const graded =
      /\bgleason\b|\bisup\b|\bgrade group\b|[345] ?\+ ?[345]/.test(said) &&
      (statement.section === 'clinical' || names || follows);
    if (!names && !follows && !graded) return;
    if ((PLANNED.test(said) || (UNKNOWN.test(said) && !BENIGN.test(said))) && !graded && !known) return;
    if (known) found.push({ ...span, value: 'positive' });
    else if (NAIVE.test(said) && !graded) found.push({ ...span, value: 'none' });
    else if (ADVICE.test(said) && !graded) return;
    else if (BENIGN.test(said) && !graded) found.push({ ...span, value: 'negative' });
    else if ((CANCER.test(said) && !said.endsWith('?') && !ASKED.test(said)) || graded)
      found.push({ ...span, value: 'positive' });
    else if (isDenied(said)) found.push({ ...span, value: 'none' });
  });
  const pick = (value: PriorBiopsy['value']): PriorBiopsy | undefined => found.find((entry) => entry.value === value);
  return pick('positive') ?? pick('negative') ?? pick('none') ?? null;
}
