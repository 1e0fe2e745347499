/** Lets a limited number of PACS requests through at a time. `run` rejects as the request does, and frees its place. */
export interface RequestGate {
  run<T>(request: () => Promise<T>): Promise<T>;
}

/** The gate of one process: first come, first served. */
export class LocalGate implements RequestGate {
  private free: number;
  private readonly queue: (() => void)[] = [];

  constructor(maxInFlight: number) {
    if (!Number.isInteger(maxInFlight) || maxInFlight < 1) throw new RangeError('maxInFlight must be 1 or more');
    this.free = maxInFlight;
  }

  async run<T>(request: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((enter) => this.queue.push(enter));
    try {
      return await request();
    } finally {
      const next = this.queue.shift();
      // The place is handed over, not freed, so that a newcomer cannot slip in before the one who waited.
      if (next) next();
      else this.free += 1;
    }
  }
}
