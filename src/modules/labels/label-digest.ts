import { readLabel } from './dicom/label-reader.js';
import { segDigestIn } from './seg/seg-digest.js';
import { srDigestIn } from './sr/sr-digest.js';

/**
 * The content digest of a SEG, or of an object with a content tree: equal for what was sent and what the PACS gives
 * back, unless it was changed.
 *
 * @throws Error if the bytes are neither; the message holds nothing of the content
 */
export function labelContentDigest(bytes: Uint8Array): string {
  const dataset = readLabel(bytes);
  return dataset['0040A730'] ? srDigestIn(dataset) : segDigestIn(dataset);
}
