import type { Span } from '../text/span.js';
import { matchesOf } from '../text/matches.js';

/** The scores of single sequences of one lesion; what is not said is null. */
export interface SubscoreMention extends Span {
  readonly t2: number | null;
  readonly dwi: number | null;
  readonly dce: '+' | '-' | null;
}

const T2 = 't2(?:[- ]?(?:wi?|weighted|gewichtet|gewogen|tse))?';
const DWI = '(?:dwi?|adc|diffusion|diffusie|difusion)(?: ?/ ?(?:adc|dwi))?(?: ?\\(adc\\))?';
const DCE = '(?:dce|perfusion|perfusie|km-?dynamik|kontrastmittel(?:dynamik)?)(?:-?mri)?';
const WORD = '(?:[- ]?(?:score|punkte|wert|pi-?rads|category|kategorie|categorie|categoria|puntuacion|bewertung))?';
const JOIN = '(?:[ \\t]{0,3}[:=][ \\t]{0,3}| (?:of|von|van|de|a|is) |[ \\t]{1,3})';
const SCORE =
  '\\(?([1-5])\\)?(?: ?/ ?5)?(?![\\d.,:]*\\d)(?!\\s{0,2}(?:mm|cm|x|t\\b|tesla|planes|ebenen|b-|s\\b|min|sec|%))';
const SIGN =
  '(?:\\(? ?(\\+|-(?!\\d)|pos(?:iti[a-z]{1,4})?\\b|neg(?:ati[a-z]{1,4})?\\b|yes\\b|no\\b(?! [a-z])|ja\\b|nein\\b|nee\\b|oui\\b|non\\b(?! [a-z])|si\\b(?! [a-z]))(?: ?\\))?)';
const SLASH = '[ \\t]{0,2}[/|,][ \\t]{0,2}';

const COMBINED = new RegExp(
  `\\b${T2}${SLASH}${DWI}(?:${SLASH}${DCE})?${WORD}s?[ \\t]{0,2}[:=(]?[ \\t]{0,3}([1-5])${SLASH}([1-5])(?:${SLASH}${SIGN})?(?![\\d.])`,
  'g',
);
const SINGLE = {
  t2: new RegExp(`\\b${T2}${WORD}${JOIN}${SCORE}`, 'g'),
  dwi: new RegExp(`\\b${DWI}${WORD}${JOIN}${SCORE}`, 'g'),
  dce: new RegExp(`\\b${DCE}${WORD}[ \\t]{0,3}[:=]?[ \\t]{0,3}${SIGN}`, 'g'),
};

const signOf = (written: string | undefined): '+' | '-' | null =>
  written === undefined ? null : /^(?:\+|p|y|ja|oui|si)/.test(written) ? '+' : '-';

/** Finds sequence scores ("T2 4, DWI 5, DCE +", "T2/DWI/DCE 3/3/+"), each where it stands. */
export function findSubscores(shadow: string): SubscoreMention[] {
  const found: SubscoreMention[] = [];
  const spanOf = (match: RegExpExecArray): Span => ({ start: match.index, end: match.index + match[0].length });
  for (const match of matchesOf(shadow, COMBINED))
    found.push({ ...spanOf(match), t2: Number(match[1]), dwi: Number(match[2]), dce: signOf(match[3]) });
  for (const match of matchesOf(shadow, SINGLE.t2))
    found.push({ ...spanOf(match), t2: Number(match[1]), dwi: null, dce: null });
  for (const match of matchesOf(shadow, SINGLE.dwi))
    found.push({ ...spanOf(match), t2: null, dwi: Number(match[1]), dce: null });
  for (const match of matchesOf(shadow, SINGLE.dce))
    found.push({ ...spanOf(match), t2: null, dwi: null, dce: signOf(match[1]) });
  return found.sort((a, b) => a.start - b.start);
}

/**
 * The category that PI-RADS v2.1 gives to sequence scores (section IV): diffusion leads in the peripheral zone, T2 in
 * the transition zone. Null where the scores or the zone do not settle it.
 */
export function categoryFromSubscores(
  zone: string | null,
  { t2, dwi, dce }: { t2: number | null; dwi: number | null; dce: '+' | '-' | null },
): number | null {
  if (zone === 'PZ') {
    if (dwi === null || (dwi === 3 && dce === null)) return null;
    return dwi === 3 && dce === '+' ? 4 : dwi;
  }
  if (zone !== 'TZ' || t2 === null) return null;
  if (t2 === 2) return dwi === null ? null : dwi >= 4 ? 3 : 2;
  if (t2 === 3) return dwi === null ? null : dwi === 5 ? 4 : 3;
  return t2;
}
