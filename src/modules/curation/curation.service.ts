import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { sha256Of } from '../../platform/ids.js';
import { PacsClient } from '../dicomweb/dicomweb-client.js';
import type { DicomJson } from '../dicomweb/dicom-json.js';
import { ExtractionService, REPORT_ENGINE } from '../extraction/extraction.service.js';
import type { ReportEngine } from '../extraction/llm/report-engine.js';
import type { PatientEntity } from '../ingest/patient.entity.js';
import type { ReportEntity } from '../ingest/report.entity.js';
import { ReportRepository } from '../ingest/report.repository.js';
import { type Archive, StudyIndexService, withoutBulk } from '../ingest/study-index.service.js';
import { StudyRepository } from '../ingest/study.repository.js';
import type { TargetEntity } from '../ingest/target.entity.js';
import { TargetRepository } from '../ingest/target.repository.js';
import type { LabelKind } from '../labels/label.entity.js';
import { LabelRepository } from '../labels/label.repository.js';
import { whyEnded } from '../labels/why-ended.js';
import { trackLesions } from '../labels/lesion-tracking.js';
import { logicalKeyOf, planLabels, type PlannedLabel } from '../labels/plan-labels.js';
import { ENCODER } from '../labels/dicom/encoder-identity.js';
import type { PatientEvidence, ReportEvidence } from '../matching/evidence.js';
import { matchPatient, type PatientMatch } from '../matching/match-patient.js';
import { MatchingRepository } from '../matching/matching.repository.js';
import { ReviewRepository } from '../matching/review.repository.js';
import { mayBePlannedOn } from '../matching/study-window.js';
import { toStudyEvidence } from './study-evidence.js';

/** Moves when series picking, matching or planning would decide otherwise on the same evidence. */
const RULES_VERSION = '8';

export interface Curated {
  extracted: number;
  /** The kinds of the labels that are new. */
  planned: LabelKind[];
}

interface Examined {
  extracted: number;
  match: PatientMatch;
  labels: PlannedLabel[];
}

/**
 * One patient from stored rows to planned labels: a function of the rows and of the rules, so that running it again
 * changes nothing.
 */
