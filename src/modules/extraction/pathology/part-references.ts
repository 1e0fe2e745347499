import type { Span } from '../text/span.js';
import { DIAGNOSTIC_WORD } from './site-words.js';
import { PART_NOUN } from './pathology-words.js';
import { LABEL_LIST, ordinalOf, parseLabelList, type LabelStyle } from './part-label.js';
import { matchesOf } from '../text/matches.js';

const BY_NOUN = new RegExp(
  `\\b(?:${PART_NOUN}(?![a-z])|nr\\.)(?: \\(s\\)|\\(s\\))?\\s*(?:nr\\.?|no\\.?|n[°º]\\.?|#|:)?\\s?\\(?(${LABEL_LIST})(?!\\s?(?:of|von|van|sur|de|/|:\\d|mm|cm|%|\\+|x\\b))`,
  'g',
);
/** "in A: 15%", "in C and D." */
const BEHIND_IN = new RegExp(`\\b(?:in|im|en|dans|bei) (${LABEL_LIST})(?![a-z0-9'])`, 'g');
/** "in 3 und 7 vorhanden", "10 % en 4": numbers that count nothing. */
const NUMBERS_BEHIND_IN = new RegExp(
  `\\b(?:in|im|en|dans|bei) (\\d{1,2}(?:\\)?(?:, ?| ?- ?|,? (?:and|und|en|et|y|or|oder|ou) )\\d{1,2})*)(?=\\s?(?:[.;:)]|,(?! ?\\d)|$)| (?:is|ist|are|sind|est|sont|nicht|not|niet|vorhanden|nachweisbar|aanwezig|present|absent|(?:and|und|en|et|y)(?: de| von)? (?:$|\\d{1,3} ?%|(?:gleason[a-z -]* )?\\d ?\\+)))`,
  'g',
);
/** "rechts Mitte (3.)", "apex left (8)": a number in brackets right behind a site. */
const NUMBERS_BEHIND_SITE =
  /\b(?:left|right|links|rechts|bas[ei]s?|basal|mid|mitte|midden|milieu|medio|apex|apice|lateral|lateraal|medial|mediaal|gauche|droite?|izquierd[oa]|derech[oa]) [([](\d{1,2}(?:, ?\d{1,2})*)\.?[)\]]/g;
/** "Gleason 3+4=7: A, C", "Benign: B and D.": a list that ends the sentence. */
const BEHIND_COLON = new RegExp(`[a-z0-9)][ \\n]?: ?(${LABEL_LIST})(?=[ ,;.\\n]*$)`, 'g');
/** "A (1/2 cores), part C (2/2 cores)": each label with its own details. */
const WITH_DETAILS = new RegExp(
  `(?:[:,;]|\\b(?:and|und|en|et|y|in)\\b) ?(?:${PART_NOUN} )?([a-z]\\d?|\\d{1,2}|[ivx]{1,5}) ?(?=\\()`,
  'g',
);
/** The bracket behind a label of a grouped sentence, by label. */
export function detailsIn(shadow: string, clause: Span): Map<string, Span> {
  const text = shadow.slice(clause.start, clause.end);
  return new Map(
    matchesOf(text, WITH_DETAILS).flatMap((match) => {
      const start = match.index + match[0].length;
      const end = text.indexOf(')', start) + 1;
      return end > 0 ? [[match[1] ?? '', { start: clause.start + start, end: clause.start + end }] as const] : [];
    }),
  );
}
const IN_BRACKETS = new RegExp(`[([](${LABEL_LIST})[)\\]]`, 'g');

/** How the labels of a report are written, by one that it uses. */
export function styleOf(labels: readonly string[]): LabelStyle {
  if (labels.some((label) => /^\d/.test(label))) return 'number';
  return labels.some((label) => /^[ivx]{2,}$/i.test(label)) ? 'roman' : 'letter';
}

/**
 * The known parts that a sentence names ("in parts A and C", "Probe 1", "(D)"); empty where it names none. `grouped`
 * sentences open with a diagnosis and end with the parts that have it ("Benign: B, D").
 */
export const referencesIn = (
  raw: string,
  shadow: string,
  clause: Span,
  known: ReadonlySet<string>,
  style: LabelStyle,
  grouped = false,
): string[] => [...new Set(referencePlaces(raw, shadow, clause, known, style, grouped).map(({ label }) => label))];

interface ReferencePlace extends Span {
  readonly label: string;
}

function referencePlaces(
  raw: string,
  shadow: string,
  clause: Span,
  known: ReadonlySet<string>,
  style: LabelStyle,
  grouped: boolean,
): ReferencePlace[] {
  const text = shadow.slice(clause.start, clause.end);
  const places: ReferencePlace[] = [];
  const listing =
    style !== 'number'
      ? [BY_NOUN, IN_BRACKETS, BEHIND_IN, BEHIND_COLON]
      : grouped
        ? [BY_NOUN, NUMBERS_BEHIND_SITE]
        : [BY_NOUN, NUMBERS_BEHIND_IN, NUMBERS_BEHIND_SITE];
  for (const expression of grouped ? new Set([...listing, BEHIND_COLON, WITH_DETAILS]) : listing)
    for (const match of matchesOf(text, expression)) {
      const list = match[1] ?? '';
      const start = clause.start + match.index + match[0].lastIndexOf(list);
      const printed = raw.slice(start, start + list.length);
      if (
        expression === BEHIND_IN &&
        /[a-z]/.test(printed.replace(/\b(?:and|und|en|et|y|or|oder|ou|to|bis|tot)\b/g, ''))
      )
        continue;
      const read = trimmedList(printed, style);
      for (const label of parseLabelList(read, style) ?? [])
        if (known.has(label.toLowerCase()) && ordinalOf(label, style) !== null)
          places.push({ label: label.toLowerCase(), start, end: start + read.length });
    }
  return places;
}

