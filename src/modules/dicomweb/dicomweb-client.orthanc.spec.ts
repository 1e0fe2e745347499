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
  const uids = { study, series, sop: '1.2.3.1.1.1' };

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

  it('gives series and the headers of one instance of each, private tags included', async () => {
    expect((await pacs.findSeries(study)).rows).toHaveLength(3);
    const { headers, complete } = await pacs.seriesHeaders(study);
    expect(complete).toBe(true);
    expect(
      headers
        .map(({ seriesInstanceUid, instances, header }) => [seriesInstanceUid, instances, numberOf(header, '0019100C')])
        .sort(),
    ).toEqual([
      [`${study}.1`, 4, 100],
      [`${study}.2`, 4, 200],
      [`${study}.3`, 4, 300],
    ]);
  });

  it('gives the metadata of a series, and refuses one with fewer instances than promised', async () => {
    const metadata = await pacs.seriesMetadata(study, series);
    expect(metadata.map(sopUidOf).sort()).toEqual(numbers(4).map((i) => `${series}.${i}`));
    await expect(pacs.seriesMetadata(study, series, 5)).rejects.toMatchObject({ kind: 'truncated' });
  });

  it('tells an unknown study or instance from a failure', async () => {
    expect(await pacs.findStudiesByUid('1.2.404')).toEqual([]);
    expect(await pacs.findSeries('1.2.404')).toEqual({ rows: [], complete: true });
    expect(await pacs.findInstance('1.2.404')).toBeUndefined();
    expect(await pacs.findInstance(uids.sop, study, '1.2.404')).toBeUndefined();
    await expect(pacs.seriesMetadata(study, '1.2.404')).rejects.toMatchObject({ kind: 'http', status: 404 });
  });

  it('stores, finds and reads back the same bytes', async () => {
    const sent = { study, series: '1.2.3.1.9', sop: '1.2.3.1.9.1' };
    const file = mrFile(sent);
    expect(await pacs.storeInstances(study, [file])).toEqual([
      expect.objectContaining({ sopInstanceUid: sent.sop, state: 'stored', status: 200 }),
    ]);
    for (const row of [
      await pacs.findInstance(sent.sop),
      await pacs.findInstance(sent.sop, study),
      await pacs.findInstance(sent.sop, study, sent.series),
    ])
      expect(textOf(row!, '0020000E')).toBe(sent.series);
    expect(Buffer.from(await pacs.retrieveInstance(study, sent.series, sent.sop)).equals(file)).toBe(true);
  });
});
