/** LO holds 64 characters; comments may be longer, and what a person remarks comes first. */
const LONGEST_TEXT = 256;

/**
 * The words of series descriptions that name a role, in the languages and spellings of hospitals. They only break ties
 * that the headers leave open. All patterns expect plain words: lower case, no accents; digits and underscores part words.
 */
export function plainWords(text: string): string {
  const lower = text.slice(0, LONGEST_TEXT).toLowerCase();
  if (/^[\x20-\x7e]*$/.test(lower)) return lower;
  return lower.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss');
}

/** Any of these whole words. */
export const words = (...alternatives: string[]): string => `(?<![a-z])(?:${alternatives.join('|')})(?![a-z])`;
/** Any word that begins like one of these. */
export const stems = (...alternatives: string[]): string => `(?<![a-z])(?:${alternatives.join('|')})`;
export const anyOf = (...patterns: string[]): RegExp => new RegExp(patterns.join('|'));

const MAP = 'map(?!p)s?|karten?|kaart|carte|cartographie|mapa|mappa';

export const LOCALIZER = anyOf(
  // "local" and "lokale" belong to staging.
  words('locs?|locator|lcoali[sz]er|lo[ck]a?l?i[sz][a-z]*|l[ao]c?[ck]al(?!e(?![a-z])|ly)[a-z]+'),
  words('[a-z]*scouts?|scoutview|surv[ae]?y|pilot|topogram[a-z]*|plan ?scan|posdisp|auto ?align|scanogram'),
  stems('[uo]e?bersicht|overzicht|reperage|centrage|panoramica'),
);
export const THREE_PLANES =
  /(?:3|three|tri|drei|drie|trois|tres)[ _-]?(?:planar|planes?|pl|plans?|planos?|ebenen?|vlak[a-z]*|piani)(?![a-z])/;

export const EXPONENTIAL = anyOf(
  stems('e[ _-]?adc|expon|esponen|eksponen|expadc|exp[._ -]+(?:adc|app|atten|diff|coeff?)'),
  'adc[ _-]exp|adc[ _-]e(?![a-z])',
);
export const ADC = anyOf(
  stems('(?:[sd]{0,2}(?:reg)?)?adc'),
  'adc(?![a-z])|adc(?:dfc|mix|map)',
  // "Apparent Diffusion Coefficient", whole, misspelt, mangled or translated.
  stems('(?:ap+ar+[ae]n|schein|schijn|aparent)[a-z]*[\\W_]+(?:de[\\W_]+)?d'),
  'dif+[a-z]*[\\W_]*(?:[ck]o?ef+i?[ctz]|[ck]oeff)',
  '[ck]oef+[a-z]*[\\W_]+(?:(?:de|di|d|della|la)[\\W_]+)*(?:dif|ap+ar)',
  words('average dc|avg dc|ave dc|mean dc|cda|adk|d[ck]oeff?'),
  '(?<!/ ?)mm.{0,3}/ ?s(?![a-z])|mm__s|mm2s|10.{0,2}-6.{0,3}mm',
);

