import { isEchoPlanar } from './contrast.js';
import { contradictsDiffusion, isDiffusionGrid } from './diffusion-rules.js';
import { textIn } from './header-values.js';
import { saidIn, typedAs, type Evidence, type Finding } from './series-evidence.js';
import type { SeriesHeaders } from './series-headers.js';
import * as say from './series-words.js';

const MR_STORAGE = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.4(?:\.[134])?$/;
const SECONDARY_CAPTURE = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.7(?:\.|$)/;
const PARAMETRIC_MAP = '1.2.840.10008.5.1.4.1.1.30';
const IMAGE_MODALITIES = new Set(['', 'MR', 'OT', 'SC']);

/** Reports, key objects, presentation states, spectroscopy and raw data; other modalities. */
export function nonImage({ modality, sopClass }: SeriesHeaders): Finding | undefined {
  const image =
    sopClass === '' || sopClass === PARAMETRIC_MAP || MR_STORAGE.test(sopClass) || SECONDARY_CAPTURE.test(sopClass);
  if (!image) return { role: 'OTHER', because: `SOPClassUID ${sopClass} is no MR image` };
  if (!IMAGE_MODALITIES.has(modality)) return { role: 'OTHER', because: `Modality is ${modality}` };
  return undefined;
}

const TYPE_SCREEN =
  /\\(?:SCREEN ?S[A-Z]*|PASTED[^\\]*|(?:CSA )?REPORT|CSA 3D EDITOR|POSDISP|CSA BLACK IMAGE|KEY[ _]?IMAGE[A-Z]*|CAPTURE)\\/;
const TYPE_EXPONENTIAL = /\\(?:E_?D?ADC(?:[_ ][A-Z]+)?|EXP|EXP_?ADC|EXPONENTIAL(?: ADC)?|ADC_?EXP)\\/;
const TYPE_ADC = /\\(?:[A-Z]{1,4}[_ ])?D?ADC(?:[_ ]?(?:UNSPECIFIED|MAP|CALC|\d+))?\\|\\APPARENT DIFFUSION[^\\]*\\/;
const TYPE_PRODUCT = new RegExp(
  '\\\\(?:' +
    [
      'FA(?:_[A-Z]+)?|COLFA|RA|MD|TENSOR[A-Z_ ]*',
      'SUB(?:TRACT[A-Z]*|_[A-Z]+)?',
      '(?:[A-Z]+ )?(?:MIP|MINIP|MNIP)(?:[_ ][A-Z]+)*|PROJECTION IMAGE',
      '[TR][012]\\*?[_ ]?(?:STAR)?[_ ]?(?:MAP|UNSPECIFIED)|QMAP|MULTI_QMAP|FAT[_ ]?FRACTION|FF',
      'TTP|K ?-?TRANS|KEP|VE|VP|IAU[CG]*C?|WASH[ _-]?(?:IN|OUT)|PEI|MTT|CBV|CBF|RELCBV|TMAX',
      'RATIO|FUSED|FUSION|OVERLAY|PARAMETRIC(?: MAP)?',
    ].join('|') +
    ')\\\\',
);
/** Image types that only an acquired image has, whatever its name says. */
const TYPE_ACQUIRED = /\\(?:M_(?:SE|FFE|IR|TSE|TFE)|TRACEW|ISODWI)\\/;

