/** Ends of lines that cannot end a statement, and starts that cannot begin one (folded). */
const OPEN_END =
  /(?:[,(+/=x-]|\b(?:and|or|of|the|a|an|in|at|with|is|measuring|to|from|by|und|oder|der|die|des|dem|den|das|in|im|mit|von|vom|ein|eine|einer|en|of|de|het|een|van|met|in|op|et|ou|le|la|les|du|des|un|une|avec|dans|y|o|el|los|las|del|con|por|no|on|for|not|without|new|auf|fur|bei|zu|zum|zur|am|ohne|keine?|op|voor|naar|aan|bij|geen|sur|pour|par|au|aux|sans|pas|para|sobre|sin))$/;
/** A name that waits for its value, unless the next line is a field of its own. */
const OPEN_NAME =
  /(?<![,;])\b(?:psa|volumen?|density|dichte|densite|nr|n[°º]|pi-?rads|pirads|score|category|kategorie|categorie|categoria|series?|serie|image|bild)$/;
const BOUND_START =
  /^(?:(?:none|no|yes|absent|present|negative|positive|nein|ja|keine|aucune?|non)\.?$|mm|cm|ml|cc|ng|x \d|[)\]]|\/)/;
/** Capitalised, such a word begins a sentence (folded). */
const SENTENCE_START =
  /^(?:no|the|there|it|this|these|a|an|in|at|on|both|kein\w*|die|der|das|es|ein|eine|im|am|beide|geen|de|het|er|een|beide|pas|le|la|les|il|un|une|absence|aucun\w*|sin|el|los|las|se|no)\b/;
