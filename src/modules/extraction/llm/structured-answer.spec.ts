import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { Question } from './llm-client.js';
import { askForShape, jsonSchemaOf, parseAnswer } from './structured-answer.js';

const shape = z.object({ size: z.string().nullable() });

/** A model that answers by list. */
function model(...answers: string[]) {
  const asked: Question[] = [];
  return {
    asked,
    ask: async (question: Question) => {
      asked.push(question);
      return answers[asked.length - 1]!;
    },
  };
}

describe('askForShape', () => {
  it('takes an answer that fits', async () => {
    const asking = model('{"size": "7 mm"}');
    expect(await askForShape(asking, { system: 's', user: 'u' }, 'lesion', shape)).toEqual({ size: '7 mm' });
    expect(asking.asked[0]!.schema).toEqual({ name: 'lesion', json: jsonSchemaOf(shape) });
  });

  it.each(['7 mm', '{"size": 7}', '[]', '{}', '{"size": "7 mm"'])('asks once more after %s', async (bad) => {
    const asking = model(bad, '{"size": null}');
    expect(await askForShape(asking, { system: 's', user: 'u' }, 'lesion', shape)).toEqual({ size: null });
    expect(asking.asked).toHaveLength(2);
    expect(asking.asked[1]!.user).toContain('"size"');
  });

  it('gives up after the second, without a word of it', async () => {
    const asking = model('canary one', '{"canary": 2}');
    const asked = askForShape(asking, { system: 's', user: 'u' }, 'lesion', shape);
    await expect(asked).rejects.toMatchObject({ kind: 'wrong-shape', message: expect.not.stringContaining('canary') });
    expect(asking.asked).toHaveLength(2);
  });

  it('gives the schema in a form that servers with grammars take', () => {
    const text = JSON.stringify(jsonSchemaOf(shape));
    expect(text).not.toMatch(/\$schema|pattern|\$ref/);
    expect(jsonSchemaOf(shape)).toMatchObject({ required: ['size'], additionalProperties: false });
  });
});

describe('parseAnswer', () => {
  it.each(['```json\n{"size": "1 cm"}\n```', '<think>{a}</think>\n{"size": "1 cm"}', ' {"size": "1 cm"} '])(
    'unwraps %j',
    (content) => expect(parseAnswer(content, shape)).toEqual({ size: '1 cm' }),
  );

  it('refuses what nests without measure', () => {
    expect(() => parseAnswer('['.repeat(100_000), shape)).toThrow('does not follow the schema');
  });
});
