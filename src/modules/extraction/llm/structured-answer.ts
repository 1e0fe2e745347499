import { z } from 'zod';
import type { LlmClient, Question } from './llm-client.js';
import { LlmError } from './llm-error.js';

/** Deeper than any schema here; parsing and checking deeper ones would cost stack for nothing. */
const MAX_DEPTH = 32;

/** The JSON form of a schema, as servers with constrained decoding take it. */
export function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  const json = { ...z.toJSONSchema(schema) } as Record<string, unknown>;
  // The name of the dialect; some servers refuse it.
  delete json['$schema'];
  return json;
}

/**
 * Asks for an answer of a given shape and checks it, whatever the server promises. One answer that does not fit is sent
 * back with what is wrong, not with its words; a second one is given up.
 * @throws LlmError
 */
export async function askForShape<T>(
  client: Pick<LlmClient, 'ask'>,
  question: Omit<Question, 'schema'>,
  name: string,
  shape: z.ZodType<T>,
): Promise<T> {
  const schema = { name, json: jsonSchemaOf(shape) };
  try {
    return parseAnswer(await client.ask({ ...question, schema }), shape);
  } catch (error) {
    if (!(error instanceof LlmError) || (error.kind !== 'not-json' && error.kind !== 'wrong-shape')) throw error;
    const complaint = `${error.message} Answer again with one JSON object of this schema and nothing else:`;
    const user = `${question.user}\n\n${complaint}\n${JSON.stringify(schema.json)}`;
    return parseAnswer(await client.ask({ ...question, user, schema }), shape);
  }
}

/** @throws LlmError */
export function parseAnswer<T>(content: string, shape: z.ZodType<T>): T {
  const parsed = shape.safeParse(parseJson(content));
  if (!parsed.success) throw new LlmError('wrong-shape');
  return parsed.data;
}

/** Models without constraint wrap their JSON in a code fence, or think aloud before it. */
function parseJson(content: string): unknown {
  const bare = content
    .replace(/^[^]*<\/think>/, '')
    .replace(/^\s*```(?:json)?\s*\n?/, '')
    .replace(/\n?\s*```\s*$/, '');
  if (depthOf(bare) > MAX_DEPTH) throw new LlmError('wrong-shape');
  try {
    return JSON.parse(bare);
  } catch {
    throw new LlmError('not-json');
  }
}

/** Brackets inside strings count as well: that errs on the safe side. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const sign of text) {
    if (sign === '[' || sign === '{') deepest = Math.max(deepest, ++depth);
    else if (sign === ']' || sign === '}') depth--;
  }
  return deepest;
}
