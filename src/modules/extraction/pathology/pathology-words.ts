import { numberFromWord } from '../text/numbers.js';

/**
 * Words of prostate pathology reports in English, German, Dutch, French and Spanish, folded as the shadow text is. They
 * are sources of regular expressions; a report is matched against all languages at once, since reports mix them.
 */
export const WHOLE_NUMBER =
  '(?:\\d{1,2}|(?:ein(?:e[rmns]?)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|zwei(?:er)?|beid(?:en?|er)|drei(?:er)?|vier|' +
  'funf|sechs|sieben|acht|neun|zehn|elf|zwolf|een|twee|drie|vijf|zes|zeven|negen|tien|twaalf|une?|deux|trois|quatre|cinq|' +
  'sept|huit|neuf|dix|onze|douze|un[oa]?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|single|' +
  'both|beide|ambos|ambas|none|no|kein(?:e[rmn]?)?|geen|aucune?|ningun[oa]?|zero|null|nul|cero)(?![a-z]))';

/** Nouns that stand before a part's label, folded ("ß" is "s"). */
export const PART_NOUN =
  '(?:parts?|e?specimens?|especimenes|stalen|staal(?:tjes?)?|(?:prostata|prostaat)(?:biopsien?|biopsie|stanzen?|biopten|biopt)|samples?|containers?|jars?|vials?|bottles?|tubes?|pots?|cores?|sites?|biopsy|biopsies|biopsia|needles?|pass|slides?|cassettes?|' +
  'stanzen?|stanzbiopsien?|proben?|gefass?e?n?|glaser|glas|glaschen|rohrchen|praparate?n?|flaschchen|behalter|dosen?|bioptate?n?|fraktion(?:en)?|einsendung(?:en)?|material|entnahme(?:ort|stelle)?n?|lokalisation(?:en)?|zylinder|becher|topf|' +
  '(?:naald)?biopten|(?:naald)?biopt|naaldbiopsies?|potjes?|potten|materiaal|inzending(?:en)?|preparaat|preparaten|monsters?|naald(?:en)?|buis|buizen|flesje|' +
  'prelevements?|flacons?|bocaux|bocal|carottes?|biopsies?|echantillons?|lames?|fioles?|tubes?|' +
  'frascos?|muestras?|cilindros?|botes?|recipientes?|tubos?|piezas?|vial(?:es)?|envases?|tarros?|localizacion(?:es)?|regions?|positions?|se[ck]te?u?rs?|sektoren|sectores)';

const OTHER_NUMBERS: Readonly<Record<string, number>> = {
  both: 2,
  beide: 2,
  beiden: 2,
  beider: 2,
  ambos: 2,
  ambas: 2,
  zweier: 2,
  dreier: 3,
  eines: 1,
  none: 0,
  no: 0,
  kein: 0,
  keine: 0,
  keiner: 0,
  keinem: 0,
  keinen: 0,
  geen: 0,
  aucun: 0,
  aucune: 0,
  ningun: 0,
  ninguno: 0,
  ninguna: 0,
  zero: 0,
  cero: 0,
};

/** The value of what WHOLE_NUMBER matches. */
export const wholeNumber = (word: string): number | null =>
  /^\d+$/.test(word) ? Number(word) : (OTHER_NUMBERS[word] ?? numberFromWord(word));

/** Decimal comma or point: a unit or a per cent sign always follows, so a comma cannot be part of a list. */
export const DECIMAL = '\\d{1,3}(?:[.,]\\d{1,2})?';
export const decimal = (digits: string): number => Number(digits.replace(',', '.'));

/** A needle core or what stands for it. */
export const CORE_NOUN =
  '(?:(?:needle |tissue |biopsy )?cores?(?: biops(?:y|ies))?|biops(?:y|ies|ias?)(?: cores?| cylinders?)?|fragments?|fragmentos?|fragmente[n]?|pieces?|' +
  'strips?|passes|punch(?:es)?|(?:prostata)?(?:stanz|biopsie)?zylinder[ns]?|(?:prostata)?stanz(?:e[ns]?|biopsien?|biopsate?n?|proben?)|biopsien?|biopsate?n?|proben?|' +
  '(?:prostaat)?(?:naald)?biop(?:t|ten|sie|sies)|biopsie[- ]?cilinders?|pijpjes?|(?:weefsel)?cilinders?|carottes?|' +
  'cylindres?|cilindros?|tacos?|cylinders?|prelevements?|punciones|specimens?)';

