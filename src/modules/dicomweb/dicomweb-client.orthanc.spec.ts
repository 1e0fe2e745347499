import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { authorizationOf } from './auth.js';
import { PacsClient, type PacsClientSettings } from './dicomweb-client.js';
import { numberOf, textOf, type DicomJson } from './dicom-json.js';
import { LocalGate } from './request-gate.js';
import { element, toPart10 } from '../../../test/fixtures/cohort/dataset.js';
import { startOrthanc, type Orthanc } from '../../../test/fixtures/servers/orthanc.js';

const clientOf = (server: Orthanc, change: Partial<PacsClientSettings> = {}) =>
  new PacsClient({
    qidoUrl: server.dicomwebUrl,
    wadoUrl: server.dicomwebUrl,
    stowUrl: server.dicomwebUrl,
    authorization: authorizationOf({ kind: 'basic', username: server.username, password: server.password }),
    timeoutMs: 10_000,
    maxResponseBytes: 10_000_000,
    gate: new LocalGate(4),
    ...change,
  });

/** What a bare search for a SOPInstanceUID gives: below a study, a series, or in the whole archive. */
const found = (server: Orthanc, sop: string, study = '', series = '') =>
  server.get<DicomJson[]>(
    `/dicom-web${study && `/studies/${study}`}${series && `/series/${series}`}/instances?SOPInstanceUID=${sop}`,
  );
const sopUidOf = (row: DicomJson) => textOf(row, '00080018');
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

interface Uids {
  study: string;
  series: string;
  sop: string;
}
/** A small MR instance without pixels; `change` adds or replaces elements. */
const mrFile = (uids: Uids, change: Parameters<typeof toPart10>[0] = {}) =>
  toPart10({
    '00080016': element('UI', '1.2.840.10008.5.1.4.1.1.4'),
    '00080018': element('UI', uids.sop),
    '00080020': element('DA', '20200101'),
    '00080050': element('SH', 'ACC1'),
    '00080060': element('CS', 'MR'),
    '00081030': element('LO', 'MR pelvis'),
    '00100020': element('LO', 'P1'),
    '00190010': element('LO', 'SIEMENS MR HEADER'),
    '0020000D': element('UI', uids.study),
    '0020000E': element('UI', uids.series),
    ...change,
  });

