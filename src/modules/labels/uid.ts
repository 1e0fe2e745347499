import { createHash } from 'node:crypto';

/** A DICOM unique identifier (PS3.5 chapter 9). */
export type Uid = string & { readonly brand: 'Uid' };

/**
 * Text as a UID, or undefined where it is none. Leading zeros in a component are forbidden by PS3.5 9.1 and let through
 * all the same: they occur in the wild, and a reference must repeat the UID of its object as it stands.
 */
export function parseUid(text: string | undefined): Uid | undefined {
  return text !== undefined && text.length <= 64 && /^\d+(\.\d+)+$/.test(text) ? (text as Uid) : undefined;
}

/**
 * The UID that belongs to these parts: `2.25.` and 128 bits of their SHA-256 in decimal (PS3.5 B.2). The same parts in
 * the same order give the same UID; moving a character from one part to the next gives another.
 */
export function uidFrom(...parts: string[]): Uid {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return `2.25.${BigInt(`0x${hash.slice(0, 32)}`)}` as Uid;
}
