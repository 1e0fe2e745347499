import type { Code } from './elements.js';

/** What a label shows (CID 7159); whether it is a neoplasm is said by pathology alone. */
export const LESION: Code = { value: '52988006', scheme: 'SCT', meaning: 'Lesion' };
