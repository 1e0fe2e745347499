import type { Span } from '../text/span.js';
import { clausesOf } from './clauses.js';
import type { PartMention } from './part-headings.js';
import { LABEL_LIST, parseLabelList } from './part-label.js';
import { referencesIn, styleOf } from './part-references.js';
import { matchesOf } from '../text/matches.js';

/** "In E pattern 4 predominates", "D: 2/2 cores", "III, IV and VI benign, V …": labels that open a piece of a sentence. */
const OPENS = new RegExp(
  `(?:(?<=^\\s*(?:(?:in|im|en|dans|bei) )?)|(?<=[,;:] ?(?:(?:and|und|en|et|y) )?(?:(?:in|im|en|dans) )?))(${LABEL_LIST})(?<mark> ?[:=](?= )|(?= (?!(?:and|und|en|et|y|to|bis|through|or|oder)\\b)[a-z]))`,
  'g',
);

/** The pieces of a clause that some of the labels open, each with those labels. */
function openedPieces(raw: string, shadow: string, clause: Span, labels: readonly string[]): [string[], Span][] {
  const style = styleOf(labels);
  const text = shadow.slice(clause.start, clause.end);
  const found: { labels: string[]; at: number }[] = [];
  for (const match of matchesOf(text, OPENS)) {
    const printed = raw.slice(clause.start + match.index, clause.start + match.index + (match[1]?.length ?? 0));
    const listed = parseLabelList(printed, style) ?? [];
    // "A focus", "2 cores": a word and a count.
    const plain = match.groups?.['mark'] === '' && (style === 'number' || printed === 'A');
    if (listed.length > 0 && !plain && listed.every((label) => labels.includes(label)))
      found.push({ labels: listed, at: clause.start + match.index });
  }
  return found.map((one, index) => [one.labels, { start: one.at, end: found[index + 1]?.at ?? clause.end }]);
}

/** A sentence that judges and names some of a group sums up what stands elsewhere. */
const JUDGES = /[ck]ar[cz]in|gleason|cancer/;

const SIGN = /perineur|perinerv|nervenscheid|[ck]ribri|intra-?du[ck]t|\b(?:pni|epn|ipn|idc)\b/;

/** "Perineural invasion: present in A; absent in B.": a semicolon between the answers for several parts parts nothing. */
function sentencesOf(shadow: string, body: Span): Span[] {
  const sentences: { start: number; end: number }[] = [];
  for (const clause of clausesOf(shadow, body)) {
    const open = sentences.at(-1);
    const before = open ? shadow.slice(open.start, open.end) : '';
    const words = shadow.slice(clause.start, clause.end);
    if (open && /;\s*$/.test(before) && SIGN.test(before) && !SIGN.test(words) && !/\d ?[%+/]|: /.test(words))
      open.end = clause.end;
    else sentences.push({ ...clause });
  }
  return sentences;
}

/** "D and E: carcinoma … In E pattern 4 predominates.": a sentence of a group that names some of it is of those parts. */
export function bySentence(raw: string, shadow: string, mention: PartMention): PartMention[] {
  if (mention.labels.length < 2) return [mention];
  const known = new Set(mention.labels.map((label) => label.toLowerCase()));
  const style = styleOf(mention.labels);
  const pieces: PartMention[] = [];
  let { title, body } = mention;
  for (const clause of sentencesOf(shadow, mention.body)) {
    const opened = openedPieces(raw, shadow, clause, mention.labels);
    const named =
      opened.length > 0 || style === 'number' || JUDGES.test(shadow.slice(clause.start, clause.end))
        ? []
        : referencesIn(raw, shadow, clause, known, style, true);
    const owned: [readonly string[], Span][] =
      named.length > 0 ? [[mention.labels.filter((label) => named.includes(label.toLowerCase())), clause]] : opened;
    const start = owned[0]?.[1].start;
    if (start === undefined || owned.some(([labels]) => labels.length === mention.labels.length)) continue;
    pieces.push({ ...mention, title, body: { ...body, end: start } });
    for (const [labels, piece] of owned)
      pieces.push({
        ...mention,
        labels,
        title: { start: piece.start, end: piece.start },
        body: piece,
        group: labels.length > 1,
      });
    body = { ...body, start: clause.end };
    title = { start: clause.end, end: clause.end };
  }
  return [...pieces, { ...mention, title, body }];
}
