import { Module } from '@nestjs/common';
import { ExtractionModule } from '../extraction/extraction.module.js';
import { IngestModule } from '../ingest/ingest.module.js';
import { LabelsModule } from '../labels/labels.module.js';
import { WriteBackRepository } from './write-back.repository.js';
import { WriteBackService } from './write-back.service.js';

@Module({
  imports: [IngestModule, ExtractionModule, LabelsModule],
  providers: [WriteBackRepository, WriteBackService],
  exports: [WriteBackService],
})
export class WriteBackModule {}
