import { Global, Module } from '@nestjs/common';
import { parseConfig } from './config.js';

export const CONFIG = Symbol('Config');

@Global()
@Module({
  providers: [{ provide: CONFIG, useFactory: () => parseConfig(process.env) }],
  exports: [CONFIG],
})
export class ConfigModule {}
