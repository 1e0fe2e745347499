import { describe, expect, it } from '@jest/globals';
import { seriesOf, type HeaderSketch } from './fixture-header.js';
import { pickSeries, type SeriesPick } from './series-pick.js';

const T2: HeaderSketch = {
  ...{
    maker: 'SIEMENS',
    type: 'ORIGINAL\\PRIMARY\\M\\NORM',
    scanning: 'SE',
    tr: 5000,
    te: 100,
    flip: 150,
    echoTrain: 25,
  },
  ...{
    threeD: false,
    thickness: 3,
    pixel: 0.5,
    matrix: 400,
    plane: 'axial',
    time: '100000',
    description: 't2_tse_tra',
  },
};
const DWI: HeaderSketch = {
  ...{ maker: 'SIEMENS', type: 'DERIVED\\PRIMARY\\DIFFUSION\\TRACEW\\NORM', scanning: 'EP\\SE', tr: 4000, te: 70 },
  ...{ thickness: 3, pixel: 2, matrix: 128, plane: 'axial', time: '101000', b: 1000, description: 'ep2d_diff_tra' },
};
const ADC: HeaderSketch = { ...DWI, type: 'DERIVED\\PRIMARY\\DIFFUSION\\ADC\\NORM', b: undefined };

/** A study of these series by name; the number of instances may follow the sketch. */
const pick = (all: Record<string, HeaderSketch | [HeaderSketch, number]>): SeriesPick =>
  pickSeries({
    id: 'study',
    series: Object.entries(all).map(([id, one]) => (Array.isArray(one) ? seriesOf(id, ...one) : seriesOf(id, one))),
  });

describe('pickSeries: T2', () => {
  // Each row changes one thing for the worse, and makes that series the later one.
  it.each<[string, HeaderSketch | [HeaderSketch, number], string]>([
    ['is in the bore', { study: 'MR guided prostate biopsy' }, 'diagnostic'],
    ['is a reformat', { type: 'DERIVED\\SECONDARY\\MPR\\CSA MPR' }, 'acquired'],
    ['shows the whole pelvis', { pixel: 0.9 }, 'field of view'],
    ['is fat-saturated', { options: 'PFP\\FS' }, 'fat saturation'],
    ['is fat-saturated by name', { description: 't2_tse_tra_fs' }, 'fat saturation'],
    ['has motion', { comments: 'Bewegung' }, 'complete'],
    ['was stopped', { comments: 'scan interrompu' }, 'complete'],
    ['covers a third', [{}, 9], 'complete'],
    ['is 3D', { threeD: true, thickness: 1 }, '2D before 3D'],
  ])('the other wins over one that %s', (_, worse, because) => {
    const [change, instances] = Array.isArray(worse) ? worse : [worse, 24];
    const { t2w, reasons } = pick({ good: T2, worse: [{ ...T2, ...change, time: '110000' }, instances] });
    expect(t2w).toBe('good');
    expect(reasons.t2w).toContain(`worse (`);
    expect(reasons.t2w).toContain(because);
  });

  it('takes the later of two equal runs, whatever made the repeat necessary', () => {
    const repeat = { ...T2, time: '110000', description: 't2_tse_tra_wdh wegen Bewegung' };
    expect(pick({ first: T2, repeat }).t2w).toBe('repeat');
  });

  it('keeps the order: a moved prostate run before a still one of the pelvis', () => {
    expect(pick({ moved: { ...T2, comments: 'motion' }, pelvis: { ...T2, pixel: 0.9 } }).t2w).toBe('moved');
  });

  it('does not mistake a 2D run for a truncated 3D one', () => {
    expect(pick({ flat: [T2, 24], volume: [{ ...T2, threeD: true, thickness: 1 }, 160] }).t2w).toBe('flat');
  });

  it('accepts a reformat where no axial T2 was acquired, and nothing where there is none', () => {
    const sagittal = { ...T2, plane: 'sagittal' as const };
    expect(pick({ sagittal, mpr: { ...T2, type: 'DERIVED\\SECONDARY\\MPR' } }).t2w).toBe('mpr');
    expect(pick({ sagittal, locator: { ...T2, description: 'localizer' } })).toMatchObject({
      t2w: null,
      reasons: { t2w: 'None: no axial T2.' },
    });
  });
});

