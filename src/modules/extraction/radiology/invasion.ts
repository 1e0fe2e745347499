import type { LocationWord } from '../location/location-words.js';
import type { Span } from '../text/span.js';
import {
  BROKEN,
  CAPSULE,
  CONFINED,
  EPE,
  FREE,
  INVADED,
  MAY_SPEAK,
  MIDDLE,
  NO,
  OF_ALL,
  OTHER_ORGAN_NAMED,
  UNSURE,
  UNSURE_ALWAYS,
  VESICLE,
  WHOLE,
  YES,
} from './invasion-words.js';
import { findRank, type Rank } from './lesion-rank.js';
import type { LabelMention } from './lesion-label.js';
import { clauseAround, type Invasion, OTHER_UNSURE, polarity, SIGNS } from './invasion-polarity.js';
import type { ReportText } from './report-text.js';
import type { Statement } from './statements.js';
import { matchesOf } from '../text/matches.js';

/** What a statement says of growth beyond the prostate or into the seminal vesicles. */
export interface InvasionMention extends Span {
  readonly kind: 'epe' | 'svi';
  readonly value: Invasion;
  /** The statement is about all lesions ("none of the lesions", "neither"). */
  readonly ofAll: boolean;
  /** The lesions that this part of the statement names, by label or by place ("the base lesion"). */
  readonly of: Named | null;
}

export interface Named {
  readonly labels: readonly string[];
  readonly words: readonly LocationWord[];
  readonly rank: Rank | null;
}

/** "Extraprostatic extension (EPE): no": the abbreviation of the name is no part of the answer. */
const OWN_ABBREVIATION = /\((?:epe|ece|eep|svi|sbi|ivs|evs)\)/g;

/** "Capsule: no infiltration", "Kapsel/Samenblasen: keine Infiltration". */
const CAPSULE_FIELD = new RegExp(
  `${CAPSULE.source}(?: ?(?:\\/|,|&|and|und|en|et|y) ?[a-z ]+)? ?: ?[^;:]*?\\b(infiltr[a-z]*|inva[a-z]*|ingroei[a-z]*|envahi[a-z]*)`,
);

/** What a statement on the capsule says of growth beyond it: broken, not broken, or whole. */
function ofCapsule(said: string): { value: Invasion | null; from: number; to: number }[] {
  const capsule = CAPSULE.exec(said);
  if (!capsule) return [];
  for (const match of matchesOf(said, BROKEN)) {
    const head = { from: match.index, to: match.index + match[0].length };
    const clause = clauseAround(said, head.from);
    if (MIDDLE.test(said.slice(clause.from, clause.to))) continue;
    return [{ value: polarity(said, head), from: trimmedStart(said, clause.from), to: clause.to }];
  }
  const field = CAPSULE_FIELD.exec(said);
  if (field) {
    const to = field.index + field[0].length;
    return [{ value: polarity(said, { from: to - field[1]!.length, to }), from: field.index, to }];
  }
  const clause = clauseAround(said, capsule.index);
  const own = said.slice(clause.from, clause.to);
  const whole = WHOLE.exec(own);
  if (!whole || UNSURE.test(own) || NO.test(own.slice(0, whole.index))) return [];
  return [{ value: 'absent', from: trimmedStart(said, clause.from), to: clause.to }];
}

/** What is mentioned in the statement besides, to tell which lesion it speaks of. */
export interface Around {
  readonly labels: readonly LabelMention[];
  readonly words: readonly LocationWord[];
}

