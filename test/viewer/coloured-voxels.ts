import { setTimeout as delay } from 'node:timers/promises';
import { decode } from 'fast-png';
import type { Page } from 'playwright-core';
import { type DicomJson, textOf } from '../../src/modules/dicomweb/dicom-json.js';
import { voxelCentreLps } from '../conformance/source-series.js';

/** The parts of OHIF 3.13 that `window.services` shows and that are used here. */
interface Viewport {
  getImageIds(): string[];
  setImageIdIndex(index: number): Promise<string>;
  render(): void;
  worldToCanvas(pointLps: number[]): [number, number];
  canvas: { getBoundingClientRect(): { x: number; y: number } };
}
interface OhifWindow {
  services: {
    viewportGridService: { getActiveViewportId(): string };
    cornerstoneViewportService: { getCornerstoneViewport(id: string): Viewport };
  };
}
declare const window: OhifWindow;
declare function requestAnimationFrame(then: () => void): void;

/** Zero-based voxel indices, both ends included. */
export interface Region {
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}

/** Between the strongest and the weakest of red, green and blue: nothing in a grey image, about 100 under a segment. */
const LEAST_COLOUR = 24;
const REST_TIMEOUT_MS = 30_000;

/**
 * The voxels `instance/row/column` of some slices of the series in the active viewport whose centres show colour on the
 * screen. The slices are found by their SOPInstanceUIDs and the voxels by their place in the patient, so nothing of the
 * viewer's own order of slices comes in.
 */
export async function colouredVoxels(page: Page, slices: readonly DicomJson[], region: Region): Promise<Set<string>> {
  const coloured = new Set<string>();
  for (const header of slices) {
    const sopInstanceUid = textOf(header, '00080018')!;
    const corners = cornersOf(region).map(([row, column]) => voxelCentreLps(header, row, column));
    const voxels = voxelsBetween(region, await showSlice(page, sopInstanceUid, corners));
    const isColoured = await pictureAround(
      page,
      voxels.map(({ point }) => point),
    );
    for (const { row, column, point } of voxels)
      if (isColoured(point)) coloured.add(`${sopInstanceUid}/${row}/${column}`);
  }
  return coloured;
}

/** First row and column, then the far ends of that row and of that column. */
const cornersOf = ({ rows, columns }: Region) =>
  [
    [rows[0], columns[0]],
    [rows[0], columns[1]],
    [rows[1], columns[0]],
  ] as const;

type Point = readonly [x: number, y: number];

/** The voxels of a region and their centres on the page; evenly spaced, since the viewer projects in parallel. */
function voxelsBetween({ rows, columns }: Region, [origin, across, down]: readonly Point[]) {
  const every = ([first, last]: readonly [number, number]) =>
    Array.from({ length: last - first + 1 }, (_, index) => ({ at: first + index, part: index / (last - first) }));
  const along = (axis: 0 | 1, right: number, below: number) =>
    origin![axis] + right * (across![axis] - origin![axis]) + below * (down![axis] - origin![axis]);
  return every(rows).flatMap((row) =>
    every(columns).map((column) => ({
      row: row.at,
      column: column.at,
      point: [along(0, column.part, row.part), along(1, column.part, row.part)] as const,
    })),
  );
}

/** Scrolls to a slice and gives the places of points in the patient on the page. */
function showSlice(page: Page, sopInstanceUid: string, pointsLps: number[][]): Promise<Point[]> {
  return page.evaluate(
    async ([uid, worldPoints]) => {
      const { viewportGridService, cornerstoneViewportService } = window.services;
      const viewport = cornerstoneViewportService.getCornerstoneViewport(viewportGridService.getActiveViewportId());
      const index = viewport.getImageIds().findIndex((id) => id.includes(`/instances/${uid}/`));
      if (index < 0) throw new Error(`The viewport does not show the series of instance ${uid}`);
      await viewport.setImageIdIndex(index);
      viewport.render();
      await new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const { x, y } = viewport.canvas.getBoundingClientRect();
      return worldPoints.map((point): [number, number] => {
        const [right, down] = viewport.worldToCanvas(point);
        return [x + right, y + down];
      });
    },
    [sopInstanceUid, pointsLps] as const,
  );
}

/** Takes a picture of the part of the page that holds the points, once two in a row are the same. */
async function pictureAround(page: Page, points: readonly Point[]): Promise<(point: Point) => boolean> {
  const bounds = (axis: 0 | 1) => {
    const values = points.map((point) => point[axis]);
    return [Math.floor(Math.min(...values)), Math.floor(Math.max(...values)) + 1] as const;
  };
  const [[left, right], [top, bottom]] = [bounds(0), bounds(1)];
  const clip = { x: left, y: top, width: right - left, height: bottom - top };
  const picture = decode(await stillPart(page, clip));
  return ([x, y]) => {
    const start = ((Math.floor(y) - top) * picture.width + (Math.floor(x) - left)) * picture.channels;
    const rgb = Array.from(picture.data.slice(start, start + 3));
    return Math.max(...rgb) - Math.min(...rgb) > LEAST_COLOUR;
  };
}

async function stillPart(page: Page, clip: { x: number; y: number; width: number; height: number }): Promise<Buffer> {
  const deadline = Date.now() + REST_TIMEOUT_MS;
  let last = await page.screenshot({ clip });
  for (;;) {
    await delay(100);
    const next = await page.screenshot({ clip });
    if (next.equals(last)) return next;
    if (Date.now() > deadline) throw new Error('The viewer did not come to rest on a slice');
    last = next;
  }
}
