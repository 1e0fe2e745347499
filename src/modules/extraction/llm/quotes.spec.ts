import { describe, expect, it } from '@jest/globals';
import { EvidenceBook } from '../text/evidence.js';
import { byNearness, findQuote, QuoteReader } from './quotes.js';

const slices = (text: string, quote: string) => findQuote(text, quote).map(({ start, end }) => text.slice(start, end));

describe('findQuote', () => {
  it('finds every occurrence', () =>
    expect(findQuote('a 7 mm, b 7 mm', '7 mm').map(({ start }) => start)).toEqual([2, 10]));

  it('takes line breaks for spaces, and gives the exact slice', () => {
    expect(slices('left\n  mid PZ', 'left mid PZ')).toEqual(['left\n  mid PZ']);
  });

  it('takes signs for what they are', () =>
    expect(slices('(3+4) = 7.0 [a]', '(3+4) = 7.0 [a]')).toEqual(['(3+4) = 7.0 [a]']));

  it.each(['', '   ', 'PI-RADS 5', 'pi-rads 4', 'x'.repeat(5000)])('finds nothing else: %j', (quote) =>
    expect(slices('PI-RADS 4 lesion', quote)).toEqual([]),
  );

  it('is done with a hostile quote in no time', () => {
    expect(findQuote(`${'a '.repeat(100_000)}b`, `${'a '.repeat(400)}c`)).toEqual([]);
  });
});

describe('byNearness', () => {
  const text = '7 mm A 7 mm\n7 mm B 7 mm';
  const all = findQuote(text, '7 mm');
  const beside = (name: string) => byNearness(text, all, findQuote(text, name)).map(({ start }) => start);
  it('prefers what follows on the same line, then what precedes on it', () => {
    expect(beside('A').slice(0, 2)).toEqual([7, 0]);
    expect(beside('B').slice(0, 2)).toEqual([19, 12]);
  });
  it('keeps the order of the text without anchors', () => expect(byNearness(text, all, [])).toEqual(all));
});

describe('QuoteReader', () => {
  const text = 'PSA 4. Lesion 1: 7 mm. Lesion 2: 7 mm.';
  const number = (span: { start: number; end: number }) => {
    const value = Number(/\d+/.exec(text.slice(span.start, span.end))?.[0] ?? NaN);
    return Number.isNaN(value) ? null : { value, span };
  };

  it('reads at the occurrence nearest to the anchors, and notes it', () => {
    const evidence = new EvidenceBook();
    const reader = new QuoteReader(text, evidence);
    const anchor = { start: text.indexOf('Lesion 2'), end: text.indexOf('Lesion 2') + 8 };
    expect(reader.read('7 mm', '/size', [anchor], number)?.value).toBe(7);
    expect(evidence.toList(text)).toEqual([{ path: '/size', start: 33, end: 37, quote: '7 mm', source: 'rule' }]);
    expect(reader.flags).toEqual([]);
  });

  it.each([
    ['8 mm', 'not in the report'],
    ['Lesion', 'holds no such value'],
  ])('drops %j', (quote, why) => {
    const reader = new QuoteReader(text, new EvidenceBook());
    expect(reader.read(quote, '/size', [], number)).toBeNull();
    expect(reader.flags).toEqual([{ code: 'ungrounded', path: '/size', message: expect.stringContaining(why) }]);
  });

  it('has nothing to say of what was not quoted', () => {
    const reader = new QuoteReader(text, new EvidenceBook());
    expect(reader.read(null, '/size', [], number)).toBeNull();
    expect(reader.read('  ', '/size', [], number)).toBeNull();
    expect(reader.flags).toEqual([]);
  });
});
