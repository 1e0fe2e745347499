import { matchesOf } from '../text/matches.js';
/**
 * Forms with boxes to tick. What was not ticked was not said: such an option is blanked together with its box, and the
 * name of the field gets a colon, so that a form reads as if its answers had been typed. Offsets hold.
 */

/** A box, open or ticked; it stands before its option, or behind it. */
const BOX = /\[ {0,3}\]|\[ ?[xv*+✓✔] ?\]|\( {1,3}\)|\( ?[x✓✔] ?\)|[☐□◻○◯☒☑■◼●◉✓✔]/g;
const TICKED = /[xv*+✓✔☒☑■◼●◉]/;
/** A box for certain: other marks also begin the items of lists, and count only where a line has several. */
const CERTAIN = /\[ {0,3}\]|\[ ?x ?\]|[☐☒☑]/;
/** Where a second field begins in the same line. */
const NEXT_FIELD = /(?: {2,}|[|;] *)(?=[a-z][a-z0-9 /()'.-]{0,40}(?::|\?| {2,}$| ?$))/;

interface Box {
  readonly start: number;
  readonly end: number;
  readonly ticked: boolean;
}

/** The form as if its ticked answers had been typed. */
export function typedAnswers(shadow: string): string {
  if (!CERTAIN.test(shadow) && !/[□◻○◯]|\( {1,3}\)/.test(shadow)) return shadow;
  let typed = '';
  /** The line before is a name that waits for its options, or an option below such a name. */
  let waiting = false;
  for (const line of shadow.split('\n')) {
    const boxes = matchesOf(line, BOX).map(({ index, 0: box }) => ({
      start: index,
      end: index + box.length,
      ticked: TICKED.test(box),
    }));
    const isForm = boxes.length > 0 && line.length <= 400 && (boxes.length > 1 || CERTAIN.test(line));
    const written = isForm ? typedLine(line, boxes) : line;
    // An option on a line of its own belongs to the name above; one that was not ticked leaves no gap.
    const option = isForm && line.slice(0, boxes[0]!.start).trim() === '';
    typed += (typed === '' ? '' : option && (waiting || written.trim() === '') ? ' ' : '\n') + written;
    waiting = option ? waiting : /[:?] *$/.test(line);
  }
  return typed.length === shadow.length ? typed : typed.padEnd(shadow.length);
}

function typedLine(line: string, boxes: readonly Box[]): string {
  const chars =
    [...line].length === line.length ? line.split('') : Array.from({ length: line.length }, (_, k) => line[k]!);
  const blank = (from: number, to: number): void => {
    for (let k = from; k < to; k++) chars[k] = ' ';
  };
  const first = boxes[0]!;
  const head = line.slice(0, first.start);
  const behind = line.slice(boxes.at(-1)!.end).trim() === '' && optionBefore(head) > 0;
  let answers = 0;
  let from = behind ? optionBefore(head) : first.start;
  nameField(chars, line, behind ? from : first.start);
  boxes.forEach((box, at) => {
    const next = boxes[at + 1];
    const stop = behind ? box.start : (next?.start ?? line.length);
    const start = behind ? from : box.end;
    const field = NEXT_FIELD.exec(line.slice(start, stop));
    const end = field ? start + field.index : stop;
    blank(box.start, box.end);
    if (!box.ticked) blank(behind && field ? end : start, behind ? stop : end);
    else if (answers++ > 0) chars[behind ? start : box.start] = ',';
    if (field) {
      answers = 0;
      if (!behind) nameField(chars, line, stop);
    }
    from = box.end;
  });
  return chars.join('');
}

/** Where the option before the first box begins ("EPE: yes [ ] no [x]"); 0 where nothing but the name stands there. */
function optionBefore(head: string): number {
  const name = /^.*(?:[:?]| {2,})(?= *\S)/.exec(head.trimEnd());
  return name ? name[0].length : 0;
}

/** Puts a colon behind the name of a field that ends before `end`. */
function nameField(chars: string[], line: string, end: number): void {
  const name = line.slice(0, end).trimEnd();
  if (/[a-z0-9)]$/.test(name) && name.length < end) chars[name.length] = ':';
}
