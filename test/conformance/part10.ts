import type { DicomJson, DicomJsonElement } from '../../src/modules/dicomweb/dicom-json.js';

/** VRs with a length of 32 bits after two reserved bytes (PS3.5 table 7.1-1). */
const LONG_VRS = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));
const BYTES_VRS = new Set('OB OD OF OL OV OW UN'.split(' '));
const ONE_TEXT_VRS = new Set('LT ST UR UT'.split(' '));
const ITEM = 'FFFEE000';
const SEQUENCE_DELIMITATION = 'FFFEE0DD';
const ITEM_DELIMITATION = 'FFFEE00D';
const UNDEFINED = 0xffffffff;

/** File meta information and data set; text, decimals and integers in the spelling of the file, bytes as Uint8Array. */
export interface Part10 {
  readonly meta: DicomJson;
  readonly dataset: DicomJson;
}

/**
 * A DICOM file in Explicit VR Little Endian (PS3.10 7.1, PS3.5 7), read with nothing of what the service reads and
 * writes with, and strictly.
 *
 * @throws Error for tags out of order, odd lengths, and lengths that do not fit
 */
export function readPart10(bytes: Uint8Array): Part10 {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (asText(bytes.subarray(128, 132)) !== 'DICM') throw new Error('The file does not begin as a DICOM file');
  const metaEnd = 144 + view.getUint32(140, true);
  const meta = readItems(new Cursor(bytes, view, 132), metaEnd);
  const dataset = readItems(new Cursor(bytes, view, metaEnd), bytes.length);
  return { meta, dataset };
}

class Cursor {
  constructor(
    readonly bytes: Uint8Array,
    readonly view: DataView,
    public at: number,
  ) {}

  uint16 = () => this.view.getUint16((this.at += 2) - 2, true);
  uint32 = () => this.view.getUint32((this.at += 4) - 4, true);
  tag = () => [this.uint16(), this.uint16()].map((half) => half.toString(16).padStart(4, '0').toUpperCase()).join('');
  take = (length: number) => this.bytes.subarray(this.at, (this.at += length));
}

const asText = (bytes: Uint8Array) => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

/** The elements up to `end`, or to the delimitation of an item of undefined length. */
function readItems(cursor: Cursor, end: number): DicomJson {
  const dataset: DicomJson = {};
  let last = '';
  while (cursor.at < end) {
    const tag = cursor.tag();
    if (tag === ITEM_DELIMITATION) {
      cursor.uint32();
      return dataset;
    }
    if (tag <= last) throw new Error(`${tag} follows ${last}`);
    last = tag;
    const vr = asText(cursor.take(2));
    if (LONG_VRS.has(vr)) cursor.uint16();
    const length = LONG_VRS.has(vr) ? cursor.uint32() : cursor.uint16();
    if (vr === 'SQ') dataset[tag] = { vr, Value: readSequence(cursor, length) };
    else {
      if (length % 2 === 1 || cursor.at + length > end) throw new Error(`${tag} has a length of ${length}`);
      dataset[tag] = { vr, Value: readValues(vr, cursor.take(length)) };
    }
  }
  if (cursor.at !== end) throw new Error(`A data set ends at ${cursor.at}, not ${end}`);
  return dataset;
}

function readSequence(cursor: Cursor, length: number): DicomJson[] {
  const end = length === UNDEFINED ? Infinity : cursor.at + length;
  const items: DicomJson[] = [];
  while (cursor.at < end) {
    const tag = cursor.tag();
    const itemLength = cursor.uint32();
    if (tag === SEQUENCE_DELIMITATION) break;
    if (tag !== ITEM) throw new Error(`${tag} stands where an item should`);
    items.push(readItems(cursor, itemLength === UNDEFINED ? Infinity : cursor.at + itemLength));
  }
  return items;
}

function readValues(vr: string, bytes: Uint8Array): DicomJsonElement['Value'] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const every = <T>(size: number, read: (at: number) => T) =>
    Array.from({ length: bytes.length / size }, (_, index) => read(index * size));
  if (vr === 'US') return every(2, (at) => view.getUint16(at, true));
  if (vr === 'UL') return every(4, (at) => view.getUint32(at, true));
  if (vr === 'AT') return every(4, (at) => view.getUint16(at, true) * 0x10000 + view.getUint16(at + 2, true));
  if (BYTES_VRS.has(vr)) return [bytes.slice()];
  const text = asText(bytes).replace(/[ \0]+$/, '');
  if (text === '') return [];
  if (ONE_TEXT_VRS.has(vr)) return [text];
  const values = text.split('\\').map((value) => value.trim());
  return vr === 'PN' ? values.map(personName) : values;
}

function personName(text: string): Record<string, string> {
  const [Alphabetic = '', Ideographic, Phonetic] = text.split('=');
  return { Alphabetic, ...(Ideographic && { Ideographic }), ...(Phonetic && { Phonetic }) };
}
