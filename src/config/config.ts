import { validateCronExpression } from 'cron';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * The environment, parsed once into a typed object. A wrong or missing value stops the start with the name of the
 * variable, never its value: values may be secrets.
 */

const text = z.string().trim().min(1);
const url = text
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), 'must be an http(s) URL')
  .transform((value) => value.replace(/\/+$/, ''));
const wholeNumber = (fallback: number, min: number, max: number) =>
  z.coerce.number('must be a number').int('must be a whole number').min(min).max(max).default(fallback);
const secret = text.optional();

function isTimeZone(value: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}

const patientIdSystems = z
  .string()
  .default('{}')
  .transform((value, context) => {
    try {
      return z.record(z.string().min(1), z.string()).parse(JSON.parse(value));
    } catch {
      context.addIssue({
        code: 'custom',
        message: 'must be a JSON object of identifier system → IssuerOfPatientID, such as {"http://h.example/mrn": ""}',
      });
      return z.NEVER;
    }
  });

const timeWindow = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'must look like 22:00-06:00')
  .transform((value) => {
    const [from, to] = value.split('-').map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)));
    return { fromMinute: from!, toMinute: to! };
  })
  .optional();

/** How reports are read; also parsed alone, by commands that need neither servers nor a database. */
const extractionShape = {
  EXTRACTION_ENGINE: z.enum(['rules', 'llm', 'hybrid']).default('rules'),
  LLM_BASE_URL: url.optional(),
  LLM_MODEL: text.optional(),
  LLM_API_KEY: secret,
  // Node's fetch waits for an answer to begin for five minutes at most.
  LLM_TIMEOUT_SECONDS: wholeNumber(120, 1, 295),
  LLM_MAX_TOKENS: wholeNumber(4096, 64, 131_072),
  LLM_MAX_IN_FLIGHT: wholeNumber(4, 1, 256),
  LANGSMITH_TRACING: text.optional(),
  LANGSMITH_TRACING_V2: text.optional(),
  LANGCHAIN_TRACING: text.optional(),
  LANGCHAIN_TRACING_V2: text.optional(),
};
const extractionSchema = z.object(extractionShape);

const environmentSchema = z.object({
  HOST: text.default('127.0.0.1'),
  PORT: wholeNumber(3000, 0, 65535),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  DATABASE_URL: text.optional(),
  DATA_DIR: text.default('var'),

  FHIR_BASE_URL: url,
  FHIR_AUTH: z.enum(['none', 'bearer', 'client-credentials', 'smart-backend']).default('none'),
  FHIR_TOKEN: secret,
  FHIR_TOKEN_URL: url.optional(),
  FHIR_CLIENT_ID: text.optional(),
  FHIR_CLIENT_SECRET: secret,
  FHIR_SCOPE: text.optional(),
  FHIR_PRIVATE_KEY_FILE: text.optional(),
  FHIR_KEY_ID: text.optional(),
  FHIR_REPORT_QUERY: z.string().default(''),
  FHIR_PAGE_SIZE: wholeNumber(100, 1, 1000),
  FHIR_OVERLAP_MINUTES: wholeNumber(15, 0, 10_080),
  FHIR_TIMEOUT_SECONDS: wholeNumber(30, 1, 600),
  FHIR_WRITE_BACK: z.enum(['off', 'on']).default('off'),

  DICOMWEB_BASE_URL: url.optional(),
  DICOMWEB_QIDO_URL: url.optional(),
  DICOMWEB_WADO_URL: url.optional(),
  DICOMWEB_STOW_URL: url.optional(),
  DICOMWEB_AUTH: z.enum(['none', 'basic', 'bearer']).default('none'),
  DICOMWEB_USERNAME: text.optional(),
  DICOMWEB_PASSWORD: secret,
  DICOMWEB_TOKEN: secret,
  DICOMWEB_TIMEOUT_SECONDS: wholeNumber(60, 1, 3600),

  PATIENT_ID_SYSTEMS: patientIdSystems,
  PACS_MAX_IN_FLIGHT: wholeNumber(4, 1, 64),
  PACS_WINDOW: timeWindow,
  NIGHTLY_CRON: text
    .refine((value) => validateCronExpression(value).valid, 'must be a cron expression')
    .default('0 2 * * *'),
  NIGHTLY_TIME_ZONE: text.refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin').optional(),

  ...extractionShape,

  MR_WINDOW_DAYS: wholeNumber(365, 1, 3650),
  TARGET_MAX_DISTANCE_MM: wholeNumber(100, 1, 1000),
  SEG_SERIES_NUMBER: wholeNumber(9001, 1, 2_147_483_647),
  LABEL_SEND_ATTEMPTS: wholeNumber(20, 1, 10_000),
  LABEL_SEND_DAYS: wholeNumber(7, 1, 3650),
  LABEL_REMOVAL: z.enum(['keep', 'reject', 'delete']).default('keep'),
  ORTHANC_URL: url.optional(),

  VIEWER_URL_TEMPLATE: text.optional(),
  API_KEYS: z
    .string()
    .default('')
    .transform((value) =>
      value
        .split(',')
        .map((key) => key.trim())
        .filter(Boolean),
    ),
  OIDC_ISSUER: url.optional(),
  OIDC_AUDIENCE: text.optional(),
});

