import { ChatOpenAI } from '@langchain/openai';
import { z } from 'zod';
import { LlmError, type LlmErrorKind } from './llm-error.js';
import { boundedFetch, openContent } from './llm-fetch.js';

export interface LlmSettings {
  /** Of an OpenAI-compatible API, such as `http://127.0.0.1:8080/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey: string | undefined;
  readonly timeoutMs: number;
  readonly maxTokens: number;
  readonly maxInFlight: number;
}

/** Time and chance, given from outside so that waiting can be tested without waiting. */
export interface LlmClock {
  sleep(ms: number): Promise<void>;
  /** In [0, 1). */
  random(): number;
}

export interface Question {
  readonly system: string;
  readonly user: string;
  readonly schema: { readonly name: string; readonly json: Record<string, unknown> };
}

const SYSTEM_CLOCK: LlmClock = {
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: () => Math.random(),
};

/** Sampling: the same question gives the same answer, as far as the server can. */
export const SAMPLING = { temperature: 0, seed: 1 } as const;
const TRIES = 3;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;

/** Asks a model behind any OpenAI-compatible chat completions API. Knows nothing of what is asked. */
export class LlmClient {
  readonly model: string;
  private readonly chat: ChatOpenAI;

  constructor(
    { baseUrl, model, apiKey, timeoutMs, maxTokens, maxInFlight }: LlmSettings,
    private readonly clock: LlmClock = SYSTEM_CLOCK,
  ) {
    this.model = model;
    this.chat = new ChatOpenAI({
      model,
      apiKey: apiKey ?? 'none',
      temperature: SAMPLING.temperature,
      modelKwargs: { seed: SAMPLING.seed },
      maxTokens,
      maxConcurrency: maxInFlight,
      // Tries are counted here: the built-in ones know neither Retry-After nor our limits.
      maxRetries: 0,
      // Longer than the deadline of the fetch, which also covers the body.
      timeout: timeoutMs * 2,
      useResponsesApi: false,
      streaming: false,
      __includeRawResponse: true,
      configuration: { baseURL: baseUrl, fetch: boundedFetch(timeoutMs, apiKey !== undefined), logLevel: 'off' },
    });
  }

  /**
   * The text that the model answers with, unchecked. Passing faults are tried again.
   * @throws LlmError
   */
  async ask(question: Question): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.askOnce(question);
      } catch (error) {
        const fault = toLlmError(error);
        if (!fault.isPassing || attempt >= TRIES) throw fault;
        await this.clock.sleep(this.waitMs(fault, attempt));
      }
    }
  }

  /** @throws LlmError */
  async askOnce({ system, user, schema }: Question): Promise<string> {
    try {
      const message = await this.chat.invoke(
        [
          { role: 'system', content: system },
          { role: 'user', content: user },
        ],
        {
          response_format: {
            type: 'json_schema',
            json_schema: { name: schema.name, strict: true, schema: schema.json },
          },
        },
      );
      return contentOf(message.additional_kwargs['__raw_response']);
    } catch (error) {
      throw toLlmError(error);
    }
  }

  /** As long as the server asks for; else twice as long each time, spread so that callers do not return together. */
  private waitMs({ retryAfterMs }: LlmError, attempt: number): number {
    const backoff = FIRST_WAIT_MS * 2 ** (attempt - 1);
    return Math.min(LONGEST_WAIT_MS, (retryAfterMs ?? backoff) + this.clock.random() * backoff);
  }
}

const completion = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({
          content: z.string().nullish(),
          refusal: z.string().nullish(),
          reasoning_content: z.string().nullish(),
        }),
      }),
    )
    .min(1),
});

function contentOf(raw: unknown): string {
  const parsed = completion.safeParse(raw);
  if (!parsed.success) throw new LlmError('not-openai');
  const { finish_reason: reason, message } = parsed.data.choices[0]!;
  if (message.refusal || reason === 'content_filter') throw new LlmError('refusal');
  // A cut answer may still be valid JSON: whitespace to the limit inside a finished object, a list that lacks its end.
  if (reason === 'length') throw new LlmError('cut-off');
  // Some servers put the whole answer of a reasoning model here.
  const content = openContent(message.content).trim() || message.reasoning_content?.trim();
  if (!content) throw new LlmError('no-answer');
  return content;
}

/** Errors of the libraries, by class: their texts may quote the answer. */
const KIND_OF_CLASS: Partial<Record<string, LlmErrorKind>> = {
  LengthFinishReasonError: 'cut-off',
  ContentFilterFinishReasonError: 'refusal',
  ContextOverflowError: 'too-long',
  TimeoutError: 'timeout',
  AbortError: 'timeout',
  APIConnectionError: 'unreachable',
  SyntaxError: 'not-json',
};

function toLlmError(error: unknown): LlmError {
  if (error instanceof LlmError) return error;
  if (!(error instanceof Error)) return new LlmError('not-openai');
  // What our fetch threw comes back wrapped.
  if (error.cause instanceof LlmError) return error.cause;
  const kind = KIND_OF_CLASS[error.constructor.name] ?? KIND_OF_CLASS[error.name];
  const { status, headers } = error as { status?: unknown; headers?: unknown };
  if (kind !== undefined) return new LlmError(kind);
  if (typeof status !== 'number') return new LlmError('not-openai');
  const retryAfterMs = headers instanceof Headers ? retryAfterOf(headers.get('retry-after')) : undefined;
  return new LlmError(kindOfStatus(status), { status, retryAfterMs });
}

function kindOfStatus(status: number): LlmErrorKind {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 404) return 'unknown-model';
  if (status === 408) return 'timeout';
  if (status === 413) return 'too-long';
  if (status === 429) return 'throttled';
  return status >= 500 ? 'server-error' : 'refused-request';
}

/** Retry-After in seconds (RFC 9110, 10.2.3); its other form, a date, is taken as not said. */
function retryAfterOf(value: string | null): number | undefined {
  return value !== null && /^\d{1,6}$/.test(value.trim()) ? Number(value) * 1000 : undefined;
}
