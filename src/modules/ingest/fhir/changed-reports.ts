import type { DiagnosticReport, Resource } from '@medplum/fhirtypes';
import { contentHash } from './content-hash.js';
import type { FhirClient } from './fhir-client.js';
import { FhirError, PageExpired } from './fhir-error.js';

export interface ChangedReportsSettings {
  /** Where the last complete crawl ended (ISO 8601), or null to read everything. */
  watermark: string | null;
  /** Longer than the server's commit delay plus clock skew: what is committed late with an early stamp is seen again. */
  overlapMs: number;
  /** Start of the crawl; used only where the server states no time of its own. */
  nowMs: number;
  pageSize?: number;
  /** More search parameters, such as `category=RAD,SP`; none by default, since codes differ from server to server. */
  extraQuery?: string;
  maxRestarts?: number;
}

export interface ChangedReport {
  report: DiagnosticReport;
  /** Of the content without `meta`: equal hashes mean that nothing was changed. */
  contentHash: string;
}

export type FullCrawlReason =
  | 'no-watermark'
  /** The server refused `_lastUpdated`. */
  | 'last-updated-refused'
  /** It took the parameter and gave older reports all the same. */
  | 'last-updated-ignored'
  /** It took the parameter and gave nothing, not even for a window that holds every report. */
  | 'last-updated-not-understood'
  /** Its reports carry no meta.lastUpdated, so the filter cannot be trusted. */
  | 'no-stamps';

export type CrawlEvent =
  | {
      kind: 'page';
      reports: ChangedReport[];
      /**
       * Every change up to this moment was given, so that a long first crawl may be cut and go on from here; null when
       * the server does not give reports in the order of their change.
       */
      orderedUpTo: string | null;
    }
  | {
      kind: 'end';
      complete: boolean;
      /** Why it is incomplete, in one sentence. */
      reason: string | null;
      /** The server lists reports of a named patient only. */
      needsPatient: boolean;
      /** Set when everything was read, whether changed or not: compare content hashes. */
      fullCrawl: FullCrawlReason | null;
      /** To store once every page is stored; the old one when the crawl is incomplete. */
      nextWatermark: string | null;
    };

/** Ways to ask; when a server refuses one, the next plainer one is tried. */
interface Query {
  since: boolean;
  sort: boolean;
}
const SINCE: Query[] = [
  { since: true, sort: true },
  { since: true, sort: false },
];
const EVERYTHING: Query[] = [
  { since: false, sort: true },
  { since: false, sort: false },
];

/**
 * The reports that changed since the watermark, page by page, then one `end` event. `ge` and an overlap rather than
 * `gt`: a report that was committed late with an early stamp would be lost otherwise. Reports already given in this
 * crawl are left out. Network and credential errors are thrown; the old watermark stays valid then.
 */
export async function* changedReports(
  client: FhirClient,
  settings: ChangedReportsSettings,
): AsyncGenerator<CrawlEvent, void> {
  const crawl = new Crawl(settings);
  const maxRestarts = settings.maxRestarts ?? 3;
  let restarts = 0;
  for (;;) {
    try {
      yield* crawl.pages(client);
      if (!(await crawl.mustReadEverything(client))) return yield crawl.end(null);
    } catch (error) {
      if (error instanceof PageExpired) {
        restarts = crawl.startAgain() ? 1 : restarts + 1;
        if (restarts <= maxRestarts) continue;
        return yield crawl.end(`Pages of the search expired ${restarts} times before the last one was reached.`);
      }
      if (!isRefusal(error) || crawl.hasPages) throw error;
      if (!crawl.askMorePlainly()) {
        return yield crawl.end('The server refuses to list reports without naming a patient.', true);
      }
    }
  }
}

class Crawl {
  hasPages = false;
  private fullCrawl: FullCrawlReason | null;
  private sinceMs: number | null;
  private queries: Query[];
  private startMs: number | undefined;
  private latestMs = -Infinity;
  /** Stamp of the last report while they come in order, or undefined when they do not. */
  private orderedUpToMs: number | undefined = -Infinity;
  private readonly seen = new RecentKeys(50_000);

  constructor(private readonly settings: ChangedReportsSettings) {
    this.sinceMs = settings.watermark === null ? null : Date.parse(settings.watermark) - settings.overlapMs;
    this.fullCrawl = this.sinceMs === null ? 'no-watermark' : null;
    this.queries = this.sinceMs === null ? EVERYTHING : [...SINCE, ...EVERYTHING];
  }

  /** Ends early when it turns out that the filter cannot be trusted. */
  async *pages(client: FhirClient): AsyncGenerator<CrawlEvent> {
    this.orderedUpToMs = this.queries[0]?.sort ? -Infinity : undefined;
    for await (const page of client.searchPages('DiagnosticReport', this.params())) {
      this.hasPages = true;
      this.startMs ??= page.servedAtMs;
      const reports = page.matches.filter(isReport);
      if (this.isFiltered() && reports.some((report) => stampMs(report) === undefined)) {
        this.fullCrawl = 'no-stamps';
        return;
      }
      this.noticeIgnoredFilter(reports);
      const fresh = reports.flatMap((report) => this.toChanged(report));
      if (fresh.length > 0) yield { kind: 'page', reports: fresh, orderedUpTo: isoOf(this.orderedUpToMs) };
    }
  }

