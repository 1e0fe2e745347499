import { wordAt, type ReportText, type TokenRun } from './report-text.js';
import { LESION_LIKE, LESION_NOUN, NEGATION, remembered } from './words.js';

/** A noun that stands for a lesion ("Herd", "Randherd", "foyer"). */
export const isLesionNoun = remembered(
  (word) => LESION_NOUN.has(word) || LESION_LIKE.has(word) || /(?:lasion|laesion|herd|areal)$/.test(word),
);

export const ANOTHER =
  /^(?:another|other|second|third|fourth|next|further|additional|weitere[rs]?|zweite[rs]?|dritte[rs]?|tweede|derde|volgende|andere|autre|deuxieme|seconde|troisieme|otr[ao]|segund[ao]|tercer[ao]?)$/;
const ADDED = /^(?:also|additionally|ebenfalls|auch|ferner|zudem|ook|tevens|eveneens|egalement|aussi|ademas|tambien)$/;
const INDEFINITE = /^(?:an?|eine?|een|une?|una)$/;
const DEFINITE = /^(?:the|der|die|das|den|dem|des|de|het|le|la|les|l'|el|las|los)$/;

/** Words that stand for a lesion told before or announced: "the first is …", "one in …", "der andere liegt …". */
const PRONOUN =
  /^(?:one|another|first|second|third|fourth|other|next|latter|(?:larg|small|bigg)(?:er|est)|(?:gro(?:e)?s{1,2}|klein)er[ens]?|grotere|kleinere|mayor|menor|plus|eine[rs]?|erste[rs]?|zweite[rs]?|dritte[rs]?|andere[rs]?|eerste|tweede|derde|une|autre|premiere?|deuxieme|seconde|troisieme|una|otr[ao]|primer[ao]|segund[ao]|tercer[ao])$/;
const BEHIND_PRONOUN =
  /^(?:is|lies|sits|measures|located|seen|in|at|on|within|liegt|ist|misst|befindet|sitzt|findet|im|am|links|rechts|ligt|meet|zit|bevindt|siege|mesure|est|situee?|dans|en|au|mide|esta|localizad[ao]|se|(?:anter|poster|later|medi|dors|ventr|apic|apik|bas)[a-z]*|left|right)$/;

const END = /^(?:[.,;:()\n])$/;

/** "The first, in the left …", "one in the right …" at a token: the index of its pronoun, or -1. */
export function pronounAt(report: ReportText, at: number): number {
  const article = DEFINITE.test(wordAt(report, at));
  const pronoun = article ? at + 1 : at;
  if (!PRONOUN.test(wordAt(report, pronoun))) return -1;
  const behind = wordAt(report, pronoun + 1);
  return BEHIND_PRONOUN.test(behind) || (article && behind === ',') ? pronoun : -1;
}

/** "A second area of low signal", "autre foyer", "il existe également une lésion": another lesion than those told. */
export function namesAnother(report: ReportText, { from, to }: TokenRun): boolean {
  for (let i = from; i < to; i++) {
    if (!isLesionNoun(wordAt(report, i))) continue;
    let indefinite = false;
    for (let k = i - 1; k >= Math.max(from, i - 9); k--) {
      const word = wordAt(report, k);
      if (END.test(word) || NEGATION.has(word)) break;
      if (ANOTHER.test(word)) return true;
      indefinite ||= INDEFINITE.test(word);
      if (indefinite && ADDED.test(word)) return true;
    }
  }
  return false;
}

/** "The left transition zone lesion", "dem Herd rechts": a lesion that is known already. */
export function isDefinite(report: ReportText, { from, to }: TokenRun): boolean {
  for (let i = from; i < to; i++) {
    if (!isLesionNoun(wordAt(report, i))) continue;
    for (let k = i - 1; k >= Math.max(from, i - 7); k--) {
      const word = wordAt(report, k);
      if (END.test(word) || INDEFINITE.test(word)) return false;
      if (DEFINITE.test(word)) return true;
    }
    return false;
  }
  return false;
}
