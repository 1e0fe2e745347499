import type { Code } from './elements.js';

/** What a label shows (CID 7159); whether it is a neoplasm is said by pathology alone. */
export const LESION: Code = { value: '52988006', scheme: 'SCT', meaning: 'Lesion' };

/** How it is described. */
export const LATERALITY: Code = { value: '272741003', scheme: 'SCT', meaning: 'Laterality' };
export const LONG_AXIS: Code = { value: '103339001', scheme: 'SCT', meaning: 'Long axis' };
