import { matchesOf } from '../text/matches.js';
import type { Span } from '../text/span.js';
import { NAMES_A_SITE, PLACES_A_PART, verdictStart } from './site-words.js';

/** "Specimen 2 shows …": what follows the verb of a sentence is no title. */
const VERB =
  /\b(?:shows?|contains?|reveals?|demonstrates?|consists?|exhibits?|zeig(?:t|en)|enthalt(?:en)?|besteh(?:t|en)|weist|weisen|toont|tonen|bevat(?:ten)?|bestaat|bestaan|montre(?:nt)?|contien(?:t|nent|e|en)|muestran?|presentan?|comporten?t?|is|are|was|were|ist|sind|zijn|est|sont|son)\b/;

/** "A biopsy with over 7 mm adenocarcinoma": the length is a finding. */
const TUMOUR_MEASURED =
  /(?<![\d.,])\d{1,2}(?:[.,]\d)? ?mm (?:of |van |von |de |d')?(?:[a-z]+ )?(?:adeno|[ck]ar[cz]in|tumou?r|cancer)/;

/** Where the title of a part ends: at the last colon, dash or dotted leader before the first diagnostic word. */
export function titleOf(shadow: string, start: number, end: number, spoken = false): Span {
  const limit = Math.min(end, start + 260);
  const gloss = /^\s*\([^()\n]{2,120}\)(?= [a-z])/.exec(shadow.slice(start, limit))?.[0];
  if (gloss !== undefined && NAMES_A_SITE.test(gloss)) return { start, end: start + gloss.length };
  const verdict = verdictStart(shadow.slice(start, limit));
  const verb = spoken ? shadow.slice(start, limit).search(VERB) : -1;
  const measured = shadow.slice(start, limit).search(TUMOUR_MEASURED);
  const until = start + Math.min(...[verdict, verb, measured].filter((at) => at >= 0), limit - start);
  const head = shadow.slice(start, until);
  const breaks = [
    ...matchesOf(
      head,
      /:(?=\s|$)|\.{3,}|\s-{1,2}\s|\n[ \t]*(?:\n|[-*•])|(?<!\b(?:[lr]|[lr]t|dte?|gche?|inf|sup|apic|syst|re|li|lat|med|post|ant|dors|ventr|bds|nr|no|bas|dch|izq|prost|st|approx|ca))\.(?=\s)|\||\)\s*(?=\n)/g,
    ),
  ];
  for (const found of breaks) {
    if (
      found[0] === ':' &&
      /\([^()\n]*$/.test(head.slice(0, found.index)) &&
      /^[^()\n]*\)/.test(head.slice(found.index))
    )
      continue;
    const title = head.slice(0, found.index + (found[0].startsWith(')') ? 1 : 0));
    // "ZT droite - tiers moyen (cible 1)": the dash stands within the place.
    if (
      /^\s-+\s$/.test(found[0]) &&
      PLACES_A_PART.test(/^[^\n:;]*?(?= -|[:;\n]|$)/.exec(head.slice(found.index + 3))![0])
    )
      continue;
    if (NAMES_A_SITE.test(title)) {
      // A second piece of the title may follow on the same line: "Target 1: left mid PZ: …".
      const rest = /^[ \t]*([^\n:]{3,90}?)(?::|\.{3,}|\n|$)/.exec(head.slice(found.index + found[0].length));
      const more =
        found[0] !== '.' &&
        !/\n/.test(found[0]) &&
        rest?.[1] !== undefined &&
        NAMES_A_SITE.test(rest[1]) &&
        !PLACED.test(title);
      return { start, end: start + (more ? found.index + found[0].length + (rest?.[0].length ?? 0) : title.length) };
    }
  }
  // What names no place behind the first sentence or its verb is no title.
  const sentence = /^(?:[^.\n]|\.(?=\S)|(?<=\b(?:[lr]|[lr]t|re|li|lat|med|post|ant))\.)*/.exec(head)?.[0].length ?? 0;
  const doing = head.search(VERB);
  const named = Math.min(sentence, doing < 0 ? head.length : doing);
  return { start, end: NAMES_A_SITE.test(head.slice(named)) ? until : start + named };
}

/** "LESION 1 (PART A)" over "Site: right base": the place stands in a field of its own. */
export function siteField(shadow: string, from: number, end: number): Span | null {
  const key = SITE_KEY.exec(shadow.slice(from, Math.min(end, from + 60)))?.[0];
  if (key === undefined) return null;
  const start = from + key.length;
  const stop = Math.min(end, lineAfter(shadow, start + 1));
  return NAMES_A_SITE.test(shadow.slice(start, stop)) ? { start, end: stop } : null;
}

const SITE_KEY =
  /^:?\s*(?:[-*•] )?(?:(?:biopsy |anatomic(?:al)? |specimen )?(?:site|location|position|region)|lo[ck]ali[sz](?:ation|atie|acion)|lo[ck]atie|(?:entnahme)?ort|plaats|sitio|siege|ubicacion|region|topogra(?:phy|phie|fia|fie)) ?: */;

const PLACED =
  /\b(?:left|right|links?|rechts|gauche|droite?|izq|der|li|re|bas[ei]|basis|mid|midden|mitte|milieu|medi[oa]|moyen|apex|apice|pz|tz|zp|zt|midline)\b|apik|apic|basaal|peri[fp]h|transi/;

/** Where the line ends in which a place lies. */
export const lineAfter = (shadow: string, at: number): number => {
  const newline = shadow.indexOf('\n', Math.max(0, at - 1));
  return newline < 0 ? shadow.length : newline;
};
