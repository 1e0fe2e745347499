import { describe, expect, it } from '@jest/globals';
import { isDay } from './calendar-day.js';

describe('isDay', () => {
  it.each(['2024-02-29', '1999-12-31', '0001-01-01'])('%s is a day', (text) => expect(isDay(text)).toBe(true));

  it.each(['2023-02-29', '2024-13-45', '2024-00-10', '0000-01-01', '2024-1-1', '20240101', '', 'unknown'])(
    '"%s" is none',
    (text) => expect(isDay(text)).toBe(false),
  );
});
