import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Bundle } from '@medplum/fhirtypes';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DicomJson, itemsOf, textOf } from '../../src/modules/dicomweb/dicom-json.js';
import { dciodvfy } from '../conformance/validators.js';
import { readDataset, readWithDcmqi } from '../conformance/read-back.js';
import { voxelsInside } from '../conformance/source-series.js';
import { startWorld, uploadAll, type World } from './world.js';
import { writtenInstances } from './written-objects.js';

const folder = process.env['REAL_DATA_DIR'] && join(process.env['REAL_DATA_DIR'], 'real-case');
if (!folder) console.warn('REAL_DATA_DIR is not set: the real study is left out');
const ifPresent = folder ? describe : describe.skip;

/** The published finding, LPS in mm, with the 10 mm that the report states. */
const TARGET_LPS = [25.7457, 31.8707, -38.511] as const;

const TARGET_FILES = {
  fcsv: ['targets/Case001-20110815', '--patient', 'ProstateX-0000', '--date', '2011-08-15'],
  csv: ['targets/targets.csv'],
};

describe.each(Object.entries(TARGET_FILES))('the target from .%s', (_format, [path, ...overrides]) => {
  ifPresent('on the real study', () => {
    let world: World;
    const files = () =>
      readdirSync(join(folder!, 'dicom'), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.dcm'))
        .map((name) => readFileSync(join(folder!, 'dicom', name)));

    beforeAll(async () => {
      world = await startWorld();
      await uploadAll(world.orthanc, files());
      await world.fhir.load(JSON.parse(readFileSync(join(folder!, 'fhir-bundle.json'), 'utf8')) as Bundle);
    }, 120_000);

    afterAll(async () => world?.stop());

    const storedSegs = async () =>
      Promise.all((await writtenInstances(world.orthanc, ['SEG'])).map((id) => world.orthanc.file(id)));

    it('becomes exactly one SEG, on the T2 series, with PI-RADS and grade group in its label', async () => {
      const imported = await world.cli('import-targets', join(folder!, path!), ...overrides);
      expect(JSON.parse(imported.stdout)).toMatchObject({ imported: 1, refused: [] });
      expect(await world.cli('sync')).toMatchObject({ code: 0, stderr: '' });
      const segs = await storedSegs();
      expect(segs).toHaveLength(1);
      const dataset = readDataset(segs[0]!);
      const t2 = readT2();
      expect(textOf(itemsOf(dataset, '00081115')[0]!, '0020000E')).toBe(textOf(t2[0]!, '0020000E'));
      expect(textOf(dataset, '0020000D')).toBe(textOf(t2[0]!, '0020000D'));
      expect(textOf(dataset, '00200052')).toBe(textOf(t2[0]!, '00200052'));
      expect(textOf(dataset, '00100020')).toBe('ProstateX-0000');
      expect(await dciodvfy(segs[0]!)).toMatchObject({ errors: [], exitCode: 0 });
      const segments = await readWithDcmqi(segs[0]!, t2);
      expect(segments.map(({ label }) => label)).toEqual(['L1 L PZpl mid · PI-RADS 4 · GG3 · 10 mm']);
    }, 60_000);

    it('lies where the finding is: 10 mm along rows, columns and normal, around the published point', async () => {
      const [segment] = await readWithDcmqi((await storedSegs())[0]!, readT2());
      expect(segment!.voxels).toEqual(voxelsInside(readT2(), TARGET_LPS, [10, 10, 10]));
    });

    it('is not stored a second time', async () => {
      const before = (await storedSegs()).map((bytes) => Buffer.from(bytes).toString('base64'));
      const { code, stdout } = await world.cli('sync', '--json');
      const { counts } = (JSON.parse(stdout) as { run: { counts: Record<string, number> } }).run;
      expect(code).toBe(0);
      expect(counts).toMatchObject({ reportsStored: 0, labelsStored: 0 });
      expect((await storedSegs()).map((bytes) => Buffer.from(bytes).toString('base64'))).toEqual(before);
    }, 60_000);

    const readT2 = (): DicomJson[] =>
      files()
        .map((bytes) => readDataset(bytes, '7FE00010'))
        .filter((header) => textOf(header, '0008103E') === 't2_tse_tra');
  });
});