describe('an Orthanc that lists everything', () => {
  let server: Orthanc;
  let pacs: PacsClient;
  const study = '1.2.3.1';
  const series = '1.2.3.1.1';

  beforeAll(async () => {
    server = await startOrthanc();
    pacs = clientOf(server);
    for (const s of numbers(3))
      for (const i of numbers(4))
        await server.uploadInstance(
          mrFile({ study, series: `${study}.${s}`, sop: `${study}.${s}.${i}` }, { '0019100C': element('IS', s * 100) }),
        );
  });
  afterAll(() => server.stop());

  it('finds studies of the patient with the fields that study answers lack by default', async () => {
    const { rows, complete } = await pacs.findStudies({ patientId: 'P1', modality: 'MR' });
    expect(complete).toBe(true);
    expect(rows.map((row) => textOf(row, '0020000D'))).toEqual([study]);
    expect(['00081030', '00080050', '00080061'].map((tag) => textOf(rows[0]!, tag))).toEqual([
      'MR pelvis',
      'ACC1',
      'MR',
    ]);
    expect([numberOf(rows[0]!, '00201206'), numberOf(rows[0]!, '00201208')]).toEqual([3, 12]);
  });

  it('keeps to the very PatientID and the modality, although Orthanc compares loosely', async () => {
    for (const patientId of ['p1', 'P?', '*', 'P2'])
      expect(await pacs.findStudies({ patientId })).toEqual({ rows: [], complete: true });
    expect((await pacs.findStudies({ patientId: 'P1', modality: 'CT' })).rows).toEqual([]);
    await expect(pacs.findStudies({ patientId: ' ' })).rejects.toThrow('PatientID');
  });

  it('finds a PatientID with characters that a URL encodes, which Orthanc does not decode', async () => {
    const patientIds = ['A 7', 'A,7', 'A/7', 'A&7', 'A%7', 'A+7', 'A\u00c47'];
    for (const [index, patientId] of patientIds.entries()) {
      const uids = { study: `1.2.7.${index}`, series: `1.2.7.${index}.1`, sop: `1.2.7.${index}.1.1` };
      const patient = {
        '00080005': element('CS', 'ISO_IR 192'),
        '00080020': element('DA', `2021010${index + 1}`),
        '00100020': element('LO', patientId),
      };
      await server.uploadInstance(mrFile(uids, patient));
    }
    for (const [index, patientId] of patientIds.entries()) {
      const { rows, complete } = await pacs.findStudies({ patientId });
      expect(rows.map((row) => textOf(row, '0020000D'))).toEqual([`1.2.7.${index}`]);
      expect(complete).toBe(true);
    }
  });

  it('gives series and the headers of one instance of each, private tags included', async () => {
    expect((await pacs.findSeries(study)).rows).toHaveLength(3);
    const headers = await Promise.all(numbers(3).map((s) => pacs.seriesHeader(study, `${study}.${s}`, 4)));
    expect(
      headers.map(({ seriesInstanceUid, instances, header }) => [
        seriesInstanceUid,
        instances,
        sopUidOf(header),
        numberOf(header, '0019100C'),
      ]),
    ).toEqual(numbers(3).map((s) => [`${study}.${s}`, 4, `${study}.${s}.1`, s * 100]));
  });

  it('gives the header of the first slice, and asks a long series for one instance only', async () => {
    const slices = { study: '1.2.3.6', series: '1.2.3.6.1' };
    for (const i of [2, 10, 1])
      await server.uploadInstance(mrFile({ ...slices, sop: `1.2.3.6.1.${i}` }, { '00200013': element('IS', i) }));
    const first = await pacs.seriesHeader(slices.study, slices.series, 3);
    expect([sopUidOf(first.header), first.instances]).toEqual(['1.2.3.6.1.1', 3]);
    // A count that is out of date blocked the patient, though no label was to lie on this series.
    const stale = await pacs.seriesHeader(slices.study, slices.series, 4);
    expect([sopUidOf(stale.header), stale.instances]).toEqual(['1.2.3.6.1.1', 4]);
    const long = { study: '1.2.3.5', series: '1.2.3.5.1' };
    for (const i of numbers(130)) await server.uploadInstance(mrFile({ ...long, sop: `1.2.3.5.1.${i}` }));
    const one = await pacs.seriesHeader(long.study, long.series, 130);
    expect([sopUidOf(one.header)?.startsWith(long.series), one.instances]).toEqual([true, 130]);
  });

  it('gives the headers of all series of a small study at once, and of a large one series by series', async () => {
    const series = numbers(3).map((s) => ({ uid: `${study}.${s}`, instances: 4 }));
    const each = await Promise.all(series.map(({ uid, instances }) => pacs.seriesHeader(study, uid, instances)));
    for (const instances of [12, 257, undefined])
      expect(await pacs.seriesHeaders(study, series, instances)).toEqual(each);
    const absent = [...series, { uid: '1.2.404', instances: 4 }];
    await expect(pacs.seriesHeaders(study, absent, 12)).rejects.toMatchObject({ status: 404 });
  });

  it('lists the studies of all patients, unless there are more than are wanted', async () => {
    const phantom = { study: '1.2.3.7', series: '1.2.3.7.1', sop: '1.2.3.7.1.1' };
    await server.uploadInstance(mrFile(phantom, { '00100020': element('LO') }));
    const all = await pacs.findAllStudies({ most: 100 });
    const patients = (await server.get<unknown[]>('/patients')).slice(1);
    expect(all?.size).toBe(patients.length);
    for (const [patientId, rows] of all ?? [])
      expect({ patientId, rows }).toEqual({ patientId, rows: (await pacs.findStudies({ patientId })).rows });
    expect(await pacs.findAllStudies({ most: 100, modality: 'CT' })).toEqual(new Map());
    const studies = await server.get<unknown[]>('/studies');
    expect((await pacs.findAllStudies({ most: studies.length }))?.size).toBe(patients.length);
    expect(await pacs.findAllStudies({ most: studies.length - 1 })).toBeNull();
  });

  it('gives the metadata of a series, and refuses one with fewer instances than promised', async () => {
    const metadata = await pacs.seriesMetadata(study, series);
    expect(metadata.map(sopUidOf).sort()).toEqual(numbers(4).map((i) => `${series}.${i}`));
    await expect(pacs.seriesMetadata(study, series, 5)).rejects.toMatchObject({ kind: 'truncated' });
  });

  it('tells an unknown study from a failure', async () => {
    expect(await pacs.findStudiesByUid('1.2.404')).toEqual([]);
    expect(await pacs.findSeries('1.2.404')).toEqual({ rows: [], complete: true });
    await expect(pacs.seriesMetadata(study, '1.2.404')).rejects.toMatchObject({ kind: 'http', status: 404 });
  });

  it('stores, finds and reads back the same bytes', async () => {
    const sent = { study, series: '1.2.3.1.9', sop: '1.2.3.1.9.1' };
    const file = mrFile(sent);
    expect(await pacs.storeInstances(study, [file])).toEqual([
      expect.objectContaining({ sopInstanceUid: sent.sop, state: 'stored', status: 200 }),
    ]);
    for (const rows of [
      await found(server, sent.sop),
      await found(server, sent.sop, study),
      await found(server, sent.sop, study, sent.series),
    ])
      expect(rows.map((row) => textOf(row, '0020000E'))).toEqual([sent.series]);
    expect(Buffer.from(await pacs.retrieveInstance(study, sent.series, sent.sop)).equals(file)).toBe(true);
  });
});

