import type { Config } from '../../config/config.js';

/** How often and for how long something has been tried in vain, the present try included. */
export interface Tries {
  tries: number;
  triedForMs: number;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 3_600_000;

/** As long again as it was tried so far; a server may ask for more patience, but not for less. */
export const waitAfter = ({ triedForMs }: Tries, retryAfterMs = 0): number =>
  Math.min(Math.max(FIRST_WAIT_MS + triedForMs, retryAfterMs), LONGEST_WAIT_MS);

/** @param isOutage no connection came about: only the days count */
export const isLastTry = (
  { maxTries, giveUpAfterMs }: Config['outbox'],
  { tries, triedForMs }: Tries,
  isOutage = false,
): boolean => (tries >= maxTries && !isOutage) || triedForMs >= giveUpAfterMs;
