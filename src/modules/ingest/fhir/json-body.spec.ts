import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseJsonBody } from './json-body.js';

it('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => {
      expect(parseJsonBody(Buffer.from(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  const tricky = { '[[\\"{': ['\\', '"[', '\\\\"', '{'.repeat(500)] };
  expect(parseJsonBody(Buffer.from('\uFEFF' + JSON.stringify(tricky)))).toEqual(tricky);
});

it.each([
  ['nothing', ''],
  ['half an object', '{"a":'],
  ['an open string', '{"a'],
  ['depth without end', '['.repeat(1_000_000)],
  ['depth that is closed', `${'{"a":['.repeat(60)}${']}'.repeat(60)}`],
])('gives nothing for %s', (_name, text) => {
  expect(parseJsonBody(Buffer.from(text))).toBeUndefined();
});
