import { itemsOf, numbersOf, textOf } from '../../src/modules/dicomweb/dicom-json.js';
import { type Broken, type Label, put, remove } from './broken-label.js';

const SHARED = '52009229';

/** Faults in where the voxels lie and what the segments are. */
export const VOXEL_FAULTS: Record<string, Broken[]> = {
  dimensions: [
    ['no dimension index', 'dciodvfy', '', ({ dataset }) => remove(dataset, '00209222')],
    [
      'an index of another organization',
      'reader',
      'one dimension organization',
      (label) => put(label.item('00209222'), '00209164', '2.25.5'),
    ],
    [
      'an index that points to something else',
      'reader',
      'dimensions: segment, position',
      (label) => put(label.item('00209222'), '00209165', 0x00620005),
    ],
    [
      'index values in the wrong order',
      'reader',
      'index values: segment, then position in ascending order',
      ({ frames }) =>
        frames.forEach((frame) =>
          itemsOf(frame, '00209111').forEach((content) => content['00209157']!.Value!.reverse()),
        ),
    ],
    [
      'positions that are counted from the other end',
      'reader',
      'index values: segment, then position in ascending order',
      ({ frames }) => {
        const contents = frames.map((frame) => itemsOf(frame, '00209111')[0]!);
        const last = Math.max(...contents.map((content) => numbersOf(content, '00209157')[1]!));
        for (const content of contents) {
          const [segment, position] = numbersOf(content, '00209157') as [number, number];
          put(content, '00209157', segment, last + 1 - position);
        }
      },
    ],
  ],
  'what all frames share': [
    [
      'an orientation that is off by 0.001 (OHIF takes the stack for another one)',
      'reader',
      'orientation in the spelling of the source',
      (label) => {
        const plane = label.item(SHARED, '00209116');
        put(
          plane,
          '00200037',
          ...numbersOf(plane, '00200037').map((cosine, i) => String(i === 4 ? cosine - 0.001 : cosine)),
        );
      },
    ],
    [
      'an orientation in another spelling',
      'reader',
      'orientation in the spelling of the source',
      (label) => {
        const plane = label.item(SHARED, '00209116');
        put(plane, '00200037', ...numbersOf(plane, '00200037').map((cosine) => cosine.toFixed(7)));
      },
    ],
    [
      'row and column spacing swapped',
      'dcmqi',
      'pixel spacing in the spelling of the source',
      (label) => void label.item(SHARED, '00289110')['00280030']!.Value!.reverse(),
      'even',
    ],
    [
      'another thickness',
      'reader',
      'thickness of the source',
      (label) => put(label.item(SHARED, '00289110'), '00180050', '3'),
    ],
    [
      'another distance of slices',
      'reader',
      'distance of slices',
      (label) => put(label.item(SHARED, '00289110'), '00180088', '2.2'),
    ],
    [
      'no pixel measures',
      'reader',
      'pixel spacing in the spelling of the source',
      (label) => remove(label.item(SHARED), '00289110'),
    ],
    ['no orientation', 'dciodvfy', '', (label) => remove(label.item(SHARED), '00209116')],
  ],
  frames: [
    [
      'the position of the neighbouring slice',
      'reader',
      'frames on the plane of their source',
      ({ frames: [first, second] }) =>
        put(itemsOf(first!, '00209113')[0]!, '00200032', ...itemsOf(second!, '00209113')[0]!['00200032']!.Value!),
    ],
    [
      'a frame without position',
      'reader',
      'every frame has source, position, segment and index',
      ({ frames }) => remove(frames[1]!, '00209113'),
    ],
    [
      'slices in mirrored order, references and positions alike',
      'dcmqi',
      'voxels where the lesion lies',
      ({ frames }, { instances }) => {
        for (const frame of frames) {
          const reference = itemsOf(itemsOf(frame, '00089124')[0]!, '00082112')[0]!;
          const slice = instances.findIndex((header) => textOf(header, '00080018') === textOf(reference, '00081155'));
          const opposite = instances.at(-1 - slice)!;
          put(reference, '00081155', textOf(opposite, '00080018'));
          put(itemsOf(frame, '00209113')[0]!, '00200032', ...opposite['00200032']!.Value!);
        }
      },
      'even',
    ],
    [
      'a frame of a segment that does not exist',
      'reader',
      'frames of segments that exist',
      ({ frames }) => put(itemsOf(frames[0]!, '0062000A')[0]!, '0062000B', 9),
    ],
    ['a slice that is skipped', 'dcmqi', 'voxels where the lesion lies', (label) => withoutFrame(label, 1), 'even'],
    [
      'one frame more than there are',
      'dciodvfy',
      'as many frames as it says',
      ({ dataset, frames }) => put(dataset, '00280008', String(frames.length + 1)),
    ],
  ],
  'pixel data': [
    [
      'frames that begin on whole bytes',
      'reader',
      'voxels where the lesion lies',
      (label) => {
        const bits = bitsOf(label);
        const aligned = Math.ceil(143 / 8) * 8;
        const packed = new Uint8Array(
          (label.frames.length * aligned) / 8 + (((label.frames.length * aligned) / 8) % 2),
        );
        bits.forEach((bit, i) => setBit(packed, Math.floor(i / 143) * aligned + (i % 143), bit));
        label.pixels = packed;
      },
    ],
    [
      'the most significant bit first',
      'dcmqi',
      'voxels where the lesion lies',
      (label) => {
        label.pixels = label.pixels.map((byte) =>
          Number.parseInt(byte.toString(2).padStart(8, '0').split('').reverse().join(''), 2),
        );
      },
      'even',
    ],
    [
      'rows and columns mistaken for each other',
      'dcmqi',
      'voxels where the lesion lies',
      (label) => {
        const [rows, columns] = [12, 16];
        const turned = new Uint8Array(label.pixels.length);
        bitsOf(label).forEach((bit, i) => {
          const [frame, voxel] = [Math.floor(i / (rows * columns)), i % (rows * columns)];
          setBit(turned, frame * rows * columns + (voxel % rows) * columns + Math.floor(voxel / rows), bit);
        });
        label.pixels = turned;
      },
      'even',
    ],
    [
      'something in the padding',
      'reader',
      'nothing in the padding',
      (label) => {
        const padded = label.pixels;
        padded[padded.length - 1]! |= 0x80;
        label.pixels = padded;
      },
    ],
    [
      'no padding',
      'reader',
      '7FE00010 has a length of',
      (label) => {
        const bytes = label.toBytes();
        const cut = bytes.slice(0, -1);
        new DataView(cut.buffer).setUint32(cut.length - label.pixels.length + 1 - 4, label.pixels.length - 1, true);
        return cut;
      },
    ],
    [
      'an empty frame',
      'reader',
      'no empty frame',
      (label) => {
        label.pixels = label.pixels.fill(0, 0, 24);
      },
      'even',
    ],
    [
      'pixel data of one frame too few',
      'dciodvfy',
      'pixel data as long as its frames',
      (label) => {
        label.pixels = label.pixels.slice(24);
      },
      'even',
    ],
    [
      'a part of the columns only',
      'dciodvfy',
      'rows and columns of the source',
      ({ dataset }) => put(dataset, '00280011', 8),
    ],
  ],
  segments: [
    [
      'a number that is left out',
      'reader',
      'segments from 1 without gaps',
      ({ segments }) => put(segments[1]!, '00620004', 3),
    ],
    ['no label', 'dciodvfy', '', ({ segments }) => remove(segments[0]!, '00620005')],
    ['a label of 65 characters', 'dciodvfy', '', ({ segments }) => put(segments[0]!, '00620005', 'x'.repeat(65))],
    [
      'the label of another lesion',
      'reader',
      'segment labels',
      ({ segments: [one, other] }) => put(one!, '00620005', textOf(other!, '00620005')),
    ],
    ['no category', 'dciodvfy', '', ({ segments }) => remove(segments[0]!, '00620003')],
    [
      'another category',
      'reader',
      'category: abnormal structure',
      ({ segments }) => put(itemsOf(segments[0]!, '00620003')[0]!, '00080100', '123037004'),
    ],
    [
      'a cancer that no pathology proves',
      'reader',
      'type: lesion or neoplasm',
      ({ segments }) => put(itemsOf(segments[0]!, '0062000F')[0]!, '00080100', '363346000'),
    ],
    [
      'another region',
      'reader',
      'anatomic region',
      ({ segments }) => put(itemsOf(segments[0]!, '00082218')[0]!, '00080100', '399384005'),
    ],
    [
      'the other side',
      'reader',
      'laterality',
      ({ segments }) => put(itemsOf(itemsOf(segments[0]!, '00082218')[0]!, '00082220')[0]!, '00080100', '24028007'),
    ],
    [
      'an algorithm without name',
      'dciodvfy',
      'algorithm with its name',
      ({ segments }) => remove(segments[0]!, '00620009'),
    ],
    [
      'a tracking id without its UID',
      'dciodvfy',
      'tracking id and UID together',
      ({ segments }) => remove(segments[0]!, '00620021'),
    ],
    [
      'a tracking UID without its id',
      'dciodvfy',
      'tracking id and UID together',
      ({ segments }) => remove(segments[0]!, '00620020'),
    ],
    [
      'one tracking UID for two lesions',
      'reader',
      'a tracking UID for each lesion',
      ({ segments: [one, other] }) => put(one!, '00620021', textOf(other!, '00620021')),
    ],
    [
      'a colour that no screen shows',
      'reader',
      'colours that a screen can show',
      ({ segments }) => put(segments[0]!, '0062000D', 34729, 65535, 0),
    ],
    [
      "a word for the scanner's table (Weasis hides the segment)",
      'reader',
      'words that no viewer hides',
      ({ segments }) => put(segments[0]!, '00620020', 'couch 1'),
    ],
  ],
};

const bitsOf = ({ pixels }: Label) =>
  Array.from(pixels).flatMap((byte) => Array.from({ length: 8 }, (_, i) => (byte >> i) & 1));

function setBit(bytes: Uint8Array, at: number, bit: number): void {
  if (bit && at < 8 * bytes.length) bytes[at >> 3]! |= 1 << (at % 8);
}

/** A label that leaves a slice of its first lesion out, and is in order otherwise. */
function withoutFrame(label: Label, index: number): void {
  const { frames, pixels } = label;
  put(label.dataset, '52009230', ...frames.filter((_, i) => i !== index));
  put(label.dataset, '00280008', String(frames.length - 1));
  label.pixels = Uint8Array.from(pixels.filter((_, byte) => Math.floor(byte / 24) !== index));
}
