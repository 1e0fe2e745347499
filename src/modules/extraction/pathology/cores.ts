import type { Span } from '../text/span.js';
import type { ReadNumber } from './gleason.js';
import { CORE_ADJECTIVES, CORE_NOUN, OUT_OF, WHOLE_NUMBER, wholeNumber } from './pathology-words.js';
import { matchesOf } from '../text/matches.js';

export interface CoreCount {
  readonly positive: ReadNumber | null;
  readonly total: ReadNumber | null;
  /** "at least 2 of 4". */
  readonly atLeast: boolean;
}

const N = `(${WHOLE_NUMBER})(?: ?\\(\\d{1,2}\\))?`;
const SP = ' {1,3}';
const EDGE = '(?<![a-z0-9.,+/:%-])';
/** "2 of 3 cores", "two of two (2:2) cores", "in 3 van de 4 biopten". */
const N_OF_N_CORES = new RegExp(
  `${EDGE}${N}(?:${SP}\\(?|(?=[/:]))${OUT_OF}(?:${SP}|(?<=[/:]))?${N}\\)?(?: ?\\(\\d{1,2} ?[:/] ?\\d{1,2}\\))?${SP}${CORE_ADJECTIVES}{0,3}${CORE_NOUN}\\b`,
  'g',
);
/** "2 carottes sur 3", "three cores of six", "0 carotte tumorale sur 2". */
const N_CORES_OF_N = new RegExp(
  `${EDGE}${N}${SP}${CORE_ADJECTIVES}{0,3}${CORE_NOUN}(?:${SP}(?:[a-z]+${SP}){0,2}?(?:\\()?${OUT_OF}${SP}|/)(?:total )?${N}(?!\\d|[.,]\\d| ?(?:mm|cm|%)| ?(?:-|a|to|bis|tot|y|et|und|and|en|x) ?\\d)`,
  'g',
);
/** "Cores involved: 2 of 2", "Positive cores / total ..... 4 / 14", "Tumour quantitation: 1/2". */
const LABEL_N_OF_N = new RegExp(
  `(?:${CORE_NOUN}|tumou?r (?:quantitation|extent)|positive|positiv[a-z]*|involved|befallen|betroffen)[^\\n:.;0-9]{0,30}(?::|\\.{3,}|=) {0,3}${N} {0,2}\\(?${OUT_OF} {0,2}${N}(?!\\d|[.,+]\\d| ?(?:mm|cm|%))`,
  'g',
);
/** "2 van 3 met carcinoom", "3 of 4 positive", "Positive cores 3 of 4". */
const N_OF_N_WITH = new RegExp(
  `${EDGE}${N} ${OUT_OF} ${N}(?= (?:met|mit|with|avec|con|positi[a-z]+|involved|affected|contain[a-z]*|tumor[a-z]*|befallen|aangedaan|envahies|afectados|shows?|have|zeigen|enthalten|tonen|bevatten|montrent|muestran|contienen)\\b)|(?<=[ck]ar[cz]in[a-z]* in |tumou?r[a-z]* in |cancer in |krebs in |(?:positi(?:ve|ef|eve|ves|vos|vas)|involved|befallene|aangedane|envahies|afectados) ${CORE_NOUN} )${N} ${OUT_OF} ${N}(?=[,.;)\\n]|$)`,
  'g',
);
/** "Gleason 3+3=6 in 1 van 2, 10%", "…, 3 of 3, 70%": two numbers between commas, without a noun. */
const BARE_OF = /(?<=(?:\bin|[,;)]) )(\d{1,2}) (?:of|out of|von|van|sur|de) (\d{1,2})(?=\s*(?:[,;)]|\.(?!\d)|\n|$))/g;
/** "2/3", "(2:3)", beside nothing else that is written as a fraction. */
const FRACTION =
  /(?<![\d.,/:+=-]|\bck ?)(\d{1,2})(?: ?\/ ?|:|(?<=[([]\d{1,2}) : )(\d{1,2})(?![\d/]|[.,:]\d| ?(?:mm|cm|%|\+(?!ve)|uhr|h\b|[ap]\.?m\b))/g;
const NO_FRACTION =
  /(?:pi-?rads|likert|group|gruppe|groep|grupo|groupe|isup|gg|gleason|score|nodes?|lymph[a-z]*|ganglion[a-z]*|ganglios?|knoten|klieren|blocks?|slides?|levels?|stage|p63|8140|icd-?o?|ratio|hpf|\bt|\bpn ?\d?[a-z]*|v2|pattern|muster|patroon|(?<!(?:haut|high|bas|low)[ -])grade)\s*[:(]?\s*$/;

/** "Stanzen: 6, davon tumorbefallen: 1", "Biopten: 3, waarvan met tumor 2". */
const TOTAL_OF_WHICH = new RegExp(
  `${CORE_NOUN}(?: [a-z]+)? ?[:=] ?(${WHOLE_NUMBER})[,;]? \\(?(?:davon|of which|dont|waarvan|de (?:los|las) (?:que|cuales)) (?:[a-z]+ ){0,2}[a-z]+ ?[:=]? ?(${WHOLE_NUMBER})`,
);

/** "6 fragments dont 2 envahis", "4 Stanzen, davon 2 befallen". */
const CORES_OF_WHICH = new RegExp(
  `${EDGE}(${WHOLE_NUMBER}) ${CORE_ADJECTIVES}{0,2}${CORE_NOUN}(?:,? \\(?(?:davon|dont|waarvan|of which|de (?:los|las) (?:que|cuales))|[,:]) (?:alle |all |tous |todos )?(${WHOLE_NUMBER}) (?=envahi|atteint|tumor|befall|positi|aangedaan|met|mit|con|with|infiltr|involved|afectad)`,
);

const COUNT_POSITIVE = new RegExp(
  `(?:(?:number of |no\\.? of |# ?(?:of )?|anzahl (?:der )?|aantal |nombre de |n(?:umer)?o\\.? de )?(?:positive|involved|positieve|aangedane|befallene[nr]?|tumorhaltige[nr]?|positive[nr]?|tumorales|atteintes) ${CORE_NOUN}|${CORE_NOUN} (?:positive|involved|with (?:tumou?r|cancer|carcinoma)|containing (?:tumou?r|cancer)|positiv|befallen|positief|aangedaan|met tumor|mit tumor|positives|envahies|tumorales|atteintes|positivos|afectados|con tumor)|number of ${CORE_NOUN} (?:positive|involved))(?: \\([a-z ]+\\))? ?(?::|=|\\.{3,}) {0,3}${N}(?!\\d|[.,]\\d| ?(?:%|mm))`,
);
const COUNT_TOTAL = new RegExp(
  `(?:(?:total (?:number of |no\\.? of )?|number of |no\\.? of |# ?(?:of )?|anzahl (?:der )?|gesamtzahl (?:der )?|(?:totaal )?aantal |nombre (?:total )?de |n(?:umer)?o\\.? (?:total )?de )(?:all |entnommene[nr]? |afgenomen )?${CORE_NOUN}(?! (?:positive|involved|with|pos))(?: (?:examined|submitted|taken|sampled|received|total|gesamt))?|${CORE_NOUN} (?:examined|submitted|total|taken|sampled|gesamt|untersucht|totaal|examinees|totales|remitidos))(?: \\([a-z ]+\\))? ?(?::|=|\\.{3,}) {0,3}${N}`,
);
/** "both cores", "alle drie de biopten", "in beiden Zylindern", "les 3 carottes". */
const ALL_CORES = new RegExp(
  `\\b(?:(?:all|alle[nr]?|samtliche[nr]?|each of(?: the)?|elk van de|jeder der|toutes les|tous les|chacune des|todos los|cada uno de los|(?<=(?:sur|dans|interessant|touchant|infiltrant|envahissant|atteignant|atteinte des?) )les|(?<=(?:en|\\ba) )los) (?:of )?(?:the )?(${WHOLE_NUMBER})(?: \\(\\d{1,2}\\))?(?: de| of the)? |(both|beide[nr]?|ambos|ambas|les deux|los dos) (?:of (?:the|its|their|these) (?:two )?|de )?)${CORE_ADJECTIVES}{0,3}${CORE_NOUN}\\b`,
);
/** "Two cores …, one of which contains …", "three cores, all of which are infiltrated": part of the cores just counted. */
const OF_WHICH = new RegExp(
  `(?<![a-z])(?:(?:(all|both|each)|(${WHOLE_NUMBER})) of (?:which|them|these)|(?:dont|davon|waarvan|de (?:los|las) (?:que|cuales)) (?:(toutes|alle|todos)|(${WHOLE_NUMBER}))|(toutes|tous)(?= (?:les )?(?:deux|trois|quatre))) (?:[a-z]+ )?(?:contain|show|involv|infiltr|harbou?r|positi|exhibit|demonstrat|sieges?|envahi|attein|tumor|befall|mit|aangedaan|met|con|avec|afectad|muestra)`,
);
/** "3 fragments tous infiltrés", "two cores, both involved". */
const CORES_ALL = new RegExp(
  `${EDGE}(${WHOLE_NUMBER})${SP}${CORE_ADJECTIVES}{0,2}${CORE_NOUN},? \\(?(?:all|both|alle|beide|allesamt|samtlich|tous|toutes|todos|todas|ambos|allemaal)(?: of which| of them| les deux| drei| drie)?(?: are| were| sind| zijn)? (?:[a-z]+ ){0,2}?(?=envahi|durchsetz|durchwachs|von ein|doorgroei|ingenomen|replaced|occup|atteint|infiltr|befall|positi|involved|aangedaan|afectad|tumor|mit|met|con|avec|with)`,
);
/** "Zwei Stanzzylinder", "dos cilindros", "2 needle cores". */
const N_CORES = new RegExp(
  `${EDGE}(${WHOLE_NUMBER})(?: ?\\((\\d{1,2})\\))?${SP}${CORE_ADJECTIVES}{0,3}${CORE_NOUN}\\b(?!-)`,
  'g',
);
const INVOLVED_BEFORE =
  /(?:(?:\bin|involv[a-z]*|infiltrat[a-z]*|dans|sur|en|afecta[a-z]*|befall[a-z]*|tumor in|positive in|carcinoma in|%(?: of| der| van| des| de| del)?)\s(?:only |just |nur |slechts |maar |solo )?(?:al |un |a )?)$/;
/** "One core contains …", "3 cores +", "single core, positive". */
const INVOLVED_BEHIND =
  /^,? ?(?:\(?\+\)?(?=[\s.,;)]|$)|(?:is |are |sind |ist |zijn |est |sont )?(?:(?:le )?sieges? d|contains?\b|shows? (?:[a-z]+ )?(?:adeno|carc|tumou?r)|involved|positiv|harbou?r|tumou?r|befallen|enthalt|infiltr|bevat|aangedaan|envahi|atteint|afectad|contien|(?:with|mit|met|avec|con) (?:[a-z]+ )?(?:aden|[ck]ar[cz]|tum|infiltr)|zeigt (?:[a-z]+ )?(?:aden|karz|tum)|toont (?:[a-z]+ )?(?:aden|carc|tum)))/;
const MAY_COUNT =
  /\d ?[/:] ?\d|\d (?:of|van|von|sur|de) \d|core|biop|fragment|piece|strip|passes|punch|zylind|stanz|proben|carott|cilind|cylind|tacos|prelev|punci|specimen|pijpj/;
/** What OUT_OF may match: without it no pair of numbers is a count. */
const HAS_OUT_OF = /[/:]|\b(?:of|von|van|sur|de[rs]?|dieser|aus|op|sobre)\b/;
/** Every count is a number or the word for one. */
const NUMBERED = new RegExp(`\\d|\\b${WHOLE_NUMBER}`);
const AT_LEAST =
  /(?:at least|minimum(?: of)?|mindestens|zumindest|wenigstens|ten minste|tenminste|minstens|au moins|al menos|por lo menos|>=|≥)\s*$/;
const OF_A_SIGN =
  /(?:perineural|\bpni\b|cribrif|[ck]ribrif|intraductal|inflam|entzund|ontstek|prostatitis|hgpin|\bpin\b|asap|atyp|atrop|atrof)[^.;\n]{0,30}$/;

/** "Cribriform growth present, in 1 of 2 cores": the sign has its answer, and the count behind the comma is the tumour's. */
const SIGN_ANSWERED =
  /\b(?:present[a-z]*|absent[a-z]*|ausent[a-z]*|identified|seen|found|nachweisbar|nachgewiesen|vorhanden|aanwezig|afwezig|gezien|observ[a-z]*|vue?s?|retrouve[a-z]*)(?: ?\d{1,3} ?%)?, (?:[a-z]+ ){0,3}$|\b(?:no|kein[a-z]*|ohne|geen|zonder|pas d[e']|sans|sin|without|absence d[e'])\b[^,;]*, (?:[a-z]+ ){0,3}$/;

const span = (offset: number, match: RegExpMatchArray): Span => {
  const start = offset + (match.index ?? 0);
  return { start, end: start + match[0].trimEnd().length };
};

const ofASign = (head: string): boolean => OF_A_SIGN.test(head) && !SIGN_ANSWERED.test(head);

/** "Two cores, adenocarcinoma in one." */
const FOUND_IN = new RegExp(
  `(?:[ck]ar[cz]inom?[a-z]*|tumou?r|cancer|krebs) in (${WHOLE_NUMBER})(?: of (?:them|these|which))?(?=[.,;)]|$)`,
);

/** "Six cores. One shows adenocarcinoma": the number alone stands for cores just counted. */
const ONE_SHOWS = new RegExp(
  `(?:^|[.;:,] |\\n)(${WHOLE_NUMBER}) (?:of (?:them|these) )?(?:shows?|contains?|harbou?rs?|is involved|are involved|zeigt|zeigen|enthalt|enthalten|toont|tonen|bevat|bevatten|montre|montrent|contient|muestra|muestran|contiene) `,
);

/** Reads how many cores of a part hold tumour, of how many taken. `malignant` decides what a lone count means. */
export function readCores(shadow: string, stretch: Span, malignant: boolean): CoreCount {
  const text = shadow.slice(stretch.start, stretch.end);
  if (!MAY_COUNT.test(text) || !NUMBERED.test(text)) return { positive: null, total: null, atLeast: false };
  const before = (index: number): string => text.slice(Math.max(0, index - 45), index);
  const pair = (expression: RegExp): CoreCount | null => {
    for (const match of matchesOf(text, expression)) {
      const positive = wholeNumber(match[1] ?? match[3] ?? '');
      const total = wholeNumber(match[2] ?? match[4] ?? '');
      if (positive === null || total === null || total === 0 || positive > total || total > 60) continue;
      if (malignant && ofASign(before(match.index))) continue;
      if (expression === FRACTION && NO_FRACTION.test(before(match.index))) continue;
      const at = span(stretch.start, match);
      return {
        positive: { value: positive, span: at },
        total: { value: total, span: at },
        atLeast: AT_LEAST.test(before(match.index)),
      };
    }
    return null;
  };
  const found = HAS_OUT_OF.test(text)
    ? (pair(N_OF_N_CORES) ??
      pair(N_CORES_OF_N) ??
      (/[:=]|\.{3}/.test(text) ? pair(LABEL_N_OF_N) : null) ??
      pair(N_OF_N_WITH) ??
      pair(BARE_OF) ??
      (/\d ?[/:] ?\d/.test(text) ? pair(FRACTION) : null))
    : null;
  if (found) return found;
  const which = TOTAL_OF_WHICH.exec(text) ?? (malignant ? CORES_OF_WHICH.exec(text) : null);
  const [taken, held] = [which?.[1], which?.[2]].map((word) => (word === undefined ? null : wholeNumber(word)));
  if (which && typeof taken === 'number' && typeof held === 'number' && held <= taken) {
    const at = span(stretch.start, which);
    return { positive: { value: held, span: at }, total: { value: taken, span: at }, atLeast: false };
  }
  const positive = readOne(COUNT_POSITIVE, text, stretch.start);
  const counted = readOne(COUNT_TOTAL, text, stretch.start);
  // "Two cores examined: no evidence of malignancy": that no is no number.
  const total = counted?.value === 0 ? null : counted;
  if (positive) return { positive, total, atLeast: false };
  const all = ALL_CORES.exec(text) ?? (malignant ? CORES_ALL.exec(text) : null);
  const count = all ? (all[1] === undefined ? 2 : wholeNumber(all[1])) : null;
  if (all && count !== null && malignant && !ofASign(before(all.index)))
    return {
      positive: { value: count, span: span(stretch.start, all) },
      total: { value: count, span: span(stretch.start, all) },
      atLeast: false,
    };
  return readLoneCounts(text, stretch.start, malignant, total);
}

const ARTICLE = /^(?:an?|une?|una|ein(?:e[rsmn]?)?|een)$/;

/** Counts without a fraction: "Two cores. Adenocarcinoma in one core." */
function readLoneCounts(text: string, offset: number, malignant: boolean, total: ReadNumber | null): CoreCount {
  let positive: ReadNumber | null = null;
  let taken = total;
  for (const match of matchesOf(text, N_CORES)) {
    const value = wholeNumber(match[1] ?? '');
    if (value === null || value > 60) continue;
    const head = text.slice(Math.max(0, match.index - 45), match.index);
    if (ofASign(head) && (malignant || INVOLVED_BEFORE.test(head))) continue;
    const behind = text.slice(match.index + match[0].length, match.index + match[0].length + 40);
    const article = ARTICLE.test(match[1] ?? '');
    // "15 % of a core", "90 % eines Zylinders" count none.
    if (article && /% (?:(?:of|von|van|der|des|de|d'|del) )?$/.test(head)) continue;
    if (malignant && (INVOLVED_BEFORE.test(head) || INVOLVED_BEHIND.test(behind))) {
      if (value > 0) positive ??= { value, span: span(offset, match) };
      if (/^single$/.test(match[1] ?? '')) taken ??= { value, span: span(offset, match) };
    } else if (value > 0 && (!article || /(?:^|:)\W*$/.test(text.slice(0, match.index))))
      taken ??= { value, span: span(offset, match) };
  }
  const which =
    malignant && taken && !positive ? (OF_WHICH.exec(text) ?? ONE_SHOWS.exec(text) ?? FOUND_IN.exec(text)) : null;
  const counted = [which?.[1], which?.[2], which?.[4]].find((word) => word !== undefined && wholeNumber(word) !== null);
  const share = which && (counted === undefined ? (taken?.value ?? null) : wholeNumber(counted));
  if (which && share) positive = { value: share, span: span(offset, which) };
  if (positive && taken && positive.value > taken.value) taken = null;
  return { positive, total: taken, atLeast: false };
}

function readOne(expression: RegExp, text: string, offset: number): ReadNumber | null {
  const match = expression.exec(text);
  const value = match ? wholeNumber(match[1] ?? '') : null;
  return match && value !== null ? { value, span: span(offset, match) } : null;
}
