import { Logger, Module } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { ExtractionController } from './extraction.controller.js';
import { ExtractionService, REPORT_ENGINE } from './extraction.service.js';
import type { ReportEngine } from './llm/report-engine.js';
import { startEngine } from './llm/start-engine.js';

@Module({
  controllers: [ExtractionController],
  providers: [
    ExtractionService,
    {
      provide: REPORT_ENGINE,
      inject: [CONFIG],
      useFactory: async ({ extraction }: Config): Promise<ReportEngine> => {
        const { engine, remark } = await startEngine(extraction);
        new Logger('Extraction')[remark.level](remark.text);
        return engine;
      },
    },
  ],
  exports: [ExtractionService, REPORT_ENGINE],
})
export class ExtractionModule {}
