import type { Language } from '../text/language.js';
import type { Token } from '../text/tokens.js';
import { readLocationCode } from './location-code.js';
import {
  AFS,
  APEX,
  BASE,
  BOTH,
  CZ,
  MID,
  MIDLINE,
  positionsOf,
  PZ,
  STRONG,
  TZ,
  WEAK,
  WEAK_ONLY_IN,
  type PlaceMeaning,
} from './place-lexicon.js';

/** The tokens [from, to] and the place they name; null where they sound like one and name none. */
export interface PlacePhrase {
  readonly from: number;
  readonly to: number;
  readonly meaning: PlaceMeaning | null;
  /** It counts only beside another place. */
  readonly weak?: boolean;
}

/** The tokens of a stretch of the folded text, and how to read them. */
export interface PlaceText {
  readonly tokens: readonly Token[];
  readonly language: Language;
  /** It holds nothing but a place, so that single letters count. */
  readonly alone: boolean;
}

const wordAt = ({ tokens }: PlaceText, at: number): string => tokens[at]?.text ?? '';
/** The index of the next token that is no line break. */
export const nextAt = ({ tokens }: PlaceText, at: number): number =>
  tokens[at + 1]?.kind === 'break' ? at + 2 : at + 1;

const PERIPHERAL = /^(?:peripher(?!y)|perife)/;
const TRANSITION = /^(?:transition(?:al|nelle)?$|transitionszon|transizional|transicion)/;
const CENTRAL = /^(?:central|zentral|centraal)/;
const ZONE_NOUN = /^(?:zone|zonen|zona|zonal)$/;
const FIBROMUSCULAR = /^fibro-?mus[ck]ul/;
const ANTERIOR = /^(?:anter|ventr)/;
const EARLIER = /^(?:anterieurement|anteriormente)$/;
const STUDY =
  /^(?:irm|rm|resonancia|examen|examens|estudio|estudios|etude|biopsies?|biopsias?|score|exploracion|control|bilan|psa|valor|valeur)$/;
/** "The lower third" is the apex, "the upper third" the base. */
const THIRD = /^(?:third|drittel|derde|tiers|tercio)$/;
const LOWER = /^(?:lower|inferior|inferieur|unter(?:e[nrs]?|em)|onderste)$/;
const UPPER = /^(?:upper|superior|superieur|ober(?:e[nrs]?|em)|bovenste)$/;
/** Names of form fields that a lone letter may fill in ("Sector: pl"). */
const FIELD =
  /^(?:side|seite|zijde|cote|lado|sector|sektor|secteur|position|posicion|level|hohe|niveau|nivel|location|lage)$/;
const VESICLE = /^(?:seminal|samenblase|vesicul(?:a|ae|as|e)$)/;
const CROSS = /^(?:cross|traver|kreuz|uberschreit|overschrij|franchi|depass|cruz|sobrepas|kruis)/;

/** "midprostaatniveau", "Apexbereich": the place with a word for level or region behind it. */
const strongOf = (text: string): PlaceMeaning | undefined =>
  STRONG.get(text) ?? (REGION.test(text) ? STRONG.get(text.replace(REGION, '')) : undefined);
const REGION = /(?:niveau|hohe|hoogte|bereich|gebied)$/;

/** The place that a word names or begins to name; null where it does neither after all. */
type ReadPhrase = (text: PlaceText, at: number) => PlacePhrase | null;

interface PhraseReader {
  /** Whether a word may be the first of such a phrase, whatever stands beside it. */
  readonly opens: (word: string) => boolean;
  readonly read: ReadPhrase;
}

/** Two words that mean a place together, whatever each means alone; null where together they mean none. */
const PAIRS: readonly (readonly [first: RegExp, second: RegExp, meaning: PlaceMeaning | null])[] = [
  [/^linea$/, /^media$/, MIDLINE],
  [/^ligne$/, /^median/, MIDLINE],
  [/^mid$/, /^line$/, MIDLINE],
  [
    /^(?:both|beide[rn]?|les|ambos|ambas)$/,
    /^(?:sides?|seiten|lobes|lobs?|lappen|zijden|kwabben|lados|lobulos)$/,
    BOTH,
  ],
  [LOWER, THIRD, APEX],
  [UPPER, THIRD, BASE],
  [THIRD, LOWER, APEX],
  [THIRD, UPPER, BASE],
  [/^(?:inner|innere|inneren)$/, /^(?:gland|druse|prostata)$/, TZ],
  [/^tiers$/, /^median/, MID],
  [/^(?:partie|tercio|parte|zona|region|glandula|nivel|porcion|segmento|altura)$/, /^(?:medi[ao]|mediane)$/, MID],
  [/^(?:middenkwab|mittellappen|lobul?[eo]?s?)$/, /^median/, null],
  [/^(?:median|middle)$/, /^(?:lobe|lobus)/, null],
];

