import { isLesionNoun, pronounAt } from './lesion-naming.js';
import { withListed } from './listed-sizes.js';
import { inside } from './mentions.js';
import type { Part } from './part.js';
import { joins, runOf, wordAt, type ReportText, type TokenRun } from './report-text.js';
import { PLURAL } from './words.js';

const OPENS =
  /^(?:the|an?|one|eine?[nmrs]?|der|die|das|dem|den|een|de|het|une?|la|le|l'|una|el|un|another|other|autre|otr[ao]|weitere[rs]?|andere)$/;
/** Behind the noun of a lesion that is listed: where it lies, or how large it is. */
const BEHIND =
  /^(?:in|at|on|of|within|im|am|an|links|rechts|left|right|der|des|van|dans|en|de|du|au|a|del|with|mit|met|avec|con|measuring|[(,;.:]|and|und|et|y|)$/;

/** "At the mid, posterolateral region (PZpl)": nouns that go on with the place of the lesion before. */
const NAMES_A_PLACE = /^(?:region|area|areal|gebied|bereich)$/;

/** Whether a piece names one lesion and its place: "the left transition zone lesion", "one in the right apex". */
function isListed(report: ReportText, part: Part, piece: TokenRun): boolean {
  if (!inside(part.words, piece).some((word) => word.sides ?? word.zone ?? word.levels)) return false;
  if (pronounAt(report, piece.from) > 0) return true;
  for (let i = piece.from; i < piece.to; i++) {
    const word = wordAt(report, i);
    if (!isLesionNoun(word) || PLURAL.test(word) || NAMES_A_PLACE.test(word)) continue;
    return BEHIND.test(wordAt(report, i + 1)) || report.tokens[i + 1]?.kind === 'number';
  }
  return false;
}

/** The pieces of a run between commas and conjunctions outside of brackets. */
function piecesOf(report: ReportText, { from, to }: TokenRun): TokenRun[] {
  const pieces: TokenRun[] = [];
  let depth = 0;
  let start = from;
  for (let i = from; i < to; i++) {
    const word = wordAt(report, i);
    if (word === '(') depth++;
    else if (word === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0 && (/^[,;]$/.test(word) || joins(report, i))) {
      if (i > start) pieces.push(runOf(report, start, i));
      start = i + 1;
    }
  }
  if (to > start) pieces.push(runOf(report, start, to));
  return pieces;
}

/** "The left TZ lesion, the right TZ lesion and one in the midline": where each lesion but the first begins. */
export function cutsAtNouns(report: ReportText, part: Part): number[] {
  if (part.words.length < 2) return [];
  const begins = ({ from }: TokenRun): boolean =>
    OPENS.test(wordAt(report, from)) ||
    isLesionNoun(wordAt(report, from)) ||
    report.tokens[from]?.kind === 'number' ||
    part.words.some((word) => word.start === report.tokens[from]!.start) ||
    part.categories.some((category) => category.from === from);
  const cuts: number[] = [];
  let open = part.run.from;
  for (const piece of piecesOf(report, part.run)) {
    if (piece.from === part.run.from) continue;
    if (!begins(piece) || !isListed(report, part, piece)) continue;
    if (!isListed(report, part, firstOf(report, part, open, piece.from))) continue;
    cuts.push(piece.from);
    open = piece.from;
  }
  return cuts;
}

/** What stands between two cuts, from the noun's own piece on. */
function firstOf(report: ReportText, part: Part, from: number, to: number): TokenRun {
  return (
    piecesOf(report, runOf(report, from, to)).find((piece) => isListed(report, part, piece)) ??
    runOf(report, from, from)
  );
}

const EACH = /\b(?:both|all|each|beide|alle|jeweils|allebei|toutes?|chacune?|ambas|ambos|todas|cada)\b/;

/**
 * "…, both PI-RADS 4", "…, PI-RADS 3 and 5 respectively": what is told behind the last lesion is of each, or of each in
 * turn. Every lesion of the list stands for itself.
 */
export function shareTail(report: ReportText, parts: readonly Part[]): Part[] {
  const last = parts.at(-1)!;
  const share = <K extends 'categories' | 'sizes'>(key: K): readonly Part[K][] => {
    const all = parts.map((part) => part[key].filter(({ time }) => time === 'now') as unknown as Part[K]);
    if (key === 'sizes')
      all.push(withListed(report, all.pop() as Part['sizes'], last.categories) as unknown as Part[K]);
    const tail = all.at(-1)!;
    if (all.some((values, k) => k < parts.length - 1 && values.length > 0)) return parts.map((part) => part[key]);
    if (tail.length === parts.length) return parts.map((_, k) => [tail[k]!] as unknown as Part[K]);
    const each = tail.length === 1 && EACH.test(report.shadow.slice(last.run.start, tail[0]!.start));
    return each ? parts.map(() => tail) : parts.map((part) => part[key]);
  };
  const [categories, sizes] = [share('categories'), share('sizes')];
  // "…, both posterolateral at the mid gland"
  const each = EACH.exec(report.shadow.slice(last.run.start, last.run.end));
  const behind = each ? last.words.filter(({ start }) => start > last.run.start + each.index) : [];
  return parts.map((part, k) => ({
    ...part,
    categories: categories[k]!,
    sizes: sizes[k]!,
    words: k < parts.length - 1 ? [...part.words, ...behind] : part.words,
    listed: k > 0,
  }));
}
