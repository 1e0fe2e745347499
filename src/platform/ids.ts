import { createHash } from 'node:crypto';

/** SHA-256 as hex over the parts; the JSON form keeps ['ab', 'c'] and ['a', 'bc'] apart. */
export const sha256Of = (...parts: unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** A UUID that depends on nothing but the parts (RFC 9562, version 8), so that a re-run finds the same row. */
export function uuidFrom(...parts: unknown[]): string {
  const hex = sha256Of(...parts)
    .slice(0, 32)
    .split('');
  hex[12] = '8';
  hex[16] = ((parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  const text = hex.join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}
