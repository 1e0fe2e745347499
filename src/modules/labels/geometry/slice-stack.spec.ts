import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AXIAL, elements, SAGITTAL, sourceSeries, tilted } from '../../../../test/conformance/source-series.js';
import type { DicomJson } from '../../dicomweb/dicom-json.js';
import { isRefusal } from '../../reasons.js';
import { type SliceStack, toDecimalString, toSliceStack } from './slice-stack.js';

function getStack(instances: DicomJson[]): SliceStack {
  const stack = toSliceStack(instances);
  if (isRefusal(stack)) throw new Error(`${stack.refused}: ${stack.detail}`);
  return stack;
}

/** The series with one element of the instances at `indices` (default all) removed, and `element` put in if given. */
function withElement(series: DicomJson[], tag: string, element: DicomJson | null, indices?: number[]): DicomJson[] {
  return series.map((instance, index) => {
    if (indices && !indices.includes(index)) return instance;
    const kept = Object.entries(instance).filter(([other]) => other !== tag);
    return { ...Object.fromEntries(kept), ...element };
  });
}

const positionAt = (z: number) => elements({ '00200032': ['DS', -60, -50, z] });

describe('toSliceStack', () => {
  it.each([
    ['axial', AXIAL, [0, 0, 1]],
    ['tilted by 18 degrees', tilted(18), [0, Math.sin((18 * Math.PI) / 180), Math.cos((18 * Math.PI) / 180)]],
    ['sagittal', SAGITTAL, [-1, 0, 0]],
    ['upside down, so that the normal points to the feet', [1, 0, 0, 0, -1, 0] as const, [0, 0, -1]],
  ])('orders %s slices along the normal', (_name, orientation, normal) => {
    const stack = getStack(sourceSeries({ orientation }));
    expect(stack.normal.map((value) => value + 0)).toEqual(normal.map((value) => expect.closeTo(value, 12)));
    expect(stack.slices.map((slice) => slice.offsetMm)).toEqual(
      Array.from({ length: 11 }, (_, index) => expect.closeTo(index * 3, 9)),
    );
    expect(stack.sliceSpacingMm).toBeCloseTo(3, 9);
  });

  it('tells row spacing from column spacing', () => {
    const stack = getStack(sourceSeries({ rowSpacingMm: 0.7, columnSpacingMm: 0.4, rows: 11, columns: 13 }));
    expect(stack).toMatchObject({ rowSpacingMm: 0.7, columnSpacingMm: 0.4, rows: 11, columns: 13 });
  });

  it('ignores SliceLocation, instance numbers and the order of arrival', () => {
    const series = sourceSeries({ orientation: tilted(18, 7) });
    const misleading = series.map((instance, index) => ({
      ...instance,
      ...elements({ '00201041': ['DS', -index], '00200013': ['IS', 100 - index] }),
    }));
    const uids = getStack(series).slices.map((slice) => slice.sopInstanceUid);
    expect(getStack(misleading.reverse()).slices.map((slice) => slice.sopInstanceUid)).toEqual(uids);
  });

  it('is the same for every order of the instances', () => {
    const series = sourceSeries({ orientation: tilted(-12, 5) });
    const stack = getStack(series);
    fc.assert(
      fc.property(fc.shuffledSubarray(series, { minLength: series.length }), (shuffled) => {
        expect(getStack(shuffled)).toEqual(stack);
      }),
    );
  });

  it("keeps the source's spelling of decimals, given as text", () => {
    const spelled = elements({
      '00200037': [
        'DS',
        '0.99999921014663',
        '-0.0003986104959',
        '-0.0011919797745',
        '2.003351e-010',
        '0.94837644878115',
        '-0.3171468293981',
      ],
      '00280030': ['DS', '0.50', '0.500'],
      '00180050': ['DS', '3.0'],
    });
    const stack = getStack(
      sourceSeries({ orientation: tilted(18), elements: spelled, slices: 3, sliceSpacingMm: 0.02 }),
    );
    expect(stack.orientationDs).toEqual(spelled['00200037']!.Value);
    expect(stack.pixelSpacingDs).toEqual(['0.50', '0.500']);
    expect(stack.sliceThicknessDs).toBe('3.0');
  });

  it('takes a multi-valued element as one backslash-joined text', () => {
    const joined = elements({ '00200037': ['DS', '1\\0\\0\\0\\1\\0'], '00280030': ['DS', '0.5\\0.25'] });
    expect(getStack(sourceSeries({ elements: joined }))).toMatchObject({
      columnSpacingMm: 0.25,
      orientationDs: ['1', '0', '0', '0', '1', '0'],
    });
  });

  it('writes numbers as DS of at most 16 characters', () => {
    const stack = getStack(sourceSeries({ orientation: tilted(18.123, 3.7) }));
    for (const text of [...stack.orientationDs, ...stack.slices.flatMap((slice) => slice.positionDs)]) {
      expect(text.length).toBeLessThanOrEqual(16);
    }
    stack.orientationDs.forEach((text, index) => expect(Number(text)).toBeCloseTo(tilted(18.123, 3.7)[index]!, 12));
  });

  it('leaves the thickness open where the source does', () => {
    expect(getStack(withElement(sourceSeries(), '00180050', null)).sliceThicknessDs).toBeUndefined();
  });

  it('accepts positions rounded to two decimals', () => {
    const series = sourceSeries({ sliceSpacingMm: 1.005 });
    const rounded = series.map((instance, index) => ({ ...instance, ...positionAt(Math.round(index * 100.5) / 100) }));
    expect(getStack(rounded).sliceSpacingMm).toBeCloseTo(1.005, 3);
  });

  const series = sourceSeries();
  const sixDecimals = (values: readonly number[]) => values.map((value) => value.toFixed(6));
  it.each<[string, string, DicomJson[], string]>([
    ['no instance', 'too-few-slices', [], '0 of'],
    ['two slices', 'too-few-slices', series.slice(0, 2), '2 of'],
    [
      'an Enhanced MR',
      'multi-frame-source',
      withElement(series, '00080016', elements({ '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.4.1'] })),
      '4.1.1.4.1',
    ],
    [
      'several frames',
      'multi-frame-source',
      withElement(series, '00280008', elements({ '00280008': ['IS', '20'] })),
      '20 frames',
    ],
    [
      'a secondary capture',
      'geometry-incomplete',
      withElement(series, '00080016', elements({ '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.7'] })),
      '1.1.7',
    ],
    ['no SOP class', 'geometry-incomplete', withElement(series, '00080016', null), 'not stated'],
    ['no frame of reference', 'no-frame-of-reference', withElement(series, '00200052', null), '(0020,0052)'],
    [
      'an empty frame of reference in one slice',
      'no-frame-of-reference',
      withElement(series, '00200052', elements({ '00200052': ['UI'] }), [4]),
      '(0020,0052)',
    ],
    [
      'another frame of reference in one slice',
      'mixed-orientation',
      withElement(series, '00200052', elements({ '00200052': ['UI', '1.2.3'] }), [4]),
      'FrameOfReferenceUID of 1 among 11',
    ],
    [
      'no position in one slice',
      'geometry-incomplete',
      withElement(series, '00200032', null, [10]),
      'ImagePositionPatient',
    ],
    [
      'a position of two values',
      'geometry-incomplete',
      withElement(series, '00200032', elements({ '00200032': ['DS', 1, 2] })),
      'ImagePositionPatient',
    ],
    ['no orientation', 'geometry-incomplete', withElement(series, '00200037', null), 'ImageOrientationPatient'],
    [
      'an orientation that is no direction',
      'geometry-incomplete',
      withElement(series, '00200037', elements({ '00200037': ['DS', 0, 0, 0, 0, 0, 0] })),
      'orthonormal',
    ],
    [
      'a skewed orientation',
      'geometry-incomplete',
      withElement(series, '00200037', elements({ '00200037': ['DS', 1, 0, 0, 0.01, 0.99995, 0] })),
      'orthonormal, off by 0.01',
    ],
    ['no spacing', 'geometry-incomplete', withElement(series, '00280030', null), 'PixelSpacing'],
    [
      'a spacing of zero',
      'geometry-incomplete',
      withElement(series, '00280030', elements({ '00280030': ['DS', 0, 0.5] })),
      'PixelSpacing',
    ],
    ['no rows', 'geometry-incomplete', withElement(series, '00280010', null), 'Rows'],
    [
      'no columns',
      'geometry-incomplete',
      withElement(series, '00280011', elements({ '00280011': ['US', 0] })),
      'Columns',
    ],
    ['no instance UID', 'geometry-incomplete', withElement(series, '00080018', null, [1]), 'SOPInstanceUID'],
    ['no series UID', 'geometry-incomplete', withElement(series, '0020000E', null, [1]), 'SeriesInstanceUID'],
    [
      'slices of another series',
      'mixed-orientation',
      withElement(series, '0020000E', elements({ '0020000E': ['UI', '1.2.3'] }), [1]),
      'SeriesInstanceUID',
    ],
    [
      'a localiser of three planes',
      'mixed-orientation',
      [AXIAL, SAGITTAL, [1, 0, 0, 0, 0, -1] as const].map((orientation) => sourceSeries({ orientation })[0]!),
      'ImageOrientationPatient of 2 among 3',
    ],
    [
      'one slice turned by a tenth of a degree',
      'mixed-orientation',
      withElement(series, '00200037', elements({ '00200037': ['DS', ...tilted(0.1)] }), [3]),
      'ImageOrientationPatient of 1',
    ],
    [
      'one slice of another size',
      'mixed-orientation',
      withElement(series, '00280010', elements({ '00280010': ['US', 65] }), [3]),
      'matrix size of 1',
    ],
    [
      'one slice of another spacing',
      'mixed-orientation',
      withElement(series, '00280030', elements({ '00280030': ['DS', 0.5, 0.51] }), [3]),
      'PixelSpacing of 1',
    ],
    [
      'slices shifted sideways',
      'mixed-orientation',
      series.map((instance, index) => ({
        ...instance,
        ...elements({ '00200032': ['DS', -60 + index * 0.1, -50, -40 + 3 * index] }),
      })),
      'up to 1.000 mm',
    ],
    ['a slice twice', 'duplicate-slice', [...series, series[4]!], '1 of 12'],
    [
      'two b-values in one series',
      'duplicate-slice',
      [
        ...series,
        ...series.map((instance) => ({
          ...instance,
          ...elements({ '00080018': ['UI', `${String(instance['00080018']!.Value![0])}.1`] }),
        })),
      ],
      '11 of 22',
    ],
    [
      'a missing slice',
      'slice-gap',
      series.toSpliced(5, 1),
      '1 of 9 gaps are 6.000 to 6.000 mm, the median is 3.000 mm',
    ],
    ['a slice out of step', 'slice-gap', withElement(series, '00200032', positionAt(-24.9), [5]), '2 of 10 gaps'],
  ])('refuses %s with %s', (_name, refused, instances, detail) => {
    const result = toSliceStack(instances);
    expect(result).toMatchObject({ refused });
    expect(isRefusal(result) && result.detail).toContain(detail);
  });

  it('accepts direction cosines rounded to six decimals', () => {
    const rounded = elements({ '00200037': ['DS', ...sixDecimals(tilted(18, 4))] });
    expect(getStack(sourceSeries({ orientation: tilted(18, 4), elements: rounded })).slices).toHaveLength(11);
  });
});

describe('toDecimalString', () => {
  it.each([
    [0.5, '0.5'],
    [-0, '0'],
    [1 / 3, '0.33333333333333'],
    [-1 / 3, '-0.3333333333333'],
    [-1.23456789012345e-7, '-1.234567890e-7'],
    [1e21, '1e+21'],
    // Seventeen digits in full: there was no precision at which it got shorter.
    [1e16, '1e+16'],
  ])('%d as %s', (value, text) => {
    const written = toDecimalString(value);
    expect(written.length).toBeLessThanOrEqual(16);
    expect(Number(written)).toBeCloseTo(Number(text), 9);
    expect(Math.abs(Number(written) - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-8);
  });

  it('is valid DS for every finite number', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e300, max: 1e300, noNaN: true }), (value) => {
        const text = toDecimalString(value);
        expect(text).toMatch(/^-?\d+(\.\d+)?(e[+-]\d+)?$/);
        expect(text.length).toBeLessThanOrEqual(16);
        expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-8 + Number.MIN_VALUE);
      }),
    );
  });
});
