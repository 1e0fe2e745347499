import { describe, expect, it } from '@jest/globals';
import type { DicomJson } from '../../dicomweb/dicom-json.js';
import { seriesOf, type HeaderSketch } from './fixture-header.js';
import { classifySeries, type SeriesRole } from './series-role.js';

const lo = (value: string): DicomJson[string] => ({ vr: 'LO', Value: [value] });

/** How each maker writes the sequences of a prostate protocol into its headers. */
const T2: HeaderSketch = {
  scanning: 'SE',
  tr: 4500,
  te: 100,
  flip: 90,
  echoTrain: 16,
  threeD: false,
  thickness: 3,
  pixel: 0.4,
  matrix: 400,
};
const T2_3D: HeaderSketch = {
  ...T2,
  tr: 1800,
  te: 200,
  echoTrain: 80,
  threeD: true,
  thickness: 1,
  pixel: 0.6,
  matrix: 320,
};
const T1: HeaderSketch = { ...T2, tr: 620, te: 10, echoTrain: 3, thickness: 5, pixel: 0.8, matrix: 448 };
const VIBE: HeaderSketch = {
  scanning: 'GR',
  tr: 4.2,
  te: 1.6,
  flip: 10,
  echoTrain: 1,
  threeD: true,
  thickness: 3,
  pixel: 0.9,
  matrix: 384,
};
const DCE: HeaderSketch = { ...VIBE, tr: 3.6, pixel: 1.1, matrix: 256, agent: 'Gadovist' };
const DWI: HeaderSketch = {
  scanning: 'EP\\SE',
  tr: 4200,
  te: 78,
  flip: 90,
  echoTrain: 1,
  threeD: false,
  thickness: 3,
  pixel: 1.6,
  matrix: 128,
};
const PLAIN_DWI: HeaderSketch = { ...DWI, scanning: 'SE', echoTrain: 45 };
const SCOUT: HeaderSketch = {
  scanning: 'GR',
  tr: 6,
  te: 2.8,
  flip: 30,
  threeD: false,
  thickness: 8,
  spacing: 12,
  pixel: 1.56,
  matrix: 256,
};

