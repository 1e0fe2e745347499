import { numberOf, textOf, type DicomJson } from './dicom-json.js';
import { DicomwebError } from './dicomweb-error.js';
import { DicomwebExchange, type DicomwebSettings, type Query, type SeriesAddress } from './dicomweb-exchange.js';
import { firstOf, NUMBER_OF_SERIES_RELATED_INSTANCES, seriesOf } from './instance-rows.js';
import { isUid, outcomesOf, sopInstanceUidOf, type StoreOutcome } from './store-outcome.js';
import { patternOf, searchAllStudies, type DateWindow, type QidoResult } from './study-search.js';

const SOP_INSTANCE_UID = '00080018';
const MODALITIES_IN_STUDY = '00080061';
const PATIENT_ID = '00100020';
const SERIES_INSTANCE_UID = '0020000E';
const NUMBER_OF_STUDY_RELATED_SERIES = '00201206';

/** What study answers lack by default and many servers give when asked (PS3.18 10.6.3). */
const STUDY_FIELDS = `00081030,00100021,00080050,00080051,${MODALITIES_IN_STUDY},${NUMBER_OF_STUDY_RELATED_SERIES},00201208`;
const SERIES_FIELDS = `0008103E,${NUMBER_OF_SERIES_RELATED_INSTANCES}`;

/** In any transfer syntax: without this a server may transcode, and the bytes would not be those that are stored. */
const STORED_DICOM = 'multipart/related; type="application/dicom"; transfer-syntax=*';

/** Up to so many instances a series is read whole for the sake of one header, and a study for that of each series. */
const FEW_INSTANCES = 128;
const FEW_INSTANCES_OF_STUDY = 256;

const SUSPICIOUS_ROWS = 50;
/** The whole archive, its two halves by date, and some more where a half is not believed. */
const QUERIES_FOR_ARCHIVE = 8;
/** An archive that lists fewer studies than this is taken for small, not for capped. */
const SMALLEST_CAP = 5;

export interface PacsClientSettings extends DicomwebSettings {
  /** An answer with so many rows may have been cut off by the server; default 50. */
  suspiciousRows?: number;
}

/** The headers of one instance of a series, as the server holds them, private tags included. */
export interface SeriesHeader {
  seriesInstanceUid: string;
  header: DicomJson;
  instances: number;
}

export interface Reachability {
  state: 'ok' | 'unauthorized' | 'unreachable' | 'not-dicomweb';
  detail?: string;
}

/**
 * QIDO, WADO and STOW against any DICOMweb server. Methods reject with DicomwebError, and none returns a part of an
 * answer as if it were the whole. Every request but that of `ping` passes the gate.
 */
export class PacsClient {
  private readonly exchange: DicomwebExchange;
  private readonly suspiciousRows: number;
  private isUncapped = false;

  constructor(settings: PacsClientSettings) {
    this.exchange = new DicomwebExchange(settings);
    this.suspiciousRows = settings.suspiciousRows ?? SUSPICIOUS_ROWS;
  }

  /**
   * The studies of exactly this PatientID. The modality is compared here, not by the server: one that cut its answer
   * off first and compared then would leave few rows of many, and nothing would show it. A study whose modalities the
   * server does not tell is kept.
   */
  async findStudies({ patientId, modality }: { patientId: string; modality?: string }): Promise<QidoResult> {
    const wanted = patientId.trim();
    if (wanted === '') throw new RangeError('An empty PatientID would match every patient.');
    const exact = await this.findStudiesLike(wanted, wanted, modality);
    const pattern = patternOf(wanted);
    return exact.rows.length > 0 || pattern === wanted ? exact : this.findStudiesLike(pattern, wanted, modality);
  }

  private async findStudiesLike(pattern: string, patientId: string, modality?: string): Promise<QidoResult> {
    const query = ({ from, to }: DateWindow) => {
      const studyDate = from === to ? from : `${from ?? ''}-${to ?? ''}`;
      return this.searchStudies({ PatientID: pattern, ...(studyDate !== undefined && { StudyDate: studyDate }) });
    };
    const first = await query({});
    const isFew = first.rows.length < SMALLEST_CAP;
    const result = await searchAllStudies(first, query, isFew ? SMALLEST_CAP : await this.suspiciousSize());
    // Servers compare without regard to case, take * and ? as wildcards, or pass over keys that they do not know.
    const rows = result.rows.filter(
      (row) => (textOf(row, PATIENT_ID) ?? pattern) === patientId && isOfModality(row, modality),
    );
    return { ...result, rows };
  }

