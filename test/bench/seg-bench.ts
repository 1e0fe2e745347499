import dcmjs from 'dcmjs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EncodedSeg, encodeSeg } from '../../src/modules/labels/seg/seg-encoder.js';
import { type Measured, type Row, rounded } from './bench-result.js';
import { dcmqiInput, writeWithDcmqi } from './dcmqi-peer.js';
import { startPythonPeer } from './python-peer.js';
import { type Contestant, cpuSecondsOf, inTurns } from './rounds.js';
import { type SegCase, segCase } from './seg-corpus.js';
import { segMemory } from './seg-memory.js';
import { type SegShape, startSegProcess } from './seg-process.js';

const ROUNDS = 5;
const SHAPES: SegShape[] = [
  [384, 24, 1],
  [384, 24, 3],
  [384, 24, 10],
  [640, 80, 3],
];
const KILOBYTE = 1024;

/** From boxes on a slice stack to the bytes of a DICOM SEG, beside dcmqi and highdicom on the same voxels. */
export async function segBench(): Promise<Measured> {
  const root = await mkdtemp(join(tmpdir(), 'lesion-curator-seg-'));
  try {
    // The same call for next to nothing shows what dcmqi needs to start.
    const tiny = segCase(root, 64, 20, 1);
    const cases = SHAPES.map((shape) => segCase(root, ...shape));
    const highdicom = await startPythonPeer('highdicom', cases.map(highdicomCase));
    const rows: Row[] = [];
    const slowest: Record<string, number> = {};
    for (const [index, one] of cases.entries()) {
      const ours = startSegProcess();
      const input = dcmqiInput(one);
      const tinyInput = dcmqiInput(tiny);
      const contestants: Record<string, Contestant> = {
        ours: () => ours.round(SHAPES[index]!),
        dcmqi: () => cpuSecondsOf(() => writeWithDcmqi(one, input)),
        dcmqiStart: () => cpuSecondsOf(() => writeWithDcmqi(tiny, tinyInput)),
      };
      if (typeof highdicom !== 'string') contestants['highdicom'] = () => highdicom.round(String(index));
      const seconds = await inTurns(ROUNDS, contestants);
      ours.stop();
      const seg = encode(one);
      await requireSameVoxels(one, seg, join(one.folder, 'dcmqi.dcm'));
      if (typeof highdicom !== 'string') await requireSameVoxels(one, seg, join(one.folder, 'highdicom.dcm'));
      const ratios = {
        dcmqi: seconds['dcmqi']! / seconds['ours']!,
        ...(seconds['highdicom'] !== undefined && { highdicom: seconds['highdicom'] / seconds['ours']! }),
      };
      for (const [peer, ratio] of Object.entries(ratios)) slowest[peer] = Math.min(slowest[peer] ?? Infinity, ratio);
      rows.push({
        case: one.name,
        kilobytes: rounded(seg.bytes.length / KILOBYTE),
        ms: rounded(seconds['ours']! * 1000),
        dcmqiMs: rounded(seconds['dcmqi']! * 1000),
        dcmqiStartMs: rounded(seconds['dcmqiStart']! * 1000),
        ...(seconds['highdicom'] !== undefined && { highdicomMs: rounded(seconds['highdicom'] * 1000) }),
        ...Object.fromEntries(Object.entries(ratios).map(([peer, ratio]) => [`times ${peer}`, rounded(ratio)])),
      });
    }
    const memory = [await segMemory(640, 80, 3), await segMemory(64, 1600, 10)];
    for (const { case: name, frames, objectKb, peakBeyondObjectKb } of memory)
      rows.push({ case: `memory: ${name}`, kilobytes: objectKb, frames, peakBeyondObjectKb });
    if (typeof highdicom !== 'string') await highdicom.stop();
    return {
      rows,
      rates: {},
      totals: { peakBeyondObjectKb: Math.max(...memory.map((one) => one.peakBeyondObjectKb)) },
      ratios: slowest,
      goals: { dcmqi: { atLeast: 50 }, highdicom: { atLeast: 50 }, peakBeyondObjectKb: { atMost: 4096 } },
      notes: [
        'Ratios are those of the worst case. The set voxels of all writers were counted and are equal.',
        "Ours goes from a slice stack and boxes to the file in memory, highdicom from parsed data sets and a label map to memory, dcmqi from files and a label map to a file. Times are CPU time, ours and highdicom's of processes of their own.",
        'Memory is the peak of a process of its own beyond the bytes of the label, for few and for many frames.',
        'dcmqi compiles its WebAssembly in every call; dcmqiStartMs is a call for next to nothing (64 x 64 x 20), about what that takes.',
        ...(typeof highdicom === 'string' ? [highdicom] : []),
      ],
    };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

const encode = ({ stack, segments }: SegCase): EncodedSeg =>
  encodeSeg({ stack, segments, seriesNumber: 9000, version: 1 });

const highdicomCase = ({ files, boxes, folder }: SegCase) => ({
  files,
  output: join(folder, 'highdicom.dcm'),
  boxes: boxes.map((box) =>
    Object.fromEntries(
      (['slices', 'rows', 'columns'] as const).map((axis) => [axis, [box[axis].first, box[axis].last]]),
    ),
  ),
});

async function requireSameVoxels({ name }: SegCase, seg: EncodedSeg, file: string): Promise<void> {
  const [ours, theirs] = [voxelsIn(seg.bytes), voxelsIn(await readFile(file))];
  if (ours !== theirs || ours === 0) throw new Error(`${name}: ${ours} voxels against ${theirs} of the peer`);
}

function voxelsIn(bytes: Uint8Array): number {
  const { dict } = dcmjs.data.DicomMessage.readFile(new Uint8Array(bytes).buffer);
  let count = 0;
  for (let byte of new Uint8Array(dict['7FE00010']!.Value![0] as ArrayBuffer)) for (; byte; byte &= byte - 1) count++;
  return count;
}