/** Finds what a statement says of extraprostatic extension and of seminal vesicle invasion. */
export function findInvasions(report: ReportText, statement: Statement, around: Around): InvasionMention[] {
  const written = report.shadow.slice(statement.start, statement.end);
  if (!MAY_SPEAK.test(written)) return followUp(report, statement, written);
  const said = written.replaceAll('\n', ' ').replace(OWN_ABBREVIATION, (name) => ' '.repeat(name.length));
  const found: InvasionMention[] = [];
  const ofAll = OF_ALL.test(said);
  const add = (kind: 'epe' | 'svi', value: Invasion | null, from: number, to: number): void => {
    if (value) found.push({ kind, value, ofAll, of: null, start: statement.start + from, end: statement.start + to });
  };
  const extensions = matchesOf(said, EPE);
  for (const match of extensions) {
    const head = { from: match.index, to: match.index + match[0].length };
    const value = polarity(said, head);
    const clause = clauseAround(said, head.from);
    add('epe', value, trimmedStart(said, clause.from), clause.to);
  }
  for (const match of matchesOf(said, CONFINED))
    add(
      'epe',
      NO.test(said.slice(Math.max(0, match.index - 12), match.index)) ? null : 'absent',
      match.index,
      match.index + match[0].length,
    );
  if (!found.some(({ kind }) => kind === 'epe'))
    for (const { value, from, to } of ofCapsule(said)) add('epe', value, from, to);
  const vesicle = VESICLE.exec(said);
  if (vesicle)
    for (const match of matchesOf(said, INVADED)) {
      const head = { from: match.index, to: match.index + match[0].length };
      const clause = clauseAround(said, head.from);
      const own = said.slice(clause.from, clause.to);
      const near =
        VESICLE.test(own) ||
        (clause.from > vesicle.index &&
          clause.from - (vesicle.index + vesicle[0].length) < 60 &&
          !/\b(?:extra|capsul|kapsel|rectum|bladder|blase|node|knoten)/.test(own));
      if (
        !near ||
        (EPE_HEAD.test(
          own.slice(Math.max(0, match.index - clause.from - 30), match.index - clause.from + match[0].length),
        ) &&
          !VESICLE.test(own.slice(Math.max(0, match.index - clause.from - 25))))
      )
        continue;
      if (/^tumou?r(?:nachweis)?$/.test(match[0]) && !NO.test(own)) continue;
      // "Extraprostatic extension and possible involvement of the vesicle": the nearer word is the one of the vesicle.
      const ofGland = extensions.some(({ index, 0: name }) => index < head.to && head.from < index + name.length);
      if (ofGland && said.slice(head.to, Math.max(head.to, vesicle.index)).search(INVADED) >= 0) continue;
      // "Extraprostatic extension and doubt about the vesicle": the doubt is the vesicle's.
      const doubted = ofGland && OTHER_UNSURE.test(said.slice(head.to, Math.max(head.to, vesicle.index)));
      const free = /^(?:free of|tumorfrei)$/.test(match[0]);
      const value = doubted ? 'indeterminate' : free ? 'absent' : polarity(said, head);
      add(
        'svi',
        value,
        trimmedStart(said, Math.min(clause.from, vesicle.index)),
        Math.max(clause.to, vesicle.index + vesicle[0].length),
      );
      break;
    }
  if (vesicle && !found.some(({ kind }) => kind === 'svi')) {
    const free = FREE.exec(said.slice(vesicle.index)) ?? null;
    const end = free ? vesicle.index + free.index + free[0].length : 0;
    const between = said.slice(vesicle.index + vesicle[0].length, Math.max(0, end));
    if (free && end - vesicle.index < 90 && !OTHER_ORGAN_NAMED.test(between) && !/[;]/.test(between))
      add('svi', NO.test(between.slice(0, -free[0].length)) ? null : 'absent', vesicle.index, end);
    // "VS : non."
    const bare = /^ ?[:=] ?(?:no|non|nein|nee|neg)(?= ?(?:[.,;)]|$))/.exec(
      said.slice(vesicle.index + vesicle[0].length),
    );
    if (bare && !free) add('svi', 'absent', vesicle.index, vesicle.index + vesicle[0].length + bare[0].length);
  }
  return namedApart(said, statement, found, around) ?? found;
}

