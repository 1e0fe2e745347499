import { PART_NOUN } from './pathology-words.js';
import { PLACES_A_PART } from './site-words.js';
import { columnOf } from './table-columns.js';
import { matchesOf } from '../text/matches.js';

/** A stretch of a text between a name and its value, for which a colon is read. */
export interface Separator {
  readonly start: number;
  readonly end: number;
}

/** "Tumor length.....9 mm", "Grade Group - 2", "PNI = no", "Gleason score | 3+4=7": a line of a name and its value. */
const FIELD =
  /^([ \t]*(?:[-*•+] )?)([a-z%](?:[^\n:.=|\t ]| (?! )|\.(?=[ a-z/])){1,45}?)( ?(?:\.{3,}|…) ?| +[-=|] +| *\t+ *| {3,})(?=\S)(?!.*(?:\t| {2,}\S|\|))/gm;
/** "Specimen 1 | Left base". */
const HEADING = new RegExp(`^[ \\t]*(?:${PART_NOUN} )?(?:\\d{1,2}|[a-z]|[ivx]{1,5})( +\\| +)(?=[^|\\n]*$)`, 'gm');
const IS_FIELD_SIGN = /\.{3}|…| [-=|] |\t| {3}/;

/** Names that a finding has too: "Adenocarcinoma - Gleason 3+4=7" is no field. */
const FINDING =
  /^(?:prosta[a-z]* )?(?:adeno|carcin|karzin|cancer|tumou?r$|acinar|azin|acinair|benign|pin\b|hg)|\d\s?\+|(?:^|[a-z] )(?!4)\d$/;

const namesValue = (key: string): boolean => {
  const column = columnOf(key);
  return column !== null && column !== 'label' && !FINDING.test(key) && !PLACES_A_PART.test(key);
};

const FIELD_AHEAD = /^([a-z%][^\n:.=|,;(]{1,45}?) [-=] \S/;

/** Whether a line begins with the name of a value and a dash or a sign of equality. */
export function isField(words: string): boolean {
  const key = FIELD_AHEAD.exec(words)?.[1];
  return key !== undefined && namesValue(key);
}

/** Where a report prints its fields with dots, dashes, signs of equality or blanks, at least two of them. */
export function findSeparators(shadow: string): Separator[] {
  if (!IS_FIELD_SIGN.test(shadow)) return [];
  const found: Separator[] = [];
  let fields = 0;
  for (const match of matchesOf(shadow, FIELD)) {
    const [, lead = '', key = '', sign = ''] = match;
    if (!namesValue(key.trim())) continue;
    fields++;
    const start = match.index + lead.length + key.length;
    found.push({ start, end: start + sign.length });
  }
  if (fields < 2) found.length = 0;
  if (shadow.includes(' | '))
    for (const match of matchesOf(shadow, HEADING)) {
      const end = match.index + match[0].length;
      found.push({ start: end - (match[1]?.length ?? 0), end });
    }
  return found.sort((a, b) => a.start - b.start);
}
