import type { Location } from '../extraction.js';
import type { Language } from '../text/language.js';
import type { Span } from '../text/span.js';
import type { Token } from '../text/tokens.js';

type Level = Location['levels'][number];
type Position = Location['positions'][number];

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

export interface LocationWord extends Span, PlaceMeaning {}

const table = (entries: readonly [string, PlaceMeaning][]): Map<string, PlaceMeaning> =>
  new Map(
    entries.flatMap(([words, meaning]) => words.split(/\s+/).map((word): [string, PlaceMeaning] => [word, meaning])),
  );

const LEFT: PlaceMeaning = { sides: ['left'] };
const RIGHT: PlaceMeaning = { sides: ['right'] };
const BOTH: PlaceMeaning = { sides: ['bilateral'] };
const MIDLINE: PlaceMeaning = { sides: ['midline'] };
const BASE: PlaceMeaning = { levels: ['base'] };
const MID: PlaceMeaning = { levels: ['mid'] };
const APEX: PlaceMeaning = { levels: ['apex'] };
const PZ: PlaceMeaning = { zone: 'PZ' };
const TZ: PlaceMeaning = { zone: 'TZ' };
const CZ: PlaceMeaning = { zone: 'CZ' };
const AFS: PlaceMeaning = { zone: 'AFS' };