/** "Seminal vesicles: Atrophic. No invasion.": the organ is named in the sentence before. */
function followUp(report: ReportText, statement: Statement, written: string): InvasionMention[] {
  if (statement.opensLine || written.length > 60 || !/invasion|inva|infiltr|involv|ingroei|envahi|afecta/.test(written))
    return [];
  if (
    !/^(?:no|kein[a-z]*|geen|pas d[e']|aucune?|sin|ohne|zonder|without)\b[a-z' ]*\b(?:invasion|infiltration|involvement|invasie|ingroei|infiltratie|envahissement|afectacion)\b[a-z ]{0,20}\.?$/.test(
      written,
    )
  )
    return [];
  const before = report.shadow.slice(Math.max(0, statement.start - 80), statement.start);
  const line = before.slice(before.lastIndexOf('\n') + 1).replace(/[.\s]+$/, '');
  if (!VESICLE.test(line.slice(line.lastIndexOf('. ') + 1))) return [];
  return [{ kind: 'svi', value: 'absent', ofAll: false, of: null, start: statement.start, end: statement.end }];
}

const LESION =
  /\b(?:lesions?|targets?|rois?|foc(?:us|i)|herde?s?|lasion(?:en)?|laesies?|letsels?|afwijking(?:en)?|haard(?:en)?|cibles?|foyers?|lesiones|dianas?|nodul[eo]s?|areas?|areale?|knoten|plages?|tumou?rs?)\b/g;

/**
 * "EPE: absent for lesion 1, indeterminate for lesion 2": each clause speaks of the lesions it names, and one that names
 * none of the lesions named last. Null where the statement does not tell lesions apart.
 */
function namedApart(
  said: string,
  statement: Statement,
  found: readonly InvasionMention[],
  around: Around,
): InvasionMention[] | null {
  if (found.length === 0 || found.some(({ ofAll }) => ofAll)) return null;
  const clauses = matchesOf(said, CLAUSE).map(({ index, 0: text }) => {
    const span = { start: statement.start + index, end: statement.start + index + text.length };
    const lies = ({ start }: Span): boolean => span.start <= start && start < span.end;
    return {
      text,
      ...span,
      labels: around.labels.filter(lies).flatMap(({ labels }) => labels),
      words: placed(text, span, around.words),
      rank: findRank(text),
    };
  });
  const names = ({ labels, words, rank }: Named): boolean => labels.length > 0 || words.length > 0 || rank !== null;
  const named = clauses.filter(names);
  const byPlace = around.labels.length === 0;
  if (named.length < (byPlace ? 1 : 2)) return null;
  const apart: InvasionMention[] = [];
  let kinds: ('epe' | 'svi')[] = [];
  let of: Named | null = null;
  for (const clause of clauses) {
    const own = found.filter(({ start, end }) => start < clause.end && end > clause.start);
    const heads = own.filter(({ start }) => start >= clause.start);
    if (names(clause)) of = { labels: clause.labels, words: clause.words, rank: clause.rank };
    if (EPE_HEAD.test(clause.text) || CAPSULE.test(clause.text)) kinds = ['epe'];
    if (VESICLE.test(clause.text)) kinds = EPE_HEAD.test(clause.text) ? ['epe', 'svi'] : ['svi'];
    const start = clause.start + (/^\s*/.exec(clause.text)?.[0].length ?? 0);
    if (heads.length > 0) apart.push(...heads.map((head) => ({ ...head, of })));
    else if (of && names(clause)) {
      const value = answerOf(clause.text) ?? (kinds.includes('epe') ? ofWall(clause.text) : null);
      if (value) apart.push(...kinds.map((kind) => ({ kind, value, ofAll: false, of, start, end: clause.end })));
    }
  }
  return apart;
}
const CLAUSE = /(?:(?!\b(?:but|whereas|aber|jedoch|wahrend|maar|terwijl|mais|tandis|pero|mientras)\b)[^;,])+|\b[a-z]+/g;
const EPE_HEAD = new RegExp(EPE.source);

/** The place words right before or behind a noun for the lesion: "the base lesion", "the lesion at the left apex". */
function placed(text: string, span: Span, words: readonly LocationWord[]): LocationWord[] {
  for (const { index, 0: noun } of matchesOf(text, LESION)) {
    const [from, to] = [span.start + index - 24, span.start + index + noun.length + 32];
    const near = words.filter(
      (word) =>
        word.start >= Math.max(from, span.start) &&
        word.end <= Math.min(to, span.end) &&
        (word.sides ?? word.levels ?? word.zone ?? word.positions),
    );
    if (near.length > 0) return near;
  }
  return [];
}

function answerOf(clause: string): Invasion | null {
  if (UNSURE_ALWAYS.test(clause)) return 'indeterminate';
  if (NO.test(clause)) return 'absent';
  if (UNSURE.test(clause)) return 'indeterminate';
  return YES.test(clause) ? 'present' : null;
}

/** "Capsule: intact at lesion 1, breached at lesion 2". */
const ofWall = (clause: string): Invasion | null =>
  WHOLE.test(clause) ? 'absent' : clause.search(BROKEN) >= 0 ? 'present' : null;

/** The answer that a cell gives under a heading of its own; null where it is empty or says something else. */
export function readAnswer(cell: string): Invasion | null {
  const sign = /^\(?(\+|-|\?|0)\)?$/.exec(cell)?.[1];
  if (sign) return SIGNS[sign] ?? null;
  if (/^n\.?$/.test(cell)) return 'absent';
  return /^(?:y|j|s)$/.test(cell) ? 'present' : answerOf(cell);
}

const trimmedStart = (said: string, from: number): number => from + (/^\s*/.exec(said.slice(from))?.[0].length ?? 0);