@Injectable()
export class CurationService {
  /** Of everything that decides besides the evidence; a patient who was curated under others is due. */
  readonly rules: string;

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly reports: ReportRepository,
    private readonly studyIndex: StudyIndexService,
    private readonly studies: StudyRepository,
    private readonly targets: TargetRepository,
    private readonly labels: LabelRepository,
    private readonly matching: MatchingRepository,
    private readonly reviews: ReviewRepository,
    private readonly extraction: ExtractionService,
    private readonly pacs: PacsClient,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(REPORT_ENGINE) engine: ReportEngine,
  ) {
    this.rules = sha256Of(RULES_VERSION, engine.keys, ENCODER.version, config.matching, config.labels).slice(0, 16);
  }

  isDue(patient: PatientEntity): boolean {
    return patient.inputRevision > patient.curatedRevision || patient.curatedRules !== this.rules;
  }

  /**
   * Lists the studies on which a biopsy of this patient may have been planned. Without a target there is nothing to
   * label, and the PACS is left alone.
   *
   * @returns why not everything could be seen, or null
   */
  async listStudies(patient: PatientEntity): Promise<string | null> {
    const targets = await this.targets.ofPatient(patient.id);
    if (targets.length === 0) return null;
    return this.studyIndex.indexPatient(patient, (studyDate) => this.mayMatter(studyDate, targets));
  }

  /** Whether the patient is not due, and has the same studies as before by a list of the archive. */
  async isSettled(patient: PatientEntity, archive: Archive): Promise<boolean> {
    if (this.isDue(patient)) return false;
    const targets = await this.targets.ofPatient(patient.id);
    return this.studyIndex.isAsListed(patient, archive, (studyDate) => this.mayMatter(studyDate, targets));
  }

  private mayMatter(studyDate: string | null, targets: TargetEntity[]): boolean {
    return mayBePlannedOn(studyDate, targets, this.config.matching.mrWindowDays);
  }

  /**
   * Reads, matches and plans, and makes the result the present one.
   *
   * @returns null, with nothing changed, where the rows that were read are no longer the present ones: somebody else has
   *   curated, or a label was sent or rejected meanwhile. The patient is due as before, unless that other one saw to it.
   */
  async curatePatient(patient: PatientEntity, now: Date): Promise<Curated | null> {
    const { extracted, match, labels } = await this.examine(patient);
    const withdrawn = await this.reports.withdrawnOf(patient.id);
    const planned = await this.database.transaction(async (manager) => {
      const [row] = await manager.query<
        { curated_revision: number; curated_rules: string | null; input_revision: number }[]
      >('SELECT curated_revision, curated_rules, input_revision FROM patient WHERE id = $1 FOR UPDATE', [patient.id]);
      // Merged into another patient meanwhile, who is due.
      if (!row) return [];
      // The plan would follow versions that are no longer the latest.
      if (row.curated_revision !== patient.curatedRevision || row.curated_rules !== patient.curatedRules) return null;
      const kinds = await this.labels.applyPlan(
        manager,
        patient.id,
        labels,
        whyEnded(match.exclusions, withdrawn),
        now,
      );
      if (kinds === null) return null;
      await this.matching.replace(manager, patient.id, match);
      // Else somebody may have decided meanwhile; the patient is due again, and the questions follow then.
      if (row.input_revision === patient.inputRevision)
        await this.reviews.replace(manager, patient.id, match.reviews, now);
      await manager.query('UPDATE patient SET curated_revision = $2, curated_rules = $3 WHERE id = $1', [
        patient.id,
        patient.inputRevision,
        this.rules,
      ]);
      return kinds;
    });
    return planned && { extracted, planned };
  }

  /** What curation would plan; nothing is planned or sent. */
  async preview(patient: PatientEntity): Promise<Omit<Examined, 'extracted'>> {
    return this.examine(patient);
  }

  /** What matching would make of the patient if a person doubted this target. */
  async matchInDoubt(patient: PatientEntity, targetId: string): Promise<PatientMatch> {
    const { evidence } = await this.gather(patient);
    const doubtedTargetIds = [...(evidence.doubtedTargetIds ?? []), targetId];
    return matchPatient({ ...evidence, doubtedTargetIds }, this.config.matching);
  }

  private async examine(patient: PatientEntity): Promise<Examined> {
    const { evidence, reports, extracted } = await this.gather(patient);
    const match = matchPatient(evidence, this.config.matching);
    const labels = await this.planLabels(
      match,
      new Map(reports.map(({ id, fhirId }) => [id, `DiagnosticReport/${fhirId}`])),
    );
    return { extracted, match, labels };
  }

  /** All that matching may know of a patient. */
  private async gather(patient: PatientEntity) {
    const [reports, sharing, studies, targets, reviews] = await Promise.all([
      this.reports.readableOf(patient.id),
      this.reports.sharingAccession(patient.id),
      this.studies.studiesOf(patient.id),
      this.targets.ofPatient(patient.id),
      this.reviews.inputsOf(patient.id),
    ]);
    const readable = reports.map(({ id, kind, text }) => ({ id, kind: kind!, text: text! }));
    const { byReport, extracted } = await this.extraction.extractionsOf(readable);
    const series = await this.studies.seriesOf(studies.map(({ studyInstanceUid }) => studyInstanceUid));
    const toEvidence = (report: ReportEntity): ReportEvidence => ({
      id: report.id,
      effectiveDate: report.effectiveDate,
      issuedAt: report.issuedAt?.toISOString() ?? null,
      accessionNumbers: report.accessionNumbers,
      isAccessionShared: sharing.has(report.id),
      studyInstanceUids: report.studyInstanceUids,
      textSha256: sha256Of(report.text),
      extraction: byReport.get(report.id)!,
    });
    const evidence: PatientEvidence = {
      studies: studies.map((study) =>
        toStudyEvidence(
          study,
          series.filter((one) => one.studyInstanceUid === study.studyInstanceUid),
        ),
      ),
      radiology: reports.filter(({ kind }) => kind === 'radiology').map(toEvidence),
      pathology: reports.filter(({ kind }) => kind === 'pathology').map(toEvidence),
      targets: targets.map(({ xLps, yLps, zLps, ...target }) => ({ ...target, pointLps: [xLps, yLps, zLps] as const })),
      ...reviews,
    };
    return { evidence, reports, extracted };
  }

  private async planLabels(match: PatientMatch, reportNames: Map<string, string>): Promise<PlannedLabel[]> {
    const labels: PlannedLabel[] = [];
    const tracking = trackLesions(match.matched);
    const bySeries = Map.groupBy(match.matched, ({ seriesInstanceUid }) => seriesInstanceUid);
    for (const [seriesInstanceUid, matched] of bySeries) {
      const plan = planLabels(
        matched,
        await this.instancesOf(matched[0]!.study.studyInstanceUid, seriesInstanceUid),
        tracking,
        reportNames,
        {
          SEG: await this.labels.latestVersion(logicalKeyOf('SEG', seriesInstanceUid)),
          SR: await this.labels.latestVersion(logicalKeyOf('SR', seriesInstanceUid)),
        },
        { maxFromCentreMm: this.config.labels.targetMaxDistanceMm, seriesNumber: this.config.labels.seriesNumber },
      );
      match.exclusions.push(...plan.exclusions);
      labels.push(...plan.labels);
    }
    return labels;
  }

  /** Metadata of every slice, from the PACS once and from the database ever after; forgotten when the study changes. */
  private async instancesOf(studyInstanceUid: string, seriesInstanceUid: string): Promise<DicomJson[]> {
    const series = await this.studies.getSeries(seriesInstanceUid);
    if (series.instancesMetadata) return series.instancesMetadata;
    const metadata = await this.pacs.seriesMetadata(studyInstanceUid, seriesInstanceUid, series.instances);
    const instances = metadata.map(withoutBulk);
    await this.studies.saveInstancesMetadata(seriesInstanceUid, instances);
    return instances;
  }
}
