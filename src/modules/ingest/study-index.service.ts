import { Injectable } from '@nestjs/common';
import { sha256Of } from '../../platform/ids.js';
import { numberOf, textOf, type DicomJson } from '../dicomweb/dicom-json.js';
import { PacsClient } from '../dicomweb/dicomweb-client.js';
import { isDay } from './calendar-day.js';
import { LabelRepository, type StoredLabel } from '../labels/label.repository.js';
import type { PatientEntity } from './patient.entity.js';
import { PatientRepository } from './patient.repository.js';
import { SeriesEntity, StudyEntity } from './study.entity.js';
import { StudyRepository } from './study.repository.js';

const STUDY_INSTANCE_UID = '0020000D';
const SERIES_INSTANCE_UID = '0020000E';
const STUDY_DATE = '00080020';
const ISSUER_OF_PATIENT_ID = '00100021';
const MODALITY = '00080060';
const NUMBER_OF_STUDY_RELATED_SERIES = '00201206';
const NUMBER_OF_STUDY_RELATED_INSTANCES = '00201208';
const MODALITIES_IN_STUDY = '00080061';
const LABEL_MODALITIES: ReadonlySet<unknown> = new Set(['SEG', 'SR']);
const NUMBER_OF_SERIES_RELATED_INSTANCES = '00201209';
const PIXEL_DATA = '7FE00010';
const MAX_INLINE_BINARY = 4096;

/**
 * Keeps the list of a patient's MR studies, with the headers of one instance of each series. A patient whose studies
 * changed becomes due in the same transaction, so that a crash cannot come between.
 */
@Injectable()
export class StudyIndexService {
  constructor(
    private readonly pacs: PacsClient,
    private readonly studies: StudyRepository,
    private readonly patients: PatientRepository,
    private readonly labels: LabelRepository,
  ) {}

  /**
   * @param mayMatter whether a study of this day (YYYY-MM-DD) has to be looked into: of others only their row is kept
   * @returns why not everything could be seen, or null
   */
  async indexPatient(patient: PatientEntity, mayMatter: (studyDate: string | null) => boolean): Promise<string | null> {
    const rows: DicomJson[] = [];
    let problem: string | null = null;
    for (const { issuer, mrn } of [patient, ...patient.aliases]) {
      const result = await this.pacs.findStudies({ patientId: mrn, modality: 'MR' });
      if (!result.complete) problem = `PACS: ${result.detail ?? 'an incomplete answer'}`;
      const isShared = (await this.patients.findByMrn(mrn)).length > 1;
      rows.push(...ofIssuer(result.rows, issuer, isShared));
    }
    const known = new Map((await this.studies.studiesOf(patient.id)).map((study) => [study.studyInstanceUid, study]));
    const labels = await this.labels.storedOf(patient.id);
    for (const row of rows) {
      const uid = textOf(row, STUDY_INSTANCE_UID) ?? '';
      const before = known.get(uid);
      known.delete(uid);
      const ofThis = labels.filter(({ studyInstanceUid }) => studyInstanceUid === uid);
      const isRead = mayMatter(toDay(textOf(row, STUDY_DATE) ?? null)) || ofThis.length > 0;
      if (before?.rowSha256 === hashOf(row, isRead, ofThis)) continue;
      const ofStudy = await this.indexStudy({ patientId: patient.id, uid, row, isRead, before, labels: ofThis });
      problem ??= ofStudy;
    }
    if (problem === null && known.size > 0) await this.studies.remove(patient.id, [...known.keys()]);
    return problem;
  }

