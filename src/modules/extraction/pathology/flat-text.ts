import { NAMES_A_SITE } from './site-words.js';
import { matchesOf } from '../text/matches.js';

/**
 * Some interfaces send a report as one line. Its line breaks are put back, each in place of a blank so that offsets
 * hold: before headings, and before labels that count on (A. B. C., 1) 2) 3), I. II. III.).
 */
const FLAT_LINE = 500;
const HEADING =
  / (?=(?:(?:final |pathologic(?:al)? |surgical |anatomic )*diagnos(?:is|e|es|tico|tic)|clinical (?:data|history|information|details)|clinical|history|operation|gross(?: description)?|microscop(?:ic description|ie|y|ia)|ma[ck]roskopie|mikroskopie|macroscop(?:ie|y|ia)|comment|note|addendum|tissue submitted|specimens? (?:submitted|received)|case summary|synoptic(?: report)?|summary|immunohistochemistry|reference|klinische (?:angaben|gegevens)|histologischer befund|conclusi(?:e|on|ones)|beurteilung|begutachtung|kommentar|zusammenfassung|gesamt|samenvatting|resumen|renseignements cliniques|compte[- ]rendu|nature du prelevement|datos clinicos|descripcion y diagnostico|nota|comentario|opmerking|nachtrag|materiaal(?: en conclusie per potje)?|omschrijving materiaal) ?:)/g;
const LABEL = /(?<= )[([]?(?:(\d{1,2})|([A-Z])|([IVX]{1,5}))(?:\/\d{1,2}(?:-\d{1,2})?)?[.):\]]{1,2}(?= +["A-ZÀ-Þ(])/g;
/** Headings in capitals need no colon. */
const CAPITAL_HEADING =
  / (?=(?:(?:FINAL|PATHOLOGIC|SURGICAL|MICROSCOPIC|CLINICAL) )*(?:DIAGNOSIS|DIAGNOSES|DIAGNOSE|DIAGNOSTIC|DIAGNÓSTICO|HISTORY|CONCLUSIE|CONCLUSION|COMMENT|CASE SUMMARY|SUMMARY|SYNOPTIC REPORT|GROSS DESCRIPTION|RESULT|BEFUND|BEURTEILUNG)\b(?! OF))| (?=Final Pathologic Diagnosis\b)/g;
const NOUN_LABEL =
  / (?=(?:part|specimen|gefäß|gefaess|stanze|probe|potje|frasco|prélèvement|prelevement|flacon|container|muestra) (?:\d{1,2}|[A-Z])(?: ?[:(,.]| [-–] ))/gi;
const NUMERALS = [
  'I',
  'II',
  'III',
  'IV',
  'V',
  'VI',
  'VII',
  'VIII',
  'IX',
  'X',
  'XI',
  'XII',
  'XIII',
  'XIV',
  'XV',
  'XVI',
  'XVII',
  'XVIII',
];

/** The blanks of a flat report that were line breaks, as positions in the text. */
export function findLostLineBreaks(text: string, shadow: string): number[] {
  if (longestLine(shadow) < FLAT_LINE) return [];
  const breaks = [
    ...matchesOf(shadow, HEADING),
    ...matchesOf(text, CAPITAL_HEADING),
    ...matchesOf(text, NOUN_LABEL),
  ].map((match) => match.index);
  const counts = [0, 0, 0];
  // A first label breaks the line only where a second one counts on.
  const firsts: (number | null)[] = [null, null, null];
  for (const match of matchesOf(text, LABEL)) {
    if (belongsToWords(shadow.slice(Math.max(0, match.index - 62), match.index), match[0])) continue;
    const values = [
      Number(match[1] ?? NaN),
      (match[2]?.charCodeAt(0) ?? NaN) - 64,
      NUMERALS.indexOf(match[3] ?? match[2] ?? '') + 1,
    ];
    let goesOn = false;
    values.forEach((value, index) => {
      if (!(value > 0 && (value === counts[index]! + 1 || value === 1))) return;
      counts[index] = value;
      if (value > 1) goesOn = true;
      const first = firsts[index] ?? null;
      if (value > 1 && first !== null) breaks.push(first);
      firsts[index] = value === 1 ? match.index - 1 : null;
    });
    if (goesOn) breaks.push(match.index - 1);
  }
  return breaks;
}

/** "(Target 1) (pot A)", "Target 1: left", "Left base (D): …": a label that goes with the words before it opens no line. */
function belongsToWords(before: string, label: string): boolean {
  if (!/^[([]/.test(label)) return /\([^()\n]{1,60}$/.test(before) || NUMBERED_AHEAD.test(before);
  return label.endsWith(':') && NAMES_A_SITE.test(/[^.;:\n]*$/.exec(before)?.[0] ?? '');
}

const NUMBERED_AHEAD =
  /(?:\b(?:targets?|roi|lesion|lasion|laesie|herd|cible|diana|objetivo)|(?:group|grupp|gruppe|groep|groupe|grupo|grade?|graad|grado|isup|\bgg|muster|pattern|patroon|patron)) $/;

function longestLine(shadow: string): number {
  let longest = 0;
  for (let start = 0; start <= shadow.length;) {
    const newline = shadow.indexOf('\n', start);
    const end = newline < 0 ? shadow.length : newline;
    longest = Math.max(longest, end - start);
    start = end + 1;
  }
  return longest;
}