/** Words that mean the same wherever they stand. */
const STRONG = table([
  [
    'left leftsided links linke linken linker linkes linkem linksseitig linksseitige linksseitigen linkszijdig linkszijdige linker linkerzijde gauche gauches izquierda izquierdo izquierdas izquierdos izq izqda izqdo izda izdo sinistra sinistro',
    LEFT,
  ],
  [
    'right rightsided rechts rechte rechten rechter rechtes rechtem rechtsseitig rechtsseitige rechtsseitigen rechtszijdig rechtszijdige rechterzijde droite droit droites droits derecha derecho derechas derechos dcha dcho dch destra destro',
    RIGHT,
  ],
  [
    'bilateral bilaterally bilateraal bilaterale bilateralen bilateraler bilaterales bilateralmente bilateraux bds beidseits beiderseits beidseitig beidseitige beidseitigen beiderzijds tweezijdig dubbelzijdig',
    BOTH,
  ],
  [
    'midline median mediane medianes medianer medianen mittellinie medianlinie middellijn middenlijn mittelliniennah',
    MIDLINE,
  ],
  [
    'base basal basale basalen basaler basales basis basaal basaux basally basisnah basisnahe basisnaher basisniveau',
    BASE,
  ],
  [
    'mid midgland midprostate midprostaat midportion midzone midlevel mitte mittig mittige mittigen mittleres mittlere mittleren mittlerem mittlerer mitteldrittel mittelgeschoss mittelgland mittdrittel middle midden middelste middendeel mediogland medioglandular medioglandulaire medioprostatique medioprostatica medioprostatico moyen moyenne medioglandulair midklier midniveau middenniveau middengedeelte mittelniveau mittelteil midglandular midgedeelte',
    MID,
  ],
  [
    'apex apical apically apikal apikale apikalen apikaler apikales apicaal apicale apicales apicaux apice apexnah apexnahe apexnaher apexniveau apexnivo',
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
const WEAK = table([
  ['l li lt lft lks ltl izq g gch', LEFT],
  ['r re rt rgt der d dr drt', RIGHT],
  ['bilat', BOTH],
  ['pl', { positions: ['posterior', 'lateral'] }],
  ['pm', { positions: ['posterior', 'medial'] }],
  ['al', { positions: ['anterior', 'lateral'] }],
  ['am', { positions: ['anterior', 'medial'] }],
  ['ant a', { positions: ['anterior'] }],
  ['post p', { positions: ['posterior'] }],
  ['lat', { positions: ['lateral'] }],
  ['med', { positions: ['medial'] }],
  ['ml', MIDLINE],
  ['medio media', MID],
]);

/** Letters that are words of their own in some language, so that a neighbour is not enough. */
const WEAK_ONLY_IN: Readonly<Record<string, readonly Language[]>> = {
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
  /^(?:-?(?:posterio(?=[lm])|anterio(?=[lm])|postero|posterior|posteriores|poster|dorsal|dorso|anterior|antero|anterieur|ventral|ventro|lateral|lateraal|latero|medial|mediaal|medio(?=[a-z])|posterieur|dorsaal|ventraal|posterol|paramedian|lat$|med$|vorne|vorn|hinten|achter|voor(?=zijde)))/;
const POSITION_TAIL =
  /^(?:|e|en|er|es|em|ly|ment|mente|s|a|o|as|os|e?ment|aux|ale|ales|zijde|seitig|seits|warts|ward|wards|most|te)$/;

/** `posterolateral`, `dorsomediaal`, `antero-lateralement`: read part by part; null for any other word. */
function positionsOf(word: string): Position[] | null {
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

const CODE_PARTS: readonly [RegExp, PlaceMeaning][] = [
  [/^(?:left|l)/, LEFT],
  [/^(?:right|r)/, RIGHT],
  [/^(?:midline|ml)/, MIDLINE],
  [/^(?:pz|peripheral)/, PZ],
  [/^(?:tz|transition|cg)/, TZ],
  [/^cz/, CZ],
  [/^(?:afs|afms|as)/, AFS],
  [/^(?:base|bas)/, BASE],
  [/^(?:mid|m)/, MID],
  [/^(?:apex|apx|ap)/, APEX],
  [/^(?:pl)/, { positions: ['posterior', 'lateral'] }],
  [/^(?:pm)/, { positions: ['posterior', 'medial'] }],
  [/^(?:anterior|ant|a)/, { positions: ['anterior'] }],
  [/^(?:posterior|post|p)/, { positions: ['posterior'] }],
  [/^(?:lateral|lat)/, { positions: ['lateral'] }],
  [/^(?:medial|med)/, { positions: ['medial'] }],
  [/^b/, BASE],
];

interface CodePart {
  readonly meaning: PlaceMeaning;
  readonly letters: number;
}

/** `rpzplmid`, `rantbase`, `midlineantmid`: all parts of a code in any order, the whole word used up; null otherwise. */
export function readLocationCode(word: string): PlaceMeaning | null {
  const known = codes.get(word);
  if (known !== undefined) return known;
  const code = decode(word);
  if (codes.size < 20_000) codes.set(word, code);
  return code;
}

/** Words decoded before; most words of a report are words of every report. */
const codes = new Map<string, PlaceMeaning | null>();

function decode(word: string): PlaceMeaning | null {
  if (word.length > 24) return null;
  const walk = (rest: string, seen: readonly CodePart[]): readonly CodePart[] | null => {
    if (rest === '') return seen;
    if (seen.length >= 7) return null;
    for (const [part, meaning] of CODE_PARTS) {
      const match = part.exec(rest);
      if (
        !match ||
        (meaning.sides && seen.some((other) => other.meaning.sides)) ||
        (meaning.zone && seen.some((other) => other.meaning.zone))
      )
        continue;
      const whole = walk(rest.slice(match[0].length), [...seen, { meaning, letters: match[0].length }]);
      if (whole) return whole;
    }
    return null;
  };
  const parts = walk(word, []);
  if (!parts) return null;
  const merged = mergeMeanings(parts.map((part) => part.meaning));
  const fields = Object.keys(merged).length;
  // Single letters mean a level or a position only in a code that names its zone; "as" is a zone only with a side.
  const spelt = parts.every(({ meaning, letters }) => meaning.sides !== undefined || letters >= 3);
  const known =
    merged.zone === 'AFS' ? merged.sides !== undefined || /^afm?s/.test(word) : merged.zone !== undefined || spelt;
  return fields >= 2 && known ? merged : null;
}

function mergeMeanings(parts: readonly PlaceMeaning[]): PlaceMeaning {
  const sides = [...new Set(parts.flatMap((part) => part.sides ?? []))];
  const levels = [...new Set(parts.flatMap((part) => part.levels ?? []))];
  const positions = [...new Set(parts.flatMap((part) => part.positions ?? []))];
  const zone = parts.find((part) => part.zone)?.zone;
  return {
    ...(sides.length > 0 && { sides }),
    ...(zone && { zone }),
    ...(levels.length > 0 && { levels }),
    ...(zone !== 'AFS' && positions.length > 0 && { positions }),
  };
}

/** The clock seen from below on an axial image (PI-RADS v2.1): 1–5 left, 7–11 right, 10–2 anterior, 4–8 posterior. */
function clockMeaning(hour: number): PlaceMeaning {
  const side = hour >= 1 && hour <= 5 ? 'left' : hour >= 7 && hour <= 11 ? 'right' : 'midline';
  const positions: Position[] = hour >= 10 || hour <= 2 ? ['anterior'] : hour >= 4 && hour <= 8 ? ['posterior'] : [];
  return { sides: [side], positions, clock: true };
}

const PERIPHERAL = /^(?:peripher(?!y)|perifer)/;
const TRANSITION = /^(?:transition(?:al)?$|transitionszon|transizional|transicion)/;
const ZONE_NOUN = /^(?:zone|zonen|zona|zonal)$/;
const FIBROMUSCULAR = /^fibro-?mus[ck]ul/;
const ANTERIOR = /^(?:anter|ventr)/;
const THROUGH = /^(?:to|through|thru|bis|tot|a|hasta|-|–|jusqu'a|jusqu'|zum|naar|the|in|den|de|l'|la|el|al)$/;
/** Names of form fields that a lone letter may fill in ("Sector: pl"). */
const FIELD =
  /^(?:side|seite|zijde|cote|lado|sector|sektor|secteur|position|posicion|level|hohe|niveau|nivel|location|lage)$/;
const NOUN = /(?:nodule|nodus|knoten|herd|lesion|laesie|lasion|focus|fokus|foyer|foco|haard)$/;
const CROSS = /^(?:cross|traver|kreuz|uberschreit|overschrij|franchi|depass|cruz|sobrepas|kruis)/;

/** Words that open a phrase for a place, whatever they mean alone. */
const OPENS =
  /^(?:linea|ligne|mid|both|beide[rn]?|les|ambos|ambas|tiers|partie|tercio|parte|zona|region|glandula|nivel|porcion|segmento|altura|middenkwab|mittellappen|lobul?[eo]?s?|median|middle|op|auf|on|an|(?:central|zentral|centraal|seminal|samenblase|vesicul).*|fibro)$/;
const placing = new Map<string, boolean>();

/** Whether a word may name a place or open a phrase that does; most words of a report are known from before. */
function mayPlace(text: string): boolean {
  let may = placing.get(text);
  if (may === undefined) {
    may =
      OPENS.test(text) ||
      PERIPHERAL.test(text) ||
      TRANSITION.test(text) ||
      FIBROMUSCULAR.test(text) ||
      ANTERIOR.test(text) ||
      STRONG.has(text) ||
      WEAK.has(text) ||
      positionsOf(text) !== null ||
      (text.length >= 3 && readLocationCode(text) !== null);
    if (placing.size < 5_000) placing.set(text, may);
  }
  return may;
}

/**
 * Finds every word, abbreviation, code and clock position that names a place, in the order of the text. `tokens` are
 * the tokens of a stretch of the folded text; `alone` where it holds nothing but a place, so that single letters count.
 */
export function findLocationWords(tokens: readonly Token[], language: Language, alone = false): LocationWord[] {
  const found: (LocationWord & { weak: boolean; from: number; to: number })[] = [];
  const add = (from: number, to: number, meaning: PlaceMeaning, weak = false): void => {
    found.push({ ...meaning, start: tokens[from]!.start, end: tokens[to]!.end, weak, from, to });
  };
  const word = (at: number): string => tokens[at]?.text ?? '';
  /** The index of the next token that is no line break. */
  const next = (at: number): number => (tokens[at + 1]?.kind === 'break' ? at + 2 : at + 1);
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const text = token.text;
    if (token.kind === 'number') {
      const hour = Number(text);
      const n = next(i);
      if (hour >= 1 && hour <= 12) {
        if (/^(?:o'?clock|uhr|uur|heures?|horas)$/.test(word(n))) {
          const low = /^(?:-|to|bis|tot|a|y|and)$/.test(word(i - 1)) ? Number(word(i - 2)) : NaN;
          if (low >= 1 && low <= 12) add(i - 2, n, clockMeaning(low));
          add(i, n, clockMeaning(hour));
        } else if (word(n) === 'h' && language === 'fr') add(i, n, clockMeaning(hour));
        else if (word(i - 1) === 'las' && word(i - 2) === 'a') add(i - 2, i, clockMeaning(hour));
      }
      continue;
    }
    if (token.kind !== 'word' || !mayPlace(text)) continue;
    const n = next(i);
    const after = word(n);
    // Phrases first: a word of one may mean something else alone.
    if (text === 'linea' && after === 'media') {
      add(i, n, MIDLINE);
      i = n;
      continue;
    }
    if (text === 'ligne' && /^median/.test(after)) {
      add(i, n, MIDLINE);
      i = n;
      continue;
    }
    if (text === 'mid' && after === 'line') {
      add(i, n, MIDLINE);
      i = n;
      continue;
    }
    if (text === 'mid' && after === '-' && word(n + 1) === 'line') {
      add(i, n + 1, MIDLINE);
      i = n + 1;
      continue;
    }
    if (
      /^(?:both|beide[rn]?|les|ambos|ambas)$/.test(text) &&
      /^(?:sides?|seiten|lobes|lobs?|lappen|zijden|kwabben|deux|lados|lobulos)$/.test(after)
    ) {
      if (after !== 'deux' || /^(?:cotes|lobes)$/.test(word(n + 1))) {
        add(i, n, BOTH);
        i = n;
        continue;
      }
    }
    if (text === 'tiers' && /^median/.test(after)) {
      add(i, n, MID);
      i = n;
      continue;
    }
    if (
      /^(?:partie|tercio|parte|zona|region|glandula|nivel|porcion|segmento|altura)$/.test(text) &&
      /^(?:medi[ao]|mediane)$/.test(after)
    ) {
      add(i, n, MID);
      i = n;
      continue;
    }
    if (/^(?:middenkwab|mittellappen|lobul?[eo]?s?)$/.test(text) && /^median/.test(after)) {
      i = n;
      continue;
    }
    if (/^(?:median|middle)$/.test(text) && /^(?:lobe|lobus)/.test(after)) {
      i = n;
      continue;
    }
    if (
      /^(?:op|auf|on|an)$/.test(text) &&
      /^(?:basis|der|the)$/.test(after) &&
      (after === 'basis' || word(n + 1) === 'basis') &&
      /^(?:van|of|von|der|des)$/.test(after === 'basis' ? word(n + 1) : word(n + 2))
    ) {
      i = after === 'basis' ? n : n + 1;
      continue;
    }
    if (PERIPHERAL.test(text)) {
      const to = ZONE_NOUN.test(after) ? n : i;
      const from = ZONE_NOUN.test(word(i - 1)) ? i - 1 : i;
      add(from, to, PZ);
      i = to;
      continue;
    }
    if (TRANSITION.test(text) && !/^(?:cell|zell)/.test(after)) {
      const to = ZONE_NOUN.test(after) ? n : i;
      const from =
        word(i - 1) === 'de' && ZONE_NOUN.test(word(i - 2)) ? i - 2 : ZONE_NOUN.test(word(i - 1)) ? i - 1 : i;
      if (to > i || from < i || /^trans(?:icional|itional|itionszon)/.test(text) || text === 'transition')
        add(from, to, TZ);
      i = to;
      continue;
    }
    if (/^(?:central|zentral|centraal)/.test(text)) {
      if (/^(?:gland|druse|druese|klier)/.test(after)) {
        add(i, n, TZ);
        i = n;
        continue;
      }
      if (/^gland/.test(word(i - 1))) {
        add(i - 1, i, TZ);
        continue;
      }
      if (ZONE_NOUN.test(after)) {
        add(i, n, CZ);
        i = n;
        continue;
      }
      if (ZONE_NOUN.test(word(i - 1))) {
        add(i - 1, i, CZ);
        continue;
      }
      continue;
    }
    if (
      FIBROMUSCULAR.test(text) ||
      (text === 'fibro' && /^(?:-)$/.test(word(i + 1)) && /^mus[ck]ul/.test(word(i + 2)))
    ) {
      let to = text === 'fibro' ? i + 2 : i;
      if (/^(?:stroma|band|zone)/.test(word(next(to)))) to = next(to);
      if (ANTERIOR.test(word(next(to)))) to = next(to);
      let from = i;
      while (
        from > 0 &&
        (/^(?:stroma|estroma)$/.test(word(from - 1)) ||
          ANTERIOR.test(word(from - 1)) ||
          tokens[from - 1]!.kind === 'break')
      )
        from--;
      while (found.length > 0 && found.at(-1)!.from >= from) found.pop();
      if (tokens[from]!.kind === 'break') from++;
      add(from, to, AFS);
      i = to;
      continue;
    }
    if (ANTERIOR.test(text) && /^stroma/.test(after)) {
      add(i, n, AFS);
      i = n;
      continue;
    }
    if (WEAK.get(text)?.sides && /^[<>]$/.test(word(i + 1)) && WEAK.get(word(i + 2))?.sides) {
      add(i, i + 2, BOTH);
      i += 2;
      continue;
    }
    const strong = STRONG.get(text);
    if (strong) {
      if (text === 'basis' && language === 'en') continue;
      if (strong === MIDLINE && [word(i - 1), word(i - 2), word(i - 3)].some((before) => CROSS.test(before)))
        add(i, i, { ...MIDLINE, crossing: true });
      else add(i, i, strong);
      continue;
    }
    const positions = positionsOf(text);
    if (positions) {
      add(i, i, { positions });
      continue;
    }
    if (/^(?:seminal|samenblase|vesicul(?:a|ae|as|e)$)/.test(text)) continue;
    const weak = WEAK.get(text);
    // "a" is an article, unless it stands behind the abbreviation of a zone.
    if (/^[ap]$/.test(text) && !alone && !/^(?:[pt]z|z[pt]|:)$/.test(word(i - 1))) continue;
    if (weak && FIELD.test(word(i - 2)) && word(i - 1) === ':') {
      add(i, i, weak);
      continue;
    }
    if (weak && (WEAK_ONLY_IN[text]?.includes(language) ?? true)) {
      add(i, i, weak, true);
      continue;
    }
    const code = text.length >= 3 ? readLocationCode(text) : null;
    if (code) add(i, i, code);
  }
  const kept = found.filter(
    (entry, at) =>
      alone ||
      !entry.weak ||
      hasNeighbour(found, at, tokens) ||
      // "BPH nodule R 18 mm"
      (entry.sides !== undefined && NOUN.test(word(entry.from - 1)) && tokens[entry.to + 1]?.kind === 'number'),
  );
  // From base to apex is through the middle.
  for (let k = kept.length - 1; k > 0; k--) {
    const [one, other] = [kept[k - 1]!, kept[k]!];
    const ends = [...(one.levels ?? []), ...(other.levels ?? [])];
    if (
      ends.includes('base') &&
      ends.includes('apex') &&
      THROUGH.test(word(other.from - 1)) &&
      other.from - one.to <= 4
    )
      kept.splice(k, 0, {
        levels: ['mid'],
        start: one.start,
        end: other.end,
        weak: false,
        from: one.from,
        to: other.to,
      });
  }
  return kept;
}

/** A letter counts only where a place word stands beside it (a dot, a hyphen or a slash may lie between). */
function hasNeighbour(
  found: readonly { weak: boolean; from: number; to: number }[],
  at: number,
  tokens: readonly Token[],
): boolean {
  const beside = (a: { to: number }, b: { from: number }): boolean =>
    tokens.slice(a.to + 1, b.from).every((token) => /^[.\-/,;|+]$/.test(token.text)) && b.from - a.to <= 3;
  for (let i = at; i < at + 6 && i + 1 < found.length && beside(found[i]!, found[i + 1]!); i++)
    if (!found[i + 1]!.weak) return true;
  for (let i = at; i > at - 6 && i > 0 && beside(found[i - 1]!, found[i]!); i--) if (!found[i - 1]!.weak) return true;
  return false;
}
