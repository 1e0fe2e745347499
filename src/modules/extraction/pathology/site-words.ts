/** Words (folded) that tell what a part of a pathology report is. */

/** A place, a way of sampling or a specimen: what a part's title holds. */
export const NAMES_A_SITE =
  /\b(?:left|right|links?|rechts|linke[rs]?|rechte[rs]?|gauches?|droite?s?|izquierd[oa]s?|derech[oa]s?|izq|dch[oa]|bas[ei]|basis|basal[a-z]*|basaal|mid[a-z]*|mitte[a-z]*|apex|apice|api[ck]a[a-z]*|lobe?s?|lappen|(?:links|rechts|linker|rechter)?kwab|(?:linker|rechter)(?:zijde|kant|lob(?:us)?)|lobul[a-z]*|li|re|pz|tz|zp|zt|afs|midline|target[a-z]*|tgt|roi|herd|lesion[a-z]*|lasion[a-z]*|laesie|lesie|cible|diana|pi-?rads|prostat[a-z]*|prostaat[a-z]*|random|syst|systemat[a-z]*|sistemat[a-z]*|sextant[a-z]*|lymph[a-z]*|lymf[a-z]*|nodes?|ganglion[a-z]*|ganglio[a-z]*|curage|seminal[a-z]*|samenblas[a-z]*|zaadbla[a-z]*|vesic[a-z]*|bladder|blase[a-z]*|blaas[a-z]*|vejiga|urethra|turp?|peripher[a-z]*|perifer[a-z]*|peripheri[a-z]*|transition[a-z]*|transici[a-z]*|transitie[a-z]*|latera[a-z]*|media[a-z]*|medio|postero[a-z]*|antero[a-z]*|anterior|posterior|tercio|tiers|milieu|[lr] side|[lr](?:pz|tz)?[blma]{1,2}[a-z]{0,4})\b/;

/** A side, level, zone: what places a part within the gland. */
export const PLACES_A_PART =
  /\b(?:left|right|links?|rechts|gauche|droite?|izq|der|li|re|bas[ei]|basis|mid|mitte|mittelfeld|apex|apice|pz|tz|zp|zt|midline)\b|apik|apic|basaal|peri(?:ph|f)er|transi|\b(?:midden|milieu|moyen(?:ne)?|median[ao]?|medi[oa]|middle|linke[rs]?|rechte[rs]?|izquierd[oa]|derech[oa]|lateral[a-z]*|target|roi|cible|diana|tercio)\b/;

/** The first such word ends a part's title. */
export const DIAGNOSTIC_WORD =
  /adeno-?[ck]a|\badk\b|\bras\b|regelhaft|regelrecht|\bo\. ?p\. ?b\.|\bn\.?e\.?m\b|\bn\.?a\.?d\b|\bkarzinomfrei|carcinoomvrij|[ck]ar[cz]inom|carcinoom|cancer|\bbenign|\bbenin|gutartig|goedaard|\bnegati[vef]|\bneg\b|\bo\. ?b\.|\bno (?:viable |definite |invasive |prostatic )?(?:evidence|tumou?r|cancer|malig|carcin|significant|residual|prostatic)|\btumou?r(?:-? ?free|frei|vrij|haltig|positi| (?:is|in|involv|present|not|identified|type|quant|length|size))|\bfree of|gleason|\bisup\b|grade ?gr|\bgg ?\d|\bgs ?[1-5] ?\+|neoplas|\bhg-?pin|\bpin\b|intra-?epith?el|intra-?du[ck]t|\basap\b|at[yi]p|\bmalig|\bbosartig|hyperplas|hiperplas|prostatit[ei]s?\b|inflam|entzund|ontstek|atroph|atrof|\d ?%|\b[1-5] ?\+ ?[1-5]\b|parenchym|infiltra(?:[ct]|nte)|insuff?i[cs]|\binsuff?\b|non (?:interpret|contributi|represent)|no (?:valorable|concluyente)|not diagnostic|non-?diagnostic|(?:without|ohne|zonder|geen|sans|sin|absence de) (?:prosta[a-z]* )?(?:gland|drus|klierb|klierw)|materiel exigu|onvoldoende|unzureich|nicht (?:beurteil|reprasent|auswert)|niet (?:te beoord|represent|beoord)|kein prostatagew|geen prostaatw|unauffall|(?:geen|zonder) (?:afwijk|malig|tumor|carcin|aanwijz|tumorweefsel|atyp)|kein (?:anhalt|nachweis|tumor|karzin)|keine? (?:maligni|tumor|atyp)|ohne (?:anhalt|nachweis|malig|atyp|tumor|karz)|without (?:tumou?r|malig|carc|evid)|\bg\. ?a\.|no se (?:observ|identif|aprecia|reconoc|evid|demuestr)|sin (?:evid|malig|tumor|alter|neopl|carcin|lesi|hallaz|atipi)|libres? de (?:tumor|neopl|malig|carcin|lesi|infiltr)|sans (?:lesion|malig|tum|signe|carcin|anomal)|pas de |absence|ausencia de|indemne|\bsuspec|remani|normal|\bregul(?:ier|ar)|\bin [a-z0-9]+ (?:of|von|van|de) |ganglion[a-z]* (?:indemn|sans)|fibromus[ck][a-z]* (?:tissue|stroma only|gewebe)|(?:mit|with|showing|of|and|und|met|con|de) (?:estroma )?fibromus[ck]|no prostat|\bcores? (?:involved|positive|with)|dysplas|metasta|sarcom|lymphom|unremarkable|\bbp[ht]\b|\bned\b|unsatisf|(?:blood clot|muscle) only|nicht ausreich|\bv\. ?a\. |adenomyom|urothel|urotheel/;

/** A denial, a doubt or a grade that stands before a diagnostic word belongs to the diagnosis. */
const DENIAL =
  /\b(?:no|not|without|negative for|free of|absence of|kein[a-z]*|ohne|frei von|geen|zonder|vrij van|pas d[e']|sans|absence d[e']|sin|ausencia de|libres? de|ningun[ao]?|suspicious for|suspicion (?:of|d[e'])|suspects? d[e']|lesion(?:e?s)? d[e']|(?:isolated |pure )?(?:intra-?)?du[ck]t[a-z]*|(?:small|large)[- ]cell|neuro-?endo[a-z]*|verdacht[a-z]* (?:auf|op|voor)|v\. ?a\.|sospech[a-z]* de|possible|(?:high|hoch|hoog)[- ]?grad[a-z]*)\s(?:[a-z-]+\s){0,2}$|\b(?:absence|pas|suspects?) d'$/;

/** Where the first diagnostic word of a text begins, with what denies or doubts it; -1 where it has none. */
export function verdictStart(text: string): number {
  const word = DIAGNOSTIC_WORD.exec(text);
  if (!word) return -1;
  const start = word.index - (/[a-z]*$/.exec(text.slice(0, word.index))?.[0].length ?? 0);
  return DENIAL.exec(text.slice(0, start))?.index ?? start;
}
