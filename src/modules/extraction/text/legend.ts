import type { Span } from './span.js';
import { matchesOf } from './matches.js';

/** Words (folded) with which scales describe their steps. */
const GRADE_WORDS =
  'very|highly|extremely|clinically|most|definitely|probably|likely|unlikely|low|intermediate|equivocal|high|normal|benign|malignant|no suspicion|' +
  'sehr|unwahrscheinlich|wahrscheinlich|unklar|intermediar|geringe?[rs]?|niedrige?[rs]?|hoch|hohe[rs]?|klinisch|hochstwahrscheinlich|am ehesten|' +
  'zeer|laag|lage|hoog|hoge|intermediaire?|onwaarschijnlijk|waarschijnlijk|klinisch|twijfelachtig|' +
  'tres|faible|intermediaire|elevee?|probablement|equivoque|risque|probabilite|' +
  'muy|baj[ao]|intermedi[ao]|alt[ao]|probable|improbable|dudos[ao]|riesgo|probabilidad';
const STEP = new RegExp(
  `(?:\\b(?:pi[-_ ]?rads|pirads|likert|score|category|categorie|kategorie|categoria|grade group|isup|grad|grade)\\b[ \\t]*(?:v ?2(?:\\.[01])?[ \\t]*:?)?[ \\t]*|(?<![\\d.,/:+])\\b)` +
    `([1-5])(?:[ \\t]*(?:\\[|\\(|-+|=|:|\\.|\\))+[ \\t"]*|[ \\t]+)(?:${GRADE_WORDS})\\b`,
  'g',
);
/** How far apart two steps of one scale may be. */
const STEP_GAP = 220;

/** How far before its first step a scale may be introduced ("PI-RADS v2.1 assessment: …"). */
const LEAD = 300;

function startOf(text: string, first: number): number {
  const lead = text.slice(Math.max(0, first - LEAD), first);
  const line = lead.slice(lead.lastIndexOf('\n') + 1);
  const sentence = line.slice(Math.max(line.lastIndexOf('. '), line.lastIndexOf('; ')) + 1);
  return first - (sentence.length === line.length && line.length >= 80 ? 0 : sentence.length);
}

/** A scale ends with the sentence or line of its last step. */
function endOf(text: string, last: number): number {
  const end = text.slice(last, last + STEP_GAP).search(/\n|[.;](?=\s|$)/);
  if (end < 0) return Math.min(text.length, last + STEP_GAP);
  return last + end + (text[last + end] === '\n' ? 0 : 1);
}

/**
 * Finds printed scales ("PI-RADS 1: very low … 5: very high"): three or more steps that count up or down by one (or
 * just the ends, 1 and 5), each followed by a word of likelihood. They define categories and assign none. Each span begins
 * with the words that introduce the scale.
 */
export function findLegends(shadow: string): Span[] {
  const steps = matchesOf(shadow, STEP).map((match) => ({
    value: Number(match[1]),
    start: match.index,
    end: match.index + match[0].length,
  }));
  const legends: Span[] = [];
  let from = 0;
  while (from < steps.length) {
    let to = from;
    for (; to + 1 < steps.length; to++) {
      const [step, next] = [steps[to]!, steps[to + 1]!];
      const direction = to > from ? steps[from + 1]!.value - steps[from]!.value : next.value - step.value;
      if (Math.abs(direction) !== 1 || next.value - step.value !== direction || next.start - step.end > STEP_GAP) break;
    }
    const ends =
      to === from &&
      steps[from]!.value === 1 &&
      steps[from + 1]?.value === 5 &&
      steps[from + 1]!.start - steps[from]!.end < STEP_GAP;
    if (ends) to++;
    if (ends || to - from >= 2) {
      const [first, last] = [steps[from]!, steps[to]!];
      legends.push({ start: startOf(shadow, first.start), end: endOf(shadow, last.end) });
    }
    from = to + 1;
  }
  return legends;
}