  /**
   * The studies of all patients, by PatientID, in few requests; null where there are more than `most`, or where it cannot
   * be told that these are all. A list that the server cut off at some number of rows is as long as one of its halves by
   * date would be: the halves must be shorter, and be the whole together. Where they hold more, it was cut off, and studies
   * without a date, which the halves may lack, could be missing. A study without a PatientID (a phantom) is nobody's; a
   * server that gives none at all does not tell whose its studies are.
   */
  async findAllStudies({
    most,
    modality,
  }: {
    most: number;
    modality?: string;
  }): Promise<Map<string, DicomJson[]> | null> {
    const first = await this.searchStudies({ limit: most + 1 });
    if (first.rows.length > most) return null;
    const query = ({ from = '', to = '' }: DateWindow) => this.searchStudies({ StudyDate: `${from}-${to}` });
    const suspicious = Math.max(first.rows.length, SMALLEST_CAP);
    const { rows, complete } = await searchAllStudies(first, query, suspicious, QUERIES_FOR_ARCHIVE);
    const isWhole = complete && rows.length <= first.rows.length;
    const named = rows.filter((row) => textOf(row, PATIENT_ID) !== undefined);
    if (!isWhole || (named.length === 0 && rows.length > 0)) return null;
    return Map.groupBy(
      named.filter((row) => isOfModality(row, modality)),
      (row) => textOf(row, PATIENT_ID)!,
    );
  }

  /** The rows of one StudyInstanceUID: none, one, or several where the archive holds it under several patients. */
  async findStudiesByUid(studyUid: string): Promise<DicomJson[]> {
    return (await this.searchStudies({ StudyInstanceUID: uidFor(studyUid) })).rows;
  }

  /**
   * The series of a study, compared with its NumberOfStudyRelatedSeries (`promised`; asked for if not given). If fewer
   * came, they are taken from the metadata of the study, which row limits do not cut off.
   */
  async findSeries(studyUid: string, promised?: number): Promise<QidoResult> {
    const studyInstanceUID = uidFor(studyUid);
    const [answer, count] = await Promise.all([
      this.exchange.json((request) =>
        this.exchange.qido.searchForSeries({
          studyInstanceUID,
          queryParams: { includefield: SERIES_FIELDS },
          ...request,
        }),
      ),
      promised ?? this.promisedSeries(studyUid),
    ]);
    const isEnough = count === undefined ? answer.rows.length < this.suspiciousRows : answer.rows.length >= count;
    if (isEnough && !answer.partial) return { rows: answer.rows, complete: true };
    const metadata = await this.studyMetadata(studyUid);
    const rows = seriesOf(metadata.rows);
    const least = count ?? answer.rows.length;
    if (rows.length >= least && !metadata.partial) return { rows, complete: true };
    return { rows, complete: false, detail: `the server lists ${rows.length} of at least ${least} series of a study` };
  }

  /**
   * `seriesHeader` of several series of a study. A small study is read in one request: what a request costs the server is
   * more than what the headers of an instance cost it.
   */
  async seriesHeaders(
    studyUid: string,
    series: readonly { uid: string; instances: number | undefined }[],
    instancesOfStudy: number | undefined,
  ): Promise<SeriesHeader[]> {
    const isSmall = series.length > 1 && (instancesOfStudy ?? Infinity) <= FEW_INSTANCES_OF_STUDY;
    const metadata = isSmall ? await this.metadataIfGiven(studyUid) : [];
    const bySeries = Map.groupBy(metadata, (row) => textOf(row, SERIES_INSTANCE_UID));
    return Promise.all(
      series.map(async ({ uid, instances }) => {
        const rows = bySeries.get(uid);
        if (rows === undefined || instances === undefined) return this.seriesHeader(studyUid, uid, instances);
        return { seriesInstanceUid: uid, header: firstOf(rows), instances };
      }),
    );
  }

