import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Bundle } from '@medplum/fhirtypes';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LabelView } from '../../src/modules/curation/labels.service.js';
import { type DicomJson, numberOf, numbersOf, textOf } from '../../src/modules/dicomweb/dicom-json.js';
import { dciodvfy } from '../conformance/validators.js';
import { voxelCentreLps, voxelsInside } from '../conformance/source-series.js';
import { API, type Service, startService } from '../e2e/service.js';
import { startWorld, uploadAll, type World } from '../e2e/world.js';
import { generateCohort, targetFiles } from '../fixtures/cohort/cohort.js';
import { type LabelInViewer, openLabel, openReport } from '../fixtures/viewer/screenshot.js';
import { startViewer, type Viewer } from '../fixtures/viewer/viewer-server.js';
import { colouredVoxels, type Region } from './coloured-voxels.js';
import { mirrored } from './mirrored.js';

const root = join(import.meta.dirname, '../..');
const distDir = join(root, 'var/viewer/ohif/3.13.2');
const pictures = join(root, 'artefacts/viewer');

const realCase = process.env['REAL_DATA_DIR'] && join(process.env['REAL_DATA_DIR'], 'real-case');
if (!realCase) console.warn('REAL_DATA_DIR is not set: the real study is left out');

const { seed, patients } = generateCohort({ seed: 7, patients: 23 });
const [descending, oblique] = [patients[12]!, patients[22]!];

let world: World;
let viewer: Viewer;
let service: Service;

