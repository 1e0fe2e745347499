import { Module } from '@nestjs/common';
import { LabelRepository } from './label.repository.js';
import { OutboxService } from './outbox.service.js';

@Module({ providers: [LabelRepository, OutboxService], exports: [LabelRepository, OutboxService] })
export class LabelsModule {}
