import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import type { LabelEntity } from '../labels/label.entity.js';
import { LabelRepository } from '../labels/label.repository.js';
import { viewerLink } from '../labels/viewer-link.js';
import { type LabelVersion, toHistory } from './label-history.js';

/** A label as the outside sees it. */
export type LabelView = ReturnType<LabelsService['view']>;

@Injectable()
export class LabelsService {
  constructor(
    private readonly labels: LabelRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async ofPatient(patientId: string): Promise<LabelView[]> {
    return (await this.labels.ofPatient(patientId)).map((label) => this.view(label));
  }

  async find(id: string): Promise<LabelView | null> {
    const label = await this.labels.findById(id);
    return label && this.view(label);
  }

  /** All versions of the label, the oldest first. */
  async historyOf(id: string): Promise<LabelVersion[] | null> {
    const versions = await this.labels.versionsOf(id);
    return versions.length === 0 ? null : toHistory(versions);
  }

  /** Has a label that was given up or refused sent again. @returns false where it is neither */
  async tryAgain(id: string): Promise<boolean> {
    return this.labels.tryAgain(id);
  }

  /** Whose label it is. */
  async patientOf(id: string): Promise<string | null> {
    return (await this.labels.findById(id))?.patientId ?? null;
  }

  view(label: LabelEntity) {
    return {
      id: label.id,
      state: label.state,
      version: label.version,
      studyInstanceUid: label.studyInstanceUid,
      sourceSeriesInstanceUid: label.sourceSeriesUid,
      seriesInstanceUid: label.seriesInstanceUid,
      sopInstanceUid: label.sopInstanceUid,
      supersededBy: label.supersededBy,
      lastOutcome: label.lastOutcome,
      attempts: label.attempts,
      plannedAt: label.plannedAt.toISOString(),
      storedAt: label.storedAt?.toISOString() ?? null,
      viewerUrl: viewerLink(this.config.viewerUrlTemplate, label),
      segments: label.segments,
    };
  }
}
