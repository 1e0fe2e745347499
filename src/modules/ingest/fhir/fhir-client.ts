import { ClientStorage, MedplumClient, MemoryStorage } from '@medplum/core';
import type { Binary, Bundle, CapabilityStatement, Resource, ResourceType } from '@medplum/fhirtypes';
import type { Clock } from './clock.js';
import type { FhirAuth } from './fhir-auth.js';
import { FhirError, PageExpired } from './fhir-error.js';
import { FhirHttp } from './fhir-http.js';
import { parseJsonBody } from './json-body.js';
import { ServiceBase } from './service-base.js';

export interface FhirClientSettings {
  baseUrl: string;
  auth: FhirAuth;
  maxInFlight?: number;
  timeoutMs?: number;
  maxRetries?: number;
  maxPageBytes?: number;
  maxBinaryBytes?: number;
  clock?: Clock;
}

export interface SearchPage {
  /** What was searched for. */
  matches: Resource[];
  /** What came along (`_include`). */
  included: Resource[];
  /** The server's time when it gave the page, milliseconds since 1970. */
  servedAtMs: number | undefined;
}

export interface BinaryContent {
  /** As the server gives it now, which may differ from what the attachment promised. */
  contentType: string;
  bytes: Buffer;
}

const FHIR_JSON = 'application/fhir+json, application/json;q=0.9';
const BINARY = 'application/fhir+json, */*;q=0.5';
const MAX_EMPTY_PAGES_IN_A_ROW = 100;

/** Reads from any FHIR R4 server, and writes what it is told to. */
export class FhirClient {
  private readonly base: ServiceBase;
  private readonly http: FhirHttp;
  private readonly medplum: MedplumClient;
  private readonly servedAtMs = new WeakMap<object, number>();
  private readonly maxPageBytes: number;
  private readonly maxBinaryBytes: number;

  constructor(settings: FhirClientSettings) {
    this.base = new ServiceBase(settings.baseUrl);
    this.http = new FhirHttp({ ...settings, base: this.base });
    this.maxPageBytes = settings.maxPageBytes ?? 64_000_000;
    this.maxBinaryBytes = settings.maxBinaryBytes ?? 16_000_000;
    this.medplum = new MedplumClient({
      baseUrl: this.base.url.origin,
      fhirUrlPath: this.base.url.pathname.slice(1),
      cacheTime: 0,
      autoBatchTime: 0,
      maxRetries: 0,
      extendedMode: false,
      // Otherwise it would look for a login in a browser's storage.
      storage: new ClientStorage(new MemoryStorage()),
      fetch: (url: string, init: { headers: Record<string, string> }) => this.fetchForMedplum(url, init.headers),
    });
  }

  /**
   * The pages of a search, one by one, by the server's own next links.
   * @throws PageExpired when a next link is no longer honoured; FhirError otherwise
   */
  async *searchPages(resourceType: ResourceType, params: URLSearchParams): AsyncGenerator<SearchPage> {
    const visited = new Set<string>();
    let url: URL | undefined = this.medplum.fhirSearchUrl(resourceType, params);
    for (let emptyPages = 0; url !== undefined;) {
      if (visited.has(url.href) || emptyPages > MAX_EMPTY_PAGES_IN_A_ROW) throw new FhirError('paging-loop');
      const bundle: Bundle = await this.getPage(url, visited.size > 0);
      visited.add(url.href);
      const page = this.toPage(bundle);
      emptyPages = page.matches.length === 0 ? emptyPages + 1 : 0;
      yield page;
      url = this.nextOf(bundle, url);
    }
  }

  /** All matches of a search whose result is small by nature, such as the orders of one patient. */
  async search<T extends Resource>(resourceType: T['resourceType'], params: URLSearchParams): Promise<T[]> {
    const found: T[] = [];
    for await (const page of this.searchPages(resourceType, params)) {
      found.push(...page.matches.filter((resource): resource is T => resource.resourceType === resourceType));
    }
    return found;
  }

  /** @param reference relative (`Patient/1`) or absolute on the same server */
  async read<T extends Resource>(reference: string): Promise<T> {
    const resource = asResource(await this.medplum.get<unknown>(this.base.resolve(withoutVersion(reference))));
    if (resource.resourceType === 'OperationOutcome') throw new FhirError('outcome');
    return resource as T;
  }

  /** The bytes behind an attachment's url, whether the server sends them raw or as a Binary in JSON. */
  async readBinary(urlOrReference: string): Promise<BinaryContent> {
    const blob = await this.medplum.download(this.base.resolve(urlOrReference), { headers: { Accept: BINARY } });
    const content = { contentType: blob.type, bytes: Buffer.from(await blob.arrayBuffer()) };
    if (!/\bjson\b/i.test(content.contentType)) return content;
    const resource = parseJsonBody(content.bytes) as Partial<Resource> | undefined;
    if (resource?.resourceType === 'OperationOutcome') throw new FhirError('outcome');
    if (resource?.resourceType !== 'Binary') return content;
    const { contentType, data } = resource as Binary;
    return { contentType, bytes: Buffer.from(data ?? '', 'base64') };
  }