const MAKERS: Record<string, { header: HeaderSketch; rows: [SeriesRole, string, HeaderSketch][] }> = {
  'Siemens XA': {
    header: { maker: 'Siemens Healthineers', type: 'ORIGINAL\\PRIMARY\\M\\NORM\\DIS2D\\FM3_2\\FIL' },
    rows: [
      ['T2W', 't2_tse_tra_DRB', { ...T2, sequence: '*tse2d1_25' }],
      ['T2W', 't2_space_tra_iso', { ...T2_3D, sequence: '*spcR3d1_240ns' }],
      ['T1W', 't1_tse_tra_Becken', { ...T1, sequence: '*tse2d1_3' }],
      ['T1W', 't1_vibe_dixon_tra_W', { ...VIBE, sequence: '*fl3d2', type: 'DERIVED\\PRIMARY\\DIXON\\WATER\\NORM' }],
      ['DCE', 't1_vibe_twist_tra_dyn', { ...DCE, sequence: 'fldyn3d1' }],
      [
        'DWI',
        'ep2d_diff_b50_400_1500_tra_TRACEW',
        { ...DWI, sequence: '*re_b1500t', b: 1500, type: 'DERIVED\\PRIMARY\\DIFFUSION\\TRACEW\\NORM' },
      ],
      [
        'ADC',
        'ep2d_diff_b50_400_1500_tra_ADC',
        { ...DWI, sequence: '*re_b50_1500', type: 'DERIVED\\PRIMARY\\DIFFUSION\\ADC\\NORM' },
      ],
      ['DERIVED', 't1_vibe_dyn_SUB', { ...DCE, type: 'DERIVED\\SECONDARY\\SUBTRACT\\M\\NORM' }],
      ['LOCALIZER', 'AAHead_Scout_MPR', { ...SCOUT, type: 'DERIVED\\SECONDARY\\LOCALIZER' }],
    ],
  },
  GE: {
    header: { maker: 'GE MEDICAL SYSTEMS', type: 'ORIGINAL\\PRIMARY\\OTHER', protocol: 'PROSTATE DWI ADC T2 ROUTINE' },
    rows: [
      ['T2W', 'Ax T2 PROPELLER', T2],
      ['T2W', 'Ax T2 Cube', T2_3D],
      ['T1W', 'Ax T1 FSE', T1],
      ['T1W', 'Ax LAVA FLEX post', VIBE],
      ['DCE', 'Ax DISCO', { ...DCE, more: { '00200105': { vr: 'IS', Value: ['32'] } } }],
      [
        'DWI',
        'Ax FOCUS b50 1000',
        {
          ...DWI,
          options: 'EPI_GEMS\\ACC_GEMS\\PFF\\FS',
          more: { '00431039': { vr: 'IS', Value: ['1000001000', '8', '0', '0'] } },
        },
      ],
      ['ADC', 'ADC (10^-6 mm²/s):Nov 03 2023', { ...DWI, type: 'DERIVED\\SECONDARY\\PROCESSED' }],
      ['DERIVED', 'eADC:Nov 03 2023', { ...DWI, type: 'DERIVED\\SECONDARY\\PROCESSED' }],
      ['LOCALIZER', '3-pl Loc SSFSE', { ...SCOUT, scanning: 'SE', tr: 900, te: 80 }],
      ['OTHER', 'Asset Cal', { ...SCOUT, pixel: 12 }],
    ],
  },
  Philips: {
    header: { maker: 'Philips', type: 'ORIGINAL\\PRIMARY\\M_SE\\M\\SE' },
    rows: [
      ['T2W', 'T2W_TSE_ax_hr', { ...T2, more: { '20011020': lo('TSE') } }],
      ['T2W', 'STIR_longTE cor', { ...T2, scanning: 'IR', te: 70, ti: 210, type: 'ORIGINAL\\PRIMARY\\M_IR\\M\\IR' }],
      ['T2W', 'T2W_VISTA', T2_3D],
      ['T1W', 'T1W_TSE_ax', T1],
      ['T1W', 'mDIXON_FFE_W', { ...VIBE, type: 'DERIVED\\PRIMARY\\W\\W\\DERIVED' }],
      [
        'DCE',
        '4D_THRIVE_KM',
        { ...DCE, type: 'ORIGINAL\\PRIMARY\\M_FFE\\M\\FFE', more: { '00200100': { vr: 'IS', Value: [7] } } },
      ],
      [
        'DWI',
        'DWI_3b_ZOOM',
        { ...PLAIN_DWI, more: { '20011003': { vr: 'FL', Value: [1400] }, '20011020': lo('DwiSE') } },
      ],
      ['DWI', 'DWI_b0_b800_b1500', PLAIN_DWI],
      ['ADC', 'dADC', { ...PLAIN_DWI, type: 'ORIGINAL\\PRIMARY\\ADC_UNSPECIFIED\\ADC\\UNSPECIFIED' }],
      ['DERIVED', 'eADC', { ...PLAIN_DWI, type: 'ORIGINAL\\PRIMARY\\EADC_UNSPECIFIED\\EADC\\UNSPECIFIED' }],
      ['DERIVED', 'sub dyn', { ...DCE, type: 'DERIVED\\PRIMARY\\SUBTRACTION\\M\\SUBTRACTION' }],
      ['LOCALIZER', 'Survey_3pl', { ...SCOUT, type: 'ORIGINAL\\PRIMARY\\M_FFE\\M\\FFE' }],
      ['OTHER', 'BFFE_cor', { ...VIBE, flip: 60, more: { '20011020': lo('B-FFE') } }],
      ['OTHER', 'SENSE-Ref-Scan', { ...SCOUT, pixel: 6 }],
    ],
  },
  Canon: {
    header: { maker: 'CANON_MEC', type: 'ORIGINAL\\PRIMARY\\OTHER' },
    rows: [
      ['T2W', 'FSE2D T2 AX PROSTATE', { ...T2, sequence: 'FSE2d' }],
      ['T2W', 'T2 FASE COR', { ...T2, sequence: 'FASE2d', echoTrain: 96 }],
      ['T1W', 'SE T1 AX', { ...T1, sequence: 'SE15' }],
      ['T1W', 'Quick 3D AX', { ...VIBE, sequence: 'FFE3d' }],
      ['DCE', 'DYN Quick3D', { ...DCE, sequence: 'FFE3d' }],
      ['DWI', 'DWI b1000 AX', { ...PLAIN_DWI, sequence: 'SE_EPI', comments: 'b=1000(0.445,0.000,0.895)' }],
      ['DWI', '', { ...PLAIN_DWI, sequence: 'SE_EPI', comments: 'b=1500(0.445,0.000,0.895)' }],
      ['ADC', 'ADC', { ...PLAIN_DWI, type: 'DERIVED\\SECONDARY\\OTHER\\ADC', sequence: 'SE_EPI' }],
      ['ADC', 'isoADC DWI AX', { ...PLAIN_DWI, type: 'DERIVED\\SECONDARY\\OTHER' }],
      ['LOCALIZER', 'Locator', SCOUT],
      ['OTHER', 'True SSFP COR', { ...VIBE, flip: 70, sequence: 'FFE2d_ssfp' }],
    ],
  },
  Hitachi: {
    header: { maker: 'Hitachi, Ltd.', type: 'ORIGINAL\\PRIMARY' },
    rows: [
      ['T2W', 'T2 FSE AX', { ...T2, sequence: 'FSE' }],
      ['T2W', 'T2 RADAR SAG', { ...T2, plane: 'sagittal' }],
      ['T1W', 'T1 SE AX', T1],
      ['T1W', 'TIGRE AX', { ...VIBE, scanning: 'GR' }],
      ['DCE', 'TIGRE DYNAMIC', DCE],
      ['DWI', 'DW-EPI b=1000', { ...DWI, b: 1000 }],
      ['ADC', 'ADC MAP', { ...DWI, type: 'DERIVED\\SECONDARY' }],
      ['LOCALIZER', 'SCANOGRAM LOC', SCOUT],
      ['OTHER', 'BASG COR', { ...VIBE, flip: 70 }],
    ],
  },
  UIH: {
    header: { maker: 'UIH', type: 'ORIGINAL\\PRIMARY\\M\\ND' },
    rows: [
      ['T2W', 't2_fse_tra', { ...T2, sequence: 'fse' }],
      ['T2W', 't2_fse_mx_3d_tra_iso', { ...T2_3D, sequence: 'fse_mx_3d' }],
      ['T1W', 't1_fse_tra', { ...T1, sequence: 'fse' }],
      ['T1W', 't1_gre_quick3d_fs_tra+c', { ...VIBE, sequence: 'gre_quick3d' }],
      ['DCE', 't1_gre_quick3d_tra_dyn', { ...DCE, sequence: 'gre_quick3d' }],
      [
        'DWI',
        'epi_dwi_tra_b50_1500',
        { ...DWI, sequence: 'epi_dwi', more: { '00651009': { vr: 'FD', Value: [1500] } } },
      ],
      [
        'DWI',
        'dwi_msh_tra',
        {
          ...DWI,
          more: {
            '00650010': lo('Image Private Header'),
            '00651009': { vr: 'UN', InlineBinary: Buffer.from(new Float64Array([800]).buffer).toString('base64') },
          },
        },
      ],
      ['ADC', 'epi_dwi_tra_b50_1500_ADC', { ...DWI, sequence: 'epi_dwi', type: 'DERIVED\\PRIMARY\\M\\ADC' }],
      ['DERIVED', 'epi_dwi_tra_eADC', { ...DWI, sequence: 'epi_dwi', type: 'DERIVED\\PRIMARY\\M\\EADC' }],
      ['LOCALIZER', 'scout_3pl', { ...SCOUT, sequence: 'gre_scout' }],
      ['OTHER', 'bssfp_cor', { ...VIBE, flip: 60, sequence: 'bssfp' }],
    ],
  },
};

