import { bValuesInHeaders, bValuesInWords, computedBValueInWords, isComputedFromSeveral } from './b-value.js';
import { contrastOf, isEchoPlanar } from './contrast.js';
import { textIn } from './header-values.js';
import { planeOf, type Plane } from './plane.js';
import { readSeriesHeaders, type SeriesHeaders, type SeriesInput } from './series-headers.js';
import * as say from './series-words.js';

export type { SeriesInput } from './series-headers.js';

export type SeriesRole = 'T2W' | 'DWI' | 'ADC' | 'DCE' | 'T1W' | 'LOCALIZER' | 'DERIVED' | 'OTHER';

export interface SeriesClassification {
  id: string;
  /** What the pixels are. */
  role: SeriesRole;
  /** Null: several planes, or nothing says. */
  plane: Plane | null;
  /** s/mm², sorted; on DWI only, those of the images themselves. */
  bValues: number[];
  /** Computed b-value; DWI only. */
  calculated: boolean;
  /** Needle guidance, template, in-bore planning or control: never a source for labels. */
  intraprocedural: boolean;
  /** One sentence: the headers or words that it rests on. */
  reason: string;
}

/** Role, plane and b-values of one series: headers first, words last. Never throws. */
export const classifySeries = (input: SeriesInput): SeriesClassification =>
  classifyHeaders(input.id, readSeriesHeaders(input));

export function classifyHeaders(id: string, headers: SeriesHeaders): SeriesClassification {
  const evidence = gatherEvidence(headers);
  const { role, because } = roleOf(evidence);
  const diffusion = role === 'DWI';
  const calculated = diffusion && isComputed(evidence);
  const isImage = nonImage(headers) === undefined;
  return {
    id,
    role,
    plane: isImage ? planeFor(role, evidence) : null,
    bValues: diffusion ? bValuesFor(evidence, calculated) : [],
    calculated,
    intraprocedural: isImage && isIntraprocedural(evidence),
    reason: `${role}: ${because}.`,
  };
}

interface Evidence {
  headers: SeriesHeaders;
  /** The words that may speak about the role: the description, or the protocol name where the description says nothing. */
  words: string;
  headerBValues: ReturnType<typeof bValuesInHeaders>;
  plane: ReturnType<typeof planeOf>;
}

interface Finding {
  role: SeriesRole;
  because: string;
}

const ROLE_WORDS = [
  say.LOCALIZER,
  say.ADC,
  say.EXPONENTIAL,
  say.DERIVED,
  say.NOT_ANATOMY,
  say.DIFFUSION,
  say.DYNAMIC,
  say.T1,
  say.T2,
  say.BALANCED,
];

function gatherEvidence(headers: SeriesHeaders): Evidence {
  const { description, protocol } = headers;
  const speaks = description !== '' && ROLE_WORDS.some((pattern) => pattern.test(description));
  return {
    headers,
    words: speaks ? description : `${description} ${protocol}`.trim(),
    headerBValues: bValuesInHeaders(headers.frames),
    plane: planeOf(headers.frames, `${protocol} ${description}`),
  };
}

/** The order is the rule: what is no anatomy, then maps, localizers, diffusion, and last the contrast of the anatomy. */
function roleOf(evidence: Evidence): Finding {
  return (
    nonImage(evidence.headers) ??
    mapOrProduct(evidence) ??
    noAnatomy(evidence) ??
    localizer(evidence) ??
    diffusion(evidence) ??
    anatomy(evidence) ?? { role: 'OTHER', because: 'neither headers nor description say what it shows' }
  );
}

const MR_STORAGE = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.4(?:\.[134])?$/;
const SECONDARY_CAPTURE = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.7(?:\.|$)/;
const PARAMETRIC_MAP = '1.2.840.10008.5.1.4.1.1.30';
const IMAGE_MODALITIES = new Set(['', 'MR', 'OT', 'SC', 'RWV']);

/** Reports, key objects, presentation states, spectroscopy and raw data; other modalities. */
function nonImage({ modality, sopClass }: SeriesHeaders): Finding | undefined {
  const image =
    sopClass === '' || sopClass === PARAMETRIC_MAP || MR_STORAGE.test(sopClass) || SECONDARY_CAPTURE.test(sopClass);
  if (!image) return { role: 'OTHER', because: `SOPClassUID ${sopClass} is no MR image` };
  if (!IMAGE_MODALITIES.has(modality) || modality === 'RWV')
    return { role: 'OTHER', because: `Modality is ${modality}` };
  return undefined;
}

