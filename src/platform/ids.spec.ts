import { expect, it } from '@jest/globals';
import { sha256Of, uuidFrom } from './ids.js';

it('keeps parts apart and gives RFC 9562 version 8 UUIDs', () => {
  expect(sha256Of('ab', 'c')).not.toBe(sha256Of('a', 'bc'));
  expect(uuidFrom('report', '1')).toBe(uuidFrom('report', '1'));
  expect(uuidFrom('report', '1')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
