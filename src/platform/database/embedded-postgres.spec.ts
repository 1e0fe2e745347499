import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startEmbeddedPostgres } from './embedded-postgres.js';

let folder: string;
let dataDir: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
  await chmod(folder, 0o755);
  dataDir = join(folder, 'var', 'postgres');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function query(databaseUrl: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Starts the database in a process of its own and gives that process and the address that it printed. */
async function startInOwnProcess(): Promise<{ pid: number; databaseUrl: string; exited: Promise<unknown> }> {
  const module = join(import.meta.dirname, 'embedded-postgres.ts');
  const script = `const { startEmbeddedPostgres } = await import(${JSON.stringify(module)});
    const { databaseUrl, stop } = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)} });
    console.log(databaseUrl);
    process.once('SIGTERM', () => stop().then(() => process.exit()));`;
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio });
  const [line] = (await once(owner.stdout, 'data')) as [Buffer];
  return { pid: owner.pid!, databaseUrl: line.toString().trim(), exited: once(owner, 'exit') };
}

describe('embedded Postgres', () => {
  it('starts, keeps its rows over a restart, and leaves nothing running', async () => {
    const first = await startEmbeddedPostgres({ dataDir });
    await query(first.databaseUrl, "CREATE TABLE kept AS SELECT 'Ünïcode' AS word");
    expect(await query(first.databaseUrl, 'SHOW server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
    await first.stop();
    await expect(query(first.databaseUrl, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');

    const second = await startEmbeddedPostgres({ dataDir });
    expect(await query(second.databaseUrl, 'SELECT word FROM kept')).toEqual([{ word: 'Ünïcode' }]);
    await second.stop();
    expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600);
  });

  it('is shared by several users and shut down by the last of them, whatever the order', async () => {
    const all = await Promise.all([1, 2, 3].map(() => startEmbeddedPostgres({ dataDir })));
    expect(new Set(all.map(({ databaseUrl }) => databaseUrl)).size).toBe(1);
    await Promise.all([all[0]!.stop(), all[2]!.stop()]);
    expect(await query(all[1]!.databaseUrl, 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
    await all[1]!.stop();
    await expect(query(all[1]!.databaseUrl, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('lets another process go on when the one that started it ends', async () => {
    const owner = await startInOwnProcess();
    const joined = await startEmbeddedPostgres({ dataDir });
    expect(joined.databaseUrl).toBe(owner.databaseUrl);
    process.kill(owner.pid, 'SIGTERM');
    await owner.exited;
    expect(await query(joined.databaseUrl, 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
    await joined.stop();
    await expect(query(joined.databaseUrl, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('adopts the server that a killed process left behind', async () => {
    const owner = await startInOwnProcess();
    await query(owner.databaseUrl, 'CREATE TABLE acknowledged AS SELECT 1 AS row');
    process.kill(owner.pid, 'SIGKILL');
    await owner.exited;
    const heir = await startEmbeddedPostgres({ dataDir });
    expect(await query(heir.databaseUrl, 'SELECT row FROM acknowledged')).toEqual([{ row: 1 }]);
    await heir.stop();
    await expect(query(heir.databaseUrl, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('recovers when the server itself was killed, also where its process id now belongs to another program', async () => {
    const first = await startEmbeddedPostgres({ dataDir });
    await query(first.databaseUrl, 'CREATE TABLE acknowledged AS SELECT 1 AS row');
    const lockFile = join(dataDir, 'data', 'postmaster.pid');
    const lock = await readFile(lockFile, 'utf8');
    process.kill(Number(lock.split('\n')[0]), 'SIGKILL');
    await writeFile(lockFile, lock.replace(/^\d+/, String(process.pid)));
    await first.stop();

    const second = await startEmbeddedPostgres({ dataDir });
    expect(await query(second.databaseUrl, 'SELECT row FROM acknowledged')).toEqual([{ row: 1 }]);
    await second.stop();
  });

  it('works below a folder that only its owner may enter', async () => {
    await mkdir(join(folder, 'var'));
    await chmod(join(folder, 'var'), 0o700);
    const server = await startEmbeddedPostgres({ dataDir });
    expect(await query(server.databaseUrl, 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
    await server.stop();
    await rm(await realpath(dataDir), { recursive: true });
  });

  it('refuses a folder that holds something else, and leaves it as it was', async () => {
    await mkdir(dataDir, { recursive: true });
    await writeFile(join(dataDir, 'notes'), 'not a database');
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow('must be empty, absent, or hold one');
    expect(await readFile(join(dataDir, 'notes'), 'utf8')).toBe('not a database');
  });
});