const pairs = PAIRS.map(([first, second, meaning]): PhraseReader => ({
  opens: (word) => first.test(word),
  read: (text, at) => {
    const to = nextAt(text, at);
    return second.test(wordAt(text, to)) ? { from: at, to, meaning } : null;
  },
}));

const midline: ReadPhrase = (text, at) =>
  wordAt(text, at + 1) === '-' && wordAt(text, at + 2) === 'line' ? { from: at, to: at + 2, meaning: MIDLINE } : null;

/** "Les deux lobes", "both peripheral zones". */
const both: ReadPhrase = (text, at) => {
  const to = nextAt(text, at);
  const after = wordAt(text, to);
  if (wordAt(text, at) === 'les')
    return after === 'deux' && /^(?:cotes|lobes)$/.test(wordAt(text, to + 1)) ? { from: at, to, meaning: BOTH } : null;
  return PERIPHERAL.test(after) || TRANSITION.test(after) ? { from: at, to: at, meaning: BOTH } : null;
};

/** "R<L". */
const rather: ReadPhrase = (text, at) =>
  /^[<>]$/.test(wordAt(text, at + 1)) && WEAK.get(wordAt(text, at + 2))?.sides
    ? { from: at, to: at + 2, meaning: BOTH }
    : null;

/** "links voor, basaal": in front, where no noun follows that it could be the preposition of. */
const inFront: ReadPhrase = (text, at) =>
  STRONG.get(wordAt(text, at - 1))?.sides && /^(?:[,.;:)]|in|)$/.test(wordAt(text, nextAt(text, at)))
    ? { from: at, to: at, meaning: { positions: ['anterior'] } }
    : null;

/** "Auf der Basis von", "on the basis of". */
const onTheBasisOf: ReadPhrase = (text, at) => {
  const n = nextAt(text, at);
  const to = wordAt(text, n) === 'basis' ? n : n + 1;
  const isPhrase =
    /^(?:basis|der|the)$/.test(wordAt(text, n)) &&
    wordAt(text, to) === 'basis' &&
    /^(?:van|of|von|der|des)$/.test(wordAt(text, to + 1));
  return isPhrase ? { from: at, to, meaning: null } : null;
};

const zone: ReadPhrase = (text, at) => {
  const word = wordAt(text, at);
  const n = nextAt(text, at);
  const after = wordAt(text, n);
  const before = wordAt(text, at - 1);
  const to = ZONE_NOUN.test(after) ? n : at;
  if (PERIPHERAL.test(word)) return { from: ZONE_NOUN.test(before) ? at - 1 : at, to, meaning: PZ };
  if (TRANSITION.test(word) && !/^(?:cell|zell)/.test(after)) {
    const from =
      before === 'de' && ZONE_NOUN.test(wordAt(text, at - 2)) ? at - 2 : ZONE_NOUN.test(before) ? at - 1 : at;
    const isZone = to > at || from < at || /^trans(?:icional|itional|itionszon)/.test(word) || word === 'transition';
    return { from, to, meaning: isZone ? TZ : null };
  }
  if (CENTRAL.test(word)) {
    if (/^(?:gland|druse|druese|klier)/.test(after)) return { from: at, to: n, meaning: TZ };
    if (/^gland/.test(before)) return { from: at - 1, to: at, meaning: TZ };
    if (to > at) return { from: at, to, meaning: CZ };
    return ZONE_NOUN.test(before) ? { from: at - 1, to: at, meaning: CZ } : { from: at, to: at, meaning: null };
  }
  return null;
};

/** "Anterior fibromuscular stroma", "Estroma fibromuscular anterior", "anteriores Stroma". */
const fibromuscular: ReadPhrase = (text, at) => {
  const word = wordAt(text, at);
  const parted = word === 'fibro' && wordAt(text, at + 1) === '-' && /^mus[ck]ul/.test(wordAt(text, at + 2));
  if (!FIBROMUSCULAR.test(word) && !parted) {
    const n = nextAt(text, at);
    return ANTERIOR.test(word) && /^stroma/.test(wordAt(text, n)) ? { from: at, to: n, meaning: AFS } : null;
  }
  const isBreak = (index: number): boolean => text.tokens[index]?.kind === 'break';
  let to = word === 'fibro' ? at + 2 : at;
  if (/^(?:stroma|band|zone)/.test(wordAt(text, nextAt(text, to)))) to = nextAt(text, to);
  if (ANTERIOR.test(wordAt(text, nextAt(text, to)))) to = nextAt(text, to);
  let from = at;
  const belongs = (index: number): boolean =>
    /^e?stroma$/.test(wordAt(text, index)) || ANTERIOR.test(wordAt(text, index)) || isBreak(index);
  while (from > 0 && belongs(from - 1)) from--;
  while (isBreak(from)) from++;
  return { from, to, meaning: AFS };
};

