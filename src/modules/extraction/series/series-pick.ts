import { itemsIn, numbersIn, textIn } from './header-values.js';
import { normalLpsOf } from './plane.js';
import { isAborted, isDegraded } from './remark-words.js';
import { classifyHeaders, type SeriesClassification, type SeriesInput } from './series-role.js';
import { readSeriesHeaders, type SeriesHeaders } from './series-headers.js';
import * as say from './series-words.js';

export interface SeriesStudy {
  id: string;
  series: SeriesInput[];
}

/** The ids of the series that stand for the study, or null; each with what spoke for it and what it beat. */
export interface SeriesPick {
  id: string;
  t2w: string | null;
  highB: string | null;
  adc: string | null;
  reasons: { t2w: string; highB: string; adc: string };
}

interface Candidate {
  classification: SeriesClassification;
  headers: SeriesHeaders;
  /** Seconds since midnight. */
  acquiredAt: number | undefined;
}

/** One line of an order of preference: the candidate with the smaller rank is the better one. */
interface Criterion {
  /** What the better one is, as in "it is diagnostic". */
  name: string;
  rank: (candidate: Candidate) => number;
}

/** Prostate field of view: T2 at most 240 mm; diffusion is acquired larger, 300 mm still is no whole pelvis. */
const PROSTATE_T2_FIELD_MM = 240;
const PROSTATE_DIFFUSION_FIELD_MM = 300;
const HIGH_B = 1000;
const BEST_B = 1400;

export function pickSeries(study: SeriesStudy): SeriesPick {
  const candidates = study.series.map(toCandidate);
  const t2w = choose(candidates.filter(isAxialT2), t2wOrder(candidates.filter(isAxialT2)), 'no axial T2');
  const highB = choose(candidates.filter(hasHighB), HIGH_B_ORDER, `no diffusion image of b ≥ ${HIGH_B}`);
  const maps = candidates.filter(({ classification }) => classification.role === 'ADC');
  const adc = choose(maps, adcOrder(highB.winner), 'no ADC map');
  return {
    id: study.id,
    t2w: t2w.winner?.classification.id ?? null,
    highB: highB.winner?.classification.id ?? null,
    adc: adc.winner?.classification.id ?? null,
    reasons: { t2w: t2w.reason, highB: highB.reason, adc: adc.reason },
  };
}

function toCandidate(input: SeriesInput): Candidate {
  const headers = readSeriesHeaders(input);
  const first = headers.frames[0] ?? {};
  const time = textIn(first, '00080032') ?? textIn(first, '0008002A')?.slice(8) ?? textIn(first, '00080031');
  return { classification: classifyHeaders(input.id, headers), headers, acquiredAt: secondsOf(time) };
}

/** DICOM TM as seconds since midnight. */
function secondsOf(time: string | undefined): number | undefined {
  const parts = /^(\d{2}):?(\d{2}):?(\d{2}(?:\.\d+)?)?/.exec(time ?? '');
  return parts ? Number(parts[1]) * 3600 + Number(parts[2]) * 60 + Number(parts[3] ?? 0) : undefined;
}

interface Choice {
  winner: Candidate | undefined;
  reason: string;
}

function choose(candidates: readonly Candidate[], order: readonly Criterion[], none: string): Choice {
  const [winner, ...losers] = [...candidates].sort((a, b) => compare(a, b, order));
  if (!winner) return { winner, reason: `None: ${none}.` };
  const beaten = losers.map((loser) => {
    const decisive = order.find(({ rank }) => rank(winner) !== rank(loser));
    return `${loser.classification.id} (${decisive?.name ?? 'equal; the first by id'})`;
  });
  const what = winner.classification.reason;
  return { winner, reason: beaten.length > 0 ? `${what} It beat ${beaten.join(', ')}.` : `${what} The only one.` };
}

function compare(a: Candidate, b: Candidate, order: readonly Criterion[]): number {
  for (const { rank } of order) {
    const difference = rank(a) - rank(b);
    if (difference !== 0) return difference;
  }
  return a.classification.id < b.classification.id ? -1 : 1;
}

const isIntraprocedural = ({ classification }: Candidate): number => Number(classification.intraprocedural);
const isLarger =
  (limitMm: number) =>
  (candidate: Candidate): number => {
    const { fieldOfViewMm, description } = candidate.headers;
    if (fieldOfViewMm !== undefined) return Number(fieldOfViewMm > limitMm + 0.5);
    return Number(say.LARGE_FIELD.test(description));
  };
