import { isDeepStrictEqual } from 'node:util';
import type { Refusal } from '../reasons.js';
import type { TargetEvidence } from './evidence.js';

/** What a person may be asked about a target: on which study it was planned, which report tells of it, which lesion it is. */
export type QuestionKind = 'study' | 'report' | 'lesion';

export type Fact = string | number | null | (string | number)[];

/** One of the answers to a question. */
export interface Candidate {
  /** What a decision names: StudyInstanceUID, report id or lesion key. */
  key: string;
  /** For people: "lesion 1", "study of 2024-03-01". */
  name: string;
  /** What speaks for and against it. */
  sentence: string;
  /** 0 to 1; null where nothing was weighed */
  score: number | null;
  /** Target and lesion are on opposite sides. */
  isContradicted: boolean;
  /** What it says of itself; a decision rests on this and on the quotes. */
  facts: Record<string, Fact>;
  /** The words of the report that it stands on, with their place in the canonical text. */
  quotes: { path: string; quote: string; start: number; end: number }[];
}

export interface Question {
  target: Pick<TargetEvidence, 'id' | 'label' | 'procedureDate' | 'pointLps'>;
  kind: QuestionKind;
  /** Reads as one plain sentence. */
  asked: string;
  /** The likeliest first. */
  candidates: Candidate[];
  /** Key of the candidate that would be accepted; null where none is likelier than the rest. */
  proposed: string | null;
  /** Of target, candidates and quotes as they are shown, whatever they were weighed at. */
  shownDigest: string;
  /** Of what they were read from: target, studies and text of the reports, whatever the rules made of it. */
  sourceDigest: string;
}

export type Answer = 'accept' | 'reject' | 'choose';

/** The answer of a reviewer, with what it rests on. */
export interface Decision {
  targetId: string;
  kind: QuestionKind;
  answer: Answer;
  /** Key of the accepted or chosen candidate; null where all were rejected. */
  chosen: string | null;
  note: string | null;
  reviewer: string;
  /** ISO 8601 */
  decidedAt: string;
  /** As they were shown when it was made. */
  target: Question['target'];
  candidates: Candidate[];
  shownDigest: string;
  sourceDigest: string;
}

export type Verdict =
  | { is: 'chosen'; candidate: Candidate; sentence: string }
  | { is: 'rejected'; refusal: Refusal }
  | { is: 'outdated'; refusal: Refusal; changes: string[] };

const PAST: Record<Answer, string> = { accept: 'accepted', choose: 'chosen', reject: 'rejected' };

/** "chosen by A. Reader on 2026-03-01; the note" */
const inWords = ({ answer, reviewer, decidedAt, note }: Decision): string =>
  `${PAST[answer]} by ${reviewer} on ${decidedAt.slice(0, 10)}${note === null ? '' : `; ${note}`}`;

/**
 * What a decision means for the question as it stands now. It holds while what was shown is the same, even if other
 * parts of a report were amended; and while what that was read from is the same, even if rules read or weigh it
 * otherwise. When both have changed, it is never applied in silence.
 *
 * @param all whatever could be chosen, beyond what the rules would offer now
 */
export function judge(question: Question, decision: Decision, all: Candidate[]): Verdict {
  const isSame = question.shownDigest === decision.shownDigest || question.sourceDigest === decision.sourceDigest;
  if (isSame && decision.chosen === null)
    return { is: 'rejected', refusal: { refused: 'rejected-in-review', detail: inWords(decision) } };
  const candidate = isSame ? findAgain(decision, all) : null;
  if (candidate) return { is: 'chosen', candidate, sentence: inWords(decision) };
  const changes = changesBetween(decision, question);
  const detail = `${inWords(decision)}; this holds no longer: ${changes.join('; ')}`;
  return {
    is: 'outdated',
    refusal: { refused: question.kind === 'study' ? 'ambiguous-study' : 'ambiguous', detail },
    changes,
  };
}

/** The chosen candidate among those of today, whose keys may be others after an amendment or under other rules. */
function findAgain({ kind, chosen, candidates }: Decision, all: Candidate[]): Candidate | null {
  const before = candidates.find(({ key }) => key === chosen)!;
  const alike = all.filter((one) => isDeepStrictEqual(shown(one), shown(before)));
  if (alike.length === 1) return alike[0]!;
  if (kind !== 'lesion') return all.find(({ key }) => key === chosen) ?? null;
  // Read otherwise from the same text: the lesion that stands on the same words.
  const [best, next] = (alike.length > 0 ? alike : all)
    .map((candidate) => ({ candidate, shared: sharedCharacters(before.quotes, candidate.quotes) }))
    .sort((a, b) => b.shared - a.shared);
  return best && best.shared > (next?.shared ?? 0) ? best.candidate : null;
}

function sharedCharacters(a: Candidate['quotes'], b: Candidate['quotes']): number {
  const offsets = (quotes: Candidate['quotes']) =>
    new Set(quotes.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, index) => start + index)));
  const of = offsets(a);
  return [...offsets(b)].filter((offset) => of.has(offset)).length;
}

/** In plain words, each candidate by its name. */
function changesBetween(
  { target, candidates: before }: Decision,
  { target: now, candidates: after }: Question,
): string[] {
  const isKept = (one: Candidate, among: Candidate[]) =>
    among.some((other) => isDeepStrictEqual(shown(one), shown(other)));
  const gone = before.filter((one) => !isKept(one, after));
  const come = after.filter((one) => !isKept(one, before));
  const movedMm = Math.hypot(...target.pointLps.map((mm, axis) => mm - now.pointLps[axis]!));
  const changes = movedMm > 0 ? [`the target moved by ${movedMm.toFixed(1)} mm`] : [];
  for (const one of gone) {
    const other = come.find(({ name }) => name === one.name);
    changes.push(other ? `${one.name}: ${differences(one, other)}` : `${one.name} is gone`);
  }
  const added = come.filter(({ name }) => !gone.some((one) => one.name === name));
  changes.push(...added.map(({ name }) => `${name} is new`));
  return changes.length > 0 ? changes : ['the study or the report is another one'];
}

/** What a decision rests on of one candidate: offsets move with any word before them. */
export const shown = ({ facts, quotes }: Candidate) => ({ facts, quotes: quotes.map(({ quote }) => quote) });

const FACT_NAMES: Record<string, string> = {
  pirads: 'PI-RADS',
  sizeMm: 'size in mm',
  dimsMm: 'diameters in mm',
  studyDate: 'date',
  accessionNumber: 'accession number',
  effectiveDate: 'date',
};

function differences(before: Candidate, after: Candidate): string {
  const names = Object.keys(after.facts).filter((name) => !isDeepStrictEqual(before.facts[name], after.facts[name]));
  if (names.length === 0) return 'described in other words';
  return names
    .map((name) => `${FACT_NAMES[name] ?? name} ${inText(before.facts[name])} → ${inText(after.facts[name])}`)
    .join(', ');
}

const inText = (value: Fact | undefined): string => {
  if (value === null || value === undefined) return 'not stated';
  return Array.isArray(value) ? value.join(' × ') || 'not stated' : String(value);
};
