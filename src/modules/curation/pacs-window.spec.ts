import { describe, expect, it } from '@jest/globals';
import type { Config } from '../../config/config.js';
import { dayAt, PacsWindow } from './pacs-window.js';

const windowOf = (fromMinute: number, toMinute: number, timeZone?: string) =>
  new PacsWindow({ pacs: { window: { fromMinute, toMinute } }, nightly: { timeZone } } as Config);
const at = (time: string) => new Date(`2026-03-10T${time}:00Z`);

describe('the hours in which nightly work may load the PACS', () => {
  it.each([
    ['over midnight', 22 * 60, 6 * 60, ['22:00', '23:59', '00:00', '05:59'], ['06:00', '12:00', '21:59']],
    ['within one day', 60, 300, ['01:00', '04:59'], ['00:59', '05:00', '23:00']],
    ['of one minute', 0, 1, ['00:00'], ['00:01', '23:59']],
    ['that end where they begin', 120, 120, [], ['02:00', '01:59', '14:00']],
  ])('%s', (_, from, to, open, closed) => {
    const window = windowOf(from, to, 'UTC');
    expect(open.filter((time) => !window.isOpen(at(time)))).toEqual([]);
    expect(closed.filter((time) => window.isOpen(at(time)))).toEqual([]);
  });

  it('are those of the hospital, summer time included', () => {
    const window = windowOf(22 * 60, 6 * 60, 'Europe/Berlin');
    expect(window.isOpen(new Date('2026-01-10T05:30:00Z'))).toBe(false);
    expect(window.isOpen(new Date('2026-07-10T03:30:00Z'))).toBe(true);
    expect(window.isOpen(new Date('2026-07-10T04:30:00Z'))).toBe(false);
  });

  it('are all hours where none are named', () => {
    const window = new PacsWindow({ pacs: {}, nightly: {} } as Config);
    expect(window.isOpen(at('12:00'))).toBe(true);
  });
});

describe('the day of a nightly run', () => {
  it.each([
    ['2026-03-10T23:30:00Z', 'Europe/Berlin', '2026-03-11'],
    ['2026-03-10T23:30:00Z', 'UTC', '2026-03-10'],
    ['2026-03-10T03:30:00Z', 'America/New_York', '2026-03-09'],
  ])('%s in %s is %s', (instant, timeZone, day) => expect(dayAt(new Date(instant), timeZone)).toBe(day));
});