const IMAGE_TYPE_SCREEN =
  /\\(?:SCREEN ?S[A-Z]*|SCREENSHOT|PASTED[^\\]*|CSA REPORT|REPORT|CSA 3D EDITOR|POSDISP|CSA BLACK IMAGE|KEY[ _]?IMAGE[A-Z]*|CAPTURE)\\/;
const IMAGE_TYPE_EXPONENTIAL = /\\(?:E_?D?ADC(?:[_ ][A-Z]+)?|EXP|EXP_?ADC|EXPONENTIAL(?: ADC)?|ADC_?EXP)\\/;
const IMAGE_TYPE_ADC =
  /\\(?:[A-Z]{1,4}[_ ])?D?ADC(?:[_ ]?(?:UNSPECIFIED|MAP|CALC|[0-9]+))?\\|\\APPARENT DIFFUSION[^\\]*\\/;
const IMAGE_TYPE_DERIVED =
  /\\(?:FA|FA_[A-Z]+|COLFA|RA|TENSOR[A-Z_ ]*|MD|SUB|SUBTRACT[A-Z]*|SUB_[A-Z]+|(?:[A-Z]+ )?(?:MIP|MINIP|MNIP)(?:[_ ][A-Z]+)*|PROJECTION IMAGE|[TR][012]\*?[_ ]?(?:STAR)?[_ ]?(?:MAP|UNSPECIFIED)|QMAP|MULTI_QMAP|TTP|K ?-?TRANS|KEP|VE|VP|IAU[CG]*C?|WASH[ _-]?(?:IN|OUT)|PEI|MTT|CBV|CBF|RELCBV|TMAX|RATIO|FUSED|FUSION|OVERLAY|PARAMETRIC(?: MAP)?|FAT[_ ]?FRACTION|FF|HISTO[A-Z]*)\\/;
/** An image type that only an acquired image has, whatever its name says. */
const IMAGE_TYPE_ACQUIRED = /\\(?:M_(?:SE|FFE|IR|TSE|TFE)|TRACEW|ISODWI)\\/;

/** ADC, exponential ADC and everything else that was computed from images. */
function mapOrProduct({ headers, words, headerBValues }: Evidence): Finding | undefined {
  const { imageType, sopClass } = headers;
  const photometric = textIn(headers.frames[0] ?? {}, '00280004') ?? '';
  if (SECONDARY_CAPTURE.test(sopClass)) return { role: 'DERIVED', because: 'SOPClassUID is a secondary capture' };
  if (IMAGE_TYPE_SCREEN.test(imageType))
    return { role: 'DERIVED', because: `ImageType says ${found(IMAGE_TYPE_SCREEN, imageType)}` };
  if (/^(?:RGB|YBR|PALETTE)/.test(photometric))
    return { role: 'DERIVED', because: `PhotometricInterpretation is ${photometric}` };
  if (IMAGE_TYPE_EXPONENTIAL.test(imageType))
    return { role: 'DERIVED', because: `ImageType says ${found(IMAGE_TYPE_EXPONENTIAL, imageType)}` };

  const original = imageType.startsWith('\\ORIGINAL\\');
  const acquired =
    headerBValues.bValues.length > 1 ||
    (IMAGE_TYPE_ACQUIRED.test(imageType) && !IMAGE_TYPE_ADC.test(imageType)) ||
    (original && headerBValues.bValues.some((b) => b > 0) && /dwi|dif+/.test(words));
  if (say.EXPONENTIAL.test(words) && !acquired)
    return { role: 'DERIVED', because: `the description says ${say.quoted(say.EXPONENTIAL, words)}` };
  if (IMAGE_TYPE_ADC.test(imageType))
    return { role: 'ADC', because: `ImageType says ${found(IMAGE_TYPE_ADC, imageType)}` };
  if (IMAGE_TYPE_DERIVED.test(imageType))
    return { role: 'DERIVED', because: `ImageType says ${found(IMAGE_TYPE_DERIVED, imageType)}` };
  if (/[mu]m2 ?\/ ?s|mm\^2\/s/.test(headers.units)) return { role: 'ADC', because: 'the pixel values are in mm²/s' };
  if (say.NOT_ANATOMY.test(words) && !say.ADC.test(words)) return undefined;
  if (say.ADC.test(words) && !acquired)
    return { role: 'ADC', because: `the description says ${say.quoted(say.ADC, words)}` };
  if (say.DERIVED.test(words))
    return { role: 'DERIVED', because: `the description says ${say.quoted(say.DERIVED, words)}` };
  if (!original && say.DERIVED_ABBREVIATION.test(words))
    return {
      role: 'DERIVED',
      because: `the description says ${say.quoted(say.DERIVED_ABBREVIATION, words)} and the image is no original`,
    };
  if (sopClass === PARAMETRIC_MAP) return { role: 'DERIVED', because: 'SOPClassUID is a parametric map' };
  return wordlessProduct(headers, headerBValues.bValues);
}

