import type { Span } from '../text/span.js';
import { LABEL_LIST } from './part-label.js';
import { CORE_ADJECTIVES, CORE_NOUN, PART_NOUN } from './pathology-words.js';
import { readSitedSentence, readTrailingLabel } from './trailing-labels.js';
import type { Gloss, HeadingMark } from './heading-mark.js';
import { DIAGNOSTIC_WORD, NAMES_A_SITE } from './site-words.js';
import { matchesOf } from '../text/matches.js';

/** "In Probe 3 …", "Les prélèvements 1 à 6 …": what may stand before the noun in a sentence. */
const LEAD =
  '(?:(?:sections?|schnitte|coupes|cortes) (?:of|from|aus|von|van|de|des|del) )?(?:(?:in|im|en|dans|from|aus) (?:(?:the|den|les|los) (?:sections?|schnitten|coupes|cortes) (?:of |from |aus |von |van |de |des |del ))?)?(?:(?:the|den|der|dem|die|das|de|het|le|la|les|el|los|las) )?(?:biopsia prostatica, )?';
/** A part named by its noun, where a sentence or a phrase begins. */
const NAMED_AHEAD = `${LEAD}${PART_NOUN} ?(?:nr\\.? ?|no\\.? ?|n[°º]\\.? ?|#)?(?:\\d{1,2}|[a-z]|[ivx]{1,5})(?![a-z0-9'])`;

const HEAD = new RegExp(
  `(?<lead>${LEAD}(?=${PART_NOUN}(?![a-z])))?(?:(?<noun>${PART_NOUN})(?![a-z])[ \\t]*(?:(?:nr|no|n[°º]|num|number)\\.?[ \\t]*|#[ \\t]*|(?:labell?ed|designated|marked|gelabeld|gemerkt|etiquetad[oa]|rotulad[oa]|intitule|bezeichnet|mit der bezeichnung) (?:as |als |como )?)?:?[ \\t]*|(?<mark>(?:nr|no|n[°º])(?:\\.[ \\t]*|[ \\t]+)|n[°º][ \\t]*|#[ \\t]*|(?:ad|zu)\\s+(?=${LABEL_LIST}\\s?[.:()])))?` +
    `(?<open>[([])?(?<list>${LABEL_LIST})(?<block>\\s?/\\s?[a-z]?\\d{1,2}(?:-\\d{1,2})?)?(?<close>[)\\]])?` +
    `(?<stop>\\s?[.:)\\]|/]{1,2}-{0,2}(?=\\s|$)|[.:)](?=[a-z]{3})|\\s?=(?=\\s?[a-z])|[ºª°][.)]?-?(?=\\s)|\\s-{1,2}(?=\\s)|\\s?-(?=\\s)|,(?=\\s)|\\t|[ ]{2,}(?=\\S)|(?=\\s?\\()|(?=\\s*\\n)|(?= [a-z]))`,
  'y',
);

/** "Slides A1-A2 / Part A.": the glass before the part. */
const BLOCKS = '(?:slides?|blocks?|cassettes?|schnitte?|blocke?|coupes?|lames?|blocs?|cortes?|bloques?|blokjes?) ';

/** Where a heading may stand: at the start of a line, or (more strictly) behind the end of a sentence. */
const PLACE = new RegExp(
  `(?:^\\s*|\\n[ \\t]*)(?:[-*•>+][ \\t]*)?(?:${BLOCKS}[a-z0-9, -]{1,14} ?/ ?(?=${PART_NOUN} ))?|\\) - (?=${NAMED_AHEAD} ?[(:]|\\d{1,2} ?[:.)] )|[.;:)\\]?!] {1,4}|, (?=[([]?[a-z0-9]{1,4}[.):=] ?[a-z"]|(?:[a-z]|\\d{1,2}) ${NAMES_A_SITE.source}|${NAMED_AHEAD})|` +
    `[ (](?=[b-l2-9][.):] (?:left|right|links?|rechts|li|re|lt|rt|gauche|droite?|lobe|base)\\b)|\\((?=${NAMED_AHEAD}[:,])| - (?=\\d{1,2} ?[:.)] |${NAMED_AHEAD} ?[(:]|(?:[a-z]|\\d{1,2}) ${NAMES_A_SITE.source})|` +
    `(?:(?<= )|,? )(?:and|und|en|et|y|&) (?=#\\d{1,2} |(?:[a-z]|\\d{1,2}), ${NAMES_A_SITE.source}|\\d{1,2}[.)] ${NAMES_A_SITE.source}|${NAMED_AHEAD}(?:-\\d{1,2})? ?[(:])| {2,}`,
  'g',
);

