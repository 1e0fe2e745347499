import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readTargetTree, type TargetFileResult } from './target-folder.js';
import type { TargetContext } from './parsed-target.js';

const { DicomDict } = (
  createRequire(import.meta.url)('dcmjs') as {
    data: {
      DicomDict: new (meta: object) => { dict: object; write(): ArrayBuffer };
    };
  }
).data;

const FCSV = `# Markups fiducial file version = 4.7
# CoordinateSystem = 0
# columns = id,x,y,z,ow,ox,oy,oz,vis,sel,lock,label,desc,associatedNodeID
n0,-25.7457,-31.8707,-38.511,0,0,0,1,1,1,0,LPZplMid,,v1
`;

function dicom(patientId: string, studyDate: string, issuer?: string): Buffer {
  const dict = new DicomDict({
    '00020010': { vr: 'UI', Value: ['1.2.840.10008.1.2.1'] },
    '00020002': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.4'] },
    '00020003': { vr: 'UI', Value: ['2.25.1'] },
  });
  dict.dict = {
    '00080020': { vr: 'DA', Value: [studyDate] },
    '00100020': { vr: 'LO', Value: [patientId] },
    ...(issuer ? { '00100021': { vr: 'LO', Value: [issuer] } } : {}),
    '0020000D': { vr: 'UI', Value: ['2.25.7'] },
    '7FE00010': { vr: 'OW', Value: [new Uint8Array(600_000).buffer] },
  };
  return Buffer.from(dict.write());
}

async function read(path: string, overrides: TargetContext = {}): Promise<TargetFileResult[]> {
  const results: TargetFileResult[] = [];
  for await (const result of readTargetTree(path, overrides)) results.push(result);
  return results;
}

const summaryOf = (results: TargetFileResult[]) =>
  results.map(({ targets, refused }) => ({
    targets: targets.map(({ patientId, issuer, procedureDate }) => [patientId, issuer, procedureDate].join('|')),
    refused: refused.map(({ reason }) => reason),
  }));

describe('readTargetTree', () => {
  let top: string;
  const put = (path: string, content: string | Buffer) => {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), content);
  };

  beforeAll(() => {
    top = mkdtempSync(join(tmpdir(), 'targets-'));
    put('named/Case123-20150312/a/Preop/Targets.fcsv', FCSV);
    put('dicom/Case7-20150312/Preop/Targets.fcsv', FCSV);
    put('dicom/Case7-20150312/DICOM/Preop/readme.txt', 'no image');
    put('dicom/Case7-20150312/DICOM/Preop/1.dcm', dicom('00042', '20150101', 'HOSP'));
    put('dicom/Case7-20150312/DICOM/Intraop/1.dcm', dicom('00042', '20150311', 'HOSP'));
    put('undated/someone/Targets.fcsv', FCSV);
    put('undated/someone/IM0001', dicom('P9', ''));
    put('mixed/Case8-20150312/Targets.fcsv', FCSV);
    put('mixed/Case8-20150312/x/1.dcm', dicom('P1', '20150312'));
    put('mixed/Case8-20150312/y/1.dcm', dicom('P2', '20150312'));
    put('unknown/somewhere/Targets.fcsv', FCSV);
    put('notday/Case1-20151345/Targets.fcsv', FCSV);
    put('broken/Case9-20150312/T.fcsv', FCSV);
    put('broken/Case9-20150312/x.dcm', Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]));
    put('odd/Case1-20150312/b.fcsv', FCSV);
    put('odd/Case1-20150312/notes.txt', 'x');
    put('odd/Case1-20150312/huge.csv', '');
    truncateSync(join(top, 'odd/Case1-20150312/huge.csv'), 30_000_000);
    mkdirSync(join(top, 'odd/Case1-20150312/folder.fcsv'));
    symlinkSync(join(top, 'odd'), join(top, 'odd/Case1-20150312/loop'));
    symlinkSync(join(top, 'nowhere.fcsv'), join(top, 'odd/Case1-20150312/dangling.fcsv'));
    symlinkSync(join(top, 'nowhere.txt'), join(top, 'odd/Case1-20150312/dangling.txt'));
  });
  afterAll(() => rmSync(top, { recursive: true }));

  it.each([
    ['a folder name gives patient and date', 'named', {}, ['Case123||2015-03-12'], []],
    ['an override comes before the folder name', 'named', { patientId: 'M1' }, ['M1||2015-03-12'], []],
    ['both overridden', 'named', { patientId: 'M1', procedureDate: '2016-01-02' }, ['M1||2016-01-02'], []],
    [
      'a file named directly looks at the folders above it',
      'named/Case123-20150312/a/Preop/Targets.fcsv',
      {},
      ['Case123||2015-03-12'],
      [],
    ],
    [
      'DICOM comes before the folder name; the procedure is the later study',
      'dicom',
      {},
      ['00042|HOSP|2015-03-11'],
      [],
    ],
    ['the issuer of another number is not kept', 'dicom', { patientId: 'M1' }, ['M1||2015-03-11'], []],
    ['DICOM without a date leaves the date unknown', 'undated', {}, [], [/procedure date is not known/]],
    ['DICOM without a date, date overridden', 'undated', { procedureDate: '2016-01-02' }, ['P9||2016-01-02'], []],
    ['DICOM of several patients says nothing', 'mixed', {}, [], [/several patients/, /patient is not known/]],
    ['nothing known', 'unknown', {}, [], [/patient is not known/]],
    ['a name that holds no day', 'notday', {}, [], [/patient is not known/]],
    ['a broken DICOM file falls back to the name', 'broken', {}, ['Case9||2015-03-12'], []],
  ] as [string, string, TargetContext, string[], RegExp[]][])(
    '%s',
    async (_name, path, overrides, targets, reasons) => {
      const [summary, ...others] = summaryOf(await read(join(top, path), overrides));
      expect(others).toEqual([]);
      expect(summary?.targets).toEqual(targets);
      expect(summary?.refused).toEqual(reasons.map((reason) => expect.stringMatching(reason)));
    },
  );

  it('knows a file by the same name from whichever folder it is read', async () => {
    put('plain/case/Preop/Targets.fcsv', FCSV);
    put('plain/case/Preop/table.csv', 'label,x,y,z,coordinate_system\nT1,1,2,3,LPS\n');
    const namesAt = async (path: string) => {
      const results = await read(join(top, path), { patientId: 'M1', procedureDate: '2016-01-02' });
      return results.flatMap(({ targets }) => targets.map(({ sourceName }) => sourceName)).sort();
    };
    for (const path of ['plain', 'plain/case', 'plain/case/Preop'])
      expect(await namesAt(path)).toEqual(['Preop/Targets.fcsv', 'table.csv']);
    expect(await namesAt('plain/case/Preop/Targets.fcsv')).toEqual(['Preop/Targets.fcsv']);
    for (const path of ['named', 'named/Case123-20150312/a'])
      expect(await namesAt(path)).toEqual(['a/Preop/Targets.fcsv']);
  });

  it('goes on past links in circles, missing, huge and misnamed files', async () => {
    const results = await read(join(top, 'odd'));
    expect(
      results.map(({ file, targets, refused }) => [file.slice(top.length), targets.length, refused[0]?.reason]),
    ).toEqual([
      ['/odd/Case1-20150312/b.fcsv', 1, undefined],
      ['/odd/Case1-20150312/dangling.fcsv', 0, 'The file cannot be read.'],
      ['/odd/Case1-20150312/huge.csv', 0, 'The file is larger than 20 MB.'],
    ]);
  });

  it('refuses what is named directly and is no target file or not there', async () => {
    expect(summaryOf(await read(join(top, 'odd/Case1-20150312/notes.txt')))).toEqual([
      { targets: [], refused: ['The file must be a .fcsv, a .mrk.json or a .csv.'] },
    ]);
    expect(summaryOf(await read(join(top, 'missing')))).toEqual([
      { targets: [], refused: ['The file cannot be read.'] },
    ]);
  });
});

