import type { Span } from '../text/span.js';
import type { PartMention } from './part-headings.js';
import { NAMES_A_SITE } from './site-words.js';
import { matchesOf } from '../text/matches.js';

const NAMES_A_LEVEL =
  /\b(?:bas[ei]s?|basal[a-z]*|basaal|mid(?:den|gland|dle|portion)?|mitte|milieu|medi[oa]|moyen(?:ne)?|apex|apice|api[ck]a[a-z]*)\b/;
const NAMES_A_SIDE =
  /\b(?:left|right|links?|linke[rnsm]?|rechts|rechte[rnsm]?|li|re|gauches?|gche?|droite?s?|dte?|izquierd[oa]|izq|izda|derech[oa]|dch[oa]|[lr])\b/;

/** "A, B, C (right base, mid, apex)", "A-C. Base, mid and apex": as many levels as labels, one for each. */
export function bySite(shadow: string, mention: PartMention): PartMention[] {
  const { labels, title } = mention;
  if (labels.length < 2) return [mention];
  const words = shadow.slice(title.start, title.end);
  const labelled = sitesBeforeLabels(words, labels);
  if (labelled) {
    let sided: Span | null = null;
    return labels.map((label, index) => {
      const site = { start: title.start + labelled[index]!.start, end: title.start + labelled[index]!.end };
      if (NAMES_A_SIDE.test(shadow.slice(site.start, site.end))) sided = site;
      return { ...mention, labels: [label], among: labels, title: site, context: sided ?? mention.context };
    });
  }
  const bracket = /\(([^()]+)\)/.exec(words);
  const at = title.start + (bracket && NAMES_A_LEVEL.test(bracket[1] ?? '') ? bracket.index + 1 : 0);
  const list = shadow.slice(at, at > title.start ? at + (bracket?.[1]?.length ?? 0) : title.end);
  const all = [/, ?(?:(?:and|und|en|et|y) )?| (?:and|und|en|et|y|&) /g, / ?\/ ?/g].map((mark) =>
    piecesOf(list, at, mark),
  );
  for (const pieces of all) {
    const wordsOf = ({ start, end }: Span): string => shadow.slice(start, end);
    // "Right base, right mid, right lateral": a side and a place in each make it a site of its own.
    const sidedAll =
      pieces.length === labels.length &&
      pieces.every(
        (piece) => NAMES_A_SIDE.test(wordsOf(piece)) && /[a-z]{2,}[ -][a-z]{3,}/.test(wordsOf(piece).trim()),
      );
    const placed = pieces.map((piece) => sidedAll || NAMES_A_LEVEL.test(wordsOf(piece)));
    const sites = pieces.slice(Math.max(0, placed.indexOf(true)), placed.lastIndexOf(true) + 1);
    if (sites.length !== labels.length || placed.filter(Boolean).length !== labels.length) continue;
    const ahead = shadow.slice(title.start, at).trim() === '' ? null : { start: title.start, end: at };
    const isSided = ({ start, end }: Span): boolean => NAMES_A_SIDE.test(shadow.slice(start, end));
    // "Base and mid left": the side behind the last level is that of all.
    const last = sites.at(-1)!;
    let sided: Span | null =
      isSided(last) && !sites.slice(0, -1).some(isSided) && !(ahead && isSided(ahead)) ? last : null;
    return labels.map((label, index) => {
      const site = sites[index]!;
      if (isSided(site)) sided = site;
      return { ...mention, labels: [label], title: site, context: sided ?? ahead ?? mention.context ?? title };
    });
  }
  return [mention];
}

/** "Left apical (A), left mid (B) and left basal (C)": the site of each label, where every label stands behind one. */
function sitesBeforeLabels(words: string, labels: readonly string[]): Span[] | null {
  const sites: Span[] = [];
  let from = 0;
  for (const label of labels) {
    const at = words.indexOf(`(${label.toLowerCase()})`, from);
    if (at < 0 || !NAMES_A_SITE.test(words.slice(from, at))) return null;
    sites.push({ start: from, end: at });
    from = at + label.length + 2;
  }
  return sites;
}

function piecesOf(list: string, at: number, mark: RegExp): Span[] {
  let from = 0;
  const pieces: Span[] = [];
  for (const { index, 0: found } of [...matchesOf(list, mark), { index: list.length, 0: '' }]) {
    pieces.push({ start: at + from, end: at + index });
    from = index + found.length;
  }
  return pieces;
}
