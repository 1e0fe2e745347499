import { Module } from '@nestjs/common';
import { LabelRepository } from './label.repository.js';
import { OutboxService } from './outbox.service.js';
import { RemovalRepository } from './removal.repository.js';
import { RemovalService } from './removal.service.js';

@Module({
  providers: [LabelRepository, OutboxService, RemovalRepository, RemovalService],
  exports: [LabelRepository, OutboxService, RemovalService],
})
export class LabelsModule {}
