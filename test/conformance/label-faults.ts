import {
  type DicomJson,
  itemsOf,
  numberOf,
  numbersOf,
  textOf,
  textsOf,
} from '../../src/modules/dicomweb/dicom-json.js';
import type { AnatomicRegion } from '../../src/modules/labels/dicom/anatomic-region.js';
import { readPart10 } from './part10.js';
import { readFrames } from './read-back.js';

export interface ExpectedSegment {
  readonly label: string;
  readonly anatomy: AnatomicRegion;
  /** As `instance/row/column`. */
  readonly voxels: ReadonlySet<string>;
}

/** What a label has in common with its source: Patient, Study and Frame of Reference modules. */
const COPIED =
  '00080020 00080030 00080050 00080090 00081030 00100010 00100020 00100021 00100030 00100040 00120062 00120063 0020000D 00200010 00201040'.split(
    ' ',
  );

/** Weasis takes segments whose text holds such a word for the scanner's table and hides them. */
const HIDDEN_WORDS = /couch|table ?top|tischplatte/i;

/**
 * What is wrong with a SEG that was drawn on the source series, by the rules that a label follows; each fault by the name
 * of its rule. Validators see an object alone, so most of this is out of their sight. The file is read by `readPart10`.
 *
 * @param source headers of the source series, in any order
 * @throws Error if the file cannot be read
 */
export function labelFaults(
  bytes: Uint8Array,
  source: readonly DicomJson[],
  expected: readonly ExpectedSegment[],
): string[] {
  const { meta, dataset } = readPart10(bytes);
  const found = [...objectRules(meta, dataset, source), ...segmentRules(dataset, expected)];
  const complete = itemsOf(dataset, '52009230').every(isComplete) && dataset['7FE00010'] !== undefined;
  found.push(['every frame has source, position, segment and index', complete]);
  if (complete) found.push(...frameRules(dataset, source, expected));
  return found.filter(([, kept]) => !kept).map(([rule]) => rule);
}

type Rule = [name: string, kept: boolean];

function objectRules(meta: DicomJson, dataset: DicomJson, source: readonly DicomJson[]): Rule[] {
  const [first] = source as [DicomJson];
  const uids = ['00080018', '0020000E', '00200052'].map((tag) => textOf(dataset, tag) ?? '');
  const isLossy = source.some((header) => textOf(header, '00282110') === '01');
  const [shared] = itemsOf(dataset, '52009229');
  const [orientation] = itemsOf(shared ?? {}, '00209116');
  const [measures] = itemsOf(shared ?? {}, '00289110');
  const organizations = ['00209221', '00209222'].flatMap((tag) =>
    itemsOf(dataset, tag).map((item) => textOf(item, '00209164')),
  );
  const pointers = itemsOf(dataset, '00209222').map((item) => [item['00209167'], item['00209165']].map(firstValue));
  const distanceMm = sliceDistanceMm(source);
  return [
    ['file meta names the object', same(textOf(meta, '00020003'), uids[0]) && same(textOf(meta, '00020002'), SEG)],
    ['explicit VR little endian', textOf(meta, '00020010') === '1.2.840.10008.1.2.1'],
    ['implementation version of 16 characters at most', (textOf(meta, '00020013') ?? '').length <= 16],
    ['text in UTF-8', textOf(dataset, '00080005') === 'ISO_IR 192'],
    ['segmentation', textOf(dataset, '00080016') === SEG && textOf(dataset, '00080060') === 'SEG'],
    ['UIDs', uids.every(isUid)],
    ['patient and study of the source', COPIED.every((tag) => spelled(dataset[tag]) === spelled(first[tag]))],
    ['a series of its own', textOf(dataset, '0020000E') !== textOf(first, '0020000E')],
    ['frame of reference of the source', textOf(dataset, '00200052') === textOf(first, '00200052')],
    ['derived image', textsOf(dataset, '00080008').join() === 'DERIVED,PRIMARY'],
    [
      'content with a name and its creator',
      ['00700080', '00700084'].every((tag) => textOf(dataset, tag) !== undefined),
    ],
    ['lossy as the source', (textOf(dataset, '00282110') === '01') === isLossy],
    ['binary, one bit a voxel', textOf(dataset, '00620001') === 'BINARY' && numberOf(dataset, '00280100') === 1],
    [
      'rows and columns of the source',
      ['00280010', '00280011'].every((t) => numberOf(dataset, t) === numberOf(first, t)),
    ],
    ['orientation in the spelling of the source', sameDecimals(orientation, first, '00200037')],
    ['pixel spacing in the spelling of the source', sameDecimals(measures, first, '00280030')],
    ['thickness of the source', !first['00180050'] || sameDecimals(measures, first, '00180050')],
    ['distance of slices', Math.abs((numberOf(measures ?? {}, '00180088') ?? 0) - distanceMm) < 1e-3],
    ['one dimension organization', organizations.length === 3 && new Set(organizations).size === 1],
    ['dimensions: segment, position', JSON.stringify(pointers) === JSON.stringify(DIMENSIONS)],
  ];
}

