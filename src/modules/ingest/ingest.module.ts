import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { LabelsModule } from '../labels/labels.module.js';
import { fhirAuth } from './fhir/fhir-auth.js';
import { FhirClient } from './fhir/fhir-client.js';
import { DeletedReportsService } from './deleted-reports.service.js';
import { PatientRepository } from './patient.repository.js';
import { ReportIngestService } from './report-ingest.service.js';
import { ReportReadingService } from './report-reading.service.js';
import { ReportRepository } from './report.repository.js';
import { SubjectService } from './subject.service.js';
import { StudyIndexService } from './study-index.service.js';
import { StudyRepository } from './study.repository.js';
import { TargetImportService } from './target-import.service.js';
import { TargetEntity } from './target.entity.js';
import { TargetRepository } from './target.repository.js';
import { TargetsController } from './targets.controller.js';

@Module({
  imports: [LabelsModule, TypeOrmModule.forFeature([TargetEntity])],
  controllers: [TargetsController],
  providers: [
    {
      provide: FhirClient,
      inject: [CONFIG],
      useFactory: ({ fhir }: Config) =>
        new FhirClient({
          baseUrl: fhir.baseUrl,
          auth: fhirAuth({ ...fhir, kind: fhir.auth }, fhir.baseUrl),
          timeoutMs: fhir.timeoutMs,
        }),
    },
    PatientRepository,
    ReportRepository,
    StudyRepository,
    TargetRepository,
    ReportIngestService,
    ReportReadingService,
    DeletedReportsService,
    SubjectService,
    StudyIndexService,
    TargetImportService,
  ],
  exports: [
    FhirClient,
    PatientRepository,
    ReportRepository,
    StudyRepository,
    TargetRepository,
    ReportIngestService,
    StudyIndexService,
    TargetImportService,
  ],
})
export class IngestModule {}