/** "A, left base: benign": a site behind a label and its comma. */
const COMMA_SITE = new RegExp(`^ ?(?:[a-z]+[ -]){0,2}${NAMES_A_SITE.source}[^\\n]*(?::|\\n)`);

/** A site right behind a bare label. */
const SITE_FIRST = new RegExp(
  `^ (?:prosta[a-z]*,? |stanz[a-z]* |biops[a-z]* |(?:naald)?biopten |needle |cores? |zon[ea] (?:de )?|(?:mri|mrt|irm|mr|rm)[- ]){0,2}(?:[lr]t?\\.? )?(?:(?:ant|post|lat|med|dors|ventr)[a-z]*\\.? )?${NAMES_A_SITE.source}(?! (?:cores?|biops|stanz|biopten))`,
);

/** "o. B.", "V. a. Karzinom": letters of an abbreviation. */
const ABBREVIATED = /(?<![a-z0-9])(?:o\. ?[bp]|[vu]\. ?a|z\. ?[bn]|d\. ?h)\./;

const SITE_AND_COLON = /^[^:;.\n]{3,80}:(?= )/;

const NO_SITE = new RegExp(`^(?!.*${NAMES_A_SITE.source})`, 's');
const GRADE_KEY = /gleason|isup|\bgra[ad]|\bgr(?:ou|u|oe)p/;

