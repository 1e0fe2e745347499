import type { SeriesHeaders } from './series-headers.js';
import { BALANCED } from './series-words.js';

/** What the timing of a sequence makes visible. */
export type Contrast = 'T1 gradient echo' | 'T1 spin echo' | 'T2' | 'T2*' | 'proton density' | 'balanced' | 'EPI';

export interface ContrastFinding {
  contrast: Contrast;
  because: string;
}

const ms = (value: number | undefined): string => (value === undefined ? '?' : String(Math.round(value * 10) / 10));

/**
 * Contrast from the sequence type and its timing, or undefined where the headers do not settle it. Limits are those of
 * body imaging at 1.5 and 3 T: T1 spin echo TR ≤ 1200 and TE ≤ 30 ms, T2 TE ≥ 60 ms, T1 gradient echo TE < 10 ms.
 */
export function contrastOf(headers: SeriesHeaders): ContrastFinding | undefined {
  const { repetitionTimeMs: tr, echoTimeMs: te, inversionTimeMs: ti, acquisitionContrast: stated } = headers;
  const timing = `TR ${ms(tr)} ms, TE ${ms(te)} ms`;
  const find = (contrast: Contrast, because: string): ContrastFinding => ({ contrast, because });

  if (isEchoPlanar(headers)) return find('EPI', `echo-planar sequence, ${timing}`);
  if (isGradientEcho(headers)) {
    if (isBalanced(headers)) return find('balanced', `balanced steady-state gradient echo, ${timing}`);
    if (te !== undefined && te >= 10 && (tr ?? 0) > 15) return find('T2*', `gradient echo, ${timing}`);
    if (te !== undefined) return find('T1 gradient echo', `gradient echo, ${timing}`);
  } else if (te !== undefined && tr !== undefined) {
    // A scanner that hides the sequence type still betrays a fast gradient echo by its timing.
    if (!headers.spinEcho && tr < 50 && te < 10) {
      return isBalanced(headers) ? find('balanced', timing) : find('T1 gradient echo', timing);
    }
    if (!headers.spinEcho && te >= 10 && (headers.flipDeg ?? 90) <= 45 && (headers.echoTrain ?? 1) <= 1) {
      return find('T2*', `gradient echo by its flip angle, ${timing}`);
    }
    if (headers.inversion && ti !== undefined && ti < 350 && tr > 1200)
      return find('T2', `short TI inversion, ${timing}`);
    if (te >= 60 && tr >= 300) return find('T2', `${headers.spinEcho ? 'spin echo, ' : ''}${timing}`);
    if (te <= 35 && (tr <= 1200 || (ti !== undefined && ti >= 400 && tr <= 3500))) {
      return find('T1 spin echo', `${headers.spinEcho ? 'spin echo, ' : ''}${timing}`);
    }
    if (te < 45 && tr >= 1500) return find('proton density', `spin echo, ${timing}`);
    if (te >= 45 && tr >= 1500) return find('T2', `spin echo, ${timing}`);
  }
  const named = STATED[stated];
  return named && find(named, `AcquisitionContrast ${stated}`);
}

const STATED: Record<string, Contrast | undefined> = {
  T1: 'T1 spin echo',
  T2: 'T2',
  STIR: 'T2',
  FLUID_ATTENUATED: 'T2',
  T2_STAR: 'T2*',
  PROTON_DENSITY: 'proton density',
};

/** Philips calls its diffusion EPI a spin echo; the private technique name tells. */
export const isEchoPlanar = (headers: SeriesHeaders): boolean =>
  headers.echoPlanar || /(?<![a-z])(?:e[pz]|re)_b\d|(?<![a-z])ep(?:2d|se|fid|i)|dwise|dwi|epi/.test(headers.sequence);

const isGradientEcho = (headers: SeriesHeaders): boolean =>
  headers.gradientEcho
    ? !headers.spinEcho
    : !headers.spinEcho &&
      /(?<![a-z])(?:t?fl[23]d|fldyn|tfi|t1tfe|t[12]?ffe|b-tfe|fgre|efgre|spgr|quick3d|gre)/.test(headers.sequence);

function isBalanced(headers: SeriesHeaders): boolean {
  if (BALANCED.test(headers.sequence) || BALANCED.test(headers.description)) return true;
  const { repetitionTimeMs: tr, echoTimeMs: te, flipDeg } = headers;
  const steady = headers.variant.includes('\\SS\\') && !headers.variant.includes('\\SP\\');
  if (!steady && headers.variant !== '\\\\') return false;
  return tr !== undefined && te !== undefined && tr < 15 && (flipDeg ?? 0) >= 40 && Math.abs(te - tr / 2) < 0.1 * tr;
}
