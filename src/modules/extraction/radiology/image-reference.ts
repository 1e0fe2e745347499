import type { Span } from '../text/span.js';
import { matchesOf } from '../text/matches.js';

export interface ImageReference extends Span {
  readonly series: number;
  readonly image: number;
}

const NUMBER = '(?:no\\.? ?|nr\\.? ?|n° ?|# ?)?(\\d{1,4})';
const SERIES = '(?:series|serie|serien|reeks|ser|se|sequence|sequenz|s)\\.?[ :]{0,2}';
const IMAGE = '(?:images?|imagen|img|ima|im|bild|beeld|coupe|corte|slice|schicht|plak|i)\\.?[ :]{0,2}';
const FORWARD = new RegExp(`\\b${SERIES}${NUMBER}\\)?[\\s,;:/-]{0,4}\\b${IMAGE}${NUMBER}\\b`, 'g');
const BACKWARD = new RegExp(
  `\\b(?:images?|imagen|img|ima|im|bild|beeld|coupe|corte|slice|schicht)\\.? ?${NUMBER}[\\s,;/-]{0,3}(?:of |on |in |from |der |van |de la |de )?\\b(?:series|serie|reeks|ser|se)\\.? ?${NUMBER}\\b`,
  'g',
);
const NAMED_PAIR =
  /\b(?:images?|imagen|img|im|bild|beeld|series|serie|ser|se|coupe)(?: ?\/ ?(?:images?|imagen|img|im|bild|beeld|coupe|corte))?\.?(?: ?: ?| ?)(\d{1,3}) ?[/:] ?(\d{1,4})\b(?! ?[/:.]\d)/g;
/** "Image 5/27 (T2), 8/27 (ADC)": another pair behind the first. */
const NEXT_PAIR =
  /(?: ?\([a-z0-9 -]{1,16}\)| (?:t2w?|adc|dwi|dce))?(?:[,;]| and| und| en| et| y| \+) ?(?:(?:t2w?|adc|dwi|dce) ?)?(\d{1,3}) ?[/:] ?(\d{1,4})\b(?! ?[/:.]\d)(?! ?[mc]m)/y;
/** "Image reference: 7:34", "Key images: lesion 1 - 4/12; lesion 2 - 4/18": what stands in a field for images. */
const FIELD =
  /(?:^|[\n.;|])[ \t]*(?:[a-z]+[ -])?(?:[a-z]*bild(?:er|referenz(?:en)?)?|(?:key)?images?|imgs?|[a-z]*beeld(?:en)?|imagen(?:es)?|coupes?|reperage)(?: references?| nos?\.?| ?\([^()\n]{1,24}\))? ?[:=]([^\n]{1,160})/g;
const FIELD_PAIR = /(?<![\d:.,/t])(\d{1,3}) ?[:/] ?(\d{1,4})(?![\d:.,/]*\d)/g;
/** One bracket of pairs: "(4:23)", "(T2 4:19, ADC 7:12)", "[se 4:16; 4:24]". */
const BRACKET = /[([]([^()[\]\n]{0,60}\d ?: ?\d[^()[\]\n]{0,60})[)\]]/g;
const PAIR = /(?<![\d:.,/t])(\d{1,3}) ?: ?(\d{1,4})(?![\d:.,/]*\d)(?! ?(?:am|pm|uhr|h|uur)\b)/g;

/** Finds references to images by series and image number; times, dates and ratios are none. */
export function findImageReferences(shadow: string): ImageReference[] {
  const found: ImageReference[] = [];
  const add = (start: number, length: number, series: string | undefined, image: string | undefined): void => {
    found.push({ start, end: start + length, series: Number(series), image: Number(image) });
  };
  for (const match of matchesOf(shadow, FORWARD)) add(match.index, match[0].length, match[1], match[2]);
  for (const match of matchesOf(shadow, BACKWARD)) add(match.index, match[0].length, match[2], match[1]);
  for (const match of matchesOf(shadow, NAMED_PAIR)) {
    add(match.index, match[0].length, match[1], match[2]);
    NEXT_PAIR.lastIndex = match.index + match[0].length;
    for (let next = NEXT_PAIR.exec(shadow); next; next = NEXT_PAIR.exec(shadow))
      add(next.index, next[0].length, next[1], next[2]);
  }
  for (const { index, 0: field, 1: text } of matchesOf(shadow, FIELD))
    found.push(...pairsIn({ text: text!, start: index + field.length - text!.length }));
  for (const bracket of matchesOf(shadow, BRACKET))
    for (const pair of matchesOf(bracket[1] ?? '', PAIR))
      if (!/\b(?:cores?|ratio|uhr|start|scan|time)\b/.test(bracket[1] ?? '') && !/^0\d$/.test(pair[1] ?? ''))
        add(bracket.index + 1 + pair.index, pair[0].length, pair[1], pair[2]);
  // Of two readings of the same words the longer one counts.
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  let end = 0;
  return found.filter((reference) => {
    const apart = reference.start >= end;
    if (apart) end = reference.end;
    return apart;
  });
}

/** The pairs of series and image in what is known to hold nothing else: a field or a cell for images. */
export function pairsIn({ text, start }: { readonly text: string; readonly start: number }): ImageReference[] {
  return matchesOf(text, FIELD_PAIR).map(({ index, 0: pair, 1: series, 2: image }) => ({
    start: start + index,
    end: start + index + pair.length,
    series: Number(series),
    image: Number(image),
  }));
}
