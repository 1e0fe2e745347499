import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { hasBox } from '../labels/label-segment.js';
import type { LabelEntity } from '../labels/label.entity.js';
import { LabelRepository } from '../labels/label.repository.js';
import { viewerLink } from '../labels/viewer-link.js';
import { type LabelVersion, toHistory } from './label-history.js';

/** A label as the outside sees it: a SEG with the report beside it, or a report of lesions that are points alone. */
export type LabelView = ReturnType<LabelsService['view']>;

@Injectable()
export class LabelsService {
  constructor(
    private readonly labels: LabelRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async ofPatient(patientId: string): Promise<LabelView[]> {
    const objects = await this.labels.ofPatient(patientId);
    return objects
      .filter(({ kind, segments }) => kind === 'SEG' || !segments.some(hasBox))
      .map((label) => this.view(label, reportBeside(label, objects)));
  }

  /** By the id of a label, or of the structured report beside it. */
  async find(id: string): Promise<LabelView | null> {
    const found = await this.labels.findById(id);
    const views = found ? await this.ofPatient(found.patientId) : [];
    return views.find((view) => view.id === id) ?? views.find((view) => view.structuredReport?.id === id) ?? null;
  }

  /** All versions of the label, the oldest first. */
  async historyOf(id: string): Promise<LabelVersion[] | null> {
    const versions = await this.labels.versionsOf(id);
    return versions.length === 0 ? null : toHistory(versions);
  }

  /** Has a label that was given up or refused sent again, or its removal tried. @returns false where nothing was given up */
  async tryAgain(id: string): Promise<boolean> {
    return this.labels.tryAgain(id);
  }

  /** Whose label it is. */
  async patientOf(id: string): Promise<string | null> {
    return (await this.labels.findById(id))?.patientId ?? null;
  }

  private view(label: LabelEntity, report: LabelEntity | undefined) {
    return {
      ...objectView(label),
      kind: label.kind,
      studyInstanceUid: label.studyInstanceUid,
      sourceSeriesInstanceUid: label.sourceSeriesUid,
      viewerUrl: viewerLink(this.config.viewerUrlTemplate, label),
      segments: label.segments.filter(hasBox),
      /** Lesions without a stated size, which no SEG can hold. */
      points: (report ?? label).segments.filter((lesion) => !hasBox(lesion)),
      structuredReport: report ? objectView(report) : null,
    };
  }
}

/** One object in the PACS. */
const objectView = (label: LabelEntity) => ({
  id: label.id,
  state: label.state,
  version: label.version,
  seriesInstanceUid: label.seriesInstanceUid,
  sopInstanceUid: label.sopInstanceUid,
  supersededBy: label.supersededBy,
  lastOutcome: label.lastOutcome,
  attempts: label.attempts,
  plannedAt: label.plannedAt.toISOString(),
  storedAt: label.storedAt?.toISOString() ?? null,
});

/** The report that stood, or stands, beside a SEG: the newest that was planned before the next version of the SEG. */
function reportBeside(label: LabelEntity, objects: readonly LabelEntity[]): LabelEntity | undefined {
  if (label.kind === 'SR') return undefined;
  const ofSeries = objects.filter(({ sourceSeriesUid }) => sourceSeriesUid === label.sourceSeriesUid);
  const next = ofSeries.find(({ kind, version }) => kind === 'SEG' && version === label.version + 1);
  return ofSeries
    .filter(
      ({ kind, segments, plannedAt }) =>
        kind === 'SR' && segments.some(hasBox) && !(next && plannedAt >= next.plannedAt),
    )
    .sort((a, b) => b.version - a.version)[0];
}