const SEG = '1.2.840.10008.5.1.4.1.1.66.4';
const DIMENSIONS = [
  [0x0062000a, 0x0062000b],
  [0x00209113, 0x00200032],
];
const same = (a: string | undefined, b: string | undefined) => a !== undefined && a === b;
const firstValue = (element?: DicomJson[string]) => element?.Value?.[0];

/** PS3.5 9.1 and B.2: no leading zeros, and after 2.25 a number of 128 bits. */
function isUid(uid: string): boolean {
  if (uid.length > 64 || !/^[0-2](\.(0|[1-9]\d*))+$/.test(uid)) return false;
  const [, number] = /^2\.25\.(\d+)$/.exec(uid) ?? [];
  return number === undefined || BigInt(number) < 1n << 128n;
}

/** The values of an element, without what servers and files leave out or add. */
function spelled(element: DicomJson[string] | undefined): string {
  const values = (element?.Value ?? []).map((value) => {
    if (typeof value !== 'object' || value === null) return String(value ?? '').trim();
    const { Alphabetic = '', Ideographic = '', Phonetic = '' } = value as Record<string, string>;
    return [Alphabetic, Ideographic, Phonetic].join('=').replace(/=+$/, '');
  });
  return values.join('\\');
}

/** Letter by letter where the source is text; a number, as some servers give it, has no spelling. */
function sameDecimals(item: DicomJson | undefined, source: DicomJson, tag: string): boolean {
  const [ours, theirs] = [item?.[tag]?.Value ?? [], source[tag]?.Value ?? []];
  return (
    ours.length === theirs.length &&
    theirs.every((value, index) =>
      typeof value === 'string' ? ours[index] === value.trim() : Math.abs(Number(ours[index]) - Number(value)) < 1e-9,
    )
  );
}

/** The smallest distance of two slices along the normal, from their positions. */
function sliceDistanceMm(source: readonly DicomJson[]): number {
  const [rx, ry, rz, cx, cy, cz] = numbersOf(source[0]!, '00200037') as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const normal = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx];
  const along = source.map((header) =>
    numbersOf(header, '00200032').reduce((d, mm, axis) => d + mm * normal[axis]!, 0),
  );
  along.sort((a, b) => a - b);
  return Math.min(...along.slice(1).map((mm, index) => mm - along[index]!));
}