  /**
   * Stores a resource under its id, a new one or in place of the one that is there.
   * @throws FhirError, also where the server lets no client choose an id
   */
  async update(resource: Resource & { id: string }): Promise<void> {
    await this.write('PUT', `${resource.resourceType}/${resource.id}`, resource);
  }

  /**
   * Stores a resource that has no id unless the search finds one (conditional create: FHIR R4, 3.1.0.8.1).
   * @returns the id that the server gave
   */
  async createUnlessThere(resource: Resource, query: URLSearchParams): Promise<string> {
    const { resourceType } = resource;
    const headers = { 'if-none-exist': String(query) };
    const { location, bytes } = await this.write('POST', resourceType, resource, headers);
    const [, inLocation] = new RegExp(`/${resourceType}/([A-Za-z0-9\\-.]{1,64})(/|$)`).exec(location ?? '') ?? [];
    const id = inLocation ?? (parseJsonBody(bytes) as Partial<Resource> | undefined)?.id;
    if (id !== undefined) return id;
    const [found] = await this.search(resourceType, query);
    if (found?.id === undefined) throw new FhirError('not-fhir');
    return found.id;
  }

  private write(method: 'PUT' | 'POST', address: string, resource: Resource, headers: Record<string, string> = {}) {
    return this.http.send(this.base.resolve(address), {
      method,
      accept: FHIR_JSON,
      maxBytes: this.maxPageBytes,
      body: JSON.stringify(resource),
      headers,
    });
  }

  /**
   * Is a FHIR server there, and does it let us in? The metadata are often open to all, so a search for a single report
   * tries the credentials; a server that refuses it for another reason (a patient is required) still lets us in. Its next
   * link shows whether the server calls itself by the configured address.
   */
  async ping(): Promise<{ fhirVersion: string; software: string | undefined }> {
    const statement = asResource(await this.medplum.get<unknown>(this.base.resolve('metadata')));
    if (statement.resourceType !== 'CapabilityStatement') throw new FhirError('not-fhir');
    const { fhirVersion, software } = statement as CapabilityStatement;
    try {
      const url = this.medplum.fhirSearchUrl('DiagnosticReport', { _count: 1 });
      this.nextOf(await this.getPage(url, false), url);
    } catch (error) {
      const letsUsIn = error instanceof FhirError && ['refused', 'not-found', 'outcome'].includes(error.kind);
      if (!letsUsIn) throw error;
    }
    return { fhirVersion, software: software?.name };
  }

  private nextOf(bundle: Bundle, page: URL): URL | undefined {
    const next = bundle.link?.find(({ relation }) => relation === 'next')?.url;
    return next ? this.base.resolve(next, page) : undefined;
  }

  private async getPage(url: URL, isNext: boolean): Promise<Bundle> {
    try {
      const resource = asResource(await this.medplum.get<unknown>(url));
      if (resource.resourceType === 'OperationOutcome') throw new FhirError('outcome');
      if (resource.resourceType !== 'Bundle') throw new FhirError('not-fhir');
      return resource;
    } catch (error) {
      const expired = isNext && error instanceof FhirError && (error.status === 410 || error.status === 404);
      throw expired ? new PageExpired(error.status ?? 410) : error;
    }
  }

  private toPage(bundle: Bundle): SearchPage {
    const page: SearchPage = { matches: [], included: [], servedAtMs: this.servedAtMs.get(bundle) };
    for (const { resource, search } of bundle.entry ?? []) {
      // A server may put its remarks among the results (FHIR R4, 3.1.1.4.1), some without saying so in search.mode.
      if (!resource || search?.mode === 'outcome' || resource.resourceType === 'OperationOutcome') continue;
      (search?.mode === 'include' ? page.included : page.matches).push(resource);
    }
    return page;
  }

  /**
   * Under MedplumClient: whatever is not a success is thrown here with its status, and JSON is parsed here, because
   * MedplumClient prints parse errors, and they quote the body.
   */
  private async fetchForMedplum(url: string, headers: Record<string, string>) {
    if (headers['Accept'] === BINARY) {
      const { bytes, contentType } = await this.http.send(new URL(url), {
        accept: BINARY,
        maxBytes: this.maxBinaryBytes,
      });
      return new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } });
    }
    const answer = await this.http.send(new URL(url), { accept: FHIR_JSON, maxBytes: this.maxPageBytes });
    const body = parseJsonBody(answer.bytes);
    if (typeof body !== 'object' || body === null) throw new FhirError('not-fhir');
    if (answer.servedAtMs !== undefined) this.servedAtMs.set(body, answer.servedAtMs);
    return {
      status: 200,
      headers: new Headers({ 'content-type': 'application/json' }),
      json: () => Promise.resolve(body),
    };
  }
}

function asResource(body: unknown): Resource {
  if (typeof body === 'object' && body !== null && 'resourceType' in body) return body as Resource;
  throw new FhirError('not-fhir');
}

/** A reference may point to one version; the current one is wanted. */
function withoutVersion(reference: string): string {
  return reference.replace(/\/_history\/[^/]*$/, '');
}
