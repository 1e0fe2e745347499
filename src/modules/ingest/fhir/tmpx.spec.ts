import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { reportKindOf } from '../report/report-kind.js';
it('x', () => {
  const all = ['multi','path-en','rad-en'].flatMap((f) => readFileSync(`/work/shared/cases/${f}.jsonl`,'utf8').trim().split('\n').map((l) => JSON.parse(l)));
  const bad = all.filter((c) => reportKindOf(c.text) !== c.kind).map((c) => [c.id, c.kind, reportKindOf(c.text), c.text.slice(0,500)]);
  expect([all.length, bad]).toEqual([58, []]);
  for (const c of all) expect(reportKindOf(c.text.toLowerCase())).toBe(c.kind);
  // impressions alone
  const half = all.map((c) => [c.id, c.kind, reportKindOf(c.text.slice(Math.floor(c.text.length / 2)))]).filter((x) => x[1] !== x[2]);
  console.log(half);
  console.log(all.map((c) => [c.id, c.kind, reportKindOf(c.text.slice(0, c.text.length / 2))]).filter((x) => x[1] !== x[2]));
});
