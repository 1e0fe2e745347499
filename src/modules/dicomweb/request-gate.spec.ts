import { describe, expect, it } from '@jest/globals';
import { LocalGate } from './request-gate.js';

describe('LocalGate', () => {
  it('lets so many through at once, in the order in which they came', async () => {
    const gate = new LocalGate(2);
    const started: number[] = [];
    const finish: (() => void)[] = [];
    const runs = [0, 1, 2, 3].map((n) =>
      gate.run(async () => {
        started.push(n);
        await new Promise<void>((resolve) => (finish[n] = resolve));
        return n;
      }),
    );
    await Promise.resolve();
    expect(started).toEqual([0, 1]);
    finish[1]!();
    await runs[1];
    await Promise.resolve();
    expect(started).toEqual([0, 1, 2]);
    finish[0]!();
    await runs[0];
    finish[2]!();
    await runs[2];
    await Promise.resolve();
    finish[3]!();
    expect(await Promise.all(runs)).toEqual([0, 1, 2, 3]);
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
