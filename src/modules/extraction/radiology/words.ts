/** Word lists of radiology reports in five languages, all folded. Each answers one question about a single word. */
/** Answers a question about a word once: most words of a report are words of every report. */
export function remembered<T>(read: (word: string) => T): (word: string) => T {
  const known = new Map<string, T>();
  return (word) => {
    let answer = known.get(word);
    if (answer === undefined) {
      answer = read(word);
      if (known.size < 5_000) known.set(word, answer);
    }
    return answer;
  };
}

const words = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/).filter(Boolean));

/** Nouns that stand for a lesion and may carry its number. */
export const LESION_NOUN =
  words(`lesion lesions roi rois target targets index herd herde herdes herden herdbefund laesion
  laesionen lasion lasionen zielherd zielherde zielherden zielregion zielregionen zielareal afwijking afwijkingen letsel letsels laesie laesies haard haarden
  target targets doelgebied cible cibles lesiones diana dianas objetivo hallazgo lesie lesies lesione lesioni lesao`);

/** Nouns that may stand for a lesion, but that do not number it. */
export const LESION_LIKE =
  words(`focus foci nodule nodules area areas abnormality abnormalities region mass tumor tumour
   finding observation knoten fokus foci areal areale raumforderung veranderung befund verdachtsherd tumorherd gebied nodus
  foyer foyers nodule nodules plage  anomalie masse formation nodulo nodulos foco focos area tumoracion  lasion haardje`);

export const NEGATION =
  words(`no not without none nil neither nor never absent negative kein keine keinen keiner keinem keines ohne nicht weder
  geen niet zonder noch pas sans aucun aucune ni absence sin ningun ninguna ninguno tampoco n' neg`);

/** Words that may stand between a negation and what it denies, or between it and a category it denies. */
export const NEGATION_FILLER =
  words(`evidence of a an any the discrete focal new clear definite definitive obvious suspicious significant lesion lesions
  category score or and to with there is are be been was were finding findings area areas seen identified assigned scored meeting criteria for discernible
  further other additional sign signs suggestion convincing measurable that those which who either uphold outside reading readings highly
  nachweis eines einer von hinweis hinweise auf fur eine einen ein lasion lasionen herd herde der die des den weiteren weiteren weitere sicheren sicherer kategorie oder und suspekten suspekte suspekter hochgradig hochgradigen
  aanwijzing aanwijzingen teken tekens voor een afwijking afwijkingen letsel letsels laesie laesies van de het of en duidelijke verdachte nieuwe
  de d' l' la le les y a est lesion argument signe signes pour une un lesions categorie ou et suspecte suspectes visible mise evidence en image classee classees cotee cotees foyer focal focale identifiee
  se identifican identifica observan observa aprecian aprecia visualizan visualiza evidencian evidencia lesiones categoria o y ni del hallazgos hay existe existen haya presenta sospechosas sospechosa signos datos que sugieran clasificadas pi rads pirads`);

/** Said of what holds in this exam. */
export const NOW =
  words(`now currently current today today's present presently aktuell aktuelle aktuellen aktueller jetzt jetziger nunmehr nun heute heutige derzeit
  nu thans heden huidig huidige actueel actuellement actuel actuelle maintenant aujourd'hui actual actualmente ahora hoy`);

/** Said of what held in an earlier exam. */
export const PRIOR =
  words(`previously previous formerly former earlier prior ago outside historical historically originally initially initial then
  vorher zuvor vormals damals damalig damalige damaligen ehemals vorjahr vorwert vorbefund vorbefunden voruntersuchung voruntersuchungen voraufnahme voraufnahmen vu initialer fruher fruhere fruheren
  voorheen destijds eerder eerdere toen vorige vorig voormalig geleden voordien
  auparavant anterieurement precedemment precedent precedente precedents initialement initiale ancien ancienne autrefois
  previo previa previos previas previamente anteriormente antes entonces hace`);

/** Said right before the earlier value of two. */
export const INSTEAD_OF =
  words(`from than against versus vs contre gegenuber tegen tegenover was were war waren betrug etait mesurait era media frente
  statt anstatt anstelle vorher`);

