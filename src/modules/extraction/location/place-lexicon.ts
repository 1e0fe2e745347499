import type { Location } from '../extraction.js';
import type { Language } from '../text/language.js';

export type Level = Location['levels'][number];
export type Position = Location['positions'][number];

/** What one word, abbreviation or code says of a place in the prostate. */
export interface PlaceMeaning {
  readonly sides?: readonly ('left' | 'right' | 'bilateral' | 'midline')[];
  readonly zone?: NonNullable<Location['zone']>;
  readonly levels?: readonly Level[];
  readonly positions?: readonly Position[];
  /** A clock position: it counts only for what no word says. */
  readonly clock?: boolean;
  /** The midline is crossed, which makes a lesion bilateral only where both sides are named. */
  readonly crossing?: boolean;
}

const table = (entries: readonly [string, PlaceMeaning][]): Map<string, PlaceMeaning> =>
  new Map(
    entries.flatMap(([words, meaning]) => words.split(/\s+/).map((word): [string, PlaceMeaning] => [word, meaning])),
  );

export const LEFT: PlaceMeaning = { sides: ['left'] };
export const RIGHT: PlaceMeaning = { sides: ['right'] };
export const BOTH: PlaceMeaning = { sides: ['bilateral'] };
export const MIDLINE: PlaceMeaning = { sides: ['midline'] };
export const BASE: PlaceMeaning = { levels: ['base'] };
export const MID: PlaceMeaning = { levels: ['mid'] };
export const APEX: PlaceMeaning = { levels: ['apex'] };
export const PZ: PlaceMeaning = { zone: 'PZ' };
export const TZ: PlaceMeaning = { zone: 'TZ' };
export const CZ: PlaceMeaning = { zone: 'CZ' };
export const AFS: PlaceMeaning = { zone: 'AFS' };

/** Words that mean the same wherever they stand. */
export const STRONG = table([
  [
    'left leftsided links linke linken linker linkes linkem linkerkwab linkerkant linkerlob linkerlobus linkskwab linksseitig linksseitige linksseitigen linkszijdig linkszijdige linker linkerzijde gauche gauches izquierda izquierdo izquierdas izquierdos izq izqda izqdo izda izdo sinistra sinistro',
    LEFT,
  ],
  [
    'right rightsided rechts rechte rechten rechter rechtes rechtem rechterkwab rechterkant rechterlob rechterlobus rechtskwab rechtsseitig rechtsseitige rechtsseitigen rechtszijdig rechtszijdige rechterzijde droite droit droites droits derecha derecho derechas derechos dcha dcho dch destra destro',
    RIGHT,
  ],
  ['linksvoor linksvorne', { sides: ['left'], positions: ['anterior'] }],
  ['linksachter linkshinten', { sides: ['left'], positions: ['posterior'] }],
  ['rechtsvoor rechtsvorne', { sides: ['right'], positions: ['anterior'] }],
  ['rechtsachter rechtshinten', { sides: ['right'], positions: ['posterior'] }],
  [
    'bilateral bilaterally bilateraal bilaterale bilateralen bilateraler bilaterales bilateralmente bilateraux bds beidseits beiderseits beidseitig beidseitige beidseitigen beiderzijds tweezijdig dubbelzijdig',
    BOTH,
  ],
  [
    'midline mediaan median mediane medianes medianer medianen mittellinie medianlinie middellijn middenlijn mittelliniennah',
    MIDLINE,
  ],
  [
    'base prostatabasis prostaatbasis drusenbasis basal basale basalen basaler basales basis basaal basaux basally basisnah basisnahe basisnaher basisniveau',
    BASE,
  ],
  [
    'mid drusenmitte prostatamitte midgland midprostate midprostaat midportion midzone midlevel mitte mittig mittige mittigen mittleres mittlere mittleren mittlerem mittlerer mitteldrittel mittelfeld mittelfeldes mittfeld mittelabschnitt mittelbereich middenveld middenderde middensegment mihauteur miglande miprostate mitteldruse mittelgeschoss mittelgland mittdrittel middle midden middelste middendeel mediogland medioglandular medioglandulaire medioprostatique medioprostatica medioprostatico moyen moyenne milieu medioglandulair midklier midniveau middenniveau middengedeelte mittelniveau mittelteil midglandular midgedeelte',
    MID,
  ],
  [
    'apex prostataapex prostaatapex drusenapex apical apically apikal apikale apikalen apikaler apikales apicaal apicale apicales apicaux apice apexnah apexnahe apexnaher apexniveau apexnivo',
    APEX,
  ],
  ['pz zp pzone', PZ],
  [
    'tz zt transitionszone transitionszonal transitiezone transitionalzone transitiezonaal overgangszone ubergangszone innendruse binnenklier tzone',
    TZ,
  ],
  ['cz zc zentralzone', CZ],
  ['afs afms sfma asfm sfm efma efa afmz afmst afm', AFS],
]);

