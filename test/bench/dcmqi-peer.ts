import { writeSegmentationNode } from '@itk-wasm/dicom';
import { join } from 'node:path';
import type { SegCase } from './seg-corpus.js';

const code = (CodeValue: string, CodeMeaning: string) => ({ CodeValue, CodingSchemeDesignator: 'SCT', CodeMeaning });

/** The label map of a case, as dcmqi takes it, and what it must be told besides. */
export function dcmqiInput({ stack, boxes, instances }: SegCase) {
  const { rows, columns } = stack;
  const depth = instances.length;
  const labels = new Int16Array(columns * rows * depth);
  boxes.forEach((box, index) => {
    for (let slice = box.slices.first; slice <= box.slices.last; slice++) {
      for (let row = box.rows.first; row <= box.rows.last; row++) {
        const start = (slice * rows + row) * columns;
        labels.fill(index + 1, start + box.columns.first, start + box.columns.last + 1);
      }
    }
  });
  const values = (tag: string) => (instances[0]![tag]?.Value ?? []).map(Number);
  const [rowSpacing, columnSpacing] = values('00280030') as [number, number];
  const [rx, ry, rz, cx, cy, cz] = values('00200037') as [number, number, number, number, number, number];
  const normal = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx];
  const [sliceSpacing] = values('00180050') as [number];
  const image = {
    imageType: { dimension: 3, componentType: 'int16', pixelType: 'Scalar', components: 1 },
    name: 'labels',
    origin: values('00200032'),
    spacing: [columnSpacing, rowSpacing, sliceSpacing],
    // Row by row, its columns are the axes.
    direction: new Float64Array([rx, cx, normal[0]!, ry, cy, normal[1]!, rz, cz, normal[2]!]),
    size: [columns, rows, depth],
    metadata: new Map(),
    data: labels,
  };
  const meta = {
    ContentCreatorName: 'Peer',
    ContentLabel: 'LESIONS',
    ContentDescription: 'Boxes around lesions',
    SeriesDescription: 'Lesions',
    SeriesNumber: '9000',
    InstanceNumber: '1',
    segmentAttributes: [
      boxes.map((_, index) => ({
        labelID: index + 1,
        SegmentDescription: `L${index + 1}`,
        SegmentLabel: `L${index + 1}`,
        SegmentAlgorithmType: 'MANUAL',
        SegmentedPropertyCategoryCodeSequence: code('49755003', 'Morphologically Altered Structure'),
        SegmentedPropertyTypeCodeSequence: code('52988006', 'Lesion'),
        recommendedDisplayRGBValue: [255, 0, 0],
      })),
    ],
  };
  return { image, meta };
}

/** Writes a DICOM SEG with dcmqi (the WebAssembly build of @itk-wasm/dicom) and returns its path. */
export async function writeWithDcmqi(
  { files, folder }: SegCase,
  { image, meta }: ReturnType<typeof dcmqiInput>,
): Promise<string> {
  const { log, error } = console;
  // It reports its progress on the console.
  console.log = console.error = () => undefined;
  const output = join(folder, 'dcmqi.dcm');
  try {
    await writeSegmentationNode(image as unknown as Parameters<typeof writeSegmentationNode>[0], meta, output, {
      refDicomSeries: files,
    });
  } finally {
    Object.assign(console, { log, error });
  }
  return output;
}