/** GE saves the maps of its workstation as PROCESSED; of series N the ADC as N00 or N50, the exponential map next to it. */
function wordlessProduct(headers: SeriesHeaders, bValues: readonly number[]): Finding | undefined {
  if (!headers.imageType.startsWith('\\DERIVED\\SECONDARY\\') || say.REFORMATTED.test(headers.imageType.toLowerCase()))
    return undefined;
  if (isEchoPlanar(headers) && !bValues.some((b) => b > 0) && !say.DIFFUSION.test(headers.description)) {
    if ((headers.seriesNumber ?? 0) > 100 && (headers.seriesNumber ?? 0) % 50 === 1) {
      return { role: 'DERIVED', because: 'a processed diffusion image numbered like an exponential map' };
    }
    return { role: 'ADC', because: 'ImageType says DERIVED\\SECONDARY of an echo-planar sequence without a b-value' };
  }
  if (headers.gradientEcho && headers.imageType.includes('\\PROCESSED\\') && headers.description === '') {
    return { role: 'DERIVED', because: 'ImageType says PROCESSED of a gradient echo' };
  }
  return undefined;
}

function noAnatomy({ headers, words }: Evidence): Finding | undefined {
  if (/\\(?:SPECTROSCOPY|CSI)\\/.test(headers.imageType) || /(?<![a-z])(?:csi|svs)/.test(headers.sequence))
    return { role: 'OTHER', because: 'ImageType or SequenceName is spectroscopy' };
  if (/\\(?:P|PHASE|PHASE MAP|PHASE_MAP|B[01][_ ]?MAP|B[01]|FIELD ?MAP|REAL|IMAGINARY|NOISE)\\/.test(headers.imageType))
    return { role: 'OTHER', because: 'ImageType is a phase image or field map' };
  if (/calib|prescan/.test(headers.scanOptions.toLowerCase()))
    return { role: 'OTHER', because: 'ScanOptions is a calibration' };
  if (say.NOT_ANATOMY.test(words))
    return { role: 'OTHER', because: `the description says ${say.quoted(say.NOT_ANATOMY, words)}` };
  if ((headers.pixelMm ?? 0) >= 5)
    return { role: 'OTHER', because: `pixels of ${headers.pixelMm} mm are a calibration` };
  return undefined;
}

function localizer({ headers, words, plane }: Evidence): Finding | undefined {
  if (/\\(?:LOCALI[SZ]ER|SCOUT|SURVEY)\\/.test(headers.imageType))
    return { role: 'LOCALIZER', because: 'ImageType says localizer' };
  const reformatted = say.REFORMATTED.test(words) || headers.imageType.includes('MPR');
  if (say.LOCALIZER.test(words) && !reformatted && !say.IN_BORE.test(words)) {
    return { role: 'LOCALIZER', because: `the description says ${say.quoted(say.LOCALIZER, words)}` };
  }
  if (plane.several && headers.images <= 150 && !reformatted)
    return { role: 'LOCALIZER', because: 'its slices lie in several planes' };
  const { thicknessMm: thick = 0, spacingMm = 0, fieldOfViewMm: field = 0, images } = headers;
  const silent = !ROLE_WORDS.some((pattern) => pattern.test(words));
  const coarse = thick >= 5 && spacingMm >= thick * 1.15 && field >= 300 && images <= 45;
  const fast =
    (headers.gradientEcho && !headers.volume3d && (headers.repetitionTimeMs ?? 999) < 20) ||
    (headers.echoTrain ?? 0) > 100 ||
    /(?<![a-z])h[23]d|hst|ssfse|fase/.test(headers.sequence);
  if (silent && coarse && fast)
    return {
      role: 'LOCALIZER',
      because: 'few thick slices with gaps, a large field of view and a single-shot sequence',
    };
  return undefined;
}