/** Changes that a value is the outcome of: "enlarged to 12 mm". */
export const CHANGE =
  words(`enlarged increased grown grew rose risen climbed decreased shrunk contracted reduced fell fallen dropped declined upgraded downgraded reclassified doubled tripled
  verdoppelt verdreifacht verdubbeld double duplicado
  changed progressed regressed gewachsen zugenommen vergrossert angestiegen gestiegen anstieg abgenommen verkleinert gefallen regredient progredient hochgestuft herabgestuft psa-anstieg
  toegenomen gegroeid gestegen gedaald afgenomen opgelopen opgewaardeerd afgewaardeerd
  augmente augmentee passe passee passant diminue diminuee reclasse reclassee surclasse surclassee
  aumentado aumento crecido disminuido ascendido elevado descendido reclasificada pasado`);

/** Words that end a hold on an earlier exam: the value behind them is the outcome of a change. */
export const TO = words(`to auf tot naar a`);
export const FROM = words(`from von van de desde depuis`);

/** A lesion of an earlier exam that is gone. */
export const GONE =
  /no longer (?:\w+ ){0,2}(?:visible|seen|identified|identifiable|present|evident|apparent|demonstrated|demonstrable|discernible|conspicuous|made out|delineated|depicted|detected|detectable|found|traceable|appreciated|appreciable|recogni[sz]able|measurable)|not (?:visible|seen|identified) (?:today|any ?more|anymore|currently|now)|(?:has|have) (?:\w+ )?(?:resolved|disappeared|regressed completely)|resolution of|completely resolved|(?:vollstandig|komplett) (?:zuruckgebildet|regredient|verschwunden)|volledig (?:in regressie|geregredieerd)|completement (?:regresse|disparu)|nicht mehr (?:\w+ ){0,2}(?:nachweisbar|abgrenzbar|sichtbar|erkennbar|darstellbar|identifizierbar|auszumachen|abzugrenzen|zu sehen|nachzuweisen|zu erkennen)|verschwunden|niet meer (?:\w+ ){0,2}(?:zichtbaar|aantoonbaar|te zien|waarneembaar|herkenbaar|afgrensbaar|af te grenzen|te herkennen|te onderscheiden|te identificeren)|verdwenen|n'est plus (?:\w+ ){0,2}(?:visible|vue?|individualisee?|individualisable|retrouvee?|identifiee?|identifiable|decelable|detectable|perceptible|discernable)|(?:a|ont) disparu|disparition de|ya no (?:se )?(?:\w+ ){0,2}(?:visualiza|identifica|observa|aprecia|evidencia|distingue|reconoce|detecta|visible)|ha desaparecido|resuelt[ao]/;

/** An earlier exam is the subject of the sentence. */
export const PRIOR_SUBJECT =
  /\b(?:outside|prior|previous|earlier|former) (?:\w+ ){0,3}(?:report|mri|mr|study|exam|examination|reading|scan)s?\b(?: \S+){0,5} (?:described|showed|demonstrated|reported|noted|revealed|identified|had)|\b(?:voruntersuchung|vorbefund|vor-mrt|vor-mri)\b(?: \S+){0,5} (?:beschrieb|beschrieben|zeigte|ergab)|\bhatten? (?:wir|ich)\b[^.;]* (?:beschrieben|gesehen|gefunden|eingestuft|berichtet)|\b(?:we|i) had (?:described|reported|seen|noted|found|scored)|\bnous avions (?:decrit|vu|retrouve|classe|cote)|\b(?:hadden|had) (?:wij|we|ik)\b[^.;]* (?:beschreven|gezien|gevonden)|\bhabiamos (?:descrito|visto|informado)|\bvorbeschrieben\w*|\b(?:vorige|eerdere?) (?:mri|onderzoek|scan)\b(?: \S+){0,4} (?:beschreef|toonde|liet)|\birm (?:anterieure|precedente|initiale)\b(?: \S+){0,4} (?:decrivait|montrait|retrouvait)|\b(?:rm|resonancia|estudio) (?:previ[ao]|anterior)\b(?: \S+){0,4} (?:describia|mostraba|mostro)/;

