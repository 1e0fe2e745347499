import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DataSource, type EntityMetadata } from 'typeorm';
import { dataSourceOptions, openDatabase } from '../../src/platform/database/data-source.js';
import type { EmbeddedPostgres } from '../../src/platform/database/embedded-postgres.js';
import { startTemporaryPostgres } from '../fixtures/servers/temporary-postgres.js';

const MIGRATE = join(import.meta.dirname, '../../dist/src/migrate.js');
const runFile = promisify(execFile);

let postgres: EmbeddedPostgres;
let database: DataSource;

beforeAll(async () => {
  postgres = await startTemporaryPostgres();
}, 60_000);

afterEach(async () => {
  if (database?.isInitialized) await database.destroy();
});

afterAll(async () => postgres?.stop());

interface Column {
  table: string;
  name: string;
  type: string;
  nullable: boolean;
}

const byName = (a: Column, b: Column) => `${a.table}.${a.name}`.localeCompare(`${b.table}.${b.name}`);

const columnsInDatabase = () =>
  database.query<Column[]>(
    `SELECT table_name AS table, column_name AS name, is_nullable = 'YES' AS nullable,
       CASE data_type WHEN 'ARRAY' THEN ltrim(udt_name, '_') || '[]' ELSE data_type END AS type
     FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name <> 'migrations' ORDER BY 1, 2`,
  );

const columnsOf = ({ tableName, columns }: EntityMetadata): Column[] =>
  columns.map((column) => ({
    table: tableName,
    name: column.databaseName,
    type: database.driver.normalizeType(column) + (column.isArray ? '[]' : ''),
    nullable: column.isNullable,
  }));

const dump = () =>
  database.query(
    `SELECT indexdef AS definition FROM pg_indexes WHERE schemaname = 'public'
     UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
       WHERE connamespace = 'public'::regnamespace
     UNION ALL SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || coalesce(column_default, '')
       FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1`,
  );

describe('the schema', () => {
  it('is made by two processes that start at once, and only once', async () => {
    const env = { ...process.env, DATABASE_URL: postgres.databaseUrl, FHIR_BASE_URL: 'http://f.example' };
    const migrate = () =>
      runFile(process.execPath, [MIGRATE], { env: { ...env, DICOMWEB_BASE_URL: 'http://d.example' } });
    const [first, second] = await Promise.all([migrate(), migrate()]);
    expect([first, second].map(({ stdout, stderr }) => stdout + stderr)).toEqual(
      Array(2).fill('The schema is up to date.\n'),
    );
    database = await openDatabase(postgres.databaseUrl);
    const made = await database.query<{ name: string }[]>('SELECT name FROM migrations ORDER BY id');
    expect(made.map(({ name }) => name)).toEqual(database.migrations.map((migration) => migration.constructor.name));
    expect(made.length).toBeGreaterThan(0);
    expect(await database.showMigrations()).toBe(false);
  }, 60_000);

  it('has the columns of the entities, and no others', async () => {
    database = await openDatabase(postgres.databaseUrl);
    expect(database.entityMetadatas.length).toBeGreaterThan(10);
    expect((await columnsInDatabase()).sort(byName)).toEqual(database.entityMetadatas.flatMap(columnsOf).sort(byName));
  });

  it('would not be changed in any column by TypeORM', async () => {
    database = await openDatabase(postgres.databaseUrl);
    const { upQueries } = await database.driver.createSchemaBuilder().log();
    const changes = upQueries.map(({ query }) => query);
    // Indexes and keys are the migrations' business alone.
    expect(changes.filter((query) => /\bCOLUMN\b|CREATE TABLE|\bADD "/.test(query))).toEqual([]);
  });

  it('goes down to nothing and comes up the same', async () => {
    database = await openDatabase(postgres.databaseUrl);
    const before = await dump();
    for (let left = database.migrations.length; left > 0; left--) await database.undoLastMigration();
    expect(await columnsInDatabase()).toEqual([]);
    await database.runMigrations();
    expect(await dump()).toEqual(before);
  });

  it('is never synchronised, and leaves queries and values out of the log', () => {
    expect(dataSourceOptions('postgres://h/d')).toMatchObject({ synchronize: false, logging: false });
  });
});
