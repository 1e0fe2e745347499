import dcmjs from 'dcmjs';
import { createHash } from 'node:crypto';
import type { DicomJson, DicomJsonElement } from '../../dicomweb/dicom-json.js';
import { tagsInOrder, type WritableDataset } from './elements.js';

/**
 * Elements as short texts, by tag: values as they are, a sequence as its SHA-256 in hex. The same for every order of
 * elements in the items and every padding of values; empty elements are left out.
 */
export type ElementDigests = Readonly<Record<string, string>>;

export function elementDigests(dataset: WritableDataset, tags: readonly string[]): ElementDigests {
  const digests: Record<string, string> = {};
  for (const tag of tags) {
    const element = dataset[tag];
    const digest = element && (element.vr === 'SQ' ? sequenceDigest(element.Value ?? []) : canonicalValues(element));
    if (digest) digests[tag] = digest;
  }
  return digests;
}

/** Item by item, since the frames of a label are many. */
function sequenceDigest(items: Iterable<unknown>): string {
  const hash = createHash('sha256');
  let empty = true;
  for (const item of items) {
    hash.update(`${canonicalText(item as WritableDataset)}\n`);
    empty = false;
  }
  return empty ? '' : hash.digest('hex');
}

function canonicalText(dataset: WritableDataset): string {
  let text = '';
  for (const tag of tagsInOrder(dataset)) text += `${text && ','}${tag}:[${canonicalValues(dataset[tag]!)}]`;
  return `{${text}}`;
}

function canonicalValues({ vr, Value = [] }: WritableDataset[string]): string {
  let text = '';
  for (const value of Value) {
    const one = vr === 'SQ' ? canonicalText(value as WritableDataset) : canonicalValue(vr, value);
    if (one !== '') text += text === '' ? one : `,${one}`;
  }
  return text;
}

function canonicalValue(vr: string, value: unknown): string {
  const text = String(value ?? '').trim();
  if (text === '') return '';
  return JSON.stringify(vr === 'DS' || vr === 'IS' ? String(Number(text)) : text);
}

/**
 * The data set of a DICOM file.
 *
 * @throws Error if the bytes are none; the message holds nothing of the content
 */
export function readLabel(bytes: Uint8Array): DicomJson {
  // dcmjs reads the whole buffer under a view; slice() would not do, because a Buffer's slice is a view again.
  const own = bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : new Uint8Array(bytes).buffer;
  try {
    return withNestedText(dcmjs.data.DicomMessage.readFile(own as ArrayBuffer).dict);
  } catch {
    // The cause may quote values of the patient.
    throw new Error(`The object is no readable DICOM file (${bytes.byteLength} bytes)`);
  }
}

/** dcmjs applies SpecificCharacterSet to the top level only and reads the text in sequences as windows-1252. */
function withNestedText(dataset: DicomJson): DicomJson {
  const items = (element: DicomJsonElement) => (element.Value ?? []).map((item) => withUtf8(item as DicomJson));
  return mapElements(dataset, (element) => (element.vr === 'SQ' ? { ...element, Value: items(element) } : element));
}

function withUtf8(item: DicomJson): DicomJson {
  const utf8 = (value: unknown) => (typeof value === 'string' ? toUtf8(value) : value);
  return withNestedText(mapElements(item, (element) => ({ ...element, Value: (element.Value ?? []).map(utf8) })));
}

const mapElements = (dataset: DicomJson, map: (element: DicomJsonElement) => DicomJsonElement): DicomJson =>
  Object.fromEntries(Object.entries(dataset).map(([tag, element]) => [tag, map(element)]));

const WINDOWS_1252 = new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));

function toUtf8(misread: string): string {
  const bytes = Uint8Array.from(misread, (character) => WINDOWS_1252.indexOf(character));
  return new TextDecoder().decode(bytes);
}