/** ADC, exponential ADC and everything else that was computed from images. */
export function mapOrProduct(evidence: Evidence): Finding | undefined {
  const { headers, words, headerBValues } = evidence;
  const { imageType, sopClass } = headers;
  const photometric = textIn(headers.frames[0] ?? {}, '00280004') ?? '';
  if (SECONDARY_CAPTURE.test(sopClass)) return { role: 'DERIVED', because: 'SOPClassUID is a secondary capture' };
  if (/^(?:RGB|YBR|PALETTE)/.test(photometric)) {
    return { role: 'DERIVED', because: `PhotometricInterpretation is ${photometric}` };
  }
  const original = imageType.startsWith('\\ORIGINAL\\');
  const weighted = headerBValues.bValues.some((bValue) => bValue > 0);
  const acquired =
    headerBValues.bValues.length > 1 ||
    (TYPE_ACQUIRED.test(imageType) && !TYPE_ADC.test(imageType)) ||
    // An original of another sequence, whatever its name says.
    (original && ((weighted && /dwi|dif+/.test(words)) || contradictsDiffusion(headers)));
  // A B1 or field map is acquired.
  const unlikeMap = say.NOT_ANATOMY.test(words);
  return (
    typedAs(headers, TYPE_SCREEN, 'DERIVED') ??
    typedAs(headers, TYPE_EXPONENTIAL, 'DERIVED') ??
    (acquired ? undefined : saidIn(words, say.EXPONENTIAL, 'DERIVED')) ??
    typedAs(headers, TYPE_ADC, 'ADC') ??
    typedAs(headers, TYPE_PRODUCT, 'DERIVED') ??
    (/[mu]m\^?2 ?\/ ?s/.test(headers.units) ? { role: 'ADC', because: 'the pixel values are in mm²/s' } : undefined) ??
    (acquired ? undefined : saidIn(words, say.ADC, 'ADC')) ??
    (unlikeMap ? undefined : saidIn(words, say.DERIVED, 'DERIVED')) ??
    (unlikeMap || original ? undefined : saidIn(words, say.DERIVED_ABBREVIATION, 'DERIVED')) ??
    (sopClass === PARAMETRIC_MAP ? { role: 'DERIVED', because: 'SOPClassUID is a parametric map' } : undefined) ??
    (weighted ? undefined : wordlessMap(evidence))
  );
}

/** GE saves the maps of its workstation as PROCESSED; of series N the ADC as N00 or N50, the exponential map next to it. */
function wordlessMap(evidence: Evidence): Finding | undefined {
  const { headers } = evidence;
  const { imageType, seriesNumber = 0, description } = headers;
  if (!imageType.startsWith('\\DERIVED\\SECONDARY\\') || /MPR|REFORMAT/.test(imageType)) return undefined;
  if ((isEchoPlanar(headers) || isDiffusionGrid(evidence)) && !say.DIFFUSION.test(description)) {
    return seriesNumber > 100 && seriesNumber % 50 === 1
      ? { role: 'DERIVED', because: 'a processed diffusion image, numbered like an exponential map' }
      : { role: 'ADC', because: 'ImageType says DERIVED SECONDARY of an echo-planar sequence without a b-value' };
  }
  return headers.gradientEcho && imageType.includes('\\PROCESSED\\') && description === ''
    ? { role: 'DERIVED', because: 'ImageType says PROCESSED of a gradient echo' }
    : undefined;
}

const TYPE_SPECTRUM = /\\(?:SPECTROSCOPY|CSI)\\/;
const TYPE_PHASE = /\\(?:P|PHASE|PHASE[_ ]MAP|B[01][_ ]?MAP|B[01]|FIELD ?MAP|REAL|IMAGINARY|NOISE)\\/;

/** Spectra, field maps, calibrations and the like: acquired, but no anatomy. */
export function noAnatomy({ headers, words }: Evidence): Finding | undefined {
  if (/\\DIFFUSION\\/.test(headers.imageType)) return undefined;
  const named = /(?<![a-z])(?:csi|svs)/.test(headers.sequence) || /calib|prescan/i.test(headers.scanOptions);
  return (
    typedAs(headers, TYPE_SPECTRUM, 'OTHER') ??
    typedAs(headers, TYPE_PHASE, 'OTHER') ??
    (named ? { role: 'OTHER', because: 'SequenceName or ScanOptions name spectroscopy or calibration' } : undefined) ??
    saidIn(words, say.NOT_ANATOMY, 'OTHER') ??
    ((headers.pixelMm ?? 0) >= 5 ? { role: 'OTHER', because: `pixels of ${headers.pixelMm} mm` } : undefined)
  );
}
