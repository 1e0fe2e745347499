import { anyOverlaps, type Span } from '../text/span.js';
import type { LocationWord } from '../location/location-words.js';
import { asidesOf, isSize } from './asides.js';
import type { CategoryMention } from './category.js';
import type { ImageReference } from './image-reference.js';
import { findInvasions, type InvasionMention } from './invasion.js';
import type { LabelMention } from './lesion-label.js';
import { isDefinite, isLesionNoun, namesAnother, pronounAt } from './lesion-naming.js';
import { findRank, type Rank } from './lesion-rank.js';
import type { Measurement } from './measurement.js';
import { inside, type Mentions } from './mentions.js';
import { isCorrected, isNegated, isSupposed, timesOf, type Time } from './scope.js';
import type { Statement } from './statements.js';
import { topicOf, type Topic } from './topic.js';
import type { SubscoreMention } from './subscores.js';
import { runOf, wordAt, type ReportText, type TokenRun } from './report-text.js';
import { BENIGN, BPH, DIFFUSE, GONE, NEGATION, NEGATION_FILLER, remembered, SUSPICION } from './words.js';

export type Timed<T> = T & { readonly time: Time };

/** A statement, or the part of one that is about one lesion, with all that is mentioned in it. */
export interface Part {
  readonly statement: Statement;
  readonly run: TokenRun;
  readonly labels: readonly LabelMention[];
  readonly categories: readonly Timed<CategoryMention>[];
  readonly sizes: readonly Timed<Measurement>[];
  readonly words: readonly LocationWord[];
  readonly subscores: readonly SubscoreMention[];
  readonly references: readonly ImageReference[];
  readonly invasions: readonly InvasionMention[];
  readonly suspicion: Span | null;
  /** It speaks of a lesion, focus, nodule, area … */
  readonly speaksOfLesion: boolean;
  /** It is one of several lesions that its statement lists. */
  readonly listed: boolean;
  /** "A second lesion", "ein weiterer Herd": another than those told before. */
  readonly another: boolean;
  /** "The left transition zone lesion": one that is known. */
  readonly definite: boolean;
  /** It denies that there is a lesion. */
  readonly denies: boolean;
  /** It speaks of hyperplasia, blood or a cyst, and gives no category. */
  readonly benign: boolean;
  /** It speaks of a wedge, of streaks or of a diffuse change, scored 1 or 2, without a size. */
  readonly diffuse: boolean;
  /** "The larger lesion", "the second target" at its beginning. */
  readonly rank: Rank | null;
  /** What the statement begins with, other than a lesion. */
  readonly topic: Topic | 'gone' | null;
  /** The place that heads the statement ("Left peripheral zone: …"). */
  readonly heading: readonly LocationWord[];
}

/** "Lesion 1 was described as being on the left.": what the addendum corrects. */
const MISTAKEN =
  /\b(?:was|were|wurden?|werden?|werd|a ete|fue|is) (?:[a-z]+ ){0,3}(?:described|reported|stated|labell?ed|given|placed|dictated|beschrieben|angegeben|bezeichnet|beschreven|vermeld|decrite?|rapportee?|indiquee?|descrit[ao]|indicad[ao]|informad[ao])\b[^.;,]*$|\b(?:erroneously|incorrectly|wrongly|mistakenly|irrtumlich[a-z]*|falschlich[a-z]*|ten onrechte|abusivement|erroneamente)\b[^.;,]*$/;

/** What a single word says of a finding; null for most words. */
const traitsOf = remembered((word) => {
  const traits = {
    benign: BENIGN.test(word),
    diffuse: DIFFUSE.test(word),
    lesion: isLesionNoun(word),
    hyperplasia: BPH.test(word),
    suspicion: SUSPICION.test(word),
  };
  return Object.values(traits).includes(true) ? traits : null;
});
/** "Locally advanced prostate cancer (PI-RADS 5)". */
const isCancer = remembered((word) =>
  /(?:karzinom|carcinom[ae]?|carcinoom|cancer|kanker|malignom|tumou?r)$/.test(word),
);
const anyDenial = (report: ReportText, from: number, to: number): boolean =>
  report.tokens.slice(from, to).some(({ text }) => NEGATION.has(text));

