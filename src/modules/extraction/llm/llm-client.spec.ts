import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type ChatReply,
  type OpenAiServer,
  startOpenAiServer,
} from '../../../../test/fixtures/servers/openai-server.js';
import { LlmClient, type LlmSettings, type Question } from './llm-client.js';
import { LlmError } from './llm-error.js';

/** Stands for words of a patient: it must never be in an error. */
const SECRET = 'Mr Canary, 4 May';

const question: Question = {
  system: 'Be brief.',
  user: SECRET,
  schema: { name: 'thing', json: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] } },
};

let server: OpenAiServer;
let waitsMs: number[];

beforeEach(async () => {
  server = await startOpenAiServer(() => ({ content: { a: 'b' } }));
  waitsMs = [];
});
afterEach(() => server.stop());

const client = (settings: Partial<LlmSettings> = {}) =>
  new LlmClient(
    {
      baseUrl: server.baseUrl,
      model: 'm',
      apiKey: undefined,
      timeoutMs: 5000,
      maxTokens: 100,
      maxInFlight: 4,
      ...settings,
    },
    {
      sleep: async (ms) => void waitsMs.push(ms),
      random: () => 0.5,
    },
  );

async function errorOf(asked: Promise<unknown>): Promise<LlmError> {
  const error = await asked.then(
    () => new Error('was answered'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof LlmError)) throw error;
  expect(`${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain('Canary');
  return error;
}

/** Answers by these replies, the last one again and again. */
const replies = (...list: ChatReply[]) => {
  server.script = (_request, index) => list[Math.min(index, list.length - 1)]!;
};

describe('LlmClient', () => {
  it('asks with the schema, without tools, in a way that can be repeated', async () => {
    expect(await client().ask(question)).toBe('{"a":"b"}');
    const { body, headers } = server.requests[0]!;
    expect(body).toMatchObject({
      model: 'm',
      temperature: 0,
      seed: 1,
      max_tokens: 100,
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'thing', strict: true, schema: question.schema.json },
      },
    });
    expect(body.tools).toBeUndefined();
    expect(body.messages.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(headers.authorization).toBeUndefined();
  });

  it('sends the key where there is one', async () => {
    await client({ apiKey: 'k' }).ask(question);
    expect(server.requests[0]!.headers.authorization).toBe('Bearer k');
  });

  it('takes the answer that a server puts into reasoning_content', async () => {
    replies({ reasoning: '{"a":"c"}' });
    expect(await client().ask(question)).toBe('{"a":"c"}');
  });

  it.each(['', 'The sky is blue.', '```json\n{"a": "b"}\n```', '{"a": "b"', '"quoted"'])(
    'leaves it to others to judge what the content says: %j',
    async (content) => {
      replies({ choices: [{ index: 0, message: { role: 'assistant', content, reasoning_content: 'thinking' } }] });
      expect(await client().ask(question)).toBe(content === '' ? 'thinking' : content);
    },
  );

  it.each<[ChatReply, string]>([
    [{ content: { a: SECRET }, finishReason: 'length' }, 'cut-off'],
    [{ content: `{"a": "${SECRET}`, finishReason: 'length' }, 'cut-off'],
    [{ content: `{"a": "x"}${' '.repeat(500)}`, finishReason: 'length' }, 'cut-off'],
    [{ content: SECRET, finishReason: 'content_filter' }, 'refusal'],
    [{ refusal: `I cannot speak of ${SECRET}` }, 'refusal'],
    [{ content: '' }, 'no-answer'],
    [{ content: ' \n ' }, 'no-answer'],
    [{ choices: [] }, 'not-openai'],
    [{ choices: [{ index: 0 }] }, 'not-openai'],
    [{ fault: 'html' }, 'not-openai'],
    [{ fault: 'flood' }, 'cut-off'],
    [{ status: 400, body: JSON.stringify({ error: { message: `bad: ${SECRET}` } }) }, 'refused-request'],
    [
      { status: 400, body: '{"error": {"code": "context_length_exceeded", "message": "context_length_exceeded"}}' },
      'too-long',
    ],
    [{ status: 401 }, 'unauthorized'],
    [{ status: 403 }, 'unauthorized'],
    [{ status: 404 }, 'unknown-model'],
    [{ status: 413 }, 'too-long'],
    [{ status: 422 }, 'refused-request'],
  ])('gives up at once on %j', async (reply, kind) => {
    replies(reply);
    expect((await errorOf(client().ask(question))).kind).toBe(kind);
    expect(server.requests).toHaveLength(1);
  });

  it.each<[ChatReply, string]>([
    [{ status: 429, body: JSON.stringify({ error: { message: SECRET } }) }, 'throttled'],
    [{ status: 500, body: SECRET }, 'server-error'],
    [{ status: 503 }, 'server-error'],
    [{ fault: 'reset' }, 'unreachable'],
    [{ fault: 'cut' }, 'unreachable'],
    [{ fault: 'redirect' }, 'unreachable'],
  ])('tries three times on %j', async (reply, kind) => {
    replies(reply);
    expect((await errorOf(client().ask(question))).kind).toBe(kind);
    expect(server.requests).toHaveLength(3);
    expect(waitsMs).toEqual([750, 1500]);
  });

  it('goes on when the fault has passed', async () => {
    replies({ status: 503 }, { fault: 'reset' }, { content: { a: 'b' } });
    expect(await client().ask(question)).toBe('{"a":"b"}');
  });

  it('waits as long as Retry-After says, and not for ever', async () => {
    replies(
      { status: 429, headers: { 'retry-after': '7' } },
      { status: 503, headers: { 'retry-after': '90000' } },
      { content: '{}' },
    );
    await client().ask(question);
    expect(waitsMs).toEqual([7250, 60_000]);
  });

  it.each(['hang', 'stall'] as const)('ends a call that hangs (%s), and does not repeat it', async (fault) => {
    replies({ fault });
    expect((await errorOf(client({ timeoutMs: 300 }).ask(question))).kind).toBe('timeout');
    expect(server.requests).toHaveLength(1);
  });

  it('names the server that is not there', async () => {
    const gone = client({ baseUrl: 'http://127.0.0.1:9/v1' });
    expect((await errorOf(gone.ask(question))).kind).toBe('unreachable');
  });

  it('keeps to the number of requests in flight', async () => {
    server.script = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { content: '{}' };
    };
    const asking = client({ maxInFlight: 2 });
    await Promise.all(Array.from({ length: 8 }, () => asking.ask(question)));
    expect(server.requests).toHaveLength(8);
    expect(server.mostInFlight()).toBe(2);
  });
});
