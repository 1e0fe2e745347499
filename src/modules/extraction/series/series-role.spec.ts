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
