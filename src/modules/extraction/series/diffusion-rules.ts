import { bValuesInWords, computedBValueInWords, isComputedFromSeveral } from './b-value.js';
import { isEchoPlanar } from './contrast.js';
import { textIn } from './header-values.js';
import { saidIn, typedAs, type Evidence, type Finding } from './series-evidence.js';
import type { SeriesHeaders } from './series-headers.js';
import * as say from './series-words.js';

const TYPE_DIFFUSION = /\\(?:DIFFUSION(?:_[A-Z]+)?|TRACEW|TRACE|ISODWI|CALC_BVALUE|DWI)\\/;

export function diffusion(evidence: Evidence): Finding | undefined {
  const { headers, words, headerBValues } = evidence;
  const typed = typedAs(headers, TYPE_DIFFUSION, 'DWI');
  if (typed) return typed;
  if (headers.acquisitionContrast === 'DIFFUSION') return { role: 'DWI', because: 'AcquisitionContrast is DIFFUSION' };
  const { bValues, sources } = headerBValues;
  const epi = isEchoPlanar(headers);
  const weighted = bValues.some((bValue) => bValue > 0);
  // GE fills its element in other images too.
  const trusted = epi || sources.some((source) => source !== 'ge');
  if (weighted && trusted && (epi || !headers.gradientEcho)) {
    return { role: 'DWI', because: `b-value ${bValues.join(', ')} in the headers (${sources.join(', ')})` };
  }
  if (epi) return echoPlanarDiffusion(evidence);
  if (isDiffusionGrid(evidence)) return { role: 'DWI', because: 'spin echo with the coarse pixel grid of diffusion' };
  return contradictsDiffusion(headers) ? undefined : saidIn(words, say.DIFFUSION, 'DWI');
}

/** An echo-planar image without a positive b-value: the b = 0 image of a diffusion series, or functional imaging. */
function echoPlanarDiffusion({ headers, words }: Evidence): Finding | undefined {
  if (/dwi|_b\d/.test(headers.sequence)) return { role: 'DWI', because: 'SequenceName is a diffusion sequence' };
  const said = saidIn(words, say.DIFFUSION, 'DWI', 'echo-planar sequence; ');
  if (said || (headers.gradientEcho && !headers.spinEcho) || (headers.echoTimeMs ?? 0) < 40) return said;
  return { role: 'DWI', because: 'spin-echo echo-planar sequence' };
}

/**
 * Nothing speaks, and the scanner (or de-identification) hides that the spin echo is echo-planar. No T2 of a prostate is
 * as coarse; and where even the spin echo is hidden, a flip angle of 90° without an echo train is no turbo spin echo.
 */
export function isDiffusionGrid({ headers, silent }: Evidence): boolean {
  const { pixelMm = 0, thicknessMm = 9, echoTimeMs = 0, echoTrain = 1, flipDeg, gradientEcho, spinEcho } = headers;
  if (!silent || gradientEcho || thicknessMm >= 6 || echoTrain > 100 || echoTimeMs < 45 || echoTimeMs > 120)
    return false;
  return pixelMm >= 1.4 || (!spinEcho && pixelMm >= 0.95 && flipDeg === 90 && echoTrain <= 1);
}

/**
 * A description says diffusion, but the headers show another sequence. GE and Siemens mark their echo-planar images as
 * such; others may call diffusion a spin echo, and there a volume, a foreign echo time or a fine pixel grid tell.
 */
export function contradictsDiffusion(headers: SeriesHeaders): boolean {
  const { echoPlanar, gradientEcho, spinEcho, volume3d, maker, pixelMm = 9, echoTimeMs = 80, echoTrain = 0 } = headers;
  if (echoPlanar) return false;
  if ((gradientEcho && !spinEcho) || volume3d || echoTimeMs <= 35 || echoTimeMs > 150) return true;
  const fine = pixelMm < 0.7;
  if (!spinEcho) return fine && echoTrain > 3;
  return fine || maker === 'ge' || maker === 'siemens';
}

/** Computed b-value image, by ImageType, by words, or by a sequence name that holds the b-values of its sources. */
export function isComputed({ headers, words }: Evidence): boolean {
  return (
    /\\(?:CALC_?B(?:VALUE|VAL)?|CALCULATED|COMPUTED|SYNTHETIC|CDWI)\\/.test(headers.imageType) ||
    say.COMPUTED.test(words) ||
    isComputedFromSeveral(textIn(headers.frames[0] ?? {}, '00180024') ?? '')
  );
}

export function bValuesOf({ headers, words, headerBValues }: Evidence, computed: boolean): number[] {
  const { bValues } = headerBValues;
  const text = say.DIFFUSION.test(words) ? words : `${words} ${headers.protocol}`;
  if (bValues.length === 0) return computed ? computedBValueInWords(text) : bValuesInWords(text);
  if (bValues.length > 1 || headers.frames.length > 1 || computed) return bValues;
  // One instance may stand for a series of several b-values: believe the words if that instance is the first of them.
  const named = bValuesInWords(text);
  const slices = headers.images / named.length;
  return named.length > 1 && named[0] === bValues[0] && Number.isInteger(slices) && slices >= 12 ? named : bValues;
}
