import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestGate } from './request-gate.js';

/** One database session; slots that it holds are free again when it ends, however it ends. */
export interface LockSession {
  query<Row>(sql: string, parameters: unknown[]): Promise<Row[]>;
}

/** First key of the two-key advisory locks; the second is the slot. */
const LOCK_CLASS = 7_305_002;
const POLL_MS = 40;
/** A slot is kept over a pause this long, so that a busy process does not ask the database for every request. */
const KEEP_IDLE_MS = 150;
/** A busy process gives its slots back this often, so that others get their turn. */
const HOLD_AT_MOST_MS = 1500;

interface Slot {
  number: number;
  heldSinceMs: number;
  idleSinceMs: number | null;
}

/**
 * One cap on PACS requests over all processes that share a database: each slot is a Postgres session advisory lock.
 * A process that dies frees its slots with its session.
 */
export class SharedGate implements RequestGate {
  private readonly slots: Slot[] = [];
  private readonly waiting: ((slot: Slot) => void)[] = [];
  private acquiring: Promise<void> | undefined;
  private sweep: NodeJS.Timeout | undefined;

  constructor(
    private readonly session: LockSession,
    private readonly maxInFlight: number,
  ) {}

  async run<T>(request: () => Promise<T>): Promise<T> {
    const slot = await this.enter();
    try {
      return await request();
    } finally {
      this.leave(slot);
    }
  }

  /** Gives all slots back; requests under way keep theirs until they end. */
  async close(): Promise<void> {
    clearInterval(this.sweep);
    await this.release(this.slots.filter(({ idleSinceMs }) => idleSinceMs !== null));
  }

  private async enter(): Promise<Slot> {
    const idle = this.slots.find(({ idleSinceMs }) => idleSinceMs !== null);
    if (idle && this.waiting.length === 0) {
      idle.idleSinceMs = null;
      return idle;
    }
    return new Promise<Slot>((resolve, reject) => {
      this.waiting.push(resolve);
      this.acquire().catch((error: unknown) => {
        const position = this.waiting.indexOf(resolve);
        if (position === -1) return;
        this.waiting.splice(position, 1);
        reject(error);
      });
    });
  }

  private leave(slot: Slot): void {
    const isDue = Date.now() - slot.heldSinceMs > HOLD_AT_MOST_MS;
    const next = isDue ? undefined : this.waiting.shift();
    if (next) {
      next(slot);
      return;
    }
    slot.idleSinceMs = Date.now();
    this.sweep ??= setInterval(() => void this.releaseIdle(), KEEP_IDLE_MS).unref();
    if (isDue) void this.release([slot]).then(() => this.acquire());
  }

  /** One loop at a time asks for slots while somebody waits. */
  private acquire(): Promise<void> {
    this.acquiring ??= this.acquireWhileWaiting().finally(() => {
      this.acquiring = undefined;
    });
    return this.acquiring;
  }

  private async acquireWhileWaiting(): Promise<void> {
    while (this.waiting.length > 0) {
      const wanted = Math.min(this.waiting.length, this.maxInFlight - this.slots.length);
      const taken = wanted > 0 ? await this.tryLock(wanted) : [];
      for (const number of taken) {
        const slot: Slot = { number, heldSinceMs: Date.now(), idleSinceMs: null };
        this.slots.push(slot);
        const next = this.waiting.shift();
        if (next) next(slot);
        else slot.idleSinceMs = Date.now();
      }
      if (this.waiting.length > 0) await sleep(POLL_MS);
    }
  }

  private async tryLock(count: number): Promise<number[]> {
    const held = this.slots.map(({ number }) => number);
    const rows = await this.session.query<{ slot: number }>(
      `SELECT slot FROM generate_series(1, $1::int) slot
       WHERE slot <> ALL($2::int[]) AND pg_try_advisory_lock(${LOCK_CLASS}, slot) LIMIT $3`,
      [this.maxInFlight, held, count],
    );
    return rows.map(({ slot }) => slot);
  }

  private async releaseIdle(): Promise<void> {
    const before = Date.now() - KEEP_IDLE_MS;
    await this.release(this.slots.filter(({ idleSinceMs }) => idleSinceMs !== null && idleSinceMs < before));
    if (this.slots.length === 0) {
      clearInterval(this.sweep);
      this.sweep = undefined;
    }
  }

  private async release(slots: Slot[]): Promise<void> {
    if (slots.length === 0) return;
    for (const slot of slots) this.slots.splice(this.slots.indexOf(slot), 1);
    await this.session
      .query(`SELECT pg_advisory_unlock(${LOCK_CLASS}, slot) FROM unnest($1::int[]) slot`, [
        slots.map(({ number }) => number),
      ])
      // A lost session has lost its locks, too.
      .catch(() => undefined);
  }
}
