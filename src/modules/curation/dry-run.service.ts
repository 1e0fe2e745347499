import { Injectable } from '@nestjs/common';
import type { PlannedLabel } from '../labels/plan-labels.js';
import { PatientRepository } from '../ingest/patient.repository.js';
import { ReportIngestService } from '../ingest/report-ingest.service.js';
import { TargetRepository } from '../ingest/target.repository.js';
import { CurationService } from './curation.service.js';

type PreviewedObject = Omit<PlannedLabel, 'seg' | 'follows'>;

export interface Preview {
  labels: PreviewedObject[];
  /** Beside the labels, and of patients whose lesions are points alone. */
  structuredReports: PreviewedObject[];
  problems: string[];
}

/**
 * What a sync would store. Reports and studies are read and kept as a sync would, because that is what the next sync
 * needs as well; nothing is planned, and nothing goes to the PACS.
 */
@Injectable()
export class DryRunService {
  constructor(
    private readonly patients: PatientRepository,
    private readonly targets: TargetRepository,
    private readonly reports: ReportIngestService,
    private readonly curation: CurationService,
  ) {}

  async preview(options: { since?: string; mrn?: string; issuer?: string }): Promise<Preview> {
    const problems: string[] = [];
    const objects: PreviewedObject[] = [];
    const crawl =
      options.mrn === undefined
        ? await this.reports.crawlChanged(Date.now(), { since: options.since })
        : await this.reports.crawlPatient(options.mrn, options.issuer);
    if (crawl === null) problems.push('FHIR: the server knows no patient of this number.');
    if (crawl?.problem) problems.push(crawl.problem);
    for await (const patientId of this.chosen(options.mrn, options.issuer)) {
      if (!(await this.targets.hasAny(patientId))) continue;
      const problem = await this.curation.listStudies(await this.patients.get(patientId));
      if (problem !== null) problems.push(problem);
      const patient = await this.patients.get(patientId);
      if (!this.curation.isDue(patient)) continue;
      const preview = await this.curation.preview(patient);
      objects.push(...preview.labels.map(({ seg: _bytes, follows: _previous, ...label }) => label));
    }
    return {
      labels: objects.filter(({ kind }) => kind === 'SEG'),
      structuredReports: objects.filter(({ kind }) => kind === 'SR'),
      problems,
    };
  }

  private async *chosen(mrn: string | undefined, issuer: string | undefined): AsyncGenerator<string> {
    if (mrn !== undefined) {
      for (const { id } of await this.patients.findByMrn(mrn, issuer)) yield id;
      return;
    }
    for await (const page of this.patients.withTargets()) yield* page.map(({ id }) => id);
  }
}
