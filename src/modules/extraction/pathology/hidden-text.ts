import { UNSEEN } from '../text/canonical-text.js';
import type { Span } from '../text/span.js';

/** A text without its unseen characters (combining accents and the like), and the way back to the original offsets. */
export interface PlainText {
  readonly text: string;
  readonly shadow: string;
  readonly toOriginal: (span: Span) => Span;
}

/** Drops what the shadow marks as unseen, so that words match however their accents are encoded. */
export function withoutUnseen(text: string, shadow: string): PlainText {
  if (!shadow.includes(UNSEEN)) return { text, shadow, toOriginal: (span) => span };
  const kept: number[] = [];
  let [plainText, plainShadow] = ['', ''];
  for (let at = 0; at < shadow.length; at++)
    if (shadow[at] !== UNSEEN) {
      kept.push(at);
      plainText += text[at] ?? '';
      plainShadow += shadow[at] ?? '';
    }
  const toOriginal = ({ start, end }: Span): Span => {
    let stop = (kept[end - 1] ?? -1) + 1;
    while (stop < shadow.length && shadow[stop] === UNSEEN) stop++;
    return { start: kept[start] ?? shadow.length, end: stop };
  };
  return { text: plainText, shadow: plainShadow, toOriginal };
}

const UNTICKED = /(?:\[ ?\]|☐|□|◻|\( {1,2}\))[^[\n☐☒☑□◻]{0,80}/g;
const GROUP_LINE =
  /^\W*(?:(?:isup|who|prognostic)\W*)?(?:grade? ?-?(?:group|gruppe|groep)|gradgruppe|graad ?groep|groupe|grupo|isup|gleason (?:score )?)[^\n\d]{0,18}(?:[1-9]|10)\b\W*(?:[:=(-]|corresp|≤|<=)/;
const GROUPS =
  /(?:grade? ?-?(?:group|gruppe|groep)|gradgruppe|graad ?groep|groupe|grupo|isup|\bgg)[^\d\n+]{0,14}([1-5])(?![\d+])/g;

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

/** Blanks printed grading keys and options that were not ticked; offsets hold. */
export function withoutTemplateText(shadow: string): string {
  let plain = /\[ ?\]|[☐□◻]|\( {1,2}\)/.test(shadow) ? shadow.replace(UNTICKED, blank) : shadow;
  const lines = plain.split('\n');
  let changed = false;
  let run: number[] = [];
  const closeRun = (): void => {
    if (run.length >= 3) {
      for (const index of run) lines[index] = blank(lines[index] ?? '');
      changed = true;
    }
    run = [];
  };
  lines.forEach((line, index) => {
    if (GROUP_LINE.test(line.slice(0, 120))) run.push(index);
    else {
      closeRun();
      if (
        line.length < 2000 &&
        /correspond|entspr|komt overeen|equival|equals|=|:/.test(line) &&
        !/cores?|stanz|zylinder|biopt|carotte|cilindro|\d ?mm/.test(line)
      ) {
        const groups = new Set([...line.matchAll(GROUPS)].map((match) => match[1]));
        if (groups.size >= 3) {
          lines[index] = blank(line);
          changed = true;
        }
      }
    }
  });
  closeRun();
  if (changed) plain = lines.join('\n');
  return plain;
}