describe('classifySeries: the protocols of other scanners', () => {
  const rows = Object.entries(MAKERS).flatMap(([maker, { header, rows: sketches }]) =>
    sketches.map(([role, description, sketch]) => ({
      maker,
      role,
      description,
      sketch: { plane: 'axial', ...header, ...sketch } as HeaderSketch,
    })),
  );
  it.each(rows)('$maker $description is $role', ({ role, description, sketch }) => {
    expect(classifySeries(seriesOf('s', { ...sketch, description }))).toMatchObject({ role, plane: sketch.plane });
  });

  // The description is gone: what the headers alone can tell must hold. Maps and products without a word are left out
  // where only the word told them apart, and so are time points and dynamic runs.
  const told = rows.filter(({ role, sketch }) => ['T2W', 'T1W', 'DWI'].includes(role) || /ADC/.test(sketch.type ?? ''));
  it.each(told)('$maker $description without its description is $role', ({ role, sketch }) => {
    expect(classifySeries(seriesOf('s', sketch)).role).toBe(role);
  });

  // Everything is gone but the description.
  const named = rows.filter(({ description }) => description !== '');
  it.each(named)('the words "$description" alone say $role', ({ role, description }) => {
    expect(classifySeries(seriesOf('s', { description })).role).toBe(role);
  });
});

