/** Why the language model gave nothing to work with. */
export type LlmErrorKind =
  | 'unreachable'
  | 'timeout'
  | 'throttled'
  | 'server-error'
  | 'unauthorized'
  | 'unknown-model'
  | 'refused-request'
  | 'not-openai'
  | 'too-long'
  | 'cut-off'
  | 'refusal'
  | 'no-answer'
  | 'not-json'
  | 'wrong-shape';

const SENTENCES: Record<LlmErrorKind, string> = {
  unreachable: 'The language model cannot be reached; check LLM_BASE_URL and the network.',
  timeout: 'The language model did not answer in time; see LLM_TIMEOUT_SECONDS.',
  throttled: 'The language model asks for fewer requests; see LLM_MAX_IN_FLIGHT.',
  'server-error': 'The server of the language model failed.',
  unauthorized: 'The server of the language model refuses the credentials; check LLM_API_KEY.',
  'unknown-model': 'The server knows no such model or path; check LLM_MODEL and LLM_BASE_URL.',
  'refused-request': 'The server of the language model refuses the request as it is put.',
  'not-openai': 'The answer is not that of an OpenAI-compatible server; check LLM_BASE_URL.',
  'too-long': 'The report is longer than the language model can read.',
  'cut-off': 'The language model was cut off before it had answered; see LLM_MAX_TOKENS.',
  refusal: 'The language model declined to answer.',
  'no-answer': 'The language model gave an empty answer.',
  'not-json': 'The language model did not answer in JSON.',
  'wrong-shape': 'The answer of the language model does not follow the schema.',
};

/** Server and settings are well, but nothing comes of this report; asked again, the answer would be the same. */
const ANSWERED: ReadonlySet<LlmErrorKind> = new Set([
  // Settings that a server refuses do not pass the check at the start; then it is the length of the report.
  'refused-request',
  'too-long',
  'cut-off',
  'refusal',
  'no-answer',
  'not-json',
  'wrong-shape',
]);

/** Worth another try in a moment. */
const PASSING: ReadonlySet<LlmErrorKind> = new Set(['unreachable', 'throttled', 'server-error']);

/** A question that led to no answer. Holds no word of the report, the prompt or the model: each may be patient data. */
export class LlmError extends Error {
  override readonly name = 'LlmError';
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly kind: LlmErrorKind,
    details: { status?: number | undefined; retryAfterMs?: number | undefined } = {},
  ) {
    super(SENTENCES[kind] + (details.status === undefined ? '' : ` (HTTP ${details.status})`));
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }

  /** Whether the fault lies in this one answer, and not in the server or its settings. */
  get isOfAnswer(): boolean {
    return ANSWERED.has(this.kind);
  }

  get isPassing(): boolean {
    return PASSING.has(this.kind);
  }
}