function segmentRules(dataset: DicomJson, expected: readonly ExpectedSegment[]): Rule[] {
  const segments = itemsOf(dataset, '00620002');
  const labels = segments.map((segment) => textOf(segment, '00620005'));
  const code = (item: DicomJson | undefined, tag: string) => {
    const [entry] = itemsOf(item ?? {}, tag);
    return entry && `${textOf(entry, '00080102')} ${textOf(entry, '00080100')}`;
  };
  const trackingUids = segments.map((segment) => textOf(segment, '00620021'));
  const texts = segments.flatMap((segment) => ['00620005', '00620006', '00620020'].map((tag) => textOf(segment, tag)));
  return [
    ['segments from 1 without gaps', segments.every((segment, index) => numberOf(segment, '00620004') === index + 1)],
    ['segment labels', JSON.stringify(labels) === JSON.stringify(expected.map(({ label }) => label))],
    ['segment label of 64 characters at most', labels.every((label) => [...(label ?? '')].length <= 64)],
    ['words that no viewer hides', !texts.some((text) => HIDDEN_WORDS.test(text ?? ''))],
    ['category: abnormal structure', segments.every((segment) => code(segment, '00620003') === 'SCT 49755003')],
    [
      'type: lesion or neoplasm',
      segments.every((segment) => ['SCT 52988006', 'SCT 86049000'].includes(code(segment, '0062000F') ?? '')),
    ],
    [
      'anatomic region',
      segments.every((segment, index) => {
        const { region } = expected[index]?.anatomy ?? {};
        return region !== undefined && code(segment, '00082218') === `${region.scheme} ${region.value}`;
      }),
    ],
    [
      'laterality',
      segments.every((segment, index) => {
        const { laterality } = expected[index]?.anatomy ?? {};
        const found = code(itemsOf(segment, '00082218')[0], '00082220');
        return found === (laterality && `${laterality.scheme} ${laterality.value}`);
      }),
    ],
    [
      'algorithm with its name',
      segments.every(
        (segment) => textOf(segment, '00620008') === 'SEMIAUTOMATIC' && textOf(segment, '00620009') !== undefined,
      ),
    ],
    [
      'tracking id and UID together',
      segments.every((s) => textOf(s, '00620020') !== undefined && isUid(textOf(s, '00620021') ?? '')),
    ],
    ['a tracking UID for each lesion', new Set(trackingUids).size === segments.length],
    ['colours that a screen can show', segments.every((segment) => isInGamut(numbersOf(segment, '0062000D')))],
  ];
}

/** Whether a CIELab value with D50 white, scaled to 16 bits (PS3.3 C.10.7.1.1), is a colour of sRGB. */
function isInGamut(scaled: readonly number[]): boolean {
  const [l = NaN, a = NaN, b = NaN] = scaled.map(
    (value, index) => (value / 65535) * (index ? 255 : 100) - (index && 128),
  );
  const linear = (t: number) => (t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29));
  const fy = (l + 16) / 116;
  const [x, y, z] = [0.9642 * linear(fy + a / 500), linear(fy), 0.8249 * linear(fy - b / 200)];
  // XYZ with D50 white to linear sRGB (Bradford).
  const rgb = [
    3.1338561 * x - 1.6168667 * y - 0.4906146 * z,
    -0.9787684 * x + 1.9161415 * y + 0.033454 * z,
    0.0719453 * x - 0.2289914 * y + 1.4052427 * z,
  ];
  return rgb.every((part) => part > -0.005 && part < 1.005);
}

const nested = (item: DicomJson, ...tags: string[]) =>
  tags.reduce<DicomJson | undefined>((holder, tag) => itemsOf(holder ?? {}, tag)[0], item);

const isComplete = (frame: DicomJson): boolean =>
  textOf(nested(frame, '00089124', '00082112') ?? {}, '00081155') !== undefined &&
  numbersOf(nested(frame, '00209113') ?? {}, '00200032').length === 3 &&
  numberOf(nested(frame, '0062000A') ?? {}, '0062000B') !== undefined &&
  (nested(frame, '00209111')?.['00209157']?.Value ?? []).length === 2;

