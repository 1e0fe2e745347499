import type { Specimen } from '../extraction.js';
import type { Span } from '../text/span.js';
import { INTRADUCTAL } from './pathology-words.js';
import { matchesOf } from '../text/matches.js';

export type SignName = 'perineuralInvasion' | 'cribriform' | 'intraductal';
type Verdict = NonNullable<Specimen['perineuralInvasion']>;

/** A sign of how the tumour grows, and whether the report affirms it. */
export interface Sign {
  readonly name: SignName;
  readonly verdict: Verdict;
  readonly span: Span;
}

const PERINEURAL =
  'peri-?neura(?:l[a-z]*)?(?:[ -]?(?:invasion|infiltration|infiltratie|invasie|groei|ingroei|wachstum|spread|carcinomatosis|growth))?(?: \\(pni\\))?|(?:invasion|infiltracion|infiltration|infiltrations|afectacion|invasie|ingroei|engainements?|envahissement|gaines?) peri-? ?(?:neural(?:e|es)?|nerveu(?:x|se|ses))|engainements? peri-?nerveux|peri-?nerveu(?:x|se)|\\b(?:pni|ipn|epn)\\b|\\bpn(?= ?:? (?:nicht |kein[a-z]* |not |niet )?(?:vorhanden|nachweisbar|nachgewiesen|present|identified|aanwezig))|nervenscheiden[a-z]*|\\bnerves? (?=(?:is|are) (?:not )?(?:invaded|infiltrated|involved))|filets nerveux engaines|engainements? (?:de |des )?(?:filets )?nerveu(?:x|ses?)';
const CRIBRIFORM =
  '(?:(?:(?:large|expansile|small|invasive|expansive|grosse|grande|groot) )?[ck]rib(?:r|)i-?form[a-z]*|\\bcribr?\\b)(?: (?:glands?|patterns?|growth|architecture|features?|component|morphology|muster|wachstum|drusen|groei|architektur|velden|glandes?|carcinoma|areas?|formations?|komponente|groeipatroon|groeiwijze|masses|nests?))?';
/** Which sign a match is: the named group tells. */
const SIGN = new RegExp(
  `(?<pni>${PERINEURAL})|(?<crib>${CRIBRIFORM})|(?<idc>\\b${INTRADUCTAL}(?:/[ck]ribriform[a-z]*)?)`,
  'g',
);

const GLUE =
  /^[\s,/&()+]*(?:(?:and|or|und|oder|en|of|et|ou|y|o|nor|noch|ni|e|sowie|as well as|glands?|pattern|growth|architecture|morphology|carcinoma|invasion|component|muster|architektur|wachstum|groei|of the|de|d'|du|une?|any|an?|ca|the|der|die|das|eine?[nmrs]?|een|het|l[ae']|el|una?|eventuell?e?s?|drusen|glandes|glandulas|klierbuizen|croissance|crecimiento|patron|groeiwijze|growth pattern|any)[\s,/&()]*)*$/;
/** Words that leave a sign open. */
export const OPEN =
  /cannot be (?:entirely |definitively |completely )?(?:excluded|ruled out|assessed|determined)|can ?not (?:exclude|rule out)|not (?:be )?(?:definit|certain|conclusive|assessable|evaluable|excluded)[a-z]*|suspicious|suspect(?:ed|e|ee)?\b|suspected|indetermina[a-z]*|equivocal|possibl[ey]|probabl[ey]|questionable|uncertain|borderline|focus suspicious|nicht (?:sicher |sicher auszuschliessen|auszuschlies[a-z]*|ausgeschlossen|eindeutig|beurteilbar)[a-z ]*|fraglich[a-z]*|verdacht[a-z]*|verdachtig|moglich[a-z]*|niet (?:met zekerheid )?(?:worden )?(?:uit te sluiten|uitgesloten|zeker|te beoordelen)|twijfelachtig|mogelijk[a-z]*|dubieus|ne (?:peut|peuvent|pouvant)(?: pas)? etre (?:formellement )?(?:exclue?s?|eliminee?s?|ecartee?s?)|non exclue?|douteu[a-z]*|incertaine?|no (?:se )?puede(?:n)? (?:ser )?(?:descart|exclu)[a-z]*|no descartable|no (?:es )?(?:valorable|evaluable)|non evaluable|no concluyente|(?:non|not) conclu[a-z]*|dudos[oa]|posible|sospech[a-z]*|a confirmer|indetermin[a-z]*/;
