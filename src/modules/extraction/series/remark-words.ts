import { anyOf, stems, words } from './series-words.js';

/** Needle guidance, template, in-bore planning or control; in the words of the series. */
export const IN_BORE = anyOf(
  stems('needle|nedle|nadel|naald|aiguille|aguja|agulha|template|trajector|trajekt|in[ _-]?bore|mrgb|dynatrim|coaxial'),
  stems('punktion|punctie|ponction|puncion'),
  words('guid[ae]nce|gid[ae]nce|gui[ae]dance|guidage|guided|guiado'),
);

const BIOPSY = /biops|biopt|(?<![a-z])bx(?![a-z])/;
/** The biopsy was or will be elsewhere, or is only the occasion of a diagnostic study. */
const BIOPSY_ELSEWHERE = new RegExp(
  stems(
    '(?:pre|post|pra|prior|prev|previous|before|after|vor|nach|voor|na|fore|avant|apres|antes|despues|previa|no|hx|us|trus|' +
      'st\\.? ?n|z\\.? ?n|status|history|negative?|neg|naive|fusion|uronav|artemis|plan[a-z]*|hemorr[a-z]*)' +
      '[\\W_]*(?:\\w+[\\W_]+){0,2}(?:biops|biopt|bx(?![a-z]))',
  ) + '|(?:biops|biopt)\\w*[\\W_]*(?:naive|fusion|plan|neg|prior|hemorr|uronav|prov|bewezen|gesichert|positi)',
);
/** The scanner itself guides the needle, so that planning means planning in the bore. */
const MR_GUIDED = anyOf(
  'in[ _-]?bore',
  '(?<![a-z])(?:mri?|mrt|irm|rm)[\\W_]*(?:guid|gesteuert|gestutzt|geleid|gestuurd|guiad)',
  '(?:guid|gesteuert|geleid|gestuurd|guiad|guiee?|sous|unter|onder)[a-z]*[\\W_]+(?:\\w+[\\W_]+)?(?:mri?|mrt|irm|rm)(?![a-z])',
);

/** The text, of a study or a series, is about a biopsy that is being taken in the scanner. */
export const isBiopsy = (text: string): boolean =>
  (BIOPSY.test(text) || IN_BORE.test(text)) && (!BIOPSY_ELSEWHERE.test(text) || MR_GUIDED.test(text));

const MOTION = '(?:motion|movement|beweg\\w*|mouvement|moviment\\w*|movimient\\w*|arte?i?fa[ck]t\\w*)';
const DEGRADED = anyOf(
  stems('motion|movement|moved|beweg|bewog|mouvement|boug|movim|movid|arte?fa[ck]t|arti?fa[ck]t|degrad|verwackelt'),
  stems('unruhig|onrust|unscharf|flou|borros|blur|ghosting|unbrauchbar|unusable|mauvais|reject|fail'),
  words('poor|bad|schlecht[a-z]*|slecht[a-z]*|mala|non[ _-]?diagnostic[a-z]*|nicht (?:verwertbar|diagnostisch)'),
  words('niet (?:diagnostisch|bruikbaar)|do not use'),
);
/** How a sequence copes with motion, why it was repeated, or what to do if the patient moves: no remark on its quality. */
const MOTION_METHOD = new RegExp(
  [
    `(?:if|bei|bij|wenn|indien|si|en cas de)[\\W_]*(?:\\w+[\\W_]+)?${MOTION}`,
    `(?:wegen|ivm|i\\.?v\\.?m\\.?|due to|because of|for|pour|por|door|cause)[\\W_]*${MOTION}`,
    `(?:anti|no|keine?|geen|sans|sin|non)[\\W_]*${MOTION}`,
    `${MOTION}[\\W_]*(?:corr|korr|reduc|reduk|free|frei|vrij|insens|robust|comp|komp)\\w*`,
  ].join('|'),
  'g',
);
const ABORTED = anyOf(
  stems('abgebroch|abbruch|abort|afgebrok|interromp|interrup|interrum|incompl|unvollst|onvoll|cancel|annul|gestop'),
  stems('arrete|detenid|abandon|truncat|afgekapt|terminated|abgekurzt'),
  words('stopped|stop'),
);

/** The person at the scanner called the images bad. */
export const isDegraded = (text: string): boolean => DEGRADED.test(text.replace(MOTION_METHOD, ''));
/** The run was stopped early. */
export const isAborted = (text: string): boolean => ABORTED.test(text);