function frameRules(dataset: DicomJson, source: readonly DicomJson[], expected: readonly ExpectedSegment[]): Rule[] {
  const items = itemsOf(dataset, '52009230');
  const frames = readFrames(dataset);
  const byUid = new Map(source.map((header) => [textOf(header, '00080018')!, header]));
  const used = [...new Set(frames.map(({ sourceUid }) => sourceUid))];
  const isReferenceKept = (reference: DicomJson) => {
    const header = byUid.get(textOf(reference, '00081155') ?? '');
    return header !== undefined && textOf(header, '00080016') === textOf(reference, '00081150');
  };
  const series = itemsOf(dataset, '00081115');
  const listed = series.flatMap((item) => itemsOf(item, '0008114A'));
  const derivations = items.map((frame) => nested(frame, '00089124')!);
  const purposes = derivations.map((derivation) =>
    [nested(derivation, '00089215'), nested(derivation, '00082112', '0040A170')]
      .map((code) => textOf(code ?? {}, '00080100'))
      .join(),
  );
  const numbers = itemsOf(dataset, '00620002').map((segment) => numberOf(segment, '00620004'));
  const segments = numbers.map(
    (number) => new Set(frames.filter((f) => f.segmentNumber === number).flatMap(({ voxels }) => [...voxels])),
  );
  const overlap = segments.some((one, index) =>
    segments.slice(index + 1).some((other) => [...one].some((voxel) => other.has(voxel))),
  );
  const bits = frames.length * numberOf(dataset, '00280010')! * numberOf(dataset, '00280011')!;
  const pixels = new Uint8Array(dataset['7FE00010']!.Value![0] as Uint8Array);
  const length = Math.ceil(bits / 8);
  const indices = frames.map(({ dimensionIndex }) => dimensionIndex);
  const positions = [...new Set(frames.map(({ position }) => position.join()))];
  return [
    ['as many frames as it says', numberOf(dataset, '00280008') === items.length],
    ['pixel data as long as its frames', pixels.length === length + (length % 2)],
    ['nothing in the padding', isEmptyFrom(pixels, bits)],
    ['no empty frame', frames.every(({ voxels }) => voxels.size > 0)],
    ['no empty segment', segments.every((voxels) => voxels.size > 0)],
    ['frames of segments that exist', frames.every(({ segmentNumber }) => numbers.includes(segmentNumber))],
    ['overlap as stated', textOf(dataset, '00620013') === (overlap ? 'YES' : 'NO')],
    [
      'voxels where the lesion lies',
      segments.length === expected.length && segments.every((voxels, i) => equal(voxels, expected[i]!.voxels)),
    ],
    [
      'frames on the plane of their source',
      items.every((frame, index) => {
        const header = byUid.get(frames[index]!.sourceUid);
        return header !== undefined && sameDecimals(nested(frame, '00209113'), header, '00200032');
      }),
    ],
    [
      'source images that exist',
      derivations.every((derivation) => itemsOf(derivation, '00082112').every(isReferenceKept)),
    ],
    ['purpose of the references', purposes.every((purpose) => purpose === '113076,121322')],
    [
      'spatial locations preserved',
      derivations.every((derivation) => textOf(nested(derivation, '00082112')!, '0028135A') === 'YES'),
    ],
    [
      'referenced series with the images that frames refer to',
      series.length === 1 &&
        textOf(series[0]!, '0020000E') === textOf(source[0]!, '0020000E') &&
        listed.every(isReferenceKept) &&
        listed.length === used.length &&
        equal(new Set(listed.map((item) => textOf(item, '00081155')!)), new Set(used)),
    ],
    [
      'index values: segment, then position in ascending order',
      frames.every(({ segmentNumber, dimensionIndex }) => dimensionIndex[0] === segmentNumber) &&
        new Set(indices.map(String)).size === indices.length &&
        Math.max(...indices.map(([, position]) => position!)) === positions.length &&
        ascendAlongNormal(dataset, frames),
    ],
  ];
}

const isEmptyFrom = (bytes: Uint8Array, bit: number) =>
  bytes.subarray(Math.floor(bit / 8)).every((byte, index) => (index === 0 ? byte >> (bit % 8) : byte) === 0);

const equal = (a: ReadonlySet<string>, b: ReadonlySet<string>) => a.size === b.size && [...a].every((v) => b.has(v));

/** Whether a higher index of position is farther along the normal, and the same index the same position. */
function ascendAlongNormal(dataset: DicomJson, frames: ReturnType<typeof readFrames>): boolean {
  const orientation = numbersOf(nested(dataset, '52009229', '00209116') ?? {}, '00200037');
  const [rx, ry, rz, cx, cy, cz] = orientation as [number, number, number, number, number, number];
  const normal = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx];
  const along = frames.map(({ position, dimensionIndex }) => ({
    index: dimensionIndex[1]!,
    mm: position.reduce((d, value, axis) => d + Number(value) * normal[axis]!, 0),
  }));
  along.sort((a, b) => a.index - b.index);
  return along
    .slice(1)
    .every(({ index, mm }, before) =>
      index === along[before]!.index ? mm === along[before]!.mm : mm > along[before]!.mm,
    );
}
