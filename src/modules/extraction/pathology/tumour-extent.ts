import type { Span } from '../text/span.js';
import type { ReadNumber } from './gleason.js';
import { CORE_NOUN, DECIMAL, WHOLE_NUMBER, decimal } from './pathology-words.js';
import { matchesOf } from '../text/matches.js';

/** How much of the tissue is tumour, and how much of the tumour is pattern 4. */
export interface TumourShares {
  readonly percentInvolved: ReadNumber | null;
  readonly percentPattern4: ReadNumber | null;
}

const PERCENT = new RegExp(
  `(?<![\\d.,])(${DECIMAL})(?: ?%)?(?: ?(?:-|to|bis|tot|a|y|et|en|und|and) ?(${DECIMAL}))? ?(?:%|percent\\b|per cent\\b|pct\\b|prozent\\b|procent\\b|pour ?cents?\\b|por ?ciento\\b)`,
  'g',
);
/** "% pattern 4: 20", "Percentage Gleason 4: <5": the sign stands before the number. */
const PATTERN4_KEY =
  /(?:%|percent[a-z]*|anteil|pourcentage|porcentaje|prozent[a-z]*|aandeel) ?(?:of |de |du |van |des |an )?(?:gleason)?[ -]?(?:pattern|muster|grad(?:e|o)?|patroon|patron|graad|gp)?[ -]?4 ?(?::|=|\.{3,}) ?[<>~]? ?(\d{1,3})(?![\d+/]|[.,]\d| ?%)|\b(?:pattern|muster|grade?|patroon|patron|grado|graad) ?4 ?\(%\) ?[:=] ?[<>~]? ?(\d{1,3})(?![\d+/]|[.,]\d| ?%)|(?:\bgp|% ?g?p) ?4 ?[:=]?\s(\d{1,3})(?![\d+/]|[.,]\d| ?%)/;
const PERCENT_KEY = new RegExp(
  `\\bmax(?:imal|imum)?\\.? ?% ?(?::|=) ?(\\d{1,3})(?![\\d+/]|[.,]\\d| ?%| ?mm)|(?:(?<!\\d ?)%|percent[a-z]*|prozent[a-z]*|pourcentage|porcentaje)[^:;|\\n\\d]{0,45}(?:core|tissue|involv|tumou?r|zylinder|befall|carotte|cilindro|afect|biopt)[^:;|\\n\\d]{0,25}(?::|=|\\.{3,}) ?[<>~]? ?(\\d{1,3})(?![\\d+/]|[.,]\\d| ?%| ?mm)`,
);
/** A single Gleason pattern, with a second one where they are counted together. */
const PATTERN =
  /(?<!\b(?:gr(?:ou|u)p(?:[eo]|pe)?|groep|isup|who|oms)(?: d[eu])? )\b(?:(?:gleason)[ -]?)?(?:(?:gleason[ -]?)?(?:patt(?:erns?)?\.?|musters?|(?<!isup-?)grad(?:e|o)?s?|patroon|patronen|patron(?:es)?|graad|component)|gleason|gp|p(?= ?4 ?[:=]? ?[<>~]?\d{1,3} ?%)|(?<=% )p(?=4\b)|terti[a-z]*|terciari[oa])[ -]?(?:is )?([345])(?: ?(?:\/|and|und|en|et|y|&|\+) ?(?:pattern |grade )?([345]))?(?![\d.,]\d|\d| ?\+| ?(?:= ?\d{1,2}(?!\d? ?%)|mm|cm|of \d{1,2}(?!\d? ?%)))(?:[- ](?:anteil|share|component|komponente|tumou?r))?|(?<=% ?)\b[345](?= ?[),;/])/g;

interface Percent extends ReadNumber {
  used: boolean;
  readonly from: number;
  readonly to: number;
}

