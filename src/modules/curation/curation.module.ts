import { Module } from '@nestjs/common';
import { ExtractionModule } from '../extraction/extraction.module.js';
import { IngestModule } from '../ingest/ingest.module.js';
import { LabelsModule } from '../labels/labels.module.js';
import { MatchingModule } from '../matching/matching.module.js';
import { WriteBackModule } from '../write-back/write-back.module.js';
import { CurationService } from './curation.service.js';
import { DryRunService } from './dry-run.service.js';
import { LabelsController } from './labels.controller.js';
import { LabelsService } from './labels.service.js';
import { PacsWindow } from './pacs-window.js';
import { PatientPipelineService } from './patient-pipeline.service.js';
import { PatientsController } from './patients.controller.js';
import { ReviewsController } from './reviews.controller.js';
import { ReviewsService } from './reviews.service.js';
import { RunRepository } from './run.repository.js';
import { RunService } from './run.service.js';
import { RunsController } from './runs.controller.js';
import { YieldController } from './yield.controller.js';
import { YieldRepository } from './yield.repository.js';
import { YieldService } from './yield.service.js';

@Module({
  imports: [IngestModule, ExtractionModule, MatchingModule, LabelsModule, WriteBackModule],
  controllers: [RunsController, PatientsController, LabelsController, ReviewsController, YieldController],
  providers: [
    CurationService,
    DryRunService,
    LabelsService,
    PacsWindow,
    PatientPipelineService,
    ReviewsService,
    RunRepository,
    RunService,
    YieldRepository,
    YieldService,
  ],
  exports: [IngestModule, LabelsModule, DryRunService, ReviewsService, RunService, YieldService],
})
export class CurationModule {}
