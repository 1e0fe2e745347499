import type { Code } from './elements.js';

/** What a label shows (CID 7159). A neoplasm is claimed only where pathology proves it. */
export const LESION: Code = { value: '52988006', scheme: 'SCT', meaning: 'Lesion' };
