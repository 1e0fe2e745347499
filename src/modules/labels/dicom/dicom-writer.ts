import { tagsInOrder, type WritableDataset } from './elements.js';

/** VRs whose length takes 32 bits (PS3.5 table 7.1-1), as far as they are written here. */
const LONG_VRS = new Set(['OB', 'SQ', 'UC', 'UR', 'UT']);
const TEXT_VRS = new Set('AE AS CS DA DS DT IS LO LT SH ST TM UC UR UT'.split(' '));
const ITEM = 0xfffee000;
const PIXEL_DATA = 0x7fe00010;
const MAX_SHORT_LENGTH = 0xfffe;

/** Pixel Data, and what the file will take before it: memory for the whole file is taken at once. */
export interface PixelData {
  readonly bytes: number;
  readonly expectedHeadBytes: number;
}

/**
 * A DICOM file (PS3.10 7.1) in Explicit VR Little Endian: preamble, file meta information and data set, sequences with
 * explicit lengths; at its end, where asked for, Pixel Data of zero bytes for the caller to fill. dcmjs reads these
 * files, but its writer takes time with the square of the size and quotes values of the patient in its errors.
 *
 * @throws RangeError naming the tag of a value that does not fit its length field, or a VR that is not written here
 */
export function writeDicomFile(
  fileMeta: WritableDataset,
  dataset: WritableDataset,
  pixelData?: PixelData,
): Uint8Array<ArrayBuffer> {
  const writer = new DatasetWriter(pixelData ? pixelData.expectedHeadBytes + pixelData.bytes : 8192);
  writer.skip(128);
  writer.text('DICM');
  writer.fileMeta(fileMeta);
  writer.dataset(dataset);
  if (pixelData) writer.emptyPixelData(pixelData.bytes);
  return writer.written;
}

const encoder = new TextEncoder();

class DatasetWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView<ArrayBuffer>;
  #length = 0;

  constructor(expectedBytes: number) {
    this.#bytes = new Uint8Array(expectedBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  fileMeta(meta: WritableDataset): void {
    this.element('00020000', { vr: 'UL', Value: [0] });
    const start = this.#length;
    this.dataset(meta);
    this.#view.setUint32(start - 4, this.#length - start, true);
  }

  dataset(dataset: WritableDataset): void {
    for (const tag of tagsInOrder(dataset)) this.element(tag, dataset[tag]!);
  }

  /** (7FE0,0010) of so many zero bytes; after the data set, since tags ascend (PS3.5 7.1). */
  emptyPixelData(bytes: number): void {
    const padded = bytes + (bytes % 2);
    this.tag(PIXEL_DATA);
    this.text('OB');
    this.uint16(0);
    this.uint32(padded);
    this.skip(padded);
  }

  private element(tag: string, { vr, Value = [] }: WritableDataset[string]): void {
    this.tag(parseInt(tag, 16));
    this.text(vr);
    const long = LONG_VRS.has(vr);
    if (long) this.uint16(0);
    const lengthAt = this.skip(long ? 4 : 2);
    this.values(vr, Value);
    const length = this.#length - lengthAt - (long ? 4 : 2);
    if (long) this.#view.setUint32(lengthAt, length, true);
    else if (length <= MAX_SHORT_LENGTH) this.#view.setUint16(lengthAt, length, true);
    else throw new RangeError(`The value of ${tag} takes ${length} bytes, too many for VR ${vr}`);
  }

  private values(vr: string, values: Iterable<unknown>): void {
    if (vr === 'SQ') for (const item of values) this.item(item as WritableDataset);
    else this.plainValues(vr, Array.isArray(values) ? values : [...values]);
  }

  private plainValues(vr: string, values: readonly unknown[]): void {
    switch (vr) {
      case 'US':
        return values.forEach((value) => this.uint16(Number(value)));
      case 'UL':
        return values.forEach((value) => this.uint32(Number(value)));
      case 'FL':
        return values.forEach((value) => this.float32(Number(value)));
      case 'AT':
        return values.forEach((value) => this.tag(Number(value)));
      case 'OB':
        return values.forEach((value) => this.uint8s(value as number[]));
      case 'PN':
        return this.padded(values.map(personName).join('\\'), 0x20);
      case 'UI':
        return this.padded(values.join('\\'), 0);
      default:
        if (!TEXT_VRS.has(vr)) throw new RangeError(`VR ${vr} is not written`);
        return this.padded(values.join('\\'), 0x20);
    }
  }

  private item(item: WritableDataset): void {
    this.tag(ITEM);
    const lengthAt = this.skip(4);
    this.dataset(item);
    this.#view.setUint32(lengthAt, this.#length - lengthAt - 4, true);
  }

  /** A tag: group, then element. */
  private tag(tag: number): void {
    this.uint16(tag >>> 16);
    this.uint16(tag & 0xffff);
  }

  private padded(text: string, pad: number): void {
    const start = this.#length;
    this.text(text);
    if ((this.#length - start) % 2 === 1) this.uint8s([pad]);
  }

  /** UTF-8 (ISO_IR 192). */
  text(text: string): void {
    // A UTF-16 code unit takes three bytes at most.
    let at = this.skip(0, text.length * 3);
    let next = 0;
    // Nearly all of it is short and ASCII, for which a call of the encoder costs more than the work.
    for (; next < text.length && text.charCodeAt(next) < 0x80; next++) this.#bytes[at++] = text.charCodeAt(next);
    if (next < text.length) at += encoder.encodeInto(text.slice(next), this.#bytes.subarray(at)).written;
    this.#length = at;
  }

  private uint8s(bytes: ArrayLike<number>): void {
    const at = this.skip(bytes.length);
    this.#bytes.set(bytes, at);
  }

  private uint16(value: number): void {
    const at = this.skip(2);
    this.#view.setUint16(at, value, true);
  }

  private uint32(value: number): void {
    const at = this.skip(4);
    this.#view.setUint32(at, value, true);
  }

  private float32(value: number): void {
    const at = this.skip(4);
    this.#view.setFloat32(at, value, true);
  }

  /** Moves on by `count` zero bytes, with `room` for at least as many, and returns where they begin. */
  skip(count: number, room = count): number {
    const start = this.#length;
    if (start + room > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, start + room));
      larger.set(this.#bytes.subarray(0, start));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#length += count;
    return start;
  }
}

/** The component groups of a name (PS3.5 6.2.1); DICOM JSON keeps them apart. */
function personName(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  const { Alphabetic = '', Ideographic = '', Phonetic = '' } = value as Record<string, string>;
  return [Alphabetic, Ideographic, Phonetic].join('=').replace(/=+$/, '');
}
