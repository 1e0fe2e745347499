import type { ImagingStudy } from '@medplum/fhirtypes';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { sha256Of } from '../../platform/ids.js';
import { loggableError } from '../../platform/logging/loggable-error.js';
import { PatientRepository } from '../ingest/patient.repository.js';
import { FhirClient } from '../ingest/fhir/fhir-client.js';
import { FhirError } from '../ingest/fhir/fhir-error.js';
import type { LabelEntity } from '../labels/label.entity.js';
import { FhirWriter, type OwnResource } from './fhir-writer.js';
import { type LabelOnRecord, toObservations } from './observations.js';
import { type EngineOnRecord, toProvenance } from './provenance.js';
import { WriteBackRepository } from './write-back.repository.js';
import type { WrittenResourceEntity } from './written-resource.entity.js';

export interface WrittenBack {
  /** Resources that were sent, new ones and new versions. */
  written: number;
  /** What could not be sent; the next sync tries it again. */
  problems: string[];
}

/** What should be on the FHIR server for one source series. */
interface Wanted {
  sourceSeriesUid: string;
  studyInstanceUid: string;
  resources: OwnResource[];
}

/** A label that is neither stored nor given up may still replace what is written of its series. */
const isOpen = ({ state }: LabelEntity) => state === 'planned' || state === 'sending' || state === 'unknown';
const PATIENTS_AT_ONCE = 3;

/**
 * Tells the FHIR server what the stored labels say, if it is wanted (FHIR_WRITE_BACK). Nothing is sent that is there
 * already as it should be. Failures never touch the labels.
 */
@Injectable()
export class WriteBackService {
  readonly isOn: boolean;
  private readonly logger = new Logger(WriteBackService.name);
  private readonly writer: FhirWriter;

  constructor(
    private readonly repository: WriteBackRepository,
    private readonly patients: PatientRepository,
    private readonly fhir: FhirClient,
    @Inject(CONFIG) config: Config,
  ) {
    this.isOn = config.fhir.writesBack;
    this.writer = new FhirWriter(fhir);
  }

  /** Of all patients; also what earlier runs could not send. */
  async writeAll(stop: AbortSignal): Promise<WrittenBack> {
    const outcome = new Outcome();
    if (!this.isOn) return outcome.summary();
    for await (const page of this.repository.patients()) {
      while (page.length > 0 && !stop.aborted)
        await Promise.all(page.splice(0, PATIENTS_AT_ONCE).map((id) => this.writeInto(outcome, id)));
    }
    return outcome.summary();
  }

  async writePatient(patientId: string): Promise<WrittenBack> {
    const outcome = new Outcome();
    if (this.isOn) await this.writeInto(outcome, patientId);
    return outcome.summary();
  }

  private async writeInto(outcome: Outcome, patientId: string): Promise<void> {
    try {
      const work = () => this.writeChanges(patientId, () => (outcome.written += 1));
      if (!(await this.repository.alone(patientId, work))) outcome.fail('another process is writing; see its run');
    } catch (error) {
      if (error instanceof FhirError) return outcome.fail(error.message);
      this.logger.error({ msg: 'Write-back failed', patientId, error: loggableError(error) });
      outcome.fail('unexpected error; see the log');
    }
  }

  private async writeChanges(patientId: string, onWritten: () => void): Promise<void> {
    const labels = await this.repository.labelsOf(patientId);
    const series = [...new Set(labels.map(({ sourceSeriesUid }) => sourceSeriesUid))];
    const known = await this.repository.writtenFor(series);
    const byId = new Map(known.map((written) => [written.id, written]));
    const wanted = await this.wantedFrom(labels, patientId);
    for (const { resources, sourceSeriesUid, studyInstanceUid } of wanted) {
      const changed = resources.filter((one) => byId.get(one.id)?.contentSha256 !== sha256Of(one));
      if (changed.length === 0) continue;
      const imagingStudy = await this.findImagingStudy(studyInstanceUid);
      for (const one of changed) {
        const resource = this.withReferences(one, byId, imagingStudy);
        const serverId = await this.writer.write(resource, byId.get(one.id)?.serverId ?? null);
        const { id, resourceType } = one;
        const written = { id, resourceType, serverId, sourceSeriesUid, contentSha256: sha256Of(one), resource };
        await this.repository.save(written);
        byId.set(id, written);
        onWritten();
      }
    }
    const kept = new Set(wanted.flatMap(({ resources }) => resources.map(({ id }) => id)));
    const open = new Set(labels.filter(isOpen).map(({ sourceSeriesUid }) => sourceSeriesUid));
    // A study that turned out to be another patient's: what is written of it is for that patient to retract.
    const others = await this.repository.heldByOthers(series, patientId);
    for (const written of known) {
      const { id, sourceSeriesUid } = written;
      if (kept.has(id) || open.has(sourceSeriesUid) || others.has(sourceSeriesUid)) continue;
      if (await this.retract(written)) onWritten();
    }
  }

