import type { Code } from './elements.js';

/** What a label shows (CID 7159). A neoplasm is claimed only where pathology proves it. */
export const LESION: Code = { value: '52988006', scheme: 'SCT', meaning: 'Lesion' };
export const PRIMARY_NEOPLASM: Code = { value: '86049000', scheme: 'SCT', meaning: 'Neoplasm, Primary' };
