import { parseConfig } from './config/config.js';
import { openDatabase } from './platform/database/data-source.js';
import { DatabaseServer } from './platform/database/database.module.js';
import { exitWithMessage } from './platform/exit.js';

/** Brings the schema up to date and ends; the service does the same at its start. */
try {
  const server = new DatabaseServer(parseConfig(process.env));
  const database = await openDatabase(await server.url());
  await database.destroy();
  await server.onApplicationShutdown();
  process.stdout.write('The schema is up to date.\n');
} catch (error) {
  exitWithMessage(error);
}