/** Maps and products that are never read as anything else. */
export const DERIVED = anyOf(
  words('subs?(?![ _-]?(?:mm|sec|mil))|subtr|su[bs]s?tra[a-z]*|soust[a-z]*|sustra[a-z]*|sottra[a-z]*|resta'),
  stems('aftrek') + '|_sub(?![a-z])|dynsub',
  words('t?mips?|mip[a-z]{0,4}|minip|mnip|maximum intensity[a-z ]*|projection'),
  stems('[rk][ _-]?trans|iau|wash[ _-]?(?:in|out)|time[ _-]to[ _-](?:peak|enh)|tofts|permeab|slope'),
  words('ttp|kep|mtt|cbv|cbf|pei|auc|maxslope|bolus arrival|w[io](?= ?map)'),
  words(
    'enhancement (?:integral|ratio|map)|(?:max|maximum|rel|relative|positive|negative) (?:relative )?enhancem?e?n?t?',
  ),
  stems('fractional|fraktionelle|anisotrop|anizotrop|color ?fa|colfa|kurtosis|histogram|fat[\\W_]?fraction'),
  `${words('[rt][12][\\W_]*(?:star)?')}[\\W_]*(?:${MAP})(?![a-z])`,
  `${stems('perf[a-z]*|par[ae]met[a-z]*|colou?r|farb[a-z]*|kleuren|diffusivity|relaxation')}[\\W_]*(?:${MAP}|bild)`,
  stems('screen[ _-]?[sc]|bildschirm|schermaf|snapshot|captur|pantalla|segmentation'),
  stems('key[ _-]?im|schlusselbild|sleutel|images? cle|imagen(?:es)? clave'),
  stems('fused|fusionier|overlay|uberlager|dyna?cad'),
  // Not the T2 that is acquired for a fusion biopsy.
  stems('fusion(?![a-z]*biop|.*(?:biop|uronav|artemis))(?<!(?:biop[a-z]*|uronav|artemis|for|fur|voor|pour|para).*)'),
  words('report|bericht|befund|summary'),
);
/** Abbreviations that mean a map only where ImageType does not call the image an original. */
export const DERIVED_ABBREVIATION = anyOf(words(`(?<!\\d ?)fa(?![\\W_]*\\d)|ve|vp|ra|vr|tta|cad|${MAP}`));

export const NOT_ANATOMY = anyOf(
  stems('spectro|spectra(?!l)|spektr|espectro|spettro|csi|mrsi?(?![a-z])|svs|press(?![a-z])|steam(?![a-z])'),
  stems('calib|kalib|quickcal|prescan|shim|field[ _-]?map|feldkarte|sense[ _-]?ref|clear[ _-]?ref|refscan'),
  stems('ref(?:erence|erenz)?[ _-]?scan|(?:coil|spulen?|spoel|bobine)[ _-]?(?:surv|cal|ref|sens|check|test|meting)'),
  words('cal|cals|bold|fmri|rs[ _-]?fmri|asl') + '|^noise|noise[ _]scan|^asset$',
  `(?<![a-z])b[01][\\W_]*(?:${MAP}|rx|tx|plus|shim)|b[01]map`,
);

export const DIFFUSION = anyOf(
  stems(
    'dif+[uo]?(?![a-z]*(?:erent|erenz))|difu|dyfu|deffus|d[ _-]?w[ _-]i(?![a-z])|dw(?:[ _-]epi|i)|[isce]{1,3}dwi|eddwi',
  ),
  stems('ivim|dti(?![a-z])|dki(?![a-z])|mddw|resolve|reveal|zoomit|trace|pgse|muse(?![a-z])|multiplex'),
  'dwi(?![a-z])|dwibs|ep2d[ _-]?(?:dif|adv)|epi[ _-]?dwi|advdiff|diffusion|dwse|dwise|sshdwi|difusi|difuzi|calc[ _-]?bval',
  // A b-value.
  '(?<![a-z])[sdc]?b[ _=-]?(?:v|val|value|wert|waarde)?[ _=-]?[1-9]\\d{2,3}(?!\\d|[.,]?\\d*[ _]?mm)t?(?![a-z])',
  '\\d{3,4}[ _-]?b[ _-]?(?:val|wert|waard)|^[sd]?b ?_?\\d{2,4}(?![\\d.])',
  '(?<![a-z])b ?\\d{1,4}[ _,/-]+b?\\d{3,4}(?!\\d|[ _]?m)',
);
/** A computed b-value, also glued to other words (`DYNDISTCALC_BVAL`). */
export const COMPUTED = anyOf(
  'calc[ _-]?b|calcbval|calcdwi',
  stems('calc(?!i|anc)|c[ _-]?dwi|cb\\d|sy?nth|syn[ _-]?(?:b|dwi|dif)|sydwi|sintet|comput|comp[ _-]?b|magic[ _-]?dwi'),
  stems('kalkul|berechn|bereken|extrapol|ber[ _-]b|estimated|virtual|hochger|errechn'),
);
export const DIRECTIONAL = anyOf(words('mddw|dti|tensor|\\d+ ?dirs?'), stems('richtung'));