const FIELD_NAME =
  /^(?:location|lage|lokalisation|localisatie|locatie|localisation|localizacion|ubicacion|side|seite|zijde|cote|lado|zone|zona|sector|sektor|level|hohe|hoogte|niveau|nivel|position|region|site|zone\/side\/level)$/;

const HEADING_FILLER =
  /^(?:the|die|de|la|le|el|der|das|findings|lesions?|in|of|half|lobe|halfte|lappen|helft|kwab|moitie|mitad|lobulo)$/;

function headingOf(report: ReportText, statement: Statement, words: readonly LocationWord[]): LocationWord[] {
  let at = statement.from;
  const heading: LocationWord[] = [];
  while (at < statement.to) {
    const word = words.find((candidate) => candidate.start === report.tokens[at]!.start);
    if (word) {
      heading.push(word);
      while (at < statement.to && report.tokens[at]!.start < word.end) at++;
    } else if (
      HEADING_FILLER.test(wordAt(report, at)) ||
      report.tokens[at]!.kind === 'break' ||
      /^[(),\-/]$/.test(wordAt(report, at))
    )
      at++;
    else break;
  }
  return heading.length > 0 && (at >= statement.to || /^[:=]$/.test(wordAt(report, at)) || at === statement.to - 1)
    ? heading
    : [];
}

function timed<T extends TokenRun>(
  report: ReportText,
  statement: Statement,
  values: readonly T[],
  peers: readonly T[],
): Timed<T>[] {
  const times = timesOf(report, statement, values, peers);
  return values.map((value, at) => ({ ...value, time: times[at]! }));
}

/** Reads one statement, or a run of it, as a part. */
export function toPart(report: ReportText, statement: Statement, mentions: Mentions, run: TokenRun = statement): Part {
  const said = report.shadow.slice(statement.start, statement.end);
  const placed = inside(mentions.words, run);
  const lengths = inside(mentions.measurements, statement);
  const asides = placed.length + lengths.length > 0 ? asidesOf(report, statement) : [];
  const words = placed.filter(
    (word) =>
      word.zone !== 'SV' &&
      !anyOverlaps(asides, word) &&
      !isCorrected(report, statement, word) &&
      !(
        statement.section === 'addendum' &&
        MISTAKEN.test(report.shadow.slice(Math.max(statement.start, word.start - 60), word.start))
      ),
  );
  const peers = inside(mentions.categories, statement);
  const holds = (value: TokenRun): boolean =>
    statement.section !== 'addendum' || !isCorrected(report, statement, value);
  const stated = inside(mentions.categories, run)
    .filter(holds)
    .filter((category) => !category.threshold && !isSupposed(report, statement, category))
    .filter((category) => !isNegated(report, statement, category, words.length > 0))
    // "Follow-up of a PI-RADS 3 lesion.": why the exam is done
    .filter(() => words.length + lengths.length > 0 || statement.section !== 'clinical' || !FOLLOWED.test(said))
    // "Known PI-RADS 3 lesion." tells why the exam is done, unless a place or a size is told with it.
    .filter((category) => words.length + lengths.length > 0 || !KNOWN.test(wordAt(report, category.from - 1)));
  const categories = timed(report, statement, stated, peers);
  const labels = inside(mentions.labels, run);
  const topic =
    labels.length > 0 || categories.some((category) => category.time === 'now' && !category.exam)
      ? null
      : topicOf(report, statement);
  const sizes = topic
    ? []
    : timed(
        report,
        statement,
        inside(mentions.measurements, run).filter((size) => holds(size) && isSize(report, statement, size, asides)),
        lengths,
      );
  let suspicion: Span | null = null;
  let speaksOfLesion = false;
  let named = false;
  let benign = false;
  let diffuse = false;
  let denies = false;
  for (let i = run.from; i < run.to; i++) {
    const text = wordAt(report, i);
    const traits = traitsOf(text);
    if (traits === null) continue;
    benign ||= traits.benign;
    diffuse ||= traits.diffuse;
    if (traits.lesion) {
      if (isDenied(report, statement, i)) {
        denies = true;
        continue;
      }
      speaksOfLesion = true;
      named ||= !traits.hyperplasia;
    }
    if (!suspicion && traits.suspicion) suspicion = runOf(report, i, i + 1);
  }
  // "The first is in the left …"
  speaksOfLesion ||= pronounAt(report, run.from) >= 0;
  speaksOfLesion ||= categories.some(
    ({ from }) =>
      wordAt(report, from - 1) === '(' &&
      isCancer(wordAt(report, from - 2)) &&
      !anyDenial(report, statement.from, from),
  );
  const denied =
    /\b(?:no|not|none|nil|neither|nicht|kein\w*|geen|niet|pas|sans|aucun\w*|sin|ningun\w*|without|ohne|zonder|low|gering|wenig|weinig|peu|poco)\b(?: \w+){0,3} *$/;
  if (suspicion && denied.test(said.slice(0, suspicion.start - statement.start))) suspicion = null;
  // "Encapsulated nodules up to 12 mm, PI-RADS 1": the look of a zone, unless they are placed more closely.
  const nodules =
    benign &&
    labels.length === 0 &&
    categories.length > 0 &&
    categories.every(isLow) &&
    !words.some((word) => word.sides ?? word.levels) &&
    /\b(?:nodules|noduli|nodulos)\b/.test(report.shadow.slice(run.start, run.end));
  return {
    statement,
    run,
    labels,
    categories,
    sizes: nodules ? [] : sizes,
    words: topic ? [] : words,
    subscores: inside(mentions.subscores, run),
    references: topic ? [] : inside(mentions.references, run),
    invasions: findInvasions(report, statement, {
      labels: run === statement ? labels : inside(mentions.labels, statement),
      words: run === statement ? placed : inside(mentions.words, statement),
    }).filter((invasion) => run === statement || (run.start <= invasion.end && invasion.start < run.end)),
    suspicion: named ? suspicion : null,
    speaksOfLesion,
    listed: false,
    another: speaksOfLesion && namesAnother(report, run),
    definite: speaksOfLesion && isDefinite(report, run),
    denies: denies && !speaksOfLesion,
    benign: benign && suspicion === null && categories.length === 0 && labels.length === 0,
    rank: speaksOfLesion ? findRank(report.shadow.slice(run.start, Math.min(run.end, run.start + 60))) : null,
    diffuse: nodules || (diffuse && labels.length === 0 && sizes.length === 0 && categories.every(isLow)),
    topic: isGone(categories, said) ? 'gone' : topic,
    heading: headingOf(report, statement, words),
  };
}