const item = (dataset: DicomJson): DicomJson[string] => ({ vr: 'SQ', Value: [dataset] });
const cs = (value: string): DicomJson[string] => ({ vr: 'CS', Value: value.split('\\') });

/** An Enhanced MR image as the standard has it: what all frames share, and one item a frame (PS3.3 C.8.13). */
const enhanced = (shared: DicomJson, frames: DicomJson[]): DicomJson => ({
  '00080060': cs('MR'),
  '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.4.1'] },
  '52009229': item(shared),
  '52009230': { vr: 'SQ', Value: frames },
});
const orientation = (...values: number[]): DicomJson[string] => item({ '00200037': { vr: 'DS', Value: values } });
const bOfFrame = (bValue: number): DicomJson[string] => item({ '00189087': { vr: 'FD', Value: [bValue] } });

describe('classifySeries: Enhanced multi-frame images', () => {
  it('reads b-values and planes frame by frame', () => {
    const dicom = enhanced(
      { '00209116': orientation(1, 0, 0, 0, 1, 0) },
      [1400, 0, 500, 1400].map((bValue) => ({ '00189117': bOfFrame(bValue) })),
    );
    expect(classifySeries({ id: 'e', dicom, instances: 1 })).toMatchObject({
      role: 'DWI',
      plane: 'axial',
      bValues: [0, 500, 1400],
    });
  });

  it('reads timing from the functional groups', () => {
    const shared = {
      '00189112': item({ '00180080': { vr: 'DS', Value: ['4500'] } }),
      '00189114': item({ '00189082': { vr: 'FD', Value: [102] } }),
    };
    const dicom = { ...enhanced(shared, [{ '00209116': orientation(0, 1, 0, 0, 0, -1) }]), '00189008': cs('SPIN') };
    expect(classifySeries({ id: 'e', dicom, instances: 1 })).toMatchObject({ role: 'T2W', plane: 'sagittal' });
  });

  it('reads the frame type', () => {
    const dicom = enhanced({ '00189226': item({ '00089007': cs('DERIVED\\PRIMARY\\DIFFUSION\\ADC') }) }, []);
    expect(classifySeries({ id: 'e', dicom, instances: 1 }).role).toBe('ADC');
  });

  it('counts the time points of the frames', () => {
    const dicom = {
      ...enhanced(
        {
          '00189112': item({ '00180080': { vr: 'DS', Value: [4] } }),
          '00189114': item({ '00189082': { vr: 'FD', Value: [1.5] } }),
        },
        [1, 2, 3].map((index) => ({ '00209111': item({ '00209128': { vr: 'UL', Value: [index] } }) })),
      ),
      '00189008': cs('GRADIENT'),
    };
    expect(classifySeries({ id: 'e', dicom, instances: 1 }).role).toBe('DCE');
  });
});

