import { describe, expect, it } from '@jest/globals';
import type { DicomJson } from '../../dicomweb/dicom-json.js';
import { planeOf } from './plane.js';

const lying = (...orientation: (number | string)[]): DicomJson => ({ '00200037': { vr: 'DS', Value: orientation } });
/** Axial slices tipped about the left-right axis. */
const tipped = (degrees: number): DicomJson => {
  const angle = (degrees * Math.PI) / 180;
  return lying(1, 0, 0, 0, Math.cos(angle), -Math.sin(angle));
};

describe('planeOf', () => {
  it.each([
    ['axial', lying(1, 0, 0, 0, 1, 0)],
    ['axial', lying('1', '0', '0', '0', '1', '0')],
    ['sagittal', lying(0, 1, 0, 0, 0, -1)],
    ['coronal', lying(1, 0, 0, 0, 0, -1)],
    ['axial', tipped(30)],
    ['axial', tipped(34.9)],
    ['oblique', tipped(36)],
    ['oblique', tipped(45)],
    ['oblique', tipped(54)],
    ['coronal', tipped(56)],
  ] as const)('is %s by the slice normal', (plane, frame) => {
    expect(planeOf([frame], 't2_tse_sag').plane).toBe(plane);
  });

  it('is none of several', () => {
    const three = [lying(1, 0, 0, 0, 1, 0), lying(1, 0, 0, 0, 0, -1), lying(0, 1, 0, 0, 0, -1)];
    expect(planeOf(three, 'localizer tra')).toMatchObject({ plane: null, several: true });
  });

  it.each([
    ['t2_tse_tra', 'axial'],
    ['t2tsetra320p2', 'axial'],
    ['axial obl t2', 'axial'],
    ['t2 transversaal', 'axial'],
    ['t2 coronaal', 'coronal'],
    ['koronar t2', 'coronal'],
    ['t2w_tse_sag', 'sagittal'],
    ['t2 sagital', 'sagittal'],
    ['t2_spc_rst_axial obl_prostate_mpr_sag', 'sagittal'],
    ['t2 schrag', 'oblique'],
    ['contrast', null],
    ['', null],
  ])('without orientation, "%s" says %s', (words, plane) => {
    expect(planeOf([{}], words).plane).toBe(plane);
  });

  it('takes a broken orientation for none', () => {
    expect(planeOf([lying(0, 0, 0, 0, 0, 0)], 'tra').plane).toBe('axial');
    expect(planeOf([lying(1, 0, 0)], '').plane).toBeNull();
  });
});
