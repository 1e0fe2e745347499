import type { AuthorizationProvider } from './auth.js';
import { DicomwebError, endpointOf, parseRetryAfterMs, type DicomwebErrorKind } from './dicomweb-error.js';

export interface ExchangeSettings {
  authorization: AuthorizationProvider;
  /** For the whole exchange: connection, headers and body. */
  timeoutMs: number;
  /** Of the decoded body: compression cannot pass it. */
  maxResponseBytes: number;
  /** The only origins that are asked, and so the only ones that see the credentials. */
  origins: ReadonlySet<string>;
  /** Replaces the Accept header that dicomweb-client sets. */
  accept?: string;
}

/**
 * The part of XMLHttpRequest that dicomweb-client 0.11 uses, over fetch. One object carries one exchange, and is handed
 * to the library as `request.instance`, so nothing is installed globally.
 *
 * An answer is checked before the library sees it, because the library would drop a cut-off last part silently. `error`
 * says why an exchange failed, and `status` is 0 where no usable answer came. The body of a refused POST is kept in
 * `response`: it says what was stored.
 */
export class FetchXmlHttpRequest {
  readyState = 0;
  status = 0;
  response: unknown = null;
  responseType: '' | 'json' | 'arraybuffer' = '';
  onreadystatechange: () => void = () => {};
  onloadstart: () => void = () => {};
  onloadend: () => void = () => {};

  /** The method and the path without UIDs, for messages. */
  endpoint = '';
  error?: DicomwebError;
  /** Of a multipart answer; 1 for a single file. */
  parts = 0;

  private method = 'GET';
  private url = '';
  private readonly requestHeaders = new Headers();
  private responseHeaders = new Headers();
  private readonly controller = new AbortController();

  constructor(private readonly settings: ExchangeSettings) {}

  open(method: string, url: string): void {
    this.method = method.toUpperCase();
    // Orthanc (1.10) takes query values as they stand, without decoding them: a list of fields becomes one parameter a
    // field, and the wildcard ? (legal in a query) stays itself.
    this.url = url.replace(/\?.*/, (query) =>
      query
        .replace(/includefield=[^&]*/, (fields) => fields.replaceAll('%2C', '&includefield='))
        .replaceAll('%3F', '?'),
    );
    this.endpoint = endpointOf(method, url);
  }

  setRequestHeader(name: string, value: string): void {
    this.requestHeaders.set(name, value);
  }

  getResponseHeader(name: string): string | null {
    return this.responseHeaders.get(name);
  }

  getAllResponseHeaders(): string {
    return [...this.responseHeaders].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  }

  send(body?: ArrayBuffer | string): void {
    void this.exchange(body)
      .catch((cause: unknown) => this.fail(cause))
      .then(() => this.finish());
  }

  abort(): void {
    this.controller.abort(this.problem('aborted', 'the request was aborted'));
  }

  private async exchange(body?: ArrayBuffer | string): Promise<void> {
    const { settings, controller } = this;
    if (!settings.origins.has(new URL(this.url).origin))
      throw this.problem('other-origin', 'the address is not of a configured origin');
    const timer = setTimeout(
      () => controller.abort(this.problem('timeout', `no complete answer within ${settings.timeoutMs} ms`)),
      settings.timeoutMs,
    );
    try {
      await this.authorize();
      if (settings.accept !== undefined) this.requestHeaders.set('Accept', settings.accept);
      const answer = await fetch(this.url, {
        method: this.method,
        headers: this.requestHeaders,
        body,
        redirect: 'manual',
        signal: controller.signal,
      });
      this.responseHeaders = answer.headers;
      this.error = this.problemOfStatus(answer.status);
      if (this.error !== undefined && this.responseType !== '') {
        await answer.body?.cancel();
      } else {
        const bytes = await this.readBody(answer);
        if (answer.status !== 204) this.response = this.decode(bytes);
      }
      this.status = answer.status;
    } finally {
      clearTimeout(timer);
    }
  }

  private async authorize(): Promise<void> {
    try {
      const authorization = await this.settings.authorization();
      if (authorization !== undefined) this.requestHeaders.set('Authorization', authorization);
    } catch {
      // Not rethrown: the message may quote the token.
      throw this.problem('unauthorized', 'no usable credentials; check the token file or the token service');
    }
  }