const ABSENT_AFTER =
  /(?<=[:=]\s{0,2})no\b|\bno(?=\s*(?:[.,;)]|$|se\b|identif|observ|present|hay|vist|detect|evid|se ))|\b(?:not|absent[a-z]*|absence|negati[a-z]*|none|nicht|kein[a-z]*|nein|niet|geen|afwezig[a-z]*|nee|pas|non|aucun[a-z]*|ausente[a-z]*|neg|nil|unidentified|fehl[a-z]*|n\/i)\b|^(?:scheiden)?\s?(?:(?:is|are|sind|zijn) )?(?:frei|free|vrij)\b/;
const PRESENT_AFTER =
  /\b(?:present[a-z]*|identified|seen|yes|positive|positiv[a-z]*|ja|vorhanden|nachweisbar|nachgewiesen|erkennbar|aanwezig|gezien|oui|presente?s?|si|identifica[a-z]*|observ[a-z]*|noted|found|detected|focal(?:ly|e|es)?|extensive|multifocal|positief|\d{1,3} ?%|evident|observee?s?|vue?s?|sichtbar)\b/;
/** Negations that govern what follows them. */
const ABSENT_BEFORE =
  /\b(?:no|weder|not identified ?:?|without|negative for|absence (?:of|de|d')|free of|devoid of|lacks?|lacking|no evidence of|kein[a-z]*|ohne|geen|zonder|pas (?:de|d')|pas|sans|aucune?|ni|absence|absent ?:|sin|ningun[a-z]*|no se (?:identifica|observa|aprecia|evidencia|reconoce|detecta|ve)[a-z]*|(?:do|did|does|could|can) not (?:see|find|identify|detect|demonstrate)|neither|nor|noch|nergens|nirgend(?:s|wo)|nowhere|nulle part|afwezigheid van|ausencia de|fehlen|frei von)\b/g;