/** Letters that are a side, a level or a position only beside another such word. */
export const WEAK = table([
  ['l li lt lft lks ltl izq g gch gche', LEFT],
  ['r re rt rgt der d dr drt dte dt', RIGHT],
  ['bilat', BOTH],
  ['pl', { positions: ['posterior', 'lateral'] }],
  ['pm', { positions: ['posterior', 'medial'] }],
  ['al', { positions: ['anterior', 'lateral'] }],
  ['am', { positions: ['anterior', 'medial'] }],
  ['ant a vent ventr', { positions: ['anterior'] }],
  ['post p dors', { positions: ['posterior'] }],
  ['lat', { positions: ['lateral'] }],
  ['med', { positions: ['medial'] }],
  ['ml', MIDLINE],
  ['medio media mittl mittlr', MID],
]);

/** Letters that are words of their own in some language, so that a neighbour is not enough. */
export const WEAK_ONLY_IN: Readonly<Record<string, readonly Language[]>> = {
  l: ['en', 'de', 'nl', 'es'],
  li: ['de', 'nl', 'en'],
  re: ['de', 'nl'],
  g: ['fr'],
  d: ['fr', 'es'],
  dr: ['fr'],
  der: ['es'],
  al: ['en'],
  am: ['en'],
  a: ['en'],
  p: ['en', 'de', 'nl', 'fr', 'es'],
  media: ['es'],
  medio: ['es'],
  ml: [],
};

const POSITION_PART =
  /^(?:-?(?:posterio(?=[lm])|anterio(?=[lm])|postero|posterior|posteriores|posterieur|posterol|poster|dorsal|dorso|anterior|antero|anterieur|ventral|ventro|lateral|lateraal|latero|medial|mediaal|medio(?=[a-z])|dorsaal|ventraal|paramediaan|paramedial|paramedian|lat$|med$|vorne|vorn|hinten|achter|voor(?=zijde)))/;
const POSITION_TAIL =
  /^(?:|e|en|er|es|em|ly|ment|mente|s|a|o|as|os|e?ment|aux|ale|ales|zijde|seitig|seits|warts|ward|wards|most|te)$/;

/** `posterolateral`, `dorsomediaal`, `antero-lateralement`: read part by part; null for any other word. */
export function positionsOf(word: string): Position[] | null {
  const positions: Position[] = [];
  let rest = word;
  for (let part = POSITION_PART.exec(rest); part; part = POSITION_PART.exec(rest)) {
    rest = rest.slice(part[0].length);
    const stem = part[0];
    positions.push(
      /^(?:post|dors|hint|acht)/.test(stem)
        ? 'posterior'
        : /^(?:ant|ventr|vor|voor)/.test(stem)
          ? 'anterior'
          : /^lat/.test(stem)
            ? 'lateral'
            : 'medial',
    );
  }
  return positions.length > 0 && POSITION_TAIL.test(rest) ? positions : null;
}