/** Organs and changes whose sizes are no lesion's. */
export const OTHER_ORGAN =
  /^(?:lymph|lks?$|lns?$|gg$|node|nodes|nodal|lymphadenopath|adenopath|adenomegal|ganglion|ganglio|lymfeklier|klieren$|bladder$|harnblase|blase$|blasen|blaas|vessie|vejiga|rectum|rektum|rectal|recto$|bone|bones|osseous|ossar|osseus|skelet|skelett|knochen|botten|bot$|botletsel|osseuse?|ose[ao]s?$|hueso|squelett|os$|aile$|pala$|pubic|pubis|pubien|pubian|isquio|ischio|ischi|ramus|schambein|schaambeen|heup|hanche|cadera|cotyl|wirbel|wervel|lwk|bwk|ossa$|darmbein|darmbeen|steissbein|coxal|coccy|kidney|niere|rein$|reins$|rinon|liver|leber|foie|higado|metasta|vertebr|acetabul|femor|sacrum|sakrum|iliac|iliak|iliac|ilium|obturator|obturat|inguinal|hernia|vessel|gefass|hemangiom|hamangiom|cyst|zyste|utrik|utric|kyste|quiste|utriculuszyste|utrikuluszyste|retentionszyste|diverticul|ureter|testis|hydrocele|abscess|abszess|abces|absceso|collection|infarct|catheter|katheter|psoas|muscle|penis|penile|urachus|aorta|colon|sigm|appendix|mittellappen|middenkwab)/;

/** Nouns of the whole gland. */
export const GLAND = words(
  `prostate prostata prostaat gland glandula druse organ prostatavolumen prostatagrosse prostaatvolume prostaatafmetingen prostatique prostatico drusenvolumen prostatadruse orgaan glande klier`,
);

export const BPH =
  /^(?:bph|hyperplas|hyperplasie|hyperplasia|adenom|stromal|encapsul|gekapselt|omkapsel|encapsulad|hyperplasieknoten|adenoomkno|remaniement)/;

/** A discrete finding is called suspicious of cancer. */
export const SUSPICION =
  /^(?:suspicious|suspicion|suspected|suspekt\w*|verdachtig\w*|verdachtsherd|tumorverdachtig\w*|karzinomverdachtig\w*|malignitatsverdachtig\w*|verdacht|verdachte|suspecte?s?|sospechos[ao]s?|suspicieuse?s?|\w*suspekt\w*|\w*verdachtig\w*|verdachtsbezirk)$/;

/** The look of a zone rather than a lesion in it. */
export const DIFFUSE =
  /^(?:wedge|linear|lineai?r|lineal|cuna|diffus(?!i)|streif|keilf|wigvorm|triangul|cuneif|heterogen|inhomogen|patchy|geographic|fleckig|bandf|estriad)/;

/** Changes that are no cancer, however large: hyperplasia, blood, cysts, scars. */
export const BENIGN =
  /^(?:bph|hbp|hpb|hyperplas\w*|hiperplas\w*|adeno(?:ma|me|om)\w*|stromal|haem\w*|hemorrhag\w*|hamorrhag\w*|hemorragi\w*|einblut\w*|bloed\w*|bloeding\w*|saignement\w*|sangrad\w*|cysts?|zysten?|kyst\w*|cysten?|quistes?|encapsulated|gekapselt\w*|omkapseld\w*|encapsulad\w*|encapsule\w*)$/;

/** Joins two things of a kind. */
export const AND = /^(?:and|und|en|et|y|e|&|sowie|bzw|respectievelijk|plus|alsmede|ainsi)$/;

/** Nouns for several lesions. */
export const PLURAL =
  /^(?:lesions|abnormalities|findings|observations|regions|befunde|areale|knoten|bevindingen|gebieden|anomalies|plages|zones|hallazgos|nodulos|areas|targets|rois|foci|nodules|areas|lasionen|laesionen|herde|herden|afwijkingen|letsels|laesies|haarden|cibles|foyers|lesiones|dianas|focos)$/;
