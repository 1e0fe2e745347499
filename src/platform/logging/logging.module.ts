import { Module } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LoggerModule } from 'nestjs-pino';
import { pino } from 'pino';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';

const CORRELATION_ID = /^[\w-]{8,64}$/;

/** JSON lines on stderr. A request is logged by its route template: paths hold MRNs. */
@Module({
  imports: [
    LoggerModule.forRootAsync({
      inject: [CONFIG],
      useFactory: (config: Config) => ({
        pinoHttp: [
          {
            level: config.logLevel,
            genReqId: (request: IncomingMessage, response: ServerResponse) => {
              const given = request.headers['x-correlation-id'];
              const id = typeof given === 'string' && CORRELATION_ID.test(given) ? given : randomUUID();
              response.setHeader('x-correlation-id', id);
              return id;
            },
            serializers: {
              req: (request: { id: string; method: string; raw?: { route?: { path?: string } } }) => ({
                id: request.id,
                method: request.method,
                route: request.raw?.route?.path,
              }),
              res: (response: { statusCode: number }) => ({ statusCode: response.statusCode }),
              err: (error: { type?: string }) => ({ type: error.type }),
            },
          },
          pino.destination({ fd: 2, sync: false }),
        ],
      }),
    }),
  ],
})
export class LoggingModule {}
