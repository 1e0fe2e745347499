import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type OpenAiServer, startOpenAiServer } from '../../../../test/fixtures/servers/openai-server.js';
import { ConfigError, parseExtractionConfig } from '../../../config/config.js';
import { startEngine } from './start-engine.js';

let careful: OpenAiServer;
let careless: OpenAiServer;

beforeEach(async () => {
  careful = await startOpenAiServer(() => ({ content: '{}' }));
  careless = await startOpenAiServer(() => ({ content: 'The sky is blue.' }), { ignoresSchema: true });
});
afterEach(async () => {
  await careful.stop();
  await careless.stop();
});

const start = (engine: string, baseUrl = '') =>
  startEngine(parseExtractionConfig({ EXTRACTION_ENGINE: engine, LLM_BASE_URL: baseUrl, LLM_MODEL: 'm' }));

describe('startEngine', () => {
  it('takes rules alone, and asks nobody', async () => {
    const { engine, remark } = await start('rules', careful.baseUrl);
    expect(engine.name).toBe('rules');
    expect(remark.level).toBe('log');
  });

  it('says that hybrid without a model is rules alone', async () => {
    const { engine, remark } = await start('hybrid');
    expect(engine.name).toBe('rules');
    expect(remark).toMatchObject({ level: 'warn', text: expect.stringContaining('rules alone') });
  });

  it.each(['llm', 'hybrid'])('starts %s on a server that keeps to the schema', async (name) => {
    const { engine, remark } = await start(name, careful.baseUrl);
    expect(engine.name).toBe(name);
    expect(remark.level).toBe('log');
  });

  it('refuses llm on a server that ignores the schema', async () => {
    await expect(start('llm', careless.baseUrl)).rejects.toThrow(ConfigError);
    await expect(start('llm', careless.baseUrl)).rejects.toThrow(/does not keep to the JSON schema/);
  });

  it('goes on with rules, and under their name, where hybrid meets such a server', async () => {
    const { engine, remark } = await start('hybrid', careless.baseUrl);
    expect(engine.name).toBe('rules');
    expect(engine.keys).toEqual((await start('rules')).engine.keys);
    expect(remark).toMatchObject({ level: 'error', text: expect.stringMatching(/schema.*rules alone/) });
  });

  it.each([
    { status: 400 },
    { content: {} },
    { content: { canary: 'blue' } },
    { content: '{"canary":', finishReason: 'length' },
  ])('takes %j for ignoring the schema', async (reply) => {
    careless.script = () => reply;
    expect((await start('hybrid', careless.baseUrl)).engine.name).toBe('rules');
  });

  it.each([{ status: 503 }, { status: 401 }, { fault: 'reset' as const }])(
    'keeps the engine where the server is merely away: %j',
    async (reply) => {
      careless.script = () => reply;
      const { engine, remark } = await start('hybrid', careless.baseUrl);
      expect(engine.name).toBe('hybrid');
      expect(remark).toMatchObject({ level: 'error', text: expect.stringContaining('wait') });
    },
  );
});