const LATER: readonly Criterion[] = [
  { name: 'later repeat', rank: ({ acquiredAt }) => -(acquiredAt ?? 0) },
  { name: 'higher series number', rank: ({ headers }) => -(headers.seriesNumber ?? 0) },
];

// T2

const isAxialT2 = ({ classification: { role, plane } }: Candidate): boolean => role === 'T2W' && plane === 'axial';

function t2wOrder(candidates: readonly Candidate[]): Criterion[] {
  return [
    { name: 'diagnostic, not intraprocedural', rank: isIntraprocedural },
    { name: 'acquired, not reformatted', rank: ({ headers }) => Number(isReformatted(headers)) },
    { name: 'prostate field of view', rank: isLarger(PROSTATE_T2_FIELD_MM) },
    { name: 'without fat saturation', rank: ({ headers }) => Number(isFatSaturated(headers)) },
    { name: 'complete and not flagged as degraded', rank: (candidate) => Number(isFlawed(candidate, candidates)) },
    { name: '2D before 3D', rank: ({ headers }) => Number(headers.volume3d) },
    ...LATER,
  ];
}

const isReformatted = ({ imageType, description }: SeriesHeaders): boolean =>
  /MPR|REFORMAT|RESAMPLED/.test(imageType) || say.REFORMATTED.test(description);

function isFatSaturated({ scanOptions, description, imageType, inversion, inversionTimeMs }: SeriesHeaders): boolean {
  return (
    /\\(?:S?FS|FAT|FAT_SAT|SPIR|SPAIR|WATER)\\/.test(scanOptions) ||
    (inversion && (inversionTimeMs ?? 999) < 350) ||
    /\\(?:W|WATER|F|FAT)\\/.test(imageType) ||
    say.FAT_SATURATED.test(description)
  );
}

/** Stopped early, called bad by the person at the scanner, or short of what a series of the same kind covers. */
function isFlawed({ headers }: Candidate, peers: readonly Candidate[]): boolean {
  if (isRemarkedBad(headers)) return true;
  const field = headers.fieldOfViewMm ?? 0;
  const alike = peers.filter(({ headers: peer }) => {
    return peer.volume3d === headers.volume3d && Math.abs((peer.fieldOfViewMm ?? 0) - field) <= 0.25 * field;
  });
  return extentMm(headers) < 0.6 * Math.max(...alike.map((peer) => extentMm(peer.headers)));
}

const isRemarkedBad = ({ description, comments }: SeriesHeaders): boolean =>
  isDegraded(`${description} | ${comments}`) || isAborted(`${description} | ${comments}`);

const extentMm = ({ images, spacingMm, thicknessMm }: SeriesHeaders): number =>
  images * (spacingMm ?? thicknessMm ?? 3);

// Diffusion

const hasHighB = ({ classification }: Candidate): boolean => classification.bValues.some((bValue) => bValue >= HIGH_B);

/** The lower, the better: b ≥ 1400 by its distance from 1400, then the highest below. */
const rankOfB = (bValue: number): number => (bValue >= BEST_B ? bValue - BEST_B : 1e6 - bValue);

const HIGH_B_ORDER: readonly Criterion[] = [
  { name: 'acquired, not computed', rank: ({ classification }) => Number(classification.calculated) },
  { name: 'better b-value', rank: ({ classification }) => Math.min(...classification.bValues.map(rankOfB)) },
  { name: 'diagnostic, not intraprocedural', rank: isIntraprocedural },
  { name: 'prostate field of view', rank: isLarger(PROSTATE_DIFFUSION_FIELD_MM) },
  { name: 'axial', rank: ({ classification }) => Number(classification.plane !== 'axial') },
  { name: 'trace, not single directions', rank: ({ headers }) => Number(isDirectional(headers)) },
  { name: 'not flagged as degraded or stopped', rank: ({ headers }) => Number(isRemarkedBad(headers)) },
  ...LATER,
];

