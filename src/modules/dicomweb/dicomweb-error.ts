/**
 * What went wrong with one DICOMweb exchange:
 * refused: no connection, so nothing was sent · timeout, reset: the exchange broke off, the server may have acted ·
 * unauthorized: 401 or 403 · redirect: the server points elsewhere (never followed) · http: any other status ·
 * too-large: over the byte limit · not-json, not-multipart, not-dicom: another kind of answer, such as a log-in page ·
 * truncated: fewer bytes, parts or instances than promised · aborted: by the caller ·
 * unusable-uid, other-origin: refused on this side before anything was sent.
 */
export type DicomwebErrorKind =
  | 'refused'
  | 'timeout'
  | 'reset'
  | 'unauthorized'
  | 'redirect'
  | 'http'
  | 'too-large'
  | 'not-json'
  | 'not-multipart'
  | 'not-dicom'
  | 'truncated'
  | 'aborted'
  | 'unusable-uid'
  | 'other-origin';

/** Carries the method and the path with every UID replaced; never query values, UIDs or body text. */
export class DicomwebError extends Error {
  readonly status?: number;
  readonly retryAfterMs?: number;

  constructor(
    readonly kind: DicomwebErrorKind,
    /** Such as `GET /dicom-web/studies/{uid}/series`. */
    readonly endpoint: string,
    detail: string,
    answer: { status?: number; retryAfterMs?: number } = {},
  ) {
    super(`DICOMweb ${endpoint}: ${detail}`);
    this.name = 'DicomwebError';
    this.status = answer.status;
    this.retryAfterMs = answer.retryAfterMs;
  }
}

/** The method and path of a request, with the query dropped and each UID replaced. */
export function endpointOf(method: string, url: string): string {
  const path = new URL(url).pathname
    .split('/')
    .map((segment) => (/^[0-9.]+$/.test(segment) ? '{uid}' : segment))
    .join('/');
  return `${method.toUpperCase()} ${path}`;
}

/** Retry-After as milliseconds from `now`: seconds or an HTTP date (RFC 9110, 10.2.3). */
export function parseRetryAfterMs(value: string | null, now: Date): number | undefined {
  if (value === null) return undefined;
  const ms = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now.getTime();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
