import { describe, expect, it } from '@jest/globals';
import { LocalGate } from './request-gate.js';

describe('LocalGate', () => {
  it('lets so many through at once, in the order in which they came', async () => {
    const gate = new LocalGate(2);
    const started: number[] = [];
    const finish: (() => void)[] = [];
    const enter = (n: number) =>
      gate.run(() => {
        started.push(n);
        return new Promise<void>((resolve) => (finish[n] = resolve));
      });
    const runs = [0, 1, 2].map(enter);
    await Promise.resolve();
    expect(started).toEqual([0, 1]);

    // The place of 1 goes to 2, who waited, and not to 3, who comes just then.
    finish[1]!();
    await runs[1];
    runs.push(enter(3));
    await Promise.resolve();
    expect(started).toEqual([0, 1, 2]);

    finish[0]!();
    await runs[0];
    await Promise.resolve();
    expect(started).toEqual([0, 1, 2, 3]);
    finish[2]!();
    finish[3]!();
    await Promise.all(runs);
  });

  it('frees the place of a request that fails, and passes its error on', async () => {
    const gate = new LocalGate(1);
    await expect(gate.run(() => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(await gate.run(async () => 'next')).toBe('next');
  });

  it('refuses a gate that lets nobody through', () => {
    expect(() => new LocalGate(0)).toThrow('maxInFlight');
  });
});
