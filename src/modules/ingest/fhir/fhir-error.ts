export type FhirErrorKind =
  | 'unreachable'
  | 'timeout'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'gone'
  | 'page-expired'
  | 'throttled'
  | 'refused'
  | 'server-error'
  | 'not-fhir'
  | 'outcome'
  | 'too-large'
  | 'foreign-origin'
  | 'paging-loop'
  | 'resting';

const SENTENCES: Record<FhirErrorKind, string> = {
  unreachable: 'The FHIR server cannot be reached; check FHIR_BASE_URL and the network.',
  timeout: 'The FHIR server did not answer in time.',
  unauthorized: 'The FHIR server refuses the credentials; check FHIR_AUTH and its settings.',
  forbidden: 'The FHIR server knows the credentials but forbids the call; check the scopes.',
  'not-found': 'The FHIR server has no such resource.',
  gone: 'The FHIR server says that the resource was deleted.',
  'page-expired': 'The page of the search has expired; the search must start again.',
  throttled: 'The FHIR server asks for fewer requests.',
  refused: 'The FHIR server refuses the request as it is put.',
  'server-error': 'The FHIR server failed.',
  'not-fhir': 'The answer is not FHIR JSON; check that FHIR_BASE_URL is the base of a FHIR R4 server.',
  outcome: 'The FHIR server answered with an OperationOutcome in place of the content.',
  'too-large': 'The answer is larger than the limit.',
  'foreign-origin':
    'The address leaves the configured FHIR server; FHIR_BASE_URL must be the address the server calls itself.',
  'paging-loop': 'The next links of the search lead in a circle.',
  resting: 'The FHIR server failed several times in a row and is left alone for a while.',
};

/** A failed call. Holds no URL, header or body, since each may carry patient data or secrets. */
export class FhirError extends Error {
  override readonly name: string = 'FhirError';
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly kind: FhirErrorKind,
    details: { status?: number | undefined; retryAfterMs?: number | undefined; message?: string } = {},
  ) {
    super((details.message ?? SENTENCES[kind]) + (details.status === undefined ? '' : ` (HTTP ${details.status})`));
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** A next link that the server no longer honours (410, or 404 on a page). */
export class PageExpired extends FhirError {
  override readonly name = 'PageExpired';

  constructor(status: number) {
    super('page-expired', { status });
  }
}

const KIND_OF_STATUS: Partial<Record<number, FhirErrorKind>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  408: 'timeout',
  410: 'gone',
  429: 'throttled',
};

export function errorOfStatus(status: number, retryAfterMs?: number): FhirError {
  const kind = KIND_OF_STATUS[status] ?? (status >= 500 ? 'server-error' : 'refused');
  return new FhirError(kind, { status, retryAfterMs });
}
