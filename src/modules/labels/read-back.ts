import type { PacsClient } from '../dicomweb/dicomweb-client.js';
import { DicomwebError } from '../dicomweb/dicomweb-error.js';
import { labelContentDigest } from './label-digest.js';

export interface LabelObject {
  studyInstanceUid: string;
  seriesInstanceUid: string;
  sopInstanceUid: string;
  contentDigest: string;
  /** As it was sent; an earlier version of the service may have taken its digest otherwise. */
  file?: Uint8Array;
}

/**
 * Whether the PACS holds this object as it was sent, other content under its UIDs, or nothing.
 * @throws DicomwebError if it does not say
 */
export async function readBack(pacs: PacsClient, label: LabelObject): Promise<'equal' | 'different' | 'absent'> {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid, contentDigest, file } = label;
  try {
    const bytes = await pacs.retrieveInstance(studyInstanceUid, seriesInstanceUid, sopInstanceUid);
    const digest = digestOf(bytes);
    if (digest === undefined) return 'different';
    return digest === contentDigest || (file && digest === digestOf(file)) ? 'equal' : 'different';
  } catch (error) {
    if (error instanceof DicomwebError && error.status === 404) return 'absent';
    throw error;
  }
}

/** Undefined for an object that is no label: other content, whatever it is. */
function digestOf(bytes: Uint8Array): string | undefined {
  try {
    return labelContentDigest(bytes);
  } catch {
    return undefined;
  }
}
