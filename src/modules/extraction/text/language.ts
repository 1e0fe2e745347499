import { foldForMatching } from './canonical-text.js';

export type Language = 'en' | 'de' | 'nl' | 'fr' | 'es';

/** Words (folded) that one language uses and the others do not, common in reports whatever their subject. */
const SIGNS: Readonly<Record<Language, string>> = {
  en: `the of and with is are no without this there which was has lesion mid apex left right size gland zone findings
    impression history technique seminal vesicles peripheral transition biopsy cores tumor benign carcinoma prostatic
    specimen volume none not at`,
  de: `der die das und mit ohne nicht kein keine keinen ist im vom zum bei eine einer eines einem den dem des herd rechts
    links befund beurteilung samenblasen periphere peripheren prostata stanzbiopsie zylinder karzinom mittleres drittel
    dichte volumen nachweis lymphknoten klinische angaben technik untersuchung gutartig lasion lasionen nein moglich mpmrt mrt
    groe herde`,
  nl: `de het een en van met zonder niet geen is aan bij naar afwijking afwijkingen links rechts bevindingen conclusie
    impressie perifere biopten biopt prostaat klinische gegevens lymfeklieren vesiculae midprostaat carcinoom basaal
    laesies letsel letsels besluit nee mogelijk haard kapsel vraagstelling zijde overgangszone transitiezone dichtheid verslag laesie weefsel maligniteit`,
  fr: `le la les des du un une et avec sans pas est dans sur au aux zone peripherique gauche droite lesion cible apex
    resultats conclusion vesicules seminales prostate biopsies tiers moyen carottes adenocarcinome benin volume ganglions
    indication technique cancer prostatique par d'extension`,
  es: `el la los las de del y con sin no se en una un por zona periferica izquierda derecha lesion hallazgos conclusion
    vesiculas seminales prostata biopsia tercio medio cilindros adenocarcinoma adenopatias datos clinicos volumen benigno
    izquierdo derecho tamano`,
};

const languagesOf = new Map<string, Language[]>();
for (const [language, words] of Object.entries(SIGNS) as [Language, string][])
  for (const word of words.split(/\s+/)) languagesOf.set(word, [...(languagesOf.get(word) ?? []), language]);

/** Which language a report is written in, by its telling words; English where nothing tells. */
export function detectLanguage(text: string): Language {
  const votes: Record<Language, number> = { en: 0, de: 0, nl: 0, fr: 0, es: 0 };
  for (const word of foldForMatching(text.slice(0, 20_000)).split(/[^a-z']+/)) {
    const languages = languagesOf.get(word);
    if (languages) for (const language of languages) votes[language] += 1 / languages.length;
  }
  return (Object.entries(votes) as [Language, number][]).reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}