const PRESENT_BEFORE =
  /\b(?:but|with|aber|jedoch|maar|mais|pero|however|present ?:|mit|met|avec|con|including|including|presence (?:of|d'|de)|(?<!no )se (?:identifica|observa|aprecia)[a-z]*|whereas|while)\b/g;
const NO_STATEMENT =
  /^\s*[:=]\s*$|^[\s:=.-]*(?:not applicable|n\/?a\b|not (?:reported|stated|evaluated)|nicht zutreffend|niet van toepassing|sans objet|no aplica|n\.?v\.?t)/;

const MAY_SPEAK = /neura|nerv|\bcid\b|\b(?:pni|ipn|epn|pn)\b|ribri|cribi|\bcribr?\b|intra-?[dc]|idc/;

/** "IPN: infiltración perineural" explains a word. */
const ABBREVIATION = /^\s*(?:pni|ipn|epn|pn)\s?[:=]\s?(?:[a-z]+\s)?peri-?n[a-z]+(?:\s[a-z]+)?\s*[.;,)]?\s*$/;

/** "Crib+, IDC-": each has its own sign. */
const SIGNED = /^\s?[([]?[+-][)\]]?\s*[,;/]/;

const AFFIRMED = /\b(?:with|mit|met|avec|con)\s(?:[a-z]+\s)?$/;

interface Mention {
  readonly name: SignName;
  readonly start: number;
  readonly end: number;
}

function mentionsOf(text: string): Mention[] {
  const mentions: Mention[] = [];
  for (const match of matchesOf(text, SIGN)) {
    const groups = match.groups ?? {};
    const name =
      groups['pni'] !== undefined ? 'perineuralInvasion' : groups['crib'] !== undefined ? 'cribriform' : 'intraductal';
    const end = match.index + match[0].length;
    // Cribriform PIN is no pattern of the carcinoma, and an "intraductal" tumour of another organ is none of these.
    if (
      name === 'cribriform' &&
      /^\s?(?:hg-?)?(?:high-grade )?pin\b|^\s?(?:hyperplas|high)/.test(text.slice(end, end + 14))
    )
      continue;
    if (name === 'intraductal' && /^\s?(?:papill|atyp|prolif)/.test(text.slice(end, end + 9))) continue;
    mentions.push({ name, start: match.index, end });
    if (/\/[ck]ribrif/.test(match[0]) && name === 'intraductal')
      mentions.push({ name: 'cribriform', start: match.index, end });
  }
  return mentions;
}

/** The last cue of an expression in a text, or -1. */
function lastOf(expression: RegExp, text: string): number {
  let at = -1;
  for (const match of matchesOf(text, expression)) at = match.index;
  return at;
}

/** Reads what one clause says of perineural invasion, cribriform and intraductal growth. */
export function readSigns(shadow: string, clause: Span): Sign[] {
  const text = shadow.slice(clause.start, clause.end);
  if (!MAY_SPEAK.test(text) || ABBREVIATION.test(text)) return [];
  const mentions = mentionsOf(text);
  const signs: Sign[] = [];
  let index = 0;
  let left = 0;
  while (index < mentions.length) {
    let last = index;
    while (last + 1 < mentions.length) {
      const between = text.slice(mentions[last]!.end, mentions[last + 1]!.start);
      if (!GLUE.test(between) || SIGNED.test(between) || /^\s*\n\s*$/.test(between)) break;
      // "With cribriform growth, perineural invasion indeterminate": the first has its answer before it.
      if (
        /^\s*,\s*(?:(?:no|without|kein[a-z]*|ohne|geen|zonder|pas d[e']|sans|sin|ein[a-z]*|an?|een|une?|una)\s*)?$/.test(
          between,
        ) &&
        AFFIRMED.test(text.slice(Math.max(left, mentions[last]!.start - 24), mentions[last]!.start))
      )
        break;
      last++;
    }
    const group = mentions.slice(index, last + 1);
    const start = group[0]!.start;
    const end = group.at(-1)!.end;
    const next = mentions[last + 1]?.start ?? text.length;
    const head = text.slice(Math.max(left, start - 110), start);
    const tail = tailOf(text.slice(end, Math.min(next, end + 90)), next < text.length);
    const from = clause.start + Math.max(left, start - 70);
    const answers = answersOf(tail, group.length);
    // "No intraductal carcinoma, perineural invasion doubtful", "with intraductal carcinoma, perineural invasion: no".
    const apart =
      (OPEN.test(tail) || /^ ?[:=]/.test(tail)) &&
      /^, ?$/.test(text.slice(group.at(-2)?.end ?? end, group.at(-1)!.start));
    group.forEach((mention, at) => {
      if (NO_STATEMENT.test(tail)) return;
      const alone = group.length > 1 && at === group.length - 1 ? text.slice(group[at - 1]!.end, mention.start) : null;
      const told =
        apart && at < group.length - 1 && Math.max(lastOf(ABSENT_BEFORE, head), lastOf(PRESENT_BEFORE, head)) >= 0;
      const verdict = verdictOf(head, told ? '' : (answers?.[at] ?? tail), alone);
      const quote =
        /\S/.test(head) && verdict !== 'present'
          ? trimmed(shadow, from, clause.start + end + tail.length)
          : trimmed(shadow, clause.start + start, clause.start + end + tail.length);
      signs.push({ name: mention.name, verdict, span: quote });
    });
    left = end;
    index = last + 1;
  }
  return signs;
}

/** "Cribriform / intraductal: present / absent": as many answers as signs. */
function answersOf(tail: string, count: number): string[] | null {
  const answers = count > 1 ? /^ ?[:=]([^.;\n]*)/.exec(tail)?.[1]?.split(/ ?[/|] ?/) : undefined;
  return answers?.length === count ? answers.map((answer) => `: ${answer.trim()}`) : null;
}

/** What follows a mention, without the negation that opens the next one ("…, no intraductal carcinoma"). */
const tailOf = (tail: string, followed: boolean): string =>
  followed
    ? tail.replace(
        /(?<!:\s{0,3})[,;]?\s*(?:(?:and|und|en|et|y|but|with)\s)?(?:no|without|kein[a-z]*|ohne|geen|zonder|pas d[e']|sans|sin|no se [a-z]+|absence d[e']|negative for|(?:equivocal|suspicious|indeterminate) for|fraglich[a-z]*|possible|mogelijke?|verdacht (?:auf|op))\s*(?:[a-z]+\s)?$/,
        '',
      )
    : tail.replace(NO_INVASION, '');

/** "Intraductal carcinoma, no invasive component": the denial is of something else. */
const NO_INVASION =
  /[,;]\s*(?:no|without|kein[a-z]*|ohne|geen|zonder|pas d[e']|sans|sin)\s(?:[a-z]+\s){0,2}(?:invasi|infiltri)[^.;]*\.?\s*$/;

function verdictOf(head: string, tail: string, between: string | null): Verdict {
  const sign = /^\s?[:=]?\s?[([]?([+-])(?:ve\b)?[)\]]?(?=\s*(?:[,;.)|]|$|\n))/.exec(tail)?.[1];
  if (sign) return sign === '+' ? 'present' : 'absent';
  const negated = lastOf(ABSENT_BEFORE, head);
  const affirmed = lastOf(PRESENT_BEFORE, head);
  const governed = negated > affirmed ? head.slice(negated) : null;
  if (
    OPEN.test(tail) ||
    /\b(?:suspicious for|possible|suspected|probable|verdacht auf|verdacht op|suspicion d[e']|sospecha de|fraglich[a-z]*|mogelijke?|doubtful|cannot exclude|can not exclude|no (?:se )?puede(?:n)? (?:descart|exclu)[a-z]*|no es posible (?:descart|exclu)[a-z]*|ne (?:peut|permet)[a-z]* (?:pas )?(?:d')?(?:exclure|eliminer|ecarter)|nicht auszuschliessen(?: ist| sind)?|niet uit te sluiten(?: is)?|questionable|equivocal(?: for)?)\s(?:[a-z']+\s){0,2}$/.test(
      head,
    )
  )
    return 'indeterminate';
  const absentAt = tail.search(ABSENT_AFTER);
  const presentAt = tail.search(PRESENT_AFTER);
  const affirmedBehind = presentAt >= 0 && (absentAt < 0 || presentAt < absentAt);
  if (absentAt >= 0 && !affirmedBehind) return 'absent';
  // "No extraprostatic extension, perineural invasion present": what stands behind a comma speaks for itself.
  const own = between ?? governed ?? '';
  // "…, no intraductal carcinoma": the denial stands right before it.
  const denied = lastOf(ABSENT_BEFORE, own) > own.lastIndexOf(',') && own.includes(',');
  if (
    governed !== null &&
    affirmedBehind &&
    !denied &&
    /,/.test(own) &&
    !/\b(?:or|oder|of|ou|o|nor|and|und|en|et|y)\b/.test(own)
  )
    return 'present';
  if (governed !== null && governed.length < 90) return 'absent';
  return 'present';
}

function trimmed(shadow: string, start: number, end: number): Span {
  const quote = shadow.slice(start, end);
  const lead = /^[\s,;:.)-]*/.exec(quote)?.[0].length ?? 0;
  return { start: start + (lead < quote.length ? lead : 0), end: start + quote.trimEnd().length };
}

/** TNM-style Pn0 and Pn1, and Pn+ and Pn-, which only the case of their letters tells from nodes. */
export function readPerineuralCode(text: string, span: Span): Sign | null {
  const match = /(?<![A-Za-z])Pn ?(?:([01])(?![\da-z])|([+-])(?=\s|[.,;:)]|$))/.exec(text.slice(span.start, span.end));
  if (!match) return null;
  const start = span.start + match.index;
  return {
    name: 'perineuralInvasion',
    verdict: (match[1] ?? match[2]) === '1' || match[2] === '+' ? 'present' : 'absent',
    span: { start, end: start + match[0].length },
  };
}
