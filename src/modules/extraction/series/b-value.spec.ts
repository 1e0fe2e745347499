import { describe, expect, it } from '@jest/globals';
import type { DicomJson } from '../../dicomweb/dicom-json.js';
import { bValuesInHeaders, bValuesInWords, computedBValueInWords, isComputedFromSeveral } from './b-value.js';

const base64 = (bytes: Buffer | string): string => Buffer.from(bytes).toString('base64');
const bytesOf = (array: Float32Array | Float64Array): Buffer => Buffer.from(array.buffer);

describe('bValuesInHeaders', () => {
  it.each<[string, DicomJson, number[]]>([
    ['the standard element', { '00189087': { vr: 'FD', Value: [1400] } }, [1400]],
    ['a number as text', { '00189087': { vr: 'FD', Value: ['999.9996'] } }, [1000]],
    ['a zero of a Philips trace image', { '00189087': { vr: 'FD', Value: [0.0010000000474974513] } }, [0]],
    ['Siemens as IS', { '0019100C': { vr: 'IS', Value: ['800'] } }, [800]],
    ['Siemens as OB', { '0019100C': { vr: 'OB', InlineBinary: base64('1400') } }, [1400]],
    ['Siemens as padded UN', { '0019100C': { vr: 'UN', InlineBinary: base64('50 ') } }, [50]],
    [
      'Siemens in another block',
      { '00190011': { vr: 'LO', Value: ['SIEMENS MR HEADER'] }, '0019110C': { vr: 'IS', Value: [700] } },
      [700],
    ],
    [
      'another maker in the Siemens block',
      { '00190010': { vr: 'LO', Value: ['GEMS_ACQU_01'] }, '0019100C': { vr: 'IS', Value: [700] } },
      [],
    ],
    ['GE with its 10⁹', { '00431039': { vr: 'IS', Value: [1000001400, 8, 0, 0] } }, [1400]],
    ['GE joined in one text', { '00431039': { vr: 'IS', Value: ['1000000500\\8\\0\\0'] } }, [500]],
    ['GE as UN', { '00431039': { vr: 'UN', InlineBinary: base64('1000001000\\8\\0\\0 ') } }, [1000]],
    ['Philips as FL', { '20011003': { vr: 'FL', Value: [1500] } }, [1500]],
    ['Philips as UN', { '20011003': { vr: 'UN', InlineBinary: base64(bytesOf(new Float32Array([1500]))) } }, [1500]],
    ['UIH as UN', { '00651009': { vr: 'UN', InlineBinary: base64(bytesOf(new Float64Array([800]))) } }, [800]],
    ['Canon in the comment', { '00204000': { vr: 'LT', Value: ['b=1500(0.445,0.000,0.895)'] } }, [1500]],
    ['a trace sequence name', { '00180024': { vr: 'SH', Value: ['*ep_b800t'] } }, [800]],
    ['a direction in the sequence name', { '00180024': { vr: 'SH', Value: ['ep_b1000#3'] } }, [1000]],
    ['the sources of a map in the sequence name', { '00180024': { vr: 'SH', Value: ['*ep_b50_800'] } }, []],
    [
      'a positive value before a zero',
      { '00189087': { vr: 'FD', Value: [0] }, '20011003': { vr: 'FL', Value: [400] } },
      [400],
    ],
    ['nothing', {}, []],
    ['nonsense', { '00189087': { vr: 'FD', Value: ['high'] }, '00431039': { vr: 'IS', Value: [-5] } }, []],
  ])('reads %s', (_, header, bValues) => {
    expect(bValuesInHeaders([header]).bValues).toEqual(bValues);
  });

  it('collects the values of all frames, sorted', () => {
    const frames = [800, 50, 400, 50].map((b) => ({ '0019100C': { vr: 'IS', Value: [b] } }));
    expect(bValuesInHeaders(frames).bValues).toEqual([50, 400, 800]);
  });
});

describe('bValuesInWords', () => {
  it.each<[string, number[]]>([
    ['ep2d_diff_b50_b400_b1000_tra', [50, 400, 1000]],
    ['diffusion transversal b50 b400 b1000', [50, 400, 1000]],
    ['ax dwi 1400 bvalue', [1400]],
    ['dwi_3b_zoom_0-500-1500', [0, 500, 1500]],
    ['dwi 0 150 500 1000', [0, 150, 500, 1000]],
    ['ax dwi (50,1500)', [50, 1500]],
    ['dwi_5b_0_1500', [0, 1500]],
    ['diff bv1400', [1400]],
    ['ep2d-advdiff-3scan-high bvalue 500', [500]],
    ['ax diff no angle b0504001400', [0, 50, 400, 1400]],
    ['ep2ddiffb01004008001400', [0, 100, 400, 800, 1400]],
    ['edwi 3 b-value 504001400', [50, 400, 1400]],
    ['b=1000 s/mm2 tra', [1000]],
    ['b-wert 1000', [1000]],
    ['sb1500 r5 only', [1500]],
    ['b2000_vx1.3', [2000]],
    ['dwi_b2000_nsa6 sense', [2000]],
    ['ep2d_diff_b1400_new 32 measipat', [1400]],
    ['dwi b1000 3mm', [1000]],
    ['diff tra b 50 500 800 wip511b', [50, 500, 800]],
    // Counts and other numbers.
    ['ep2d-advdiff-3scan-4bval_spair_511b', []],
    ['dwi sfov ap 4b', []],
    ['ep2d_diff_tra_dyndist', []],
    ['dwi fov 400', []],
    ['ep2d_diff_mddw_12dir', []],
    ['dwi_tra_3mm', []],
  ])('%s', (words, bValues) => {
    expect(bValuesInWords(words)).toEqual(bValues);
  });
});

describe('computedBValueInWords', () => {
  it.each<[string, number[]]>([
    ['dw_synthetic: ax dwi all b-50-800 synthetic b-1400', [1400]],
    ['cdwi b2000', [2000]],
    ['dwi tra calc_bval 1500', [1500]],
    ['berechnet b1400 dwi', [1400]],
    // The numbers are those of the sources.
    ['ep2d_diff_b50_b1000_tra_calc_bval', []],
  ])('%s', (words, bValues) => {
    expect(computedBValueInWords(words)).toEqual(bValues);
  });
});

it('tells the sequence name of a computed image', () => {
  expect(isComputedFromSeveral('*ep_b50_800')).toBe(true);
  expect(isComputedFromSeveral('*ep_b800t')).toBe(false);
});