const IMAGE_TYPE_DIFFUSION = /\\(?:DIFFUSION|TRACEW|TRACE|ISODWI|CALC_BVALUE|DWI|DIFFUSION_[A-Z]+)\\/;

function diffusion({ headers, words, headerBValues }: Evidence): Finding | undefined {
  if (IMAGE_TYPE_DIFFUSION.test(headers.imageType))
    return { role: 'DWI', because: `ImageType says ${found(IMAGE_TYPE_DIFFUSION, headers.imageType)}` };
  if (headers.acquisitionContrast === 'DIFFUSION') return { role: 'DWI', because: 'AcquisitionContrast is DIFFUSION' };
  const epi = isEchoPlanar(headers);
  const weighted = headerBValues.bValues.some((b) => b > 0);
  const trusted = epi || headerBValues.sources.some((source) => source !== 'ge');
  if (weighted && trusted && (epi || !headers.gradientEcho)) {
    return {
      role: 'DWI',
      because: `b-value ${headerBValues.bValues.join(', ')} in the headers (${headerBValues.sources.join(', ')})`,
    };
  }
  if (epi && /dwi|_b\d/.test(headers.sequence))
    return { role: 'DWI', because: 'the sequence name is a diffusion sequence' };
  if (epi && headers.gradientEcho && !headers.spinEcho && !say.DIFFUSION.test(words)) return undefined;
  const spoken = say.DIFFUSION.test(words);
  if (epi && (spoken || (headers.echoTimeMs ?? 0) >= 40))
    return {
      role: 'DWI',
      because: spoken
        ? `echo-planar sequence and ${say.quoted(say.DIFFUSION, words)} in the description`
        : 'spin-echo echo-planar sequence',
    };
  if (spoken && !contradictsDiffusion(headers))
    return { role: 'DWI', because: `the description says ${say.quoted(say.DIFFUSION, words)}` };
  return undefined;
}

/**
 * A description says diffusion, but the headers show another sequence. GE and Siemens mark their echo-planar images as
 * such; other scanners call diffusion a spin echo, and there only a fine pixel grid gives a plain T2 away.
 */
function contradictsDiffusion(headers: SeriesHeaders): boolean {
  if (headers.echoPlanar || !(headers.spinEcho || headers.gradientEcho)) return false;
  if (headers.gradientEcho && !headers.spinEcho) return true;
  const marksEchoPlanar = headers.maker === 'ge' || headers.maker === 'siemens';
  return marksEchoPlanar || (headers.pixelMm ?? 9) < 0.7;
}

function anatomy(evidence: Evidence): Finding | undefined {
  const { headers, words } = evidence;
  const physics = contrastOf(headers);
  switch (physics?.contrast) {
    case 'EPI':
    case 'T2*':
    case 'balanced':
      return { role: 'OTHER', because: `${physics.because} (${physics.contrast})` };
    case 'proton density':
      if (say.T1.test(words) && !say.PROTON_DENSITY.test(words))
        return { role: 'T1W', because: `the description says ${say.quoted(say.T1, words)}` };
      if (/(?<![a-z])t2/.test(words) && !say.PROTON_DENSITY.test(words))
        return { role: 'T2W', because: `the description says ${say.quoted(say.T2, words)}` };
      return { role: 'OTHER', because: `${physics.because} (proton density)` };
    case 'T2':
      return { role: 'T2W', because: physics.because };
    case 'T1 spin echo':
      return { role: 'T1W', because: physics.because };
    case 'T1 gradient echo':
      return fastGradientEcho(evidence, physics.because);
    case undefined:
      return anatomyInWords(evidence);
  }
}

/** T1-weighted gradient echo: one volume, or many of the same place while contrast agent flows in. */
function fastGradientEcho(evidence: Evidence, because: string): Finding {
  const { headers, words } = evidence;
  if (say.T2_STAR.test(words))
    return { role: 'OTHER', because: `${because}; the description says ${say.quoted(say.T2_STAR, words)}` };
  if (say.VESSELS.test(words))
    return { role: 'OTHER', because: `${because}; the description says ${say.quoted(say.VESSELS, words)}` };
  if (say.PROTON_DENSITY.test(words))
    return { role: 'OTHER', because: `${because}; the description says ${say.quoted(say.PROTON_DENSITY, words)}` };
  const dynamic = dynamicEvidence(evidence);
  return dynamic ? { role: 'DCE', because: `${because}; ${dynamic}` } : { role: 'T1W', because };
}

/** More slices than any one volume of a pelvis holds. */
const LONGEST_VOLUME_MM = 450;

