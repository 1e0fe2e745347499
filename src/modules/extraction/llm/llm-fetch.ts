import { LlmError } from './llm-error.js';

/** No answer to a report is nearly as long; what is longer comes from a loop. */
const MAX_ANSWER_BYTES = 4_000_000;

/**
 * A fetch that ends: the deadline holds to the last byte of the body, the body is capped, and no redirect is followed,
 * since it would carry report text to another server. Without a key, no authorization is sent.
 */
export function boundedFetch(timeoutMs: number, hasKey: boolean): typeof fetch {
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    if (!hasKey) headers.delete('authorization');
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const signal = init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
      const response = await fetch(input, { ...init, headers, signal, redirect: 'error' });
      const body = await readCapped(response);
      return new Response(body, { status: response.status, headers: response.headers });
    } catch (error) {
      if (error instanceof LlmError) throw error;
      throw new LlmError(deadline.aborted ? 'timeout' : 'unreachable');
    }
  };
}

async function readCapped(response: Response): Promise<ArrayBuffer | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the stream.
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) throw new LlmError('cut-off');
    chunks.push(chunk);
  }
  return size === 0 ? null : new Uint8Array(Buffer.concat(chunks)).buffer;
}