/** How much of a part is tumour, which is no diagnosis. */
const EXTENT = /\d ?%|\bcores? (?:involved|positive|with)|\bin [a-z0-9]+ (?:of|von|van|de) /g;

/** The words before a label that belong to it: those behind a comma or "and", or the noun alone. */
const PHRASE_AHEAD =
  /(?:[,;]|\b(?:and|und|en|et|y)\b)(?:(?![,;]|\b(?:and|und|en|et|y)\b).)*$|(?:[a-z.]+ ?)?(?:[([#]|n[°º])?$/s;

/**
 * Cuts a sentence that says one thing of one part and another of the next: "ASAP in the left mid (E) and PIN in the left
 * apex (F)", "right mid (3.) with Gleason 3+4=7 and right apex (4.) with Gleason 3+3=6".
 */
export function piecesByPart(
  raw: string,
  shadow: string,
  clause: Span,
  known: ReadonlySet<string>,
  style: LabelStyle,
  grouped = false,
): Span[] {
  const places = referencePlaces(raw, shadow, clause, known, style, grouped).sort((a, b) => a.start - b.start);
  const last = places.at(-1);
  if (!last || places.length < 2) return [clause];
  const judged = (start: number, end: number): boolean =>
    DIAGNOSTIC_WORD.test(shadow.slice(start, end).replace(EXTENT, ' '));
  const labelFirst = judged(last.end, clause.end);
  const cuts = places.slice(1).flatMap((place, index) => {
    const { end } = places[index]!;
    if (!judged(end, place.start)) return [];
    if (labelFirst) return [end + PHRASE_AHEAD.exec(shadow.slice(end, place.start))!.index];
    return [end + (/^\.?[)\]]+/.exec(shadow.slice(end, clause.end))?.[0].length ?? 0)];
  });
  return [clause.start, ...cuts].map((start, index) => ({ start, end: cuts[index] ?? clause.end }));
}

/** All labels that a sentence names with their noun, in lower case; letters count as capitals only. */
export function labelsIn(raw: string, shadow: string, clause: Span): string[] {
  return matchesOf(shadow.slice(clause.start, clause.end), BY_NOUN).flatMap((match) => {
    const list = match[1] ?? '';
    const start = clause.start + match.index + match[0].lastIndexOf(list);
    const printed = raw.slice(start, start + list.length);
    const style = styleOf([printed]);
    if (style !== 'number' && (/^[a-z]/.test(printed) || /^[A-Z]{3}/.test(raw.slice(clause.start + match.index))))
      return [];
    return (parseLabelList(printed, style) ?? []).map((label) => label.toLowerCase());
  });
}

/** A list that ran on into the next words ("A and e…", "B and 4+3") keeps what comes before. */
function trimmedList(printed: string, style: LabelStyle): string {
  let list = printed;
  for (let cut = 0; cut < 3 && parseLabelList(list, style) === null; cut++)
    list = list.replace(/\s*(?:[,;&+]|\b(?:and|und|en|et|y|e)\b)?\s*[a-z0-9]+$/i, '');
  return list;
}

/** "In the other specimens with carcinoma". */
export const NAMES_THE_REST =
  /\b(?:remaining|other|ubrige[nr]?|restliche[nr]?|anderen?|overige|resterende|autres|resto|demas|restantes) (?:[a-z]+ )?(?:parts?|specimens?|cores?|biops[a-z]*|samples?|containers?|sites?|pots?|stanz[a-z]*|proben?|zylinder[n]?|gefass?e?n?|biopten|potjes|delen|prelevements|carottes|flacons|cilindros|frascos|muestras)\b/;

/** "Remaining parts", "übrige Stanzen": all parts that are not spoken of. */
export const THE_REST =
  /\b(?:(?:all )?(?:remaining|other) (?:parts?|specimens?|cores?|biops[a-z]*|samples?|containers?|sites?)|(?:alle )?(?:die )?(?:ubrige[nr]?|restliche[nr]?|sonstige[nr]?|andere[nr]?) (?:stanz[a-z]*|proben?|zylinder|gefass?e?n?|biops[a-z]*|material)|(?:de |het )?(?:overige?|andere|resterende) (?:biopt(?:en)?|pot(?:je|jes|ten)?|delen|naalden|materialen|preparaten)|(?:les )?autres? (?:prelevements?|biopsies?|carottes?|flacons?|pots?)|(?:el )?resto de (?:los |las )?(?:cilindros|frascos|muestras|biopsias)|(?:(?:el|la|los|las) )?(?:demas|restantes?|otr[oa]s?) (?:cilindros?|frascos?|muestras?|biopsias?)|(?:frascos?|muestras?|cilindros?|flacons?) restante?s?)\b/;
