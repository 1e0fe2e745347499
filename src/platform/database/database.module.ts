import { Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { join, resolve } from 'node:path';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { dataSourceOptions, openDatabase } from './data-source.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.js';

/** Where the database is: DATABASE_URL, or the embedded Postgres under DATA_DIR, which starts on first use. */
@Injectable()
export class DatabaseServer implements OnApplicationShutdown {
  private embedded: Promise<EmbeddedPostgres> | undefined;

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  async url(): Promise<string> {
    if (this.config.databaseUrl) return this.config.databaseUrl;
    this.embedded ??= startEmbeddedPostgres({ dataDir: join(resolve(this.config.dataDir), 'postgres') });
    return (await this.embedded).databaseUrl;
  }

  /** Nest shuts modules down in reverse order of their imports, so pool and queue are closed by now. */
  async onApplicationShutdown(): Promise<void> {
    await (await this.embedded)?.stop();
  }
}

@Global()
@Module({ providers: [DatabaseServer], exports: [DatabaseServer] })
export class DatabaseServerModule {}

@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [DatabaseServer],
      useFactory: async (server: DatabaseServer) => ({ ...dataSourceOptions(await server.url()), retryAttempts: 0 }),
      dataSourceFactory: async (options) => openDatabase((options as { url: string }).url),
    }),
  ],
})
export class DatabaseModule {}