const READ = 'system/*.read';
const READ_AND_WRITE = `${READ} system/Observation.write system/Provenance.write`;

type Environment = z.infer<typeof environmentSchema>;

/** Thrown at the start; each line names a variable and what it must hold. */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    super(`The configuration is not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);
export const isLoopback = (host: string) => LOOPBACK.has(host.replace(/^\[|\]$/g, ''));

/** What one variable requires of another. */
function missingCompanions(env: Environment): string[] {
  const needs = (when: boolean, name: keyof Environment, why: string) =>
    when && env[name] === undefined ? [`${name} is missing: ${why}`] : [];
  const fhir = env.FHIR_AUTH;
  return [
    ...needs(fhir === 'bearer', 'FHIR_TOKEN', 'FHIR_AUTH=bearer needs it'),
    ...needs(fhir === 'client-credentials', 'FHIR_TOKEN_URL', 'FHIR_AUTH=client-credentials needs it'),
    ...needs(fhir === 'client-credentials', 'FHIR_CLIENT_SECRET', 'FHIR_AUTH=client-credentials needs it'),
    ...needs(fhir === 'client-credentials' || fhir === 'smart-backend', 'FHIR_CLIENT_ID', `FHIR_AUTH=${fhir} needs it`),
    ...needs(fhir === 'smart-backend', 'FHIR_PRIVATE_KEY_FILE', 'FHIR_AUTH=smart-backend needs it'),
    ...(['QIDO', 'WADO', 'STOW'] as const).flatMap((service) =>
      needs(
        env.DICOMWEB_BASE_URL === undefined,
        `DICOMWEB_${service}_URL`,
        'set DICOMWEB_BASE_URL, or all three of DICOMWEB_QIDO_URL, DICOMWEB_WADO_URL, DICOMWEB_STOW_URL',
      ),
    ),
    ...needs(env.DICOMWEB_AUTH === 'basic', 'DICOMWEB_USERNAME', 'DICOMWEB_AUTH=basic needs it'),
    ...needs(env.DICOMWEB_AUTH === 'basic', 'DICOMWEB_PASSWORD', 'DICOMWEB_AUTH=basic needs it'),
    ...needs(env.DICOMWEB_AUTH === 'bearer', 'DICOMWEB_TOKEN', 'DICOMWEB_AUTH=bearer needs it'),
    ...needs(env.LABEL_REMOVAL === 'delete', 'ORTHANC_URL', 'LABEL_REMOVAL=delete needs Orthanc’s REST API'),
    ...(env.API_KEYS.length === 0 && env.OIDC_ISSUER === undefined && !isLoopback(env.HOST)
      ? ['API_KEYS or OIDC_ISSUER is missing: without it the service only listens on a loopback HOST']
      : []),
    ...needs(env.OIDC_ISSUER !== undefined, 'OIDC_AUDIENCE', 'tokens are only accepted for this audience'),
    ...missingForExtraction(env),
  ];
}

function missingForExtraction(env: z.infer<typeof extractionSchema>): string[] {
  const { EXTRACTION_ENGINE: engine, LLM_BASE_URL: url, LLM_MODEL: model } = env;
  const asks = engine !== 'rules' && (url !== undefined || engine === 'llm');
  const traced = (
    ['LANGSMITH_TRACING', 'LANGSMITH_TRACING_V2', 'LANGCHAIN_TRACING', 'LANGCHAIN_TRACING_V2'] as const
  ).filter((name) => env[name] === 'true');
  return [
    ...(engine === 'llm' && url === undefined ? ['LLM_BASE_URL is missing: EXTRACTION_ENGINE=llm needs it'] : []),
    ...(asks && model === undefined ? [`LLM_MODEL is missing: EXTRACTION_ENGINE=${engine} needs it`] : []),
    ...(asks
      ? traced.map((name) => `${name} must not be true: it would send the text of reports to another service`)
      : []),
  ];
}

function toExtraction(env: z.infer<typeof extractionSchema>) {
  const { LLM_BASE_URL: baseUrl, LLM_MODEL: model } = env;
  return {
    engine: env.EXTRACTION_ENGINE,
    /** Null where no model is to be asked: by choice, or because none is configured. */
    llm:
      env.EXTRACTION_ENGINE === 'rules' || baseUrl === undefined || model === undefined
        ? null
        : {
            baseUrl,
            model,
            apiKey: env.LLM_API_KEY,
            timeoutMs: env.LLM_TIMEOUT_SECONDS * 1000,
            maxTokens: env.LLM_MAX_TOKENS,
            maxInFlight: env.LLM_MAX_IN_FLIGHT,
          },
  };
}

export type ExtractionConfig = ReturnType<typeof toExtraction>;

/**
 * How reports are read, and nothing else of the environment.
 * @throws ConfigError that names every variable at fault
 */
export function parseExtractionConfig(environment: Record<string, string | undefined>): ExtractionConfig {
  const parsed = extractionSchema.safeParse(withoutEmpty(environment));
  if (!parsed.success) throw new ConfigError(describeIssues(parsed.error));
  const problems = missingForExtraction(parsed.data);
  if (problems.length > 0) throw new ConfigError(problems);
  return toExtraction(parsed.data);
}

/** An empty value means the same as none: that is how compose files and shells unset a variable. */
const withoutEmpty = (environment: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));

/** Problems of single variables, by name; never with the value. */
function describeIssues(error: z.ZodError): string[] {
  return error.issues.map((issue) => {
    const name = String(issue.path[0]);
    const missing = issue.code === 'invalid_type' && issue.message.includes('undefined');
    return missing
      ? `${name} is missing`
      : `${name} ${issue.code === 'custom' ? issue.message : `is not valid (${issue.message})`}`;
  });
}

function privateKeyOf(env: Environment): string | undefined {
  if (env.FHIR_PRIVATE_KEY_FILE === undefined) return undefined;
  try {
    return readFileSync(env.FHIR_PRIVATE_KEY_FILE, 'utf8');
  } catch {
    throw new ConfigError(['FHIR_PRIVATE_KEY_FILE names a file that cannot be read']);
  }
}

/** @throws ConfigError that names every variable at fault. */
export function parseConfig(environment: Record<string, string | undefined>) {
  const parsed = environmentSchema.safeParse(withoutEmpty(environment));
  if (!parsed.success) throw new ConfigError(describeIssues(parsed.error));
  const env = parsed.data;
  const problems = missingCompanions(env);
  if (problems.length > 0) throw new ConfigError(problems);

  return {
    host: env.HOST,
    port: env.PORT,
    logLevel: env.LOG_LEVEL,
    databaseUrl: env.DATABASE_URL,
    dataDir: env.DATA_DIR,
    fhir: {
      baseUrl: env.FHIR_BASE_URL,
      auth: env.FHIR_AUTH,
      token: env.FHIR_TOKEN,
      tokenUrl: env.FHIR_TOKEN_URL,
      clientId: env.FHIR_CLIENT_ID,
      clientSecret: env.FHIR_CLIENT_SECRET,
      scope: env.FHIR_SCOPE ?? (env.FHIR_WRITE_BACK === 'on' ? READ_AND_WRITE : READ),
      privateKey: privateKeyOf(env),
      keyId: env.FHIR_KEY_ID,
      reportQuery: env.FHIR_REPORT_QUERY,
      pageSize: env.FHIR_PAGE_SIZE,
      overlapMs: env.FHIR_OVERLAP_MINUTES * 60_000,
      timeoutMs: env.FHIR_TIMEOUT_SECONDS * 1000,
      writesBack: env.FHIR_WRITE_BACK === 'on',
    },
    dicomweb: {
      qidoUrl: env.DICOMWEB_QIDO_URL ?? env.DICOMWEB_BASE_URL!,
      wadoUrl: env.DICOMWEB_WADO_URL ?? env.DICOMWEB_BASE_URL!,
      stowUrl: env.DICOMWEB_STOW_URL ?? env.DICOMWEB_BASE_URL!,
      auth: env.DICOMWEB_AUTH,
      username: env.DICOMWEB_USERNAME,
      password: env.DICOMWEB_PASSWORD,
      token: env.DICOMWEB_TOKEN,
      timeoutMs: env.DICOMWEB_TIMEOUT_SECONDS * 1000,
    },
    pacs: { maxInFlight: env.PACS_MAX_IN_FLIGHT, window: env.PACS_WINDOW },
    patientIdSystems: env.PATIENT_ID_SYSTEMS,
    nightly: { cron: env.NIGHTLY_CRON, timeZone: env.NIGHTLY_TIME_ZONE },
    extraction: toExtraction(env),
    matching: { mrWindowDays: env.MR_WINDOW_DAYS },
    labels: { targetMaxDistanceMm: env.TARGET_MAX_DISTANCE_MM, seriesNumber: env.SEG_SERIES_NUMBER },
    outbox: {
      maxTries: env.LABEL_SEND_ATTEMPTS,
      giveUpAfterMs: env.LABEL_SEND_DAYS * 86_400_000,
      /** What becomes of the object of a superseded or retracted label in the PACS. */
      removal: env.LABEL_REMOVAL,
      orthancUrl: env.ORTHANC_URL,
    },
    viewerUrlTemplate: env.VIEWER_URL_TEMPLATE,
    auth: { apiKeys: env.API_KEYS, oidcIssuer: env.OIDC_ISSUER, oidcAudience: env.OIDC_AUDIENCE },
  };
}

export type Config = ReturnType<typeof parseConfig>;
