import { createHash } from 'node:crypto';
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