/** Whether the words before a number end with a key and its colon, which is no place and no heading. */
const answersKey = (before: string, first: boolean): boolean => {
  const key = /(?:^|[.;,|\n(])([^.;,|\n(]*[a-z][^.;,|\n(]*): {0,4}$/.exec(before)?.[1];
  // A list may begin behind a key, but not behind that of a grade.
  return key !== undefined && (first ? GRADE_KEY : NO_SITE).test(key);
};

const GROWTH_KEY = /(?:neur|nerv|[ck]rib|intra-?d|\b(?:pni|ipn|epn|idc)\b|extens|invas)[^.;\n:]{0,40}: $/;

/** "B benign; C adenocarcinoma …": a verdict right behind a bare label. */
const VERDICT_FIRST =
  /^ (?:benign|benin|negati|neg\b|adeno|carcinom|karzinom|carcinoom|tumor(?:frei|vrij)|gutartig|goedaard|hg-?pin|asap|no (?:tumou?r|carc|canc|malig|evid)|kein|geen (?:tumor|malig|carc)|sin (?:tumor|malig|neop)|absence|pas de)/;

/** "R base lat": a side, no label. */
const SIDED_SITE = /^ (?:lat|med|ant|post|bas|mid|apex|apic|pz|tz)/;

/** "A droite, …": a word, no label. */
const TO_A_SIDE = /^ (?:la |l'|el )?(?:droite|gauche|derecha|izquierda|nivel)/;

/** "A (right base), B (right mid): benign": several parts, each with its site. */
const GLOSSED = new RegExp(
  `(?:[ivx]{1,5}|\\d{1,2}[a-z]?|[a-z]\\d{0,2}) ?\\([^()\\n]{2,60}\\)(?:(?:,|;| and| und| et| y| en| &){1,2} ?(?:[ivx]{1,5}|\\d{1,2}[a-z]?|[a-z]\\d{0,2}) ?\\([^()\\n]{2,60}\\)){1,30}(?= ?(?:[:.-]|\\n|$))`,
  'y',
);
const GLOSS = /([a-z0-9]{1,5}) ?\(([^()\n]{2,60})\)/g;

const CORES_AHEAD = new RegExp(`^ ?${CORE_ADJECTIVES}{0,3}${CORE_NOUN}\\b`);
/** "Specimens A, D and F are benign." */
const IS_SAID =
  /^ (?:is|are|was|were|shows?|contains?|holds?|has|have|harbou?rs?|reveals?|ist|sind|hat|haben|zeig(?:t|en)|enthalt|enthalten|toont|tonen|bevat|bevatten|zijn|heeft|est|sont|montre(?:nt)?|contien(?:t|nent|e|en)|muestran?|presentan?|son)\b/;
/** Words that make a number before them a count, not a label. */
const COUNTED = /^\s?(?:of|von|van|de|des|sur|out|zeig|show|were|was|ist|sind|are|is)\b/;

/** Finds the places in a section that look like headings of parts. */
export function findHeadingMarks(raw: string, shadow: string, section: Span): HeadingMark[] {
  const marks: HeadingMark[] = [];
  for (const match of matchesOf(shadow.slice(section.start, section.end), PLACE)) {
    const at = section.start + match.index + match[0].length;
    const previous = marks.at(-1);
    // A title before its label is no place for another heading.
    if (at >= section.end || at <= ((previous?.title ? previous.end - 1 : previous?.start) ?? -1)) continue;
    const lineStart = match.index === 0 || match[0].startsWith('\n');
    const mark =
      readMark(raw, shadow, section, at, lineStart) ??
      (lineStart ? readTrailingLabel(shadow, section, at) : null) ??
      readSitedSentence(raw, shadow, section, at, lineStart);
    if (mark) marks.push(mark);
  }
  return marks;
}

/** No label has six letters: such a word opens a heading only as the noun of a part. */
const LONG_WORD = /[a-z]{6,}/y;
const IS_NOUN = new RegExp(`^(?:${PART_NOUN}|sections?|schnitte|coupes|cortes)$`);

function readMark(raw: string, shadow: string, section: Span, at: number, lineStart: boolean): HeadingMark | null {
  LONG_WORD.lastIndex = at;
  const word = LONG_WORD.exec(shadow)?.[0];
  if (word !== undefined && !IS_NOUN.test(word)) return null;
  HEAD.lastIndex = at;
  const match = HEAD.exec(shadow);
  const groups = match?.groups;
  const whole = at + (match?.[0].length ?? 0);
  if (!match || !groups || whole > section.end) return null;
  const printed = groups['list'] ?? '';
  const named = groups['noun'] ?? groups['mark'] ?? '';
  const noun = groups['noun'] ?? '';
  const lead = groups['lead'] ?? '';
  const tail = [groups['block'], groups['close'], groups['stop']].reduce((sum, text) => sum + (text?.length ?? 0), 0);
  const listStart = whole - tail - printed.length;
  if (named === '' && ABBREVIATED.test(shadow.slice(Math.max(section.start, listStart - 3), listStart + 6)))
    return null;
  // "75M, raised PSA": an age.
  if (named === '' && /^[2-9]\d[a-z]$/.test(printed)) return null;
  // "Cores: 3/4" counts.
  if (groups['block'] !== undefined && shadow.slice(at, listStart).includes(':')) return null;
  // "Cores: 2/3.", "Cores involved: 2. Gleason …": the answer to a key that names no place.
  if (
    !lineStart &&
    named === '' &&
    /^\d/.test(printed) &&
    answersKey(shadow.slice(Math.max(section.start, at - 90), at), /^0?1\b/.test(printed))
  )
    return null;
  // "Invasión perineural: no. 8 (ápex)": an answer, no number sign.
  if (!lineStart && groups['mark']?.startsWith('no') && GROWTH_KEY.test(shadow.slice(Math.max(0, at - 60), at)))
    return null;
  // "Sample A, 3 cores: …": the last number counts the cores.
  const count = named !== '' && CORES_AHEAD.test(shadow.slice(whole, whole + 40)) ? /,\s*\d{1,2}$/.exec(printed) : null;
  // "1 - R base", "A - L mid": a side behind the dash, no range.
  const side = /^(?:\d{1,2}|[a-z])(?= - [lrdg]$)/.exec(printed)?.[0];
  const sided = side !== undefined && /^[.,]? [a-z]/.test(shadow.slice(listStart + printed.length, whole + 3));
  if (noun !== '' && /^\d+$/.test(printed) && CORES_AHEAD.test(shadow.slice(whole, whole + 40))) return null;
  const list = sided ? side : count ? printed.slice(0, count.index) : printed;
  const end = sided ? listStart + list.length + 2 : count ? listStart + list.length + 1 : whole;
  const stop = sided ? '-' : count ? ',' : (groups['stop'] ?? '').trim();
  const ahead = shadow.slice(end, Math.min(section.end, end + 140));
  const glosses = lineStart ? readGlosses(shadow, listStart) : [];
  const closed = groups['close'] !== undefined || /^(?:\t| {2,})/.test(groups['stop'] ?? '');
  const nounAt = at + lead.length;
  // "Adenocarcinoma in part D": the sentence has judged before it names the part.
  const before = lineStart || noun === '' ? '' : sentenceBefore(shadow, section.start, at);
  const judged = DIAGNOSTIC_WORD.test(before);
  if (judged && !before.endsWith('(')) return null;
  const spoken =
    noun !== '' &&
    (lead !== '' || !lineStart || IS_SAID.test(ahead)) &&
    (/^\d/.test(list) || (!/^[a-z]/.test(raw.slice(listStart)) && !/^[A-Z]{2}/.test(raw.slice(nounAt)))) &&
    judgesOn(ahead);
  if (lead !== '' && !spoken) return null;
  if (/^[.:)]$/.test(stop) && !lineStart && /^[a-z]/.test(ahead)) return null;
  if (stop === '' && !closed && !spoken && glosses.length === 0) {
    if (named === '' && /^[lr]$/.test(list) && SIDED_SITE.test(ahead)) return null;
    // Without any mark behind it, a label is a heading only where a noun, a range or a site makes that plain.
    const gloss = /^\s?\((?:[^()\n]|\([^()\n]{0,80}\)){3,120}\)(\s{0,5}(?::|-|\n|[.]{3}))?/.exec(ahead);
    const listed = lineStart || named.startsWith('#') || /[.;,:-]/.test(shadow[at - 2] ?? '');
    const explained =
      gloss !== null &&
      (lineStart || (noun === '' && listed)
        ? gloss[1] !== undefined && (lineStart || NAMES_A_SITE.test(gloss[0]))
        : noun !== '' && NAMES_A_SITE.test(gloss[0]));
    const ranged = named === '' && /[^a-z0-9]/.test(list) && /[-/]|t\/m| (?:to|bis|tot|en|et|und|and|y) /.test(list);
    const sited =
      listed &&
      !/[^a-z0-9.]/.test(list) &&
      !(/^[rl]$/.test(list) && /^ (?:syst|random|sextant|standard)/.test(ahead)) &&
      !/^[a-z]/.test(raw.slice(at, at + 1)) &&
      (SITE_FIRST.test(ahead) ||
        (VERDICT_FIRST.test(ahead) && (list !== 'a' || /[;.,\n] ?b(?:[ ,-]+[a-z])? [a-z]{3}/.test(ahead)))) &&
      !(list === 'a' && TO_A_SIDE.test(ahead));
    if (!explained && !ranged && !(named !== '' && lineStart) && !sited) return null;
    if (!explained && COUNTED.test(ahead)) return null;
  }
  // "4, tiers moyen droit", "1-3, target 1: …": a site right behind the comma.
  if (
    stop === ',' &&
    named === '' &&
    !(lineStart
      ? COMMA_SITE.test(ahead) || SITE_FIRST.test(ahead)
      : SITE_FIRST.test(ahead) && SITE_AND_COLON.test(ahead))
  )
    return null;
  if (groups['open'] !== undefined && groups['close'] === undefined && !/[)\]]/.test(stop)) return null;
  if (stop.startsWith('-') && named === '' && !/^\s*[a-z"]/.test(ahead.slice(0, 3))) return null;
  return {
    printed: list,
    start: at,
    listStart,
    end: Math.max(end, glosses.at(-1)?.end ?? 0),
    noun: named.trim(),
    stop: groups['close'] !== undefined || /[)\]]/.test(stop) ? ')' : stop,
    lineStart,
    spoken,
    glosses,
    ...(judged && { under: { start: at - before.length, end: at - 1 } }),
  };
}

const sentenceBefore = (shadow: string, from: number, at: number): string =>
  /[^.;\n]*$/.exec(shadow.slice(Math.max(from, at - 160), at))?.[0] ?? '';

/** Whether the rest of the sentence behind a label tells what the part is. */
const judgesOn = (ahead: string): boolean =>
  DIAGNOSTIC_WORD.test(
    (/^(?:[^.;\n(]|\([^()]*\)|\.(?=\S))*/.exec(ahead)?.[0] ?? '').replace(
      /(?:[ck]ar[cz]inom[ea]?s? )?intra-?du[ck]t[a-z]*(?: [ck]ar[cz]inom[a-z]*)?/g,
      '',
    ),
  );

function readGlosses(shadow: string, at: number): Gloss[] {
  GLOSSED.lastIndex = at;
  const list = GLOSSED.exec(shadow)?.[0] ?? '';
  return matchesOf(list, GLOSS).map((gloss) => {
    const start = at + gloss.index;
    const open = start + gloss[0].indexOf('(') + 1;
    return {
      label: { start, end: start + (gloss[1]?.length ?? 0) },
      title: { start: open, end: open + (gloss[2]?.length ?? 0) },
      end: start + gloss[0].length,
    };
  });
}