/** One diffusion direction, or several that were not averaged. */
function isDirectional({ frames, imageType, sequence, description }: SeriesHeaders): boolean {
  if (/\\(?:TRACEW?|ISODWI)\\/.test(imageType)) return false;
  if (/\\DIFFUSION\\NONE\\/.test(imageType) || /#\d/.test(sequence) || say.DIRECTIONAL.test(description)) return true;
  return frames.some((frame) => {
    const stated = textIn(frame, '00189075') ?? textIn(frame, '0019100D') ?? '';
    return /^DIRECTIONAL/i.test(stated) || numbersIn(frame, '0019100E').length === 3;
  });
}

// ADC

/** The map of the same run as the high-b image: by reference and series number, by geometry, then by time. */
function adcOrder(highB: Candidate | undefined): Criterion[] {
  const diagnostic = { name: 'diagnostic, not intraprocedural', rank: isIntraprocedural };
  if (!highB) {
    return [diagnostic, { name: 'prostate field of view', rank: isLarger(PROSTATE_DIFFUSION_FIELD_MM) }, ...LATER];
  }
  const source = highB.headers;
  return [
    { name: 'made from the chosen diffusion series', rank: ({ headers }) => Number(!isMadeFrom(headers, source)) },
    { name: 'same time as the chosen diffusion series', rank: (map) => Number(secondsApart(map, highB) >= 1) },
    diagnostic,
    { name: 'same geometry as the chosen diffusion series', rank: ({ headers }) => differencesOf(headers, source) },
    {
      name: 'made after the chosen diffusion series',
      rank: (map) => Number((map.acquiredAt ?? 0) < (highB.acquiredAt ?? 0)),
    },
    { name: 'nearer in time to the chosen diffusion series', rank: (map) => secondsApart(map, highB) },
    { name: 'nearer in number to the chosen diffusion series', rank: ({ headers }) => numbersBehind(headers, source) },
  ];
}

function isMadeFrom(map: SeriesHeaders, source: SeriesHeaders): boolean {
  const sourceUid = textIn(source.frames[0] ?? {}, '0020000E');
  const referenced = itemsIn(map.frames[0] ?? {}, '00081115').map((series) => textIn(series, '0020000E'));
  if (sourceUid !== undefined && referenced.includes(sourceUid)) return true;
  if (map.seriesNumber === undefined || map.seriesNumber === source.seriesNumber) return false;
  return (map.maker === 'ge' || map.maker === 'philips') && scanOf(map) === scanOf(source);
}

/** GE numbers the maps of series N as N × 100 and up, Philips every series as scan × 100 + reconstruction. */
const scanOf = ({ maker, seriesNumber = -1 }: SeriesHeaders): number =>
  maker === 'philips' || seriesNumber >= 100 ? Math.floor(seriesNumber / 100) : seriesNumber;

/** Longer than any day: how far apart in time two series are of which one does not say. */
const UNKNOWN_SECONDS = 1e6;
const secondsApart = (a: Candidate, b: Candidate): number =>
  a.acquiredAt === undefined || b.acquiredAt === undefined ? UNKNOWN_SECONDS : Math.abs(a.acquiredAt - b.acquiredAt);

/** Maps follow their source: so many numbers behind it, or anything before it. */
function numbersBehind(map: SeriesHeaders, source: SeriesHeaders): number {
  const behind = (map.seriesNumber ?? 0) - (source.seriesNumber ?? 0);
  return behind >= 0 ? behind : UNKNOWN_SECONDS - behind;
}

/** In how many respects the two lie differently: frame of reference, orientation, field of view, matrix, slice spacing. */
function differencesOf(a: SeriesHeaders, b: SeriesHeaders): number {
  const [first, second] = [a.frames[0] ?? {}, b.frames[0] ?? {}];
  const normals = [normalLpsOf(first), normalLpsOf(second)];
  const cosine = normals[0]?.reduce((sum, component, axis) => sum + component * (normals[1]?.[axis] ?? 0), 0) ?? 1;
  const differ = (x: number | undefined, y: number | undefined): number =>
    Number(x !== undefined && y !== undefined && Math.abs(x - y) > 0.02 * Math.max(x, y));
  return (
    Number(textIn(first, '00200052') !== textIn(second, '00200052')) +
    Number(Math.abs(cosine) < 0.999) +
    differ(a.fieldOfViewMm, b.fieldOfViewMm) +
    differ(a.pixelMm, b.pixelMm) +
    differ(a.spacingMm, b.spacingMm)
  );
}