const NOT_TUMOUR_BEFORE =
  /(?:ki-? ?67|mib-?1?|free|frei(?:es)?|inflam[a-z]*|entzund[a-z]*|atroph[a-z]*|necros[a-z]*|stroma|fat|psa|nuclei|synaptophysin|chromogranin|confidence|risk|tumou?r cells|proliferation[a-z]*|index)(?: ?[:(] ?|\s(?:[a-z]+\s){0,3})[<>~]?$/;
const NOT_TUMOUR_AFTER =
  /^ ?(?:of (?:the )?(?:nuclei|cells|tumou?r (?:nuclei|cells)|stroma)|der (?:tumor)?(?:kerne|zellen)|necros|atroph|inflam|fett|fat\b|free\b|atroph|ki-?67|pattern|risk|benign|stroma|formalin|neutral|buffered|ethanol|cribriform|kribriform|[a-z ]{0,12}cribriform)/;
/** Only words that tie a share to its pattern stand between. */
const TIGHT_BEHIND =
  /^[\s]?(?:\(%\) ?)?(?:\(|:|=|,|\.{3,}|-)? ?(?:ca\.? ?|approx(?:imately|\.)? ?|about |around |etwa |circa |env(?:iron|\.)? ?|aprox\.? ?)?[<>~≤≥]? ?$/;
const LOOSE_BEHIND = /^(?:(?:[^.;,%|\n\d]|\n(?! *\n|[^\n:]{2,45}:)){0,60}[<>~]? ?| \([a-z ,-]{3,45}, ?)$/;
const TIGHT_AHEAD = /^ ?\)? ?(?:of |are |is |de |du |des |van |von |an )?(?:the )?(?:tumou?r (?:is )?)?$/;
const LOOSE_AHEAD = /^(?:[^.;,:%|()\n\d]|\n(?! *\n)){0,45}$/;

const MAY_SHARE = /%|p(?:er|our|or) ?c|pro[cz]ent|pct|anteil|aandeel|\bgp/;

/** Reads the highest share of tumour and the share of pattern 4 in a stretch of the folded text. */
export function readShares(shadow: string, stretch: Span): TumourShares {
  const text = shadow.slice(stretch.start, stretch.end);
  if (!MAY_SHARE.test(text)) return { percentInvolved: null, percentPattern4: null };
  const percents: Percent[] = matchesOf(text, PERCENT).map((match) => {
    const values = [decimal(match[1] ?? ''), ...(match[2] === undefined ? [] : [decimal(match[2])])];
    return {
      value: Math.max(...values),
      from: match.index,
      to: match.index + match[0].length,
      span: { start: stretch.start + match.index, end: stretch.start + match.index + match[0].length },
      used: Math.max(...values) > 100,
    };
  });
  // "3+4=7 (60%/40%)" shares the tumour out between its two patterns.
  for (const [index, percent] of percents.entries()) {
    const next = percents[index + 1];
    if (!next || percent.value + next.value !== 100 || !/^ ?[/+:] ?$/.test(text.slice(percent.to, next.from))) continue;
    percent.used = next.used = true;
  }
  // "Pattern 4 (%): 60" has its answer, whatever stands on the line above.
  const answered = keyed(PATTERN4_KEY, text, stretch.start);
  const pattern4 = bindPatterns(
    answered ? text.replace(PATTERN4_KEY, (key) => ' '.repeat(key.length)) : text,
    percents,
  );
  const percentPattern4: ReadNumber | null = pattern4.sort((a, b) => b.value - a.value)[0] ?? answered;
  const involved = percents.filter(
    (percent) =>
      !percent.used &&
      !NOT_TUMOUR_BEFORE.test(text.slice(Math.max(0, percent.from - 45), percent.from)) &&
      !NOT_TUMOUR_AFTER.test(text.slice(percent.to, percent.to + 40)),
  );
  const highest = involved.sort((a, b) => b.value - a.value)[0] ?? null;
  return {
    percentInvolved: highest ? { value: highest.value, span: highest.span } : keyed(PERCENT_KEY, text, stretch.start),
    percentPattern4: percentPattern4 && { value: percentPattern4.value, span: percentPattern4.span },
  };
}

function keyed(expression: RegExp, text: string, offset: number): ReadNumber | null {
  const match = expression.exec(text);
  const digits = match?.slice(1).find((group) => group !== undefined);
  if (!match || digits === undefined || Number(digits) > 100) return null;
  return { value: Number(digits), span: { start: offset + match.index, end: offset + match.index + match[0].length } };
}

/** Marks the percents that speak of a Gleason pattern as used, nearest pairs first, and returns those of pattern 4. */
function bindPatterns(text: string, percents: readonly Percent[]): ReadNumber[] {
  const patterns = matchesOf(text, PATTERN).map((match) => ({
    four: (match[1] ?? match[0]) === '4' && match[2] === undefined,
    from: match.index,
    to: match.index + match[0].length,
    bound: false,
  }));
  const found: ReadNumber[] = [];
  const passes: readonly [RegExp, 'ahead' | 'behind'][] = [
    [TIGHT_AHEAD, 'ahead'],
    [TIGHT_BEHIND, 'behind'],
    [LOOSE_BEHIND, 'behind'],
    [LOOSE_AHEAD, 'ahead'],
  ];
  for (const [gap, side] of passes)
    for (const pattern of patterns) {
      if (pattern.bound) continue;
      const percent =
        side === 'behind'
          ? percents.find((one) => one.from >= pattern.to)
          : percents.findLast((one) => one.to <= pattern.from);
      if (!percent || percent.used) continue;
      const between = side === 'behind' ? text.slice(pattern.to, percent.from) : text.slice(percent.to, pattern.from);
      if (between.length > 70 || !gap.test(between)) continue;
      if (
        side === 'behind' &&
        gap === TIGHT_BEHIND &&
        /,/.test(between) &&
        /^ ?(?:of|der|des|du|del|van|de)\b/.test(text.slice(percent.to, percent.to + 6))
      )
        continue;
      percent.used = pattern.bound = true;
      if (pattern.four)
        found.push({
          value: percent.value,
          span: { start: percent.span.start, end: percent.span.end },
        });
    }
  return found;
}

const LENGTH = new RegExp(
  `(?<![\\d.,/=+])(${DECIMAL}) ?(mm|cm)? ?(?:(x|-|to|bis|tot|a|y|and|und|en|et) ?(${DECIMAL}) ?(mm|cm)? ?(?:x ?(${DECIMAL}) ?)?)?(?:(?<=\\d ?)(mm|cm|millimet[a-z]*|centimet[a-z]*|zentimet[a-z]*)|(?<=mm|cm))(?![a-z0-9²³^])`,
  'g',
);
/** "3 mm of 14 mm", "3/14 mm", "6 of 15 mm": tumour, then core. */
const OF_CORE = new RegExp(
  `(?<![\\d.,/=+a-z])(${DECIMAL}) ?(mm|cm)? ?\\(?(?:/|of(?: a| an| the)?|von|der|van(?: de| het)?|sur|de(?: los| las| un)?|out of) ?(${DECIMAL}) ?(mm|cm)(?![a-z0-9])`,
  'g',
);
/** "ISUP 2 / 7.5 mm": a grade, then a length. */
const GRADE_AHEAD = /(?:isup|\bggg?|grade?|gruppe|group|groupe|grupo|groep|graad|score|gleason|=)[ :-]{0,2}$/;
const CORE_LENGTH_BEFORE = new RegExp(
  `(?:\\b${CORE_NOUN}|biopsiezylinder)(?: of tissue)?(?:[ ,(]+(?:total |gesamt|longest )?(?:length|lange|lengte|longueur|longitud)s?)?(?: \\([a-z]+\\))? ?[:=]?[ ,(]{0,2}(?:(?:of|de|van|von|bis(?: zu)?|tot|up to|measuring|measure|mesurant|zu|a|ranging|from|between|with|mit|con|length|zwischen|lang|long|zusammen|insgesamt|je|each|in aggregate|totaling|total|y|and|jusqu'a|hasta|que miden|entre) ?){1,4}[<>~]? ?$|\\b${CORE_NOUN}: ?\\d{1,2} ?\\($`,
);
/** "1 of 2 cores, measuring 6 mm": the tumour is measured. */
const TUMOUR_IN_CORES = new RegExp(
  `(?:of|von|van|sur|des?|les|los|/|out of) ?(?:the )?${WHOLE_NUMBER}\\s(?:\\(\\d{1,2} ?[:/] ?\\d{1,2}\\)\\s)?(?:[a-z]+ )?${CORE_NOUN}(?: \\(\\d{1,2} ?/ ?\\d{1,2}\\))?(?: [a-z]+)?, ?(?:measuring|mesurant|que miden?|qui mesure) [<>~]? ?$`,
);
const NOT_LENGTH_BEFORE =
  /(?:margin|marge|(?<!g)rand|snij|schnitt|distance|abstand|afstand|extraprostat|epe\b|capsul|kapsel|prostate? (?:measur|size|weigh)|gland (?:measur|size)|(?<!\/ ?)(?:core|biopsy|tissue|stanz|zylinder|stanzen|cilindro|carotte|biopt)[a-z]*[- ]?(?:length|lange|lengte)|(?:length|lange|lengte|longueur|longitud)(?: totale?)? (?:of|des?|del?|der|van|de la)(?: the| het| los)? (?:cores?|tissue|carottes?|cilindros?|biopt|stanz)|gesamtlange|aggregate|prior|previous|mri|mrt|irm\b|pi-?rads|urethra|thick|diameter of core)[^.;\n]{0,30}$/;
/** "2 cores, 11 and 13 mm, one of them with …": the cores, before any tumour is named. */
const CORES_TAKEN = new RegExp(`(?<!(?:of|von|van|sur|de|/) ?)\\b\\d{1,2} ${CORE_NOUN},? ?$`);
const NAMES_TUMOUR = /[ck]ar[cz]ino|tumou?r|cancer|gleason|krebs|kanker|\d ?\+ ?\d|\bca\b/;

const NO_TUMOUR = /\bbeni[gn]|goedaard|gutartig|\bhg-?pin\b|\basap\b|\bnegati[vef]/;

/** "Core 12 mm, tumour length 4 mm": the name of the tumour begins anew behind a comma or another length. */
const TUMOUR_ANEW =
  /% (?:of|des|der|van|de|del|du) [^,;.\d]{3,30}, (?![^,;.\d]*(?:core|biop|zylinder|stanz|carott|cilind)[a-z]*[- ]?(?:length|lange|lengte))[^,;.\d]{0,30}$|(?:[,;(]|\d ?[mc]m)[^,;(]{0,12}\b(?:tumou?r|[ck]ar[cz]ino|cancer|krebs|kanker)[a-z]*[^,;.\d]{0,25}$|% (?:of|des|der|van|de|del) [^,;.\d]{3,25} (?:and|und|en|et|y) (?:measur|miss|mess|meet|mesur|mide)[a-z]* $|(?:length|lange|lengte|longueur|longitud) (?:of |des |van |de |del )?(?:the |het |la )?(?:tumou?r|tumeur|[ck]ar[cz]ino|cancer)[a-z]*[^,;.\d]{0,15}$|\b(?:cancer|tumou?r|tumeur|[ck]ar[cz]inoma?)[- ](?:core[- ])?(?:length|lange|lengte)[^,;.\d]{0,15}$/;
const NOT_LENGTH_AFTER =
  /^ ?(?:from|vom|van de|du (?:bord|apex)|de la|del|away|off|thick|in thickness|(?:long |lange |lang[a-z]* )?(?:core|cylinder|zylinder|stanz|biopt|carotte|cilindro)|tissue|gewebe|of tissue|high power|field)/;
const WHOLE_GLAND_LENGTH =
  /(?:tumou?r|nodul|focus|lesion|foyer|herd|index|dominant|cancer|carcinom|karzinom|haard|nodo|foco|tumeur|size|diameter|durchmesser|dimension|grosse|afmeting|taille|tamano)/;
const NOT_WHOLE_GLAND =
  /(?:prostate (?:measur|size|weigh|gland)|specimen (?:measur|size)|gland (?:measur|size|weigh)|praparat|preparaat|piece|pieza|prostata (?:misst|mide|von|de)|weigh|gewicht|seminal|vesic|lymph|node|margin|rand|marge|snij|bladder|extraprostatic|epe)/;

/** "55% of the core length, measuring 6 mm": the comma ends what is said of the core. */
const SHARE_OF_CORE = /^.*%(?: (?:of|des|der|van|de|del|du) [^,;.\d]{3,40})?,/s;

function withoutShare(head: string): string {
  const share = SHARE_OF_CORE.exec(head);
  return share ? head.slice(share.index + share[0].length) : head;
}

const inMm = (digits: string, unit: string): number =>
  Math.round(decimal(digits) * (/^c|^z/.test(unit) ? 10 : 1) * 100) / 100;

/**
 * Reads the largest tumour length in mm. Core lengths, distances and margins are no tumour; in a whole-gland part only
 * what is said of the tumour counts. `group` leaves out totals, which hold for several parts together.
 */
export function readLength(
  shadow: string,
  clauses: readonly Span[],
  wholeGland: boolean,
  group: boolean,
): ReadNumber | null {
  let best: ReadNumber | null = null;
  const take = (value: number, start: number, end: number): void => {
    if (value > 0 && value <= (wholeGland ? 120 : 90) && (best === null || value > best.value))
      best = { value, span: { start, end } };
  };
  let benignUntil = -1;
  for (const clause of clauses) {
    const text = shadow.slice(clause.start, clause.end);
    // "Core 1: benign, length 16 mm": the core of which nothing else is said up to the end of its line.
    const named = NAMES_TUMOUR.test(text);
    if (NO_TUMOUR.test(text) && !named) {
      const newline = shadow.indexOf('\n', clause.start + (/^\s*/.exec(text)?.[0].length ?? 0));
      benignUntil = newline < 0 ? Infinity : newline;
    }
    if (clause.start < benignUntil && !named) continue;
    if (!/\d ?(?:mm|cm|milli|centi|zenti)/.test(text)) continue;
    if (group && /tota[a-z]*|gesamt|insgesamt|combined|zusammen|samen|aggregate/.test(text)) continue;
    if (wholeGland && (!WHOLE_GLAND_LENGTH.test(text) || NOT_WHOLE_GLAND.test(text))) continue;
    const claimed: Span[] = [];
    for (const match of matchesOf(text, OF_CORE)) {
      const [small, large] = [inMm(match[1] ?? '', match[2] ?? match[4] ?? ''), inMm(match[3] ?? '', match[4] ?? '')];
      const head = text.slice(Math.max(0, match.index - 60), match.index);
      if (small > large || NOT_LENGTH_BEFORE.test(head) || GRADE_AHEAD.test(head)) continue;
      claimed.push({ start: match.index, end: match.index + match[0].length });
      take(small, clause.start + match.index, clause.start + match.index + match[0].length);
    }
    let [before, excluded] = [-1, false];
    for (const match of matchesOf(text, LENGTH)) {
      const [start, end] = [match.index, match.index + match[0].length];
      if (claimed.some((span) => start < span.end && span.start < end)) continue;
      const unit = match[7] ?? match[5] ?? match[2] ?? 'mm';
      const head = withoutShare(text.slice(Math.max(0, start - 60), start));
      // What is said of the first length of a list holds for all of it.
      const listed =
        before >= 0 &&
        /^ ?(?:,|y|and|und|en|et|\/|;|to|-|resp\.?) ?(?:and |und |en |et |y )?$/.test(text.slice(before, start));
      if (!listed)
        excluded =
          (CORES_TAKEN.test(head) && !NAMES_TUMOUR.test(shadow.slice(clauses[0]!.start, clause.start + start))) ||
          (!TUMOUR_ANEW.test(head) &&
            ((CORE_LENGTH_BEFORE.test(head) && !TUMOUR_IN_CORES.test(head)) || NOT_LENGTH_BEFORE.test(head)));
      excluded ||= NOT_LENGTH_AFTER.test(text.slice(end, end + 24));
      before = end;
      if (excluded) continue;
      const values = [
        inMm(match[1] ?? '', match[2] ?? unit),
        ...[match[4], match[6]].filter((more) => more !== undefined).map((more) => inMm(more, match[5] ?? unit)),
      ];
      take(Math.max(...values), clause.start + start, clause.start + end);
    }
  }
  return best ?? keyedLength(shadow, clauses);
}

/** "Longitud máxima (mm): 7,5", "Tumour length in mm: 3": the unit stands in the key. */
const KEYED_LENGTH = new RegExp(
  `(?:length|lange|lengte|longueur|longitud|extent|ausdehnung|extension|tumou?r|tumeur|tumoral|focus|foyer|foco|herd|max)[^:;\\n\\d]{0,30}\\b(mm|cm)\\)? ?[:=] ?[<>~]? ?(${DECIMAL})(?![\\d/]| ?%)`,
);

function keyedLength(shadow: string, clauses: readonly Span[]): ReadNumber | null {
  for (const clause of clauses) {
    const text = shadow.slice(clause.start, clause.end);
    const match = /[mc]m\)? ?[:=]/.test(text) ? KEYED_LENGTH.exec(text) : null;
    if (match && !NOT_LENGTH_BEFORE.test(text.slice(0, match.index + 30).replace(/\(?[mc]m.*$/s, '')))
      return {
        value: inMm(match[2] ?? '', match[1] ?? 'mm'),
        span: { start: clause.start + match.index, end: clause.start + match.index + match[0].length },
      };
  }
  return null;
}
