/** How reports in five languages (folded) speak of growth beyond the prostate and into the seminal vesicles. */

const UBER = 'u(?:e)?ber';
const GROWTH =
  '(?:extension|growth|spread|disease|tumou?r|wachstum|ausdehnung|ausbreitung|uitbreiding|groei|extensie|involvement|invasion)';
const GLAND = '(?:prostat[a-z]*|prostaat|druse|capsul[a-z]*|kapsel|gland[a-z]*|klier|organ[a-z]*)';

export const EPE = new RegExp(
  [
    `extra[- ]?prostati[a-z]* (?:tumou?r )?${GROWTH}`,
    'extension extra[- ]?(?:prostati|capsul)[a-z]*|extra[- ]?prostatic[ao]?\\b(?! (?:findings?|structures?|organs?|tissues?|abnormalit|staging|assessment))|(?:prostata|prostaat)[- ]?uberschreit[a-z]*',
    `extra[- ]?[ck]apsul[a-z]* ?(?:${GROWTH}[a-z]*)?`,
    '\\b(?:epe|ece|eep|eec)\\b|\\b(?:prostat(?:e|ic)|capsular) margins?(?= ?:)',
    `kapsel-?(?:${UBER}schreit[a-z]*|durchbruch[a-z]*|durchbrech[a-z]*|perforation|penetration|infiltration|invasion|doorbraak|doorgroei|overschrijd[a-z]*|penetratie|invasie)`,
    `organ-?(?:grenz[a-z]*)?${UBER}schreit[a-z]*|${UBER}schreit[a-z]* (?:der|die) (?:organgrenze|prostatakapsel|kapsel|organgrenzen)|(?:organgrenze|kapsel) (?:ist |wird )?${UBER}schritten`,
    'franchissement (?:de la capsule|capsulaire|de capsule)|effraction capsulaire|franchit la capsule|rupture capsulaire|(?:debord|depass)[a-z]* (?:extra-?)?capsulaire|(?<=^pas d.)extension(?= ?[.,;]|$)|(?<=sans )debord(?:ement)?\\b',
    'capsular (?:breach|penetration|invasion|disruption|involvement)|breach(?:es)? (?:of )?the capsule|rotura (?:de la capsula|capsular)|(?:invasion|afectacion|ruptura|desbordamiento) capsular',
    `(?:${GROWTH}|extends?|extending|infiltration) (?:beyond|outside|through|buiten|hors de|au[- ]dela de|fuera de|mas alla de|(?:au(?:s{1,2}|ß)erhalb|jenseits)(?: der)?)(?: (?:the|de|het|la|le|der|die|l'))? ?${GLAND}`,
    `(?:uber|ueber) die ${GLAND} hinaus|buiten (?:de|het) (?:prostaat|kapsel)|doorgroei (?:door|van) (?:de|het)? ?kapsel|sobrepasa la capsula`,
    `(?:infiltr|inva|exten[ds]|spread|doorgroei|ingroei|groei|uitbreiding|wachstum|ausdehnung|einbruch|envahi)[a-z]*[a-z' ]{1,24}\\b(?:peri-?prostati[a-z]* ?(?:fat|vet|fett|tissue|gewebe|fettgewebe)|(?:fat|graisse|grasa|tejido) peri-?prostati[a-z]*)`,
    '(?:anterior|posterior|lateral) extension(?= (?:is|cannot|not|suspected|indeterminate|possible))|\\buberschreitung(?! der mittel)',
    '(?:invasion|infiltration) (?:of|into) (?:the )?(?:(?:anterior|adjacent|surrounding) )?fat\\b',
    'periprostatic (?:fat )?(?:invasion|infiltration)|trans[- ]?capsular [a-z]+',
  ].join('|'),
  'g',
);
/** The growth stays inside the gland. */
export const CONFINED = new RegExp(
  [
    '\\b(?:organ[- ]?confined|organbegrenzt[a-z]*|orgaanbeperkt|organ?o-?confinad[oa]|intra-?[ck]apsul[a-z]*|intra-?prostatique)\\b',
    `\\b(?:confin[a-z]*|contained|beperkt|begrenzt|beschrankt|blijft|remains|bleibt|reste)(?: [a-z]+)? (?:to|within|inside|auf|innerhalb|tot|binnen|a|en|dentro de|dans)(?: (?:the|die|der|de|het|la|le|el))? (?:l')?${GLAND}`,
    '\\b(?:is|are|both|appears?|remains?|seems?) (?:[a-z]+ )?confined(?! (?:to|within))|(?<=[,;] ?)(?:confined|confinad[oa]|confinee?)(?= ?[.,;]|$)',
    `\\b(?:auf|tot) (?:die|de|het) ${GLAND} (?:begrenzt|beschrankt|beperkt)`,
  ].join('|'),
  'g',
);
/** The capsule, or contact with it; a clause beside may say that it is whole or broken. */
export const CAPSULE = /\b(?:prostata|prostaat|pseudo|organ)?-?(?:kapsel|capsul)[a-z]*/;
export const WHOLE =
  /\b(?:intact[a-z]*|intakt[a-z]*|unversehrt|gaaf|gave|integr[aeo]s?|integrite|integridad|preserved|maintained|erhalten|behouden|gerespecteerd|respe[ck]?t[a-z]*|conserv(?:ad[ao]|ee?)|smooth|regular|glatt[a-z]*|durchgehend abgrenzbar)\b/;