  private async indexStudy({
    patientId,
    uid: studyInstanceUid,
    row,
    isRead,
    before,
    labels,
  }: {
    patientId: string;
    uid: string;
    row: DicomJson;
    isRead: boolean;
    before: StudyEntity | undefined;
    labels: StoredLabel[];
  }): Promise<string | null> {
    const study = new StudyEntity();
    study.studyInstanceUid = studyInstanceUid;
    study.patientId = patientId;
    let listed: DicomJson[] = [];
    if (isRead) {
      const answer = await this.pacs.findSeries(studyInstanceUid, numberOf(row, NUMBER_OF_STUDY_RELATED_SERIES));
      if (!answer.complete) return `PACS: ${answer.detail ?? 'an incomplete list of series'}`;
      listed = answer.rows;
    }
    study.rowSha256 = hashOf(row, isRead, await this.sendLostAgain(labels, listed));
    const ofImages = listed
      .filter((series) => (textOf(series, MODALITY) ?? 'MR') === 'MR')
      .map((series) => ({
        uid: textOf(series, SERIES_INSTANCE_UID) ?? '',
        instances: numberOf(series, NUMBER_OF_SERIES_RELATED_INSTANCES),
      }))
      .sort((a, b) => (a.uid < b.uid ? -1 : 1));
    study.seriesSha256 = sha256Of(
      isRead,
      [STUDY_DATE, '00080030', '00080050', '00080051', '00100020', '00100021'].map((tag) => textOf(row, tag)),
      ofImages,
    );
    if (before?.seriesSha256 === study.seriesSha256) {
      // Only something else came, such as our own label.
      await this.studies.saveRowHash(studyInstanceUid, study.rowSha256);
      return null;
    }

    const headers = await Promise.all(
      ofImages.map(({ uid, instances }) => this.pacs.seriesHeader(studyInstanceUid, uid, instances)),
    );
    const series = headers.map(({ seriesInstanceUid, header, instances }) => {
      const entity = new SeriesEntity();
      entity.seriesInstanceUid = seriesInstanceUid;
      entity.studyInstanceUid = studyInstanceUid;
      entity.modality = textOf(header, MODALITY) ?? null;
      entity.seriesNumber = numberOf(header, '00200011') ?? null;
      entity.description = textOf(header, '0008103E') ?? null;
      entity.instances = instances;
      entity.headers = withoutBulk(header);
      entity.instancesMetadata = null;
      return entity;
    });
    // What the study level leaves out is taken from the instances.
    const first = series[0]?.headers ?? {};
    const either = (tag: string) => textOf(row, tag) ?? textOf(first, tag) ?? null;
    study.studyDate = toDay(either(STUDY_DATE));
    study.studyTime = either('00080030');
    study.accessionNumber = either('00080050');
    study.description = either('00081030');
    await this.studies.save(study, series);
    return null;
  }

  /**
   * A study that changed may have lost a label that was stored in it: each is alone in a series of its own.
   * @returns the labels that are there
   */
  private async sendLostAgain(labels: StoredLabel[], listed: DicomJson[]): Promise<StoredLabel[]> {
    const uids = new Set(listed.map((series) => textOf(series, SERIES_INSTANCE_UID)));
    const lost = labels.filter(({ seriesInstanceUid }) => !uids.has(seriesInstanceUid));
    for (const { sopInstanceUid } of lost) await this.labels.sendAgain(sopInstanceUid);
    return labels.filter((label) => !lost.includes(label));
  }
}

/**
 * Of a study's row as it would be without our labels: storing them is no reason to look again, and losing one is. Each is
 * one instance in a series of its own. A server that does not count is looked at again whenever the labels change.
 */
export function hashOf(row: DicomJson, isRead: boolean, labels: Pick<StoredLabel, 'sopInstanceUid'>[]): string {
  const series = numberOf(row, NUMBER_OF_STUDY_RELATED_SERIES);
  const instances = numberOf(row, NUMBER_OF_STUDY_RELATED_INSTANCES);
  if (series === undefined || instances === undefined)
    return sha256Of(
      row,
      isRead,
      labels.map(({ sopInstanceUid }) => sopInstanceUid),
    );
  const { [MODALITIES_IN_STUDY]: modalities, ...rest } = row;
  const others = (modalities?.Value ?? []).filter((modality) => !LABEL_MODALITIES.has(modality)).sort();
  const counts = {
    [NUMBER_OF_STUDY_RELATED_SERIES]: series - labels.length,
    [NUMBER_OF_STUDY_RELATED_INSTANCES]: instances - labels.length,
  };
  return sha256Of({ ...rest, ...counts }, others, isRead);
}

/**
 * A study that states another issuer is another person's. Where one side states none, the number has to do, unless
 * several persons are known by it.
 *
 * @param isShared whether patients of several issuers have this number
 */
export function ofIssuer(rows: DicomJson[], issuer: string, isShared: boolean): DicomJson[] {
  const issuerOf = (row: DicomJson) => textOf(row, ISSUER_OF_PATIENT_ID) ?? '';
  const stated = new Set(rows.map(issuerOf).filter((value) => value !== ''));
  const isUnclear = isShared || (issuer === '' && stated.size > 1);
  return rows.filter((row) => {
    const rowIssuer = issuerOf(row);
    if (rowIssuer === issuer) return issuer !== '' || !isShared;
    return (rowIssuer === '' || issuer === '') && !isUnclear;
  });
}

/** Pixels and long binary values say nothing that this service reads. */
export function withoutBulk(header: DicomJson): DicomJson {
  return Object.fromEntries(
    Object.entries(header).filter(
      ([tag, element]) =>
        tag !== PIXEL_DATA &&
        element.BulkDataURI === undefined &&
        (element.InlineBinary?.length ?? 0) <= MAX_INLINE_BINARY,
    ),
  );
}

/** A date that no calendar has, as 20241345, counts as none. */
function toDay(date: string | null): string | null {
  const day = date?.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3') ?? '';
  return isDay(day) ? day : null;
}
