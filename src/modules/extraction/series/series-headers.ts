import type { DicomJson } from '../../dicomweb/dicom-json.js';
import { framesOf, isDataset, itemsIn, numberIn, numbersIn, textIn, textsIn } from './header-values.js';
import { plainWords } from './series-words.js';

export interface SeriesInput {
  id: string;
  /** One instance, or several where the instances of the series differ. */
  dicom: DicomJson | DicomJson[];
  /** How many instances the series has in all. */
  instances: number;
}

/** What the rules read, of classic and of Enhanced images alike. Undefined: the header does not say. */
export interface SeriesHeaders {
  frames: DicomJson[];
  /** How many images there are; a multi-frame instance counts its frames. */
  images: number;
  modality: string;
  sopClass: string;
  /** ImageType and FrameType in capitals, joined by backslashes, with one at either end. */
  imageType: string;
  maker: 'siemens' | 'ge' | 'philips' | 'canon' | 'hitachi' | 'uih' | undefined;
  /** SeriesDescription, plain. */
  description: string;
  /** ProtocolName, plain; empty for GE, where it names the whole examination. */
  protocol: string;
  /** Sequence names, public and private, plain. */
  sequence: string;
  /** StudyDescription and the steps and procedures of the study, plain. */
  study: string;
  comments: string;
  echoPlanar: boolean;
  gradientEcho: boolean;
  spinEcho: boolean;
  inversion: boolean;
  /** AcquisitionContrast (0008,9209). */
  acquisitionContrast: string;
  volume3d: boolean;
  repetitionTimeMs?: number | undefined;
  echoTimeMs?: number | undefined;
  inversionTimeMs?: number | undefined;
  flipDeg?: number | undefined;
  echoTrain?: number | undefined;
  thicknessMm?: number | undefined;
  spacingMm?: number | undefined;
  pixelMm?: number | undefined;
  fieldOfViewMm?: number | undefined;
  contrastAgent: boolean;
  temporalPositions: number;
  variant: string;
  scanOptions: string;
  units: string;
  seriesNumber?: number | undefined;
}

const MAKERS = [
  ['siemens', /siemens/i],
  ['ge', /^ge\b|general electric/i],
  ['philips', /philips/i],
  ['canon', /canon|toshiba/i],
  ['hitachi', /hitachi|fujifilm/i],
  ['uih', /uih|united imaging/i],
] as const;

export function readSeriesHeaders(input: SeriesInput): SeriesHeaders {
  const instances = (Array.isArray(input.dicom) ? input.dicom : [input.dicom]).filter(isDataset);
  const frames = instances.flatMap(framesOf);
  const first = frames[0] ?? {};
  const manufacturer = textIn(first, '00080070') ?? '';
  const maker = MAKERS.find(([, pattern]) => pattern.test(manufacturer))?.[0];
  const scanning = textsIn(first, '00180020').join('\\').toUpperCase();
  const echoPulse = textIn(first, '00189008')?.toUpperCase() ?? '';
  const gradientEcho = /GR|GE|FE/.test(scanning) || echoPulse === 'GRADIENT';
  const spinEcho = /SE/.test(scanning) || echoPulse === 'SPIN';
  const spacing = numbersIn(first, '00280030');
  const rows = numberIn(first, '00280010');
  const columns = numberIn(first, '00280011') ?? rows;
  const pixelMm = spacing[0];
  return {
    frames,
    images: Math.max(frames.length, (Number(input.instances) || 0) * (positive(numberIn(first, '00280008')) ?? 1)),
    modality: (textIn(first, '00080060') ?? '').toUpperCase(),
    sopClass: textIn(first, '00080016') ?? '',
    imageType: `\\${[...textsIn(first, '00080008'), ...textsIn(first, '00089007')].join('\\').toUpperCase()}\\`,
    maker,
    description: plainWords(textIn(first, '0008103E') ?? ''),
    protocol: maker === 'ge' ? '' : plainWords(textIn(first, '00181030') ?? ''),
    sequence: plainWords(
      ['00180024', '00189005', '20011020', '0019109C', '0019109E'].flatMap((tag) => textsIn(first, tag)).join(' '),
    ),
    study: plainWords(
      ['00081030', '00400254', '00321060', '00400007'].flatMap((tag) => textsIn(first, tag)).join(' | '),
    ),
    comments: plainWords(['00204000', '00400280', '00082111'].flatMap((tag) => textsIn(first, tag)).join(' ')),
    echoPlanar: /EP/.test(scanning) || textIn(first, '00189018')?.toUpperCase() === 'YES',
    gradientEcho,
    spinEcho,
    inversion: /IR/.test(scanning) || textIn(first, '00189009')?.toUpperCase() === 'YES',
    acquisitionContrast: (textIn(first, '00089209') ?? '').toUpperCase(),
    volume3d: isVolume(first),
    repetitionTimeMs: positive(numberIn(first, '00180080')),
    echoTimeMs: positive(numberIn(first, '00180081')) ?? positive(numberIn(first, '00189082')),
    inversionTimeMs: positive(numberIn(first, '00180082')) ?? positive(numberIn(first, '00189079')),
    flipDeg: numberIn(first, '00181314'),
    echoTrain: positive(numberIn(first, '00180091')),
    thicknessMm: positive(numberIn(first, '00180050')),
    spacingMm: positive(numberIn(first, '00180088')),
    pixelMm,
    fieldOfViewMm:
      rows && columns && pixelMm
        ? Math.max(rows * pixelMm, columns * (spacing[1] ?? pixelMm))
        : positive(numberIn(first, '00181100')),
    contrastAgent:
      /[a-z]/i.test(textIn(first, '00180010') ?? '') && !/^no(ne)?$/i.test(textIn(first, '00180010') ?? ''),
    temporalPositions: temporalPositionsOf(frames),
    variant: `\\${textsIn(first, '00180021').join('\\').toUpperCase()}\\`,
    scanOptions: `\\${[...textsIn(first, '00180022'), ...textsIn(first, '00189025')].join('\\').toUpperCase()}\\`,
    units: unitsOf(first),
    seriesNumber: numberIn(first, '00200011'),
  };
}

/** MRAcquisitionType; where it is gone, a fast sequence of adjoining slices is a volume. */
function isVolume(dataset: DicomJson): boolean {
  const type = textIn(dataset, '00180023')?.toUpperCase();
  if (type !== undefined) return type === '3D';
  const spacingMm = numberIn(dataset, '00180088');
  const fast = (numberIn(dataset, '00180080') ?? 99) < 50 && (numberIn(dataset, '00180081') ?? 99) < 10;
  return fast && spacingMm !== undefined && spacingMm <= (numberIn(dataset, '00180050') ?? 0);
}

const positive = (value: number | undefined): number | undefined =>
  value !== undefined && value > 0 ? value : undefined;

/** NumberOfTemporalPositions, or the largest position or index that a frame names. */
function temporalPositionsOf(frames: readonly DicomJson[]): number {
  let positions = 1;
  for (const frame of frames) {
    for (const tag of ['00200105', '00200100', '00209128']) positions = Math.max(positions, numberIn(frame, tag) ?? 1);
  }
  return positions;
}

/** RescaleType and the units of the real-world value map (0040,9096), plain. */
function unitsOf(dataset: DicomJson): string {
  const mapped = itemsIn(dataset, '00409096').flatMap((map) =>
    itemsIn(map, '004008EA').flatMap((unit) => [...textsIn(unit, '00080100'), ...textsIn(unit, '00080104')]),
  );
  return plainWords([...textsIn(dataset, '00281054'), ...mapped].join(' '));
}
