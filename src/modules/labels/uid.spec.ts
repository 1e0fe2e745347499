import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseUid, uidFrom } from './uid.js';

describe('uidFrom', () => {
  it('is 2.25. and the first 128 bits of SHA-256 over the JSON array of the parts', () => {
    const hash = createHash('sha256').update('["label","1.2.3"]').digest('hex').slice(0, 32);
    const digits = uidFrom('label', '1.2.3').slice('2.25.'.length);
    expect(BigInt(digits).toString(16).padStart(32, '0')).toBe(hash);
  });

  it('keeps the parts apart', () => {
    expect(uidFrom('ab', 'c')).not.toBe(uidFrom('a', 'bc'));
    expect(uidFrom('a,b')).not.toBe(uidFrom('a', 'b'));
    expect(uidFrom('a"', '"b')).not.toBe(uidFrom('a', '""b'));
    expect(uidFrom('a', 'b')).not.toBe(uidFrom('b', 'a'));
    expect(uidFrom('a')).not.toBe(uidFrom('a', ''));
  });

  it('is always a valid UID without leading zeros and below 2^128', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (parts) => {
        const uid = uidFrom(...parts);
        expect(uid).toBe(uidFrom(...parts));
        expect(uid).toMatch(/^2\.25\.[1-9]\d{0,38}$/);
        expect(BigInt(uid.slice(5)) < 2n ** 128n).toBe(true);
        expect(parseUid(uid)).toBe(uid);
      }),
    );
  });
});

describe('parseUid', () => {
  it.each(['1.2.840.10008.1.2.1', '2.25.0', '1.2.03.4', `1.${'2'.repeat(62)}`])('takes %s', (text) => {
    expect(parseUid(text)).toBe(text);
  });
  it.each([undefined, '', '1', '1.', '.1', '1..2', '1.2a', '1.2 ', `1.${'2'.repeat(63)}`])('refuses %s', (text) => {
    expect(parseUid(text)).toBeUndefined();
  });
});