describe('an Orthanc that cuts its answers off at ten rows', () => {
  let server: Orthanc;
  let pacs: PacsClient;
  const upload = (uids: Uids, date: string | undefined, patientId: string, modality = 'MR') =>
    server.uploadInstance(
      mrFile(uids, {
        '00080020': element('DA', ...(date === undefined ? [] : [date])),
        '00080060': element('CS', modality),
        '00100020': element('LO', patientId),
      }),
    );
  const uidsOfStudy = (study: string) => ({ study, series: `${study}.1`, sop: `${study}.1.1` });

  beforeAll(async () => {
    server = await startOrthanc({ limitFindResults: 10 });
    pacs = clientOf(server);
    // CT first: they fill the answer that is cut off.
    for (const i of numbers(15)) await upload(uidsOfStudy(`1.2.4.${i}`), `${2000 + i}0601`, 'P4', 'CT');
    for (const i of numbers(25)) await upload(uidsOfStudy(`1.2.5.${i}`), `${1990 + i}0301`, 'P4');
    for (const i of numbers(2)) await upload(uidsOfStudy(`1.2.6.${i}`), undefined, 'P4');
    for (const i of numbers(14)) await upload(uidsOfStudy(`1.2.7.${i}`), '20200101', 'P7');
    for (const i of numbers(25))
      await upload({ study: '1.2.8', series: `1.2.8.${i}`, sop: `1.2.8.${i}.1` }, '20200101', 'P8');
    for (const i of numbers(25))
      await upload({ study: '1.2.9', series: '1.2.9.1', sop: `1.2.9.1.${i}` }, '20200101', 'P9');
  });
  afterAll(() => server.stop());

  it('finds every study of a patient all the same, also those without a date', async () => {
    const all = await pacs.findStudies({ patientId: 'P4' });
    expect(all.complete).toBe(true);
    expect(new Set(all.rows.map((row) => textOf(row, '0020000D'))).size).toBe(42);
    const bare = await server.get<unknown[]>('/dicom-web/studies?PatientID=P4');
    expect(bare.length).toBeLessThan(15);
    const mr = await pacs.findStudies({ patientId: 'P4', modality: 'MR' });
    expect(mr.complete).toBe(true);
    expect(mr.rows).toHaveLength(27);
  });

  it('does not take what is cut off for the whole archive', async () => {
    expect(await pacs.findAllStudies({ most: 1000 })).toBeNull();
  });

  it('says so where one day holds more studies than are listed', async () => {
    const { rows, complete, detail } = await pacs.findStudies({ patientId: 'P7' });
    expect(rows.length).toBeLessThan(14);
    expect(complete).toBe(false);
    expect(detail).toContain('one day');
  });

  it('finds every series and instance of a study', async () => {
    const { rows, complete } = await pacs.findSeries('1.2.8');
    expect(complete).toBe(true);
    expect(rows).toHaveLength(25);
    expect(new Set(rows.map((row) => textOf(row, '0020000E'))).size).toBe(25);
    expect(await pacs.seriesHeader('1.2.9', '1.2.9.1')).toMatchObject({ instances: 25 });
    expect(await pacs.seriesMetadata('1.2.9', '1.2.9.1')).toHaveLength(25);
  });
});

