import { describe, expect, it } from '@jest/globals';
import { mayShowProstate } from './prostate-study.js';

describe('mayShowProstate', () => {
  it.each([
    [['PROSTATE'], [], true],
    [[], ['MRI PROSTATE W/WO'], true],
    [['PELVIS'], ['t2_tse_tra'], true],
    [[], [], true],
    [[], ['t2_tse_tra', 'ep2d_diff'], true],
    [['KNEE'], ['pd_tse_fs_sag'], false],
    [[], ['MR Knie links'], false],
    [['LSPINE'], ['t2_tse_sag'], false],
    [[], ['T2_TSE_L-SPINE'], false],
    [['ABDOMEN'], ['MR Becken nativ'], true],
  ])('%j %j → %s', (bodyParts, descriptions, expected) => {
    expect(mayShowProstate(bodyParts, descriptions)).toBe(expected);
  });
});
