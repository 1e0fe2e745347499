/**
 * The words of series descriptions, in the languages and spellings of hospitals. They only break ties that the headers
 * leave open. All patterns expect plain words (lower case, no accents); digits and underscores separate words.
 */
export function plainWords(text: string): string {
  const lower = text.toLowerCase();
  return /^[\x20-\x7e]*$/.test(lower) ? lower : lower.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss');
}

/** Whole words. */
const words = (...alternatives: string[]): string => `(?<![a-z])(?:${alternatives.join('|')})(?![a-z])`;
/** Words that begin like this. */
const stems = (...alternatives: string[]): string => `(?<![a-z])(?:${alternatives.join('|')})`;
const anyOf = (...patterns: string[]): RegExp => new RegExp(patterns.join('|'));

const REPEATED_MAP = 'map(?!p)s?|karten?|kaart|carte|cartographie|mapa|mappa';

export const THREE_PLANES =
  /(?:3|three|tri|drei|drie|trois|tres)[ _-]?(?:planar|planes?|pl|plans?|planos?|ebenen?|vlak[a-z]*|piani)(?![a-z])/;
export const LOCALIZER = anyOf(
  // "lokale" and "local" belong to staging.
  words(
    'loc',
    'locs',
    'l[ao]c?[ck]al(?!e(?![a-z]))[a-z]+',
    'lo[ck]a?l?i[sz][a-z]*',
    'locator',
    'locali?ser',
    'lcoali[sz]er',
  ),
  words(
    '[a-z]*scouts?',
    'scoutview',
    'surve?y',
    'pilot',
    'topogram[a-z]*',
    'planscan',
    'plan scan',
    'posdisp',
    'auto ?align',
    'bscout',
  ),
  stems('[uo]e?bersicht', 'ubersicht', 'overzicht', 'reperage', 'centrage', 'localisation', 'panoramica'),
);

/** Needle guidance, template, in-bore planning or control; in the words of the series. */
export const IN_BORE = anyOf(
  stems('needle', 'nadel', 'naald', 'aiguille', 'aguja', 'ago(?![a-z])', 'agulha'),
  stems(
    'template',
    'trajector',
    'trajekt',
    'in[ _-]?bore',
    'inbore',
    'mrgb',
    'punktion',
    'punctie',
    'ponction',
    'puncion',
  ),
  words(
    'guid[ae]nce',
    'guidage',
    'guided',
    'gid[ae]nce',
    'gui[ae]dance',
    'nadelfuhrung',
    'dynatrim',
    'coaxial',
    'biopsy gun',
  ),
);
const BIOPSY = /biops|biopt|(?<![a-z])bx(?![a-z])/;
/** The biopsy was or will be elsewhere, or is only the occasion of a diagnostic study. */
const BIOPSY_ELSEWHERE =
  /(?<![a-z])(?:pre|post|pra|prior|prev|previous|before|after|vor|nach|voor|na|avant|apres|antes|despues|previa|st\.? ?n|z\.? ?n|status|history|negative?|neg|naive|fusion|trus|us|uronav|artemis|hx|plan[a-z]*|hemorr[a-z]*|no)[\W_]*(?:\w+[\W_]+){0,2}(?:biops|biopt|bx(?![a-z]))|(?:biops|biopt)\w*[\W_]*(?:naive|fusion|plan|neg|prior|hemorr|uronav|prov|bewezen|gesichert|positi)/;
/** The scanner itself guides the needle, so that planning means planning in the bore. */
const MR_GUIDED =
  /in[ _-]?bore|(?<![a-z])(?:mri?|mrt|irm|rm)[\W_]*(?:guid|gesteuert|gestutzt|geleid|gestuurd|guiad)|(?:guid|gesteuert|geleid|gestuurd|guiad|guiee?|sous|unter|onder)[a-z]*[\W_]+(?:\w+[\W_]+)?(?:mri?|mrt|irm|rm)(?![a-z])/;

export const isBiopsy = (text: string): boolean =>
  (BIOPSY.test(text) || IN_BORE.test(text)) && (!BIOPSY_ELSEWHERE.test(text) || MR_GUIDED.test(text));