const SIDED = /^(links|rechts)(?=(?:lateral|dorsal|ventral|postero|dorso|ventro|antero))/;
/** "Linkslateral". */
const sided: ReadPhrase = (text, at) => {
  const word = wordAt(text, at);
  const side = SIDED.exec(word)?.[0] ?? '';
  const positions = positionsOf(word.slice(side.length));
  return positions && { from: at, to: at, meaning: { ...STRONG.get(side)!, positions } };
};

/** "Médio-prostatique". */
const hyphened: ReadPhrase = (text, at) => {
  const behind = wordAt(text, at + 2);
  const meaning = wordAt(text, at + 1) === '-' && behind !== '' ? STRONG.get(wordAt(text, at) + behind) : undefined;
  return meaning ? { from: at, to: at + 2, meaning } : null;
};
const beginsOne = (word: string): boolean => [...STRONG.keys()].some((key) => key.startsWith(word) && key !== word);

const single: ReadPhrase = (text, at) => {
  const word = wordAt(text, at);
  const is = (meaning: PlaceMeaning | null): PlacePhrase => ({ from: at, to: at, meaning });
  const before = wordAt(text, at - 1);
  const strong = strongOf(word);
  if (strong) {
    if (word === 'basis' && text.language === 'en') return is(null);
    // "postéro-médiane"
    if (strong === MIDLINE && before === '-' && positionsOf(wordAt(text, at - 2))) return is({ positions: ['medial'] });
    const crosses = strong === MIDLINE && [1, 2, 3].some((back) => CROSS.test(wordAt(text, at - back)));
    return is(crosses ? { ...MIDLINE, crossing: true } : strong);
  }
  const positions = positionsOf(word);
  // "IRM antérieure", "estudio anterior": earlier, not in front.
  if (positions) return is(ANTERIOR.test(word) && (EARLIER.test(word) || STUDY.test(before)) ? null : { positions });
  return VESICLE.test(word) ? is(null) : null;
};

/** Letters and codes. */
const short: ReadPhrase = (text, at) => {
  const word = wordAt(text, at);
  const is = (meaning: PlaceMeaning | null): PlacePhrase => ({ from: at, to: at, meaning });
  const before = wordAt(text, at - 1);
  const weak = WEAK.get(word);
  // "a" is an article, unless it stands behind the abbreviation of a zone.
  const isBehindZone = /^(?:[pt]z|z[pt])$/.test(before);
  if (/^[ap]$/.test(word) && !text.alone && !isBehindZone && before !== ':') return is(null);
  if (weak?.positions && isBehindZone) return is(weak);
  if (weak && FIELD.test(wordAt(text, at - 2)) && before === ':') return is(weak);
  if (weak && ((text.alone && weak.positions) || (WEAK_ONLY_IN[word]?.includes(text.language) ?? true)))
    return { ...is(weak), weak: true };
  // "a las 7 horas"
  const code = word.length >= 3 && !(word === 'las' && text.language !== 'en') ? readLocationCode(word) : null;
  return code && is(code);
};

const isCode = (word: string): boolean => word.length >= 3 && readLocationCode(word) !== null;

/** Phrases before words: a word of a phrase may mean something else alone. */
const READERS: readonly PhraseReader[] = [
  ...pairs,
  { opens: (word) => word === 'mid', read: midline },
  { opens: (word) => /^(?:les|both|beide[rn]?|ambas)$/.test(word), read: both },
  { opens: (word) => WEAK.get(word)?.sides !== undefined, read: rather },
  { opens: (word) => word === 'voor', read: inFront },
  { opens: (word) => /^(?:op|auf|on)$/.test(word), read: onTheBasisOf },
  { opens: (word) => PERIPHERAL.test(word) || TRANSITION.test(word) || CENTRAL.test(word), read: zone },
  { opens: (word) => FIBROMUSCULAR.test(word) || word === 'fibro' || ANTERIOR.test(word), read: fibromuscular },
  { opens: (word) => SIDED.test(word), read: sided },
  { opens: beginsOne, read: hyphened },
  { opens: (word) => strongOf(word) !== undefined || positionsOf(word) !== null || VESICLE.test(word), read: single },
  { opens: (word) => WEAK.has(word) || isCode(word), read: short },
];

const readersOf = new Map<string, readonly ReadPhrase[]>();

/** The place that a word names or begins to name; null where it does neither. */
export function readPlacePhrase(text: PlaceText, at: number): PlacePhrase | null {
  const word = wordAt(text, at);
  let readers = readersOf.get(word);
  if (!readers) {
    readers = READERS.filter(({ opens }) => opens(word)).map(({ read }) => read);
    // Most words of a report are words of every report, and name no place.
    if (readersOf.size < 5_000) readersOf.set(word, readers);
  }
  for (const read of readers) {
    const phrase = read(text, at);
    if (phrase) return phrase;
  }
  return null;
}
