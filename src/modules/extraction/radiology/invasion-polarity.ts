import type { Lesion } from '../extraction.js';
import {
  ANSWER_NO,
  ANSWER_SIGN,
  ANSWER_YES,
  CONTACT,
  MERELY_NAMED,
  NO,
  UNSURE,
  UNSURE_ALWAYS,
  WHOLE,
} from './invasion-words.js';
import { matchesOf } from '../text/matches.js';

export type Invasion = NonNullable<Lesion['epe']>;

const LESION_NOUN = /lesion|lasion|laes|herd|target|nodul|afwijking|letsel|haard|cible|foyer|diana/;
const CONTRAST = /[;,]|\b(?:but|however|although|whereas|aber|jedoch|hingegen|maar|echter|mais|pero|aunque)\b/g;

/** How far a clause is followed to either side, in characters. */
const REACH = 400;
const NEXT_CONTRAST = new RegExp(CONTRAST.source);

export function clauseAround(said: string, at: number): { from: number; to: number } {
  let from = 0;
  let to = said.length;
  for (const match of matchesOf(said.slice(Math.max(0, at - REACH), at), CONTRAST))
    from = Math.max(0, at - REACH) + match.index + match[0].length;
  const next = said.slice(at, at + REACH).search(NEXT_CONTRAST);
  if (next >= 0) to = at + next;
  return { from, to };
}

export const SIGNS: Readonly<Record<string, Invasion>> = {
  '-': 'absent',
  '0': 'absent',
  '+': 'present',
  '?': 'indeterminate',
};
/** The EPE grade of Mehralivand et al. (Radiology 2019): 0 without a sign, 3 with a breach, 1 and 2 between. */
const GRADE = /^[ \t]*[:(-]?[ \t]*(?:grade?|graad|grado|score)[ \t]*[:=]?[ \t]*([0-3])(?![\d.,/+-]*\d)/;
const GRADES: readonly Invasion[] = ['absent', 'indeterminate', 'indeterminate', 'present'];
/** "Possible EPE and definite SVI", "definite EPE and possible SVI": each has its own word. */
const SURE_OF_THIS =
  /^.*\b(?:and|und|en|et|y) (?=(?:definite|clear|gross|frank|eindeutig|sicher|evident|duidelijk|franc|clar)[a-z]*\b)/;
export const OTHER_UNSURE =
  /\b(?:and|und|en|et|y) (?:possibl[ey]|probabl[ey]|suspected|likely|equivocal|fraglich|mo(?:e)?glich|mogelijk|posible|dudos|dout|doubt|duda|zweifel|twijfel|suspicio|verdacht|verdenking|sospech|concern)[a-z]*\b/;
const WITH = /\b(?:with|mit|met|avec|con)\b/g;
const NEXT_FIELD = /;|[a-z] ?[:=]/;
/** "EPE/SVI: -": the answer to a pair of fields is the answer to each. */
const PAIRED = /^[ \t]*(?:\/|&|and|und|en|et|y)[ \t]*(?:epe|ece|eep|svi?|sb|zb)(?![a-z])/;

export function polarity(said: string, head: { from: number; to: number }): Invasion | null {
  const clause = clauseAround(said, head.from);
  const before = said
    .slice(clause.from, head.from)
    .replace(/\([^)]*\)/g, ' ')
    .replace(SURE_OF_THIS, '');
  const bracket = said.indexOf('(', head.to);
  const answer = said.slice(head.to, head.to + 40).replace(PAIRED, '');
  if (NO_ANSWER.test(answer)) return null;
  const sign = ANSWER_SIGN.exec(answer)?.[1];
  if (sign && !NO.test(before)) return SIGNS[sign] ?? 'indeterminate';
  const grade = GRADE.exec(answer)?.[1];
  if (grade) return GRADES[Number(grade)]!;
  let after = said
    .slice(
      head.to,
      bracket > 0 && bracket < clause.to && !/^\s*\(\s*[+-]/.test(said.slice(head.to, bracket + 3))
        ? bracket
        : clause.to,
    )
    .replace(PAIRED, '');
  const next = OTHER_UNSURE.exec(after);
  if (next) after = after.slice(0, next.index);
  const whole = `${before} ${said.slice(head.from, head.to)} ${after}`;
  const answers = /^[ \t]*[:=]/.test(after);
  if (UNSURE_ALWAYS.test(whole) || UNSURE_ALWAYS.test(said.slice(clause.from, clause.to))) return 'indeterminate';
  if (ANSWER_NO.test(after)) return 'absent';
  if (ANSWER_YES.test(after)) return 'present';
  // "EPE: capsule smooth, none seen": the field is answered by the rest of its sentence.
  const rest = answers ? said.slice(head.to).split(NEXT_FIELD)[0]! : '';
  if ((WHOLE.test(rest) || NO.test(rest)) && !UNSURE.test(rest) && !UNSURE_ALWAYS.test(rest)) return 'absent';
  if (answers && UNSURE_ALWAYS.test(rest)) return 'indeterminate';
  if (answers && UNSURE.test(rest) && !NO.test(rest)) return 'indeterminate';
  const no = NO.exec(before);
  // "A suspicious lesion with EPE": the suspicion is of the lesion.
  const scoped = before.slice(Math.max(0, ...matchesOf(before, WITH).map(({ index }) => index)));
  const unsure = UNSURE.exec(
    LESION_NOUN.test(before.slice(0, before.length - scoped.length))
      ? whole.slice(before.length - scoped.length)
      : whole,
  );
  if (no && /\bnot? (?:definite|certain)/.test(before) && unsure) return 'indeterminate';
  if (no && !(unsure && unsure.index < no.index)) return 'absent';
  if (unsure) return 'indeterminate';
  if (NO.test(after)) return 'absent';
  if (carriesNegation(said, clause.from, before)) return 'absent';
  return MERELY_NAMED.test(whole.replace(SCORED, ' ')) || CONTACT.test(after) ? null : 'present';
}

/** "EPE: n/a", and a field left empty. */
const NO_ANSWER = /^[ \t]*[:=][ \t]*(?:n\/a|n\. ?a\.|n\.? ?v\.? ?t\b|not applicable|unknown|entfallt|$)/;
const SHORT_LIST =
  /(?:^|[.;] ?)(?:no|kein[a-z]*|geen|pas d[e'] ?|sin|ohne|zonder|sans|nil) ?[^,;.]{1,30}(?:,[^,;.]{1,24})*$/;
/** "A score of 5 because of EPE". */
const SCORED = /\b(?:score|grade|assessment)[a-z ]* ?:? ?[1-5]\b/g;
/** "No extraprostatic extension, seminal vesicle invasion or adenopathy": the denial runs through the list. */
function carriesNegation(said: string, clauseFrom: number, before: string): boolean {
  if (clauseFrom === 0 || said[clauseFrom - 1] !== ',' || before.trim().split(/\s+/).length > 5) return false;
  const earlier = said.slice(Math.max(0, clauseFrom - REACH), clauseFrom - 1);
  // "No ECE, SVI, LN."
  if (SHORT_LIST.test(earlier) && before.trim() === '') return true;
  return (
    NO.test(earlier.slice(earlier.lastIndexOf(';') + 1)) &&
    /\b(?:or|nor|oder|noch|of|ou|ni|o|and|und|en|et|y)\b/.test(said.slice(clauseFrom))
  );
}
