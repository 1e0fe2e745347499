import { DataSource } from 'typeorm';
import type { Command } from '../cli/command.js';
import { type Config, ConfigError, parseConfig } from '../../config/config.js';
import { authorizationOf } from '../../modules/dicomweb/auth.js';
import { authOf } from '../../modules/dicomweb/dicomweb.module.js';
import { PacsClient } from '../../modules/dicomweb/dicomweb-client.js';
import { LocalGate } from '../../modules/dicomweb/request-gate.js';
import { fhirAuth } from '../../modules/ingest/fhir/fhir-auth.js';
import { FhirClient } from '../../modules/ingest/fhir/fhir-client.js';
import { startEngine } from '../../modules/extraction/llm/start-engine.js';
import { FhirError } from '../../modules/ingest/fhir/fhir-error.js';
import { dataSourceOptions } from '../database/data-source.js';
import { DatabaseServer } from '../database/database.module.js';

interface Finding {
  name: string;
  verdict: 'ok' | 'warning' | 'wrong';
  text: string;
}

export const doctorCommand: Command = {
  usage: 'doctor',
  summary: 'checks configuration, database, FHIR, DICOMweb, storage mode and LLM; exit 1 if something is wrong',
  options: {},
  async run({ write }) {
    let isWrong = false;
    for await (const { name, verdict, text } of findings()) {
      isWrong ||= verdict === 'wrong';
      await write(`${verdict.padEnd(8)} ${name.padEnd(14)} ${text}\n`);
    }
    return isWrong ? 1 : 0;
  },
};

async function* findings(): AsyncGenerator<Finding> {
  let config: Config;
  try {
    config = parseConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const text of error.problems) yield { name: 'configuration', verdict: 'wrong', text };
    return;
  }
  yield { name: 'configuration', verdict: 'ok', text: 'complete' };
  if (Object.keys(config.patientIdSystems).length === 0) {
    const text =
      'PATIENT_ID_SYSTEMS is empty: medical record numbers (type MR) of any system are taken, without issuer; set it ' +
      'where several systems give numbers, since a number that two of them gave is nobody’s';
    yield { name: 'identity', verdict: 'warning', text };
  }
  yield* database(config);
  yield await fhir(config);
  yield await dicomweb(config);
  yield await storageMode(config);
  yield await llm(config);
}

async function* database(config: Config): AsyncGenerator<Finding> {
  const server = new DatabaseServer(config);
  try {
    const source = await new DataSource(dataSourceOptions(await server.url())).initialize();
    const isPending = await source.showMigrations();
    const kind = config.databaseUrl ? 'answers' : 'embedded Postgres answers';
    yield isPending
      ? { name: 'database', verdict: 'warning', text: `${kind}; the schema is brought up to date at the next start` }
      : { name: 'database', verdict: 'ok', text: kind };
    if (!isPending) yield await labels(source);
    await source.destroy();
  } catch {
    yield { name: 'database', verdict: 'wrong', text: 'cannot be opened; check DATABASE_URL' };
  } finally {
    await server.onApplicationShutdown();
  }
}

/** What nobody tries any more until a person says so. */
async function labels(source: DataSource): Promise<Finding> {
  const [row] = await source.query<{ failed: number; rejected: number; removals: number }[]>(
    `SELECT (count(*) FILTER (WHERE state = 'failed'))::int AS failed,
       (count(*) FILTER (WHERE state = 'rejected'))::int AS rejected,
       (count(*) FILTER (WHERE removal = 'failed'))::int AS removals
     FROM label WHERE state IN ('failed', 'rejected') OR removal = 'failed'`,
  );
  const { failed, rejected, removals } = row!;
  if (failed + rejected + removals === 0)
    return { name: 'labels', verdict: 'ok', text: 'none was given up or refused' };
  const text = `${failed} given up, ${rejected} refused by the PACS, ${removals} not removed; see "exclusions", then "send"`;
  return { name: 'labels', verdict: 'warning', text };
}

async function fhir({ fhir: settings }: Config): Promise<Finding> {
  try {
    const auth = fhirAuth({ ...settings, kind: settings.auth }, settings.baseUrl);
    const client = new FhirClient({ baseUrl: settings.baseUrl, auth, timeoutMs: settings.timeoutMs, maxRetries: 0 });
    const { fhirVersion, software } = await client.ping();
    const text = `${software ?? 'server'} answers, FHIR ${fhirVersion}`;
    return fhirVersion.startsWith('4.')
      ? { name: 'fhir', verdict: 'ok', text }
      : { name: 'fhir', verdict: 'wrong', text: `${text}; this service reads R4` };
  } catch (error) {
    return { name: 'fhir', verdict: 'wrong', text: error instanceof FhirError ? error.message : 'does not answer' };
  }
}

async function llm({ extraction }: Config): Promise<Finding> {
  try {
    const { level, text } = (await startEngine(extraction)).remark;
    const verdict = level === 'log' ? 'ok' : level === 'warn' ? 'warning' : 'wrong';
    return { name: 'llm', verdict, text };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { name: 'llm', verdict: 'wrong', text: error.problems.join('; ') };
  }
}

async function dicomweb({ dicomweb: settings }: Config): Promise<Finding> {
  const client = new PacsClient({
    ...settings,
    authorization: authorizationOf(authOf(settings)),
    maxResponseBytes: 1024 * 1024,
    gate: new LocalGate(1),
  });
  const { state, detail } = await client.ping();
  if (state === 'ok') return { name: 'dicomweb', verdict: 'ok', text: 'QIDO answers' };
  return { name: 'dicomweb', verdict: 'wrong', text: `${state}: ${detail ?? ''}` };
}

/** Orthanc only: with MaximumStorageMode Recycle (its default) a full archive deletes its oldest patients. */
async function storageMode({ dicomweb: settings, outbox }: Config): Promise<Finding> {
  const name = 'storage mode';
  try {
    const authorization = await authorizationOf(authOf(settings))();
    // DicomWeb.Root is a path below Orthanc's own REST API, which may itself sit below a proxy's prefix.
    const system = await fetch(new URL('system', `${outbox.orthancUrl ?? settings.qidoUrl.replace(/\/[^/]*$/, '')}/`), {
      headers: authorization === undefined ? {} : { authorization },
      signal: AbortSignal.timeout(5000),
      redirect: 'error',
    });
    const body = (await system.json()) as {
      MaximumStorageMode?: string;
      MaximumStorageSize?: number;
      Version?: string;
    };
    if (body.Version === undefined) throw new Error('not Orthanc');
    if (body.MaximumStorageSize === 0)
      return { name, verdict: 'ok', text: 'Orthanc without a size limit: nothing is recycled' };
    if (body.MaximumStorageMode === 'Reject') return { name, verdict: 'ok', text: 'Orthanc refuses what does not fit' };
    if (body.MaximumStorageMode === 'Recycle') {
      return {
        name,
        verdict: 'warning',
        text: 'Orthanc deletes its oldest patients when full; set MaximumStorageMode to Reject',
      };
    }
    return {
      name,
      verdict: 'warning',
      text: 'this Orthanc does not tell its MaximumStorageMode; the default, Recycle, deletes the oldest patients when full',
    };
  } catch {
    if (outbox.removal === 'delete')
      return {
        name,
        verdict: 'wrong',
        text: 'LABEL_REMOVAL=delete needs Orthanc’s REST API, and none answers at ORTHANC_URL',
      };
    return {
      name,
      verdict: 'warning',
      text: 'not an Orthanc REST API that can be asked; see that a full archive deletes nothing',
    };
  }
}