  /** After an expired page: from the last report when they came in order, else from the watermark. True if farther on. */
  startAgain(): boolean {
    const fromMs = (this.orderedUpToMs ?? -Infinity) - this.settings.overlapMs;
    if (fromMs <= (this.sinceMs ?? -Infinity)) return false;
    this.sinceMs = fromMs;
    this.queries = [...SINCE, ...EVERYTHING];
    return true;
  }

  askMorePlainly(): boolean {
    const [refused, ...plainer] = this.queries;
    this.queries = plainer;
    if (refused?.since && plainer[0]?.since === false) this.fullCrawl = 'last-updated-refused';
    return plainer.length > 0;
  }

  /** True when the filtered search proved worthless; the next pages are then those of an unfiltered one. */
  async mustReadEverything(client: FhirClient): Promise<boolean> {
    if (!this.isFiltered()) return false;
    if (this.fullCrawl === null && this.latestMs === -Infinity && (await filterGivesNothingAtAll(client))) {
      this.fullCrawl = 'last-updated-not-understood';
    }
    if (this.fullCrawl !== 'no-stamps' && this.fullCrawl !== 'last-updated-not-understood') return false;
    this.sinceMs = null;
    this.queries = EVERYTHING;
    return true;
  }

  end(reason: string | null, needsPatient = false): CrawlEvent {
    return {
      kind: 'end',
      complete: reason === null,
      reason,
      needsPatient,
      fullCrawl: this.fullCrawl,
      nextWatermark: reason === null ? this.nextWatermark() : this.settings.watermark,
    };
  }

  /**
   * The latest stamp seen, but never later than the start of the crawl: pages may miss what was stored while they were
   * read, and one report with a stamp in the future would hide all that come after it.
   */
  private nextWatermark(): string | null {
    const startMs = this.startMs ?? this.settings.nowMs;
    if (this.latestMs > -Infinity) return isoOf(Math.min(this.latestMs, startMs));
    return this.settings.watermark !== null && this.fullCrawl === null ? this.settings.watermark : isoOf(startMs);
  }

  private params(): URLSearchParams {
    const params = new URLSearchParams(this.settings.extraQuery);
    const query = this.queries[0];
    if (query?.since && this.sinceMs !== null) {
      params.append('_lastUpdated', `ge${new Date(this.sinceMs).toISOString()}`);
    }
    if (query?.sort) params.append('_sort', '_lastUpdated');
    params.append('_count', String(this.settings.pageSize ?? 100));
    return params;
  }

  private isFiltered(): boolean {
    return this.sinceMs !== null && this.queries[0]?.since === true;
  }

  private noticeIgnoredFilter(reports: DiagnosticReport[]): void {
    if (this.fullCrawl !== null || this.sinceMs === null) return;
    // Servers compare whole seconds, some whole minutes.
    const oldestMs = this.sinceMs - 60_000;
    if (reports.some((report) => (stampMs(report) ?? Infinity) < oldestMs)) this.fullCrawl = 'last-updated-ignored';
  }

  private toChanged(report: DiagnosticReport): ChangedReport[] {
    const ms = stampMs(report);
    if (ms !== undefined) this.latestMs = Math.max(this.latestMs, ms);
    const inOrder = ms !== undefined && this.orderedUpToMs !== undefined && ms >= this.orderedUpToMs;
    this.orderedUpToMs = inOrder ? ms : undefined;
    const changed = { report, contentHash: contentHash(report) };
    const isNew = this.seen.add(`${report.id ?? ''} ${report.meta?.versionId ?? changed.contentHash}`);
    return isNew ? [changed] : [];
  }
}

/** An empty answer is usual on a quiet night, and also what a server gives that does not know `_lastUpdated`. */
async function filterGivesNothingAtAll(client: FhirClient): Promise<boolean> {
  const hasAny = async (filter: [string, string][]) => {
    const params = new URLSearchParams([...filter, ['_count', '1']]);
    const first = await client.searchPages('DiagnosticReport', params).next();
    return !first.done && first.value.matches.some(isReport);
  };
  return !(await hasAny([['_lastUpdated', 'ge1900-01-01T00:00:00Z']])) && (await hasAny([]));
}

/** Remembers the last keys, between `size` and twice as many: repeats come close together, and memory must stay flat. */
class RecentKeys {
  private older = new Set<string>();
  private newer = new Set<string>();

  constructor(private readonly size: number) {}

  /** False if the key was there already. */
  add(key: string): boolean {
    if (this.newer.has(key) || this.older.has(key)) return false;
    this.newer.add(key);
    if (this.newer.size >= this.size) {
      this.older = this.newer;
      this.newer = new Set();
    }
    return true;
  }
}

const isReport = (resource: Resource): resource is DiagnosticReport => resource.resourceType === 'DiagnosticReport';

const isRefusal = (error: unknown): error is FhirError =>
  error instanceof FhirError && (['refused', 'outcome'].includes(error.kind) || error.status === 501);

function stampMs(report: DiagnosticReport): number | undefined {
  const ms = Date.parse(report.meta?.lastUpdated ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

const isoOf = (ms = -Infinity) => (ms === -Infinity ? null : new Date(ms).toISOString());
