import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FetchXmlHttpRequest } from './fetch-xml-http-request.js';

describe('FetchXmlHttpRequest', () => {
  const server = createServer(() => {});
  let origin = '';
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const request = (url: string) => {
    const settings = { timeoutMs: 60_000, maxResponseBytes: 1000, origins: new Set([origin]) };
    const xhr = new FetchXmlHttpRequest({ ...settings, authorization: async () => undefined });
    xhr.open('get', url);
    const done = new Promise<void>((resolve) => (xhr.onloadend = resolve));
    return { xhr, done };
  };

  it('ends at once when aborted', async () => {
    const { xhr, done } = request(`${origin}/studies/1.2.3/metadata?PatientID=1`);
    const states: number[] = [];
    xhr.onreadystatechange = () => states.push(xhr.readyState);
    xhr.send();
    await once(server, 'request');
    xhr.abort();
    await done;
    expect(states).toEqual([4]);
    expect(xhr).toMatchObject({ status: 0, response: null });
    expect(xhr.error).toMatchObject({ kind: 'aborted', endpoint: 'GET /studies/{uid}/metadata' });
  });

  it('asks no origin that is not configured', async () => {
    const { xhr, done } = request('http://127.0.0.2:9/bulk');
    xhr.send();
    await done;
    expect(xhr.error).toMatchObject({ kind: 'other-origin' });
  });

  it('installs nothing globally', () => {
    expect('XMLHttpRequest' in globalThis).toBe(false);
  });
});
