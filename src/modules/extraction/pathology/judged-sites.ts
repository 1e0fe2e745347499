import type { Span } from '../text/span.js';
import { DIAGNOSTIC_WORD } from './site-words.js';
import { matchesOf } from '../text/matches.js';

/** What names the place of a part that has no label. */
export const PLACE_WORD =
  /\b(?:left|right|links?|rechts|linke[rs]?|rechte[rs]?|gauche|droite?|izquierd[oa]|derech[oa]|target \d|roi \d|herd \d|cible \d|diana \d|lesion \d|transition|midline)\b|^[lr] (?:base|mid|apex|lat|med|ant|post)|^[lr](?:pz|tz)?[lm]?[bma][lm]?$|^[bma][dg]$|^[lr] (?:syst|random|sextant|standard)|^(?:bas[ei]s?|milieu|apex|mitte) [dglr]$/;
/** A level alone, below a line that names the side. */
export const LEVEL =
  /^(?:bas[ei]s?|basal|mid(?:dle|den)?|mitte|milieu|medi[oa]n?|moyen|tercio medio|apex|apice|apikal|apical)$/;
/** Keys that name a place and head no part. */
export const NO_SITE =
  /gleason|isup|grade|perineural|invasion|margin|extra-?prosta|histolog|diagnos|comment|note|cores?\b.{0,12}(?:positive|involved)|percent|length|clinical|total|vesicles? (?:inv|invasion)|involvement|stage|volume|laterality|^side\b/;

/** A line that opens with a site, and what it says behind it. */
const SITE_SAYS =
  /^[^a-z\n]{0,6}(?:[a-z]?\d{0,2}(?:\.\d)?[^a-z\n]{1,4})?([a-z][^\n:|]{1,60}?) ?(?::(?=\s)| -(?= )|\.{3,}| {3,}|\|)([^\n]{2,160})/gm;

/** The sites that have judged lines of their own in a stretch, each with the start of its line. */
export function judgedSites(shadow: string, stretch: Span): Map<string, number> {
  const sites = new Map<string, number>();
  for (const match of matchesOf(shadow.slice(stretch.start, stretch.end), SITE_SAYS)) {
    const [, site = '', words = ''] = match;
    if (
      (PLACE_WORD.test(site) || LEVEL.test(site)) &&
      !NO_SITE.test(site) &&
      !DIAGNOSTIC_WORD.test(site) &&
      DIAGNOSTIC_WORD.test(words)
    )
      sites.set(site.replace(/[^a-z]+/g, ' ').trim(), stretch.start + match.index);
  }
  return sites;
}