describe('pickSeries: high b', () => {
  const b = (value: number, more: HeaderSketch = {}): HeaderSketch => ({ ...DWI, b: value, ...more });
  const computed = { type: 'DERIVED\\PRIMARY\\DIFFUSION\\CALC_BVALUE\\TRACEW\\NORM' };

  it.each<[string, Record<string, HeaderSketch>, string | null]>([
    ['acquired 1000 before computed 1400', { a: b(1000), c: b(1400, computed) }, 'a'],
    ['computed only if nothing of 1000 was acquired', { a: b(800), c: b(1400, computed), d: b(2000, computed) }, 'c'],
    ['1500 before 2000', { a: b(2000), c: b(1500) }, 'c'],
    ['1400 before 1000', { a: b(1000), c: b(1400) }, 'c'],
    ['2000 before 1200, because only 1400 and up are near 1400', { a: b(1200), c: b(2000) }, 'c'],
    ['the highest below 1400', { a: b(1000), c: b(1200) }, 'c'],
    ['the prostate before the whole body', { a: b(1000), c: b(1000, { pixel: 3.5, time: '120000' }) }, 'a'],
    [
      'trace before directions',
      { a: b(1000), c: b(1000, { type: 'ORIGINAL\\PRIMARY\\DIFFUSION\\NONE\\ND', time: '120000' }) },
      'a',
    ],
    ['the later repeat', { a: b(1000), c: b(1000, { time: '120000' }) }, 'c'],
    ['nothing of 1000', { a: b(800), c: b(900, computed) }, null],
  ])('%s', (_, study, winner) => {
    expect(pick(study).highB).toBe(winner);
  });

  it('finds the b-value among those of one series', () => {
    const several = seriesOf(
      'several',
      [50, 400, 1400].map((value) => b(value)),
      72,
    );
    expect(pickSeries({ id: 'study', series: [seriesOf('single', b(1000)), several] }).highB).toBe('several');
  });
});

describe('pickSeries: ADC', () => {
  it('takes the map of the run of the high-b image, by time', () => {
    const study = {
      firstAdc: { ...ADC, time: '101010' },
      first: { ...DWI, time: '101000' },
      second: { ...DWI, time: '104000' },
      secondAdc: { ...ADC, time: '104500' },
    };
    expect(pick(study)).toMatchObject({ highB: 'second', adc: 'secondAdc' });
  });

  it('takes the map of the same geometry before one nearer in time', () => {
    const study = { dwi: DWI, wide: { ...ADC, time: '101100', pixel: 3.2 }, same: { ...ADC, time: '102000' } };
    expect(pick(study).adc).toBe('same');
  });

  it('knows how GE numbers the maps of a series', () => {
    const ge = { maker: 'GE MEDICAL SYSTEMS', type: 'ORIGINAL\\PRIMARY\\OTHER' };
    const map = { ...DWI, ...ge, b: undefined, type: 'DERIVED\\SECONDARY\\PROCESSED' };
    const study = {
      low: { ...DWI, ...ge, b: 500, number: 6 },
      high: { ...DWI, ...ge, b: 1400, number: 7 },
      lowAdc: { ...map, description: 'Apparent Diffusion Coefficient (mm2/s)', number: 600 },
      highAdc: { ...map, description: 'Apparent Diffusion Coefficient (mm2/s)', number: 700 },
      highExp: { ...map, description: 'Exponential Apparent Diffusion Coefficient', number: 701 },
    };
    expect(pick(study)).toMatchObject({ highB: 'high', adc: 'highAdc' });
  });

  it('takes the only true map if the run has none, and never the exponential one', () => {
    const exponential = { ...ADC, type: 'DERIVED\\PRIMARY\\DIFFUSION\\EXP', description: 'eADC' };
    expect(pick({ dwi: { ...DWI, time: '120000' }, other: { ...ADC, pixel: 3.2 }, exponential }).adc).toBe('other');
    expect(pick({ dwi: DWI, exponential }).adc).toBeNull();
  });
});

it('gives the same picks in whatever order the series come', () => {
  const all = { a: T2, b: T2, c: DWI, d: DWI, e: ADC, f: ADC };
  const reversed = Object.fromEntries(Object.entries(all).reverse());
  expect(pick(reversed)).toEqual(pick(all));
});
