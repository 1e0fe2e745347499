import type { SignName } from './growth-signs.js';

/** What a column of a table of parts holds. */
export type Column =
  | 'label'
  | 'site'
  | 'total'
  | 'positive'
  | 'cores'
  | 'gleason'
  | 'isup'
  | 'percent'
  | 'pattern4'
  | 'length'
  | 'ignored'
  | 'diagnosis'
  | SignName;

/** A column of labels. */
export const LABEL_HEAD =
  /^(?:nr|no|n[°º]|#|nummer|number|numero|num|code|kode|codigo|kenmerk|letter|buchstabe|lettre|letra|parts?|specimen|sample|spec|id|core|block|pot|potje|flacon|frasco|gefass?|probe|stanze|container|jar|vial|label|prelevement|echantillon|muestra|cilindro|biopt|inzending|monster|buisje|materiaal|preparaat|praparat|einsendung|rohrchen|carotte|bote|tubo)\W{0,2}(?:nr|no|id|#|n°)?\W*$/;

/** What the head of a column says (folded); the first that fits wins. */
const COLUMNS: readonly [Column, RegExp][] = [
  [
    'pattern4',
    /(?:gp|\bpatt?\.?|pattern|muster|gleason|grade?|graad|patroon|patron|patr\.|grado|\b(?:gl?|p)\.?) ?-?4\b/,
  ],
  ['perineuralInvasion', /perineur|\b(?:pni|ipn|epn|pn)\b|engainement|nervenscheid/],
  ['cribriform', /[ck]rib(?:ri|i)f|\b[ck]ribr?\b/],
  ['intraductal', /intra-?du[ck]t|\b(?:idc|cid)\b|intra-?canal/],
  [
    'ignored',
    /(?:core|zylinder|stanz[a-z]*|biops[a-z]*|tissue|carotte|cilindro|gewebe|biopt)[a-z]*[- ]?(?:length|lange|lengte)|(?:length|lange|lengte|longueur|longitud)(?: of| der| des| van| de la| del)? (?:core|stanz|zyl|biopt|carotte|cilindro)|\bblock|date|datum|^(?:cores?|zylinder|stanzen?|carottes?|biopten?|cilindros?|biopsies?) ?\(? ?[mc]m ?\)?$/,
  ],
  ['isup', /isup|\bggg?\b|grade? ?-?gr|gradgr|graadgr|\bgroupe?\b|\bgrupo\b|gruppe/],
  ['gleason', /gleason|\bgs\b|\bscore\b/],
  [
    'cores',
    /(?:pos|\+|tum|inv|befall|aangedaan|afect)[a-z.]* ?(?:cores?|stanzen|zyl\.?|zylinder|biopten|carottes|cilindros)? ?(?:\/|of|von|van|sur|de) ?(?:tot|ges|all|n\b|taken|cores|examined)|^(?:cores?|stanzen|zylinder|zyl\.?|biopten|carottes|cilindros)$/,
  ],
  ['percent', /%|^anteil$|tumou?ranteil|percent|prozent|procent|pourcent|porcent|\bpct\b/],
  ['length', /\bmm\b|\bcm\b|length|lange|lengte|longueur|longitud|\blong\b|\blg\b|extent|ausdehnung/],
  [
    'positive',
    /^(?:cores?|stanzen|zylinder|biopten|carottes|cilindros) ?(?:\((?:pos|\+)[^)]*\)|\+(?:ve)?)$|positiv|\bpos\b|involved|tumou?rhaltig|befallen|aangedaan|positief|positif|afectad|envahi|with (?:tumou?r|cancer)|met tumor|mit tumor|con tumor|avec tumeur/,
  ],
  [
    'total',
    /total|gesamt|ges\.|examined|taken|submitted|sampled|totaal|untersucht|entnomm|(?:^|anzahl |number of |aantal |no\.? of |n[°º.]? ?(?:de )?|nombre de |numero de )(?:cores|zyl|stanzen|biopten|carottes|cilindros|biopsies)$|anzahl|aantal|remitid|examine/,
  ],
  ['label', LABEL_HEAD],
  [
    'site',
    /^(?:side|seite|zijde|kant|cote|lado|level|hohe|niveau|nivel|etage|hoogte)$|site|locat|lokat|lokali|locali|entnahme|region|herkunft|topogr|zone|\bort\b|plaats|lieu|siege|sitio|ubicacion|descri|bezeichnung/,
  ],
  [
    'diagnosis',
    /diagn|histolog|result|ergebnis|befund|finding|uitslag|conclus|comment|bemerk|type|opmerk|tumou?r|carcinom|karzinom|resultad|hallazgo/,
  ],
];

/** What the head of a column says; null where it says nothing known. */
export const columnOf = (head: string): Column | null =>
  COLUMNS.find(([, expression]) => expression.test(head))?.[0] ?? null;