const ABBREVIATED = /\b(?:bzw|ca|nr|no|vol|approx|ser|im|re|li|z|n|vs|fig|max|min|ggf|inkl)\.$/;
const COLUMNS = /[|\t]|\S {3,}\S/;
/** The next entry of a list of lesions. */
const NEXT_LESION =
  /^(?:lesions?|rois?|targets?|herde?|lasion(?:en)?|laesion(?:en)?|afwijking(?:en)?|letsels?|laesies?|haard|cibles?|lesiones|diana|index)[ -]*(?:#|nr\.?|no\.?|n°|nº)? ?(?:\d{1,2}|[a-h])(?![a-z\d]|[.,]\d| ?(?:mm|cm|x ))/;
const FIELD_LINE =
  /^(?:[-*•·▪►>–]\s|\(?\d{1,2}[.)/](?!\d)|\[[^\]]{1,8}\]|[#a-z][a-z0-9 #/().,+&'°-]{0,40}[ \t]*[:=|\t])/;

/** A line behind which nothing was broken: an empty one, the next lesion or item of a list. */
const BEGINS_ANEW = new RegExp(`^$|^(?:[-*•·▪►]\\s|\\(?\\d{1,2}[.)/](?!\\d))|${NEXT_LESION.source}`);

/** "Lesion A": a name, and no article that waits for its noun. */
const LESION_NAME = new RegExp(`${NEXT_LESION.source}[.:]?$`);

/** A field with its answer ends the line, a sign ("EPE -") as well as a word ("EPE no"). */
const ANSWERED =
  /[:=] ?\S+$|\b(?:epe|ece|eep|svi?|sbi?|zbi?|dce|dwi|ln|lk|nvb)[ :]? ?(?:\(?[-+?]\)?|no|non|keine?|geen|pas)$/;
const NAMED_FIELD = /^[#a-z][a-z0-9 #/().,+&'°-]{0,40}[ \t]*[:=|\t]/;

/** Where every short line is followed by an empty one, a single empty line parts nothing: it joins the line before. */
function singleSpaced(shadow: string): string {
  const lines = shadow.split('\n');
  const filled = lines.filter((line) => line.trim() !== '');
  const adjoining = lines.filter((line, at) => line.trim() !== '' && (lines[at + 1] ?? '').trim() !== '').length;
  const long = filled.filter((line) => line.length >= 60).length;
  if (filled.length < 8 || adjoining > filled.length / 10 || long > filled.length / 3) return shadow;
  return shadow.replace(/(?<!\n)\n[ \t]{0,40}\n(?!\n)/g, (gap) => `${' '.repeat(gap.length - 1)}\n`);
}

/** A line of a text, and whether what follows it surely goes on with the same sentence. */
interface Line {
  readonly length: number;
  readonly goesOn: boolean;
}

/**
 * The width at which the lines of a text were broken by a program, or null where they end where their writer ended
 * them: a list whose lines happen to have one length goes on nowhere.
 */
function wrapWidth(lines: readonly Line[]): number | null {
  const sorted = lines
    .map(({ length }) => length)
    .filter((length) => length >= 38 && length <= 132)
    .sort((a, b) => b - a);
  const goingOn = new Set(lines.filter(({ goesOn }) => goesOn).map(({ length }) => length));
  for (let at = 0; at + 2 < sorted.length; at++) {
    const width = sorted[at]!;
    if (width - sorted[at + 2]! > 10) continue;
    for (let length = width - 10; length <= width + 10; length++) if (goingOn.has(length)) return width;
  }
  return null;
}

/**
 * Puts a space where a line was broken inside a sentence, so that every break left ends a statement. `shadow` is the
 * folded text, and the result has its length. A break counts as inside where the line could not have ended there
 * ("… of the"), or where the next word no longer fitted into the width that the text was wrapped at.
 */
export function joinWrappedLines(shadow: string, text: string): string {
  const lines = singleSpaced(shadow).split('\n');
  const mixedCase = /\p{Lu}/u.test(text) && /\p{Ll}/u.test(text);
  let end = -1;
  const width = wrapWidth(
    lines.flatMap((line, at) => {
      end += line.length + 1;
      if (BEGINS_ANEW.test((lines[at + 1] ?? '').trim())) return [];
      const next = text.slice(end + 1, end + 24).trimStart();
      return [{ length: line.trimEnd().length, goesOn: !mixedCase || !/^\p{Lu}/u.test(next) }];
    }),
  );
  const ragged = mixedCase && isRagged(text);
  let joined = lines[0]!;
  let start = 0;
  for (let at = 1; at < lines.length; at++) {
    const line = lines[at - 1]!.trimEnd();
    const next = lines[at]!.trim();
    start += lines[at - 1]!.length + 1;
    const first = text
      .slice(start, start + lines[at]!.length)
      .trimStart()
      .charAt(0);
    joined += (isInside(line, next, first, { width, mixedCase, ragged }) ? ' ' : '\n') + lines[at]!;
  }
  return joined;
}

/** Many lines go on in lower case on the next: the text was broken anywhere, so a line without a full stop goes on. */
function isRagged(text: string): boolean {
  const goingOn = text.match(/[\p{Ll}\d,)][ \t]*\n[ \t]*\p{Ll}/gu)?.length ?? 0;
  return goingOn >= 4 && goingOn >= (text.match(/\S[ \t]*\n[ \t]*\S/g)?.length ?? 0) * 0.4;
}

function isInside(
  line: string,
  next: string,
  first: string,
  { width, mixedCase, ragged }: { width: number | null; mixedCase: boolean; ragged: boolean },
): boolean {
  if (line.trim() === '' || next === '' || COLUMNS.test(line) || COLUMNS.test(next)) return false;
  if (NEXT_LESION.test(next)) return false;
  const firstWord = /^\S*/.exec(next)![0].length;
  const full = width !== null && line.length <= width && line.length + 1 + firstWord > width;
  const item = /^(?:[-*•·▪►]\s|\(?\d{1,2}[.)/](?!\d))/.test(next);
  if (/[:;]$/.test(line)) return !item && ((full && line.length > 30) || (line.endsWith(':') && /^\d/.test(next)));
  if (ABBREVIATED.test(line) && !item && /^(?:[\d(]|\p{Ll})/u.test(first)) return true;
  if (/[.!?]$/.test(line))
    return line.endsWith('.') && mixedCase && full && /\p{Ll}/u.test(first) && !FIELD_LINE.test(next);
  if (mixedCase && /\p{Lu}/u.test(first) && SENTENCE_START.test(next)) return false;
  const answered = ANSWERED.test(line);
  if ((OPEN_END.test(line) && !answered && !LESION_NAME.test(line)) || BOUND_START.test(next)) return true;
  if (OPEN_NAME.test(line) && !answered && !NAMED_FIELD.test(next)) return true;
  // A field that begins with a capital does not go on.
  if (mixedCase && /\p{Lu}/u.test(first) && NAMED_FIELD.test(next)) return false;
  if (full || (ragged && line.length > 12 && !FIELD_LINE.test(next))) return !item;
  if (/^\d(?!\d?[;,]\S)/.test(next) && !item && line.length > 24 && /[a-z]$/.test(line)) return true;
  // A short line is a heading of its own.
  return mixedCase && line.length > 24 && /\p{Ll}/u.test(first) && !FIELD_LINE.test(next);
}