export const DYNAMIC = anyOf(
  stems('dyn(?!a?cad|dist|atrim)|dinam|dce|perf|twist|tricks|disco|grasp|keyhole|freeze|ultra ?fast|first[ _-]?pass'),
  stems('time[ _-]?res|mehrphas|multifas'),
  'dynami[a-z]|fldyn|dyn3d|tt ?= ?\\d|vibedyn|kmdyn|_dyn(?!dist)|dce(?![a-z])|twist|perfus',
  words('4d|multi ?pha?se?[a-z]*|mphase|mph|ph ?\\d+(?= |/|_|$)|phase ?\\d+|temporal|bolus'),
);
/** The single volume after the dynamic series. */
export const AFTER_DYNAMIC =
  /(?<![a-z])(?:(?:nach|na|after|apres|tras|dopo|late|delay(?:ed)?|spat|laat|tardif)[\W_]+(?:\w+[\W_]+)?|post[ _-]?)(?:dyn|dinam|perf|dce)/;

export const T1 = anyOf(
  't1(?![\\d.])',
  stems('vibe|lava|e?thrive|flash|f?spgr|mp-?rage|quick ?3d|tigre|fl[23]d|efgre|star ?vibe|caipi|fame'),
  stems('tfe(?![a-z])|ffe(?![a-z])|gre(?![a-z])|dixon(?! t2)|dry ?run'),
  words('post[ _-]?(?:km|gad|gd|contrast[a-z]*|kontrast[a-z]*|c)?|pre[ _-]?contrast|gd|gado[a-z]*|km') +
    '|[+] ?(?:c|km|gd|gado)(?![a-z])',
);
export const T2 = anyOf(
  't2(?![\\d.])(?!\\*)',
  stems('stir|tirm|tir(?![a-z])|fr?fse|frfse|fse|isofse|tse|turbo ?se|haste|ssfse|sshtse|single ?shot|fase(?![a-z])'),
  stems('blade|propeller|jet(?![a-z])|radar(?![a-z])|multivane|spc|space|cube|vista|matrix3d'),
);

export const T2_STAR = anyOf('t2[\\W_]?(?:\\*|star|stern|ster|etoile)', words('swi|swan|swip|venobold|medic|qsm'));
/** Blood: with the name of T2 a T2* sequence. */
export const HEMORRHAGE = anyOf(stems('hemo|hema|haemo|hamo'));
export const BALANCED = anyOf(
  stems('tru?e?[ _-]?fi|fiesta|b[ _-]?[tf]fe|balanced|bal(?![a-z])|b?ssfp(?![a-z])|truessfp|tfi\\dd?|basg'),
);
export const PROTON_DENSITY = anyOf(words('pdw?|p\\.?d\\.? ?w|proton[a-z]*|dp'));
export const VESSELS = anyOf(words('tof|mra|angio[a-z]*|inhance|timeslip|venogra[a-z]*|phase contrast'));

export const REFORMATTED = anyOf(words('mpr[a-z]{0,4}|reformat[a-z]*|reconstruct[a-z]*|recon|rekon[a-z]*'));
export const FAT_SATURATED = anyOf(
  words('d?fs|sfs|fsat|fat[ _-]?(?:sat|sup)[a-z]*|stir|tirm|tir|spair|spir|spec ?ir|chess|ideal|m?dixon'),
  words('fett[a-z]*|vet(?:sup|ond)[a-z]*|water|wasser|eau|sat ?gras[a-z]*|sat ?graisse|sup[a-z]* (?:de )?gras[a-z]*'),
);
/** A field of view beyond the prostate, where the headers do not give it. */
export const LARGE_FIELD = anyOf(
  words('pelvi[a-z]*|becken|bekken|bassin|lfov|large fov|grand champ|whole[ _-]?body|ganzkorper|wb|dwibs|abdomen'),
  words('lymph[a-z]*|nodes?'),
);