function dynamicEvidence({ headers, words }: Evidence): string | undefined {
  const { temporalPositions, images, sequence } = headers;
  if (temporalPositions > 1) return `${temporalPositions} temporal positions`;
  if (say.DYNAMIC.test(words) && !say.AFTER_DYNAMIC.test(words))
    return `the description says ${say.quoted(say.DYNAMIC, words)}`;
  if (/fldyn|twist|tricks|disco|dyn/.test(sequence)) return 'the sequence name is a time-resolved one';
  const extentMm = images * Math.min(headers.spacingMm ?? Infinity, headers.thicknessMm ?? Infinity);
  if (images >= 100 && Number.isFinite(extentMm) && extentMm > LONGEST_VOLUME_MM)
    return `${images} slices are more than one volume`;
  const silent = !say.T1.test(words);
  if (
    silent &&
    headers.contrastAgent &&
    headers.volume3d &&
    (headers.pixelMm ?? 0) >= 1.25 &&
    (headers.thicknessMm ?? 0) >= 2.5
  )
    return 'contrast agent and a coarse, fast volume';
  return undefined;
}

/** The timing is unknown: what the words say. */
function anatomyInWords(evidence: Evidence): Finding | undefined {
  const { headers, words } = evidence;
  const text = `${words} ${headers.sequence}`;
  const says = (role: SeriesRole, pattern: RegExp): Finding => ({
    role,
    because: `the description or sequence name says ${say.quoted(pattern, text)}`,
  });
  if (say.T2_STAR.test(text)) return says('OTHER', say.T2_STAR);
  if (say.BALANCED.test(text)) return says('OTHER', say.BALANCED);
  if (say.VESSELS.test(text)) return says('OTHER', say.VESSELS);
  const t2 = /(?<![a-z])t2/.test(text);
  const dynamic = t2 ? undefined : dynamicEvidence(evidence);
  if (dynamic) return { role: 'DCE', because: dynamic };
  if (/(?<![a-z\d])t1(?![\d.])/.test(text) && !t2)
    return say.PROTON_DENSITY.test(text) ? says('OTHER', say.PROTON_DENSITY) : says('T1W', say.T1);
  if (t2) return says('T2W', say.T2);
  if (say.PROTON_DENSITY.test(text)) return says('OTHER', say.PROTON_DENSITY);
  if (say.T1.test(text) && !say.T2.test(words)) return says('T1W', say.T1);
  if (say.T2.test(text)) return says('T2W', say.T2);
  return undefined;
}

function isComputed({ headers, words }: Evidence): boolean {
  return (
    /\\(?:CALC_?B(?:VALUE|VAL)?|CALCULATED|COMPUTED|SYNTHETIC|CDWI)\\/.test(headers.imageType) ||
    say.COMPUTED.test(words) ||
    isComputedFromSeveral(textIn(headers.frames[0] ?? {}, '00180024') ?? '')
  );
}

function bValuesFor({ headers, words, headerBValues }: Evidence, calculated: boolean): number[] {
  const { bValues } = headerBValues;
  const text = say.DIFFUSION.test(words) ? words : `${words} ${headers.protocol}`;
  if (bValues.length === 0) return calculated ? computedBValueInWords(text) : bValuesInWords(text);
  if (bValues.length > 1 || headers.frames.length > 1 || calculated) return bValues;
  // One instance may stand for a series of several b-values: believe the words if that instance is the first of them.
  const named = bValuesInWords(text);
  const share = headers.images / named.length;
  return named.length > 1 && named[0] === bValues[0] && Number.isInteger(share) && share >= 12 ? named : bValues;
}

function planeFor(role: SeriesRole, { headers, words, plane }: Evidence): Plane | null {
  const threePlanes = /(?:3|three|tri|drei|drie|trois|tres)[ _-]?(?:pl|eben|vlak|pian)/.test(words);
  return role === 'LOCALIZER' && threePlanes && headers.frames.length === 1 ? null : plane.plane;
}

const isIntraprocedural = ({ headers }: Evidence): boolean =>
  say.IN_BORE.test(`${headers.description} ${headers.protocol}`) ||
  say.isBiopsy(headers.description) ||
  say.isBiopsy(headers.comments) ||
  say.isBiopsy(headers.study);

const found = (pattern: RegExp, imageType: string): string =>
  (pattern.exec(imageType)?.[0] ?? '').replaceAll('\\', ' ').trim();
