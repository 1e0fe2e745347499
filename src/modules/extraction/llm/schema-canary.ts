import { z } from 'zod';
import type { LlmClient } from './llm-client.js';
import { LlmError } from './llm-error.js';
import { jsonSchemaOf, parseAnswer } from './structured-answer.js';

/** A word that no model would say of itself: only a server that enforces the schema makes it answer so. */
const shape = z.object({ canary: z.enum(['amber-kestrel-41']) });

export type CanaryVerdict =
  | { readonly state: 'ok' }
  /** The server answers, but takes no notice of the schema; its answers could be anything. */
  | { readonly state: 'ignores-schema'; readonly reason: string }
  | { readonly state: 'unavailable'; readonly reason: string };

/** Asks for prose under a schema that allows no prose: some servers answer 200 and drop the schema in silence. */
export async function checkSchemaIsEnforced(client: Pick<LlmClient, 'askOnce'>): Promise<CanaryVerdict> {
  try {
    const content = await client.askOnce({
      system: 'You are a friendly assistant.',
      user: 'Which colour has a clear sky at noon? Answer with one short sentence.',
      schema: { name: 'canary', json: jsonSchemaOf(shape) },
    });
    parseAnswer(content, shape);
    return { state: 'ok' };
  } catch (error) {
    if (!(error instanceof LlmError)) throw error;
    return { state: error.isOfAnswer ? 'ignores-schema' : 'unavailable', reason: error.message };
  }
}
