import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { REASONS } from './reasons.js';

it.each(Object.entries(REASONS))('%s is explained in docs/matching.md', (code, sentence) => {
  const page = readFileSync(new URL('../../docs/matching.md', import.meta.url), 'utf8');
  expect(page).toContain(`| \`${code}\` | ${sentence} |`);
});
