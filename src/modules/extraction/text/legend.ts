import type { Span } from './span.js';

/** Words (folded) with which scales describe their steps. */
const GRADE_WORDS =
  'very|highly|extremely|clinically|most|definitely|probably|likely|unlikely|low|intermediate|equivocal|high|normal|benign|malignant|no suspicion|' +
  'sehr|unwahrscheinlich|wahrscheinlich|unklar|intermediar|gering|niedrig|hoch|klinisch|hochstwahrscheinlich|am ehesten|' +
  'zeer|laag|hoog|intermediair|onwaarschijnlijk|waarschijnlijk|klinisch|twijfelachtig|' +
  'tres|faible|intermediaire|elevee?|probablement|equivoque|risque|probabilite|' +
  'muy|baj[ao]|intermedi[ao]|alt[ao]|probable|improbable|dudos[ao]|riesgo|probabilidad';
const STEP = new RegExp(
  `(?:\\b(?:pi[-_ ]?rads|pirads|likert|score|category|categorie|kategorie|categoria|grade group|isup|grad|grade)\\b[ \\t]*(?:v ?2(?:\\.[01])?[ \\t]*:?)?[ \\t]*|(?<![\\d.,/:+])\\b)` +
    `([1-5])[ \\t]*(?:\\[|\\(|-+|=|:|\\.|\\))+[ \\t"]*(?:${GRADE_WORDS})\\b`,
  'g',
);
/** How far apart two steps of one scale may be. */
const STEP_GAP = 220;

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;
const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
};

/**
 * Finds printed scales ("PI-RADS 1: very low … 5: very high"): three or more steps that count up or down by one (or
 * just the ends, 1 and 5), each followed by a word of likelihood. They define categories and assign none. Each span covers whole lines, unless the
 * scale begins behind other text.
 */
export function findLegends(shadow: string): Span[] {
  const steps = [...shadow.matchAll(STEP)].map((match) => ({
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
      const head = lineStart(shadow, first.start);
      const lead = shadow.slice(head, first.start);
      const stop = Math.max(0, lead.search(/[.;](?!.*[.;] *\S)/) + 1);
      const ownsLine = !/[.;]\s+\S*$/.test(lead) && lead.length < 80;
      legends.push({ start: ownsLine ? head : head + stop, end: lineEnd(shadow, last.end) });
    }
    from = to + 1;
  }
  return legends;
}