  private async readBody(answer: Response): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const chunk of answer.body ?? []) {
        length += chunk.byteLength;
        if (length > this.settings.maxResponseBytes)
          throw this.problem('too-large', `the answer is larger than ${this.settings.maxResponseBytes} bytes`);
        chunks.push(chunk);
      }
    } catch (cause) {
      if (cause instanceof DicomwebError) throw cause;
      throw this.problem('truncated', 'the answer broke off');
    }
    return Buffer.concat(chunks, length);
  }

  private decode(bytes: Buffer): unknown {
    if (this.responseType === 'json') return this.decodeJson(bytes);
    if (this.responseType === '') return bytes.toString('utf8');
    const contentType = this.responseHeaders.get('Content-Type') ?? '';
    const boundary = /^\s*multipart\/.*\bboundary="?([^";,\s]+)/i.exec(contentType)?.[1];
    if (boundary !== undefined) {
      // RFC 2046 5.1.1: the last part ends with --boundary--. Without it parts may be missing although the HTTP
      // message is complete.
      if (bytes.lastIndexOf(`--${boundary}--`) < 0)
        throw this.problem('truncated', 'the multipart answer has no closing boundary');
      this.parts = countOf(bytes, `--${boundary}`) - 1;
    } else if (/^\s*application\/(dicom|octet-stream)\s*(;|$)/i.test(contentType)) {
      this.parts = 1;
    } else {
      throw this.problem('not-multipart', 'the answer is neither multipart nor a file');
    }
    return bytes;
  }

  private decodeJson(bytes: Buffer): unknown {
    const text = bytes.toString('utf8');
    try {
      return JSON.parse(text);
    } catch {
      // Not rethrown: the message of a SyntaxError quotes the text.
      if (/^\s*[[{]/.test(text)) throw this.problem('truncated', 'the JSON answer is cut off or malformed');
      throw this.problem('not-json', 'the answer is not JSON; is this the address of a DICOMweb service?');
    }
  }

  private problemOfStatus(status: number): DicomwebError | undefined {
    if ([200, 202, 204, 206].includes(status)) return undefined;
    const retryAfterMs = parseRetryAfterMs(this.responseHeaders.get('Retry-After'), new Date());
    const [kind, detail]: [DicomwebErrorKind, string] =
      status === 401 || status === 403
        ? ['unauthorized', `HTTP ${status}: the credentials are missing, wrong or not allowed this`]
        : status >= 300 && status < 400
          ? ['redirect', `HTTP ${status}: the server points elsewhere; set the address it points to, or log in`]
          : ['http', `HTTP ${status}`];
    return this.problem(kind, detail, { status, retryAfterMs });
  }

  private problem(kind: DicomwebErrorKind, detail: string, answer?: { status?: number; retryAfterMs?: number }) {
    return new DicomwebError(kind, this.endpoint, detail, answer);
  }

  private fail(cause: unknown): void {
    this.status = 0;
    this.response = null;
    const { aborted, reason } = this.controller.signal;
    if (aborted) this.error = reason as DicomwebError;
    else if (cause instanceof DicomwebError) this.error = cause;
    else if (isBeforeSending(cause)) this.error = this.problem('refused', 'no connection to the server');
    else this.error = this.problem('reset', 'the connection broke off');
  }

  private finish(): void {
    this.readyState = 4;
    try {
      this.onreadystatechange();
    } catch {
      // The library could not take the parts apart; without a second call with status 0 its promise would stay open.
      this.fail(this.problem('not-multipart', 'the multipart answer is malformed'));
      this.onreadystatechange();
    }
    this.onloadend();
  }
}

function countOf(bytes: Buffer, token: string): number {
  let count = 0;
  for (let at = bytes.indexOf(token); at >= 0; at = bytes.indexOf(token, at + token.length)) count += 1;
  return count;
}

const BEFORE_SENDING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * Whether a failed fetch never got as far as a connection, TLS included. Failures without a code are those of fetch
 * itself, such as a blocked port.
 */
export function isBeforeSending(failure: unknown): boolean {
  const code = (failure as { cause?: { code?: unknown } } | undefined)?.cause?.code;
  return typeof code !== 'string' || BEFORE_SENDING.has(code) || /CERT|^ERR_(TLS|SSL)/.test(code);
}