  /**
   * The headers of the first instance of a series by InstanceNumber, or of any instance of a long one; `promised` is its
   * number of instances, if known, and may be out of date: one instance will do. Series answers do not do: even with
   * includefield=all Orthanc leaves private tags out. Metadata of a short series costs less than a search for an instance,
   * the more so the more the archive holds (docs/benchmarks.md).
   */
  async seriesHeader(studyUid: string, seriesUid: string, promised?: number): Promise<SeriesHeader> {
    const series = seriesAddress(studyUid, seriesUid);
    if (promised === undefined || promised <= FEW_INSTANCES) {
      const metadata = await this.seriesMetadata(studyUid, seriesUid, promised === undefined ? undefined : 1);
      return { seriesInstanceUid: seriesUid, header: firstOf(metadata), instances: promised ?? metadata.length };
    }
    const { rows, endpoint: search } = await this.searchInstances(series, { limit: 1 });
    const sopUid = rows[0] && textOf(rows[0], SOP_INSTANCE_UID);
    if (sopUid === undefined) throw new DicomwebError('truncated', search, `none of ${promised} instances is listed`);
    const { rows: metadata, endpoint } = await this.exchange.json((request) =>
      this.exchange.wado.retrieveInstanceMetadata({ ...series, sopInstanceUID: uidFor(sopUid), ...request }),
    );
    const header = metadata[0];
    if (header === undefined) throw new DicomwebError('truncated', endpoint, 'the metadata of an instance is empty');
    return { seriesInstanceUid: seriesUid, header, instances: promised };
  }

  /**
   * The headers of all instances of a series. Rejects as `truncated` if fewer came than `promised`, which if not given
   * is the server's NumberOfSeriesRelatedInstances, or else the number of its instance rows.
   */
  async seriesMetadata(studyUid: string, seriesUid: string, promised?: number): Promise<DicomJson[]> {
    const series = seriesAddress(studyUid, seriesUid);
    const count = promised ?? (await this.promisedInstances(series));
    const { rows, endpoint } = await this.exchange.json((request) =>
      this.exchange.wado.retrieveSeriesMetadata({ ...series, ...request }),
    );
    const distinct = new Set(rows.map((row) => textOf(row, SOP_INSTANCE_UID))).size;
    if (distinct < Math.max(count, 1))
      throw new DicomwebError('truncated', endpoint, `${distinct} instances came of ${count} promised`);
    return rows;
  }

  /** One instance as a Part 10 file, in the transfer syntax in which it is stored. */
  async retrieveInstance(studyUid: string, seriesUid: string, sopUid: string): Promise<Uint8Array> {
    const address = { ...seriesAddress(studyUid, seriesUid), sopInstanceUID: uidFor(sopUid) };
    const { bytes, endpoint } = await this.exchange.file(
      (request) => this.exchange.wado.retrieveInstance({ ...address, ...request }),
      STORED_DICOM,
    );
    if (sopInstanceUidOf(bytes) !== sopUid)
      throw new DicomwebError('not-dicom', endpoint, 'the part is not the DICOM file of this instance');
    return bytes;
  }

  /**
   * Sends Part 10 files of one study in one request; the outcomes are in their order. Rejects only where nothing can
   * have been stored (no connection, credentials refused, redirected). A file that is not Part 10 is not sent.
   */
  async storeInstances(studyUid: string, files: readonly Uint8Array[]): Promise<StoreOutcome[]> {
    const studyInstanceUID = uidFor(studyUid);
    const uids = files.map(sopInstanceUidOf);
    const sent = files.filter((_, index) => uids[index] !== undefined);
    if (sent.length === 0) return outcomesOf(uids, { status: 0, body: '' });
    const { status, response, error } = await this.exchange.post((request) =>
      this.exchange.stow.storeInstances({
        studyInstanceUID,
        datasets: sent.map((file) => new Uint8Array(file).buffer),
        ...request,
      }),
    );
    if (error !== undefined && NOTHING_STORED.has(error.kind)) throw error;
    const body = typeof response === 'string' ? response : '';
    return outcomesOf(uids, { status, body, retryAfterMs: error?.retryAfterMs });
  }