const { REAL_DATA_DIR } = process.env;
(REAL_DATA_DIR ? describe : describe.skip)('real files (REAL_DATA_DIR)', () => {
  it('reads the folder layout and the CSV of the real case as the same point', async () => {
    const results = await read(join(REAL_DATA_DIR ?? '', 'real-case/targets'));
    expect(summaryOf(results)).toEqual([
      { targets: ['Case001||2011-08-15'], refused: [] },
      { targets: ['ProstateX-0000||2011-08-15'], refused: [] },
    ]);
    for (const { targets } of results) expect(targets[0]?.pointLps).toEqual([25.7457, 31.8707, -38.511]);
  });

  it('reads a SliceTracker file', async () => {
    const results = await read(join(REAL_DATA_DIR ?? '', 'markups'), { procedureDate: '2015-01-01', patientId: 'P1' });
    expect(results[0]?.targets.map(({ label, pointLps }) => ({ label, pointLps }))).toEqual([
      { label: 'MidlineAntMid', pointLps: [-3.41826, -9.34377, -11.841] },
      { label: 'RAntBase', pointLps: [-21.1848, 3.10016, -22.578] },
    ]);
  });

  it('finds patient and date in real DICOM files of the case folder', async () => {
    const top = mkdtempSync(join(tmpdir(), 'targets-'));
    try {
      mkdirSync(join(top, 'some case/Preop'), { recursive: true });
      writeFileSync(join(top, 'some case/Preop/Targets.fcsv'), FCSV);
      symlinkSync(join(REAL_DATA_DIR ?? '', 'real-case/dicom'), join(top, 'some case/DICOM'));
      cpSync(join(REAL_DATA_DIR ?? '', 'real-case/dicom'), join(top, 'some case/copy'), {
        recursive: true,
        filter: (source) => statSync(source).isDirectory() || source.endsWith('-02.dcm'),
      });
      expect(summaryOf(await read(top))).toEqual([{ targets: ['ProstateX-0000||2011-07-07'], refused: [] }]);
    } finally {
      rmSync(top, { recursive: true });
    }
  });
});
