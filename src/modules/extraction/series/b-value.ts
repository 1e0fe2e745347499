import type { DicomJson } from '../../dicomweb/dicom-json.js';
import { bytesIn, numbersIn, textIn } from './header-values.js';
import { matchesOf } from '../text/matches.js';

/** Where a b-value was found; `ge` is weak evidence of diffusion, because GE fills the element in other images too. */
export type BValueSource = 'standard' | 'siemens' | 'ge' | 'philips' | 'uih' | 'sequence name' | 'comment' | 'words';

export interface BValueFinding {
  /** s/mm², sorted, without repeats. */
  bValues: number[];
  sources: BValueSource[];
}

const LARGEST_B = 10_000;

/**
 * b-values of the frames of one series, from their headers alone. In one frame a positive value beats a zero (some
 * scanners write 0 into the element they do not use).
 */
export function bValuesInHeaders(frames: readonly DicomJson[]): BValueFinding {
  const bValues = new Set<number>();
  const sources = new Set<BValueSource>();
  for (const frame of frames) {
    const found = bValueOfFrame(frame);
    if (!found) continue;
    bValues.add(found.bValue);
    sources.add(found.source);
  }
  return { bValues: [...bValues].sort((a, b) => a - b), sources: [...sources] };
}

interface FrameBValue {
  bValue: number;
  source: BValueSource;
}

function bValueOfFrame(frame: DicomJson): FrameBValue | undefined {
  let zero: FrameBValue | undefined;
  for (const [source, read] of READERS) {
    const raw = read(frame);
    if (raw === undefined || !Number.isFinite(raw) || raw < 0 || raw > LARGEST_B) continue;
    const found = { bValue: Math.round(raw), source };
    if (found.bValue > 0) return found;
    zero ??= found;
  }
  return zero;
}

const READERS: readonly (readonly [BValueSource, (frame: DicomJson) => number | undefined])[] = [
  ['standard', (frame) => privateNumber(frame, '00189087')],
  ['siemens', (frame) => privateNumber(frame, ...privateTags(frame, '0019', '0C', 'SIEMENS MR HEADER'))],
  ['philips', (frame) => privateNumber(frame, ...privateTags(frame, '2001', '03', 'Philips Imaging DD 001'))],
  ['ge', (frame) => geNumber(privateNumber(frame, ...privateTags(frame, '0043', '39', 'GEMS_PARM_01')))],
  ['uih', (frame) => privateNumber(frame, ...privateTags(frame, '0065', '09', 'Image Private Header'))],
  ['sequence name', (frame) => bValueInSequenceName(textIn(frame, '00180024') ?? textIn(frame, '00189005') ?? '')],
  ['comment', (frame) => matchedNumber(/^\s*b\s*=\s*(\d+(?:\.\d+)?)/i, textIn(frame, '00204000'))],
];

/** GE adds 10⁹ to tell new files from old ones. */
const geNumber = (value: number | undefined): number | undefined => (value === undefined ? undefined : value % 1e9);

/**
 * The tag of a private element in the block that its creator reserved (PS3.5 7.8.1); where de-identification dropped the
 * creators, the usual first block.
 */
function privateTags(frame: DicomJson, group: string, element: string, creator: string): string[] {
  const tags: string[] = [];
  for (const block of ['10', '11', '12', '13', 'E1']) {
    const reserved = textIn(frame, `${group}00${block}`);
    if (reserved === creator || (reserved === undefined && block === '10')) tags.push(`${group}${block}${element}`);
  }
  return tags;
}

/** First number of the first of these elements that holds one: as number, as text, or as the bytes of an unknown VR. */
function privateNumber(frame: DicomJson, ...tags: string[]): number | undefined {
  for (const tag of tags) {
    const number = numbersIn(frame, tag)[0] ?? numberInBytes(bytesIn(frame, tag));
    if (number !== undefined) return number;
  }
  return undefined;
}