export const OUT_OF =
  '(?:of(?: the| a total of)?|out of(?: the)?|/|(?<! ):(?! )|von(?: insgesamt| den)?|van(?: de| het| in totaal)?|sur(?: les)?|des|der|dieser|aus|de(?: las?| los| un total de)?|op(?: de)?|sobre)';

/** Adjectives that may stand between a number and its core noun. */
export const CORE_ADJECTIVES =
  '(?:(?:fragmented|needle|tissue|prostat[a-z]*|positive|involved|separate|biopsy|tan|different|submitted|taken|examined|sampled|tumou?rhaltige[nr]?|befallene[nr]?|entnommene[nr]?|untersuchte[nr]?|positieve|aangedane|afgenomen|tumorales?|envahies?|positives?|atteintes?|examinees?|afect[a-z]+|positiv[a-z]+|remitid[a-z]+|tumorous|systematic|systematische[nr]?|random|targeted|target|gezielte[nr]?|long|thin|core) )';

export const ADENOCARCINOMA =
  '(?:(?:prosta(?:at|ta))?adeno-?[ck]ar[cz]ino[mo]+[a-z]*|adeno-?ca\\b|adenocarcinoom|acinar (?:cancer|carcinoma)|(?:azinar[a-z]*|acinair|acinar) [ck]ar[cz]in[a-z]*|' +
  'prostat(?:e|ic|a)?[- ]?(?:cancer|[ck]arzinom[a-z]*|carcinom[a-z]*|carcinoom)|prostaatcarcinoom|prostaatkanker|pca\\b|' +
  '(?:carcinome?a?|cancer) (?:de |della )?(?:la )?prostat(?:e|a|ique|ico)|carcinoma prostatico)';

export const OTHER_MALIGNANCY =
  '(?:(?:small[- ]cell|large[- ]cell|neuro-?endo[ck]rin[a-z]*|kleinzellig[a-z]*|kleincellig[a-z]*|a petites cellules|de celulas? pequenas?|urothe{1,2}l[a-z]*|transitional[- ]cell|urotel[a-z]*|squamous[a-z -]*|platten-?epithel[a-z]*|plaveiselcel[a-z]*|epidermoide?|sarcomatoid|basal[- ]cell|colorectal|kolorektal[a-z]*) ?(?:neuro-?endo[ck]rin[a-z]* ?)?(?:cell )?-?(?:(?:adeno)?[ck]ar[cz]in[a-z]*|ca\\b)|' +
  '(?:[ck]ar[cz]inom[ea]?|carcinoom) (?:urothelial|urotelial|neuro-?endocrin[eo]?|epidermoide|a petites cellules|de celulas? pequenas?|de celula pequena|a cellules)|' +
  '(?:colonic|colon|rectal|colorectal|gastric|pulmonary|lung) (?:adeno-?)?carcinoma|sar[ck]om[a-z]*|lymphom[a-z]*|lymfoom|linfoma|melanom[a-z]*|carcinosar[ck]om[a-z]*|small[- ]cell(?: type)?(?= *(?:$|[,;|]))|malignant (?:stromal|mesenchymal|lymphom|melanom)[a-z ]*|malignes? (?:lymphom|melanom)[a-z]*|maligne? (?:lymfoom|melanoom)|linfoma maligno)';

export const INTRADUCTAL =
  '(?:intra-?du[ck]t(?:al|aal|ale|ales|ales|alen|aler|alem)?[a-z]*(?: ?(?:adeno)?[ck]ar[cz]in[a-z]*| component| spread| growth| extension| komponente| groei)?(?: \\(idc(?:-p)?\\))?|' +
  '(?:[ck]ar[cz]inom[ea]?|carcinoom) intra-?(?:ductal|canalaire)e?|intracanalaire?|(?:idc|cid)(?:-?p)?\\b)';

export const GENERIC_CARCINOMA =
  '(?:[ck]ar[cz]inom(?:a|as|e|es|en|s|atous|ateux|atose)?|carcinoom|carcinomen|cancer(?:ous)?|krebs|kanker|malign[a-z]*|bosartig[a-z]*|kwaadaardig[a-z]*|' +
  'neoplasias? maligna|tumou?r(?:s|al|ale|aux|es|ous|en|gewebe|infiltrat[a-z]*|weefsel|nachweis|zellen|cellen|herde?|verbande?|anteile?)?\\b|tumeur|neoplas(?:m|tic|ia)(?! intra))';
