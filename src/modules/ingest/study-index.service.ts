import { Injectable } from '@nestjs/common';
import { sha256Of } from '../../platform/ids.js';
import { numberOf, textOf, type DicomJson } from '../dicomweb/dicom-json.js';
import { PacsClient } from '../dicomweb/dicomweb-client.js';
import { DicomwebError } from '../dicomweb/dicomweb-error.js';
import type { QidoResult } from '../dicomweb/study-search.js';
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
/** In an Orthanc of 2,000 studies a row costs about 1 ms and comes twice, and a search 20 ms (docs/benchmarks.md). */
const STUDIES_PER_PATIENT = 8;
const LARGEST_LIST = 10_000;

/** MR studies by PatientID. */
export type Archive = ReadonlyMap<string, DicomJson[]>;
/** Whether a study of this day (YYYY-MM-DD) has to be looked into. */
type MayMatter = (studyDate: string | null) => boolean;

/** A study as the PACS lists it now, and as it is known. */
interface ListedStudy {
  uid: string;
  row: DicomJson;
  isRead: boolean;
  before: StudyEntity | undefined;
  labels: StoredLabel[];
}

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
   * All MR studies of the archive by PatientID, where that costs less than asking for those of so many patients; else null.
   * Only to see that nothing changed: who is not in it as before is asked for by himself.
   */
  async listArchive(patients: number): Promise<Archive | null> {
    if (patients === 0) return null;
    const most = Math.min(patients * STUDIES_PER_PATIENT, LARGEST_LIST);
    try {
      return await this.pacs.findAllStudies({ most, modality: 'MR' });
    } catch (error) {
      // One who does not answer this may answer for single patients; a real outage shows there.
      if (!(error instanceof DicomwebError)) throw error;
      return null;
    }
  }

  /** Whether the archive lists the patient's studies as they are known, so that `indexPatient` would change nothing. */
  async isAsListed(patient: PatientEntity, archive: Archive, mayMatter: MayMatter): Promise<boolean> {
    const { rows } = await this.listOf(patient, (mrn) => ({ rows: archive.get(mrn.trim()) ?? [], complete: true }));
    const { changed, gone } = await this.compare(patient, rows, mayMatter);
    return changed.length === 0 && gone.length === 0;
  }

  /**
   * @param mayMatter whether a study of this day (YYYY-MM-DD) has to be looked into: of others only their row is kept
   * @returns why not everything could be seen, or null
   */
  async indexPatient(patient: PatientEntity, mayMatter: MayMatter): Promise<string | null> {
    const list = await this.listOf(patient, (patientId) => this.pacs.findStudies({ patientId, modality: 'MR' }));
    let { problem } = list;
    const { changed, gone } = await this.compare(patient, list.rows, mayMatter);
    for (const study of changed) {
      const ofStudy = await this.indexStudy(patient.id, study);
      problem ??= ofStudy;
    }
    if (problem === null && gone.length > 0) await this.studies.remove(patient.id, gone);
    return problem;
  }

  /** The studies of the patient under all names, and why not all may be there. */
  private async listOf(
    { issuer: ownIssuer, mrn: ownMrn, aliases }: PatientEntity,
    find: (mrn: string) => QidoResult | Promise<QidoResult>,
  ): Promise<{ rows: DicomJson[]; problem: string | null }> {
    const rows: DicomJson[] = [];
    let problem: string | null = null;
    for (const { issuer, mrn } of [{ issuer: ownIssuer, mrn: ownMrn }, ...aliases]) {
      const result = await find(mrn);
      if (!result.complete) problem = `PACS: ${result.detail ?? 'an incomplete answer'}`;
      const isShared = (await this.patients.findByMrn(mrn)).length > 1;
      rows.push(...ofIssuer(result.rows, issuer, isShared));
    }
    return { rows, problem };
  }

  private async compare(
    patient: PatientEntity,
    rows: DicomJson[],
    mayMatter: MayMatter,
  ): Promise<{ changed: ListedStudy[]; gone: string[] }> {
    const known = new Map((await this.studies.studiesOf(patient.id)).map((study) => [study.studyInstanceUid, study]));
    const stored = await this.labels.storedOf(patient.id);
    const listed = rows.map((row): ListedStudy => {
      const uid = textOf(row, STUDY_INSTANCE_UID) ?? '';
      const labels = stored.filter(({ studyInstanceUid }) => studyInstanceUid === uid);
      const isRead = mayMatter(toDay(textOf(row, STUDY_DATE) ?? null)) || labels.length > 0;
      return { uid, row, isRead, before: known.get(uid), labels };
    });
    const uids = new Set(listed.map(({ uid }) => uid));
    return {
      changed: listed.filter(({ row, isRead, before, labels }) => before?.rowSha256 !== hashOf(row, isRead, labels)),
      gone: [...known.keys()].filter((uid) => !uids.has(uid)),
    };
  }

  private async indexStudy(
    patientId: string,
    { uid: studyInstanceUid, row, isRead, before, labels }: ListedStudy,
  ): Promise<string | null> {
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

    const ofStudy = numberOf(row, NUMBER_OF_STUDY_RELATED_INSTANCES);
    const headers = await this.pacs.seriesHeaders(studyInstanceUid, ofImages, ofStudy);
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

/**
 * Pixels and long binary values say nothing that this service reads. Nor do the private b-values that Orthanc gives as bulk
 * data, those of Siemens for one: whether a series is diffusion shows in what else its headers say (in 35 real series of
 * three makers no role depended on them), and only the axial T2 is picked here.
 */
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
