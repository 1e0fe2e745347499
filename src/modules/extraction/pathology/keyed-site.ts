import type { Span } from '../text/span.js';
import type { PartMention } from './part-headings.js';
import { PLACES_A_PART } from './site-words.js';
import { readSpecimenKind } from './specimen-site.js';

/** "Site: left apex.", "Entnahmeort: re. Basis", "Source: target 1, …": the key and the place behind it. */
const KEYED_SITE =
  /(?<=[\n.;|]\s*(?:[-*•] )?)(?:(?:biopsy|specimen|anatomic(?:al)?|sampling|core) )?(?:site|location|source|region|lokalisation|entnahme(?:ort|stelle)|ort|herkunft|lokalisatie|locatie|plaats|herkomst|localisation|siege|lieu|localizacion|sitio|lugar|origen|procedencia|ubicacion)(?: (?:of|der|van|de|du|del) [a-z]+)? ?(?::|\.{3,}|=) *((?:[^\n;|.]|\.(?=\S)|(?<=\b(?:[lr]t?|re|li|lat|med|post|ant|izq|der|dch|gche?|dr?te?))\.)+)/;

/** What names the place of a part: its title, or a line of its own below a heading that only judges. */
export function siteOf(shadow: string, { title, body, group }: PartMention): Span {
  if (group || PLACES_A_PART.test(shadow.slice(title.start, title.end)) || readSpecimenKind(shadow, title))
    return title;
  const match = KEYED_SITE.exec(shadow.slice(body.start, Math.min(body.end, body.start + 2000)));
  const place = match?.[1]?.trimEnd() ?? '';
  if (!match || !PLACES_A_PART.test(place)) return title;
  const start = body.start + match.index + match[0].length - (match[1]?.length ?? 0);
  return { start, end: start + place.length };
}