export const BROKEN =
  /\b(?:breach[a-z]*|broken|breaks|break-?through|penetrat[a-z]*|perforat[a-z]*|disrupt[a-z]*|durchbr[a-z]*|durchbrochen|uberschr[a-z]*|doorbr[a-z]*|overschr[a-z]*|doorgroei[a-z]*|groei[a-z]* door|franchi[a-z]*|effraction|romp[ei][a-z]*|rotura|ruptura|rota|desbord[a-z]*|debord[a-z]*|sobrepas[a-z]*|extension|extends? beyond|extend through|extends? through)\b/g;
export const MIDDLE = /\b(?:mid-?line|mittellinie|middellijn|middenlijn|ligne mediane|linea media)\b/;
export const VESICLE =
  /\b(?:seminal ves[iy]c(?:le|al)s?|vesicles|vesicules|vesiculas|svs?\b|samenblas[a-z]*|sb(?=[-: ,.])|sbi\b|ves[iy]c(?:ulae?)? seminal[a-z]*|vesicules? seminales?|vesiculas? seminal(?:es)?|vvss\b|vv\.? ?ss\b|vs(?=(?: ?[:=] ?| )(?:pas|non|libres?|sans|absen|envahi|infiltr|indemne))|(?<=(?:envahissement|invasion|atteinte|infiltration) (?:des |de |las )?)vs\b|(?<=(?:envahissement|atteinte|invasion|infiltration|afectacion|extension|compromiso) )seminale?\b|zaadblaa?[sz][a-z]*|zb(?=[- ](?:inva|ingroei|infiltr|doorgroei|vrij|geen|niet|zonder|links|rechts|bdz|beid)|:)|svi|evs|ivs)\b/;
