import { anyOverlaps, type Span } from '../text/span.js';
import type { Measurement } from './measurement.js';
import type { ReportText } from './report-text.js';
import type { Statement } from './statements.js';
import { matchesOf } from '../text/matches.js';

/** What lies beside the lesion: contact, growth beyond the gland, other organs. Places and lengths in it are theirs. */
const ASIDE =
  /\b(?:abut\w*|contact\w*|kontakt\w*|kapselkontakt\w*|kapselcontact\w*|broad[- ]based|bulg\w*|vorgewo(?:e)?lbt\w*|vorwo(?:e)?lb\w*|vorbuckel\w*|bombement|abomba\w*|adjacent to|adosse\w*|appui|apoyo|apoya\w*|neurovasc\w*|neurovask\w*|nvb|gefa(?:e)?s{1,2}-?nerven\w*|vaatzenuw\w*|bandelette\w*|rectoprostat\w*|rektoprostat\w*|retto\w*|urethra\w*|harnro(?:e)?hr\w*|uretr\w*|plasbuis|sphin[ck]ter\w*|protru\w*|intraves\w*|ragt|uitpuil\w*|wall thick\w*|verumontanum|colliculus|ejaculat\w*|capsular (?:irregularity|bulge|abutment|retraction)|(?<!\b(?:without|no|incomplete|partial|thin|ohne|zonder|sans|sin|keine|geen|pas de|a|complete) )(?:capsule|kapsel|capsula)|extra[- ]?(?:prostat|[ck]apsul)\w*|epe|ece|svi|seminal\w*|samenblas\w*|vesicul\w*|zaadbla\w*|kapsel\w*|organgrenz\w*|franchissement|haemorrhag\w*|hemorrhag\w*|post-?biopsy|(?:biopsy|biopsies|biopsie\w*|biopt\w*|stanzbiops\w*)(?!(?: [a-z]+){1,7} (?:lesions?|focus|foci|targets?|herd\w*|lasion|laesies?|letsels?|afwijking\w*|haard|foyer|cible|diana)\b)|contralateral\w*|kontralateral\w*|controlateral\w*|(?:anterior|posterior|lateral|medial|capsular|left|right) margins?|median lobe|middle lobe|middenkwab|mittellappen|lobe median|lobulo medio)\b/g;
const ASIDE_END =
  /[,;.:()|\n]|\b(?:there (?:is|are)|is there|(?:findet|zeigt) sich|besteht|sieht man|bestaat|is er|ziet men|on note|il existe|existe|hay|se (?:observa|identifica))\b|\b(?:and|und|en|et|y|but|aber|maar|mais|pero) (?:it )?(?:measur\w*|mis{1,2}t|meet|mesur\w*|mide|is|ist|est|lies|liegt)\b/g;
const ABSORBED =
  /(?:(?:\d[\d.,]*\s*(?:mm|cm)(?:\s+(?:of|de|von|van|broad|long))*|broad|wide|new|of|the|der|die|de|la|le|left|right|links|rechts|linken?|rechten?|anterior\w*|posterior\w*|antero\w*|postero\w*|lateral\w*|ventral\w*|dorsal\w*|bilateral\w*|gauche|droite?|izquierd\w*|derech\w*)(?:\s|(?<!\s)-(?!\s))*)$/;

export function asidesOf(report: ReportText, statement: Statement): Span[] {
  const said = report.shadow.slice(statement.start, statement.end);
  const asides: Span[] = [];
  let covered = 0;
  for (const match of matchesOf(said, ASIDE)) {
    if (match.index < covered) continue;
    let from = match.index;
    for (let steps = 0; steps < 6; steps++) {
      const absorbed = ABSORBED.exec(said.slice(Math.max(0, from - 40), from));
      if (!absorbed || absorbed[0].trim() === '') break;
      from -= absorbed[0].length;
    }
    ASIDE_END.lastIndex = match.index + match[0].length;
    // A colon right behind the cue begins its answer ("Capsular contact: 2.0 cm").
    let end = ASIDE_END.exec(said);
    if (end?.[0] === ':' && end.index - (match.index + match[0].length) < 3) end = ASIDE_END.exec(said);
    // "EPE: yes, anterior": the whole answer of the field is about what lies beyond the gland.
    const answers = from === 0 && /^(?: \w+)? ?:/.test(said.slice(match.index + match[0].length));
    covered = (answers ? null : end?.index) ?? said.length;
    asides.push({ start: statement.start + from, end: statement.start + covered });
  }
  return asides;
}

const DISTANCE_AFTER =
  /^[ \t]*(?:away|above|below|from (?!\d)|oberhalb|unterhalb|entfernt|kranial|kaudal|vom |von der |zur |zum |van de |van het |boven|onder|de l'|de la (?!zon|part|glan)|du (?!tiers|zon)|del (?!terc|lad|lob)|proximal|distal|(?:of |de |von )?(?:broad )?(?:capsul|kapsel|contact|kontakt))|^[ \t]*(?:from the|to the) (?:urethra|capsule|apex|midline|bladder)/;
const DISTANCE_BEFORE =
  /\b(?:distance|abstand|afstand|distancia|thickness|dicke|schichtdicke|dikte|epaisseur|grosor|fov|field of view|urethral length|mul|spacing|margin|over|uber|ueber|sur|sobre|along|entlang|langs|le long de|a lo largo de|eine strecke von|b ?=|threshold|cut-?off|criterion)(?: \w+){0,3}[ :=()]*$/;
const CRITERION_AFTER =
  /^[ \t]*(?:in (?:greatest|largest|maximum) (?:dimension|diameter)|threshold|cut-?off|criteri|or definite|schwelle|grens|seuil|umbral)/;
const ORGAN_AFTER =
  /^[ \t]*(?:[a-z-]+[ \t]+){0,4}(?:nodes?|lymph\w*|cysts?|adenopath\w*|zyste|kyste|quiste|utricle|hernia|infarct|short axis|kurzachse|hemangioma|island)\b/;

/** Whether a length is the size of the lesion at all, whenever it was taken. */
export function isSize(report: ReportText, statement: Statement, size: Measurement, asides: readonly Span[]): boolean {
  if (anyOverlaps(asides, { start: report.tokens[size.from]!.start, end: size.end })) return false;
  const before = report.shadow.slice(Math.max(statement.start, size.start - 48), size.start).replaceAll('\n', ' ');
  const after = report.shadow.slice(size.end, Math.min(statement.end, size.end + 60)).replaceAll('\n', ' ');
  if (DISTANCE_AFTER.test(after) || ORGAN_AFTER.test(after)) return false;
  if (DISTANCE_BEFORE.test(before) && !/\b(?:size|gro(?:e)?s{1,2}e|taille|tamano|diameter|durchmesser)\b/.test(before))
    return false;
  if (size.comparator && size.comparator !== '~' && size.dimsMm[0] === 15 && CRITERION_AFTER.test(after)) return false;
  return !CRITERION_AFTER.test(after) || !/^[ \t]*(?:threshold|cut|criter|or def|schw|grens|seuil|umbral)/.test(after);
}
