import type { Specimen } from '../extraction.js';
import type { Span } from '../text/span.js';
import { ADENOCARCINOMA, GENERIC_CARCINOMA, INTRADUCTAL, OTHER_MALIGNANCY } from './pathology-words.js';
import { matchesOf } from '../text/matches.js';

export type Diagnosis = NonNullable<Specimen['diagnosis']>;

export interface ReadDiagnosis {
  readonly value: Diagnosis;
  readonly span: Span;
  /** Only a count of cores tells it; words elsewhere may tell more. */
  readonly counted?: boolean;
}

/** The most serious finding of a part wins. */
const SERIOUSNESS: readonly Diagnosis[] = [
  'adenocarcinoma',
  'other-malignancy',
  'asap',
  'hgpin',
  'benign',
  'insufficient',
];

const MALIGNANT = new RegExp(
  `(?<other>\\b${OTHER_MALIGNANCY})|(?<idc>\\b${INTRADUCTAL})|(?<adeno>\\b(?:du[ck]tales? )?${ADENOCARCINOMA})|(?<generic>\\b${GENERIC_CARCINOMA})`,
  'g',
);
const HGPIN =
  /\bhg-? ?pin\b|(?:high|hoch|hoog)[- ]?grad[a-z]*[- ](?:pin\b|(?:prosta[a-z]+ )?(?:intra-?epithel[a-z]*)(?: (?:neoplas[a-z]*))?)|hooggradige? (?:pin\b|prosta[a-z]+ intra-?epithel[a-z]*|intra-?epithel[a-z]*)|(?:pin|neoplas[a-z]* intra-?epithel?[a-z]*(?: [a-z]+){0,2}?) (?:de )?(?:haut|alto) (?:grade|grado)|intra-?epithel[a-z]* neoplas[a-z]*(?:[ ,(]*(?:high|hoch|hoog)[a-z -]*grad[a-z]*)|neoplas[a-z]* intra-?epitel[a-z]* (?:prostatica )?de alto grado|(?<!(?:low|laag|laaggradige|niedrig|bas|bajo|lg|-)[a-z-]*[ -](?:grad[a-z]* )?)\bpin\b(?! ?-?(?:1|i|low|4)\b)(?! (?:cocktail|stain|immun|farb))/g;
const ASAP =
  /\basap\b|atypical small[- ](?:acinar|gland)[a-z]*(?: proliferation)?|(?:small )?(?:foc(?:us|al|i) (?:of )?)?atypical (?:glands?|acin[a-z]*|gland[a-z]* proliferation|focus|foci)|suspicious for (?:adeno)?(?:carcinoma|malignancy|cancer)|atypische[a-z]* (?:klein|mikro|small)?[a-z-]*azin[a-z]*(?: prolif[a-z]*)?|atypische[nr]? (?:kleine[nr]? |druse|klier|azin|acin|groep)[a-z]*|(?:karzinom|carcinoom|malignitats?)-?verdach[a-z]*|(?:verdach[a-z]*|suspe[a-z]*|sospech[a-z]*) (?:auf|op|voor|fur|de|d'|pour|for) (?:ein[a-z]* |een |un |une |azinar[a-z]* )?(?:adeno)?-?(?:[ck]ar[cz]in[a-z]*|malign[a-z]*|cancer)|verdacht maar onvoldoende|proliferaci(?:on|ones) acinar(?:es)? (?:pequenas? )?atipicas?|proliferacion(?:es)? (?:microacinar|glandular)[a-z]* atipicas?|glandulas atipicas|proliferations? (?:micro)?(?:acinaire|glandulaire)s? atypiques?|glandes atypiques|foyer atypique/g;
const BENIGN =
  /\blibres? de (?:tumor|neoplas|malig|carcin|lesion|infiltr)[a-z]*|\bbeni[gn][a-z]*|\bbenign[a-z]*|gutartig[a-z]*|goedaardig[a-z]*|\b(?:glandes|glandulas|acini|druse[n]?|klierbuizen|klierbuisjes|glands) (?:prosta[a-z]+ )?(?:regulier[a-z]*|regular[a-z]*|normal[a-z]*|habituel[a-z]*)|\bbph\b|(?:hyper|hiper)plas[a-z]*|(?:tumou?r|[ck]ar[cz]inom|carcinoom)-? ?(?:frei|vrij)[a-z]*|\bras\b|\bs\.?p\.?b\b|\bn\.?e\.?m\b|regelhaft[a-z]*|regel[rw]echt[a-z]*|reguliere?|\bregular(?:e[rsn]?)? prosta[a-z]*|\bo\. ?p\. ?b\.|free of (?:tumou?r|malig|carcin)[a-z]*|\bneg(?:ati(?:ves?|v[oa]?s?|ef|fs?))?\b(?! ?(?:for|fur|voor|para|pour) (?:[a-z]+ )?(?:p63|p504s|amacr|ck))|\bo\. ?b\.|(?:without|no|ohne|keine?|zonder|geen|sans|sin|absence de|frei von|vrij van|free of) (?:[a-z]+ ){0,2}metasta[a-z]*|metasta[a-z]*-?(?:frei|vrij|free)|prostatit[a-z]*|atrophi?[a-z]*|atrofi[a-z]*|inflammat[a-z]*|entzund[a-z]*|ontstek[a-z]*|unremarkable|unauffall[a-z]*|\bnormal[a-z]*|(?:geen|zonder) (?:bijzonder|afwijk)[a-z]*|\bg\. ?a\.|indemnes?|sin (?:alteraciones|hallazgos|lesiones|atipia)[a-z]*|absence d[e'] ?(?:lesion|element|signe|foyer|anomalie)s?(?: suspects?)?|sans (?:anomalie|particularite|lesion|atypie)[a-z]*|ohne (?:atyp|auffallig|pathol)[a-z]*|zonder atypie|no (?:special|atypical) features|within normal|dentro de l(?:a|os) (?:normal|limites)[a-z]*|no (?:pathologic(?:al)?|diagnostic|significant|specific) (?:abnormalit|alteration|change|finding|patholog|lesion|diagnos)[a-z]*|(?:pas de|aucune|sin) lesion(?:es)?\b(?! (?:suspect|malig|tumor|cancer|carcin))|pas d'(?:element|foyer) suspect|adenomyom[a-z]*|\bned\b|\bn\.?a\.?d\b|\bbpt\b|(?:low|niedrig|laag)[- ]?grad[a-z]*[- ]pin\b|pin de bas grade|pin de bajo grado|metaplas[a-z]*/g;
/** Tissue that is named and nothing said of it. */
const TISSUE =
  /(?:prostatic|prostate|seminal vesicle) (?:(?:glandular|stromal|fibromuscular|parenchymal)(?: and (?:stromal|glandular))? )?(?:tissue|glands|stroma|parenchyma)|fibromuscular (?:tissue|stroma)|prostata(?:gewebe|stanzzylinder)|prostaatweefsel|parenchyme prostatique|tejido prostatico/g;
const INSUFFICIENT =
  /unsatisfactory(?: for (?:evaluation|diagnosis))?|(?:blood clot|skeletal muscle) only|nicht ausreichend[a-z]*|(?:absence|pas) de tissu prostatique|(?:ausencia de|sin) tejido prostatico|insufficient (?:tissue|material|for diagnosis|sample|specimen)|insufficient\b|inadequate|non-?diagnostic|quantity not sufficient|no (?:residual )?(?:prostatic |prostate )?tissue (?:identified|present|seen|received)|no (?:residual )?prostat[a-z]+ (?:glands|tissue)|no residual tissue|did not survive|lost (?:during|in) processing|scant(?:y)? (?:material|tissue)|nicht (?:beurteilbar|reprasentativ|auswertbar)|unzureichend[a-z]*|kein prostatagewebe|onvoldoende (?:materiaal|weefsel|representatief|voor (?:diagnos|beoord)[a-z]*)|niet (?:te beoordelen|representatief|beoordeelbaar)|geen (?:prostaat)?weefsel|insuffisant[a-z]*|non (?:representatif|interpretable|contributif)|ininterpretable|insuficiente|no (?:valorable|representativ[oa]|concluyente|diagnostic[oa])|material escaso|\binsuff?\b|\bqns\b|not diagnostic|materiel exigu|(?:without|no|ohne|zonder|geen|sans|sin|absence de) (?:prosta[a-z]* )?(?:glands?|drusen?|klier(?:en|buizen|weefsel)|glandes?|glandulas?)(?: prosta[a-z]*)?(?=\s*(?:[,.;)]|$)|, )/g;

const NEGATED_BEFORE =
  /(?:\b(?:no|not|none|without|neg\.? for|negative for|free (?:of|from)|absence (?:of|de)|ausencia de|afwezigheid van|fehlen (?:von|eines)|non|lack of|excludes?|rules out|kein[a-z]*|ohne|nicht|frei von|geen|zonder|niet|vrij van|pas|sans|aucune?|ni|indemnes? de|libres? de|sin|ningun[a-z]*|no se|tampoco|neither|nor|noch|weder|negativ[a-z]* (?:fur|auf|para|pour|voor))\b|\b(?:absence|indemnes?) d')[^.;:\n]{0,55}$/;
const RESET =
  /\b(?:but|aber|jedoch|maar|mais|pero|however|with|mit|met|avec|con|sowie|only|nur|showing|shows|zeigt)\b|, (?:multi-?)?(?:fokal|focal|focaal|foc[oi]|focus|foyers?|herdformig|vereinzelt|einzelne|isolated|rare|few|enkele|quelques|algunas)[a-z]*(?= )/g;
const DOUBTED_BEFORE =
  /(?:\b(?:suspicious|suspicion|suspect[a-z]*|verdacht[a-z]*|verdachtig|atypical|atypi[a-z]*|insufficient|onvoldoende|unzureichend[a-z]*|insuffisant[a-z]*|insuficiente|nicht ausreichend|not (?:sufficient|diagnostic|definitive)|cannot (?:exclude|establish|confirm)|no (?:se )?(?:puede[a-z]*|permite[a-z]*) (?:establecer|afirmar|confirmar|hacer|asegurar)|ne (?:peut|permet)(?: pas)? (?:d'|etre )?(?:affirm|confirm|pos|conclu)[a-z]*|rule out|exclude|possible|moglich[a-z]*|mogelijk[a-z]*|sospech[a-z]*|risk of|risiko|precursor|for (?:the|an?) diagnosis of|too (?:small|few|limited|scant[a-z]*)|short of|concerning for|worrisome for|favou?r)\b|\bv\. ?a\.)[^.;:\n]{0,60}$/;
const EARLIER_BEFORE =
  /(?:\b(?:history of|known|prior|previous(?:ly)?|status post|s\/p|z\.? ?n\.?|bekannt[a-z]*|bekend[a-z]*|antecedents?(?: d[e'])?|connu|previo|conocido|(?:diagnosed|treated|surgery|radiotherapy) (?:as|for|with)|previously diagnosed|after|nach)\b)[^.;:\n]{0,40}$/;
const NEGATED_AFTER =
  /^[a-z]*[^.;:\n,]{0,40}?\b(?:(?:is|was|are|were)? ?not (?:identified|seen|present|found|detected|involved|diagnosed|established|confirmed|demonstrated)|nicht (?:gesichert|gestellt|bestatigt)|niet (?:vastgesteld|gesteld|bevestigd)|n'est pas (?:retenu|etabli|confirme)|no se (?:diagnostic|confirm|establec)|nicht (?:nachweis|nachgew|erkenn|gefund)[a-z]*|niet (?:gezien|aanwezig|aangetroffen|gevonden)|absent[a-z]*|non (?:vue?|retrouve|identifie|observe)[a-z]*|not identified|cannot be (?:excluded|ruled out)|kann nicht|none (?:seen|identified)|: ?(?:none|no|absent|negative|nein|geen|non|not identified|0)\b|: not|nicht auszu[a-z]*|kan niet worden|ne peut|no se (?:identifica|observa)|no puede)/;
/** A colon answers a key ("Tumour: not identified"). */
const ANSWERED =
  /^[a-z ]{0,25}(?::|\.{3,})\s*(?:not identified|none|no\b|absent|negative|nein|geen\b|non\b|keine?\b|not seen|n\/a|not applicable)/;
const NO_DISEASE =
  /^(?:s|es|e)?[ -]?(?:-?free|frei|vrij|marker|bank|board|register|registry|conference|konferenz|stage|center|centre|institut|verdach[a-z]*)|^[a-z]*-?(?:frei|vrij|verdach)/;

/** What a clause must hold to be worth a closer look; most clauses hold none of it. */
const MAY_BE_MALIGNANT =
  /ar[cz]in|adeno|cancer|krebs|kanker|malign|tumou?r|tumeur|neopl|idc|intra-?[dc]|sar[ck]om|lymphom|lymfoom|linfoma|melanom|pca|bosart|kwaad|small[- ]cell/;
const MAY_BE_ATYPICAL = /asap|atyp|suspic|verdach|suspe|sospech|prolif/;
const MAY_BE_PIN = /pin|epithel|epitel/;

/** Reads the most serious finding that the clauses of a part affirm; null where they name none. */
export function readDiagnosis(shadow: string, clauses: readonly Span[]): ReadDiagnosis | null {
  let best = null as ReadDiagnosis | null;
  const worse = (value: Diagnosis): boolean =>
    best === null || SERIOUSNESS.indexOf(value) < SERIOUSNESS.indexOf(best.value);
  const offer = (value: Diagnosis, start: number, end: number): void => {
    if (worse(value)) best = { value, span: { start, end } };
  };
  const texts = clauses.map((clause) => ({ at: clause.start, text: shadow.slice(clause.start, clause.end) }));
  for (const { at, text } of texts) {
    if (!MAY_BE_MALIGNANT.test(text)) continue;
    for (const match of matchesOf(text, MALIGNANT)) {
      const end = match.index + match[0].length;
      const said = readMalignant(text, match, end);
      if (said)
        offer(
          said,
          at + (said === 'benign' ? startOfNegation(text, match.index) : match.index),
          at + end + (said === 'benign' ? negatedTail(text, end) : 0),
        );
    }
    if (best?.value === 'adenocarcinoma') return best;
  }
  for (const [value, expression, hint] of LESS_SERIOUS) {
    if (!worse(value) || (expression === TISSUE && best !== null)) continue;
    for (const { at, text } of texts) {
      if (hint && !hint.test(text)) continue;
      for (const match of matchesOf(text, expression)) {
        if (!affirms(text, match, value)) continue;
        offer(value, at + match.index, at + match.index + match[0].length);
        break;
      }
    }
  }
  return best;
}

/** From the most serious to plain tissue of which nothing is said. */
const LESS_SERIOUS: readonly [Diagnosis, RegExp, RegExp | null][] = [
  ['asap', ASAP, MAY_BE_ATYPICAL],
  ['hgpin', HGPIN, MAY_BE_PIN],
  ['benign', BENIGN, null],
  ['insufficient', INSUFFICIENT, null],
  ['benign', TISSUE, null],
];

function readMalignant(text: string, match: RegExpExecArray, end: number): Diagnosis | null {
  const groups = match.groups ?? {};
  const intraductal = groups['idc'] !== undefined;
  const status = statusOf(text, match.index, end);
  if (status === 'none') return null;
  if (status === 'negated') return intraductal ? null : 'benign';
  if (status === 'doubted') return 'asap';
  if (groups['adeno'] !== undefined) return 'adenocarcinoma';
  if (groups['other'] !== undefined) return 'other-malignancy';
  if (intraductal) return /[ck]ar[cz]in|idc/.test(match[0]) ? 'other-malignancy' : null;
  // A bare "tumour" may be anything; "carcinoma" in a prostate is of the prostate.
  return /^tumou?r/.test(match[0]) || !/[ck]ar[cz]ino|cancer|krebs|kanker|malig/.test(match[0])
    ? null
    : 'adenocarcinoma';
}

function affirms(text: string, match: RegExpExecArray, value: Diagnosis): boolean {
  if (value === 'benign') return true;
  const head = text.slice(Math.max(0, match.index - 60), match.index);
  const end = match.index + match[0].length;
  if (
    NEGATED_BEFORE.test(afterReset(behindComma(head, text.slice(end, end + 60)))) ||
    /onvoldoende kenmerken van|insufficient (?:features )?for\s*$/.test(head)
  )
    return false;
  // "Not conclusive of carcinoma (ASAP)".
  if (value === 'asap' && head.endsWith('(')) return true;
  if (value === 'asap') return !/\b(?:niet|non|not)[ -]?$/.test(head);
  return value !== 'hgpin' || !NEGATED_AFTER.test(text.slice(end, end + 60));
}

/** "No carcinoma, HGPIN": a denial reaches over a comma only in a list that goes on with "or". */
const behindComma = (head: string, tail: string): string =>
  /^[^.;\n]*\b(?:or|nor|oder|noch|of|ou|ni|o)\b/.test(tail) ? head : head.slice(head.lastIndexOf(',') + 1);

/** "0 von 3 Zylindern mit gesichertem Karzinom". */
const NO_CORE_WITH =
  /(?<![\d.,])0 ?(?:\/|von|of|van|sur|de) ?(?:den |de |het |the |les |los |las )?\d{1,2}(?: [a-z]+)? \(?(?:mit|with|met|con|avec|for|fur|voor|pour|para)(?: [a-z]+)? $/;

/** "Karzinom in 0/2 Stanzen", "carcinome : 0/3 carottes", "carcinoma in none of 2 cores". */
const IN_NO_CORE =
  /^[a-z]*(?: (?:[a-z]+ )?(?:in|en|dans|sur))? ?:? ?(?:0 ?(?:\/|of|out of|von|van|de|sur) ?\d|(?:none|keine[mnrs]?|geen(?: enkele?)?|aucune?|ningun[oa]?)(?: of| van| der| des?| d')? ?(?:the |de |les |los |las )?(?:\d|[a-z]*(?:core|stanz|zylind|biop|carott|cilind)))/;
/** "Karzinomdiagnose nicht sicher zu stellen", "carcinoma cannot be excluded". */
const DOUBTED_AFTER =
  /^[^.;:\n,]{0,40}?\b(?:cannot be (?:excluded|ruled out|confirmed|established|made)|(?:nicht|not|niet) (?:auszu|(?:(?:ganz|mit|met|with|absolutely) )?(?:[a-z]+ )?(?:sicher(?!heit)|sicherheit|certain|zeker|zekerheid)(?! (?:grad|beurt))|eindeutig|(?:be )?confirm|bewei|bewijs|zu stellen|te stellen)|niet uit te sluiten|ne (?:peut|peuvent|pouvant)|no (?:se )?puede)|^[a-z]* (?:nicht ausreichend|unzureichend|not sufficient|onvoldoende|insuffisant|insuficiente)/;

type Status = 'affirmed' | 'negated' | 'doubted' | 'none';

function statusOf(text: string, start: number, end: number): Status {
  const head = afterReset(text.slice(Math.max(0, start - 90), start));
  const tail = text.slice(end, end + 70);
  if (NO_DISEASE.test(tail)) return 'none';
  if (NO_CORE_WITH.test(text.slice(0, start)) || IN_NO_CORE.test(tail)) return 'negated';
  if (DOUBTED_AFTER.test(tail) || isDoubted(head)) return 'doubted';
  if (NEGATED_BEFORE.test(head) || NEGATED_AFTER.test(tail) || ANSWERED.test(tail)) return 'negated';
  if (EARLIER_BEFORE.test(head)) return 'none';
  return 'affirmed';
}

/** "No atypia, HGPIN or carcinoma": a doubt that is itself denied is none. */
function isDoubted(head: string): boolean {
  const doubt = DOUBTED_BEFORE.exec(head);
  return (
    doubt !== null &&
    !(
      doubt[0].startsWith('atyp') &&
      /\b(?:no|without|kein[a-z]*|ohne|geen|zonder|sans|sin|pas d[e']) ?(?:[a-z]+ )?$/.test(head.slice(0, doubt.index))
    )
  );
}

/** A negation does not reach over "but" or "with". */
function afterReset(head: string): string {
  let from = 0;
  for (const match of matchesOf(head, RESET)) from = match.index + match[0].length;
  return head.slice(from);
}

function startOfNegation(text: string, at: number): number {
  const head = text.slice(Math.max(0, at - 60), at);
  const match = NEGATED_BEFORE.exec(head);
  return match ? at - head.length + match.index : at;
}

const negatedTail = (text: string, end: number): number =>
  NEGATED_AFTER.exec(text.slice(end, end + 60))?.[0].length ?? 0;

const UNGRADED =
  /(?:gleason|grad(?:e|ing|ed|uier[a-z]*)|isup|gradering|gradacion|graduacion|score)[^.;\n]{0,50}(?:not (?:assigned|applicable due|given|performed|possible|provided|recommended|reported|appropriate|graded)|cannot be (?:assigned|given|determined|assessed|performed)|is (?:not|withheld)|nicht (?:moglich|vergeben|sinnvoll|anwendbar|durchgef|bestimm|sicher beurteil)[a-z]*|unterbleibt|entfallt|verzicht[a-z]*|niet (?:mogelijk|toegekend|te bepalen|gegeven|zinvol|bepaald|toegepast|verricht|betrouwbaar|beoordeel[a-z]*)|non (?:attribue|applicable|realisable|evaluable|etabli)[a-z]*|n'est pas|no (?:asignad[oa]|aplicable|valorable|se asigna|evaluable|procede)|precluded|deferred)|too (?:small|limited|scant) (?:to (?:grade|be graded)|for (?:gleason )?grading)|niet (?:te|goed te) grad[a-z]*|nicht (?:zu graduieren|gradierbar)|not (?:assigned an? gleason|gradable|graded|gradeable|gleason graded)|no gleason (?:score|grade)|ungrad(?:e)?able|nicht graduier[a-z]*|niet gegradeerd|niet gradeerbaar|non grade\b|non grad(?:u|e)ee?\b|sin graduacion|kein(?:e)? (?:gleason|grad)[a-z-]*|geen (?:gleason|grad)[a-z]*|(?:pas|absence) (?:de |d'attribution de )?(?:score de )?(?:gleason|grade)|non gradable|no (?:se )?(?:graduad[oa]|graduable|gradua|asigna (?:gleason|grado|puntuacion))[a-z]*|sin (?:gradar|graduar|gleason)|preclud[a-z]* (?:gleason|grading)|grading (?:is )?(?:not|omitted|withheld)/;

const MAY_REFUSE = /grad|gleason|isup|score|puntuacion/;

/** Where the pathologist declines to grade. "Not applicable" to a tertiary pattern is no refusal. */
export function readUngraded(shadow: string, span: Span): Span | null {
  const text = shadow.slice(span.start, span.end);
  const match = MAY_REFUSE.test(text) ? UNGRADED.exec(text) : null;
  if (!match || /tertia|cribrif|group:? not app/.test(match[0])) return null;
  return { start: span.start + match.index, end: span.start + match.index + match[0].length };
}