beforeAll(async () => {
  if (!existsSync(distDir)) throw new Error('The viewer is missing: run node scripts/setup.mjs --viewer');
  await mkdir(pictures, { recursive: true });
  world = await startWorld();
  viewer = await startViewer({ ...world.orthanc, distDir });
  world.env['VIEWER_URL_TEMPLATE'] = viewer.studyLink('{studyInstanceUid}');
  await world.loadCohort({ seed, patients: [descending, oblique] });
  for (const { path, content } of [descending, oblique].flatMap(targetFiles)) {
    const file = join(world.folder, 'targets', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  expect(await world.cli('import-targets', join(world.folder, 'targets'))).toMatchObject({ code: 0 });
  if (realCase) {
    const files = readdirSync(join(realCase, 'dicom'), { recursive: true, encoding: 'utf8' });
    const images = files.filter((name) => name.endsWith('.dcm'));
    await uploadAll(
      world.orthanc,
      images.map((name) => readFileSync(join(realCase, 'dicom', name))),
    );
    await world.fhir.load(JSON.parse(readFileSync(join(realCase, 'fhir-bundle.json'), 'utf8')) as Bundle);
    expect(await world.cli('import-targets', join(realCase, 'targets/targets.csv'))).toMatchObject({ code: 0 });
  }
  expect(await world.cli('sync')).toMatchObject({ code: 0, stderr: '' });
  service = await startService(world.env);
}, 300_000);

afterAll(async () => {
  await service?.stop();
  await viewer?.stop();
  await world?.stop();
}, 60_000);

/** The label of a patient as the service tells it, and the headers of the images that it lies on. */
async function labelOf(mrn: string): Promise<{ label: LabelView; slices: DicomJson[] }> {
  const { body } = await service.http.get(`${API}/patients/${encodeURIComponent(mrn)}/labels`).expect(200);
  const [label] = body as LabelView[];
  expect(body).toEqual([expect.objectContaining({ state: 'stored' })]);
  const { studyInstanceUid, sourceSeriesInstanceUid } = label!;
  const headers = await world.orthanc.get<DicomJson[]>(
    `/dicom-web/studies/${studyInstanceUid}/series/${sourceSeriesInstanceUid}/metadata`,
  );
  return { label: label!, slices: headers.sort((a, b) => alongNormal(a) - alongNormal(b)) };
}

const uidOf = (header: DicomJson): string => textOf(header, '00080018')!;

function alongNormal(header: DicomJson): number {
  const [x, y, z] = numbersOf(header, '00200032') as [number, number, number];
  const [nx, ny, nz] = normalOf(header);
  return nx * x + ny * y + nz * z;
}

function normalOf(header: DicomJson): [number, number, number] {
  const [rx, ry, rz, cx, cy, cz] = numbersOf(header, '00200037') as [number, number, number, number, number, number];
  return [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx];
}

/** What the report and the target ask for: a box of the largest dimension, or of the third along the normal. */
function voxelsOf({ box, lesion }: LabelView['segments'][number], slices: readonly DicomJson[]): Set<string> {
  const largestMm = Math.max(...lesion.dimsMm);
  return voxelsInside(slices, box.centerLps, [largestMm, largestMm, lesion.dimsMm[2] ?? largestMm]);
}

const partsOf = (voxel: string) => voxel.split('/') as [uid: string, row: string, column: string];

/** The rows and columns of the voxels, and some more on every side. */
function around(voxels: ReadonlySet<string>): Region {
  const marginVoxels = 8;
  const range = (values: number[]) => [Math.min(...values) - marginVoxels, Math.max(...values) + marginVoxels] as const;
  const parts = [...voxels].map(partsOf);
  return { rows: range(parts.map(([, row]) => Number(row))), columns: range(parts.map((part) => Number(part[2]))) };
}

function centroidOf(voxels: ReadonlySet<string>, slices: readonly DicomJson[]): number[] {
  const byUid = new Map(slices.map((header) => [uidOf(header), header]));
  const centres = [...voxels].map((voxel) => {
    const [uid, row, column] = partsOf(voxel);
    return voxelCentreLps(byUid.get(uid)!, Number(row), Number(column));
  });
  return [0, 1, 2].map((axis) => centres.reduce((sum, centre) => sum + centre[axis]!, 0) / centres.length);
}

async function open(label: LabelView, seriesInstanceUid: string, name: string): Promise<LabelInViewer> {
  const opened = await openLabel(label.viewerUrl!, seriesInstanceUid);
  await writeFile(join(pictures, `${name}.png`), await opened.page.screenshot());
  return opened;
}

function showsTheLabelOf(mrn: string, name: string): void {
  let label: LabelView;
  let slices: DicomJson[];
  let boxes: Set<string>[];
  let opened: LabelInViewer;

  beforeAll(async () => {
    ({ label, slices } = await labelOf(mrn));
    boxes = label.segments.map((segment) => voxelsOf(segment, slices));
    opened = await open(label, label.seriesInstanceUid, name);
  }, 180_000);
  afterAll(async () => opened?.close());

  it('names every lesion as the service does', () => {
    expect(opened.segments.map(({ number, label }) => [number, label])).toEqual(
      label.segments.map(({ segmentNumber, segmentLabel }) => [segmentNumber, segmentLabel]),
    );
  });

  it('finds the middle of every lesion in the middle of its box', () => {
    for (const [index, box] of boxes.entries()) {
      const centre = centroidOf(box, slices);
      const offMm = Math.hypot(...opened.segments[index]!.centerLps.map((value, axis) => value - centre[axis]!));
      expect(offMm).toBeLessThan(0.01);
    }
  });

  it('colours the voxels of the boxes on their slices, and no others on any slice', async () => {
    const expected = new Set(boxes.flatMap((box) => [...box]));
    expect(await colouredVoxels(opened.page, slices, around(expected))).toEqual(expected);
  }, 120_000);
}

describe('OHIF on a study whose slices are numbered against their normal', () => {
  it('is such a study', async () => {
    const numbers = (await labelOf(descending.patientId)).slices.map((header) => numberOf(header, '00200013')!);
    expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
  });

  showsTheLabelOf(descending.patientId, 'descending');
});

describe('OHIF on a study with three lesions on slices that are tilted about two axes', () => {
  it('is such a study', async () => {
    const { label, slices } = await labelOf(oblique.patientId);
    expect(label.segments).toHaveLength(3);
    const [x, y] = normalOf(slices[0]!).map(Math.abs);
    expect(Math.min(x!, y!)).toBeGreaterThan(0.1);
  });

  showsTheLabelOf(oblique.patientId, 'oblique');
});

(realCase ? describe : describe.skip)('OHIF on the real study', () => {
  showsTheLabelOf('ProstateX-0000', 'real');
});

describe('OHIF on the structured report beside a label', () => {
  it('lists it and shows it, read-only: every lesion with its size, on the slice of its target', async () => {
    const { label, slices } = await labelOf(oblique.patientId);
    const { page, isEditable, writes, lesions, close } = await openReport(
      label.viewerUrl!,
      label.structuredReport!.seriesInstanceUid,
    );
    await writeFile(join(pictures, 'report.png'), await page.screenshot()).finally(close);
    expect(isEditable).toBe(false);
    expect(writes).toEqual([]);
    expect(lesions).toEqual(
      label.segments.map(({ trackingId, trackingUid, lesion, target }) => ({
        trackingId,
        trackingUid,
        values: expect.arrayContaining([`Long axis ${lesion.sizeMm!.toFixed(2)} mm`]),
        graphicType: 'POLYLINE',
        instanceUid: nearest(slices, target.pointLps),
        isDrawn: true,
      })),
    );
  }, 180_000);
});

/** The slice whose plane is nearest to a point. */
function nearest(slices: readonly DicomJson[], pointLps: readonly [number, number, number]): string {
  const [nx, ny, nz] = normalOf(slices[0]!);
  const [x, y, z] = pointLps;
  const offMm = (header: DicomJson) => Math.abs(nx * x + ny * y + nz * z - alongNormal(header));
  return uidOf(slices.toSorted((a, b) => offMm(a) - offMm(b))[0]!);
}

describe('a SEG on mirrored slices', () => {
  it('satisfies a validator, and is seen on the wrong slices', async () => {
    const { label, slices } = await labelOf(descending.patientId);
    const [row] = await world.sql<{ seg: Buffer }>('SELECT seg FROM label WHERE id = $1', [label.id]);
    const seriesInstanceUid = '1.2.826.0.1.3680043.8.498.66';
    const seg = mirrored(row!.seg, slices, seriesInstanceUid);
    expect(await dciodvfy(seg)).toMatchObject({ errors: [], exitCode: 0 });
    await world.orthanc.uploadInstance(seg);

    const expected = new Set(label.segments.flatMap((segment) => [...voxelsOf(segment, slices)]));
    const { page, close } = await open(label, seriesInstanceUid, 'mirrored');
    const seen = await colouredVoxels(page, slices, around(expected)).finally(close);
    expect(seen).not.toEqual(expected);

    const opposite = new Map(slices.map((slice, index) => [uidOf(slice), uidOf(slices.at(-1 - index)!)]));
    const mirrorImage = [...expected].map((voxel) => [opposite.get(partsOf(voxel)[0]), ...partsOf(voxel).slice(1)]);
    expect(seen).toEqual(new Set(mirrorImage.map((parts) => parts.join('/'))));
  }, 180_000);
});
