import { SYSTEM_CLOCK, type Clock } from './clock.js';
import { readCapped } from './capped-body.js';
import type { FhirAuth } from './fhir-auth.js';
import { errorOfStatus, FhirError } from './fhir-error.js';
import type { ServiceBase } from './service-base.js';
import { Slots } from './slots.js';

export interface FhirHttpSettings {
  base: ServiceBase;
  auth: FhirAuth;
  /** Requests under way at once; a clinical server gets 2 to 4. */
  maxInFlight?: number;
  /** For one attempt, body included. */
  timeoutMs?: number;
  /** Attempts after the first, for 429, 5xx, timeouts and network errors. */
  maxRetries?: number;
  clock?: Clock;
}

export interface FhirCall {
  /** GET if none is named. */
  method?: 'GET' | 'PUT' | 'POST';
  accept: string;
  maxBytes: number;
  /** JSON. */
  body?: string;
  headers?: Record<string, string>;
}

export interface FhirAnswer {
  contentType: string;
  /** Where a created resource is (Location header). */
  location: string | undefined;
  /** The server's own time (Date header), in milliseconds since 1970. */
  servedAtMs: number | undefined;
  bytes: Buffer;
}

interface Health {
  failuresInARow: number;
  restUntilMs: number;
}

const FIRST_WAIT_MS = 500;
/** A longer Retry-After is not waited for: the caller learns of it and plans the next run. */
const LONGEST_WAIT_MS = 60_000;
const MAX_REDIRECTS = 5;
const FAILURES_BEFORE_REST = 5;
const REST_MS = 30_000;

/**
 * Calls with everything a clinical server may ask of a guest: the token only to its own origin, few requests at once,
 * retries with jitter that honour Retry-After, a rest after repeated failure, and a limit on decoded bytes.
 */
export class FhirHttp {
  private readonly slots: Slots;
  private readonly clock: Clock;
  private readonly timeoutMs: number;
  private readonly maxRetries: number;
  /** By what is asked: a store of documents may be down, or writing, while the rest of the server is well. */
  private readonly healths = new Map<string, Health>();

  constructor(private readonly settings: FhirHttpSettings) {
    this.slots = new Slots(settings.maxInFlight ?? 3);
    this.clock = settings.clock ?? SYSTEM_CLOCK;
    this.timeoutMs = settings.timeoutMs ?? 30_000;
    this.maxRetries = settings.maxRetries ?? 4;
  }

  /**
   * A call that may be repeated: what failed on the way is asked or sent again.
   * @throws FhirError for every failure, including every status other than 2xx
   */
  send(url: URL, call: FhirCall): Promise<FhirAnswer> {
    // A call that waits to try again keeps its slot: that is the back-pressure a busy server asks for.
    return this.slots.run(() => this.sendWithRetries(url, call));
  }

  private async sendWithRetries(url: URL, call: FhirCall): Promise<FhirAnswer> {
    const health = this.healthOf(`${call.method ?? 'GET'} ${call.accept}`);
    const restMs = health.restUntilMs - this.clock.now();
    if (restMs > 0) throw new FhirError('resting', { retryAfterMs: restMs });
    for (let attempt = 0; ; attempt++) {
      try {
        const answer = await this.sendAuthorized(url, call);
        health.failuresInARow = 0;
        return answer;
      } catch (error) {
        if (!(error instanceof FhirError)) throw error;
        const waitMs = this.waitMs(error, attempt);
        if (!mayPass(error) || attempt >= this.maxRetries || waitMs > LONGEST_WAIT_MS) {
          this.countFailure(health, error);
          throw error;
        }
        await this.clock.sleep(waitMs);
      }
    }
  }

  private healthOf(kind: string): Health {
    const health = this.healths.get(kind) ?? { failuresInARow: 0, restUntilMs: 0 };
    this.healths.set(kind, health);
    return health;
  }

  private waitMs({ retryAfterMs }: FhirError, attempt: number): number {
    const jitter = this.clock.random();
    return retryAfterMs === undefined
      ? FIRST_WAIT_MS * 2 ** attempt * (0.5 + jitter)
      : retryAfterMs + FIRST_WAIT_MS * jitter;
  }

  /** A server that answers, even with a refusal, is alive; after a rest one more failure is enough to rest again. */
  private countFailure(health: Health, { kind }: FhirError): void {
    const failed = kind === 'unreachable' || kind === 'timeout' || kind === 'server-error';
    health.failuresInARow = failed ? health.failuresInARow + 1 : 0;
    if (health.failuresInARow >= FAILURES_BEFORE_REST) health.restUntilMs = this.clock.now() + REST_MS;
  }

  private async sendAuthorized(url: URL, call: FhirCall): Promise<FhirAnswer> {
    const authorization = await this.settings.auth.authorization();
    try {
      return await this.sendOnce(url, call, authorization);
    } catch (error) {
      const expired = error instanceof FhirError && error.status === 401 && authorization !== undefined;
      if (!expired || !this.settings.auth.forget(authorization)) throw error;
      return this.sendOnce(url, call, await this.settings.auth.authorization());
    }
  }

  private async sendOnce(first: URL, call: FhirCall, authorization?: string): Promise<FhirAnswer> {
    const { method = 'GET', accept, maxBytes, body } = call;
    const signal = AbortSignal.timeout(this.timeoutMs);
    const headers = {
      accept,
      ...call.headers,
      ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }),
      ...(authorization === undefined ? {} : { authorization }),
    };
    let url = first;
    try {
      for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
        const init = { method, headers, redirect: 'manual', signal } as const;
        const response = await fetch(url, body === undefined ? init : { ...init, body });
        if (response.ok) {
          return {
            contentType: response.headers.get('content-type') ?? '',
            location: response.headers.get('location') ?? undefined,
            servedAtMs: timeOf(response.headers.get('date')),
            bytes: await readCapped(response, maxBytes),
          };
        }
        await response.body?.cancel();
        const location = response.headers.get('location');
        // Of the redirects, only 307 and 308 promise to keep method and body (RFC 9110, 15.4).
        const keepsCall = method === 'GET' || response.status === 307 || response.status === 308;
        if (response.status < 300 || response.status >= 400 || location === null || !keepsCall) {
          throw errorOfStatus(response.status, retryAfterMs(response, this.clock.now()));
        }
        const target = URL.parse(location, url.href);
        if (target === null) throw new FhirError('foreign-origin');
        url = this.settings.base.resolve(target.href);
      }
    } catch (error) {
      throw error instanceof FhirError ? error : new FhirError(signal.aborted ? 'timeout' : 'unreachable');
    }
    throw new FhirError('refused', { message: 'The FHIR server redirects without end.' });
  }
}

function mayPass({ kind, status }: FhirError): boolean {
  return (
    kind === 'unreachable' || kind === 'timeout' || kind === 'throttled' || (kind === 'server-error' && status !== 501)
  );
}

function timeOf(date: string | null): number | undefined {
  const ms = Date.parse(date ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

/** Retry-After is a number of seconds or a date (RFC 9110, 10.2.3). */
function retryAfterMs(response: Response, nowMs: number): number | undefined {
  const value = response.headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const at = timeOf(value);
  return at === undefined ? undefined : Math.max(0, at - nowMs);
}
