import { Injectable } from '@nestjs/common';
import { LlmError } from '../extraction/llm/llm-error.js';
import { PatientRepository } from '../ingest/patient.repository.js';
import type { PatientEntity } from '../ingest/patient.entity.js';
import { type Archive, StudyIndexService } from '../ingest/study-index.service.js';
import { TargetRepository } from '../ingest/target.repository.js';
import type { LabelKind } from '../labels/label.entity.js';
import { OutboxService } from '../labels/outbox.service.js';
import { CurationService } from './curation.service.js';

export interface PatientOutcome {
  counts: Record<string, number>;
  /** What could not be seen, or null. */
  problem: string | null;
}

/** What each patient of a run counts for, whatever comes of it. */
export const SEEN = { patientsSeen: 1 };
/** Somebody else may be quicker so often; each time the patient is then curated from the newer rows. */
const MAX_ROUNDS = 4;

/** The whole way of one patient: list the studies, curate if anything changed, send what is planned. Idempotent. */
@Injectable()
export class PatientPipelineService {
  constructor(
    private readonly patients: PatientRepository,
    private readonly targets: TargetRepository,
    private readonly studyIndex: StudyIndexService,
    private readonly curation: CurationService,
    private readonly outbox: OutboxService,
  ) {}

  /** All studies of the archive, if that is the shorter way to see that most patients are as before. */
  async listArchive(): Promise<Archive | null> {
    return this.studyIndex.listArchive(await this.patients.countUndue(this.curation.rules));
  }

  /** Those of these patients for whom `process` would find nothing to do, and who need no questions to the PACS. */
  async settled(patients: PatientEntity[], archive: Archive): Promise<string[]> {
    const settled: string[] = [];
    for (const patient of patients) {
      if (!(await this.curation.isSettled(patient, archive))) continue;
      await this.targets.explainUnclear(patient.id);
      settled.push(patient.id);
    }
    return settled;
  }

  async process(patientId: string, now: Date): Promise<PatientOutcome> {
    const before = await this.patients.get(patientId);
    const counts: Record<string, number> = { ...SEEN };
    const problem = await this.curation.listStudies(before);
    // A list with holes could link the wrong study: this patient waits for the next run.
    if (problem !== null) return { counts, problem };
    for (let round = 1; round <= MAX_ROUNDS; round++) {
      const patient = await this.patients.get(patientId);
      if (!this.curation.isDue(patient)) break;
      try {
        const curated = await this.curation.curatePatient(patient, now);
        if (!curated) continue;
        const { extracted, planned } = curated;
        const countOf = (kind: LabelKind) => planned.filter((one) => one === kind).length;
        Object.assign(counts, {
          patientsCurated: 1,
          reportsExtracted: extracted,
          labelsPlanned: countOf('SEG'),
          structuredReportsPlanned: countOf('SR'),
        });
        break;
      } catch (error) {
        // Without the model the reports are not read now: the patient stays due for the next run.
        if (error instanceof LlmError) return { counts, problem: error.message };
        throw error;
      }
    }
    await this.targets.explainUnclear(patientId);
    Object.assign(counts, await this.outbox.sendDue(patientId));
    return { counts, problem: null };
  }
}
