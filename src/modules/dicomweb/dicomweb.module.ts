import { Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Client } from 'pg';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { DatabaseServer } from '../../platform/database/database.module.js';
import { authorizationOf, type DicomwebAuth } from './auth.js';
import { OrthancClient } from './orthanc-client.js';
import { PacsClient } from './dicomweb-client.js';
import type { RequestGate } from './request-gate.js';
import { type LockSession, SharedGate } from './shared-gate.js';

/** A SEG has a few kilobytes, a series' metadata a few hundred; anything near this is not what was asked for. */
const MAX_RESPONSE_BYTES = 512 * 1024 * 1024;

/** The cap on requests in flight, over all processes: on a database session of its own, opened at the first request. */
@Injectable()
export class PacsGate implements RequestGate, OnApplicationShutdown {
  private opened: Promise<{ client: Client; gate: SharedGate }> | undefined;

  constructor(
    private readonly server: DatabaseServer,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async run<T>(request: () => Promise<T>): Promise<T> {
    this.opened ??= this.open();
    const { gate } = await this.opened;
    return gate.run(request);
  }

  async onApplicationShutdown(): Promise<void> {
    const opened = await this.opened?.catch(() => undefined);
    await opened?.gate.close();
    await opened?.client.end().catch(() => undefined);
  }

  private async open() {
    const client = new Client({ connectionString: await this.server.url(), application_name: 'lesion-curator gate' });
    // When the session breaks off, its locks are gone: the next request opens a new one.
    const forget = () => (this.opened = undefined);
    client.on('error', forget);
    client.on('end', forget);
    try {
      await client.connect();
    } catch (error) {
      forget();
      throw error;
    }
    return { client, gate: new SharedGate(new OneByOne(client), this.config.pacs.maxInFlight) };
  }
}

/** A client takes one query at a time; these go out in the order in which they were asked. */
class OneByOne implements LockSession {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly client: Client) {}

  query<Row>(sql: string, parameters: unknown[]): Promise<Row[]> {
    const answer = this.last.then(async () => (await this.client.query(sql, parameters)).rows as Row[]);
    this.last = answer.catch(() => undefined);
    return answer;
  }
}

export function authOf({ auth, username, password, token }: Config['dicomweb']): DicomwebAuth {
  if (auth === 'basic') return { kind: 'basic', username: username!, password: password! };
  if (auth === 'bearer') return { kind: 'bearer', token: token! };
  return { kind: 'none' };
}

@Global()
@Module({
  providers: [
    PacsGate,
    {
      provide: PacsClient,
      inject: [CONFIG, PacsGate],
      useFactory: ({ dicomweb }: Config, gate: PacsGate) =>
        new PacsClient({
          qidoUrl: dicomweb.qidoUrl,
          wadoUrl: dicomweb.wadoUrl,
          stowUrl: dicomweb.stowUrl,
          authorization: authorizationOf(authOf(dicomweb)),
          timeoutMs: dicomweb.timeoutMs,
          maxResponseBytes: MAX_RESPONSE_BYTES,
          gate,
        }),
    },
    {
      provide: OrthancClient,
      inject: [CONFIG, PacsGate],
      useFactory: ({ dicomweb, outbox }: Config, gate: PacsGate) =>
        new OrthancClient({
          url: outbox.orthancUrl,
          authorization: authorizationOf(authOf(dicomweb)),
          timeoutMs: dicomweb.timeoutMs,
          gate,
        }),
    },
  ],
  exports: [PacsClient, OrthancClient],
})
export class DicomwebModule {}
