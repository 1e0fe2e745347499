import { ConfigError, type ExtractionConfig } from '../../../config/config.js';
import { LlmClient } from './llm-client.js';
import { llmEngine, RULES, type ReportEngine } from './report-engine.js';
import { checkSchemaIsEnforced } from './schema-canary.js';

/** A remark for the log or the person at the command line; holds no patient data. */
export interface Remark {
  readonly level: 'log' | 'warn' | 'error';
  readonly text: string;
}

export interface StartedEngine {
  readonly engine: ReportEngine;
  readonly remark: Remark;
}

/** Longer, and the start would hang on a model that is loading. */
const CANARY_TIMEOUT_MS = 30_000;

/**
 * The engine that the settings ask for, after a look at whether the server keeps to schemas. Without a model, or with a
 * server that does not, `hybrid` becomes `rules`, key and all, so that nothing is stored as more than it is. A server
 * that is merely away changes nothing: reports wait for it.
 * @throws ConfigError for `llm` on a server that ignores schemas
 */
export async function startEngine({ engine, llm }: ExtractionConfig): Promise<StartedEngine> {
  if (engine === 'rules') return { engine: RULES, remark: { level: 'log', text: 'Reports are read by rules alone.' } };
  if (llm === null) {
    const text = 'EXTRACTION_ENGINE=hybrid without LLM_BASE_URL: reports are read by rules alone.';
    return { engine: RULES, remark: { level: 'warn', text } };
  }
  const canary = new LlmClient({ ...llm, timeoutMs: Math.min(llm.timeoutMs, CANARY_TIMEOUT_MS), maxTokens: 64 });
  const verdict = await checkSchemaIsEnforced(canary);
  if (verdict.state === 'ignores-schema') {
    const problem = `The server of LLM_BASE_URL does not keep to the JSON schema that it is sent. ${verdict.reason}`;
    // Whatever it says would be taken for what a report says.
    if (engine === 'llm') throw new ConfigError([`${problem} EXTRACTION_ENGINE=llm cannot run on it.`]);
    return { engine: RULES, remark: { level: 'error', text: `${problem} Reports are read by rules alone.` } };
  }
  const started = llmEngine(engine, new LlmClient(llm));
  if (verdict.state === 'unavailable') {
    const text = `${verdict.reason} Reports wait until it answers (EXTRACTION_ENGINE=${engine}).`;
    return { engine: started, remark: { level: 'error', text } };
  }
  const readers = engine === 'llm' ? 'a language model alone' : 'rules and a language model together';
  return { engine: started, remark: { level: 'log', text: `Reports are read by ${readers}.` } };
}
