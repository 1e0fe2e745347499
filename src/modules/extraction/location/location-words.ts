import type { Language } from '../text/language.js';
import type { Span } from '../text/span.js';
import type { Token } from '../text/tokens.js';
import type { PlaceMeaning, Position } from './place-lexicon.js';
import { nextAt, type PlacePhrase, type PlaceText, readPlacePhrase } from './place-phrase.js';

export interface LocationWord extends Span, PlaceMeaning {}

/** The clock seen from below on an axial image (PI-RADS v2.1): 1–5 left, 7–11 right, 10–2 anterior, 4–8 posterior. */
function clockMeaning(hour: number): PlaceMeaning {
  const side = hour >= 1 && hour <= 5 ? 'left' : hour >= 7 && hour <= 11 ? 'right' : 'midline';
  const positions: Position[] = hour >= 10 || hour <= 2 ? ['anterior'] : hour >= 4 && hour <= 8 ? ['posterior'] : [];
  return { sides: [side], positions, clock: true };
}

/** "At 5 o'clock", "5 bis 7 Uhr", "a las 5". */
function readClock(text: PlaceText, at: number): PlacePhrase[] {
  const word = (index: number): string => text.tokens[index]?.text ?? '';
  const hour = Number(word(at));
  if (!(hour >= 1 && hour <= 12)) return [];
  const n = nextAt(text, at);
  if (/^(?:o'?clock|uhr|uur|heures?|horas)$/.test(word(n))) {
    const low = /^(?:-|to|bis|tot|a|y|and)$/.test(word(at - 1)) ? Number(word(at - 2)) : NaN;
    const one = { from: at, to: n, meaning: clockMeaning(hour) };
    return low >= 1 && low <= 12 ? [{ from: at - 2, to: n, meaning: clockMeaning(low) }, one] : [one];
  }
  if (word(n) === 'h' && text.language === 'fr') return [{ from: at, to: n, meaning: clockMeaning(hour) }];
  if (word(at - 1) === 'las' && word(at - 2) === 'a') return [{ from: at - 2, to: at, meaning: clockMeaning(hour) }];
  return [];
}

const THROUGH = /^(?:to|through|thru|bis|tot|a|hasta|-|–|jusqu'a|jusqu'|zum|naar|the|in|den|de|l'|la|el|al)$/;
const NOUN = /(?:nodule|nodus|knoten|herd|lesion|laesie|lasion|focus|fokus|foyer|foco|haard)$/;

/**
 * Finds every word, abbreviation, code and clock position that names a place, in the order of the text. `tokens` are
 * the tokens of a stretch of the folded text; `alone` where it holds nothing but a place, so that single letters count.
 */
export function findLocationWords(tokens: readonly Token[], language: Language, alone = false): LocationWord[] {
  const found: Neighbour[] = [];
  const text: PlaceText = { tokens, language, alone };
  const add = ({ from, to, meaning, weak = false }: PlacePhrase): void => {
    if (meaning) found.push({ ...meaning, start: tokens[from]!.start, end: tokens[to]!.end, weak, from, to });
  };
  for (let i = 0; i < tokens.length; i++) {
    const { kind } = tokens[i]!;
    if (kind === 'number') readClock(text, i).forEach(add);
    const phrase = kind === 'word' ? readPlacePhrase(text, i) : null;
    if (!phrase) continue;
    // "Anterior fibromuscular stroma": what was read of its first words alone is part of it.
    while (found.length > 0 && found.at(-1)!.from >= phrase.from) found.pop();
    add(phrase);
    i = phrase.to;
  }
  const wordBefore = ({ from }: Neighbour): string => tokens[from - 1]?.text ?? '';
  const kept = found.filter(
    (entry, at) =>
      alone ||
      !entry.weak ||
      hasNeighbour(found, at, tokens) ||
      // "BPH nodule R 18 mm"
      (entry.sides !== undefined &&
        ((NOUN.test(wordBefore(entry)) && tokens[entry.to + 1]?.kind === 'number') ||
          /^(?:[a-z]*ca|[a-z]*karzinom|[a-z]*carcinoom|tumor)$/.test(wordBefore(entry)))),
  );
  // From base to apex is through the middle.
  for (let k = kept.length - 1; k > 0; k--) {
    const [one, other] = [kept[k - 1]!, kept[k]!];
    const ends = [...(one.levels ?? []), ...(other.levels ?? [])];
    if (ends.includes('base') && ends.includes('apex') && THROUGH.test(wordBefore(other)) && other.from - one.to <= 4)
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

interface Neighbour extends LocationWord {
  readonly weak: boolean;
  readonly from: number;
  readonly to: number;
}

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
