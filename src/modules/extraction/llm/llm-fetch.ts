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
      const body = sealContent(Buffer.concat(await readCapped(response)).toString('utf8'));
      return new Response(body === '' ? null : body, { status: response.status, headers: response.headers });
    } catch (error) {
      if (error instanceof LlmError) throw error;
      throw new LlmError(deadline.aborted ? 'timeout' : 'unreachable');
    }
  };
}

async function readCapped(response: Response): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the stream.
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) throw new LlmError('cut-off');
    chunks.push(chunk);
  }
  return chunks;
}

/**
 * The library below parses the content as JSON and drops what is none: an empty one beside a reasoning_content, JSON in
 * a code fence. Put into a JSON string, every content comes through as it is; `openContent` takes it out again.
 */
function sealContent(body: string): string {
  try {
    const completion = JSON.parse(body) as { choices: { message: { content: unknown } }[] };
    for (const { message } of completion.choices)
      if (typeof message.content === 'string') message.content = JSON.stringify(message.content);
    return JSON.stringify(completion);
  } catch {
    return body;
  }
}

export const openContent = (sealed: string | null | undefined): string =>
  typeof sealed === 'string' ? String(JSON.parse(sealed)) : '';