export const EXPONENTIAL = anyOf(
  stems('e[ _-]?adc', 'expon', 'esponen', 'eksponen', 'expadc', 'exp[._ -]+(?:adc|app|atten|diff|coeff?)', 'exat'),
  'adc[ _-]?exp',
  '(?:adc|dwi)[ _-]e(?![a-z])',
);
export const ADC = anyOf(
  stems('(?:[sd]{0,2}(?:reg)?)?adc'),
  'adc(?![a-z])|adc(?:dfc|mix|map)',
  // "Apparent Diffusion Coefficient", whole, misspelt, mangled or translated.
  '(?:ap+ar+[ae]n[a-z]*|schein[a-z]*|schijn[a-z]*|aparent[a-z]*)[\\W_]+(?:de[\\W_]+)?d(?![a-z]*arst)',
  'dif+[a-z]*[\\W_]*(?:[ck]o?ef+i?[ctz]|koeff|coeff)|[ck]oef+i?[cz]i?[a-z]*[\\W_]+(?:d[ei]?[\\W_]+)?(?:la[\\W_]+)?dif|[ck]oef+[a-z]*[\\W_]+(?:\\w+[\\W_]+)?ap+ar',
  words('average dc', 'avg dc', 'ave dc', 'mean dc', 'cda', 'adk', 'd[ck]oeff?'),
  '(?<!/ ?)mm.{0,3}/ ?s(?![a-z])|mm__s|10.{0,2}-6.{0,3}mm|mm2s',
);

/** Maps and products that are never read as anything else, whatever ImageType says. */
export const DERIVED = anyOf(
  words(
    'subs?(?![ _-]?(?:mm|sec|mil))',
    's[uo]b?s?tra[ckz][a-z]*',
    'soust[a-z]*',
    'sustra[a-z]*',
    'sottra[a-z]*',
    'aftrek[a-z]*',
    'subtr',
    'resta',
  ),
  '_sub(?![a-z])|dynsub',
  words('t?mip', 'mip[a-z]{0,4}', 'mips?', 'minip', 'mnip', 'maximum intensity[a-z ]*', 'projection'),
  stems(
    '[rk][ _-]?trans',
    'iau',
    'wash[ _-]?(?:in|out)',
    'time[ _-]to[ _-]peak',
    'tofts',
    'perf[a-z]* ?(?:map|karte|kaart|param)',
    'permeab',
  ),
  words(
    'ttp',
    'kep',
    'mtt',
    'cbv',
    'cbf',
    'pei',
    'auc',
    'maxslope',
    'slope',
    'w[io](?= ?map)',
    'par[ae]met[a-z]*(?: (?:map|karte|kaart))?',
  ),
  stems('fractional', 'fraktionelle', 'anisotrop', 'anizotrop', 'color ?fa', 'colfa'),
  `(?<![a-z])[rt][12][\\W_]*(?:star)?[\\W_]*(?:${REPEATED_MAP})(?![a-z])`,
  `(?<!b[01][\\W_]?|field[\\W_]?|adc[\\W_]?)(?<![a-z])(?:colou?r|farb[a-z]*|kleuren|kurtosis|diffusivity|fat[\\W_]?fraction|relaxation|perfusion)[\\W_]*(?:${REPEATED_MAP})`,
  stems(
    'screen[ _-]?s',
    'screen[ _-]?c',
    'screenshot',
    'bildschirm',
    'schermaf',
    'snapshot',
    'captur',
    'pantalla',
    'key[ _-]?im',
    'schlusselbild',
    'sleutel',
    'images? cle',
    'imagen(?:es)? clave',
    'fat[\\W_]?fraction',
    'kurtosis',
  ),
  stems(
    'fused',
    'fusion(?![a-z]*biop|.*(?:biop|uronav|artemis))(?<!(?:biop[a-z]*|uronav|artemis|for|fur).*)',
    'fusionier',
    'overlay',
    'uberlager',
    'dyna?cad',
    'segmentation',
    'histogram',
  ),
  words('report', 'bericht', 'befund', 'summary'),
);
/** Abbreviations that mean a map only where ImageType does not call the image an original. */
export const DERIVED_ABBREVIATION = anyOf(
  words(
    '(?<!\\d ?)fa(?![\\W_]*\\d)',
    've',
    'vp',
    'ra',
    'vr',
    'tta',
    'cad',
    'map',
    'maps',
    'karte',
    'kaart',
    'carte',
    'mapa',
  ),
);

export const NOT_ANATOMY = anyOf(
  stems('spectr', 'spekt', 'csi', 'mrsi?(?![a-z])', 'svs', 'press(?![a-z])', 'steam(?![a-z])'),
  stems(
    'calib',
    'kalib',
    'calibr',
    'ref(?:erence)?[ _-]?scan',
    'ref(?:erenz)?[ _-]?scan',
    'coil',
    'spule',
    'spoel(?:ref|cal|meting)',
    'asset',
    'quickcal',
    'prescan',
    'shim',
    'field[ _-]?map',
    'feldkarte',
    'sense[ _-]?ref',
    'arc[ _-]?cal',
    'bobine',
  ),
  words('cal', 'cals', 'refscan', 'noise', 'noise scan'),
  `(?<![a-z])b[01][\\W_]*(?:${REPEATED_MAP}|rx|tx|plus|shim)|b[01]map`,
  words('bold', 'fmri', 'rs[ _-]?fmri', 'asl'),
);