function numberInBytes(bytes: Buffer | undefined): number | undefined {
  if (!bytes || bytes.length === 0) return undefined;
  const text = bytes.toString('latin1').split('\\')[0]?.replaceAll('\0', '').trim() ?? '';
  if (/^[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?$/i.test(text)) return Number(text);
  if (bytes.length === 4) return bytes.readFloatLE();
  return bytes.length === 8 ? bytes.readDoubleLE() : undefined;
}

/** Siemens: `*ep_b800t` (trace), `ep_b800#3` (one direction). `ep_b50_800` names the sources of a map or computed image. */
const bValueInSequenceName = (name: string): number | undefined => matchedNumber(/_b(\d{1,5})(?:t|#\d+)?$/i, name);

/** A sequence name that names two b-values: the image was computed from both. */
export const isComputedFromSeveral = (sequenceName: string): boolean => /_b\d{1,5}_\d{1,5}$/i.test(sequenceName);

function matchedNumber(pattern: RegExp, text: string | undefined): number | undefined {
  const digits = text === undefined ? undefined : pattern.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

const COMPUTED_B =
  /(?:calc|comp|syn|cdwi|berech|bereken|kalkul)[a-z]*[\W_]*(?:b?[\W_]*val(?:ue)?|dwi|diff[a-z]*)?[\W_]*b?[\W_]*(\d{3,4})(?!\d)/;

/** Of the words of a computed series: the number behind the word that says so, else the only number there is. */
export function computedBValueInWords(words: string): number[] {
  const behind = matchedNumber(COMPUTED_B, words);
  if (behind !== undefined && isPlausible(behind)) return [behind];
  const all = bValuesInWords(words);
  return all.length === 1 ? all : [];
}

/**
 * b-values that a description names: `b50_b400_b1000`, `b-50,800`, `1400 Bvalue`, `DWI 0 150 500 1000`,
 * `ep2ddiffb01004008001400`. Numbers that count something are left out: `4bval`, `3Scan`, `511b`.
 */
export function bValuesInWords(words: string): number[] {
  const named = numbersBehindB(words);
  const found = named.length > 0 ? named : numbersBesideDiffusion(words);
  return [...new Set(found)].sort((a, b) => a - b);
}

const isPlausible = (value: number): boolean =>
  value === 0 || (value >= 10 && value <= 5000 && (value % 25 === 0 || (value % 10 === 0 && value <= 2000)));

const B_NUMBER =
  /(?<![a-z])(?:[a-z]*diff?|dwi|[sdc])?b[\s_-]*(?:v|val|value|values|vals|wert|werte|waarde|waarden|valeur|valor|factor|fact)?[\s_=:([-]*(\d+)/g;
const NEXT_NUMBER =
  /^[\s_,;/+&|-]*(?:und|and|en|et|y)?[\s_]*b?[\s_=-]*(\d+)(?![.\d]|\s*(?:mm|ms|cm|sl|dir|scan|nsa|nex|x|%|b(?!\d)))/;
const NUMBER_OF_B =
  /(?<![\d.])(\d{2,4})[\s_-]*b(?:[\s_-]*(?:val|wert|waard|fact)[a-z]*)(?![a-z])|(?<![\d.])(\d{3,4})b(?![a-z\d])/g;

function numbersBehindB(words: string): number[] {
  const found: number[] = [];
  for (const match of matchesOf(words, B_NUMBER)) {
    let digits = match[1] ?? '';
    let rest = words.slice(match.index + match[0].length);
    if (/^[.\d]/.test(rest) || /^\s?(?:mm|ms|cm)/.test(rest)) continue;
    for (;;) {
      const values = segment(digits);
      if (values.length === 0) break;
      found.push(...values);
      const next = NEXT_NUMBER.exec(rest);
      if (!next?.[1] || (found.at(-1) ?? 0) >= Number(next[1])) break;
      digits = next[1];
      rest = rest.slice(next[0].length);
    }
  }
  for (const match of matchesOf(words, NUMBER_OF_B)) {
    const value = Number(match[1] ?? match[2]);
    if (value >= 50 && value % 50 === 0) found.push(value);
  }
  return found;
}

const NUMBERS =
  /(?<![\d.]|(?:fov|te|tr|ti|mtx|matrix|res|[a-z]p|fa|tt)[\s_=-]*)(\d+)(?![.\d]|\s*(?:mm|ms|cm|sl|dir|scan|nsa|nex|x|%|t(?![a-z])|b|meas))/g;

/** Numbers without a letter b in a diffusion description: an ascending list, or one number that can only be a b-value. */
function numbersBesideDiffusion(words: string): number[] {
  const values = matchesOf(words, NUMBERS)
    .flatMap((match) => segment(match[1] ?? ''))
    .filter(isLikely);
  const ascending = values.filter((value, index) => index === 0 || value > (values[index - 1] ?? 0));
  if (ascending.length > 1) return ascending;
  return ascending.filter((value) => value >= 400);
}

const isLikely = (value: number): boolean => value === 0 || (value >= 50 && value % 50 === 0);

const COMMON_B = [
  0, 50, 100, 150, 200, 250, 300, 400, 500, 600, 700, 750, 800, 900, 1000, 1200, 1350, 1400, 1500, 1600, 1800, 2000,
  2500, 3000,
];

/** One number as it stands, or ascending b-values run together (`0100400800` is 0, 100, 400, 800). */
function segment(digits: string): number[] {
  const whole = Number(digits);
  if (digits.length <= 4 && String(whole) === digits) return isPlausible(whole) ? [whole] : [];
  return splitAscending(digits, -1) ?? [];
}

function splitAscending(digits: string, above: number): number[] | undefined {
  if (digits === '') return [];
  for (const value of COMMON_B) {
    if (value <= above || !digits.startsWith(String(value))) continue;
    const rest = splitAscending(digits.slice(String(value).length), value);
    if (rest) return [value, ...rest];
  }
  return undefined;
}
