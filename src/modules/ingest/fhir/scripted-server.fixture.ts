import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Resource } from '@medplum/fhirtypes';
import type { Clock } from './clock.js';

export interface ScriptedServer extends AsyncDisposable {
  /** Without a trailing slash. */
  origin: string;
  /** What came in, in order: path with query. */
  requests: { url: string; method: string; headers: IncomingHttpHeaders; body: string }[];
  answer: Answer;
}

/** Answers one request; `url` is path with query. Takes a value that becomes JSON, or writes the response itself. */
export type Answer = (url: string, response: ServerResponse, request: IncomingMessage) => unknown;

/** A server on a free local port that does exactly what the test says, including wrong things. */
export async function scriptedServer(answer: Answer): Promise<ScriptedServer> {
  const requests: ScriptedServer['requests'] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const url = request.url ?? '';
      requests.push({ url, method: request.method ?? '', headers: request.headers, body });
      const json = scripted.answer(url, response, request);
      if (json === undefined) return;
      response.setHeader('content-type', response.getHeader('content-type') ?? 'application/fhir+json; charset=utf-8');
      response.end(JSON.stringify(json));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const scripted: ScriptedServer = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer,
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return scripted;
}

export const fail = (response: ServerResponse, status: number, headers: Record<string, string> = {}): undefined => {
  response.writeHead(status, { 'content-type': 'application/fhir+json', ...headers });
  response.end(
    '{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"exception","diagnostics":"Mr Secret"}]}',
  );
};

export const bundle = (resources: Partial<Resource>[], next?: string) => ({
  resourceType: 'Bundle',
  type: 'searchset',
  ...(next === undefined ? {} : { link: [{ relation: 'next', url: next }] }),
  entry: resources.map((resource) => ({ resource, search: { mode: 'match' } })),
});

/** A clock that stands still but for the sleeps, which it records. */
export function fakeClock(startMs = 1_700_000_000_000): Clock & { slept: number[]; nowMs: number } {
  const clock = {
    nowMs: startMs,
    slept: [] as number[],
    now: () => clock.nowMs,
    sleep: (ms: number) => {
      clock.slept.push(ms);
      clock.nowMs += ms;
      return Promise.resolve();
    },
    random: () => 0.5,
  };
  return clock;
}