const FOLLOWED =
  /\b(?:follow-?up|history of|known|prior|previous|surveillance of|verlauf|verlaufskontrolle|kontrolle|bekannte?r?|vorbekannte?r?|controle|opvolging|bekende|suivi|connue?|control|seguimiento|conocid[ao])\b/;
const KNOWN = /^(?:known|bekannte[rsn]?|bekende|connue?|conocid[ao])$/;

/** PI-RADS 1 or 2. */
export const isLow = ({ value }: CategoryMention): boolean => value === 1 || value === 2;

/** "No focal lesion", "keine suspekte Läsion". */
function isDenied(report: ReportText, statement: Statement, at: number): boolean {
  for (let i = at - 1; i >= Math.max(statement.from, at - 6); i--) {
    if (NEGATION.has(wordAt(report, i))) return true;
    if (
      !NEGATION_FILLER.has(wordAt(report, i)) &&
      !/^(?:-|\n|\w*suspekt\w*|\w*verdachtig\w*|fokale?\w*|focale?s?|circumscribed|umschrieben\w*|measurable|nodular|mass|ist|zone|t|2w?|t2w?|dwi|adc|dce|mri|signal|abnormal|targetable|dominant|worrisome|concerning|clinically|enhancing)$/.test(
        wordAt(report, i),
      )
    )
      return false;
  }
  return false;
}

const isGone = (categories: readonly Timed<CategoryMention>[], said: string): boolean =>
  GONE.test(said) && categories.every((category) => category.time === 'prior');

/** A field of a form ("Location: …"), which belongs to the lesion before it. */
export const isField = (report: ReportText, part: Part): boolean => {
  for (let i = part.statement.from; i < Math.min(part.statement.to, part.statement.from + 7); i++) {
    if (/^[:=]$/.test(wordAt(report, i))) return i > part.statement.from;
    if (report.tokens[i]?.kind === 'break' || report.tokens[i]?.text === '.') return false;
  }
  return FIELD_NAME.test(wordAt(report, part.statement.from));
};
