import { describe, expect, it } from '@jest/globals';
import { NOWHERE } from '../extraction/extraction.js';
import { parseTargetLabel } from '../extraction/location/target-label.js';
import { sectorRelation } from './prostate-sectors.js';

const place = (label: string) => parseTargetLabel(label).location;

describe('sectorRelation', () => {
  it.each([
    ['LPZplMid', 'RPZplBase', 'same sector'],
    ['LAFS', 'LAFSBase', 'same sector'],
    ['LPZplMid', 'LPZ', 'same zone'],
    ['LPZplMid', 'left posterolateral', 'fits'],
    ['LTZaMid', 'left anterior', 'fits'],
    ['LPZplMid', 'LPZpmMid', 'touching'],
    ['LTZpMid', 'LPZpmMid', 'touching'],
    ['LTZaMid', 'LAFSMid', 'touching'],
    ['LTZMid', 'LPZMid', 'touching'],
    ['LTZaMid', 'LPZpmMid', 'apart'],
    ['LAFSMid', 'LPZplMid', 'apart'],
    ['left', 'LPZplMid', null],
    ['left base', 'right', null],
  ])('%s and %s: %s', (a, b, expected) => {
    expect(sectorRelation(place(a), place(b))).toBe(expected);
    expect(sectorRelation(place(b), place(a))).toBe(expected);
  });

  it('takes places outside the map for the same only by name', () => {
    const vesicle = { ...NOWHERE, zone: 'SV' as const };
    expect(sectorRelation(vesicle, vesicle)).toBe('same zone');
    expect(sectorRelation(vesicle, place('LPZplBase'))).toBe('apart');
  });
});
