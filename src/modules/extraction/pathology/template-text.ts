import { matchesOf } from '../text/matches.js';
const UNTICKED = /(?:\[ ?\]|☐|□|◻|\( {1,2}\))[^[\n☐☒☑□◻]{0,80}/g;
const TICKED = /\[x\]|[☑☒✓✔]/g;
const GROUP_LINE =
  /^\W*(?:(?:isup|who|prognostic)\W*)?(?:grade? ?-?(?:group|gruppe|groep)|gradgruppe|graad ?groep|groupe|grupo|isup|gleason (?:score )?)[^\n\d]{0,18}(?:[1-9]|10)\b\W*(?:[:=(-]|corresp|≤|<=)/;
const GROUPS =
  /(?:grade? ?-?(?:group|gruppe|groep)|gradgruppe|graad ?groep|groupe|grupo|isup|\bgg)[^\d\n+]{0,14}([1-5])(?![\d+])/g;

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

/** Blanks printed grading keys and options that were not ticked; offsets hold. */
export function withoutTemplateText(shadow: string): string {
  let plain = /\[ ?\]|[☐□◻]|\( {1,2}\)/.test(shadow) ? shadow.replace(UNTICKED, blank) : shadow;
  plain = plain.replace(TICKED, blank).replaceAll('**', '  ');
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
        /grad|group|grup|groep|isup|gg/.test(line) &&
        /correspond|entspr|komt overeen|equival|equals|=|:/.test(line) &&
        !/cores?|stanz|zylinder|biopt|carotte|cilindro|\d ?mm/.test(line)
      ) {
        const groups = new Set(matchesOf(line, GROUPS).map((match) => match[1]));
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