  /** Whether a small query is answered. It does not wait at the gate, so that a busy service still counts as ready. */
  async ping(): Promise<Reachability> {
    try {
      await this.exchange.json(
        (request) => this.exchange.qido.searchForStudies({ queryParams: { limit: 1 }, ...request }),
        { run: (request) => request() },
      );
      return { state: 'ok' };
    } catch (cause) {
      if (!(cause instanceof DicomwebError)) throw cause;
      const isDown = ['refused', 'timeout', 'reset'].includes(cause.kind) || (cause.status ?? 0) >= 500;
      const state = cause.kind === 'unauthorized' ? cause.kind : isDown ? 'unreachable' : 'not-dicomweb';
      return { state, detail: cause.message };
    }
  }

  /**
   * From how many rows on an answer is not believed. A server may be capped below the usual size: its longest answer to
   * an open query tells, and is remembered once it is long enough.
   */
  private async suspiciousSize(): Promise<number> {
    if (this.isUncapped) return this.suspiciousRows;
    const { rows } = await this.searchStudies({ limit: this.suspiciousRows + 1 });
    this.isUncapped = rows.length >= this.suspiciousRows;
    return this.isUncapped ? this.suspiciousRows : Math.max(rows.length, SMALLEST_CAP);
  }

  private studyMetadata(studyUid: string) {
    const studyInstanceUID = uidFor(studyUid);
    return this.exchange.json((request) => this.exchange.wado.retrieveStudyMetadata({ studyInstanceUID, ...request }));
  }

  /** A study holds more than the series that are asked for, such as an object that the server cannot read. */
  private async metadataIfGiven(studyUid: string): Promise<DicomJson[]> {
    try {
      return (await this.studyMetadata(studyUid)).rows;
    } catch (error) {
      if (!(error instanceof DicomwebError)) throw error;
      return [];
    }
  }

  private searchStudies(query: Query) {
    return this.exchange.json((request) =>
      this.exchange.qido.searchForStudies({ queryParams: { ...query, includefield: STUDY_FIELDS }, ...request }),
    );
  }

  private searchInstances(address: Partial<SeriesAddress>, queryParams: Query) {
    return this.exchange.json((request) =>
      this.exchange.qido.searchForInstances({ ...address, queryParams, ...request }),
    );
  }

  private async promisedSeries(studyUid: string): Promise<number | undefined> {
    const counts = (await this.findStudiesByUid(studyUid)).map((row) => numberOf(row, NUMBER_OF_STUDY_RELATED_SERIES));
    return counts.reduce((sum, count) => (sum === undefined || count === undefined ? undefined : sum + count), 0);
  }

  private async promisedInstances(series: SeriesAddress): Promise<number> {
    const { studyInstanceUID, seriesInstanceUID } = series;
    const { rows } = await this.exchange.json((request) =>
      this.exchange.qido.searchForSeries({
        studyInstanceUID,
        queryParams: { SeriesInstanceUID: seriesInstanceUID, includefield: NUMBER_OF_SERIES_RELATED_INSTANCES },
        ...request,
      }),
    );
    const row = rows.find((candidate) => textOf(candidate, SERIES_INSTANCE_UID) === seriesInstanceUID);
    const count = row && numberOf(row, NUMBER_OF_SERIES_RELATED_INSTANCES);
    return count ?? (await this.searchInstances(series, {})).rows.length;
  }
}

/** After these nothing can have been stored: no request went out, or the server looked at nothing but the credentials. */
const NOTHING_STORED: ReadonlySet<string> = new Set(['refused', 'unauthorized', 'redirect', 'other-origin']);

/** UIDs come from servers and go into paths: one that is not digits and dots is refused. */
function uidFor(uid: string): string {
  if (isUid(uid)) return uid;
  throw new DicomwebError('unusable-uid', 'request', 'a UID that is not digits and dots cannot be asked for');
}

/** Whether a study has images of this modality; the server may not tell. */
function isOfModality(row: DicomJson, modality: string | undefined): boolean {
  const modalities = row[MODALITIES_IN_STUDY]?.Value;
  return modality === undefined || modalities === undefined || modalities.includes(modality);
}

function seriesAddress(studyUid: string, seriesUid: string): SeriesAddress {
  return { studyInstanceUID: uidFor(studyUid), seriesInstanceUID: uidFor(seriesUid) };
}
