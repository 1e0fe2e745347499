import { describe, expect, it } from '@jest/globals';
import { ConfigError, parseConfig, parseExtractionConfig } from './config.js';

const usable = { FHIR_BASE_URL: 'http://127.0.0.1:8080/fhir/', DICOMWEB_BASE_URL: 'http://127.0.0.1:8042/dicom-web' };

const withLlm = { EXTRACTION_ENGINE: 'hybrid', LLM_BASE_URL: 'http://127.0.0.1:8000/v1/', LLM_MODEL: 'm' };

const problemsOf = (environment: Record<string, string>): string => {
  try {
    parseConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
  }
  throw new Error('was accepted');
};

describe('parseConfig', () => {
  it('takes the two URLs alone and fills in the rest', () => {
    const config = parseConfig(usable);
    expect(config.fhir.baseUrl).toBe('http://127.0.0.1:8080/fhir');
    expect(config.dicomweb.stowUrl).toBe('http://127.0.0.1:8042/dicom-web');
    expect(config).toMatchObject({ host: '127.0.0.1', port: 3000, pacs: { maxInFlight: 4 }, patientIdSystems: {} });
  });

  it('treats an empty value as none', () => {
    expect(parseConfig({ ...usable, PORT: '', DATABASE_URL: '' })).toMatchObject({
      port: 3000,
      databaseUrl: undefined,
    });
  });

  it.each([
    [{ DICOMWEB_BASE_URL: 'http://h/dicom-web' }, 'FHIR_BASE_URL is missing'],
    [{ FHIR_BASE_URL: 'http://h/fhir' }, 'DICOMWEB_QIDO_URL is missing'],
    [{ ...usable, FHIR_BASE_URL: 'ftp://h' }, 'FHIR_BASE_URL must be an http(s) URL'],
    [{ ...usable, PORT: 'http' }, 'PORT is not valid'],
    [{ ...usable, PATIENT_ID_SYSTEMS: '["a"]' }, 'PATIENT_ID_SYSTEMS must be a JSON object'],
    [{ ...usable, PACS_WINDOW: '22-6' }, 'PACS_WINDOW'],
    [{ ...usable, NIGHTLY_CRON: 'at night' }, 'NIGHTLY_CRON must be a cron expression'],
    [{ ...usable, NIGHTLY_TIME_ZONE: 'Mars' }, 'NIGHTLY_TIME_ZONE must be'],
    [{ ...usable, FHIR_AUTH: 'bearer' }, 'FHIR_TOKEN is missing'],
    [{ ...usable, DICOMWEB_AUTH: 'basic' }, 'DICOMWEB_USERNAME is missing'],
    [{ ...usable, LABEL_REMOVAL: 'delete' }, 'ORTHANC_URL is missing'],
    [{ ...usable, LABEL_REMOVAL: 'burn' }, 'LABEL_REMOVAL is not valid'],
    [{ ...usable, EXTRACTION_ENGINE: 'llm', LLM_MODEL: 'm' }, 'LLM_BASE_URL is missing'],
    [{ ...usable, EXTRACTION_ENGINE: 'llm', LLM_BASE_URL: 'http://h/v1' }, 'LLM_MODEL is missing'],
    [{ ...usable, EXTRACTION_ENGINE: 'hybrid', LLM_BASE_URL: 'http://h/v1' }, 'LLM_MODEL is missing'],
    [{ ...usable, ...withLlm, LANGCHAIN_TRACING_V2: 'true' }, 'LANGCHAIN_TRACING_V2 must not be true'],
    [{ ...usable, HOST: '0.0.0.0' }, 'API_KEYS or OIDC_ISSUER is missing'],
    [
      { ...usable, FHIR_AUTH: 'smart-backend', FHIR_CLIENT_ID: 'c', FHIR_PRIVATE_KEY_FILE: '/no/such/file' },
      'FHIR_PRIVATE_KEY_FILE',
    ],
  ])('names the variable that is wrong: %j', (environment, problem) => {
    expect(problemsOf(environment)).toContain(problem);
  });

  it('never repeats a value', () => {
    const message = problemsOf({ ...usable, FHIR_BASE_URL: 'hunter2', PATIENT_ID_SYSTEMS: 'hunter2', PORT: 'hunter2' });
    expect(message).toMatch(/FHIR_BASE_URL[^]*PORT|PORT[^]*FHIR_BASE_URL/);
    expect(message).not.toContain('hunter2');
  });

  it('reads the window in minutes of the day', () => {
    expect(parseConfig({ ...usable, PACS_WINDOW: '22:30-06:00' }).pacs.window).toEqual({
      fromMinute: 1350,
      toMinute: 360,
    });
  });

  it('asks no model unless one is configured and wanted', () => {
    expect(parseConfig(usable).extraction).toEqual({ engine: 'rules', llm: null });
    expect(parseConfig({ ...usable, ...withLlm, EXTRACTION_ENGINE: 'rules' }).extraction.llm).toBeNull();
    expect(parseConfig({ ...usable, EXTRACTION_ENGINE: 'hybrid' }).extraction).toEqual({ engine: 'hybrid', llm: null });
    expect(parseConfig({ ...usable, ...withLlm }).extraction.llm).toEqual({
      baseUrl: 'http://127.0.0.1:8000/v1',
      model: 'm',
      apiKey: undefined,
      timeoutMs: 120_000,
      maxTokens: 4096,
      maxInFlight: 4,
    });
  });

  it('gives the settings of extraction alone, without servers', () => {
    expect(parseExtractionConfig(withLlm).llm?.model).toBe('m');
    expect(() => parseExtractionConfig({ EXTRACTION_ENGINE: 'llm' })).toThrow('LLM_BASE_URL is missing');
  });
});
