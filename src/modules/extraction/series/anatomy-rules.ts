import { contrastOf } from './contrast.js';
import { saidIn, typedAs, type Evidence, type Finding, type SeriesRole } from './series-evidence.js';
import { IN_BORE } from './remark-words.js';
import * as say from './series-words.js';

const TYPE_LOCALIZER = /\\(?:LOCALI[SZ]ER|SCOUT|SURVEY)\\/;

export function localizer({ headers, words, plane, silent }: Evidence): Finding | undefined {
  const typed = typedAs(headers, TYPE_LOCALIZER, 'LOCALIZER');
  if (typed) return typed;
  const reformatted = say.REFORMATTED.test(words) || headers.imageType.includes('MPR');
  const said = IN_BORE.test(words) ? undefined : saidIn(words, say.LOCALIZER, 'LOCALIZER');
  if (said || reformatted) return said;
  const threePlanes = saidIn(words, say.THREE_PLANES, 'LOCALIZER');
  if (threePlanes) return threePlanes;
  if (plane.several && headers.images <= 150) return { role: 'LOCALIZER', because: 'its slices lie in several planes' };
  const { thicknessMm: thick = 0, spacingMm = 0, fieldOfViewMm: field = 0, images } = headers;
  const coarse = thick >= 5 && spacingMm >= thick * 1.15 && field >= 300 && images <= 45;
  const few = thick >= 5 && field >= 280 && images <= 12 && !headers.gradientEcho;
  const singleShot =
    (headers.gradientEcho && !headers.volume3d && (headers.repetitionTimeMs ?? 999) < 20) ||
    (headers.echoTrain ?? 0) > 100 ||
    ((headers.echoTimeMs ?? 0) >= 60 && (headers.repetitionTimeMs ?? 9999) <= 2100 && !headers.volume3d) ||
    /(?<![a-z])h[23]d|hst|ssfse|fase/.test(headers.sequence);
  return silent && (coarse || few) && singleShot
    ? { role: 'LOCALIZER', because: 'few thick slices, a large field of view and a single-shot sequence' }
    : undefined;
}

/** T1, T2 and what is neither: from the timing of the sequence, and from words only where the timing is unknown. */
export function anatomy(evidence: Evidence): Finding | undefined {
  const { headers, words } = evidence;
  const physics = contrastOf(headers);
  if (!physics) return anatomyInWords(evidence);
  const { contrast, because } = physics;
  switch (contrast) {
    case 'EPI':
    case 'T2*':
    case 'balanced':
      return { role: 'OTHER', because: `${because} (${contrast})` };
    case 'proton density':
      return (
        (say.PROTON_DENSITY.test(words) ? undefined : (saidIn(words, T1, 'T1W') ?? saidIn(words, T2, 'T2W'))) ?? {
          role: 'OTHER',
          because: `${because} (proton density)`,
        }
      );
    case 'T2':
      return { role: 'T2W', because };
    case 'T1 spin echo':
      return { role: 'T1W', because };
    case 'T1 gradient echo':
      return fastGradientEcho(evidence, because);
  }
}

const T1 = /(?<![a-z\d])t1(?![\d.])/;
const T2 = /(?<![a-z\d])[a-z]?t2(?![\d.])|t2w|t2tse/;

/** T1-weighted gradient echo: one volume, or many of the same place while contrast agent flows in. */
function fastGradientEcho({ headers, words, silent }: Evidence, because: string): Finding {
  const otherwise =
    saidIn(words, say.T2_STAR, 'OTHER', `${because}; `) ??
    saidIn(words, say.VESSELS, 'OTHER', `${because}; `) ??
    saidIn(words, say.PROTON_DENSITY, 'OTHER', `${because}; `);
  if (otherwise) return otherwise;
  const dynamic = dynamicEvidence(headers, words) ?? coarseVolume(headers, silent);
  return dynamic ? { role: 'DCE', because: `${because}; ${dynamic}` } : { role: 'T1W', because };
}

/** More slices than any one volume of a pelvis holds. */
const LONGEST_VOLUME_MM = 450;

function dynamicEvidence(headers: Evidence['headers'], words: string): string | undefined {
  if (headers.temporalPositions > 1) return `${headers.temporalPositions} temporal positions`;
  if (/\\(?:DYNAMIC|PERFUSION)\\/.test(headers.imageType)) return 'ImageType says that it is dynamic';
  const said = say.AFTER_DYNAMIC.test(words) ? undefined : saidIn(words, say.DYNAMIC, 'DCE');
  if (said) return said.because;
  if (/fldyn|twist|tricks|disco|dyn/.test(headers.sequence)) return 'SequenceName is a time-resolved sequence';
  const stepMm = Math.min(headers.spacingMm ?? Infinity, headers.thicknessMm ?? Infinity);
  const many = headers.images >= 100 && Number.isFinite(stepMm) && headers.images * stepMm > LONGEST_VOLUME_MM;
  return many ? `${headers.images} slices are more than one volume` : undefined;
}

/** One time point without a word: speed costs resolution. */
function coarseVolume(headers: Evidence['headers'], silent: boolean): string | undefined {
  const { volume3d, thicknessMm = 0, pixelMm = 0, flipDeg = 0, contrastAgent } = headers;
  const coarse = volume3d && thicknessMm >= 2.5 && flipDeg >= 9 && pixelMm >= (contrastAgent ? 1.25 : 1.45);
  return silent && coarse ? 'a coarse, fast volume' : undefined;
}

function anatomyInWords({ headers, words }: Evidence): Finding | undefined {
  const text = `${words} ${headers.sequence}`;
  const isT2 = /(?<![a-z])t2|t2w/.test(text);
  const dynamic = isT2 ? undefined : dynamicEvidence(headers, words);
  const is = (pattern: RegExp, role: SeriesRole): Finding | undefined => saidIn(text, pattern, role);
  return (
    is(say.T2_STAR, 'OTHER') ??
    (isT2 && !T1.test(text) ? is(say.HEMORRHAGE, 'OTHER') : undefined) ??
    is(say.BALANCED, 'OTHER') ??
    is(say.VESSELS, 'OTHER') ??
    (dynamic ? { role: 'DCE', because: dynamic } : undefined) ??
    (isT2 ? is(say.T2, 'T2W') : undefined) ??
    (T1.test(text) && say.PROTON_DENSITY.test(text) ? undefined : is(T1, 'T1W')) ??
    is(say.PROTON_DENSITY, 'OTHER') ??
    (say.T2.test(words) ? undefined : is(say.T1, 'T1W')) ??
    is(say.T2, 'T2W')
  );
}
