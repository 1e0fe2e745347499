import type { Extraction } from './extraction.js';

/** What a report reader returns: an extraction without what is known before reading. */
export type ExtractionParts = Omit<Extraction, 'kind' | 'language' | 'engine'>;
