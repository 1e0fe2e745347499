import type { Language } from '../text/language.js';
import type { Span } from '../text/span.js';
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
  type Position,
} from './place-lexicon.js';

export interface LocationWord extends Span, PlaceMeaning {}

/** The clock seen from below on an axial image (PI-RADS v2.1): 1–5 left, 7–11 right, 10–2 anterior, 4–8 posterior. */
function clockMeaning(hour: number): PlaceMeaning {
  const side = hour >= 1 && hour <= 5 ? 'left' : hour >= 7 && hour <= 11 ? 'right' : 'midline';
  const positions: Position[] = hour >= 10 || hour <= 2 ? ['anterior'] : hour >= 4 && hour <= 8 ? ['posterior'] : [];
  return { sides: [side], positions, clock: true };
}

const PERIPHERAL = /^(?:peripher(?!y)|perife)/;
const TRANSITION = /^(?:transition(?:al|nelle)?$|transitionszon|transizional|transicion)/;
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
const THROUGH = /^(?:to|through|thru|bis|tot|a|hasta|-|–|jusqu'a|jusqu'|zum|naar|the|in|den|de|l'|la|el|al)$/;
/** Names of form fields that a lone letter may fill in ("Sector: pl"). */
const FIELD =
  /^(?:side|seite|zijde|cote|lado|sector|sektor|secteur|position|posicion|level|hohe|niveau|nivel|location|lage)$/;
const NOUN = /(?:nodule|nodus|knoten|herd|lesion|laesie|lasion|focus|fokus|foyer|foco|haard)$/;
const CROSS = /^(?:cross|traver|kreuz|uberschreit|overschrij|franchi|depass|cruz|sobrepas|kruis)/;

/** Words that open a phrase for a place, whatever they mean alone. */
const OPENS =
  /^(?:linea|ligne|lower|inferior|unter(?:e[nrs]?|em)|onderste|upper|superior|ober(?:e[nrs]?|em)|bovenste|inner(?:en?)?|voor|mid|both|beide[rn]?|les|ambos|ambas|tiers|partie|tercio|parte|zona|region|glandula|nivel|porcion|segmento|altura|middenkwab|mittellappen|lobul?[eo]?s?|median|middle|op|auf|on|an|(?:central|zentral|centraal|seminal|samenblase|vesicul).*|fibro|mi|(?:links|rechts)(?:lateral|dors|ventr|poster|anter).*)$/;
/** "midprostaatniveau", "Apexbereich": the place with a word for level or region behind it. */
const strongOf = (text: string): PlaceMeaning | undefined =>
  STRONG.get(text) ?? (REGION.test(text) ? STRONG.get(text.replace(REGION, '')) : undefined);
const REGION = /(?:niveau|hohe|hoogte|bereich|gebied)$/;

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
      strongOf(text) !== undefined ||
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
    if (/^(?:both|beide[rn]?|ambas)$/.test(text) && (PERIPHERAL.test(after) || TRANSITION.test(after))) {
      add(i, i, BOTH);
      continue;
    }
    if (THIRD.test(after) && (LOWER.test(text) || UPPER.test(text))) {
      add(i, n, LOWER.test(text) ? APEX : BASE);
      i = n;
      continue;
    }
    if (THIRD.test(text) && (LOWER.test(after) || UPPER.test(after))) {
      add(i, n, LOWER.test(after) ? APEX : BASE);
      i = n;
      continue;
    }
    if (/^(?:inner|innere|inneren)$/.test(text) && /^(?:gland|druse|prostata)$/.test(after)) {
      add(i, n, TZ);
      i = n;
      continue;
    }
    // "links voor, basaal": in front, where no noun follows that it could be the preposition of.
    if (text === 'voor' && STRONG.get(word(i - 1))?.sides && /^(?:[,.;:)]|in|)$/.test(after)) {
      add(i, i, { positions: ['anterior'] });
      continue;
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
      /^(?:op|auf|on)$/.test(text) &&
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
      while (tokens[from]!.kind === 'break') from++;
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
    // "linkslateral"
    const sided = /^(links|rechts)(?=(?:lateral|dorsal|ventral|postero|dorso|ventro|antero))/.exec(text)?.[0];
    const beside = sided ? positionsOf(text.slice(sided.length)) : null;
    if (sided && beside) {
      add(i, i, { ...STRONG.get(sided)!, positions: beside });
      continue;
    }
    // "médio-prostatique"
    const joined = word(i + 1) === '-' && word(i + 2) !== '' ? STRONG.get(text + word(i + 2)) : undefined;
    if (joined) {
      add(i, i + 2, joined);
      i += 2;
      continue;
    }
    const strong = strongOf(text);
    if (strong) {
      if (text === 'basis' && language === 'en') continue;
      // "postéro-médiane"
      if (strong === MIDLINE && word(i - 1) === '-' && positionsOf(word(i - 2))) add(i, i, { positions: ['medial'] });
      else if (strong === MIDLINE && [word(i - 1), word(i - 2), word(i - 3)].some((before) => CROSS.test(before)))
        add(i, i, { ...MIDLINE, crossing: true });
      else add(i, i, strong);
      continue;
    }
    const positions = positionsOf(text);
    // "IRM antérieure", "estudio anterior": earlier, not in front.
    if (positions && ANTERIOR.test(text) && (EARLIER.test(text) || STUDY.test(word(i - 1)))) continue;
    if (positions) {
      add(i, i, { positions });
      continue;
    }
    if (/^(?:seminal|samenblase|vesicul(?:a|ae|as|e)$)/.test(text)) continue;
    const weak = WEAK.get(text);
    // "a" is an article, unless it stands behind the abbreviation of a zone.
    const behindZone = /^(?:[pt]z|z[pt])$/.test(word(i - 1));
    if (/^[ap]$/.test(text) && !alone && !behindZone && word(i - 1) !== ':') continue;
    if (weak?.positions && behindZone) {
      add(i, i, weak);
      continue;
    }
    if (weak && FIELD.test(word(i - 2)) && word(i - 1) === ':') {
      add(i, i, weak);
      continue;
    }
    if (weak && ((alone && weak.positions) || (WEAK_ONLY_IN[text]?.includes(language) ?? true))) {
      add(i, i, weak, true);
      continue;
    }
    // "a las 7 horas"
    const code = text.length >= 3 && !(text === 'las' && language !== 'en') ? readLocationCode(text) : null;
    if (code) add(i, i, code);
  }
  const kept = found.filter(
    (entry, at) =>
      alone ||
      !entry.weak ||
      hasNeighbour(found, at, tokens) ||
      // "BPH nodule R 18 mm"
      (entry.sides !== undefined &&
        ((NOUN.test(word(entry.from - 1)) && tokens[entry.to + 1]?.kind === 'number') ||
          /^(?:[a-z]*ca|[a-z]*karzinom|[a-z]*carcinoom|tumor)$/.test(word(entry.from - 1)))),
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

type Neighbour = PlaceMeaning & { readonly weak: boolean; readonly from: number; readonly to: number };

/** What may lie between a letter and the place word beside it: a mark, or the noun of that word ("mittlere Drüse, pl"). */
const BETWEEN =
  /^(?:[.\-/,;|+()]|gland|druse|prostata|prostate|prostaat|klier|glande|glandula|zone|zona|third|drittel|derde|tiers|tercio|level|niveau|nivel|lobe|lappen|lobulo|kwab)$/;
/** A letter counts only where a place word stands beside it (a dot, a hyphen or a slash may lie between). */
function hasNeighbour(found: readonly Neighbour[], at: number, tokens: readonly Token[]): boolean {
  // "… after RT. Left apex": a full stop between two sides ends a sentence.
  const beside = (a: Neighbour, b: Neighbour): boolean =>
    !(a.sides && b.sides && tokens[a.to + 1]?.text === '.') &&
    tokens.slice(a.to + 1, b.from).every((token) => BETWEEN.test(token.text)) &&
    b.from - a.to <= 4;
  for (let i = at; i < at + 6 && i + 1 < found.length && beside(found[i]!, found[i + 1]!); i++)
    if (!found[i + 1]!.weak) return true;
  for (let i = at; i > at - 6 && i > 0 && beside(found[i - 1]!, found[i]!); i--) if (!found[i - 1]!.weak) return true;
  return false;
}