export const INVADED =
  /\b(?:mit)?(?:svi|sbi|evs|ivs|invasion|invades?|invaded|invading|invasive|infiltr[a-z]*|involve[a-z]*|envahi[a-z]*|ingenomen|ingroei[a-z]*|groei[a-z]*|doorgroei[a-z]*|invasie|geinvadeerd|geinfiltreerd|tumor(?:in|door)?groei|tumorinfiltration|tumorinvasi[a-z]*|extension|aangedaan|aangetast|befall[a-z]*|tumorbefall|beteiligung|beteiligt|betroffen|einbruch|eingebrochen|samenblasen-?(?:infiltration|invasion|befall|einbruch|beteiligung)|zaadblaas-?(?:invasie|ingroei|infiltratie)|invad[a-z]*|afectacion|afectad[a-z]*|afecta|compromiso|extension into|(?:tumor)?ubergr(?:iff|eif)[a-z]*|tumou?r(?:nachweis|infiltrat[a-z]*)?|free of|tumorfrei|extension (?:aux|vers les)|atteinte|exten[ds][a-z]*(?= (?:in|to|into)\b[a-z' ]{0,80}(?:seminal|svs?\b))|(?:s'etend|extiende|reicht|wachst|grows?)(?=[a-z' ]{0,40}(?:seminal|samenbl|vesicul|svs?\b)))\b/g;
/** The seminal vesicles are called free, in words that speak of tumour rather than of their look. */
export const FREE =
  /\b(?:clear|free|neg|negativ[a-z]*|negatief|spared|uninvolved|frei|tumorfrei|unbeteiligt|vrij|tumorvrij|gespaard|libres?|indemnes?|respectees?|respetad[ao]s?)\b/;
export const OTHER_ORGAN_NAMED =
  /\b(?:bladder|rectum|node|blase|harnblase|rektum|lymph[a-z]*|blaas|klier[a-z]*|vessie|ganglion[a-z]*|vejiga|recto|ganglios|nvb|bundles?|gefas[a-z]*)\b/;
/** One of these stands in every statement on either; anything else is not looked at. */
export const MAY_SPEAK =
  /extra|extension|margin|intra|confin|beperkt|begrenzt|contained|blijft|bleibt|transcaps|\bfat\b|\be[ec][pce]\b|\bepe\b|kapsel|[ck]aps|organ|uberschr|ueberschr|franchi|periprost|buiten|debord|beyond|outside|through|au[- ]dela|fuera|jenseits|ausserhalb|auserhalb|hors de|mas alla|hinaus|seminal|vesic|samenbl|zaadbl|\bsv|\bs?b[- :]|\bsbi|\bzb|\bvs|\bvv|\bevs|\bivs/;

export const UNSURE_ALWAYS = new RegExp(
  [
    '(?:cannot|can not|could not|can ?not be|not|difficult to|hard to)(?: [a-z]+){0,4} (?:excluded?|exclude|ruled out|rule out)',
    'nicht(?: [a-z]+){0,4} (?:auszuschlies{1,2}en|ausschlies{1,2}en|ausgeschlos{1,2}en|ausschlies{1,2}bar)',
    'niet(?: [a-z]+){0,4} (?:uit te sluiten|uitgesloten|uitsluiten)',
    "(?:ne|n')(?: ?[a-z]+){0,4} (?:exclue?|exclure|ecartee?|ecarter|eliminee?|eliminer)",
    'non (?:[a-z]+ment )?(?:exclue?|ecartee?|eliminee?|exclus|eliminable)',
    '(?:no|sin)(?: [a-z]+){0,4} (?:descart[a-z]+|excluir[a-z]*|excluid[oa])',
    '(?:cannot|can not) be (?:assessed|evaluated|determined)|not? (?:assessable|evaluable|valorable)|nicht (?:sicher )?(?:beurteilbar|abzugrenzen)|niet (?:goed )?(?:beoordeelbaar|te beoordelen)|non (?:evaluable|appreciable)',
  ].join('|'),
);
export const UNSURE =
  /\b(?:indeterminate|equivocal|possibl[ey]|possibility|probabl[ey]|(?:un)?likely|suggest[a-z]*|presum[a-z]*|wahrscheinlich|vermutlich|wahrsch|waarschijnlijk|vermoedelijk|dout[e]s?|vraisemblabl[a-z]*|sugestiv[ao]s?|sugier[a-z]*|susp[eé]ct[a-z]*|questionabl[ey]|uncertain|unclear|suspicious|suspected|suspicion|suspect|concern[a-z]*|borderline|may be|might|fraglich[a-z]*|unsicher[a-z]*|unklar[a-z]*|mo(?:e)?glich[a-z]*|verdacht|verda(?:e)?chtig|suspekt[a-z]*|nicht eindeutig|onzekere?|twijfelachtige?|mogelijk[a-z]*|dubieu[sz]e?|verdenking|verdachte?|onduidelijk|douteu[a-z]*|incertain[a-z]*|suspectee?|suspicion|equivoque|non certaine?|pas certaine?|indeterminee?s?|nicht sicher|niet zeker|no segur[ao]|dudos[ao]|inciert[ao]|posible|sospecha|indeterminad[oa])\b|\bv\. ?a\. /;
export const NO =
  /\b(?:no|not|without|none|nil|neither|nor|negative|absent[aes]{0,2}|absence|ausentes?|afwezig[a-z]*|abwesend|kein[a-z]*|nein|ohne|nicht|weder|noch|geen|nee|niet|zonder|pas|sans|aucune?|ni|absence|sin|ningun[ao]?|tampoco|non|unremarkable|rules? out|ruled out|free of|tumorfrei|frei von|vrij van|libres? de|exempte?s? de|ausgeschlos{1,2}en|uitgesloten)\b/;
export const YES =
  /\b(?:yes|present|positive|ja|oui|si|presentes?|vorhanden|aanwezig|definite|gross|seen|nachweisbar|sichtbar|zichtbaar|visible)\b/;
export const ANSWER_NO =
  /^[ \t)]*(?:[:=–-][ \t]*)?(?:is |are |ist |: )?(?:(?:no|none|nil|not|nein|nee|non|absent[a-z]*|afwezig|negati[a-z]*|kein[a-z]*|geen|niet|nicht|aucune?|pas|ausentes?|ningun[ao]|neg|n(?!\/))\b)/;
export const ANSWER_YES =
  /^[ \t)]*(?:[:=–-][ \t]*)?(?:yes|present|positi[a-z]*|ja|oui|si|presente?|vorhanden|aanwezig|definite|y)\b/;
/** A sign in the place of an answer: "EPE -.", "SVI: +", "ECE (?)"; another such field may follow. */
export const ANSWER_SIGN =
  /^[ \t]*[:=]?[ \t]*\(?(\+ ?\/ ?-|-|\+|\?|0)\)?(?=[ \t]*(?:$|[.,;/|)]|\b(?:epe|ece|eep|svi?|sb|zb|ln|lk|nvb|bones?)\b))/;
/** Contact with the capsule is no growth beyond it. */
export const CONTACT =
  /^[ \t]*[:=-][^;]*\b(?:abut[a-z]*|contact|kontakt|kapselkontakt|kapselcontact|bulg[a-z]*|irregular[a-z]*|vorwolb[a-z]*|bombement|abombamiento)\b/;
export const MERELY_NAMED =
  /\b(?:risk|evaluat[a-z]*|assess[a-z]*|staging|criteria|rule out|predict[a-z]*|likelihood|probability|[a-z-]*wahrscheinlichkeit|waarschijnlijkheid|kans|probabilite|probabilidad|question|score|grade|risiko|frage|beurteilbarkeit|risico|vraag|risque|evaluation|riesgo|valorar|definition|or definite)\b/;
/** The statement is about every lesion. */
export const OF_ALL =
  /\b(?:neither|none of the|no lesion|all (?:of the )?lesions|(?:either|any|both)(?: of the(?: two)?)? (?:lesions?|targets?|rois?|foci|of them)|either$|keiner der|keine der|alle (?:herde|lasionen|laesies|letsels|afwijkingen)|beide[rn]? (?:herde|lasionen|laesies|letsels|afwijkingen|haarden)|geen van|geen enkele (?:laesie|letsel|afwijking|haard)|aucune? des|ninguna de|(?:toutes|les deux|ambas|todas)(?: les| las)? (?:lesions|lesiones|cibles|dianas)|both(?! (?:seminal|vesic|sides|lobes|n))|toutes)\b/;
