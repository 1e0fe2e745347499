import dicomwebClient from 'dicomweb-client';
import type { AuthorizationProvider } from './auth.js';
import type { DicomJson } from './dicom-json.js';
import { DicomwebError } from './dicomweb-error.js';
import { FetchXmlHttpRequest, type ExchangeSettings } from './fetch-xml-http-request.js';
import type { RequestGate } from './request-gate.js';

export interface DicomwebSettings {
  qidoUrl: string;
  wadoUrl: string;
  stowUrl: string;
  authorization: AuthorizationProvider;
  /** For one whole exchange, without the wait at the gate. */
  timeoutMs: number;
  /** Of one answer, decompressed. */
  maxResponseBytes: number;
  gate: RequestGate;
}

interface RequestOption {
  request: { instance: FetchXmlHttpRequest };
}
/** Dicomweb-client as its code has it: the published types lack `request` in places and ask for unused media types. */
export interface DicomwebApi {
  searchForStudies(options: { queryParams: Query } & RequestOption): Promise<unknown>;
  searchForSeries(options: { studyInstanceUID: string; queryParams: Query } & RequestOption): Promise<unknown>;
  searchForInstances(
    options: { studyInstanceUID?: string; seriesInstanceUID?: string; queryParams: Query } & RequestOption,
  ): Promise<unknown>;
  retrieveStudyMetadata(options: { studyInstanceUID: string } & RequestOption): Promise<unknown>;
  retrieveSeriesMetadata(options: SeriesAddress & RequestOption): Promise<unknown>;
  retrieveInstanceMetadata(options: InstanceAddress & RequestOption): Promise<unknown>;
  retrieveInstance(options: InstanceAddress & RequestOption): Promise<unknown>;
  storeInstances(options: { studyInstanceUID: string; datasets: ArrayBuffer[] } & RequestOption): Promise<unknown>;
}
export type Query = Record<string, string | number>;
export interface SeriesAddress {
  studyInstanceUID: string;
  seriesInstanceUID: string;
}
export interface InstanceAddress extends SeriesAddress {
  sopInstanceUID: string;
}

/** The rows of one JSON answer, and whether the server itself said that there are more (status 206 or Warning 299). */
export interface DicomJsonAnswer {
  rows: DicomJson[];
  partial: boolean;
  endpoint: string;
}

/** One DICOMweb service: dicomweb-client over FetchXmlHttpRequest, each request through the gate. */
export class DicomwebExchange {
  readonly qido: DicomwebApi;
  readonly wado: DicomwebApi;
  readonly stow: DicomwebApi;
  private readonly exchangeSettings: ExchangeSettings;

  constructor(private readonly settings: DicomwebSettings) {
    const { qidoUrl, wadoUrl, stowUrl, authorization, timeoutMs, maxResponseBytes } = settings;
    const apiOf = (url: string): DicomwebApi =>
      new dicomwebClient.api.DICOMwebClient({
        url: url.replace(/\/+$/, ''),
        singlepart: false,
        verbose: false,
      }) as unknown as DicomwebApi;
    this.qido = apiOf(qidoUrl);
    this.wado = apiOf(wadoUrl);
    this.stow = apiOf(stowUrl);
    const origins = new Set([qidoUrl, wadoUrl, stowUrl].map((url) => new URL(url).origin));
    this.exchangeSettings = { authorization, timeoutMs, maxResponseBytes, origins };
  }

  /** The data sets of a JSON answer; no content (204) is none. `gate` is replaced only by a request that must not wait. */
  async json(
    call: (request: RequestOption) => Promise<unknown>,
    gate: RequestGate = this.settings.gate,
  ): Promise<DicomJsonAnswer> {
    const instance = new FetchXmlHttpRequest(this.exchangeSettings);
    const rows = await gate.run(() => this.exchange(instance, call));
    if (!Array.isArray(rows) || !rows.every(isDicomJson))
      throw new DicomwebError('not-json', instance.endpoint, 'the answer is not a list of DICOM JSON data sets');
    const partial = instance.status === 206 || /\b299\b/.test(instance.getResponseHeader('Warning') ?? '');
    return { rows, partial, endpoint: instance.endpoint };
  }

  /** The only part of a multipart answer, or the answer itself if it is not multipart. */
  async file(
    call: (request: RequestOption) => Promise<unknown>,
    accept?: string,
  ): Promise<{ bytes: Uint8Array; endpoint: string }> {
    const instance = new FetchXmlHttpRequest({ ...this.exchangeSettings, accept });
    const answer = await this.settings.gate.run(() => this.exchange(instance, call));
    const bytes: unknown = Array.isArray(answer) ? answer[0] : answer;
    if (instance.parts !== 1 || !(bytes instanceof Uint8Array))
      throw new DicomwebError('truncated', instance.endpoint, `${instance.parts} parts came instead of one`);
    return { bytes, endpoint: instance.endpoint };
  }

  /** The answer to a POST whatever its status, for its body tells more; `error` if the status is not of success. */
  async post(call: (request: RequestOption) => Promise<unknown>): Promise<FetchXmlHttpRequest> {
    const instance = new FetchXmlHttpRequest({
      ...this.exchangeSettings,
      accept: 'application/dicom+json, application/dicom+xml;q=0.5',
    });
    await this.settings.gate.run(() => call({ request: { instance } }).catch(() => undefined));
    return instance;
  }

  private async exchange(
    instance: FetchXmlHttpRequest,
    call: (request: RequestOption) => Promise<unknown>,
  ): Promise<unknown> {
    try {
      return await call({ request: { instance } });
    } catch (cause) {
      throw instance.error ?? cause;
    }
  }
}

function isDicomJson(value: unknown): value is DicomJson {
  return typeof value === 'object' && value !== null && Object.values(value).every(isElement);
}

function isElement(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (!('Value' in value) || Array.isArray(value.Value));
}
