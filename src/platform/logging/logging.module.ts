import { Global, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { type Logger, pino } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { loggableError } from './loggable-error.js';

/** The pino logger below all others. */
export const ROOT_LOGGER = Symbol('root logger');

@Global()
@Module({
  providers: [{ provide: ROOT_LOGGER, inject: [CONFIG], useFactory: rootLogger }],
  exports: [ROOT_LOGGER],
})
class RootLoggerModule {}

/** JSON lines on stderr; within a request they carry its correlation id. */
@Module({
  imports: [
    RootLoggerModule,
    LoggerModule.forRootAsync({
      inject: [ROOT_LOGGER],
      // The logger of a request is made where the request comes in (request-log.ts).
      useFactory: (logger: Logger) => ({ pinoHttp: { logger }, useExisting: true }),
    }),
  ],
})
export class LoggingModule {}

function rootLogger({ logLevel }: Config): Logger {
  const options: pino.LoggerOptions = {
    level: logLevel,
    base: undefined,
    hooks: {
      /** Libraries log errors as they are; their messages may quote patient data. */
      logMethod(args, method) {
        const [first] = args as unknown[];
        const { err, ...fields } = (first instanceof Error ? { err: first } : (first ?? {})) as { err?: unknown };
        if (err instanceof Error) method.call(this, { ...fields, error: loggableError(err) }, err.name);
        else method.apply(this, args);
      },
    },
  };
  return pino(options, pino.destination({ fd: 2, sync: true }));
}
