import type { Code } from './elements.js';

/** Where in the body something lies (PS3.3 10.5, CID 244 for the side). */
export interface AnatomicRegion {
  readonly region: Code;
  readonly laterality?: Code;
}

export const LEFT: Code = { value: '7771000', scheme: 'SCT', meaning: 'Left' };
export const RIGHT: Code = { value: '24028007', scheme: 'SCT', meaning: 'Right' };
export const BILATERAL: Code = { value: '51440002', scheme: 'SCT', meaning: 'Bilateral' };