describe('stores that Orthanc answers in its own way', () => {
  let server: Orthanc;
  let pacs: PacsClient;
  const study = '1.2.3.2';
  const uidsOf = (n: number): Uids => ({ study, series: `${study}.1`, sop: `${study}.1.${n}` });

  beforeAll(async () => {
    server = await startOrthanc();
    pacs = clientOf(server);
  });
  afterAll(() => server.stop());

  it('reads back the old content after a second store of the same UID, although it is said to be stored', async () => {
    const first = mrFile(uidsOf(1));
    const second = mrFile(uidsOf(1), { '00081030': element('LO', 'another') });
    for (const file of [first, second])
      expect(await pacs.storeInstances(study, [file])).toMatchObject([{ state: 'stored', status: 200 }]);
    const back = Buffer.from(await pacs.retrieveInstance(study, `${study}.1`, uidsOf(1).sop));
    expect([back.equals(first), back.equals(second)]).toEqual([true, false]);
  });

  it('believes the body of a 400: the good file stored, the broken one unknown and not to be found', async () => {
    const broken = mrFile(uidsOf(3)).subarray(0, 330);
    expect(await pacs.storeInstances(study, [mrFile(uidsOf(2)), broken])).toMatchObject([
      { sopInstanceUid: uidsOf(2).sop, state: 'stored', status: 400 },
      { sopInstanceUid: uidsOf(3).sop, state: 'unknown', status: 400 },
    ]);
    expect(await found(server, uidsOf(2).sop, study)).toHaveLength(1);
    expect(await found(server, uidsOf(3).sop, study)).toEqual([]);
  });

  it('rejects what is no DICOM file without sending it', async () => {
    expect(await pacs.storeInstances(study, [Buffer.from('nonsense'), mrFile(uidsOf(4))])).toMatchObject([
      { sopInstanceUid: undefined, state: 'rejected' },
      { sopInstanceUid: uidsOf(4).sop, state: 'stored', status: 200 },
    ]);
    expect(await pacs.storeInstances(study, [new Uint8Array(200)])).toEqual([
      { sopInstanceUid: undefined, state: 'rejected' },
    ]);
  });

  it('rejects an instance of another study with its reason (409, 272)', async () => {
    expect(await pacs.storeInstances('1.2.404', [mrFile(uidsOf(5))])).toMatchObject([
      { state: 'rejected', failureReason: 272, status: 409 },
    ]);
  });

  it('finds the same SOPInstanceUID under both patients after a change of PatientID', async () => {
    for (const patientId of ['OLD', 'NEW'])
      expect(
        await pacs.storeInstances(study, [mrFile(uidsOf(6), { '00100020': element('LO', patientId) })]),
      ).toMatchObject([{ state: 'stored' }]);
    expect((await found(server, uidsOf(6).sop)).map((row) => textOf(row, '00100020')).sort()).toEqual(['NEW', 'OLD']);
  });
});

describe('ping', () => {
  it('tells a reachable server, wrong credentials, another page and nobody apart', async () => {
    const server = await startOrthanc();
    try {
      const state = async (change: Partial<PacsClientSettings>) => (await clientOf(server, change).ping()).state;
      const basic = authorizationOf({ kind: 'basic', username: server.username, password: 'wrong' });
      expect(await state({})).toBe('ok');
      expect(await state({ authorization: basic })).toBe('unauthorized');
      expect(await state({ qidoUrl: `${server.url}/app` })).toBe('not-dicomweb');
      expect(await state({ qidoUrl: 'http://127.0.0.1:9/dicom-web' })).toBe('unreachable');
    } finally {
      await server.stop();
    }
  });
});