describe('classifySeries: one instance for the whole series', () => {
  it('takes more slices than a volume holds for a dynamic series', () => {
    const sketch = { ...VIBE, plane: 'axial' as const };
    expect(classifySeries(seriesOf('s', sketch, 60)).role).toBe('T1W');
    expect(classifySeries(seriesOf('s', sketch, 700)).role).toBe('DCE');
  });

  it('believes the b-values of the description if the instance has the first of them', () => {
    const bValues = (b: number, instances: number): number[] =>
      classifySeries(seriesOf('s', { ...DWI, b, description: 'dwi_b50_b400_b1500' }, instances)).bValues;
    expect(bValues(50, 72)).toEqual([50, 400, 1500]);
    expect(bValues(50, 24)).toEqual([50]);
    expect(bValues(1500, 72)).toEqual([1500]);
  });
});

describe('classifySeries: headers against words', () => {
  it.each<[string, SeriesRole, HeaderSketch]>([
    ['a turbo spin echo named DWI', 'T2W', { ...T2, description: 'AX DWI', maker: 'GE MEDICAL SYSTEMS' }],
    [
      'an original named ADC that is no diffusion',
      'T2W',
      { ...T2, description: 'ADC', type: 'ORIGINAL\\PRIMARY\\M\\ND', maker: 'SIEMENS' },
    ],
    ['a diffusion image named T2', 'DWI', { ...DWI, b: 0, description: 'T2 b0 tra' }],
    [
      'an acquisition named after its ADC',
      'DWI',
      { ...PLAIN_DWI, b: 800, type: 'ORIGINAL\\PRIMARY\\M_SE\\M\\SE', description: '3B ADC 600 SSh_DWI' },
    ],
    ['a b-value of 0 in a T1 image', 'T1W', { ...VIBE, b: 0, description: 'T1' }],
    ['the volume after the dynamic series', 'T1W', { ...DCE, description: 't1_vibe_fs nach Dynamik' }],
    ['a T2 named after the dynamic sequence', 'T2W', { ...T2, description: 'dynamic' }],
    ['parallel imaging named like its calibration', 'T2W', { ...T2, description: 'Ax T2 ASSET ERC coil' }],
    [
      'a T2 for a fusion biopsy',
      'T2W',
      { ...T2, description: 'T2 ax fusion biopsy', type: 'ORIGINAL\\PRIMARY\\OTHER' },
    ],
    ['colour pixels', 'DERIVED', { ...T2, more: { '00280004': cs('RGB') } }],
    ['pixel values in mm²/s', 'ADC', { ...DWI, more: { '00281054': lo('mm2/s') } }],
    ['a secondary capture', 'DERIVED', { more: { '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.7'] } } }],
    ['a report', 'OTHER', { more: { '00080060': cs('SR') } }],
    ['a key object', 'OTHER', { more: { '00080060': cs('KO') } }],
    ['another modality', 'OTHER', { ...T2, more: { '00080060': cs('CT') } }],
    ['a phase image', 'OTHER', { ...VIBE, type: 'ORIGINAL\\PRIMARY\\P\\ND' }],
    ['functional imaging', 'OTHER', { ...DWI, scanning: 'EP\\GR', te: 30 }],
    ['an empty header', 'OTHER', {}],
  ])('%s is %s', (_, role, sketch) => {
    expect(classifySeries(seriesOf('s', sketch)).role).toBe(role);
  });

  it('tells a computed from an acquired b-value', () => {
    const calculated = (sketch: HeaderSketch): boolean =>
      classifySeries(seriesOf('s', { ...DWI, b: 1400, ...sketch })).calculated;
    expect(calculated({ type: 'DERIVED\\PRIMARY\\DIFFUSION\\TRACEW\\ND', sequence: '*ep_b1400t' })).toBe(false);
    expect(calculated({ type: 'DERIVED\\PRIMARY\\DIFFUSION\\TRACEW\\ND', sequence: '*ep_b50_800' })).toBe(true);
    expect(calculated({ type: 'DERIVED\\PRIMARY\\DIFFUSION\\CALC_BVALUE\\TRACEW' })).toBe(true);
    expect(calculated({ description: 'ep2d_diff_tra_DYNDISTCALC_BVAL' })).toBe(true);
    expect(calculated({ description: 'cDWI b1400' })).toBe(true);
    expect(calculated({ description: 'dwi b1400' })).toBe(false);
  });
});