export const T2_STAR = anyOf(
  't2[\\W_]?(?:\\*|star|stern|ster|etoile)',
  words('swi', 'swan', 'swip', 'venobold', 'medic', 'qsm', 'hem[oa][a-z]*', 'ham[oa][a-z]*', 'haem[a-z]*'),
);
export const BALANCED = anyOf(
  stems(
    'true?[ _-]?fi',
    'tru[ _-]?fi',
    'fiesta',
    'b[ _-]?tfe',
    'b[ _-]?ffe',
    'balanced',
    'bal(?![a-z])',
    'b?ssfp(?![a-z])',
    'truessfp',
    'tfi\\dd?',
    'basg',
  ),
);
export const PROTON_DENSITY = anyOf(words('pdw?', 'p\\.?d\\.? ?w', 'proton[a-z]*', 'protonendichte', 'dp'));
export const VESSELS = anyOf(
  words('tof', 'mra', 'angio[a-z]*', 'pca', 'inhance', 'timeslip', 'venogra[a-z]*', 'phase contrast'),
);

export const DIFFUSION = anyOf(
  stems(
    'dif+[uo]?(?![a-z]*(?:erent|erenz))',
    'difu',
    'dwi',
    'd[ _-]?w[ _-]i(?![a-z])',
    'iso[ _-]?dwi',
    'dif(?![a-z])',
    'deffus',
    'ivim',
    'dti(?![a-z])',
    'dki(?![a-z])',
    '[ser]?dwi',
    'cdwi',
    'mddw',
    'resolve',
    'reveal',
    'zoomit',
    'trace',
    'tracew',
    'pgse',
    'eddwi',
    'edwi',
    'muse(?![a-z])',
    'multiplex',
  ),
  'dwi(?![a-z])|dwibs|ep2d[ _-]?dif|epi[ _-]?dwi|ep2d[ _-]adv|advdiff|diffusion|dwse|dwise|sshdwi|difusi|difuzi|calc[ _-]?bval',
  '(?<![a-z])[sdc]?b[ _=-]?(?:v|val|value|wert|waarde)?[ _=-]?(?:[1-9]\\d{2,3})(?!\\d|[.,]?\\d*[ _]?mm)t?(?![a-z])',
  '\\d{3,4}[ _-]?b[ _-]?(?:val|wert|waard)|^[sd]?b ?_?\\d{2,4}(?![\\d.])',
  '(?<![a-z])b ?\\d{1,4}[ _,/-]+b?\\d{3,4}(?!\\d|[ _]?m)',
);
/** A computed b-value, also glued to other words (`DYNDISTCALC_BVAL`). */
export const COMPUTED = anyOf(
  'calc[ _-]?b|calcbval|calcdwi',
  stems(
    'calc(?!i|anc)',
    'c[ _-]?dwi',
    'cb\\d',
    'sy?nth',
    'syn[ _-]?(?:b|dwi|dif)',
    'sydwi',
    'comput',
    'kalkul',
    'berechn',
    'bereken',
    'extrapol',
    'ber[ _-]b',
    'magic[ _-]?dwi',
    'sintet',
    'estimated',
    'calcul',
    'virtual',
    'comp[ _-]?b',
  ),
);
export const DIRECTIONAL = anyOf(words('mddw', 'dti', 'tensor', '\\d+ ?dirs?'), stems('richtung'));

export const DYNAMIC = anyOf(
  stems(
    'dyn(?!a?cad|dist|atrim)',
    'dinam',
    'dce',
    'perf',
    'twist',
    'tricks',
    'disco',
    'grasp',
    'keyhole',
    'freeze',
    'ultra ?fast',
    'first[ _-]?pass',
    'time[ _-]?res',
    'mehrphas',
    'multifas',
  ),
  'fldyn|dyn3d|tt ?= ?\\d|vibedyn|_dyn|dce(?![a-z])|twist|perfus',
  words(
    '4d',
    'multi ?pha?se?[a-z]*',
    'mphase',
    'mph',
    'ph ?\\d+(?= |/|_|$)',
    'phase ?\\d+',
    'dynamik',
    'temporal',
    'ktrans_dyn',
    'bolus',
    'radial vibe dyn',
    'cine[ _-]?perf',
  ),
);
export const AFTER_DYNAMIC =
  /(?<![a-z])(?:nach|na|after|apres|tras|dopo|late|delay(?:ed)?|spat|laat|tardif)[\W_]+(?:\w+[\W_]+)?(?:dyn|dinam|perf|dce)/;