  private async wantedFrom(labels: LabelEntity[], patientId: string): Promise<Wanted[]> {
    const stored = labels.filter(({ state }) => state === 'stored');
    const segments = stored.flatMap((label) => label.segments);
    const reportIds = segments.flatMap(({ lesion, specimens }) => [lesion, ...specimens].map((one) => one.reportId));
    const reports = await this.repository.reports([...new Set(reportIds)], patientId);
    const { curatedRules } = await this.patients.get(patientId);
    return [...Map.groupBy(stored, ({ sourceSeriesUid }) => sourceSeriesUid)].map(([sourceSeriesUid, ofSeries]) => {
      const onRecord: LabelOnRecord[] = ofSeries;
      const observations = toObservations(onRecord, reports);
      const used = new Set(
        ofSeries.flatMap((label) =>
          label.segments.flatMap(({ lesion, specimens }) => [lesion, ...specimens].map((one) => one.reportId)),
        ),
      );
      const rows = [...used].map((id) => reports.get(id)!).sort((a, b) => (a.reference < b.reference ? -1 : 1));
      const provenance = toProvenance(
        onRecord,
        observations,
        [...new Set(rows.map(({ reference }) => reference))],
        distinctEngines(rows.flatMap(({ engine }) => engine ?? [])),
        curatedRules ?? '',
      );
      const { studyInstanceUid } = ofSeries[0]!;
      return { sourceSeriesUid, studyInstanceUid, resources: [...observations, provenance] };
    });
  }

  /** What only the server knows: its ids of the observations referred to, and its record of the study. */
  private withReferences(
    resource: OwnResource,
    written: Map<string, WrittenResourceEntity>,
    imagingStudy: string | null,
  ): OwnResource {
    const onServer = <T extends { reference?: string | undefined }>(one: T): T => {
      const [, id] = /^Observation\/(.*)$/.exec(one.reference ?? '') ?? [];
      return id === undefined ? one : { ...one, reference: `Observation/${written.get(id)?.serverId ?? id}` };
    };
    if (resource.resourceType === 'Provenance') return { ...resource, target: resource.target.map(onServer) };
    const isLesion = resource.category?.[0]?.coding?.[0]?.code === 'imaging';
    return {
      ...resource,
      ...(resource.hasMember && { hasMember: resource.hasMember.map(onServer) }),
      ...(isLesion && imagingStudy !== null && { derivedFrom: [{ reference: imagingStudy }] }),
    };
  }

  /** A server that keeps no studies, or does not let us search them, is none the worse for observations. */
  private async findImagingStudy(studyInstanceUid: string): Promise<string | null> {
    const query = new URLSearchParams({ identifier: `urn:dicom:uid|urn:oid:${studyInstanceUid}` });
    try {
      const [study] = await this.fhir.search<ImagingStudy>('ImagingStudy', query);
      return study?.id === undefined ? null : `ImagingStudy/${study.id}`;
    } catch (error) {
      const cannot =
        error instanceof FhirError && ['refused', 'outcome', 'forbidden', 'not-found'].includes(error.kind);
      if (!cannot) throw error;
      return null;
    }
  }

  /** @returns whether anything was sent */
  private async retract(written: WrittenResourceEntity): Promise<boolean> {
    const { resource } = written;
    if (resource.resourceType !== 'Observation' || resource.status === 'entered-in-error') return false;
    const retracted = { ...resource, id: written.id, status: 'entered-in-error' as const };
    const serverId = await this.writer.write(retracted, written.serverId);
    await this.repository.save({ ...written, serverId, contentSha256: sha256Of(retracted), resource: retracted });
    return true;
  }
}

class Outcome {
  written = 0;
  private readonly failures = new Map<string, number>();

  fail(message: string): void {
    this.failures.set(message, (this.failures.get(message) ?? 0) + 1);
  }

  summary(): WrittenBack {
    const problems = [...this.failures].map(
      ([words, count]) => `FHIR write-back of ${count} ${count === 1 ? 'patient' : 'patients'}: ${words}`,
    );
    return { written: this.written, problems };
  }
}

function distinctEngines(engines: EngineOnRecord[]): EngineOnRecord[] {
  const byName = new Map(engines.map((engine) => [`${engine.name} ${engine.version} ${engine.rulesetHash}`, engine]));
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, engine]) => engine);
}
