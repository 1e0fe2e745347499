import { readOverlappingSegmentationNode } from '@itk-wasm/dicom';
import dcmjs from 'dcmjs';
import { type DicomJson, itemsOf, numberOf, textOf, textsOf } from '../../src/modules/dicomweb/dicom-json.js';
import { withFile } from './validators.js';
import { voxelCentreLps } from './source-series.js';

/** The voxels of one segment, named by source instance, row and column, as `voxelsInside` names them. */
export interface ReadSegment {
  readonly label: string;
  readonly voxels: Set<string>;
}

/**
 * The segments as dcmqi reads them (the closest stand-in for 3D Slicer): an image volume with an origin, a spacing and
 * directions of its own. Each voxel is looked up in the source series by its place in the patient.
 */
export async function readWithDcmqi(bytes: Uint8Array, source: readonly DicomJson[]): Promise<ReadSegment[]> {
  const { segImage, metaInfo } = await withFile(bytes, (path) => quietly(() => readOverlappingSegmentationNode(path)));
  const direction = Array.from(segImage.direction as ArrayLike<number>);
  const [origin, spacing, size] = [segImage.origin, segImage.spacing, segImage.size].map((values) =>
    values.map(Number),
  ) as [number[], number[], number[]];
  const components = segImage.imageType.components;
  const voxels = segImage.data as Int16Array;
  const attributes = (metaInfo as unknown as DcmqiMeta).segmentAttributes.flat();
  const segments = attributes.map(({ SegmentLabel }) => ({ label: SegmentLabel, voxels: new Set<string>() }));
  const [columns, rows] = size as [number, number];
  const locate = locator(source);
  voxels.forEach((value, index) => {
    if (value === 0) return;
    const voxel = Math.floor(index / components);
    const at = [voxel % columns, Math.floor(voxel / columns) % rows, Math.floor(voxel / (columns * rows))];
    const point = [0, 1, 2].map(
      (axis) =>
        origin[axis]! + at.reduce((sum, step, along) => sum + direction[3 * axis + along]! * spacing[along]! * step, 0),
    );
    segments[index % components]!.voxels.add(locate(point));
  });
  return segments;
}

/** dcmqi reports its progress on the console. */
async function quietly<T>(run: () => Promise<T>): Promise<T> {
  const { log } = console;
  console.log = () => undefined;
  try {
    return await run();
  } finally {
    console.log = log;
  }
}

interface DcmqiMeta {
  segmentAttributes: { SegmentLabel: string; labelID: number }[][];
}

/** Finds the source voxel whose centre a point is, by trying the source's slices; throws where there is none. */
export function locator(source: readonly DicomJson[]): (point: readonly number[]) => string {
  const planes = source.map((header) => {
    const origin = voxelCentreLps(header, 0, 0);
    const [across, down] = [voxelCentreLps(header, 0, 1), voxelCentreLps(header, 1, 0)].map((end) =>
      end.map((value, axis) => value - origin[axis]!),
    ) as [number[], number[]];
    return { header, origin, across, down };
  });
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, axis) => sum + value * b[axis]!, 0);
  return (point) => {
    for (const { header, origin, across, down } of planes) {
      const offset = point.map((value, axis) => value - origin[axis]!);
      const column = Math.round(dot(offset, across) / dot(across, across));
      const row = Math.round(dot(offset, down) / dot(down, down));
      const centre = voxelCentreLps(header, row, column);
      if (Math.hypot(...point.map((value, axis) => value - centre[axis]!)) < 0.02) {
        return `${textOf(header, '00080018')}/${row}/${column}`;
      }
    }
    throw new Error(`No source voxel lies at ${point.map((value) => value.toFixed(3)).join(', ')}`);
  };
}

export interface ReadFrame {
  readonly segmentNumber: number;
  readonly sourceUid: string;
  readonly position: string[];
  readonly dimensionIndex: number[];
  readonly voxels: Set<string>;
}

/** The data set of a file, to its end or to the tag that is given, decimals in the spelling of the file. */
export function readDataset(bytes: Uint8Array, untilTag?: string): DicomJson {
  const spelled = (dataset: DicomJson): DicomJson =>
    Object.fromEntries(
      Object.entries(dataset).map(([tag, element]) => {
        const raw = (element as { _rawValue?: unknown[] })._rawValue;
        if (element.vr === 'SQ') return [tag, { vr: 'SQ', Value: itemsOf(dataset, tag).map(spelled) }];
        return [tag, { vr: element.vr, Value: element.vr === 'DS' && raw ? raw : element.Value }];
      }),
    );
  // A new view, since bytes from the file system may share a larger buffer.
  const { dict } = dcmjs.data.DicomMessage.readFile(new Uint8Array(bytes).buffer, untilTag ? { untilTag } : {});
  if (untilTag) delete dict[untilTag];
  return spelled(dict);
}

/** The frames one by one, bits unpacked as PS3.5 8.2 says, each named by the source instance that it refers to. */
export function readFrames(dataset: DicomJson): ReadFrame[] {
  const rows = numberOf(dataset, '00280010')!;
  const columns = numberOf(dataset, '00280011')!;
  const packed = new Uint8Array(dataset['7FE00010']!.Value![0] as ArrayBuffer);
  return itemsOf(dataset, '52009230').map((frame, index) => {
    const item = (group: string, holder = frame) => itemsOf(holder, group)[0]!;
    const sourceUid = textOf(item('00082112', item('00089124')), '00081155')!;
    const voxels = new Set<string>();
    for (let voxel = 0; voxel < rows * columns; voxel++) {
      const bit = index * rows * columns + voxel;
      if ((packed[Math.floor(bit / 8)]! >> (bit % 8)) & 1) {
        voxels.add(`${sourceUid}/${Math.floor(voxel / columns)}/${voxel % columns}`);
      }
    }
    return {
      segmentNumber: numberOf(item('0062000A'), '0062000B')!,
      sourceUid,
      position: textsOf(item('00209113'), '00200032'),
      dimensionIndex: (item('00209111')['00209157']?.Value ?? []) as number[],
      voxels,
    };
  });
}
