import type { Span } from '../text/span.js';
import type { HeadingMark } from './heading-mark.js';
import { PART_NOUN } from './pathology-words.js';
import { matchesOf } from '../text/matches.js';

const ORDINALS: readonly RegExp[] = [
  /^(?:first|erste[nrs]?|eerste|premiere?|primer[ao]?)$/,
  /^(?:second|zweite[nrs]?|tweede|deuxieme|seconde?|segund[ao])$/,
  /^(?:third|dritte[nrs]?|derde|troisieme|tercer[ao]?)$/,
  /^(?:fourth|vierte[nrs]?|vierde|quatrieme|cuart[ao])$/,
  /^(?:fifth|funfte[nrs]?|vijfde|cinquieme|quint[ao])$/,
  /^(?:sixth|sechste[nrs]?|zesde|sixieme|sext[ao])$/,
];
const WORD = ORDINALS.map(({ source }) => source.slice(1, -1)).join('|');
const NAMED = new RegExp(
  `(?<=(?:^|\\n|[.;:])\\s{0,4})(?:(?:in|im|en|dans) )?(?:(?:the|die|der|das|dem|de|het|le|la|el) )?(${WORD}) (${PART_NOUN})(?![a-z])(?! of\\b)`,
  'g',
);

const MAY_COUNT = /\b(?:first|erste[nrs]?|eerste|premiere?|primer[ao]?) [a-z]/;

/** "The first specimen (right base) shows …, the second …": parts that sentences count in words, from the first on. */
export function findOrdinalMarks(shadow: string, section: Span): HeadingMark[] {
  const marks: HeadingMark[] = [];
  if (!MAY_COUNT.test(shadow.slice(section.start, section.end))) return marks;
  for (const match of matchesOf(shadow.slice(section.start, section.end), NAMED)) {
    const [all, word = '', noun = ''] = match;
    const ordinal = ORDINALS.findIndex((expression) => expression.test(word)) + 1;
    if (ordinal !== marks.length + 1) continue;
    const start = section.start + match.index;
    marks.push({
      printed: word,
      start,
      listStart: start + all.indexOf(word),
      end: start + all.length,
      noun,
      stop: '',
      lineStart: match.index === 0 || shadow[start - 1] === '\n',
      spoken: true,
      glosses: [],
      ordinal,
    });
  }
  return marks.length > 1 ? marks : [];
}