export const T1 = anyOf(
  't1(?![\\d.])',
  stems(
    'vibe',
    'lava',
    'thrive',
    'ethrive',
    'flash',
    'f?spgr',
    'mp-?rage',
    'quick3d',
    'quick 3d',
    'tigre',
    'fl[23]d',
    'efgre',
    'star ?vibe',
    'caipi',
    'disco',
    'dixon(?! t2)',
    'fame',
    'tfe(?![a-z])',
    'ffe(?![a-z])',
    'gre(?![a-z])',
    't1ffe',
  ),
  words(
    'post[ _-]?(?:km|gad|gd|contrast[a-z]*|kontrast[a-z]*|c)?',
    '[+] ?(?:c|km|gd|gado)',
    'pre[ _-]?contrast',
    'dry ?run',
    'gd',
    'gado[a-z]*',
    'km',
    '[+]c',
  ),
);
export const T2 = anyOf(
  't2(?![\\d.])(?!\\*)',
  stems(
    'stir',
    'tirm',
    'tir(?![a-z])',
    'fr?fse',
    'frfse',
    'haste',
    'ssfse',
    'sshtse',
    'blade',
    'propeller',
    'jet(?![a-z])',
    'radar(?![a-z])',
    'tse',
    'turbo ?se',
    'spc',
    'space',
    'cube',
    'vista',
    'fase(?![a-z])',
    'isofse',
    'matrix3d',
    'fse',
    'multivane',
    'single ?shot',
  ),
);
export const FAT_SATURATED = anyOf(
  words(
    'fs',
    'fat[ _-]?sat[a-z]*',
    'fatsup[a-z]*',
    'fat[ _-]?sup[a-z]*',
    'stir',
    'tirm',
    'tir',
    'spair',
    'spir',
    'fettsat[a-z]*',
    'fett[a-z]*',
    'vetsup[a-z]*',
    'vetond[a-z]*',
    'water',
    'wasser',
    'dixon[ _-]?w',
    'fsat',
    'dfs',
    'spec ?ir',
    'sfs',
    'chess',
    'ideal',
    'dixon',
    'mdixon',
    'eau',
    'satgrasa',
    'sat ?graisse',
    'supresion grasa',
  ),
  'dixon[a-z_ ]*_w(?![a-z])',
);
/** A field of view beyond the prostate, where the headers do not give it. */
export const LARGE_FIELD = anyOf(
  words(
    'pelvis',
    'becken',
    'bekken',
    'bassin',
    'pelvi[ecn][a-z]*',
    'lfov',
    'large fov',
    'grand champ',
    'whole[ _-]?body',
    'ganzkorper',
    'wb',
    'dwibs',
    'abdomen',
    'lymph[a-z]*',
    'nodes?',
  ),
);
export const REFORMATTED = anyOf(
  words('mpr', 'reformat[a-z]*', 'reconstruct[a-z]*', 'recon', 'mpr[a-z]{2,4}', 'rekon[a-z]*', 'reformatiert'),
);

/** Motion, artefact or a run that was stopped; not the instruction what to do if the patient moves. */
const DEGRADED = anyOf(
  stems(
    'motion',
    'movement',
    'beweg',
    'bewog',
    'mouvement',
    'boug',
    'moviment',
    'movid',
    'arte?fa[ck]t',
    'arti?fa[ck]t',
    'degrad',
    'verwackelt',
    'unruhig',
    'onrust',
    'unscharf',
    'flou',
    'borros',
    'blur',
  ),
  words(
    'poor',
    'bad',
    'schlecht',
    'slecht',
    'mauvais[a-z]*',
    'mala',
    'non[ _-]?diagnostic[a-z]*',
    'nicht (?:verwertbar|diagnostisch)',
    'niet (?:diagnostisch|bruikbaar)',
    'unusable',
    'unbrauchbar',
    'do not use',
    'reject[a-z]*',
    'fail[a-z]*',
    'ghosting',
    'moved',
  ),
);
const ABORTED = anyOf(
  stems(
    'abgebroch',
    'abbruch',
    'abort',
    'afgebrok',
    'interromp',
    'interrup',
    'interumpi',
    'incompl',
    'unvollst',
    'onvoll',
    'cancel',
    'annul',
    'gestoppt',
    'gestopt',
    'arret',
    'detenid',
    'abandon',
    'truncat',
    'afgekapt',
    'terminated',
  ),
  words('stopped', 'partial', 'stop'),
);
const MOTION_METHOD =
  /(?:if|bei|bij|wenn|indien|si|en cas de)[\W_]*(?:\w+[\W_]+)?(?:motion|beweg\w*|mouvement|movimiento|artefa\w*)|(?:motion|beweg\w*|artefa[ck]t)[\W_]*(?:corr|korr|reduc|reduk|free|frei|vrij|insens|robust|comp|komp)\w*|(?:anti|no|keine?|geen|sans|sin|non)[\W_]*(?:motion|beweg\w*|artefa\w*)|motioncorrection/g;

export const isDegraded = (text: string): boolean => DEGRADED.test(text.replace(MOTION_METHOD, ''));
export const isAborted = (text: string): boolean => ABORTED.test(text);
