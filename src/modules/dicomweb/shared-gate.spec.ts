import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startTemporaryPostgres } from '../../../test/fixtures/servers/temporary-postgres.js';
import type { Config } from '../../config/config.js';
import type { EmbeddedPostgres } from '../../platform/database/embedded-postgres.js';
import type { DatabaseServer } from '../../platform/database/database.module.js';
import { PacsGate } from './dicomweb.module.js';

let postgres: EmbeddedPostgres;
let database: pg.Pool;
const gates: PacsGate[] = [];

beforeAll(async () => {
  postgres = await startTemporaryPostgres();
  database = new pg.Pool({ connectionString: postgres.databaseUrl, max: 1 });
  // The last test ends sessions.
  database.on('error', () => undefined);
}, 60_000);
afterEach(async () => {
  await Promise.all(gates.splice(0).map((gate) => gate.onApplicationShutdown()));
});
afterAll(async () => {
  await database?.end();
  await postgres?.stop();
});

function gateOf(maxInFlight: number): PacsGate {
  const server = { url: () => Promise.resolve(postgres.databaseUrl) } as unknown as DatabaseServer;
  const gate = new PacsGate(server, { pacs: { maxInFlight } } as Config);
  gates.push(gate);
  return gate;
}

/** Counts how many requests are under way at the same time. */
function load() {
  let underWay = 0;
  const count = { done: 0, most: 0 };
  const request = async (ms = 5) => {
    count.most = Math.max(count.most, ++underWay);
    await sleep(ms);
    underWay -= 1;
    count.done += 1;
  };
  return { count, request };
}

const heldSlots = async () =>
  (await database.query<{ held: number }>(`SELECT count(*)::int AS held FROM pg_locks WHERE classid = 7305002`))
    .rows[0]!.held;

describe('the gate over all processes', () => {
  it.each([
    [1, 1],
    [2, 3],
    [4, 2],
  ])('lets %d through at a time, from %d processes together', async (maxInFlight, processes) => {
    const { count, request } = load();
    const all = Array.from({ length: processes }, () => gateOf(maxInFlight));
    await Promise.all(all.flatMap((gate) => Array.from({ length: 40 }, () => gate.run(() => request()))));
    expect(count).toEqual({ done: 40 * processes, most: maxInFlight });
  });

  it('gives each process its turn while another always has something to do', async () => {
    const { count, request } = load();
    const [busy, other] = [gateOf(1), gateOf(1)];
    let isOver = false;
    const endless = async () => {
      while (!isOver) await busy.run(() => request());
    };
    const work = Promise.all([endless(), endless()]);
    await sleep(50);
    await other.run(() => request());
    isOver = true;
    await work;
    expect(count.most).toBe(1);
  });

  it('gives its slots back when it is idle, when a request fails, and at the end', async () => {
    const gate = gateOf(2);
    await expect(gate.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await gate.run(() => Promise.resolve());
    while ((await heldSlots()) > 0) await sleep(20);
    await gate.run(() => Promise.resolve());
    await gate.onApplicationShutdown();
    expect(await heldSlots()).toBe(0);
  });

  it('takes over the slots of a process that died', async () => {
    const [dying, other] = [gateOf(1), gateOf(1)];
    const last = dying.run(() => sleep(2000));
    while ((await heldSlots()) === 0) await sleep(10);
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lesion-curator gate'`,
    );
    await expect(other.run(() => Promise.resolve('through'))).resolves.toBe('through');
    await last;
    // The one whose session ended opens another.
    await expect(dying.run(() => Promise.resolve('again'))).resolves.toBe('again');
  });
});
