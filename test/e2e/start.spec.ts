import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AddressInfo, createServer } from 'node:net';
import { freePort } from '../../src/platform/database/embedded-postgres.js';
import { API, spawnService, type SpawnedService } from './service.js';
import { startWorld, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 120_000);
afterAll(async () => world?.stop(), 60_000);

/** Of a start that fails: the exit code and all that was said. */
async function failure(env: Record<string, string>): Promise<{ code: number | string; output: string }> {
  const { ended, output, kill } = await spawnService({ ...world.env, LOG_LEVEL: 'info', ...env });
  const late = setTimeout(() => kill('SIGKILL'), 20_000);
  const code = await ended;
  clearTimeout(late);
  return { code, output: output() };
}

describe('a start that cannot be', () => {
  it.each([
    ['FHIR_BASE_URL', { FHIR_BASE_URL: 'ftp://canary-host/fhir' }],
    ['DICOMWEB_PASSWORD', { DICOMWEB_PASSWORD: '' }],
    ['PATIENT_ID_SYSTEMS', { PATIENT_ID_SYSTEMS: '["canary"]' }],
    ['NIGHTLY_CRON', { NIGHTLY_CRON: 'canary * * * *' }],
    ['API_KEYS', { HOST: '0.0.0.0' }],
  ])('ends with exit 1 and names %s, never a value', async (variable, env) => {
    const { code, output } = await failure(env);
    expect(code).toBe(1);
    expect(output).toContain(variable);
    expect(output).not.toMatch(/canary|0\.0\.0\.0|\n\s+at /);
    expect(output).not.toContain(world.env['DICOMWEB_PASSWORD'] ?? '');
  });

  it('names PORT when another process has it', async () => {
    const blocker = createServer((socket) => socket.destroy());
    await new Promise<void>((done) => blocker.listen(0, '127.0.0.1', done));
    const { port } = blocker.address() as AddressInfo;
    const { code, output } = await failure({ PORT: String(port), LOG_LEVEL: 'warn' });
    blocker.close();
    expect(code).toBe(1);
    expect(output).toMatch(/^Could not start: PORT is taken by another process$/m);
  });

  it.each([
    ['of which nobody listens', () => freePort().then((port) => ({ port: String(port) })), /cannot be reached/],
    ['whose host has no address', async () => ({ hostname: 'canary.invalid' }), /cannot be reached/],
    ['with another password', async () => ({ password: 'canary' }), /refuses the user or password/],
    ['with an unknown user', async () => ({ username: 'canary' }), /refuses the user or password/],
    ['that names no database there', async () => ({ pathname: '/canary' }), /does not exist/],
  ])('names DATABASE_URL %s', async (_what, change, words) => {
    const url = Object.assign(new URL(world.env['DATABASE_URL']!), await change());
    const { code, output } = await failure({ DATABASE_URL: url.href });
    expect(code).toBe(1);
    expect(output).toMatch(words);
    expect(output).toContain('DATABASE_URL');
    expect(output).not.toMatch(/canary|\n\s+at /);
    for (const secret of [url.password, url.port]) expect(output).not.toContain(secret);
  });
});

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  let service: SpawnedService;

  it('ends the service with exit 0, and answers what it was asked before', async () => {
    service = await spawnService({ ...world.env, LOG_LEVEL: 'info' });
    world.fhir.delayMs = 300;
    const running = await fetch(`${service.url}${API}/sync`, { method: 'POST' });
    expect(running.status).toBe(202);
    const slow = fetch(`${service.url}${API}/patients/nobody/curate`, { method: 'POST' });
    await new Promise((done) => setTimeout(done, 100));
    service.kill(signal);
    expect((await slow).status).toBe(404);
    world.fhir.delayMs = 0;
    expect(await service.ended).toBe(0);
    // The run that was under way is handed back for whoever comes next.
    const failures = service
      .output()
      .split('\n')
      .filter((line) => /"level":[56]0/.test(line));
    expect(failures.filter((line) => !line.includes('will be tried again'))).toEqual([]);
    await expect(fetch(`${service.url}/health/live`)).rejects.toThrow();
    const left = await world.sql(`SELECT FROM pg_stat_activity WHERE application_name LIKE 'lesion-curator%'`);
    expect(left).toEqual([]);
  }, 60_000);
});
